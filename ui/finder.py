"""Finding models on the hub, joined with the page for it.

Owns the search that is under way and the words for what was found. It must not know what is done with a model that is
wanted: whoever made it is given the card.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.problems import Problem
from models.roles import GB, CancelToken
from ui.bridge import Bridge
from ui.hub_page import Asked, HubPage, Offered

if TYPE_CHECKING:
    from models.catalog import Card
    from models.store.sources import Found

USUAL = ("q4_k_m", "q4_0", "q5_k_m", "q8_0")
"""What most people take, the first of these that there is: nearly as good as the whole, a fraction of its size."""


class Finder:
    """All methods are for the window's thread."""

    def __init__(self, bridge: Bridge, folder: Path, parent: QWidget, install: Callable[["Card"], None]) -> None:
        """`folder` is the data folder."""
        self._bridge, self._folder, self._install = bridge, folder, install
        self._page = HubPage(parent)
        self._page.searched.connect(self._search)
        self._page.stopped.connect(self._stop)
        self._page.wanted.connect(self._take)
        self._cancel, self._closed = CancelToken(), CancelToken()
        self._bridge.run_in_background(self._where, self._introduce, lambda problem: None)

    def open(self, words: str) -> None:
        """Show the page with words to search for."""
        self._page.present_for(words)

    def close(self) -> None:
        """Leave what is under way."""
        self._cancel.cancel()
        self._closed.cancel()

    def _stop(self) -> None:
        self._cancel.cancel()
        self._page.tell("Stopped.")

    def _where(self) -> str:
        from app import inventory
        from models.catalog import HUB
        from models.store.web import host

        return host(inventory.web(self._folder).at_mirror(HUB))

    def _introduce(self, where: str) -> None:
        self._page.introduce(f"Models in GGUF, found at {where}: what you search for goes there, and nothing else.")

    def _search(self, asked: Asked) -> None:
        self._cancel.cancel()
        cancel = self._cancel = CancelToken()

        def job() -> tuple[Offered, ...]:
            from app import inventory
            from models.store import sources

            found = sources.search(
                asked.words,
                inventory.web(self._folder),
                cancel,
                licence=asked.licence,
                largest=round(asked.largest * GB) or None,
                pictures=True if asked.pictures else None,
            )
            return tuple(offered for one in found if (offered := offer(one, asked)) is not None)

        def show(found: tuple[Offered, ...]) -> None:
            if not cancel.cancelled:
                self._page.show_found(found)
                count = "One place has" if len(found) == 1 else f"{len(found)} places have"
                self._page.tell(f"{count} such models." if found else "Nothing like that was found. Ask for less.")

        def fail(problem: Problem) -> None:
            if not cancel.cancelled:
                self._page.tell(f"{problem.message} {problem.remedy}")

        self._page.tell("Searching…", busy=True)
        self._bridge.run_apart(job, show, fail)

    def _take(self, hub: str, path: str, eye: str, spoken: tuple[str, ...]) -> None:
        """Its licence and exact sizes are asked for, then it is installed."""

        def job() -> "Card":
            from app import inventory
            from models import available

            store, web = available.store(self._folder), inventory.web(self._folder)
            return inventory.from_hub(hub, path, eye, store, web, self._closed, spoken)

        def take(card: "Card") -> None:
            self._page.tell(f"“{card.name}” is being installed: the page of models shows how that goes.")
            self._install(card)

        self._page.tell(f"Asking for “{path}”…")
        self._bridge.run_apart(job, take, lambda problem: self._page.tell(f"{problem.message} {problem.remedy}"))


def offer(found: "Found", asked: Asked) -> Offered | None:
    """A repository as the page shows it; None where it has no model that is asked for."""
    from app import inventory

    eyes = sorted((file for file in found.files if file.is_projector), key=lambda file: file.size)
    eye = eyes[0] if eyes else None
    most = asked.largest * GB or float("inf")
    files = [file for file in inventory.choices(found) if file.size <= most]
    if not files:
        return None
    beside = f" and {inventory.size(eye.size)} for pictures" if eye is not None else ""
    names = [file.path.lower() for file in files]
    usual = next((place for word in USUAL for place, name in enumerate(names) if word in name), 0)
    facts = [found.licence or "licence unknown", f"{found.downloads:,} downloads"]
    if eye is not None:
        facts.append("looks at pictures")
    return Offered(
        hub=found.hub,
        facts=" · ".join(facts),
        files=tuple(
            (file.path, f"{file.path.removesuffix('.gguf')} · {inventory.size(file.size)}{beside}") for file in files
        ),
        usual=usual,
        eye=eye.path if eye is not None else "",
        closed="It can only be had after signing in there and agreeing to something." if found.gated else "",
        spoken=found.languages,
    )
