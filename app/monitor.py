"""What the machine and the models are doing, once a second.

Owns the sampling thread and what a reading is. It must not know how readings are shown.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.events import (
    AnswerPiece,
    Bus,
    EngineClosed,
    EngineLoading,
    EngineReady,
    Event,
    PlanMade,
    ProblemRaised,
    ReadingTaken,
    TurnEnded,
)
from app.turn import Answer, Outcome
from models import hardware
from models.hardware import Hardware
from models.roles import CPU, RESERVED, Placement, Role

INTERVAL_SECONDS = 1.0
KEPT_READINGS = 120
LEAST_STEPS = 16
"""Between tokens of an answer by which a model's speed is known."""
RATE_SECONDS = 2.0
"""While an answer is written, its speed is that of this last stretch."""


class RoleState(StrEnum):
    """How far a role's models are."""

    WAITING = "waiting"
    """Not asked for yet, or it could not be loaded and is tried again when it is needed."""
    LOADING = "loading"
    READY = "ready"
    IDLE = "idle"
    """No question in the languages that are set needs it."""


@dataclass(frozen=True)
class RoleReading:
    """One of the five roles; all its loaded models together."""

    role: Role
    state: RoleState
    placement: Placement
    """Where it runs, or will run."""
    reserved: int
    """Bytes; none for what runs on another computer, or is not needed."""
    ram: int
    vram: int
    """Bytes that its models really took while they loaded."""
    cards: tuple[str, ...] = ()
    """Identities of the loaded models."""


@dataclass(frozen=True)
class Reading:
    """A moment."""

    at: float
    """Seconds of time.monotonic."""
    hardware: Hardware
    roles: tuple[RoleReading, ...]
    """In the order of Role."""
    tokens_per_second: float | None
    """Of the answer being written, else of the last one; None before the first."""


