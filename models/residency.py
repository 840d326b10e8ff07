"""Opens engines when they are first needed, lends them, and closes them together.

A Residency belongs to one thread: native objects are opened, used and closed there. It must not know turns or stages.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from models import catalog, engines, hardware, heap, languages
from models.catalog import Card
from models.hardware import Hardware
from models.places import Places
from models.reasons import given_up
from models.roles import (
    ChatModel,
    Engine,
    Memory,
    ModelError,
    Need,
    Placement,
    Recognizer,
    Role,
    Translator,
    Voice,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Library:
    """The models that can be used, and where they run."""

    cards: Sequence[Card]
    """The first one that fits is used."""
    folder: Path
    """Folder that holds the models' folders; those of installed models are absolute."""
    cache: Path
    """Folder for what is made from models at first use (converted translators)."""
    placements: Mapping[Role, Placement]
    """Where roles are opened, on the CPU by default, as long as there are no `places`."""
    places: Places | None = None
    """Where they are opened by a plan."""
    opening: Callable[[Card], AbstractContextManager[None]] = lambda card: nullcontext()
    """Encloses the opening of a model; raises ModelError where it may not be opened."""

    def find(self, role: Role, source: str | None = None, target: str | None = None) -> Card | None:
        """The first card that fills the role for the languages (ISO 639-1)."""
        for card in self.cards:
            if card.role is role and card.serves(source, target):
                return card
        return None

    def engine(self, card: Card) -> Engine:
        """The engine for a card, not yet loaded. Raises ModelError."""
        return engines.engine(card, self.folder / card.folder, self.cache)


def starter_library(cache: Path, placements: Mapping[Role, Placement]) -> Library:
    """The models that ship with Parley."""
    cards = tuple(card for card in catalog.load() if card.starter)
    return Library(cards, catalog.starter_folder(), cache, placements)


@dataclass(frozen=True)
class Loaded:
    """How the loading of an engine went."""

    seconds: float
    placement: Placement
    """Where it really runs."""
    ram: int = 0
    """Bytes by which the process grew meanwhile: the model, and its library where it is the first to need it."""
    vram: int = 0
    """Bytes of the card that the process took meanwhile; where the driver does not say whose, that anybody took."""


@dataclass(frozen=True)
class SteppedDown:
    """A model makes do with less than was planned, because that had no room."""

    card: Card
    given_up: tuple[str, ...]
    """What, as parts of a sentence: "a context of 2,048 tokens instead of 4,096"."""
    cause: "Cause"


@dataclass(frozen=True)
class Cause:
    """Why a model is not opened as it was planned."""

    text: str
    """As a part of a sentence: "other programs have taken 3.2 GB more of GPU 0 (Tesla T4)"."""
    remedy: str = "Close other programs and start Parley again to get all of it back."


Notice = Callable[[Card, Loaded | None], None]
"""Told before a model is loaded (None), and after; the two calls for one model never enclose those for another."""

_loading = threading.RLock()
"""Held while a model is loaded: what the process takes meanwhile can only be told apart for one model at a time.

Nothing is waited for while it is held but the load itself and listeners, which are quick by contract; the thread that
holds it may load another model.
"""


@dataclass
class _Open:
    """An engine that is loaded, or was until another one needed its room."""

    card: Card
    engine: Engine
    wanted: Placement
    """What the plan said when it was loaded."""
    placement: Placement
    """Where it is."""
    pictured: int = 0
    """Longest side of the pictures that there was room for already: what that took is not given back."""


