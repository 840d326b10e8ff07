"""The models page: every model that there is, by what it is for; found, installed, used, verified and removed here.

Owns the list. It must not know where models lie, what opens them or how they are fetched: it is told, in words, and
tells what the person wants.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import groups, plain, theme
from ui.beside import Beside
from ui.model_row import ModelRow
from ui.shelf import Shelved, Work
from ui.sieve import Sieve

if TYPE_CHECKING:
    from app.prospects import Prospect

SIZE = 820, 760
LEAST = 440, 360
AT_ONCE = 4
"""Rows that are built at a stretch; between two stretches the window is at work."""


class ModelsPage(Beside):
    """Models by what they do, in a window of its own beside Parley's."""

    acted = Signal(str, str)
    """The person wants something done with a model: its identity, and the `Act` or `REALLY`."""
    fixWanted = Signal(object)
    """The `Fix` of what keeps a model from fitting."""
    seen = Signal(tuple)
    """The identities of the models that are in view now."""
    moreWanted = Signal(str)
    """The person wants to find models on the hub, by what is searched for now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Models", SIZE, LEAST, parent)
        self._rows: dict[str, ModelRow] = {}
        self._shelves: list[_Shelf] = []
        self._works: dict[str, Work] = {}
        self._anew = True
        """The next models are put in order anew."""
        self._style()
        self.sieve = Sieve(self)
        self.sieve.changed.connect(self._sift)
        self.offers = QVBoxLayout()
        """Above the list, for what is offered beside single models."""
        self.offers.setSpacing(theme.GAP)
        self._elsewhere = groups.words("")
        self._elsewhere.hide()
        self._told = groups.words("")
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._told.hide()
        head = QVBoxLayout()
        head.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP)
        head.setSpacing(theme.GAP)
        head.addWidget(self.sieve)
        head.addLayout(self.offers)
        head.addWidget(self._elsewhere)
        head.addWidget(self._told)
        self._scroll = QScrollArea(self)
        self._scroll.setAccessibleName("Models")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._build_soon = QTimer(self, singleShot=True, interval=0)
        self._build_soon.timeout.connect(self._build)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda value: self._build_soon.start())
        more = groups.button("Find more…", "Search the Hugging Face hub for models in GGUF")
        more.clicked.connect(lambda: self.moreWanted.emit(self.sieve.search.text().strip()))
        self._disk = groups.words("")
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        self.tools = QHBoxLayout()
        """Beside “Close”, for other ways to get models."""
        self.tools.setSpacing(theme.GAP)
        self.tools.addWidget(more)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP * 3, theme.GAP, theme.GAP * 3, theme.GAP * 2)
        foot.setSpacing(theme.GAP)
        foot.addWidget(self._disk, 1)
        foot.addLayout(self.tools)
        foot.addWidget(close)
        self._close = close
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(foot)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._find)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_in_view)

    @property
    def shown(self) -> tuple[ModelRow, ...]:
        """The rows that are not left out, in their order."""
        return tuple(row for shelf in self._shelves for row in shelf.rows if row.kept)

    def show_models(self, models: Sequence[Shelved], disk: str = "", elsewhere: str = "") -> None:
        """Show these, by role in their order; `disk` and `elsewhere` tell what they take and who answers instead.

        While somebody looks at the page a model that was there stays where it is.
        """
        self._disk.setText(disk)
        self._elsewhere.setText(plain.line(elsewhere, 400))
        self._elsewhere.setVisible(bool(elsewhere))
        self.sieve.offer(models)
        anew, self._anew = self._anew, False
        if anew and [model.id for model in models] != [row.model.id for shelf in self._shelves for row in shelf.rows]:
            self._put(models)
            return
        known = {model.id: model for model in models}
        for identity in [each for each in self._rows if each not in known]:
            row = self._rows.pop(identity)
            self._shelf(row.model.role).drop(row)
        for model in models:
            if model.id in self._rows:
                self._rows[model.id].show_model(model)
            else:
                self._shelf(model.role).add(self._row(model), first=True)
        self._sift()

    def show_work(self, works: Mapping[str, Work]) -> None:
        """Show what is being done with models, by their identity; with others nothing is."""
        for identity in {*self._works, *works}:
            if identity in self._rows:
                self._rows[identity].show_work(works.get(identity))
        self._works = dict(works)

    def show_prospect(self, identity: str, prospect: "Prospect") -> None:
        """Show what is expected of a model on this machine."""
        if identity in self._rows:
            self._rows[identity].show_prospect(prospect)

    def ask(self, identity: str, question: str) -> None:
        """Ask whether a model is really to be removed."""
        self._rows[identity].build()
        self._rows[identity].ask(question)

    def tell(self, sentence: str) -> None:
        """Tell something above the list, until there is something else to tell."""
        self._told.setText(plain.line(sentence, 600))
        self._told.setVisible(bool(sentence))

    def present(self) -> None:
        """Show the page, or bring it to the front; no larger than the screen."""
        self._anew = self._anew or not self.isVisible()
        super().present()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._build_soon.start()

    def _put(self, models: Sequence[Shelved]) -> None:
        content = QWidget()
        content.setObjectName("page")
        self._column = page = QVBoxLayout(content)
        page.setContentsMargins(theme.GAP * 3, 0, theme.GAP * 3, theme.GAP * 3)
        page.setSpacing(theme.GAP)
        self._rows.clear()
        self._shelves.clear()
        for model in models:
            self._shelf(model.role).add(self._row(model))
        self._nothing = groups.words("No model of the list is like that. Ask for less, or find more on the hub.")
        page.addWidget(self._nothing)
        page.addStretch(1)
        self._sift()
        for row in self.shown[: SIZE[1] // 100]:
            row.build()
        self._scroll.setWidget(content)
        self._order_stops()

    def _shelf(self, role: str) -> "_Shelf":
        found = next((shelf for shelf in self._shelves if shelf.accessibleName() == role), None)
        if found is None:
            found = _Shelf(role)
            self._shelves.append(found)
            self._column.insertWidget(len(self._shelves) - 1, found)
        return found

    def _row(self, model: Shelved) -> ModelRow:
        row = self._rows[model.id] = ModelRow(model, self._works.get(model.id))
        row.acted.connect(self.acted)
        row.fixWanted.connect(self.fixWanted)
        row.unfolded.connect(self._show_whole)
        return row

    def _sift(self) -> None:
        """Leave out what the person does not ask for."""
        for shelf in self._shelves:
            shelf.sift(self.sieve)
        self._nothing.setVisible(not self.shown)
        self._build_soon.start()

    def _build(self) -> None:
        """Build the rows that are seen, and a page of those above and below."""
        content, height = self._scroll.widget(), self._scroll.viewport().height()
        if content is None or not self.isVisible():
            return
        top = self._scroll.verticalScrollBar().value()
        left = AT_ONCE
        for row in self.shown:
            if row.built:
                continue
            at = row.mapTo(content, QPoint(0, 0)).y()
            if at > top + 2 * height:
                break
            if at + row.height() > top - height:
                row.build()
                left -= 1
                if not left:
                    self._build_soon.start()
                    break
        if left < AT_ONCE:
            self._order_stops()
        if left:
            self.seen.emit(self.in_view)

    @property
    def in_view(self) -> tuple[str, ...]:
        """The identities of the models that are in view."""
        content, height = self._scroll.widget(), self._scroll.viewport().height()
        top, found = self._scroll.verticalScrollBar().value(), list[str]()
        if content is None or not self.isVisible():
            return ()
        for row in self.shown:
            at = row.mapTo(content, QPoint(0, 0)).y()
            if at > top + height:
                break
            if at + row.height() > top:
                found.append(row.model.id)
        return tuple(found)

    def _order_stops(self) -> None:
        """The tab key goes down the page, whatever was made first."""
        rows = (row for shelf in self._shelves for row in shelf.rows if row.built)
        offers, tools = ([*_widgets(layout)] for layout in (self.offers, self.tools))
        buttons = (button for offer in offers for button in offer.findChildren(QPushButton))
        before = self.sieve.last
        for stop in (*buttons, *(stop for row in rows for stop in row.stops), *tools, self._close):
            self.setTabOrder(before, stop)
            before = stop

    def _find(self) -> None:
        self.sieve.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.sieve.search.selectAll()

    def _show_whole(self, widget: QWidget) -> None:
        self._order_stops()
        self._scroll.ensureWidgetVisible(widget, 0, theme.GAP * 3)

    def _keep_in_view(self, _: QWidget | None, focused: QWidget | None) -> None:
        """What gets the focus by the tab key may lie outside of what is scrolled to."""
        content = self._scroll.widget()
        if focused is not None and content is not None and content.isAncestorOf(focused):
            self._scroll.ensureWidgetVisible(focused, 0, theme.GAP * 3)

    def _dress(self, colors: theme.Palette) -> None:
        self.setStyleSheet(
            f"""{groups.style()}
            QLineEdit {{ padding-left: 2px; }}
            QLineEdit:focus {{ padding-left: 1px; }}
            QLabel[tone="danger"] {{ color: {colors.danger}; font-size: {theme.font_size(-1)}px; }}
            QLabel[tone="warning"] {{ color: {colors.warning}; font-size: {theme.font_size(-1)}px; }}
            QLabel[tone="good"] {{ color: {colors.good}; font-size: {theme.font_size(-1)}px; }}
            """
        )


def _widgets(layout: QBoxLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        if (item := layout.itemAt(place)) is not None and (widget := item.widget()) is not None:
            yield widget


class _Shelf(QWidget):
    """The models of a role below their heading."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setAccessibleName(role)
        self.rows: list[ModelRow] = []
        heading = QLabel(role, self)
        heading.setProperty("tone", "title")
        heading.setContentsMargins(0, theme.GAP, 0, 0)
        card = QFrame(self)
        card.setObjectName("card")
        self._places = QVBoxLayout(card)
        self._places.setContentsMargins(1, 1, 1, 1)
        self._places.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(heading)
        column.addWidget(card)

    def add(self, row: ModelRow, first: bool = False) -> None:
        place = 0 if first else len(self.rows)
        self.rows.insert(place, row)
        self._places.insertWidget(place, row)

    def drop(self, row: ModelRow) -> None:
        self.rows.remove(row)
        self._places.removeWidget(row)
        row.hide()
        row.deleteLater()

    def sift(self, sieve: Sieve) -> None:
        """Show what the sieve keeps, with lines between."""
        any_before = False
        for row in self.rows:
            row.keep(sieve.keeps(row.model), lined=any_before)
            any_before = any_before or row.kept
        self.setVisible(any_before)
