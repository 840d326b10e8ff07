"""What stands in for hardware, and a record of everything an assistant tells. Never an engine."""

import queue
import threading
from collections.abc import Iterator

import numpy as np

from app import events
from app.audio import BLOCK
from app.events import Event
from models.roles import ModelError, Samples

STAGE = {
    "TurnStarted": "front",
    "SpeechStarted": "ear",
    "PartialTranscript": "ear",
    "QuestionHeard": "ear",
    "QuestionTranslated": "brain",
    "ModelChosen": "brain",
    "AnswerPiece": "brain",
    "ClauseReady": "brain",
    "SpeakingStarted": "mouth",
    "ClauseSpoken": "mouth",
    "TurnEnded": "mouth",
}


class Record:
    """Everything that was posted, as short lines; pieces and partial transcripts are joined, loading is left out."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)

    def of(self, turn: int) -> dict[str, list[str]]:
        """Stage → what it posted about the turn, in order. Stages run side by side, so only this order is fixed."""
        lines: dict[str, list[str]] = {}
        for event in self.events:
            if getattr(event, "turn", None) != turn:
                continue
            stage = event.problem.stage if isinstance(event, events.ProblemRaised) else STAGE[type(event).__name__]
            told = lines.setdefault(stage, [])
            line = _line(event)
            if told and line.startswith("piece ") and told[-1].startswith("piece "):
                told[-1] += line.removeprefix("piece ")
            elif not (told and line == "partial" == told[-1]):
                told.append(line)
        return lines

    def check_ends(self, turn: int) -> None:
        """One start before all, one end after all."""
        names = [type(event).__name__ for event in self.events if getattr(event, "turn", None) == turn]
        assert names[0] == "TurnStarted"
        assert names[-1] == "TurnEnded"
        assert names.count("TurnStarted") == names.count("TurnEnded") == 1


def _line(event: Event) -> str:
    match event:
        case events.TurnStarted():
            return "started"
        case events.SpeechStarted():
            return "speech"
        case events.PartialTranscript():
            return "partial"
        case events.QuestionHeard(text=text):
            return f"heard {text}"
        case events.QuestionTranslated(text=text):
            return f"translated {text}"
        case events.ModelChosen(role=role, language=language):
            return f"model {role.value} {language}"
        case events.AnswerPiece(text=text):
            return f"piece {text}"
        case events.ClauseReady(index=index, text=text):
            return f"clause {index} {text}"
        case events.SpeakingStarted():
            return "speaking"
        case events.ClauseSpoken(index=index):
            return f"spoken {index}"
        case events.TurnEnded(answer=answer):
            return f"ended {answer.outcome.value}"
        case events.ProblemRaised(problem=problem):
            return f"problem {problem.code}"
    raise AssertionError(event)


class MemorySpeaker:
    """Stands in for the sound card: keeps what was written. A `broken` one fails as if it was unplugged."""

    def __init__(self, broken: bool = False) -> None:
        self.blocks: list[Samples] = []
        self.drops = 0
        self.pauses: list[bool] = []
        """True for every pause, False for every time it went on."""
        self.playing = False
        self._broken = broken

    def write(self, samples: Samples, sample_rate: int) -> None:
        if self._broken:
            raise ModelError("speaker-gone", "The speaker is gone.", "Plug it in again.")
        assert len(samples) <= sample_rate // 50
        self.blocks.append(samples)

    def drop(self) -> None:
        self.drops += 1

    def pause(self) -> None:
        self.pauses.append(True)

    def resume(self) -> None:
        self.pauses.append(False)

    def flush(self) -> None:
        """Nothing is buffered."""


class MemoryMicrophone:
    """Stands in for the sound card: delivers what is put into it, at the speed of the machine."""

    def __init__(self) -> None:
        self._blocks: queue.Queue[Samples | ModelError | None] = queue.Queue()

    def put(self, samples: Samples) -> None:
        """Mono sound at 16,000 hertz, filled up with silence to whole blocks."""
        padded = np.pad(samples, (0, -len(samples) % BLOCK))
        for block in padded.reshape(-1, BLOCK):
            self._blocks.put(block)

    def wait(self, seconds: float) -> None:
        """Deliver silence."""
        self.put(np.zeros(int(seconds * 16_000), np.int16))

    def vanish(self) -> None:
        """Fail as if it was unplugged."""
        self._blocks.put(ModelError("microphone-gone", "The microphone is gone.", "Plug it in again."))

    def close(self) -> None:
        self._blocks.put(None)

    def blocks(self) -> Iterator[Samples]:
        while (block := self._blocks.get()) is not None:
            if isinstance(block, ModelError):
                raise block
            yield block
            self._blocks.task_done()

    def listened(self) -> None:
        """Return when the ear has dealt with everything that was put in."""
        self._blocks.join()
