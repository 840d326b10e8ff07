"""Opens engines when they are first needed, lends them, and closes them together.

A Residency belongs to one thread: native objects are opened, used and closed there. It must not know turns or stages.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from models import catalog, engines, hardware, languages
from models.catalog import Card
from models.hardware import Hardware
from models.roles import CPU, ChatModel, Engine, ModelError, Placement, Recognizer, Role, Translator, Voice

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


Notice = Callable[[Card, Loaded | None], None]
"""Told before a model is loaded (None), and after; the two calls for one model never enclose those for another."""

_loading = threading.RLock()
"""Held while a model is loaded: what the process takes meanwhile can only be told apart for one model at a time.

Nothing is waited for while it is held but the load itself and listeners, which are quick by contract; the thread that
holds it may load another model.
"""


class Residency:
    """The engines of one thread."""

    def __init__(self, library: Library, notice: Notice = lambda card, seconds: None) -> None:
        self._library = library
        self._notice = notice
        self._engines: dict[str, Engine] = {}

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
        """The LLM or the VLM, with its card."""
        card = self._card(role)
        return cast("ChatModel", self._lend(card)), card

    def voice(self, language: str) -> Voice:
        return cast("Voice", self._lend(self._card(Role.TTS, language)))

    def close(self) -> None:
        """Give all memory back."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

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
        engine = self._engines.get(card.id)
        if engine is None:
            engine = self._library.engine(card)
            with _loading:
                self._notice(card, None)
                with self._library.opening(card):
                    loaded = _load(engine, self._library.placements.get(card.role, CPU))
                self._engines[card.id] = engine
                self._notice(card, loaded)
        return engine


def _load(engine: Engine, placement: Placement) -> Loaded:
    """Load the engine, on the CPU where the card cannot be used."""
    before = hardware.read()
    started = time.perf_counter()
    try:
        engine.load(placement)
    except ModelError as error:
        if error.code != "gpu-unavailable" or placement.gpu is None:
            raise
        log.info("%s goes to the CPU: %s", engine.name, error.message)
        placement = CPU
        engine.load(placement)
    seconds = time.perf_counter() - started
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
