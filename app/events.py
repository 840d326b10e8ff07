"""Everything the assistant tells a front end, as frozen values, and the bus that carries them.

An event is posted on the thread of the stage where it happened; listeners must be quick. For every turn exactly one
TurnEnded comes, and nothing of that turn comes after it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.problems import Problem
from app.turn import Answer, Request
from models.roles import Placement, Role

if TYPE_CHECKING:
    from app.monitor import Reading
    from models.placement import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TurnStarted:
    turn: int
    request: Request


class Hearing(StrEnum):
    """What the live ear is doing."""

    OFF = "off"
    OPENING = "opening"
    READY = "ready"
    """The microphone is open; nobody speaks to Parley."""
    HEARING = "hearing"
    """A question is being heard."""


@dataclass(frozen=True)
class HearingChanged:
    hearing: Hearing


@dataclass(frozen=True)
class SoundLevel:
    """How loud the microphone is, some ten times a second while it is open."""

    level: float
    """Root mean square in decibels of full scale, -90 to 0."""


@dataclass(frozen=True)
class SpeechStarted:
    """The ear noticed a voice. At a live microphone the turn begins when the words are known; it is None before."""

    turn: int | None


@dataclass(frozen=True)
class PartialTranscript:
    turn: int | None
    text: str


class Dropped(StrEnum):
    """Why something heard became no question."""

    NOTHING_HEARD = "nothing-heard"
    OWN_VOICE = "own-voice"
    STOP = "stop"
    """It was a word like "stop", said over an answer."""


@dataclass(frozen=True)
class SpeechDropped:
    """What was heard at the live microphone becomes no question."""

    reason: Dropped


@dataclass(frozen=True)
class QuestionKept:
    """The question is on disk."""

    turn: int
    conversation: int
    exchange: int


@dataclass(frozen=True)
class QuestionHeard:
    """The final transcript of a spoken question."""

    turn: int
    text: str


@dataclass(frozen=True)
class QuestionTranslated:
    turn: int
    text: str


@dataclass(frozen=True)
class ModelChosen:
    turn: int
    role: Role
    language: str
    """ISO 639-1 code of what the model writes."""


@dataclass(frozen=True)
class AnswerPiece:
    """A token's worth of the answer, in the model's language."""

    turn: int
    text: str


@dataclass(frozen=True)
class ClauseReady:
    """A clause or sentence of the answer in the language of the person, in order."""

    turn: int
    index: int
    text: str


@dataclass(frozen=True)
class SpeakingStarted:
    """The first sound of the answer went to the speaker."""

    turn: int


@dataclass(frozen=True)
class ClauseSpoken:
    """The clause was played to its end."""

    turn: int
    index: int


@dataclass(frozen=True)
class AnswerPaused:
    """Somebody seems to speak over the answer: it is silent until that is known, then goes on or ends."""

    turn: int


@dataclass(frozen=True)
class AnswerResumed:
    turn: int


@dataclass(frozen=True)
class TurnEnded:
    """The last event of a turn; the answer is on disk where there is a history."""

    turn: int
    answer: Answer


@dataclass(frozen=True)
class ProblemRaised:
    problem: Problem
    turn: int | None = None


@dataclass(frozen=True)
class EngineLoading:
    role: Role
    card: str


@dataclass(frozen=True)
class EngineReady:
    role: Role
    card: str
    seconds: float
    placement: Placement
    """Where it really runs."""
    ram: int
    vram: int
    """Bytes by which the process grew while it loaded: resident memory, and memory of the card as the driver says."""


@dataclass(frozen=True)
class EngineClosed:
    """A model was closed, because another one takes its place; not told at the end."""

    role: Role
    card: str


@dataclass(frozen=True)
class PlanMade:
    """A plan of what goes where is in force: at the start, and whenever the machine or the person's wishes change."""

    plan: "Plan"
    cause: str
    """Why there is a new one, as a sentence; empty at the start and where it was asked for."""


@dataclass(frozen=True)
class ReadingTaken:
    reading: "Reading"


Event = (
    TurnStarted
    | HearingChanged
    | SoundLevel
    | SpeechStarted
    | PartialTranscript
    | SpeechDropped
    | QuestionKept
    | QuestionHeard
    | QuestionTranslated
    | ModelChosen
    | AnswerPiece
    | ClauseReady
    | SpeakingStarted
    | ClauseSpoken
    | AnswerPaused
    | AnswerResumed
    | TurnEnded
    | ProblemRaised
    | EngineLoading
    | EngineReady
    | EngineClosed
    | PlanMade
    | ReadingTaken
)

Listener = Callable[[Event], None]


class Bus:
    """Hands every event to every listener, on the poster's thread."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Returns the call that ends the subscription."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return unsubscribe

    def post(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                # A front end's mistake must not take a stage of the pipeline with it.
                log.exception("a listener failed on %s", type(event).__name__)
