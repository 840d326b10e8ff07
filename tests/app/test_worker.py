"""The worker: order, bounds, errors, end."""

import threading
from dataclasses import dataclass, field

import pytest

from app.problems import Problem
from app.turn import Request, Talk, Turn
from app.worker import Worker
from models.roles import Cancelled, ModelError


@dataclass(frozen=True)
class Job:
    turn: Turn | None
    what: str


@dataclass
class Recorder:
    """A stage that writes down what happens to it."""

    name: str = "recorder"
    log: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def handle(self, item: Job) -> None:
        self.entered.set()
        if item.what == "wait":
            self.gate.wait()
        if item.what == "model":
            raise ModelError("code", "It broke.", "Mend it.")
        if item.what == "bug":
            raise ZeroDivisionError("oops")
        if item.what == "cancelled":
            raise Cancelled
        self.log.append(f"did {item.what}")

    def skip(self, item: Job) -> None:
        self.log.append(f"skipped {item.what}")

    def failed(self, item: Job, problem: Problem) -> None:
        self.log.append(f"failed {item.what}: {problem.stage} {problem.code} {problem.message} {problem.remedy}")

    def close(self) -> None:
        self.log.append("closed")


def run(*whats: str) -> list[str]:
    stage = Recorder()
    worker: Worker[Job] = Worker(stage)
    worker.start()
    for what in whats:
        worker.put(Job(Turn(1, Request("x"), Talk()), what))
    worker.stop()
    assert worker.join(5)
    return stage.log


def test_items_are_done_in_order_and_the_stage_is_closed_on_its_thread() -> None:
    assert run("a", "b", "c") == ["did a", "did b", "did c", "closed"]


def test_an_error_is_one_problem_and_the_next_item_works() -> None:
    assert run("model", "a") == ["failed model: recorder code It broke. Mend it.", "did a", "closed"]


@pytest.mark.logs("unexpected error in recorder")
def test_a_bug_is_a_problem_too() -> None:
    log = run("bug", "a")
    assert log[0].startswith("failed bug: recorder internal Something unexpected happened: ZeroDivisionError: oops.")
    assert log[1:] == ["did a", "closed"]


def test_cancelled_is_not_an_error() -> None:
    assert run("cancelled", "a") == ["skipped cancelled", "did a", "closed"]


def test_items_of_a_cancelled_turn_are_skipped_as_they_are_taken() -> None:
    stage = Recorder()
    worker: Worker[Job] = Worker(stage)
    worker.start()
    dead, live = Turn(1, Request("x"), Talk()), Turn(2, Request("y"), Talk())
    worker.put(Job(live, "wait"))
    for turn, what in ((dead, "a"), (live, "b"), (dead, "c")):
        worker.put(Job(turn, what))
    dead.cancel.cancel()
    stage.gate.set()
    worker.stop()
    assert worker.join(5)
    assert stage.log == ["did wait", "skipped a", "did b", "skipped c", "closed"]


def test_a_full_inbox_makes_the_giver_wait() -> None:
    stage = Recorder()
    worker: Worker[Job] = Worker(stage, capacity=2)
    worker.start()
    turn = Turn(1, Request("x"), Talk())
    worker.put(Job(turn, "wait"))
    assert stage.entered.wait(5)
    for _ in range(2):
        worker.put(Job(turn, "fill"))
    through = threading.Event()
    giver = threading.Thread(target=lambda: (worker.put(Job(turn, "late")), through.set()))
    giver.start()
    assert not through.wait(0.05)
    stage.gate.set()
    assert through.wait(5)
    giver.join()
    worker.stop()
    assert worker.join(5)
    assert stage.log == ["did wait", "did fill", "did fill", "did late", "closed"]


def test_a_stopping_worker_takes_nothing_more() -> None:
    stage = Recorder()
    worker: Worker[Job] = Worker(stage)
    worker.start()
    worker.stop()
    assert worker.join(5)
    assert worker.put(Job(None, "late")) is False
    assert stage.log == ["closed"]
