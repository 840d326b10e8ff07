"""How long after the end of speech an answer is heard: spoken turns on sound files, as `parley talk` runs them.

Owns asking, one turn at a time on models that are open. The figures are app.bench.report's.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.assistant import Assistant
from app.audio import WavMicrophone
from app.bench.together import MOST_FAILURES
from app.bench.workspace import undisturbed
from app.speech import EndpointRules
from app.turn import Answer, Outcome, Request
from models import hardware
from models.hardware import Hardware
from models.residency import Library
from models.roles import ModelError

_FILE_RULES = EndpointRules(end_seconds=None)


@dataclass
class Latency:
    """What was found so far."""

    machine: Hardware = field(default_factory=hardware.read)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    questions: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False


def run(
    library: Library,
    sounds: Sequence[Path],
    rounds: int,
    tell: Callable[[float, str], None] = lambda share, doing: None,
) -> Latency:
    """Ask every sound `rounds` times; an interruption ends it early. Raises ModelError if a model cannot be opened."""
    found, request = Latency(), Request()
    started = time.perf_counter()
    assistant = Assistant(library)
    try:
        assistant.start()
        problem = assistant.warm(request)
        if problem is not None:
            raise ModelError(problem.code, problem.message, problem.remedy)
        asked = [path for _ in range(rounds) for path in sounds]
        for place, path in enumerate(asked):
            tell(place / len(asked), path.name)
            _ask(assistant, path, request, found)
            if len(found.problems) >= MOST_FAILURES and not found.answers:
                break
    except KeyboardInterrupt:
        found.interrupted = True
    finally:
        with undisturbed():
            assistant.close()
    found.seconds = time.perf_counter() - started
    return found


def _ask(assistant: Assistant, path: Path, request: Request, found: Latency) -> None:
    # Every question begins a talk: what was said before would make the later ones wait for a longer prompt.
    assistant.open_conversation(None)
    answer = assistant.wait(assistant.listen(WavMicrophone(path), request, _FILE_RULES))
    if answer.problem is not None:
        found.problems.append(f"{path.name}: {answer.problem.message} {answer.problem.remedy}")
    if answer.outcome is Outcome.ANSWERED:
        found.answers.append(answer)
    found.questions.append(
        {
            "file": path.name,
            "heard": answer.transcript,
            "answer": answer.answer_translated or answer.answer,
            "outcome": answer.outcome.value,
            "timings_ms": answer.timings_ms,
        }
    )
