"""The side bar: what it shows, and how it is worked by mouse and keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QListView,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
)

from app.history import Conversation
from ui.conversations import ID
from ui.sidebar import ConversationList


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def some(count: int) -> list[Conversation]:
    """Conversations 1, 2, …, each a day older than the one before."""
    return [Conversation(n, f"Question {n}", ago(n - 1), n) for n in range(1, count + 1)]


class Bar(ConversationList):
    @property
    def rows(self) -> QListView:
        view = self.findChild(QListView)
        assert isinstance(view, QListView)
        return view

    def index(self, conversation: int) -> QModelIndex:
        model = self.rows.model()
        found = [model.index(row, 0) for row in range(model.rowCount())]
        return next(index for index in found if index.data(ID) == conversation)

    def middle(self, conversation: int) -> QPoint:
        return self.rows.visualRect(self.index(conversation)).center()

    def bin(self, conversation: int) -> QPoint:
        """Where the button that deletes shows, at the row's right end."""
        rect = self.rows.visualRect(self.index(conversation))
        return QPoint(rect.right() - 22, rect.center().y())

    def click(self, where: QPoint) -> None:
        QTest.mouseClick(self.rows.viewport(), Qt.MouseButton.LeftButton, pos=where)

    def buttons(self) -> dict[str, QPushButton]:
        """Those in a row that asks whether to delete."""
        QApplication.processEvents()
        return {each.text(): each for each in self.rows.findChildren(QPushButton) if each.isVisible()}

    def says(self) -> str:
        """What stands there in place of the list."""
        QApplication.processEvents()
        labels = [label.text() for label in self.findChildren(QLabel) if label.isVisible()]
        return " ".join(labels)


@pytest.fixture
def bar(show: Callable[..., None]) -> Bar:
    bar = Bar()
    show(bar, 260, 600)
    return bar


@pytest.fixture
def told(bar: Bar) -> list[str]:
    """Every signal of the bar, as it came."""
    heard: list[str] = []
    bar.newRequested.connect(lambda: heard.append("new"))
    bar.opened.connect(lambda number: heard.append(f"open {number}"))
    bar.deleteRequested.connect(lambda number: heard.append(f"delete {number}"))
    bar.deleteAllRequested.connect(lambda: heard.append("delete all"))
    bar.searchChanged.connect(lambda text: heard.append(f"search {text}"))
    return heard


def test_a_click_opens_and_headings_do_not(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    bar.click(bar.middle(2))
    bar.click(bar.rows.visualRect(bar.rows.model().index(0, 0)).center())
    QTest.mouseDClick(bar.rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 590))
    assert told == ["open 2"]


