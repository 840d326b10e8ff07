"""All models at once, through the real assistant: one talks in two languages while another looks at pictures.

Two assistants share no model: the first hears, translates, answers and speaks, the second looks. So language model,
picture model and voice compute at the same time, with recognizer and translators beside them, and each is in memory
once. Turns follow each other without a pause, which is more than a person asks.
"""

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import TypeAlias

from app.assistant import Assistant
from app.audio import WavMicrophone
from app.bench.script import Script
from app.bench.workspace import undisturbed
from app.events import Event, ProblemRaised, TurnEnded
from app.problems import Problem
from app.speech import EndpointRules
from app.turn import Answer, Outcome, Request
from models.residency import Library
from models.roles import Role

TURNS_A_TALK = 4
MOST_FAILURES = 3
"""A lane whose turns fail so often one after the other asks no more."""
_FILE_RULES = EndpointRules(end_seconds=None)
_CLOSE_SECONDS = 300.0
"""A native step that looks at a picture on a slow processor takes minutes, and cannot be cut."""


@dataclass
class Outcomes:
    """What became of the turns, as far as they ended."""

    talks: list[Answer] = field(default_factory=list)
    spoken: list[Answer] = field(default_factory=list)
    """Those of `talks` that began with a sound."""
    looks: list[Answer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    settled: float | None = None
    """When each lane had ended a turn, by time.perf_counter: from here on nothing is done for the first time."""
    closed: bool = True
    """Every thread ended."""

    @property
    def turns(self) -> int:
        return len(self.talks) + len(self.looks)


_Ended: TypeAlias = "queue.SimpleQueue[tuple[_Lane, Event]]"


class _Lane:
    """One assistant and who asks it."""

    def __init__(self, library: Library, script: Script, asks: Sequence[Role], ended: _Ended) -> None:
        """`asks` are the models that its questions are for, in turn."""
        self.assistant = Assistant(library)
        self.assistant.bus.subscribe(lambda event: ended.put((self, event)) if _told(event) else None)
        self.asks = asks
        self.ended = self.failures = 0
        self._script, self._next = script, cycle(asks)
        self._role, self._spoken = asks[0], False

    @property
    def broken(self) -> bool:
        return self.failures >= MOST_FAILURES

    def warm(self) -> None:
        """Open all models that its questions need."""
        if Role.LLM in self.asks:
            # The recognizer knows English; a typed question opens none.
            for text, language_in, language_out in ((None, "en", "en"), (None, "en", "es"), ("Hola", "es", "es")):
                self.assistant.warm(Request(text, language_in=language_in, language_out=language_out))
        if Role.VLM in self.asks:
            self.assistant.warm(self._picture_request())

    def ask(self) -> None:
        """Ask the next question."""
        self._role, self._spoken = next(self._next), False
        if self._role is Role.VLM:
            self.assistant.ask(self._picture_request())
            return
        talk = self._script.talk()
        request = Request(talk.text, language_in=talk.language_in, language_out=talk.language_out)
        if talk.sound is None:
            self.assistant.ask(request)
        else:
            self._spoken = True
            self.assistant.listen(WavMicrophone(talk.sound), replace(request, text=None), _FILE_RULES)

    def keep(self, answer: Answer, outcomes: Outcomes) -> None:
        """Note the end of a turn."""
        self.ended += 1
        self.failures = self.failures + 1 if answer.outcome is Outcome.FAILED else 0
        if self.ended % TURNS_A_TALK == 0:
            self.assistant.open_conversation(None)
        (outcomes.looks if self._role is Role.VLM else outcomes.talks).append(answer)
        if self._spoken:
            outcomes.spoken.append(answer)

    def _picture_request(self) -> Request:
        text, picture = self._script.look()
        return Request(text, (picture,), speak=False)


def run(
    library: Library,
    script: Script,
    seconds: float,
    outcomes: Outcomes,
    tell: Callable[[float], None] = lambda share: None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Ask for `seconds`, and until each lane has ended a turn; what came of it goes into `outcomes` as it comes.

    `tell` hears the share that is done. An interruption ends it and is raised again, `stopping` being called before the
    models are waited for.
    """
    ended: _Ended = queue.SimpleQueue()
    lanes = [_Lane(library, script, asks, ended) for asks in _asks(library)]
    try:
        for lane in lanes:
            lane.assistant.start()
            lane.warm()
        began = time.perf_counter()
        for lane in lanes:
            lane.ask()
        while (over := (time.perf_counter() - began) / seconds) < 1 or not all(
            lane.ended or lane.broken for lane in lanes
        ):
            if all(lane.broken for lane in lanes):
                break
            tell(min(over, sum(1 for lane in lanes if lane.ended or lane.broken) / len(lanes)))
            try:
                lane, event = ended.get(timeout=0.2)
            except queue.Empty:
                continue
            _take(lane, event, outcomes)
            if outcomes.settled is None and all(lane.ended for lane in lanes):
                outcomes.settled = time.perf_counter()
            if isinstance(event, TurnEnded) and over < 1 and not lane.broken:
                lane.ask()
    except KeyboardInterrupt:
        stopping()
        raise
    finally:
        with undisturbed():
            _close(lanes, ended, outcomes)


def _asks(library: Library) -> list[tuple[Role, ...]]:
    """Which models each assistant asks: one that must share or swap with another cannot work beside it."""
    roles = tuple(role for role in (Role.LLM, Role.VLM) if library.find(role) is not None)
    apart = library.places is None or all(
        library.places.served_by(role) is role and not library.places.alternates() for role in roles
    )
    return [(role,) for role in roles] if apart else [roles]


def _close(lanes: Sequence[_Lane], ended: _Ended, outcomes: Outcomes) -> None:
    for lane in lanes:
        lane.assistant.interrupt()
    for lane in lanes:
        outcomes.closed = lane.assistant.close(_CLOSE_SECONDS) and outcomes.closed
    while not ended.empty():
        lane, event = ended.get()
        if isinstance(event, ProblemRaised):
            _take(lane, event, outcomes)


def _take(lane: _Lane, event: Event, outcomes: Outcomes) -> None:
    if isinstance(event, TurnEnded):
        lane.keep(event.answer, outcomes)
    elif isinstance(event, ProblemRaised):
        outcomes.problems.append(event.problem)


def _told(event: Event) -> bool:
    return isinstance(event, TurnEnded | ProblemRaised)
