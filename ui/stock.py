"""What the person does with models, joined with the page that shows them: installing, using, verifying, removing.

Owns the page's life, what it shows, and what is being done with each model. It must not know how models are opened: who
made it is told when other models are there.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.problems import Problem
from app.settings import Settings
from models.roles import CancelToken
from ui import groups
from ui.bridge import Bridge
from ui.downloads import Downloads

if TYPE_CHECKING:
    from app.fits import Fix
    from app.installing import Installing
    from app.inventory import Entry
    from models.catalog import Card
    from models.places import Places
    from models.residency import Library
    from ui.finder import Finder
    from ui.hints import Hints
    from ui.importing import Importing
    from ui.models_page import ModelsPage
    from ui.set_offer import SetOffering
    from ui.shelf import Shelved, Work
    from ui.window import Window

    _Found = tuple[tuple[Entry, ...], tuple[Shelved, ...], str, str]
_OVER, _FAILED = ("installed", "cancelled"), "failed"
"""States of `Installing`, whose module is not imported on the window's thread."""
_TICK_SECONDS = 0.1


@dataclass
class _Check:
    """Something that is done with an installed model."""

    work: "Work"
    cancel: CancelToken = field(default_factory=CancelToken)


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
        self._unlisted: list[Card] = []
        """What was wanted that is in no list, as far as it is known for the time being."""
        self._finder: Finder | None = None
        self._checks: dict[str, _Check] = {}
        self._hints: Hints | None = None
        self._importing: Importing | None = None
        self._offering: SetOffering | None = None
        self.changed: Callable[[], None] = lambda: None
        """Models have come or gone."""
        self.release: Callable[[Card], None] = lambda card: None
        """Lets go of a model that is to be removed; on a thread that may wait. Raises ModelError."""
        self.mend: Callable[[Fix], None] = lambda fix: None
        """Does what the button beside a verdict says."""

    def begin(self, library: "Library") -> None:
        """These models are in use; and what was being downloaded goes on."""
        self._library = library
        if library.places is not None:
            library.places.subscribe(lambda change: self._judge_anew())
        self._downloads.go_on()

    def use(self, library: "Library") -> None:
        """Other models are in use now."""
        self._library = library
        self._look()

    def open(self) -> None:
        """Show the page, or bring it to the front."""
        if self._page is None:
            self._page = self._made()
        self._page.present()
        self._look()

    def _made(self) -> "ModelsPage":
        from ui.hints import Hints
        from ui.importing import Importing
        from ui.models_page import ModelsPage
        from ui.set_offer import SetOffering

        page = ModelsPage(self._window)
        page.acted.connect(self._act)
        page.moreWanted.connect(self._find)
        page.fixWanted.connect(self._mend)
        self._hints = Hints(self._bridge, self._folder, page, lambda: self._library, lambda: self._entries)
        self._offering = offering = SetOffering(
            self._bridge, self._folder, self._settings, self._change, self.install, self._mend, lambda: self._places
        )
        page.offers.addWidget(offering.entrance())
        self._importing = importing = Importing(
            self._bridge, self._folder, self._window.banner.notice, self._imported, self._prefer
        )
        bring = groups.button("Import…", "Take a model that is on this computer: a file, a folder, another program's")
        bring.clicked.connect(lambda: importing.open(page))
        page.tools.addWidget(bring)
        return page

    @property
    def _places(self) -> "Places | None":
        return None if self._library is None else self._library.places

    def install(self, cards: "Sequence[Card]") -> None:
        """Put models into the queue."""
        unlisted = [card for card in cards if card.id not in self._entries]
        self._unlisted += unlisted
        self._downloads.add(cards)
        if unlisted:
            self._look()

    def close(self, timeout: float) -> bool:
        """End what is being done. False if it outlasts `timeout` seconds."""
        for check in self._checks.values():
            check.cancel.cancel()
        if self._finder is not None:
            self._finder.close()
        if self._importing is not None:
            self._importing.close()
        return self._downloads.close(timeout)

    def _act(self, identity: str, word: str) -> None:
        from ui.model_row import REALLY
        from ui.shelf import Act

        entry = self._entries[identity]
        busy = identity in self._installing or identity in self._checks
        match word:
            case Act.VERIFY | Act.REMOVE | Act.USE if busy:
                self._tell(f"Something is being done with “{entry.card.name}”: wait for it, or cancel it.")
            case Act.AGAIN if entry.reason and entry.whole and not busy:
                self._verify(entry)
            case Act.INSTALL | Act.GO_ON | Act.RESUME | Act.AGAIN:
                self.install([entry.card])
            case Act.PAUSE:
                self._downloads.pause(identity)
            case Act.CANCEL if identity in self._checks:
                self._checks.pop(identity).cancel.cancel()
                self._show_work()
            case Act.CANCEL:
                self._downloads.cancel(identity, self._look)
                self._forget([identity])
            case Act.USE:
                self._prefer(identity)
                self._tell(f"“{entry.card.name}” is used from the next question on.")
            case Act.VERIFY:
                self._verify(entry)
            case Act.REMOVE:
                self._ask(entry)
            case _ if word == REALLY:
                self._remove(entry)
            case Act.FOLDER:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.folder)))
            case Act.LICENCE:
                QDesktopServices.openUrl(QUrl(entry.card.licence_link))

    def _prefer(self, identity: str) -> None:
        """Use a model that is here before all others that do the same."""
        from app import inventory

        self._change(inventory.preferring([identity], self._settings(), self._entries.values()))

    def _imported(self) -> None:
        """A model was brought in, or refused."""
        self._look()
        self.changed()

    def _mend(self, fix: "Fix") -> None:
        self.mend(fix)
        self._judge_anew()

    def _judge_anew(self) -> None:
        """From any thread."""
        if self._hints is not None:
            self._hints.forget()

    def _find(self, words: str) -> None:
        if self._finder is None:
            from ui.finder import Finder

            assert self._page is not None
            self._finder = Finder(self._bridge, self._folder, self._page, lambda card: self.install([card]))
        self._finder.open(words)

    def _verify(self, entry: "Entry") -> None:
        from ui.shelf import Act, Work, work

        identity, name = entry.card.id, entry.card.name
        check = self._checks[identity] = _Check(Work("Reading its files", 0.0, acts=(Act.CANCEL,)))
        last = 0.0

        def show(told: "Work", at_once: bool = False) -> None:
            """On the thread that verifies."""
            nonlocal last
            if at_once or time.monotonic() - last > _TICK_SECONDS:
                last = time.monotonic()
                self._bridge.call(lambda: self._go_on(identity, check, told._replace(acts=(Act.CANCEL,))))

        def job() -> tuple[tuple[str, ...], str]:
            from app import inventory
            from models import available

            whole = inventory.size(entry.size)

            def hashed(done: int) -> None:
                share = min(1.0, done / max(1, entry.size))
                show(Work(f"Reading its files: {inventory.size(done)} of {whole}", share))

            def settling(at: "Installing") -> None:
                if (told := work(at)) is not None:
                    show(told, at_once=True)

            store, cache = available.store(self._folder), available.converted(self._folder)
            return inventory.verify(store, identity, cache, check.cancel, hashed, settling)

        def done(found: tuple[tuple[str, ...], str]) -> None:
            if self._checks.get(identity) is check:
                faults = " ".join(found[0])
                self._end(check, entry, f"“{name}”: {faults}" if faults else f"“{name}” is whole, and it works.")

        self._show_work()
        self._bridge.run_apart(job, done, lambda problem: self._end(check, entry, _words(problem)))

    def _ask(self, entry: "Entry") -> None:
        from app import inventory

        assert self._page is not None
        if entry.folder is None:
            self._page.ask(entry.card.id, "Throw away what has come of it?")
            return
        used = self._library is not None and any(card.id == entry.card.id for card in self._library.cards)
        instead = " Another model takes its place, if there is one." if used else ""
        self._page.ask(entry.card.id, f"Remove it? {inventory.size(entry.size)} of the disk are free then.{instead}")

    def _remove(self, entry: "Entry") -> None:
        from ui.shelf import Work

        identity, name = entry.card.id, entry.card.name
        check = self._checks[identity] = _Check(Work("Removing it"))

        def job() -> str:
            from app import inventory
            from models import available

            self.release(entry.card)
            store, cache = available.store(self._folder), available.converted(self._folder)
            return inventory.size(inventory.remove(store, identity, cache))

        def removed(size: str) -> None:
            told = f"is removed: {size} of the disk are free again" if entry.folder else "has left nothing behind"
            self._end(check, entry, f"“{name}” {told}.")

        self._show_work()
        self._bridge.run_apart(job, removed, lambda problem: self._end(check, entry, _words(problem)))

    def _go_on(self, identity: str, check: "_Check", work: "Work") -> None:
        if self._checks.get(identity) is check:
            check.work = work
            self._show_work()

    def _end(self, check: "_Check", entry: "Entry", sentence: str) -> None:
        if self._checks.get(entry.card.id) is check:
            del self._checks[entry.card.id]
            self._show_work()
            self._tell(sentence)
            self._look()
            self.changed()

    def _look(self) -> None:
        """Read anew what is there, and show it."""
        if self._page is None:
            return
        library, unlisted = self._library, tuple(self._unlisted)
        over = [at.id for at in self._installing.values() if at.state in _OVER]

        def show(found: "_Found") -> None:
            assert self._page is not None
            self._entries = {entry.card.id: entry for entry in found[0]}
            self._page.show_models(found[1], found[2], found[3])
            self._judge_anew()
            refused = [entry.card.id for entry in found[0] if entry.reason]
            self._forget([*over, *refused])

        self._bridge.run_in_background(lambda: _read(self._folder, library, unlisted), show, self._window.banner.add)

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
        if self._page is not None and self._page.isVisible():
            self._page.tell(_words(problem))
        else:
            self._window.banner.add(problem)

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
            works = {identity: check.work for identity, check in self._checks.items()}
            for at in self._installing.values():
                if (work := shelf.work(at)) is not None:
                    works[at.id] = work
            self._page.show_work(works)


def _words(problem: Problem) -> str:
    return f"{problem.message} {problem.remedy}"


def _read(folder: Path, library: "Library | None", unlisted: "Sequence[Card]") -> "_Found":
    """Every model, also as the page shows it, what they take of the disk and who answers instead, in words.

    Not for the window's thread.
    """
    from app import inventory
    from models import available
    from ui import shelf

    store = available.store(folder)
    entries = inventory.entries(store, unlisted)
    taken, free = inventory.size(store.used()), inventory.size(inventory.free(store))
    disk = f"Installed models take {taken} of the disk; {free} are free."
    return entries, shelf.models(entries, library), disk, shelf.elsewhere(library)
