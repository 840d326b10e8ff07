"""The monitor's figures, exact with a clock that the test turns, and its thread."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.events import (
    AnswerPiece,
    Bus,
    EngineLoading,
    EngineReady,
    Event,
    PlanMade,
    ProblemRaised,
    ReadingTaken,
    TurnEnded,
    TurnStarted,
)
from app.monitor import KEPT_READINGS, LEAST_STEPS, Monitor, Reading, RoleReading, RoleState
from app.problems import Problem
from app.turn import Answer, Outcome, Request, Talk, Turn
from models.hardware import Hardware
from models.languages import Pair
from models.places import Places
from models.residency import Residency, starter_library
from models.roles import CPU, GB, RESERVED, Placement, Role
from tests.nvml import GTX_1660, T4, StandInNvml

CARD = Placement(gpu=0)
PLACEMENTS = {**dict.fromkeys(Role, CPU), Role.LLM: CARD, Role.VLM: CARD, Role.TTS: CARD}
MACHINE = Hardware((), "no NVIDIA driver", None, 16 * GB, 9 * GB, 8, 1 * GB)


class Clock:
    """Stands in for the system's clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A monitor whose clock and machine the test plays."""

    def __init__(self) -> None:
        self.bus, self.clock = Bus(), Clock()
        self.machine = MACHINE
        self.monitor = Monitor(self.bus, PLACEMENTS, lambda: self.machine, self.clock)

    def role(self, role: Role) -> RoleReading:
        return next(reading for reading in self.monitor.sample().roles if reading.role is role)

    def pieces(self, turn: int, *at: float) -> None:
        for moment in at:
            self.clock.now = 1000.0 + moment
            self.bus.post(AnswerPiece(turn, "word "))

    @property
    def speed(self) -> float | None:
        return self.monitor.sample().tokens_per_second


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.monitor.stop()


def ended(turn: int) -> TurnEnded:
    return TurnEnded(turn, _answer(turn))


def _answer(turn: int) -> Answer:
    return Turn(turn, Request("What?"), Talk()).snapshot()


def problem(stage: str) -> ProblemRaised:
    return ProblemRaised(Problem(stage, "model-broken", "It is broken.", "Install another one."))


def test_before_anything_is_loaded(bench: Bench) -> None:
    heard: list[Event] = []
    bench.bus.subscribe(heard.append)
    reading = bench.monitor.sample()
    assert reading == Reading(
        1000.0,
        MACHINE,
        tuple(RoleReading(role, RoleState.WAITING, PLACEMENTS[role], RESERVED[role], 0, 0) for role in Role),
        None,
    )
    assert heard == [ReadingTaken(reading)]
    assert bench.monitor.history == (reading,)


def test_a_role_is_the_sum_of_its_models(bench: Bench) -> None:
    for card, ram in (("en-es", 15), ("es-en", 5)):
        bench.bus.post(EngineLoading(Role.TRANSLATION, card))
        assert bench.role(Role.TRANSLATION).state is RoleState.LOADING
        bench.bus.post(EngineReady(Role.TRANSLATION, card, 0.1, CPU, ram, 0))
        assert bench.role(Role.TRANSLATION).state is RoleState.READY
    assert bench.role(Role.TRANSLATION) == RoleReading(
        Role.TRANSLATION, RoleState.READY, CPU, 3 * GB, 20, 0, ("en-es", "es-en")
    )
    bench.bus.post(EngineReady(Role.LLM, "qwen", 2.0, CARD, 100, 5 * GB))
    assert bench.role(Role.LLM) == RoleReading(Role.LLM, RoleState.READY, CARD, 6 * GB, 100, 5 * GB, ("qwen",))
    assert bench.role(Role.ASR).state is RoleState.WAITING


def test_a_model_that_is_loaded_again_counts_once(bench: Bench) -> None:
    bench.bus.post(EngineReady(Role.LLM, "qwen", 2.0, CARD, 100, 5 * GB))
    bench.bus.post(EngineReady(Role.LLM, "qwen", 2.0, CPU, 90, 0))
    assert bench.role(Role.LLM) == RoleReading(Role.LLM, RoleState.READY, CPU, 6 * GB, 90, 0, ("qwen",))


def test_a_role_is_shown_where_it_really_runs(bench: Bench) -> None:
    assert bench.role(Role.TTS).placement == CARD
    bench.bus.post(EngineLoading(Role.TTS, "voice"))
    assert bench.role(Role.TTS).placement == CARD
    bench.bus.post(EngineReady(Role.TTS, "voice", 0.1, CPU, 50, 0))
    assert bench.role(Role.TTS).placement == CPU


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (problem("brain"), RoleState.WAITING),
        (problem("voice"), RoleState.LOADING),
        (EngineLoading(Role.ASR, "vosk"), RoleState.WAITING),
        (TurnStarted(1, Request("What?")), RoleState.LOADING),
    ],
)
def test_a_model_that_cannot_be_loaded_does_not_load_for_ever(bench: Bench, event: Event, state: RoleState) -> None:
    bench.bus.post(EngineLoading(Role.LLM, "qwen"))
    bench.bus.post(event)
    assert bench.role(Role.LLM).state is state