class Monitor:
    """Takes a reading a second on a thread of its own, and posts it as ReadingTaken.

    Make it before the assistant loads anything, or it misses that. All methods may be called from any thread; `read`
    and `clock` (seconds) are where its figures come from.
    """

    def __init__(
        self,
        bus: Bus,
        placements: Mapping[Role, Placement],
        read: Callable[[], Hardware] = hardware.read,
        clock: Callable[[], float] = time.monotonic,
        measured: Callable[[str, Placement, Hardware, float], None] = lambda card, placement, machine, speed: None,
    ) -> None:
        """`measured` is told at which speed, in tokens a second, a model wrote an answer by itself, and where."""
        self._bus = bus
        self._placements = placements
        self._read = read
        self._clock = clock
        self._measured = measured
        self._lock = threading.Lock()
        self._loaded: dict[Role, dict[str, EngineReady]] = {role: {} for role in Role}
        self._loading: EngineLoading | None = None
        self._idle: frozenset[Role] = frozenset()
        self._speed = _Speed()
        self._history: deque[Reading] = deque(maxlen=KEPT_READINGS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="parley-monitor", daemon=True)
        self._unsubscribe = bus.subscribe(self._hear)

    def start(self) -> None:
        """Begin; the first reading comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more readings; returns when the one under way is done. Can be called again, and before `start`."""
        self._stop.set()
        self._unsubscribe()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def history(self) -> tuple[Reading, ...]:
        """The readings of the last two minutes, oldest first."""
        with self._lock:
            return tuple(self._history)

    def sample(self) -> Reading:
        """Take a reading now, keep it and post it."""
        machine = self._read()
        with self._lock:
            roles = tuple(self._role(role) for role in Role)
            reading = Reading(self._clock(), machine, roles, self._speed.value)
            self._history.append(reading)
        self._bus.post(ReadingTaken(reading))
        return reading

    def _run(self) -> None:
        due = self._clock()
        while True:
            self.sample()
            # A machine that slept, or is slow, has missed readings, and needs none of them now.
            due = max(due + INTERVAL_SECONDS, self._clock())
            if self._stop.wait(due - self._clock()):
                return

    def _role(self, role: Role) -> RoleReading:
        loaded = self._loaded[role]
        engines = tuple(loaded.values())
        idle = role in self._idle and not engines
        state = RoleState.READY if engines else RoleState.IDLE if idle else RoleState.WAITING
        if self._loading is not None and self._loading.role is role:
            state = RoleState.LOADING
        placement = engines[-1].placement if engines else self._placements.get(role, CPU)
        return RoleReading(
            role=role,
            state=state,
            placement=placement,
            reserved=0 if placement.host or idle else RESERVED[role],
            ram=0 if placement.host else sum(engine.ram for engine in engines),
            vram=sum(engine.vram for engine in engines),
            cards=tuple(loaded),
        )

    def _hear(self, event: Event) -> None:
        self._take(event)
        if isinstance(event, TurnEnded):
            self._measure(event.answer)

    def _measure(self, answer: Answer) -> None:
        """Tell how fast the answer came that has just ended, if nothing but the model had a part in that."""
        if answer.outcome is not Outcome.ANSWERED or answer.role is None or answer.answer_translated is not None:
            return
        with self._lock:
            written = list(self._loaded[answer.role].values())
            enough = self._speed.turn == answer.turn and self._speed.steps >= LEAST_STEPS
            speed = self._speed.value if enough else None
            machine = self._history[-1].hardware if self._history else None
        if written and speed is not None and machine is not None:
            self._measured(written[-1].card, written[-1].placement, machine, speed)

    def _take(self, event: Event) -> None:
        with self._lock:
            match event:
                case AnswerPiece(turn=turn):
                    self._speed.piece(turn, self._clock())
                case TurnEnded(turn=turn):
                    self._speed.end(turn)
                case EngineLoading():
                    # One model is loaded at a time: another one that was still loading has failed.
                    self._loading = event
                case EngineReady(role=role, card=card):
                    self._loading = None
                    self._loaded[role][card] = event
                case EngineClosed(role=role, card=card):
                    self._loaded[role].pop(card, None)
                case PlanMade(plan=plan):
                    self._placements = plan.placements
                    self._idle = frozenset(role for role, planned in plan.roles.items() if planned.idle)
                case ProblemRaised(problem=problem):
                    if self._loading is not None and _STAGES[self._loading.role] == problem.stage:
                        self._loading = None


_STAGES = {Role.ASR: "ear", Role.TRANSLATION: "brain", Role.LLM: "brain", Role.VLM: "brain", Role.TTS: "voice"}
"""Whose problem it is when a role's model cannot be loaded."""


class _Speed:
    """Tokens per second, from the moments at which tokens came. Not for several threads.

    A speed is steps between tokens over the seconds they took, so the first token, which had to wait for the question
    to be read, counts as the start only, and an answer of one token has no speed. It is measured from token to token
    and not up to now: an answer that is written but still being spoken is not a slow one. It is the pace at which the
    answer comes: what happens between two tokens, such as translating a sentence, counts.
    """

    def __init__(self) -> None:
        self.value: float | None = None
        self.steps = 0
        self.turn: int | None = None
        """The last of which tokens came, and the steps between them."""
        self._turn: int | None = None
        self._first = 0.0
        self._recent: deque[float] = deque()

    def piece(self, turn: int, at: float) -> None:
        if turn != self._turn:
            self.end(self._turn)
            self.turn = self._turn = turn
            self._first, self.steps = at, 0
            self._recent.clear()
        else:
            self.steps += 1
        self._recent.append(at)
        # The stretch begins with the last token that is that old, so that it is never too short to have a step.
        while len(self._recent) > 2 and self._recent[1] <= at - RATE_SECONDS:
            self._recent.popleft()
        self._note(len(self._recent) - 1, at - self._recent[0])

    def end(self, turn: int | None) -> None:
        """From here on it is the speed of the whole answer."""
        if turn is not None and turn == self._turn:
            self._note(self.steps, self._recent[-1] - self._first)
            self._turn = None

    def _note(self, steps: int, seconds: float) -> None:
        if steps > 0 and seconds > 0:
            self.value = steps / seconds
