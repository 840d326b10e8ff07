"""Whether each model in view fits this machine, beside the others in use, and how fast it will be.

Owns which models are judged, and when anew: only those that somebody sees, one after the other on a thread of its own.
It must not know how a verdict is found (app/prospects.py does that), nor how it looks.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ui.bridge import Bridge

if TYPE_CHECKING:
    from app.inventory import Entry
    from models.residency import Library
    from ui.models_page import ModelsPage


class Hints:
    """All methods are for the window's thread, but `forget`."""

    def __init__(
        self,
        bridge: Bridge,
        folder: Path,
        page: "ModelsPage",
        library: "Callable[[], Library | None]",
        entries: "Callable[[], Mapping[str, Entry]]",
    ) -> None:
        """`folder` is the data folder; `library` has the models in use, `entries` what is known of all."""
        self._bridge, self._folder, self._page, self._library, self._entries = bridge, folder, page, library, entries
        self._lock = threading.Lock()
        self._judged: set[str] = set()
        """What is known, as the machine and the models in use are now."""
        self._wanted: list[tuple[Entry, Library]] = []
        self._at_work = False
        page.seen.connect(self._see)

    def forget(self) -> None:
        """The machine, the plan or the models in use are others now: judge anew what is seen. From any thread."""
        with self._lock:
            self._judged.clear()
        self._bridge.call(lambda: self._see(self._page.in_view))

    def _see(self, identities: Sequence[str]) -> None:
        """Judge these first; what has gone out of view need not be judged."""
        library = self._library()
        if library is None or library.places is None:
            return
        known = self._entries()
        entries = [known[identity] for identity in identities if identity in known]
        with self._lock:
            new = [entry for entry in entries if entry.card.id not in self._judged and not entry.reason]
            self._wanted = [(entry, library) for entry in new]
            if not self._wanted or self._at_work:
                return
            self._at_work = True
        self._bridge.run_apart(self._work, lambda _: None, lambda problem: None)

    def _work(self) -> None:
        """On the thread that judges, until nothing is wanted any more."""
        from app import prospects

        while (wanted := self._next()) is not None:
            entry, library = wanted
            try:
                folder = entry.folder if entry.here else None
                found = prospects.prospect(entry.card, folder, library, self._folder)
            except BaseException:
                with self._lock:
                    self._at_work = False
                raise
            self._bridge.call(lambda identity=entry.card.id, found=found: self._page.show_prospect(identity, found))  # type: ignore[misc]

    def _next(self) -> "tuple[Entry, Library] | None":
        with self._lock:
            if not self._wanted or self._bridge.closed:
                self._at_work = False
                return None
            wanted = self._wanted.pop(0)
            self._judged.add(wanted[0].card.id)
            return wanted
