"""A thread with a bounded inbox: the one place where exceptions become problems.

Owns the life of a stage's thread. It must not know what the items mean beyond the turn they belong to.
"""

import collections
import logging
import threading
from typing import Generic, Protocol, TypeVar

from app.problems import Problem, from_exception
from app.turn import Turn
from models.roles import Cancelled

log = logging.getLogger(__name__)


class Item(Protocol):
    """Something for a stage to do."""

    @property
    def turn(self) -> Turn | None: ...


T_contra = TypeVar("T_contra", bound=Item, contravariant=True)
T = TypeVar("T", bound=Item)


class Stage(Protocol[T_contra]):
    """What a worker runs. All methods are called on the worker's thread."""

    name: str

    def handle(self, item: T_contra) -> None: ...

    def skip(self, item: T_contra) -> None:
        """The item's turn was cancelled before or while it was handled."""
        ...

    def failed(self, item: T_contra, problem: Problem) -> None:
        """Handling the item raised; the worker lives on."""
        ...

    def close(self) -> None:
        """The thread ends: give native objects back."""
        ...


class Worker(Generic[T]):
    """Runs one stage on a thread of its own."""

    def __init__(self, stage: Stage[T], capacity: int = 16) -> None:
        self._stage = stage
        self._capacity = capacity
        self._inbox: collections.deque[T] = collections.deque()
        self._changed = threading.Condition()
        self._stopping = False
        # Daemons, so that a process whose front end dies before it can close the stages ends all the same.
        self._thread = threading.Thread(target=self._run, name=f"parley-{stage.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, item: T) -> bool:
        """Hand over an item; waits while the inbox is full. False once the worker is stopping."""
        with self._changed:
            while len(self._inbox) >= self._capacity and not self._stopping:
                self._changed.wait()
            if self._stopping:
                return False
            self._inbox.append(item)
            self._changed.notify_all()
            return True

    def offer(self, item: T) -> bool:
        """Hand over an item if there is room; never waits."""
        with self._changed:
            if self._stopping or len(self._inbox) >= self._capacity:
                return False
            self._inbox.append(item)
            self._changed.notify_all()
            return True

    def stop(self) -> None:
        """Take no more items; those that wait are still handled, or skipped when they belong to no live turn."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; False when it is still running after `timeout` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _take(self) -> T | None:
        with self._changed:
            while not self._inbox and not self._stopping:
                self._changed.wait()
            if not self._inbox:
                return None
            item = self._inbox.popleft()
            self._changed.notify_all()
            return item

    def _run(self) -> None:
        while (item := self._take()) is not None:
            self._do(item)
        try:
            self._stage.close()
        except Exception:
            log.exception("%s did not close cleanly", self._stage.name)

    def _do(self, item: T) -> None:
        try:
            if item.turn.cancel.cancelled if item.turn is not None else self._stopping:
                self._stage.skip(item)
            else:
                self._stage.handle(item)
        except Cancelled:
            self._stage.skip(item)
        except Exception as error:
            self._stage.failed(item, from_exception(self._stage.name, error))
