"""One question and its answer: what was asked for, what became of it, and when.

A Turn is made for every question and never used again, so nothing stale can be taken for the current one. Each field
is written by one stage only (named beside it) and may be read from any thread. It must not know stages or engines.
"""

import collections
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.problems import Problem
from models.roles import PICTURE_SIDE as PICTURE_SIDE
from models.roles import CancelToken, Message, Picture, Role, Word

MARKS = ("asr_final", "translate_in", "first_token", "first_clause", "first_audio", "total")
"""Time marks in the order of the pipeline. All count from the end of speech, or from the call for a typed question."""

REMEMBERED_TURNS = 12
"""Turns of a conversation that a model is told."""


class Outcome(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Request:
    """What the person wants: a typed question, or a spoken one where `text` is None."""

    text: str | None = None
    pictures: tuple[Picture, ...] = ()
    language_in: str = "en"
    language_out: str = "en"
    speak: bool = True
    simple: bool = False
    """Whether the answer is to be in very short, simple sentences."""


@dataclass(frozen=True)
class Answer:
    """A finished turn, safe to hand to anybody."""

    turn: int
    outcome: Outcome
    role: Role | None
    transcript: str | None
    """What was heard; None for a typed question."""
    question: str
    question_translated: str | None
    answer: str
    """As the model wrote it, in the model's language."""
    answer_translated: str | None
    heard: str
    """The part of the answer that was really spoken aloud."""
    tokens: int
    audio_seconds: float
    """Seconds of speech that were played."""
    timings_ms: dict[str, float | None]
    problem: Problem | None
    beyond: bool = False
    """The model says that the question is beyond it: a larger one may know."""


class Talk:
    """A conversation that goes on: what was said before this start of Parley, and its turns since."""

    def __init__(self, conversation: int | None = None, earlier: Sequence[Message] = ()) -> None:
        self.conversation = conversation
        """Its number in the history; None before its first question is kept. Written by the keeper."""
        self.earlier = tuple(earlier)
        self.turns: collections.deque[Turn] = collections.deque(maxlen=REMEMBERED_TURNS)


class Turn:
    """The life of one question."""

    def __init__(
        self, number: int, request: Request, talk: Talk, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.number = number
        self.request = request
        self.talk = talk
        self.exchange: int | None = None  # keeper
        self.cancel = CancelToken()
        self.question = request.text or ""  # ear
        self.words: tuple[Word, ...] = ()  # ear
        self.question_translated: str | None = None  # brain
        self.role: Role | None = None  # brain
        self.answer = ""  # brain
        self.answer_translated: str | None = None  # brain
        self.beyond = False  # brain
        self.tokens = 0  # brain
        self.failed = False  # ear, brain: there will be no (whole) answer
        self.silenced = False  # voice, mouth: the answer goes on in writing only
        self.voiced = ""  # mouth: the clauses that were begun to be played
        self.heard = ""  # mouth
        self.audio_seconds = 0.0  # mouth
        self.problem: Problem | None = None  # the first one, from any stage
        self.ended = threading.Event()  # keeper
        self._clock = clock
        self._origin = clock()
        self._marks: dict[str, float] = {}
        self._lock = threading.Lock()

    def begin(self, at: float) -> None:
        """Set the moment that the marks count from (the clock's seconds): the end of speech."""
        self._origin = at

    def mark(self, name: str) -> None:
        """Note that a stage got here; only the first time counts."""
        with self._lock:
            self._marks.setdefault(name, self._clock())

    @property
    def marks(self) -> dict[str, float]:
        """The marks set so far, in the clock's seconds."""
        with self._lock:
            return dict(self._marks)

    @property
    def outcome(self) -> Outcome:
        if self.cancel.cancelled:
            return Outcome.CANCELLED
        return Outcome.FAILED if self.failed else Outcome.ANSWERED

    def snapshot(self) -> Answer:
        """What became of the turn so far."""
        marks = self.marks
        timings = {name: round((marks[name] - self._origin) * 1000, 1) if name in marks else None for name in MARKS}
        return Answer(
            turn=self.number,
            outcome=self.outcome,
            role=self.role,
            transcript=self.question if self.request.text is None else None,
            question=self.question,
            question_translated=self.question_translated,
            answer=self.answer,
            answer_translated=self.answer_translated,
            heard=self.heard,
            tokens=self.tokens,
            audio_seconds=round(self.audio_seconds, 3),
            timings_ms=timings,
            problem=self.problem,
            beyond=self.beyond,
        )