def test_a_second_model_that_fails_leaves_the_first_ready(bench: Bench) -> None:
    bench.bus.post(EngineReady(Role.TTS, "en", 0.1, CPU, 50, 0))
    bench.bus.post(EngineLoading(Role.TTS, "es"))
    bench.bus.post(problem("voice"))
    assert bench.role(Role.TTS).state is RoleState.READY


def test_speed_of_the_last_stretch_while_it_is_written_then_of_the_whole(bench: Bench) -> None:
    bench.pieces(1, 0.0)
    assert bench.speed is None
    bench.pieces(1, 0.25)
    assert bench.speed == 4.0
    # Four a second for two seconds, then eight a second.
    bench.pieces(1, *(step / 4 for step in range(2, 9)))
    assert bench.speed == 4.0
    bench.pieces(1, *(2 + step / 8 for step in range(1, 9)))
    assert bench.speed == pytest.approx((4 + 8) / 2)
    bench.pieces(1, *(3 + step / 8 for step in range(1, 9)))
    assert bench.speed == 8.0
    # It is still being spoken.
    bench.clock.now += 30
    assert bench.speed == 8.0
    bench.bus.post(ended(1))
    assert bench.speed == 24 / 4
    bench.clock.now += 600
    assert bench.speed == 24 / 4


def test_speed_of_an_answer_that_is_over_before_anybody_looks(bench: Bench) -> None:
    bench.pieces(1, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05)
    bench.bus.post(ended(1))
    bench.clock.now += 0.9
    assert bench.speed == pytest.approx(100.0)


def test_speed_of_a_model_that_needs_seconds_for_a_token(bench: Bench) -> None:
    bench.pieces(1, 0.0, 5.0, 10.0)
    assert bench.speed == 0.2
    bench.pieces(1, 20.0)
    assert bench.speed == 0.1
    bench.bus.post(ended(1))
    assert bench.speed == 3 / 20


@pytest.mark.parametrize("at", [(20.0,), (20.0, 20.0)])
def test_an_answer_without_a_speed_leaves_the_one_before(bench: Bench, at: tuple[float, ...]) -> None:
    bench.pieces(1, 0.0, 0.5, 1.0)
    bench.bus.post(ended(1))
    bench.pieces(2, *at)
    assert bench.speed == 2.0
    bench.bus.post(ended(2))
    assert bench.speed == 2.0


def test_a_turn_that_ends_without_a_word_changes_no_speed(bench: Bench) -> None:
    bench.bus.post(ended(1))
    assert bench.speed is None
    bench.pieces(2, 0.0, 0.5, 4.0)
    # The turn before it ends late: its voice was still speaking.
    bench.bus.post(ended(1))
    assert bench.speed == 1 / 3.5
    bench.bus.post(ended(2))
    assert bench.speed == 2 / 4.0


def test_the_next_answer_can_begin_before_the_last_one_was_spoken(bench: Bench) -> None:
    bench.pieces(1, 0.0, 3.0, 3.5)
    bench.pieces(2, 10.0)
    assert bench.speed == 2 / 3.5
    bench.pieces(2, 10.1)
    assert bench.speed == pytest.approx(10.0)


def test_two_minutes_are_kept(bench: Bench) -> None:
    for _ in range(KEPT_READINGS + 5):
        bench.monitor.sample()
        bench.clock.now += 1
    assert [reading.at for reading in bench.monitor.history] == [1005.0 + second for second in range(120)]


def test_the_thread_samples_until_it_is_stopped() -> None:
    bus, seen = Bus(), list[Reading]()
    twice = threading.Event()

    def note(event: Event) -> None:
        if isinstance(event, ReadingTaken):
            seen.append(event.reading)
            if len(seen) == 2:
                twice.set()

    bus.subscribe(note)
    monitor = Monitor(bus, PLACEMENTS)
    monitor.start()
    assert twice.wait(60)
    monitor.stop()
    count = len(seen)
    bus.post(EngineReady(Role.LLM, "qwen", 2.0, CPU, 100, 0))
    assert monitor.history == tuple(seen)
    assert seen[0].hardware.ram_ours > 0
    # It listens no more, nor does it sample.
    assert monitor.sample().roles[2].state is RoleState.WAITING
    assert len(seen) == count + 1
    monitor.stop()


def test_stopping_does_not_wait_for_the_next_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    # A monitor that slept would run into the time limit of the test.
    monkeypatch.setattr("app.monitor.INTERVAL_SECONDS", 3600.0)
    read = threading.Event()

    def look() -> Hardware:
        read.set()
        return MACHINE

    monitor = Monitor(Bus(), PLACEMENTS, look)
    monitor.start()
    assert read.wait(60)
    monitor.stop()
    assert len(monitor.history) == 1


def test_a_monitor_that_was_never_started_can_be_stopped() -> None:
    Monitor(Bus(), PLACEMENTS).stop()


