"""Conversations on disk: every question and answer, in SQLite, and the pictures that belong to them.

Owns the database and the folder of pictures. It must not know turns, threads or windows; one thread owns a History.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Conversation:
    """One row of the list of conversations."""

    id: int
    title: str
    """The beginning of its first question."""
    changed_at: datetime
    exchanges: int


@dataclass(frozen=True)
class Exchange:
    """A question and what became of it."""

    id: int
    conversation: int
    asked_at: datetime
    spoken: bool
    """The question was spoken, not typed."""
    question: str
    question_translated: str | None
    pictures: tuple[str, ...]
    """Their sha256."""
    language_in: str
    language_out: str
    role: str | None
    """Of the model that answered: "llm" or "vlm"."""
    answer: str
    """As the model wrote it."""
    answer_translated: str | None
    heard: str
    """The part of the answer that was really spoken aloud."""
    speak: bool
    """The answer was to be spoken."""
    outcome: str
    """"unfinished" (Parley ended before the answer did), or an app.turn.Outcome."""
    problem: str | None
    """The sentence about what went wrong."""
    timings_ms: dict[str, float | None]
