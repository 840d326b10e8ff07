"""Opens engines when they are first needed, lends them, and closes them together.

A Residency belongs to one thread: native objects are opened, used and closed there. It must not know turns or stages.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from models import catalog, languages
from models.catalog import Card
from models.engines import engine_classes
from models.roles import CPU, ChatModel, Engine, ModelError, Placement, Recognizer, Role, Translator, Voice

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Library:
    """The models that can be used, and where they run."""

    cards: Sequence[Card]
    folder: Path
    """Folder that holds the models' folders."""
    cache: Path
    """Folder for what is made from models at first use (converted translators)."""
    placements: Mapping[Role, Placement]

    def find(self, role: Role, source: str | None = None, target: str | None = None) -> Card | None:
        """The first card that fills the role for the languages (ISO 639-1)."""
        for card in self.cards:
            fits = (source is None or source in card.source) and (target is None or target in card.target)
            if card.role is role and fits:
                return card
        return None

    def engine(self, card: Card) -> Engine:
        """The engine for a card, not yet loaded. Raises ModelError."""
        engine_class = engine_classes().get(card.engine)
        folder = self.folder / card.folder
        if engine_class is None:
            raise ModelError(
                "engine-unknown",
                f"“{card.name}” needs the engine “{card.engine}”, which this version of Parley does not have.",
                "Update Parley, or choose another model.",
            )
        for path in card.files.values():
            if not (folder / path).exists():
                raise ModelError(
                    "model-missing",
                    f"“{card.name}” is not there: {folder / path} is missing.",
                    "Reinstall Parley, or choose another model.",
                )
        make = cast("Callable[..., Engine]", engine_class)
        # Only translators are made from another format at first use, so only they are told where to keep that.
        return make(card, folder, cache=self.cache) if card.role is Role.TRANSLATION else make(card, folder)


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
    vram: int = 0
    """Bytes by which the process grew meanwhile."""


Notice = Callable[[Card, Loaded | None], None]
"""Told before a model is loaded (None), and after."""


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
            started = time.perf_counter()
            self._notice(card, None)
            placement = self._library.placements.get(card.role, CPU)
            try:
                engine.load(placement)
            except ModelError as error:
                if error.code != "gpu-unavailable" or placement.gpu is None:
                    raise
                log.info("%s goes to the CPU: %s", card.id, error.message)
                placement = CPU
                engine.load(placement)
            self._engines[card.id] = engine
            self._notice(card, Loaded(time.perf_counter() - started, placement))
        return engine
