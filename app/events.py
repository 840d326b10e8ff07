"""Everything the assistant tells a front end, as frozen values, and the bus that carries them.

An event is posted on the thread of the stage where it happened; listeners must be quick. For every turn exactly one
TurnEnded comes, and nothing of that turn comes after it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.problems import Problem
from app.turn import Answer, Request
from models.roles import Role

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TurnStarted:
    turn: int
    request: Request


@dataclass(frozen=True)
class SpeechStarted:
    """The ear noticed a voice."""

    turn: int


@dataclass(frozen=True)
class PartialTranscript:
    turn: int
    text: str


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
class TurnEnded:
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


Event = (
    TurnStarted
    | SpeechStarted
    | PartialTranscript
    | QuestionHeard
    | QuestionTranslated
    | ModelChosen
    | AnswerPiece
    | ClauseReady
    | SpeakingStarted
    | ClauseSpoken
    | TurnEnded
    | ProblemRaised
    | EngineLoading
    | EngineReady
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
