"""The crossing between threads: order, joining, bounded work at a stretch, the background, a clean end."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.events import AnswerPiece, Event, PartialTranscript, SoundLevel, SpeakingStarted
from models.roles import ModelError
from ui.bridge import DRAIN_SECONDS, Bridge

Until = Callable[..., None]


class Window:
    """What the bridge brought, and on which thread."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.threads: set[threading.Thread] = set()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self.threads.add(threading.current_thread())


@pytest.fixture
def window() -> Window:
    return Window()


@pytest.fixture
def bridge(window: Window, qapp: object) -> Iterator[Bridge]:
    bridge = Bridge(window)
    yield bridge
    assert bridge.close(5)
    bridge.deleteLater()


def in_threads(*jobs: Callable[[], object]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_events_of_many_threads_come_to_the_window_in_each_threads_order(
    bridge: Bridge, window: Window, until: Until
) -> None:
    def post(first: int) -> Callable[[], None]:
        return lambda: [bridge.post(SpeakingStarted(first + number)) for number in range(500)] and None

    in_threads(post(0), post(1000), post(2000))
    until(lambda: len(window.events) == 1500)
    numbers = [event.turn for event in window.events if isinstance(event, SpeakingStarted)]
    for first in (0, 1000, 2000):
        assert [number for number in numbers if first <= number < first + 500] == list(range(first, first + 500))
    assert window.threads == {threading.main_thread()}


def test_what_follows_each_other_and_says_the_same_is_joined(bridge: Bridge, window: Window, until: Until) -> None:
    def post() -> None:
        for text in ("One", " two", " three"):
            bridge.post(AnswerPiece(1, text))
        bridge.post(AnswerPiece(2, "Four"))
        for level in (-60.0, -50.0, -40.0):
            bridge.post(SoundLevel(level))
        bridge.post(PartialTranscript(None, "what"))
        bridge.post(PartialTranscript(None, "what is"))
        bridge.post(SpeakingStarted(1))
        bridge.post(SpeakingStarted(1))
        bridge.post(AnswerPiece(1, "!"))

    in_threads(post)
    until(lambda: len(window.events) == 7)
    assert window.events == [
        AnswerPiece(1, "One two three"),
        AnswerPiece(2, "Four"),
        SoundLevel(-40.0),
        PartialTranscript(None, "what is"),
        SpeakingStarted(1),
        SpeakingStarted(1),
        AnswerPiece(1, "!"),
    ]


def test_a_long_queue_is_worked_off_in_stretches(bridge: Bridge, until: Until) -> None:
    done: list[float] = []
    between: list[int] = []

    def work() -> None:
        end = time.monotonic() + DRAIN_SECONDS * 0.6
        while time.monotonic() < end:
            pass
        done.append(time.monotonic())

    in_threads(lambda: [bridge.call(work) for _ in range(10)])
    until(lambda: between.append(len(done)) or len(done) == 10)
    # The event loop came round after at most two of them, every time.
    assert max(later - earlier for earlier, later in zip([0, *between], between, strict=False)) <= 2


@pytest.mark.logs("the window failed on function")
def test_what_fails_in_the_window_does_not_keep_the_rest(bridge: Bridge, window: Window, until: Until) -> None:
    bridge.call(lambda: 1 / 0)
    bridge.post(SpeakingStarted(1))
    until(lambda: window.events)


def test_the_background_works_in_order_and_answers_on_the_windows_thread(bridge: Bridge, until: Until) -> None:
    threads: list[str] = []
    results: list[object] = []

    def job(number: int) -> Callable[[], int]:
        def work() -> int:
            threads.append(threading.current_thread().name)
            if number == 1:
                raise ModelError("picture-missing", "It is gone.", "Choose it again.")
            return number

        return work

    def note(result: object) -> None:
        results.append(result)
        assert threading.current_thread() is threading.main_thread()

    for number in range(3):
        bridge.run_in_background(job(number), note, lambda problem: note((problem.code, problem.message)))
    until(lambda: len(results) == 3)
    assert results == [0, ("picture-missing", "It is gone."), 2]
    assert set(threads) == {"parley-window"}


def test_closing_finishes_the_background_and_delivers_nothing_more(window: Window, qapp: object) -> None:
    bridge = Bridge(window)
    done: list[int] = []
    for number in range(3):
        bridge.run_in_background(lambda number=number: done.append(number), window, window)  # type: ignore[misc]
    bridge.post(SpeakingStarted(1))
    assert bridge.close(5)
    bridge.post(SpeakingStarted(2))
    bridge.run_in_background(lambda: done.append(9), window, window)
    assert done == [0, 1, 2]
    from PySide6.QtTest import QTest

    QTest.qWait(50)
    assert window.events == []


def test_closing_does_not_wait_for_a_job_that_hangs(window: Window, qapp: object) -> None:
    bridge = Bridge(window)
    go_on = threading.Event()
    bridge.run_in_background(go_on.wait, window, window)
    assert not bridge.close(0.05)
    go_on.set()
    assert bridge.close(5)
