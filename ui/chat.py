"""The conversation: its turns from the oldest to the newest, in one column.

Owns which turns are shown, where they stand and what part of them is seen. It must not know the assistant or the
history: it is told turns, and tells what the person wishes.
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QScrollBar, QToolButton, QWidget

from ui import icons, theme
from ui.welcome import Welcome

if TYPE_CHECKING:  # needed with the first turn only, not with the first frame
    from ui.finished import FinishedTurn
    from ui.message import Turn

MARGIN = 3 * theme.GAP
BETWEEN = 4 * theme.GAP
SHOWN = 50
"""So many turns are left when a conversation that goes on has become twice as long; the history has the others."""
_NEAR_END = 40
"""Pixels from the end that still count as being there."""
_SLICE_SECONDS = 0.005
"""So long at most turns of the history are made before the event loop goes on."""


class Chat(QScrollArea):
    """The turns of one conversation; a start screen while there are none."""

    exampleChosen = Signal(object)
    """A `welcome.Example` of the start screen."""
    modelsRequested = Signal()
    """The person wants to see models that know more."""
    deleteRequested = Signal(int)
    """The number of a turn."""
    earlierRequested = Signal()
    """Turns before the first of `numbers` are wanted: `prepend` them."""
    typed = Signal(str)
    """Somebody began to write while the focus was in the conversation: for the composer. "" is the focus alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Made here and not taken from Qt: see theme.ARGUMENTS.
        self.setViewport(QWidget())
        self.setVerticalScrollBar(QScrollBar())
        self.setAccessibleName("Conversation")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._turns: dict[int, Turn] = {}
        self._coming: list[FinishedTurn] = []
        self._anchor: tuple[Turn, int] | None = None
        self._at_end = True
        self._arranging = False
        self._page = QWidget()
        self._page.setObjectName("page")
        self.setWidget(self._page)
        self._page.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._welcome: Welcome | None = Welcome(self._page)
        self._welcome.chosen.connect(self.exampleChosen)
        self._earlier: QPushButton | None = None
        self._newest: QToolButton | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._arrange)
        self._loader = QTimer(self, singleShot=True, interval=0)
        self._loader.timeout.connect(self._load_slice)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # -- turns

    def add_turn(self, number: int, question: str, pictures: Sequence[bytes] = (), spoken: bool = False) -> "Turn":
        """A new turn at the end, and the view goes there. Pictures must have been encoded by Parley."""
        from ui.message import Turn

        turn = Turn(self._page, number, question, spoken)
        for picture in pictures:
            turn.add_picture(picture)
        self._adopt(turn)
        self._turns[number] = turn
        self._make_reachable(turn)
        self._drop_oldest()
        self._at_end = True
        self._arrange_soon()
        return turn

    def _drop_oldest(self) -> None:
        if len(self._turns) < 2 * SHOWN or self._coming:
            return
        for turn in list(self._turns.values())[:-SHOWN]:
            if not turn.finished:
                break
            del self._turns[turn.number]
            turn.hide()
            turn.deleteLater()
            self.set_earlier(True)

    def turn(self, number: int) -> "Turn | None":
        """A turn that is shown; None if it is not, or not any more."""
        return self._turns.get(number)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the turns that are shown, in their order."""
        return tuple(self._turns)

    def remove(self, number: int) -> None:
        """Take a turn away; harmless when it is not there."""
        turn = self._turns.pop(number, None)
        self._coming = [coming for coming in self._coming if coming.number != number]
        if turn is not None:
            had_focus = turn.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
            turn.hide()
            turn.deleteLater()
            if self._turns:
                last = next(reversed(self._turns.values()))
                self._make_reachable(last)
                if had_focus:
                    last.take_focus()
            self._arrange_soon()

    def clear(self) -> None:
        """Show the start screen of a new conversation."""
        self._loader.stop()
        self._coming.clear()
        for turn in self._turns.values():
            turn.hide()
            turn.deleteLater()
        self._turns.clear()
        self.set_earlier(False)
        self._at_end = True
        self._arrange()

    def load(self, turns: "Sequence[FinishedTurn]", earlier: bool = False) -> None:
        """Show a conversation of the history instead, at its end; `earlier` says that it has turns before these."""
        self.clear()
        self.prepend(turns, earlier)

    def prepend(self, turns: "Sequence[FinishedTurn]", earlier: bool = False) -> None:
        """Put turns before those shown, which stay where they are in view. They come in portions, the last first."""
        known = {*self._turns, *(coming.number for coming in self._coming)}
        self._coming = [turn for turn in turns if turn.number not in known] + self._coming
        self.set_earlier(earlier)
        self._load_slice()

    def set_earlier(self, there: bool) -> None:
        """Whether the history has turns before the first one shown."""
        if self._earlier is None and there:
            self._earlier = QPushButton("Show earlier questions", self._page)
            self._earlier.setIcon(icons.icon("history", "quiet"))
            self._earlier.setProperty("kind", "quiet")
            self._earlier.clicked.connect(self._ask_for_earlier)
        if self._earlier is not None:
            self._earlier.setVisible(there)
            self._earlier.setEnabled(there)
            self._arrange_soon()

    @property
    def loading(self) -> bool:
        """Turns that were given are not all made yet."""
        return bool(self._coming)

    def _ask_for_earlier(self) -> None:
        assert self._earlier is not None
        self._earlier.setEnabled(False)
        self.earlierRequested.emit()

    def _load_slice(self) -> None:
        from ui.message import Turn

        until = time.perf_counter() + _SLICE_SECONDS
        made: list[Turn] = []
        while self._coming and (not made or time.perf_counter() < until):
            finished = self._coming.pop()
            turn = Turn(self._page, finished.number, finished.question, finished.spoken)
            for picture in finished.pictures:
                turn.add_picture(picture)
            turn.finish(finished)
            self._adopt(turn)
            made.append(turn)
        if made:
            before = {turn.number: turn for turn in reversed(made)}
            self._turns = before | self._turns
            if len(self._turns) == len(made):
                self._make_reachable(made[0])
            self._arrange()
        if self._coming:
            self._loader.start()

    def _adopt(self, turn: "Turn") -> None:
        turn.changed.connect(self._arrange_soon)
        turn.deleteWanted.connect(lambda: self.deleteRequested.emit(turn.number))
        turn.modelsWanted.connect(self.modelsRequested)
        turn.typed.connect(self.typed)
        turn.caretMoved.connect(lambda area: self._show_area(area.translated(turn.pos())))
        turn.current.connect(lambda: self._make_reachable(turn))
        turn.show()

    # -- layout

    def _arrange_soon(self) -> None:
        if not self._arranging and not self._later.isActive():
            self._later.start()

    def _arrange(self) -> None:
        """Put everything in its place; what is seen stays where it is, or at the end if it was there."""
        self._later.stop()
        self._arranging = True
        anchor = None if self._at_end else self._anchor
        width = self.viewport().width()
        # In the middle of the whole width, scroll bar or not, as the composer below is.
        column = min(theme.TEXT_WIDTH, self.width() - 2 * MARGIN)
        left = (self.width() - column) // 2
        top = MARGIN
        if self._earlier is not None and not self._earlier.isHidden():
            hint = self._earlier.sizeHint()
            self._earlier.setGeometry((width - hint.width()) // 2, top, hint.width(), hint.height())
            top += hint.height() + MARGIN
        for turn in self._turns.values():
            height = turn.arrange(column)
            turn.move(left, top)
            top += height + BETWEEN
        self._arrange_welcome(width)
        height = top - BETWEEN + MARGIN if self._turns else self.viewport().height()
        self._page.resize(width, max(height, self.viewport().height()))
        bar = self.verticalScrollBar()
        if self._at_end:
            bar.setValue(bar.maximum())
        elif anchor is not None and anchor[0].number in self._turns:
            bar.setValue(anchor[0].y() - anchor[1])
        self._arranging = False
        self._scrolled()

    def _arrange_welcome(self, width: int) -> None:
        if self._turns or self._coming:
            if self._welcome is not None and not self._welcome.isHidden():
                had_focus = self._welcome.isAncestorOf(self.focusWidget() or self)
                self._welcome.hide()
                if had_focus:
                    self.typed.emit("")
            return
        if self._welcome is None:
            self._welcome = Welcome(self._page)
            self._welcome.chosen.connect(self.exampleChosen)
        self._welcome.setGeometry(QRect(0, 0, width, self.viewport().height()))
        self._welcome.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._place_newest()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    # -- what is seen

    @property
    def at_end(self) -> bool:
        """The newest words are in view, and stay so while more come."""
        return self._at_end

    def go_to_end(self) -> None:
        """Bring the newest words into view."""
        self._at_end = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self._scrolled()

    def _scrolled(self) -> None:
        if self._arranging:
            return
        bar = self.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - _NEAR_END
        self._anchor = None
        if not self._at_end:
            self._anchor = next(
                (
                    (turn, turn.y() - bar.value())
                    for turn in self._turns.values()
                    if turn.geometry().bottom() > bar.value()
                ),
                None,
            )
        self._offer_newest(not self._at_end)

    def _offer_newest(self, offer: bool) -> None:
        if self._newest is None:
            if not offer:
                return
            self._newest = QToolButton(self)
            self._newest.setObjectName("newest")
            self._newest.setIcon(icons.icon("down"))
            self._newest.setIconSize(QSize(18, 18))
            self._newest.setFixedSize(36, 36)
            self._newest.setStyleSheet("border-radius: 18px;")
            self._newest.setAccessibleName("Go to the newest words")
            self._newest.setToolTip("Go to the newest words (Ctrl+End)")
            self._newest.clicked.connect(self.go_to_end)
        if self._newest.isHidden() == offer:
            if not offer and self._newest.hasFocus():
                self._newest.clearFocus()
            self._newest.setVisible(offer)
            self._place_newest()

    def _place_newest(self) -> None:
        if self._newest is not None:
            self._newest.move(
                (self.viewport().width() - self._newest.width()) // 2, self.height() - self._newest.height() - 12
            )
            self._newest.raise_()

    def _show_area(self, area: QRect) -> None:
        bar = self.verticalScrollBar()
        margin = 2 * theme.GAP
        if area.top() - margin < bar.value():
            bar.setValue(area.top() - margin)
        elif area.bottom() + margin > bar.value() + self.viewport().height():
            bar.setValue(area.bottom() + margin - self.viewport().height())

    # -- keyboard

    def _make_reachable(self, chosen: "Turn") -> None:
        for turn in self._turns.values():
            turn.set_reachable(turn is chosen)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab leaves the conversation at its ends, instead of going around in it."""
        parent = self.parentWidget()
        return (
            QWidget.focusNextPrevChild(parent, forward) if parent is not None else super().focusNextPrevChild(forward)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Up and Alt+Down go from turn to turn; Page, Home, End and the arrows scroll."""
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        bar = self.verticalScrollBar()
        keys: dict[int, Callable[[], object]] = {
            Qt.Key.Key_PageUp: lambda: bar.triggerAction(bar.SliderAction.SliderPageStepSub),
            Qt.Key.Key_PageDown: lambda: bar.triggerAction(bar.SliderAction.SliderPageStepAdd),
            Qt.Key.Key_Home: lambda: bar.setValue(0),
            Qt.Key.Key_End: self.go_to_end,
        }
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in keys:
            keys[event.key()]()
        else:
            super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """Give the focus to the turn so many further on; to the newest if it was in none."""
        turns = list(self._turns.values())
        if not turns:
            return
        focused = self.focusWidget()
        place = next((i for i, turn in enumerate(turns) if focused is not None and turn.isAncestorOf(focused)), None)
        place = len(turns) - 1 if place is None else min(max(0, place + by), len(turns) - 1)
        turns[place].take_focus()
        self._show_area(turns[place].geometry())
