"""What the person does with models, joined with the page that shows them: installing, using, verifying, removing.

Owns the page's life, what it shows, and what is being done with each model. It must not know how models are opened: who
made it is told when other models are there.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.problems import Problem
from app.settings import Settings
from ui.bridge import Bridge
from ui.downloads import Downloads

if TYPE_CHECKING:
    from app.installing import Installing
    from app.inventory import Entry
    from models.catalog import Card
    from models.residency import Library
    from ui.models_page import ModelsPage
    from ui.shelf import Shelved, Work
    from ui.window import Window

    _Found = tuple[tuple[Entry, ...], tuple[Shelved, ...], str]
_OVER, _FAILED = ("installed", "cancelled"), "failed"
"""States of `Installing`, whose module is not imported on the window's thread."""


class Stock:
    """All methods are for the window's thread. The page is made when it is first wanted, and then kept."""

    def __init__(
        self,
        bridge: Bridge,
        window: "Window",
        folder: Path,
        settings: Callable[[], Settings],
        change: Callable[[Settings], None],
    ) -> None:
        """`folder` is the data folder; `change` takes up other settings."""
        self._bridge, self._window, self._folder = bridge, window, folder
        self._settings, self._change = settings, change
        self._downloads = Downloads(bridge, folder, self._hear, self._refuse)
        self._page: ModelsPage | None = None
        self._library: Library | None = None
        self._entries: dict[str, Entry] = {}
        self._installing: dict[str, Installing] = {}
        self._sentence = ""
        self.changed: Callable[[], None] = lambda: None
        """Models have come or gone."""

    def begin(self, library: "Library") -> None:
        """These models are in use; and what was being downloaded goes on."""
        self._library = library
        self._downloads.go_on()

    def use(self, library: "Library") -> None:
        """Other models are in use now."""
        self._library = library
        self._look()

    def open(self) -> None:
        """Show the page, or bring it to the front."""
        if self._page is None:
            from ui.models_page import ModelsPage

            self._page = ModelsPage(self._window)
            self._page.acted.connect(self._act)
            self._page.tell(self._sentence)
        self._page.present()
        self._look()

    def install(self, cards: "Sequence[Card]") -> None:
        """Put models into the queue."""
        self._downloads.add(cards)

    def close(self, timeout: float) -> bool:
        """End what is being done. False if it outlasts `timeout` seconds."""
        return self._downloads.close(timeout)

    def _act(self, identity: str, word: str) -> None:
        from ui.shelf import Act

        entry = self._entries[identity]
        match word:
            case Act.INSTALL | Act.GO_ON | Act.RESUME | Act.AGAIN:
                self.install([entry.card])
            case Act.PAUSE:
                self._downloads.pause(identity)
            case Act.CANCEL:
                self._downloads.cancel(identity)
                self._forget([identity])
            case Act.FOLDER:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.folder)))
            case Act.LICENCE:
                QDesktopServices.openUrl(QUrl(entry.card.licence_link))

    def _look(self) -> None:
        """Read anew what is there, and show it."""
        if self._page is None:
            return
        library = self._library
        over = [at.id for at in self._installing.values() if at.state in _OVER]

        def show(found: "_Found") -> None:
            assert self._page is not None
            self._entries = {entry.card.id: entry for entry in found[0]}
            self._page.show_models(found[1], found[2])
            refused = [entry.card.id for entry in found[0] if entry.reason]
            self._forget([*over, *refused])

        self._bridge.run_in_background(lambda: _read(self._folder, library), show, self._window.banner.add)

    def _forget(self, identities: Sequence[str]) -> None:
        """What is known of installing these is over: what they are now says enough."""
        for identity in identities:
            at = self._installing.get(identity)
            if at is not None and at.state in (*_OVER, _FAILED):
                del self._installing[identity]
        self._show_work()

    def _hear(self, at: "Installing") -> None:
        self._installing[at.id] = at
        self._show_work()
        if at.state == "installed":
            self._tell(f"“{at.name}” is installed.")
        elif at.state == _FAILED:
            self._fail(Problem("window", at.code, at.message, at.remedy))
        if at.state in (*_OVER, _FAILED):
            self._look()
            self.changed()

    def _refuse(self, problem: Problem, identities: Sequence[str]) -> None:
        for identity in identities:
            self._installing.pop(identity, None)
        self._show_work()
        self._sentence = f"{problem.message} {problem.remedy}"
        if self._page is not None:
            self._page.tell(self._sentence)

    def _fail(self, problem: Problem) -> None:
        """On the page the model's own row says it."""
        if self._page is None or not self._page.isVisible():
            self._window.banner.add(problem)

    def _tell(self, sentence: str) -> None:
        if self._page is not None and self._page.isVisible():
            self._page.tell(sentence)
        else:
            self._window.banner.notice(sentence)

    def _show_work(self) -> None:
        from ui import shelf

        if self._page is not None:
            works: dict[str, Work] = {}
            for at in self._installing.values():
                if (work := shelf.work(at)) is not None:
                    works[at.id] = work
            self._page.show_work(works)


def _read(folder: Path, library: "Library | None") -> "_Found":
    """Every model, also as the page shows it, and what they take of the disk in words. Not on the window's thread."""
    from app import inventory
    from models import available
    from ui import shelf

    store = available.store(folder)
    entries = inventory.entries(store)
    taken, free = inventory.size(store.used()), inventory.size(inventory.free(store))
    disk = f"Installed models take {taken} of the disk; {free} are free."
    return entries, shelf.models(entries, library), disk