class Residency:
    """The engines of one thread."""

    def __init__(
        self,
        library: Library,
        notice: Notice = lambda card, seconds: None,
        stepped: Callable[[SteppedDown], None] = lambda step: None,
        closed: Callable[[Card], None] = lambda card: None,
    ) -> None:
        """`closed` is told of a model that was closed before the end."""
        self._library = library
        self._places = library.places or Places(library, fixed=library.placements)
        self._notice = notice
        self._stepped = stepped
        self._closed = closed
        self._open: dict[str, _Open] = {}

    def recognizer(self, language: str) -> Recognizer:
        """ASR for a language, loaded. Raises ModelError, like all below."""
        return cast("Recognizer", self._lend(self._card(Role.ASR, language)))

    def translator(self, source: str, target: str) -> Translator:
        card = self._library.find(Role.TRANSLATION, source, target)
        if card is None:
            raise ModelError(
                "no-translation",
                f"There is no model that translates {languages.name(source)} to {languages.name(target)}.",
                "Choose other languages, or install a translation model for these.",
            )
        return cast("Translator", self._lend(card))

    def chat(self, role: Role) -> tuple[ChatModel, Card]:
        """The model that does the LLM's or the VLM's work, with its card, whose context and size of pictures are those
        that it is open with."""
        card = self._card(self._places.served_by(role))
        if self._places.alternates():
            self._close(lambda other: other.card.role in (Role.LLM, Role.VLM) and other.card.id != card.id)
        model = cast("ChatModel", self._lend(card))
        return model, self._as_open(card)

    @contextmanager
    def picture_room(self, role: Role, side: int) -> Iterator[tuple[ChatModel, Card]]:
        """The same for a question with pictures of `side` pixels, with room for the peak while they are encoded kept
        free until the end of the block. Where memory is short the model steps down first."""
        self.chat(role)
        opened = self._open[self._card(self._places.served_by(role)).id]
        card, need = opened.card, Need(Memory())
        if side > opened.pictured:
            need = self._peak(opened, opened.placement)
            if lack := self._places.lack(need, opened.placement):
                need = self._step_down_for_picture(opened, Cause(lack))
                opened = self._open[card.id]
        with self._places.promise(opened.placement, need):
            yield cast("ChatModel", opened.engine), self._as_open(card)
        opened.pictured = max(opened.pictured, side)

    def voice(self, language: str) -> Voice:
        return cast("Voice", self._lend(self._card(Role.TTS, language)))

    def close(self) -> None:
        """Give all memory back."""
        self._closed = lambda card: None
        self._close(lambda opened: True)

    def use(self, library: Library) -> None:
        """Lend from another library, which has the same places; what it has no use for is closed."""
        self._library = library
        chats = (Role.LLM, Role.VLM)
        self._close(
            lambda opened: (
                opened.card not in library.cards
                or (opened.card.role in chats and opened.card != library.find(opened.card.role))
            )
        )

    def unload(self, role: Role) -> None:
        """Give back what a role's models take; they are opened again when they are needed."""
        self._close(lambda opened: opened.card.role is role)

    def settle(self) -> None:
        """Close what a new plan has no use for, and open anew what it has moved elsewhere."""
        self._close(lambda opened: not self._places.uses(opened.card))
        for opened in list(self._open.values()):
            if self._places.wanted(opened.card.role) != opened.wanted:
                self._lend(opened.card)

    def recover(self, error: ModelError, role: Role, source: str | None = None, target: str | None = None) -> bool:
        """After a role's engine for these languages failed at work: whether it is worth lending again, because it was
        on a graphics card and is opened elsewhere now. If the card is lost, all is planned anew; if it is not, the
        engine steps down."""
        if role in (Role.LLM, Role.VLM):
            role = self._places.served_by(role)
        card = self._library.find(role, source, target or source)
        if card is None:
            return False
        opened = self._open.get(card.id)
        if opened is None or opened.placement.gpu is None:
            return False
        if not self._places.answers(opened.placement.gpu):
            self._close(lambda other: other.placement.gpu == opened.placement.gpu)
            return True
        if error.code not in _AT_WORK:
            return False
        self._close(lambda other: other is opened)
        below = self._places.lower(opened.engine, opened.placement)
        self._load(card, opened.wanted, below, _cause(error))
        return True

    def lost(self) -> None:
        """Drop the engines on cards that are gone."""
        cards = {opened.placement.gpu for opened in self._open.values() if opened.placement.gpu is not None}
        gone = {gpu for gpu in cards if not self._places.answers(gpu)}
        self._close(lambda opened: opened.placement.gpu in gone)

    def _close(self, which: Callable[[_Open], bool]) -> None:
        closing = [each for each in self._open.values() if which(each)]
        for opened in closing:
            del self._open[opened.card.id]
            self._places.closed(opened.card)
            try:
                opened.engine.close()
            except Exception:
                if opened.placement.gpu is None:
                    raise
                # A library whose card is gone may complain about it.
                log.info("%s did not close cleanly", opened.card.name, exc_info=True)
            self._closed(opened.card)
        if closing:
            heap.give_back()

    def _card(self, role: Role, language: str | None = None) -> Card:
        card = self._library.find(role, language, language)
        if card is None:
            what = {
                Role.ASR: "recognizer",
                Role.TTS: "voice",
                Role.LLM: "language model",
                Role.VLM: "picture model",
            }[role]
            suffix = f" for {languages.name(language)}" if language else ""
            raise ModelError(
                f"no-{role.value}",
                f"There is no {what}{suffix}.",
                f"Choose another language, or install a {what}{suffix}." if language else f"Install a {what}.",
            )
        return card

    def _lend(self, card: Card) -> Engine:
        opened, wanted = self._open.get(card.id), self._places.wanted(card.role)
        if opened is not None and opened.wanted == wanted:
            return opened.engine
        ways = [wanted, *self._places.lower(self._library.engine(card), wanted)]
        if opened is not None:
            self._close(lambda other: other is opened)
            # Better as it was than with less.
            ways.insert(1, opened.placement)
        return self._load(card, wanted, ways).engine

    def _load(self, card: Card, wanted: Placement, ways: Sequence[Placement], cause: Cause | None = None) -> _Open:
        """Load a model in the first of some ways for which there is room; `cause` is why it is not as wanted."""
        engine = self._library.engine(card)
        told = no_card = False
        with _loading:
            for placement in ways:
                if no_card and placement.gpu is not None:
                    continue
                if lack := self._places.lack(self._places.need(card, engine, placement), placement):
                    cause = cause or Cause(lack)
                    continue
                if not told:
                    told = True
                    self._notice(card, None)
                try:
                    with self._library.opening(card):
                        loaded = _load(engine, placement)
                except ModelError as error:
                    if error.code not in _SHORT or placement.gpu is None:
                        raise
                    log.info("%s does not open as %s: %s", card.name, placement, error)
                    no_card = error.code == _NO_CARD
                    cause = cause or _cause(error)
                else:
                    return self._opened(card, engine, wanted, loaded, cause)
        assert cause is not None
        raise self._places.no_room(card, cause.text)

    def _opened(self, card: Card, engine: Engine, wanted: Placement, loaded: Loaded, cause: Cause | None) -> _Open:
        opened = self._open[card.id] = _Open(card, engine, wanted, loaded.placement)
        self._places.loaded(card, engine, loaded.placement, loaded.ram, loaded.vram)
        self._notice(card, loaded)
        self._tell(opened, cause)
        return opened

    def _as_open(self, card: Card) -> Card:
        placement = self._open[card.id].placement
        side = min(filter(None, (card.picture_side, placement.picture_side)), default=None)
        return replace(card, context=placement.context or card.context, picture_side=side)

    def _peak(self, opened: _Open, placement: Placement) -> Need:
        """What encoding a picture takes for a while."""
        need = self._places.need(opened.card, opened.engine, placement)
        return Need(Memory(picture=need.host.picture), Memory(picture=need.card.picture))

    def _step_down_for_picture(self, opened: _Open, cause: Cause) -> Need:
        """Open a picture model with less, so that there is room for a picture; returns the picture's peak then."""
        now = self._places.need(opened.card, opened.engine, opened.placement)
        # The peak was never there, so it is not given back.
        held = Need(replace(now.host, picture=0), replace(now.card, picture=0))
        for placement in self._places.lower(opened.engine, opened.placement):
            need = self._places.need(opened.card, opened.engine, placement)
            given_back = held if placement.gpu == opened.placement.gpu else replace(held, card=Memory())
            if self._places.lack(need, placement, given_back):
                continue
            if replace(placement, picture_side=opened.placement.picture_side) == opened.placement:
                opened.placement = placement
                self._tell(opened, cause)
                return self._peak(opened, placement)
            self._close(lambda other: other is opened)
            again = self._load(opened.card, opened.wanted, [placement, opened.placement], cause)
            return self._peak(again, again.placement)
        raise self._places.no_room(opened.card, f"{cause.text}, and a picture takes more while it is looked at")

    def _tell(self, opened: _Open, cause: Cause | None) -> None:
        if cause is not None and (less := given_up(opened.engine.scope(), opened.wanted, opened.placement)):
            self._stepped(SteppedDown(opened.card, less, cause))


