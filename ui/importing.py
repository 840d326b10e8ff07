"""Importing a model of this computer: joins the page with the files and with the models that are installed.

Owns what is being looked for or imported, one thing at a time, on threads of its own. It must not know how the page
looks, nor how models are opened: who made it is told when another model is there.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.problems import Problem
from models.roles import CancelToken, Role
from ui.bridge import Bridge
from ui.import_page import Candidate, ImportPage, Wish
from ui.shelf import ROLES, work

if TYPE_CHECKING:
    from app.bringing import Nearby
    from app.installing import Installing
    from models.store.installed import Installed

_TICK_SECONDS = 0.1
_MENDING = {
    "import-several": "Choose the one that you want.",
    "import-half": "Choose its language model together with it.",
    "import-language": "Name them above, then import it.",
    "import-large": "Choose the model's own folder.",
}
"""What to do on the page about what cannot be imported, by the error's code; the terminal says it in its own way."""
_STEPS = {"unpacking": "Unpacking", "copying": "Copying", "checking": "Checking what was brought"}


@dataclass
class _Job:
    """What is under way."""

    cancel: CancelToken = field(default_factory=CancelToken)
    told_at: float = 0.0


class Importing:
    """All methods are for the window's thread. The page is made when it is first wanted, and then kept."""

    def __init__(
        self,
        bridge: Bridge,
        folder: Path,
        tell: Callable[[str], None],
        changed: Callable[[], None],
        use: Callable[[str], None],
    ) -> None:
        """`folder` is the data folder. `tell` hears how an import ended that nobody watches, `changed` that models have
        come, `use` which one, by its identity, is to be used."""
        self._bridge, self._folder = bridge, folder
        self._tell, self._changed, self._use = tell, changed, use
        self._page: ImportPage | None = None
        self._found: tuple[Nearby, ...] = ()
        self._job: _Job | None = None
        self._last = ""

    def open(self, parent: QWidget) -> None:
        """Show the page, or bring it to the front."""
        if self._page is None:
            self._page = ImportPage(parent)
            self._page.pathsChosen.connect(self.look_at)
            self._page.othersWanted.connect(self.look_around)
            self._page.importWanted.connect(self.bring_in)
            self._page.cancelWanted.connect(self.cancel)
            self._page.useWanted.connect(self._use_last)
        self._page.present()

    def close(self) -> None:
        """Call off what is under way."""
        if self._job is not None:
            self._job.cancel.cancel()

    def cancel(self) -> None:
        """The person does not want what is under way."""
        self.close()
        self._job = None
        if self._page is not None:
            self._page.tell("Called off; nothing of it is left.")

    def look_at(self, paths: Sequence[str]) -> None:
        """Look at what the person has chosen."""
        chosen = tuple(Path(path) for path in paths)

        def look(cancel: CancelToken) -> "list[Nearby]":
            from app import bringing

            return bringing.look_in(chosen, cancel)

        self._look("Looking at it", look)

    def look_around(self) -> None:
        """Look at what other programs have."""

        def look(cancel: CancelToken) -> "list[Nearby]":
            from app import bringing

            return bringing.look(cancel)

        self._look("Looking in the folders of other programs", look)

    def _look(self, words: str, look: "Callable[[CancelToken], list[Nearby]]") -> None:
        page, job = self._begin(words)

        def show(found: "list[Nearby]") -> None:
            if self._over(job):
                self._found = tuple(found)
                page.tell("" if found else "No other program that Parley knows has models here that it could use.")
                page.show_found([_candidate(one) for one in found])

        def failed(problem: Problem) -> None:
            if not self._over(job):
                return
            self._found = ()
            page.tell(_words(problem), "danger")
            page.show_found([])

        self._bridge.run_apart(lambda: look(job.cancel), show, failed)

    def bring_in(self, wish: Wish) -> None:
        """Import one of those that were found."""
        page, job = self._begin("Importing it")
        one = self._found[wish.place]

        def step(what: str, done: int) -> None:
            from app import inventory

            share = min(1.0, done / one.size) if one.size and one.role is not None else None
            self._step(job, lambda: page.show_work(f"{_STEPS.get(what, what)}: {inventory.size(done)}", share))

        def settling(at: "Installing") -> None:
            told = work(at)
            if told is not None:
                self._step(job, lambda: page.show_work(told.words, told.share), at_once=True)

        def bring() -> "Installed":
            from app import bringing
            from models import available
            from models.store.importing import Told

            store, cache = available.store(self._folder), available.converted(self._folder)
            told = Told(wish.name, wish.source, wish.target, wish.licence)
            return bringing.bring_in(store, one.paths, told, cache, job.cancel, step, settling)

        def done(installed: "Installed") -> None:
            self._last = installed.id
            sentence = f"“{installed.card.name}” is imported, and it works."
            self._end(job, sentence, "good", can_use=True)

        self._bridge.run_apart(bring, done, lambda problem: self._end(job, _words(problem), "danger"))

    def _begin(self, words: str) -> tuple[ImportPage, _Job]:
        assert self._page is not None
        self.close()
        self._job = _Job()
        self._page.show_work(words)
        return self._page, self._job

    def _over(self, job: _Job) -> bool:
        """Whether the job that has ended is still wanted."""
        if self._job is not job:
            return False
        self._job = None
        return True

    def _step(self, job: _Job, show: Callable[[], None], *, at_once: bool = False) -> None:
        """From the job's thread: show how far it is, some times a second."""
        if not at_once and time.monotonic() - job.told_at < _TICK_SECONDS:
            return
        job.told_at = time.monotonic()

        def go_on() -> None:
            if self._job is job:
                show()

        self._bridge.call(go_on)

    def _end(self, job: _Job, sentence: str, tone: str, *, can_use: bool = False) -> None:
        self._changed()  # also one that was refused is listed
        if not self._over(job):
            return
        assert self._page is not None
        if can_use:
            self._page.show_found([])
        self._page.tell(sentence, tone, can_use=can_use)
        if not self._page.isVisible():
            self._tell(sentence)

    def _use_last(self) -> None:
        assert self._page is not None
        self._use(self._last)
        self._page.tell("It is used from the next question on.", "good")


def _candidate(one: "Nearby") -> Candidate:
    from app import inventory

    return Candidate(
        one.name,
        ROLES[one.role] if one.role is not None else "Packed: what it is shows when it is unpacked",
        inventory.size(one.size),
        one.program or str(one.paths[0].parent),
        one.source,
        one.target,
        one.licence,
        one.role in (Role.TRANSLATION, None),
        one.role is None,
    )


def _words(problem: Problem) -> str:
    return f"{problem.message} {_MENDING.get(problem.code, problem.remedy)}"
