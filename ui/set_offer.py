"""A whole set of models for this computer, shown before anything is downloaded, and installed by one button.

Owns how the set is shown and when it is looked for anew. It must not know how it is chosen (app/set_offer.py does that,
off the window's thread), nor who installs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.problems import Problem
from app.settings import MAX_TEXT, Settings
from models import languages
from ui import groups, plain, theme
from ui.beside import Beside
from ui.bridge import Bridge
from ui.fit import FitLine
from ui.shelf import ROLES

if TYPE_CHECKING:
    from app.fits import Fix
    from app.set_offer import Member, SetOffer
    from models.catalog import Card
    from models.places import Places

SIZE = 760, 700
LEAST = 440, 360
LOOKING = "Looking at this computer and its catalog…"


class SetPage(Beside):
    """The set that is offered, in a window of its own."""

    languagesChosen = Signal(tuple)
    """The set is wanted for these languages (ISO 639-1)."""
    installWanted = Signal()
    fixWanted = Signal(object)
    """The `Fix` of the verdict that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("A set for this computer", SIZE, LEAST, parent)
        self._style()
        self._menu = QMenu(self)
        self._actions = {code: self._action(code) for code in sorted(languages.NAMES, key=languages.name)}
        self._languages = groups.button("", "Choose the languages that you speak")
        self._languages.setMenu(self._menu)
        head = QHBoxLayout()
        head.setSpacing(2 * theme.GAP)
        head.addWidget(groups.words("Chosen from the catalog for this computer, by what is free now."), 1)
        head.addWidget(self._languages)
        self._content = QWidget()
        self._content.setObjectName("page")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, theme.GAP, 0)
        self._column.setSpacing(theme.GAP)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setAccessibleName("Models of the set")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._content)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(LOOKING)
        self._sizes = self._words()
        self._sizes.setProperty("tone", "")
        self._notes = self._words()
        self._trouble = self._words()
        self._trouble.setProperty("tone", "danger")
        self._fit = FitLine()
        self._fit.fixWanted.connect(self.fixWanted)
        self.install = groups.button("Install these", "Download, check and try them, one after the other")
        self.install.setProperty("kind", "primary")
        self.install.clicked.connect(self.installWanted)
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(theme.GAP)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.install)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        whole.setSpacing(theme.GAP)
        whole.addLayout(head)
        whole.addWidget(self._bar)
        whole.addWidget(scroll, 1)
        for each in (self._sizes, self._notes, self._fit, self._trouble):
            whole.addWidget(each)
        whole.addLayout(foot)

    def show_looking(self, spoken: Sequence[str]) -> None:
        """The set for these languages is being chosen."""
        for code, action in self._actions.items():
            action.setChecked(code in spoken)
        told = ", ".join(languages.name(code) for code in spoken)
        self._languages.setText(f"Languages: {plain.line(told, 60)}")
        self._languages.setAccessibleName(f"Languages of the set: {told}")
        self._sizes.setText(LOOKING)
        self._sizes.show()
        for each in (self._notes, self._trouble):
            each.hide()
        self._fit.show_fit(None)
        self._bar.show()
        self.install.setEnabled(False)

    def show_offer(self, offered: "SetOffer") -> None:
        """Show a set."""
        self._bar.hide()
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for role, title in ROLES.items():
            if members := [member for member in offered.members if member.card.role is role]:
                group = groups.titled(title, self._column, self._content)
                for member in members:
                    group.add(_row(member))
                # What is told of the place is told of all models of a role.
                group.add(groups.row(groups.words(plain.line(members[0].where, 400))))
        self._column.addStretch(1)
        self._tell(self._sizes, offered.sizes)
        self._tell(self._notes, " ".join(filter(None, (offered.missing, offered.licences if offered.wanted else ""))))
        self._tell(self._trouble, offered.lack)
        self._fit.show_fit(offered.fit)
        self.install.setText("Install these" if len(offered.wanted) > 1 or not offered.wanted else "Install this")
        self.install.setEnabled(bool(offered.wanted) and not offered.lack)

    def show_trouble(self, sentence: str) -> None:
        """There is no set, and why."""
        self._bar.hide()
        self._sizes.hide()
        self._tell(self._trouble, sentence)

    def _dress(self, colors: theme.Palette) -> None:
        danger = f"color: {colors.danger}; font-size: {theme.font_size(-1)}px;"
        self.setStyleSheet(f'{groups.style()} QLabel[tone="danger"] {{ {danger} }}')

    def _action(self, code: str) -> QAction:
        action = self._menu.addAction(languages.name(code))
        action.setCheckable(True)
        action.triggered.connect(self._choose)
        return action

    def _choose(self) -> None:
        chosen = tuple(code for code, action in self._actions.items() if action.isChecked())
        action = self.sender()
        if chosen:
            self.languagesChosen.emit(chosen)
        elif isinstance(action, QAction):
            action.setChecked(True)  # a set is for one language at least

    def _words(self) -> QLabel:
        label = groups.words("")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _tell(self, label: QLabel, text: str) -> None:
        label.setText(plain.line(text, 1000))
        label.setVisible(bool(text))


