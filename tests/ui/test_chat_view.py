"""What part of a conversation is seen, and how the keyboard and the wheel go through it."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ui import theme
from ui.chat import SHOWN, Chat
from ui.finished import FinishedTurn
from ui.message import Turn

LONG = "A sentence that is long enough to fill a good part of a line in the window. " * 12


def _finished(number: int, answer: str = "An answer.", **more: object) -> FinishedTurn:
    return FinishedTurn(number, f"Question {number}?", answer, **more)  # type: ignore[arg-type]


# -- what is in view


def _fill(chat: Chat, until: Callable[..., None], count: int = 8) -> None:
    chat.load([_finished(number, LONG) for number in range(1, count + 1)])
    until(lambda: not chat.loading)


def test_a_conversation_opens_at_its_end(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    assert chat.numbers == tuple(range(1, 9))
    until(lambda: chat.verticalScrollBar().value() == chat.verticalScrollBar().maximum() > 500)
    tops = [turn.y() for number in chat.numbers if (turn := chat.turn(number)) is not None]
    assert tops == sorted(tops)


def test_the_newest_words_stay_in_view_while_they_come(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    turn = chat.add_turn(9, "More?")
    before = chat.verticalScrollBar().maximum()
    turn.append(LONG)
    until(lambda: chat.verticalScrollBar().maximum() > before)
    until(lambda: chat.verticalScrollBar().value() == chat.verticalScrollBar().maximum())
    assert chat.at_end


def test_who_reads_above_is_not_moved_and_can_go_to_the_newest(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    turn = chat.add_turn(9, "More?")
    until(lambda: chat.at_end)
    bar = chat.verticalScrollBar()
    for _ in range(12):
        QTest.qWait(1)
        bar.triggerAction(bar.SliderAction.SliderSingleStepSub)
    bar.setValue(300)
    assert not chat.at_end
    maximum = bar.maximum()
    turn.append(LONG)
    until(lambda: bar.maximum() > maximum)
    assert bar.value() == 300
    button = chat.findChild(QWidget, "newest")
    assert isinstance(button, QWidget)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.value() == bar.maximum()
    assert not button.isVisible()


def test_a_new_question_brings_the_end_into_view(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    chat.verticalScrollBar().setValue(0)
    chat.add_turn(9, "More?")
    until(lambda: chat.verticalScrollBar().value() == chat.verticalScrollBar().maximum())


def test_earlier_turns_come_before_what_is_seen_without_moving_it(chat: Chat, until: Callable[..., None]) -> None:
    chat.load([_finished(number, LONG) for number in range(11, 19)], earlier=True)
    until(lambda: not chat.loading)
    asked: list[bool] = []
    chat.earlierRequested.connect(lambda: asked.append(True))
    bar = chat.verticalScrollBar()
    bar.setValue(0)
    button = next(b for b in chat.findChildren(QPushButton) if "earlier" in b.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [True]
    assert not button.isEnabled()
    first = chat.turn(11)
    assert first is not None
    place = first.mapTo(chat, QPoint(0, 0)).y()
    chat.prepend([_finished(number, LONG) for number in range(1, 11)])
    until(lambda: not chat.loading)
    assert chat.numbers == tuple(range(1, 19))
    assert abs(first.mapTo(chat, QPoint(0, 0)).y() - place) <= button.height() + 24
    assert button.isHidden()


def test_a_long_conversation_is_made_in_portions(chat: Chat, until: Callable[..., None]) -> None:
    chat.load([_finished(number, "# A\n\n- b\n" * 30) for number in range(200)])
    assert chat.loading
    assert 199 in chat.numbers
    chat.add_turn(1000, "Meanwhile")
    until(lambda: not chat.loading)
    assert chat.numbers == (*range(200), 1000)


def test_a_conversation_that_goes_on_keeps_its_newest_turns(chat: Chat, until: Callable[..., None]) -> None:
    for number in range(1, 2 * SHOWN):
        chat.add_turn(number, "Question?").finish(_finished(number))
    assert len(chat.numbers) == 2 * SHOWN - 1
    chat.add_turn(1000, "Question?")
    assert len(chat.numbers) == SHOWN
    assert chat.numbers[-1] == 1000
    until(lambda: any("earlier" in b.text() and not b.isHidden() for b in chat.findChildren(QPushButton)))
    until(lambda: len(chat.findChildren(Turn)) == SHOWN)


def test_another_conversation_ends_the_loading_of_one(chat: Chat, until: Callable[..., None]) -> None:
    chat.load([_finished(number, "# A\n\n- b\n" * 30) for number in range(100)])
    chat.load([_finished(500)])
    until(lambda: not chat.loading)
    assert chat.numbers == (500,)


def test_the_lines_are_not_wider_than_can_be_read_and_fit_a_narrow_window(
    chat: Chat, until: Callable[..., None]
) -> None:
    _fill(chat, until, 2)
    turn = chat.turn(2)
    assert turn is not None
    chat.window().resize(1400, 600)
    until(lambda: turn.width() == theme.TEXT_WIDTH)
    left = turn.mapTo(chat, QPoint(0, 0)).x()
    assert abs(left - (chat.width() - left - turn.width())) <= 1
    chat.window().resize(480, 600)
    until(lambda: turn.width() < 480 - 2 * theme.GAP)
    assert turn.answer is not None
    assert turn.answer.document().size().width() <= turn.width()


def test_a_very_long_answer_is_shown_in_portions(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Question?")
    turn.finish(_finished(1, "word " * 10_000))
    until(lambda: turn.more is not None and turn.more.isVisible())
    assert turn.more is not None
    assert turn.more.text() == "Show more (30,000 characters are left)"
    QTest.mouseClick(turn.more, Qt.MouseButton.LeftButton)
    until(lambda: turn.more is not None and turn.more.text() == "Show more (10,000 characters are left)")
    QTest.mouseClick(turn.more, Qt.MouseButton.LeftButton)
    until(lambda: turn.more is not None and turn.more.isHidden())


# -- keyboard


def test_the_keyboard_goes_through_the_turns(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    turns = [chat.turn(number) for number in chat.numbers]
    last, before = turns[-1], turns[-2]
    assert last is not None
    assert before is not None
    chat.step(0)
    until(lambda: last.answer is not None and last.answer.hasFocus())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    until(lambda: before.answer is not None and before.answer.hasFocus())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert before.copy is not None
    until(before.copy.hasFocus)
    QTest.keyClick(before.copy, Qt.Key.Key_Space)
    until(lambda: QApplication.clipboard().text() == LONG)
    reachable = {
        turn.number for turn in turns if turn is not None and turn.question.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert reachable == {before.number}


def test_tab_leaves_a_conversation(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    other = QPushButton("Other")
    layout = chat.window().layout()
    assert layout is not None
    layout.addWidget(other)
    until(other.isVisible)
    other.setFocus()
    visited = []
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
        if visited[-1] is other:
            break
    turn = chat.turn(8)
    assert turn is not None
    assert visited == [turn.question, turn.answer, turn.copy, other]


def test_page_keys_scroll_from_within_a_text(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    bar = chat.verticalScrollBar()
    chat.step(0)
    for key, expected in [
        (Qt.Key.Key_Home, lambda: bar.value() == 0),
        (Qt.Key.Key_PageDown, lambda: 0 < bar.value() < bar.maximum()),
        (Qt.Key.Key_End, lambda: bar.value() == bar.maximum()),
        (Qt.Key.Key_PageUp, lambda: bar.value() < bar.maximum()),
    ]:
        QTest.keyClick(QApplication.focusWidget(), key)
        until(expected)


def test_what_is_typed_in_the_conversation_goes_to_the_composer(chat: Chat, until: Callable[..., None]) -> None:
    typed: list[str] = []
    chat.typed.connect(typed.append)
    _fill(chat, until, 1)
    chat.step(0)
    QTest.keyClicks(QApplication.focusWidget(), "why")
    assert "".join(typed) == "why"


def test_the_wheel_scrolls_over_a_text(chat: Chat, until: Callable[..., None]) -> None:
    _fill(chat, until)
    turn = chat.turn(8)
    assert turn is not None
    assert turn.answer is not None
    bar = chat.verticalScrollBar()
    until(lambda: bar.value() == bar.maximum())
    over = turn.answer.mapTo(chat.window(), turn.answer.rect().bottomLeft() - QPoint(-20, 10))
    QTest.wheelEvent(chat.window().windowHandle(), QPointF(over), QPoint(0, 120))
    until(lambda: bar.value() < bar.maximum())


def test_every_part_has_a_name_for_a_screen_reader(chat: Chat, picture: bytes, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "¿Qué?", [picture], spoken=True)
    turn.finish(_finished(1, "What.", answer_translated="Qué.", outcome="cancelled", heard=""))
    until(lambda: turn.copy is not None and turn.copy.isVisible())
    nameless = [
        widget
        for widget in turn.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName()
    ]
    assert nameless == []
