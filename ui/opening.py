"""Everything behind the window, made on the background thread while the window can be used already.

Owns in which order it is made, and what the models at hand can do for which languages. It must not know widgets.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings
from app.turn import Request
from models import languages
from models.roles import Picture, Role
from ui.offers import Offer

if TYPE_CHECKING:
    from app.assistant import Assistant
    from app.events import Bus
    from app.live import LiveSpeaker
    from app.monitor import Monitor
    from models.catalog import Card
    from models.residency import Library

REFUSED = "model-refused"
"""Code of the problem that a model failed its trial as it was to be opened: it is left out from now on."""
MODELS = (REFUSED, "no-llm", "no-vlm", "no-tts", "no-translation")
"""Codes of problems that another model remedies, or trying one again."""
RELEASE_SECONDS = 20.0
"""So long is waited for a model that is at work, until its removal is refused."""
ELSEWHERE = (
    *("server-unreachable", "server-refused", "server-odd", "server-not-trusted", "server-not-encrypted"),
    *("model-unknown", "no-pictures", "address-invalid", "key-invalid", "keyring-failed"),
)
"""Codes of problems with another computer that its settings remedy."""


@dataclass(frozen=True)
class Opened:
    """What works behind the window."""

    assistant: "Assistant"
    monitor: "Monitor"
    speaker: "LiveSpeaker"
    library: "Library"

    def close(self, timeout: float) -> bool:
        """End everything, the assistant last; False if a native step outlasts `timeout` seconds."""
        from models import hardware

        self.monitor.stop()
        self.speaker.close()
        ended = self.assistant.close(timeout)
        hardware.close()
        return ended


def open_all(folder: Path, settings: Settings, bus: "Bus") -> Opened:
    """Make everything and begin to load models; what fails after that comes over the bus. Raises ModelError."""
    from app import speed
    from app.assistant import Assistant
    from app.bench.workspace import clear
    from app.echo import EchoCanceller
    from app.elsewhere import with_remote
    from app.live import LiveSpeaker
    from app.monitor import Monitor
    from app.planning import placed, spoken
    from app.speed import Speeds
    from models import available

    clear(folder)
    library = with_remote(available.library(folder, settings.models.split()), settings)
    library = placed(library, settings, spoken(settings))
    speeds = Speeds(library.cache / speed.FILE)
    monitor = Monitor(bus, library.placements, measured=speeds.note)
    echo = EchoCanceller()
    speaker = LiveSpeaker(settings.speaker, echo.played)
    assistant = Assistant(library, speaker, folder, echo, bus)
    assistant.start()
    monitor.start()
    assistant.prepare(request(settings))
    return Opened(assistant, monitor, speaker, library)


def chosen(settings: Settings) -> tuple[object, ...]:
    """All that is set about which models answer, here and on another computer."""
    return settings.models, *(value for name, value in vars(settings).items() if name.startswith("remote_"))


def use(opened: Opened, folder: Path, settings: Settings) -> Opened:
    """Take up other models: installed ones that came or went, and what the settings choose. What is open and still
    wanted stays open."""
    library = _at_hand(opened, folder, settings)
    opened.assistant.use(library)
    return replace(opened, library=library)


def release(opened: Opened | None, folder: Path, settings: Settings, card: "Card") -> None:
    """Let go of a model that is to be removed; what else there is takes its place. Waits for an answer under way.

    Raises ModelError where it stays in use.
    """
    if opened is not None:
        opened.assistant.release(card, _at_hand(opened, folder, settings, without=card.id), RELEASE_SECONDS)


def _at_hand(opened: Opened, folder: Path, settings: Settings, without: str = "") -> "Library":
    from app.elsewhere import with_remote
    from models import available

    library = with_remote(available.library(folder, settings.models.split(), without), settings)
    return replace(library, places=opened.library.places)


def request(settings: Settings, text: str | None = None, pictures: tuple[Picture, ...] = ()) -> Request:
    """A question in the languages of the settings."""
    return Request(text, pictures, settings.language_in, settings.language_out, settings.speak, settings.simple)


def needed(library: "Library", settings: Settings) -> dict[str, str]:
    """The models that questions may need, as far as there are such: identity → role."""
    from models.places import in_use

    used = in_use(library, languages.Pair(settings.language_in, settings.language_out))
    return {card.id: card.role.value for card in used if settings.speak or card.role is not Role.TTS}


def offers(library: "Library") -> tuple[list[Offer], list[Offer]]:
    """The languages to speak and those to be answered in, with what does not work in each."""
    codes = {code for card in library.cards for code in (*card.source, *card.target)}
    model = library.find(Role.LLM)
    spoken, answered = [], []
    for code in sorted(codes, key=languages.name):
        name = languages.name(code)
        understood = model is not None and (
            code in model.source or library.find(Role.TRANSLATION, code, model.source[0]) is not None
        )
        written = model is not None and (
            code in model.target or library.find(Role.TRANSLATION, model.target[0], code) is not None
        )
        heard = library.find(Role.ASR, code) is not None
        voiced = library.find(Role.TTS, code) is not None
        spoken.append(Offer(code, name, _note(understood, heard, "typed only, there is no recognizer"), understood))
        answered.append(Offer(code, name, _note(written, voiced, "not spoken, there is no voice"), written))
    return spoken, answered


def deafness(library: "Library", settings: Settings) -> str:
    """Why questions cannot be spoken, as a sentence; empty if they can."""
    if library.find(Role.ASR, settings.language_in) is not None:
        return ""
    return f"There is no recognizer for {languages.name(settings.language_in)}. Type your question."


def _note(possible: bool, sound: bool, silent: str) -> str:
    if not possible:
        return "there is no translator"
    return "" if sound else silent
