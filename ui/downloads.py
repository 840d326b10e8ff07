"""The queue of models to be installed, behind the window.

Owns the one installer of this process: its life, giving it orders where the disk may be waited for, and bringing what
it tells to the window's thread. It must not know widgets.
"""

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.problems import Problem
from ui.bridge import Bridge

if TYPE_CHECKING:
    from app.installing import Installer, Installing
    from models.catalog import Card

QUEUE = Path("models", "queue.json")
"""Where in the data folder the installer keeps its queue."""


class Downloads:
    """All methods are for the window's thread."""

    def __init__(
        self,
        bridge: Bridge,
        folder: Path,
        told: Callable[["Installing"], None],
        refused: Callable[[Problem, Sequence[str]], None],
    ) -> None:
        """`folder` is the data folder. `told` hears how far a model is, `refused` what cannot be begun and why."""
        self._bridge = bridge
        self._folder = folder
        self._told = told
        self._refused = refused
        self._installer: Installer | None = None
        self._mirror = ""
        self._lock = threading.Lock()
        self._news: dict[str, Installing] = {}

    def go_on(self) -> None:
        """Go on with what an earlier process has left, if there is anything."""

        def job() -> None:
            # Importing the installer takes a while in which the window's start has better to do.
            queue = self._folder / QUEUE
            if queue.exists() and queue.stat().st_size > len("[]"):
                self._made().go_on()

        self._give(job, ())

    def add(self, cards: "Sequence[Card]") -> None:
        """Install these, or go on with them."""
        self._give(lambda: self._ready().add(cards), [card.id for card in cards])

    def pause(self, identity: str) -> None:
        """Stop a model where it is."""
        self._give(lambda: self._ready().pause(identity), ())

    def cancel(self, identity: str, done: Callable[[], object]) -> None:
        """Take a model out of the queue, if it is in there still, and throw away what has come of it."""

        def job() -> None:
            from models import available

            if not self._ready().cancel(identity):
                shutil.rmtree(available.store(self._folder).coming(identity), ignore_errors=True)

        self._bridge.run_in_background(job, lambda _: done(), lambda problem: self._refused(problem, ()))

    def close(self, timeout: float) -> bool:
        """End; what is under way goes on at the next start. False if it outlasts `timeout` seconds."""
        installer = self._installer
        return installer is None or installer.stop(timeout)

    def _give(self, order: Callable[[], object], identities: Sequence[str]) -> None:
        self._bridge.run_in_background(order, lambda _: None, lambda problem: self._refused(problem, identities))

    def _ready(self) -> "Installer":
        """On the background thread: the installer at work. Raises ModelError("store-busy")."""
        installer = self._made()
        installer.start()
        return installer

    def _made(self) -> "Installer":
        """On the background thread: the installer, which goes where the settings say."""
        from app import inventory
        from app.installing import Installer
        from models import available

        web = inventory.web(self._folder)
        if self._installer is not None and self._mirror != web.mirror:
            self._installer.stop()
            self._installer = None
        if self._installer is None:
            store, cache = available.store(self._folder), available.converted(self._folder)
            self._installer, self._mirror = Installer(store, web, cache, self._hear), web.mirror
        return self._installer

    def _hear(self, at: "Installing") -> None:
        """On the installer's threads: only the last of what is told of a model between two looks counts."""
        with self._lock:
            waited = bool(self._news)
            self._news[at.id] = at
        if not waited:
            self._bridge.call(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            news, self._news = self._news, {}
        for at in news.values():
            self._told(at)