_NO_CARD = "gpu-unavailable"
_SHORT = frozenset({_NO_CARD, "out-of-memory"})
"""Codes of errors after which a model is tried with less of a card, or off it."""
_AT_WORK = _SHORT | {"evaluation-failed"}
"""The same where it was open already."""


def _cause(error: ModelError) -> Cause:
    return Cause(error.message.rstrip("."), error.remedy)


def _load(engine: Engine, placement: Placement) -> Loaded:
    """Load the engine and measure what that took."""
    heap.keep_little()
    before = hardware.read()
    started = time.perf_counter()
    engine.load(placement)
    seconds = time.perf_counter() - started
    # Reading files leaves tens of megabytes of small holes.
    heap.give_back()
    after = hardware.read()
    ram = max(after.ram_ours - before.ram_ours, 0)
    return Loaded(seconds, placement, ram, _vram_taken(before, after, placement.gpu))


def _vram_taken(before: Hardware, after: Hardware, card: int | None) -> int:
    was = next((gpu for gpu in before.gpus if gpu.index == card), None)
    now = next((gpu for gpu in after.gpus if gpu.index == card), None)
    if was is None or now is None:
        return 0
    if was.ours is not None and now.ours is not None:
        return max(now.ours - was.ours, 0)
    return max(was.free - now.free, 0)
