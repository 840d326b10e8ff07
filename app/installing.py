"""The queue of models to be installed: one after the other, each in parallel parts, through restarts.

Owns the queue on the disk (`models/queue.json`), its thread, speed and time left, pause and cancel, and the order after
a download: conversion, then a trial in a process of its own. It must not know how files are fetched or who shows this.
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from models import catalog
from models.catalog import Card
from models.roles import Cancelled, CancelToken, ModelError, Role
from models.store import disk
from models.store.admission import admit
from models.store.arrival import Arrival
from models.store.installed import Store
from models.store.web import Web

log = logging.getLogger(__name__)

QUEUE = "queue.json"
PARTS = 4
"""Connections at once."""
TICK_SECONDS = 0.25
SPEED_SECONDS = 5.0
"""The speed is that of this last stretch."""
_PASSING = frozenset(
    ("source-unreachable", "source-stalled", "source-cut", "source-slow", "source-busy", "disk-full", "disk-failed")
)
"""Errors after which a model stays in the queue, for the next start."""


class State(StrEnum):
    """How far a model is."""

    WAITING = "waiting"
    LOOKING = "looking"
    """Its sources are asked what they have."""
    FETCHING = "fetching"
    CHECKING = "checking"
    UNPACKING = "unpacking"
    CONVERTING = "converting"
    TRYING = "trying"
    """It is opened once, in a process of its own."""
    INSTALLED = "installed"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in (State.INSTALLED, State.FAILED, State.CANCELLED, State.PAUSED)


@dataclass(frozen=True)
class Installing:
    """How far one model is, told whenever that changes, and a few times a second while bytes come."""

    id: str
    name: str
    state: State
    done: int = 0
    total: int = 0
    """Bytes of the step that it is in."""
    speed: float | None = None
    """Bytes a second."""
    seconds_left: float | None = None
    trouble: str = ""
    """Why it waits, while it is tried again and again."""
    step: str = ""
    """What a conversion is at, in words."""
    code: str = ""
    message: str = ""
    remedy: str = ""
    """Of FAILED: what went wrong."""


Listener = Callable[[Installing], None]


@dataclass
class _Job:
    card: Card
    paused: bool = False
    cancel: CancelToken | None = None
    """While it is worked on."""
    dropped: bool = False


class Installer:
    """Works through the queue on a thread of its own. All methods may be called from any thread."""

    def __init__(self, store: Store, web: Web, cache: Path, listener: Listener, parts: int = PARTS) -> None:
        """`cache` is where converted translators lie. `listener` is called on the installer's threads; it is quick."""
        self._store = store
        self._web = web
        self._cache = cache
        self._listener = listener
        self._parts = parts
        self._changed = threading.Condition()
        self._jobs: list[_Job] = []
        self._states: dict[str, Installing] = {}
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._failures: dict[str, ModelError] = {}
        self._held: contextlib.ExitStack | None = None

    @property
    def queue(self) -> tuple[str, ...]:
        """Identities of the models that are not installed yet, in their order."""
        with self._changed:
            return tuple(job.card.id for job in self._jobs)

    @property
    def states(self) -> tuple[Installing, ...]:
        """The last word on every model that was in the queue since the start."""
        with self._changed:
            return tuple(self._states.values())

    def add(self, cards: Iterable[Card]) -> None:
        """Put models at the end of the queue; one that waits already, or is paused, goes on.

        Raises ModelError, for instance "store-busy" where another process works on its queue.
        """
        with self._changed:
            self._hold()
            for card in cards:
                job = next((job for job in self._jobs if job.card.id == card.id), None)
                if job is None:
                    self._jobs.append(_Job(replace(card, folder=card.id)))  # not where it lies now
                else:
                    job.paused = job.dropped = False
                self._failures.pop(card.id, None)
                self._tell(Installing(card.id, card.name, State.WAITING, 0, card.size))
            self._keep()
            self._changed.notify_all()

    def start(self) -> None:
        """Begin, or go on with what an earlier process left; harmless when begun. Raises ModelError("store-busy")."""
        with self._changed:
            self._hold()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="installer")
                self._thread.start()

    def go_on(self) -> None:
        """Begin if an earlier process left anything to do. Raises ModelError("store-busy")."""
        if kept(self._store):
            self.start()

    def pause(self, identity: str) -> bool:
        """Stop a model where it is; it stays in the queue. False where it is not in there."""
        return self._halt(identity, paused=True)

    def resume(self, identity: str) -> None:
        """Go on with a model that was paused, or that failed and may work now."""
        with self._changed:
            self._hold()
            for job in self._jobs:
                if job.card.id == identity:
                    job.paused = False
                    self._failures.pop(identity, None)
            self._keep()
            self._changed.notify_all()

    def cancel(self, identity: str) -> bool:
        """Take a model out of the queue and throw away what has come of it. False where it is not in there."""
        return self._halt(identity, paused=False)

    def wait(self) -> dict[str, ModelError]:
        """Wait until nothing is left to do now; returns what failed, by the model's identity."""
        with self._changed:
            while not self._stopping and (self._next() is not None or any(job.cancel for job in self._jobs)):
                self._changed.wait(TICK_SECONDS)
            return dict(self._failures)

    def stop(self, timeout: float = 30.0) -> bool:
        """End the thread; what is under way stays on the disk. False if it does not end in time."""
        with self._changed:
            self._stopping = True
            for job in self._jobs:
                if job.cancel is not None:
                    job.cancel.cancel()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        with self._changed:
            self._release()
        return True

    def _hold(self) -> None:
        """With the lock held: be the one process that works on the queue, and read it. Raises ModelError."""
        if self._held is None:
            with contextlib.ExitStack() as stack:
                stack.enter_context(self._store.changing())
                self._jobs = [_Job(card, paused) for card, paused in kept(self._store)]
                self._held = stack.pop_all()
            for job in self._jobs:
                state = State.PAUSED if job.paused else State.WAITING
                self._tell(Installing(job.card.id, job.card.name, state, 0, job.card.size))

    def _release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _halt(self, identity: str, paused: bool) -> bool:
        with self._changed:
            self._hold()
            job = next((job for job in self._jobs if job.card.id == identity), None)
            if job is None:
                return False
            job.paused, job.dropped = paused, not paused
            running = job.cancel is not None
            if job.cancel is not None:
                job.cancel.cancel()
            if not running:
                self._end_halted(job)
            else:
                self._keep()
            return True

    def _end_halted(self, job: _Job) -> None:
        """With the lock held: the job has stopped because somebody wished so."""
        state = State.PAUSED
        if job.dropped:
            self._jobs.remove(job)
            Arrival(self._store, job.card, self._web).clear()
            state = State.CANCELLED
        self._keep()
        self._changed.notify_all()
        last = self._states[job.card.id]
        self._tell(Installing(job.card.id, job.card.name, state, last.done, last.total))

    def _next(self) -> _Job | None:
        return next((job for job in self._jobs if not job.paused and job.card.id not in self._failures), None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopping and self._next() is None:
                    self._release()
                    self._changed.wait()
                job = self._next()
                if self._stopping or job is None:
                    self._release()
                    return
                job.cancel = cancel = CancelToken()
            error: ModelError | None = None
            halted = False
            try:
                self._install(job.card, cancel)
            except Cancelled:
                halted = True
            except ModelError as raised:
                error = raised
            except Exception as raised:
                log.exception("installing %s failed", job.card.id)
                error = ModelError("unexpected", f"Something unexpected happened: {raised}.", "Try again.")
            with self._changed:
                job.cancel = None
                if halted and not self._stopping:
                    self._end_halted(job)
                elif not halted:
                    if error is not None:
                        self._failures[job.card.id] = error
                    if error is None or error.code not in _PASSING:
                        self._jobs.remove(job)
                    with contextlib.suppress(ModelError):
                        self._keep()
                    self._tell(_ended(job.card, error))
                self._changed.notify_all()

    def _install(self, card: Card, cancel: CancelToken) -> None:
        arrival = Arrival(self._store, card, self._web)
        known = next((one for one in self._store.installed() if one.id == card.id), None)
        if known is None or not known.whole:
            self._tell(Installing(card.id, card.name, State.LOOKING, 0, arrival.total))
            arrival.prepare(cancel)
            self._fetch(arrival, cancel)
            last = time.monotonic() - 1

            def step(what: str, done: int, of: int) -> None:
                nonlocal last
                if time.monotonic() - last >= TICK_SECONDS:
                    last = time.monotonic()
                    self._tell(Installing(card.id, card.name, State(what), done, of))

            arrival.finish(cancel, step)
        else:
            arrival.clear()
        settle(self._store, card.id, self._cache, cancel, self._tell)

    def _fetch(self, arrival: Arrival, cancel: CancelToken) -> None:
        """Let several threads fetch, and tell meanwhile how it goes. Raises what the first of them raised."""
        errors: list[BaseException] = []

        def work() -> None:
            try:
                arrival.work(cancel)
            except BaseException as error:
                errors.append(error)

        # One that waits for a source that has fallen silent is left to itself when it is called off: what comes then is
        # dropped, and it holds up neither the queue nor the end of the process.
        threads = [
            threading.Thread(target=work, name=f"download-{number}", daemon=True) for number in range(self._parts)
        ]
        speed = _Speed()
        card = arrival.card
        self._tell(Installing(card.id, card.name, State.FETCHING, arrival.done, arrival.total))
        for thread in threads:
            thread.start()
        while alive := [thread for thread in threads if thread.is_alive()]:
            now = speed.at(time.monotonic(), arrival.done)
            left = (arrival.total - arrival.done) / now if now else None
            self._tell(
                Installing(card.id, card.name, State.FETCHING, arrival.done, arrival.total, now, left, arrival.trouble)
            )
            alive[0].join(TICK_SECONDS)
            if cancel.cancelled:
                for thread in alive:
                    thread.join(TICK_SECONDS)
                arrival.keep()
                break
        # One that was called off because another failed says less than that one.
        for error in sorted(errors, key=lambda error: isinstance(error, Cancelled)):
            raise error
        cancel.check()

    def _tell(self, installing: Installing) -> None:
        self._states[installing.id] = installing
        try:
            self._listener(installing)
        except Exception:
            log.exception("a listener failed on %s", installing)

    def _keep(self) -> None:
        """With the lock held: write the queue. Raises ModelError."""
        queue = [{"id": job.card.id, "card": catalog.table(job.card), "paused": job.paused} for job in self._jobs]
        try:
            self._store.root.mkdir(parents=True, exist_ok=True)
            disk.write_json(self._store.root / QUEUE, queue)
        except OSError as error:
            raise disk.failure(error, self._store.root) from error


def kept(store: Store) -> list[tuple[Card, bool]]:
    """The queue on the disk: each model, and whether it is paused."""
    try:
        queue = disk.read_json(store.root / QUEUE)
        return [(catalog.card(str(one["id"]), one["card"]), bool(one["paused"])) for one in queue]
    except (OSError, ValueError, TypeError, KeyError, ModelError):
        return []


class _Speed:
    """Bytes a second over the last few seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def at(self, now: float, done: int) -> float | None:
        self._seen.append((now, done))
        while now - self._seen[0][0] > SPEED_SECONDS:
            self._seen.popleft()
        then, before = self._seen[0]
        return max(0.0, (done - before) / (now - then)) if now > then else None


def settle(store: Store, identity: str, cache: Path, cancel: CancelToken, tell: Listener) -> None:
    """Make an installed model ready: convert what needs it, and try it unless that was done before.

    Raises ModelError with what the trial found, Cancelled.
    """
    from models import conversion

    one = store.find(identity)
    if one.card.role is Role.TRANSLATION:
        progress = Installing(one.id, one.card.name, State.CONVERTING)
        tell(progress)
        conversion.converted(one.folder, cache, cancel, lambda line: tell(replace(progress, step=line)))
    if store.verdict(one.fingerprint) is None:
        tell(Installing(one.id, one.card.name, State.TRYING))
    admit(store, one, cache, cancel)


def _ended(card: Card, error: ModelError | None) -> Installing:
    if error is None:
        return Installing(card.id, card.name, State.INSTALLED)
    return Installing(card.id, card.name, State.FAILED, code=error.code, message=error.message, remedy=error.remedy)