class Waiting:
    """Stands in for the time that passes between readings: it passes at once, until there was enough of it."""

    def __init__(self, clock: Clock, times: int) -> None:
        self.clock, self.times = clock, times

    def set(self) -> None:
        self.times = 0

    def wait(self, seconds: float) -> bool:
        self.clock.now += seconds
        self.times -= 1
        return self.times <= 0


def test_readings_come_on_the_second_however_long_they_take(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    durations = iter([0.0, 0.25, 0.5, 60.0, 0.25, 0.0, 0.0])

    def look() -> Hardware:
        begun.append(bench.clock.now)
        bench.clock.now += next(durations)
        return MACHINE

    begun: list[float] = []
    monkeypatch.setattr(bench.monitor, "_read", look)
    monkeypatch.setattr(bench.monitor, "_stop", Waiting(bench.clock, 7))
    bench.monitor._run()
    # A machine that slept for a minute gets one late reading and none for the seconds that it missed.
    assert begun == [1000.0, 1001.0, 1002.0, 1003.0, 1063.0, 1064.0, 1065.0]


def test_the_machine_and_the_models_in_one_reading(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    """Real models beside a stand-in for the cards, as the window will see them."""
    stand_in_nvml.show(T4, GTX_1660)
    stand_in_nvml.set(0, ours=2 * GB, others=GB)
    bus = Bus()
    monitor = Monitor(bus, dict.fromkeys(Role, CPU))
    engines = Residency(
        starter_library(tmp_path, {}),
        lambda card, done: bus.post(
            EngineLoading(card.role, card.id)
            if done is None
            else EngineReady(card.role, card.id, done.seconds, done.placement, done.ram, done.vram)
        ),
    )
    engines.translator("en", "es")
    engines.translator("es", "en")
    reading = monitor.sample()
    engines.close()
    monitor.stop()
    first, second = reading.hardware.gpus
    assert (first.ours, first.total - first.free) == (2 * GB, 3 * GB + T4.reserved)
    assert second.free == GTX_1660.total - GTX_1660.reserved
    translation = reading.roles[1]
    assert (translation.role, translation.state) == (Role.TRANSLATION, RoleState.READY)
    assert translation.cards == ("starter-translation-en-es", "starter-translation-es-en")
    assert reading.hardware.ram_ours > translation.ram


def test_a_speed_is_told_of_answers_that_the_model_wrote_by_itself() -> None:
    told: list[tuple[str, Placement, float]] = []
    bus, clock = Bus(), Clock()
    monitor = Monitor(
        bus, PLACEMENTS, lambda: MACHINE, clock, lambda card, where, _, speed: told.append((card, where, speed))
    )
    monitor.sample()
    bus.post(EngineReady(Role.LLM, "some-llm", 1.0, CARD, 0, 0))

    def answer(turn: int, steps: int, **more: object) -> None:
        for _ in range(steps + 1):
            clock.now += 0.25
            bus.post(AnswerPiece(turn, "word "))
        whole = replace(_answer(turn), outcome=Outcome.ANSWERED, role=Role.LLM)
        bus.post(TurnEnded(turn, replace(whole, **more)))  # type: ignore[arg-type]

    answer(1, LEAST_STEPS)
    assert told == [("some-llm", CARD, 4.0)]
    answer(2, LEAST_STEPS - 1)
    answer(3, LEAST_STEPS, answer_translated="palabra")
    answer(4, LEAST_STEPS, outcome=Outcome.CANCELLED)
    answer(5, LEAST_STEPS, role=Role.VLM)
    # While this one was still being spoken, the next one was begun.
    bus.post(AnswerPiece(6, "word "))
    bus.post(AnswerPiece(7, "word "))
    bus.post(TurnEnded(6, replace(_answer(6), outcome=Outcome.ANSWERED, role=Role.LLM)))
    assert len(told) == 1
    monitor.stop()


def test_a_role_that_the_languages_do_not_need_reserves_nothing_until_it_is_loaded(
    bench: Bench, tmp_path: Path
) -> None:
    library = starter_library(tmp_path, {})
    for pair, state in ((Pair("en", "en"), RoleState.IDLE), (Pair("es", "es"), RoleState.WAITING)):
        places = Places(library, read=lambda: MACHINE, pair=pair)
        bench.bus.post(PlanMade(places.plan, ""))
        reading = bench.role(Role.TRANSLATION)
        assert reading.state is state
        assert (reading.reserved == 0) == (state is RoleState.IDLE)
        assert bench.role(Role.LLM).state is RoleState.WAITING
    bench.bus.post(PlanMade(Places(library, read=lambda: MACHINE, pair=Pair("en", "en")).plan, ""))
    bench.bus.post(EngineReady(Role.TRANSLATION, "one", 1.0, CPU, 5, 0))
    assert (bench.role(Role.TRANSLATION).state, bench.role(Role.TRANSLATION).reserved) == (
        RoleState.READY,
        RESERVED[Role.TRANSLATION],
    )