def test_a_press_that_is_dragged_off_opens_nothing(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    QTest.mousePress(bar.rows.viewport(), Qt.MouseButton.LeftButton, pos=bar.middle(2))
    QTest.mouseRelease(bar.rows.viewport(), Qt.MouseButton.LeftButton, pos=bar.middle(3))
    assert told == []


def test_arrows_walk_over_headings_and_enter_opens(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    bar.focus_search()
    QTest.keyClick(bar.search, Qt.Key.Key_Down)
    for _ in range(2):
        QTest.keyClick(bar.rows, Qt.Key.Key_Return)
        QTest.keyClick(bar.rows, Qt.Key.Key_Down)
    QTest.keyClick(bar.rows, Qt.Key.Key_Enter)
    assert told == ["open 1", "open 2", "open 3"]
    QTest.keyClick(bar.rows, Qt.Key.Key_Home)
    QTest.keyClick(bar.rows, Qt.Key.Key_Return)
    assert told[3:] == ["open 1"]
    QTest.keyClick(bar.rows, Qt.Key.Key_Up)
    assert QApplication.focusWidget() is bar.search


def test_delete_is_confirmed_in_the_row(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    bar.rows.setFocus()
    bar.rows.setCurrentIndex(bar.index(2))
    QTest.keyClick(bar.rows, Qt.Key.Key_Delete)
    assert QApplication.focusWidget() is bar.buttons()["Delete"]
    assert bar.buttons()["Delete"].accessibleName() == "Delete “Question 2”"
    QTest.mouseClick(bar.buttons()["Keep"], Qt.MouseButton.LeftButton)
    assert bar.buttons() == {}
    assert QApplication.focusWidget() is bar.rows
    QTest.keyClick(bar.rows, Qt.Key.Key_Delete)
    QTest.keyClick(bar.buttons()["Delete"], Qt.Key.Key_Return)
    assert told == ["delete 2"]
    assert bar.buttons() == {}
    bar.show_conversations([each for each in some(3) if each.id != 2], 1)
    assert QApplication.focusWidget() is bar.rows
    assert bar.rows.currentIndex().data(ID) == 3


def test_escape_keeps_it_before_the_window_takes_the_key(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    QShortcut(QKeySequence("Esc"), bar, lambda: told.append("stop"))
    bar.rows.setFocus()
    bar.rows.setCurrentIndex(bar.index(2))
    QTest.keyClick(bar.rows, Qt.Key.Key_Delete)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert bar.buttons() == {}
    assert told == []
    QTest.keyClick(bar.rows, Qt.Key.Key_Escape)
    assert told == ["stop"]


def test_the_bin_in_the_row_asks_and_does_not_open(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    bar.click(bar.bin(3))
    QTest.mouseClick(bar.buttons()["Delete"], Qt.MouseButton.LeftButton)
    assert told == ["delete 3"]


def test_one_row_asks_at_a_time(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(4), 1)
    bar.click(bar.bin(2))
    bar.click(bar.bin(4))
    assert list(bar.buttons()) == ["Delete", "Keep"]
    assert bar.buttons()["Keep"].accessibleName() == "Keep “Question 4”"
    bar.click(bar.middle(3))
    assert bar.buttons() == {}
    assert told == ["open 3"]


def test_a_row_goes_on_asking_while_the_list_changes(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    bar.click(bar.bin(2))
    bar.show_conversations([Conversation(9, "New", ago(0), 1), *some(3)], 9)
    assert QApplication.focusWidget() is bar.buttons()["Delete"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert told == ["delete 2"]
    bar.click(bar.bin(3))
    bar.show_conversations(some(2), 1)
    assert bar.buttons() == {}
    assert QApplication.focusWidget() is bar.rows


def test_new_rows_steal_no_focus_and_keep_the_place(bar: Bar) -> None:
    bar.show_conversations(some(60), 1)
    bar.rows.scrollTo(bar.index(40), QListView.ScrollHint.PositionAtTop)
    before = bar.rows.verticalScrollBar().value()
    assert before > 0
    bar.search.setFocus()
    bar.show_conversations([Conversation(99, "New", ago(0), 1), *some(60)], 99)
    assert bar.rows.verticalScrollBar().value() == before
    assert QApplication.focusWidget() is bar.search


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard])
def test_the_menu_of_a_row(
    bar: Bar, told: list[str], until: Callable[..., None], reason: QContextMenuEvent.Reason
) -> None:
    bar.show_conversations(some(3), 1)
    bar.rows.setFocus()
    bar.rows.setCurrentIndex(bar.index(2))

    def menu() -> QMenu:
        where = bar.middle(2)
        if reason is QContextMenuEvent.Reason.Keyboard:
            # As Qt makes it of the menu key: its window finds the place by the widget with the focus.
            QApplication.sendEvent(bar.windowHandle(), QContextMenuEvent(reason, QPoint(1, 1), QPoint(1, 1)))
        else:
            viewport = bar.rows.viewport()
            QApplication.sendEvent(viewport, QContextMenuEvent(reason, where, viewport.mapToGlobal(where)))
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, QMenu)
        return popup

    opened = menu()
    assert [action.text() for action in opened.actions()] == ["Open", "Delete…"]
    QTest.keyClick(opened, Qt.Key.Key_Down)
    QTest.keyClick(opened, Qt.Key.Key_Return)
    assert told == ["open 2"]
    opened = menu()
    QTest.mouseClick(opened, Qt.MouseButton.LeftButton, pos=opened.actionGeometry(opened.actions()[1]).center())
    QTest.mouseClick(bar.buttons()["Delete"], Qt.MouseButton.LeftButton)
    assert told == ["open 2", "delete 2"]


def test_the_search_waits_for_a_pause_in_typing(bar: Bar, told: list[str], until: Callable[..., None]) -> None:
    bar.show_conversations(some(3), 1)
    bar.focus_search()
    QTest.keyClicks(bar.search, " rain ")
    assert told == []
    until(lambda: told)
    assert told == ["search rain"]
    QTest.keyClicks(bar.search, "bow")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    assert told[1:] == ["search rain bow"]
    QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert told[2:] == ["search "]
    assert bar.search.text() == ""


def test_escape_in_an_empty_search_is_the_windows(bar: Bar, told: list[str]) -> None:
    QShortcut(QKeySequence("Esc"), bar, lambda: told.append("stop"))
    bar.focus_search()
    QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    QTest.keyClicks(bar.search, "x")
    QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert told == ["stop"]


def test_says_so_when_there_is_nothing(bar: Bar, told: list[str]) -> None:
    assert bar.says() == ""
    bar.show_conversations([], None)
    assert bar.says() == "No conversations yet.\nWhat you ask is kept here."
    bar.search.setText("<i>q</i>")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    bar.show_conversations([], None)
    assert bar.says() == "Nothing found for “<i>q</i>”."
    bar.show_conversations(some(1), None)
    assert bar.says() == ""
    assert bar.rows.isVisible()


def test_new_conversation(bar: Bar, told: list[str]) -> None:
    QTest.mouseClick(bar.new, Qt.MouseButton.LeftButton)
    assert told == ["new"]


@pytest.mark.parametrize(("answer", "expected"), [("Keep", []), ("Delete all", ["delete all"])])
def test_delete_all_is_asked_in_a_dialog(bar: Bar, told: list[str], answer: str, expected: list[str]) -> None:
    more = bar.findChild(QToolButton, "more")
    assert isinstance(more, QToolButton)
    action = more.menu().actions()[0]
    bar.show_conversations([], None)
    assert not action.isEnabled()
    bar.show_conversations(some(3), 1)
    assert action.isEnabled()
    action.trigger()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    buttons = {button.text(): button for button in box.buttons()}
    assert set(buttons) == {"Keep", "Delete all"}
    assert box.defaultButton() is buttons["Keep"]
    QTest.mouseClick(buttons[answer], Qt.MouseButton.LeftButton)
    assert told == expected


def test_escape_deletes_nothing(bar: Bar, told: list[str]) -> None:
    bar.show_conversations(some(3), 1)
    bar.findChild(QToolButton, "more").menu().actions()[0].trigger()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None
    assert told == []


def test_yesterday_comes_at_midnight(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    conversations = some(1)
    bar.show_conversations(conversations, 1)
    assert bar.rows.model().index(0, 0).data() == "Today"

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now() + timedelta(days=1)

    monkeypatch.setattr("ui.sidebar.datetime", Tomorrow)
    QApplication.sendEvent(bar, QEvent(QEvent.Type.ActivationChange))
    assert bar.rows.model().index(0, 0).data() == "Yesterday"


def test_every_control_has_a_name(bar: Bar) -> None:
    bar.show_conversations(some(2), 1)
    bar.click(bar.bin(2))
    assert bar.search.accessibleName()
    assert bar.rows.accessibleName()
    buttons = [button for button in bar.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) >= 4
    assert [button for button in buttons if not (button.accessibleName() or button.text())] == []