def _row(member: "Member") -> QWidget:
    from app import inventory

    card = member.card
    name = groups.words(plain.line(card.name, 200), quiet=False)
    name.setFont(theme.text_font(0, bold=True))
    size = "here already" if member.here else inventory.size(card.size)
    facts = [size, inventory.licence(card), "" if card.verified else "not verified"]
    column = QVBoxLayout()
    column.setSpacing(theme.GAP // 2)
    column.addWidget(name)
    column.addWidget(groups.words(plain.line(" · ".join(filter(None, facts)), 300)))
    if member.speed is not None:
        column.addWidget(groups.words(plain.line(member.speed.sentence, 400)))
    row = groups.row(column)
    row.setAccessibleName(plain.line(f"{card.name}, {', '.join(filter(None, facts))}", 300))
    return row


class SetOffering:
    """Joins the page with what is known and with the queue. All methods are for the window's thread."""

    def __init__(
        self,
        bridge: Bridge,
        folder: Path,
        settings: Callable[[], Settings],
        change: Callable[[Settings], None],
        install: Callable[[Sequence["Card"]], None],
        mend: Callable[["Fix"], None],
        places: Callable[[], "Places | None"],
    ) -> None:
        """`folder` is the data folder; `change` takes up settings, `install` puts models into the queue, `mend` does
        what the button beside a verdict says. `places` has where models are opened by a plan, None at the beginning."""
        self._bridge, self._folder, self._settings = bridge, folder, settings
        self._change, self._install, self._mend, self._places = change, install, mend, places
        self._page: SetPage | None = None
        self._spoken: tuple[str, ...] = ()
        self._offered: SetOffer | None = None

    def entrance(self) -> QWidget:
        """What leads to the page, for where models are listed."""
        what = groups.words("Models that suit this computer and your languages, chosen together.")
        button = groups.button("Show the set", "See which, how large they are and whether they fit, and install them")
        button.setAccessibleName("Show the set of models for this computer")
        button.setProperty("kind", "primary")
        button.clicked.connect(lambda: self.open(button.window()))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.GAP)
        layout.addWidget(what, 1)
        layout.addWidget(button)
        return row

    def open(self, parent: QWidget) -> None:
        """Show the page, for the languages that are set."""
        if self._page is None:
            self._page = SetPage(parent)
            self._page.languagesChosen.connect(self._look)
            self._page.installWanted.connect(self._add)
            self._page.fixWanted.connect(self._fix)
        if not self._page.isVisible():
            settings = self._settings()
            self._look(tuple(dict.fromkeys((settings.language_in, settings.language_out))))
        self._page.present()

    def _look(self, spoken: tuple[str, ...]) -> None:
        assert self._page is not None
        page, places = self._page, self._places()
        self._spoken, self._offered = spoken, None
        page.show_looking(spoken)
        if places is None:
            page.show_trouble("Parley is still starting. Open this again in a moment.")
            return

        def job() -> "SetOffer":
            from app import set_offer

            return set_offer.offer(self._folder, places, spoken)

        def show(offered: "SetOffer") -> None:
            if self._spoken == spoken:
                self._offered = offered
                page.show_offer(offered)

        def failed(problem: Problem) -> None:
            if self._spoken == spoken:
                page.show_trouble(f"{problem.message} {problem.remedy}")

        self._bridge.run_apart(job, show, failed)

    def _add(self) -> None:
        from app import set_offer

        assert self._page is not None
        if self._offered is None:
            return
        settings = self._settings()
        if settings.models:  # else what was installed last comes first anyway
            order = set_offer.preferred(self._offered, settings.models, MAX_TEXT)
            self._change(replace(settings, models=order))
        self._install(self._offered.wanted)
        self._page.close()

    def _fix(self, fix: "Fix") -> None:
        self._mend(fix)
        self._look(self._spoken)
