"""The last stage: plays sound in short blocks, and knows what of an answer was really heard.

Owns the speaker while a turn speaks. It must not know engines or how sound is made.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.audio import Speaker
from app.events import Bus, ClauseSpoken, ProblemRaised, SpeakingStarted
from app.problems import Problem
from app.speech import spoken_part
from app.turn import Turn
from models.roles import AudioChunk


@dataclass(frozen=True)
class Clause:
    """Say this."""

    turn: Turn
    index: int
    text: str


@dataclass(frozen=True)
class Sound:
    """Play this; `chunk` None is the end of the clause."""

    turn: Turn
    clause: Clause
    chunk: AudioChunk | None


@dataclass(frozen=True)
class End:
    """The turn is over behind this item."""

    turn: Turn


def note(bus: Bus, turn: Turn | None, problem: Problem) -> None:
    """Tell a problem, and remember it on its turn if it is the first."""
    if turn is not None and turn.problem is None:
        turn.problem = problem
    bus.post(ProblemRaised(problem, turn.number if turn else None))


MouthItem = Sound | End


class Mouth:
    """Plays sound in short blocks, and knows what was really heard."""

    name = "mouth"

    def __init__(self, bus: Bus, speaker: Speaker, end: Callable[[End], object]) -> None:
        self._bus = bus
        self._speaker = speaker
        self._hand_on = end
        self._played = 0
        """Samples of the clause in hand that went to the speaker."""
        self._made = 0
        """Samples of the clause in hand that were made so far."""

    def handle(self, item: "MouthItem") -> None:
        if isinstance(item, End):
            self._speaker.flush()
            self._end(item)
        elif item.turn.silenced:
            return
        elif item.chunk is None:
            self._played = self._made = 0
            item.turn.heard = f"{item.turn.heard} {item.clause.text}".strip()
            self._bus.post(ClauseSpoken(item.turn.number, item.clause.index))
        else:
            self._play(item.turn, item.clause, item.chunk)

    def skip(self, item: "MouthItem") -> None:
        self._speaker.drop()
        if isinstance(item, End):
            self._end(item)
        elif self._played and item.chunk is not None:
            # Interrupted inside a clause: its sound is `_made` samples long as far as anybody knows.
            part = spoken_part(item.clause.text, self._played / self._made)
            item.turn.heard = f"{item.turn.heard} {part}".strip()
            self._played = self._made = 0

    def failed(self, item: "MouthItem", problem: Problem) -> None:
        note(self._bus, item.turn, problem)
        item.turn.silenced = True
        self._played = self._made = 0
        if isinstance(item, End):
            self._end(item)

    def close(self) -> None:
        self._speaker.drop()

    def _play(self, turn: Turn, clause: Clause, chunk: AudioChunk) -> None:
        if not self._made:
            turn.voiced = f"{turn.voiced} {clause.text}".strip()
        self._made += len(chunk.samples)
        step = chunk.sample_rate // 50
        for start in range(0, len(chunk.samples), step):
            turn.cancel.check()
            block = chunk.samples[start : start + step]
            self._speaker.write(block, chunk.sample_rate)
            if "first_audio" not in turn.marks:
                turn.mark("first_audio")
                self._bus.post(SpeakingStarted(turn.number))
            turn.audio_seconds += len(block) / chunk.sample_rate
            self._played += len(block)

    def _end(self, item: End) -> None:
        self._played = self._made = 0
        item.turn.mark("total")
        self._hand_on(item)
