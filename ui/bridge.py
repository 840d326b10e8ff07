"""The only crossing between the window's thread and all others.

Owns the queue of what other threads have for the window, and the thread that does the window's slow work. What
follows each other and says the same is joined, so that a flood costs the window no more than a trickle. It must not
know what events mean to the window.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.events import AnswerPiece, Event, PartialTranscript, ReadingTaken, SoundLevel
from app.problems import Problem, from_exception
from models.roles import Cancelled

log = logging.getLogger(__name__)

FRAME_MS = 16
"""The queue is emptied at most this often."""
DRAIN_SECONDS = 0.008
"""So long the window works on the queue at a stretch; the rest comes a frame later."""

R = TypeVar("R")


class Bridge(QObject):
    """Brings events and calls to the thread that made it, in the order in which they came."""

    _woken = Signal()

    def __init__(self, deliver: Callable[[Event], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._deliver = deliver
        self._lock = threading.Lock()
        self._queue: deque[Event | Callable[[], object]] = deque()
        self._awake = False
        self._closed = False
        self._drained_at = 0.0
        self._clock = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._drain)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._worker: threading.Thread | None = None

    def post(self, event: Event) -> None:
        """Deliver an event there; from any thread, at once done."""
        self._put(event)

    def call(self, job: Callable[[], object]) -> None:
        """Run a job there; from any thread, at once done."""
        self._put(job)

    @property
    def closed(self) -> bool:
        """Whether nothing is delivered any more; from any thread."""
        return self._closed

    def run_in_background(
        self, job: Callable[[], R], done: Callable[[R], object], failed: Callable[[Problem], object]
    ) -> None:
        """Run a job on the one background thread, after those given before; then `done` or `failed` on this thread."""

        def work() -> None:
            try:
                result = job()
            except Exception as error:
                problem = from_exception("window", error)
                self.call(lambda: failed(problem))
            else:
                self.call(lambda: done(result))

        if self._closed:
            return
        if self._worker is None:
            # A daemon: a job that hangs on a dead disk must not keep the process.
            self._worker = threading.Thread(target=self._work, name="parley-window", daemon=True)
            self._worker.start()
        self._jobs.put(work)

    def run_apart(self, job: Callable[[], R], done: Callable[[R], object], failed: Callable[[Problem], object]) -> None:
        """Run a job on a thread of its own: it may take minutes, for which nothing else must wait. Then `done` or
        `failed` on this thread, or neither where the job was called off."""

        def work() -> None:
            try:
                result = job()
            except Cancelled:
                return
            except Exception as error:
                problem = from_exception("window", error)
                self.call(lambda: failed(problem))
            else:
                self.call(lambda: done(result))

        threading.Thread(target=work, name="parley-apart", daemon=True).start()

    def close(self, timeout: float) -> bool:
        """Finish the background's jobs and deliver nothing more. False if one outlasts `timeout` seconds."""
        with self._lock:
            self._closed = True
            self._queue.clear()
        self._clock.stop()
        if self._worker is None:
            return True
        self._jobs.put(None)
        self._worker.join(timeout)
        return not self._worker.is_alive()

    def _put(self, item: Event | Callable[[], object]) -> None:
        with self._lock:
            if self._closed:
                return
            joined = _joined(self._queue[-1], item) if self._queue else None
            if joined is not None:
                self._queue[-1] = joined
                return
            self._queue.append(item)
            if self._awake:
                return
            self._awake = True
        self._woken.emit()

    def _wake(self) -> None:
        left = FRAME_MS - (time.monotonic() - self._drained_at) * 1000
        if left > 0:
            self._clock.start(round(left))
        else:
            self._drain()

    def _drain(self) -> None:
        self._drained_at = started = time.monotonic()
        while time.monotonic() - started < DRAIN_SECONDS:
            with self._lock:
                if not self._queue:
                    self._awake = False
                    return
                item = self._queue.popleft()
            try:
                if callable(item):
                    item()
                else:
                    self._deliver(item)
            except Exception:
                # The rest must still come: a turn whose end is lost would never end on the screen.
                log.exception("the window failed on %s", type(item).__name__)
        self._clock.start(FRAME_MS)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _joined(earlier: Event | Callable[[], object], later: Event | Callable[[], object]) -> Event | None:
    """One event that says what both do, where there is one."""
    match earlier, later:
        case AnswerPiece(turn=turn), AnswerPiece(turn=same) if turn == same:
            return replace(earlier, text=earlier.text + later.text)
        case (SoundLevel(), SoundLevel()) | (ReadingTaken(), ReadingTaken()):
            return later  # type: ignore[return-value]
        case PartialTranscript(turn=turn), PartialTranscript(turn=same) if turn == same:
            return later
    return None
