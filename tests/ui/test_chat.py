"""The conversation as a person sees and works it."""

import io
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolTip, QVBoxLayout, QWidget

from ui import theme
from ui.chat import SHOWN, Chat
from ui.finished import FinishedTurn
from ui.message import Turn
from ui.thumbnails import Enlarged
from ui.welcome import EXAMPLES

LONG = "A sentence that is long enough to fill a good part of a line in the window. " * 12


@pytest.fixture
def chat(qapp: QApplication, show: Callable[..., None]) -> Chat:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    chat = Chat(window)
    layout.addWidget(chat)
    chat.window_of_test = window  # type: ignore[attr-defined]
    show(window, 700, 500)
    return chat


@pytest.fixture
def picture() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (320, 200), "#2060c0").save(file, "PNG")
    return file.getvalue()


def _finished(number: int, answer: str = "An answer.", **more: object) -> FinishedTurn:
    return FinishedTurn(number, f"Question {number}?", answer, **more)  # type: ignore[arg-type]


def _answer(turn: Turn) -> str:
    return turn.answer.document().toPlainText() if turn.answer is not None else ""


def _told(turn: Turn) -> str:
    return turn.status.accessibleName() if turn.status is not None and not turn.status.isHidden() else ""


# -- the start screen


def test_an_empty_conversation_offers_questions(chat: Chat) -> None:
    chosen: list[str] = []
    chat.exampleChosen.connect(chosen.append)
    buttons = [b for b in chat.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in buttons] == list(EXAMPLES)
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(buttons[2], Qt.Key.Key_Space)
    assert chosen == [EXAMPLES[1], EXAMPLES[2]]


def test_the_focus_goes_from_a_chosen_question_to_the_composer(chat: Chat, until: Callable[..., None]) -> None:
    typed: list[str] = []
    chat.typed.connect(typed.append)
    button = next(b for b in chat.findChildren(QPushButton) if b.isVisible())
    button.setFocus()
    chat.add_turn(1, button.text())
    until(lambda: typed == [""])


def test_the_start_screen_goes_with_the_first_turn_and_comes_back(chat: Chat, until: Callable[..., None]) -> None:
    chat.add_turn(1, "Hello")
    until(lambda: not any(b.isVisible() for b in chat.findChildren(QPushButton)))
    chat.clear()
    until(lambda: sum(b.isVisible() for b in chat.findChildren(QPushButton)) == len(EXAMPLES))
    assert chat.numbers == ()


# -- the life of a turn


def test_an_answer_is_plain_while_it_comes_and_formatted_when_it_is_whole(
    chat: Chat, until: Callable[..., None]
) -> None:
    turn = chat.add_turn(1, "What is the capital of Japan?")
    turn.set_state("thinking")
    assert (turn.state, _told(turn)) == ("thinking", "Thinking")
    for piece in ["It ", "is **To", "kyo**."]:
        turn.append(piece)
    assert turn.state == "writing"
    until(lambda: _answer(turn) == "It is **Tokyo**.")
    turn.finish(FinishedTurn(1, "", "It is **Tokyo**."))
    assert _answer(turn) == "It is Tokyo."
    assert _told(turn) == ""
    turn.append("late")
    turn.set_state("thinking")
    assert turn.state == ""


def test_pieces_are_put_on_the_screen_together(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Count")
    turn.append("0 ")
    until(lambda: _answer(turn))
    assert turn.answer is not None
    changes: list[int] = []
    turn.answer.changed.connect(lambda: changes.append(1))
    for number in range(1, 200):
        turn.append(f"{number} ")
    until(lambda: _answer(turn).endswith("199 "))
    assert len(changes) == 1


def test_clauses_are_joined_by_spaces(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "¿Cuál es la capital de Japón?")
    turn.append_clause("La capital de Japón")
    until(lambda: _answer(turn))
    turn.append_clause("es Tokio.")
    turn.append_clause("Es grande.")
    until(lambda: _answer(turn) == "La capital de Japón es Tokio. Es grande.")


def test_a_turn_tells_why_it_waits(chat: Chat) -> None:
    turn = chat.add_turn(2, "And then?")
    turn.set_state("waiting", "Waiting for the answer before this one")
    assert _told(turn) == "Waiting for the answer before this one"
    turn.set_state("speaking")
    assert _told(turn) == "Speaking"
    turn.set_state("paused")
    turn.set_state("")
    assert _told(turn) == ""


@pytest.mark.parametrize(
    ("finished", "told"),
    [
        (_finished(1, "One two.", outcome="cancelled", heard="One"), "Stopped here; the rest was not spoken."),
        (_finished(1, "One two.", outcome="cancelled", heard=""), "Stopped before it was spoken."),
        (_finished(1, "One two.", outcome="cancelled"), "Stopped here."),
        (_finished(1, "", outcome="cancelled", heard=""), "Stopped before there was an answer."),
        (_finished(1, "One", outcome="unfinished", heard=""), "Parley ended before this answer was finished."),
        (_finished(1, "", outcome="failed", problem="It broke.", remedy="Mend it."), "It broke. Mend it."),
        (_finished(1, "", outcome="failed"), "This question could not be answered."),
        (
            _finished(1, "One.", problem="The voice is silent.", remedy="Pick another."),
            "The voice is silent. Pick another.",
        ),
        (_finished(1, " "), "The model had nothing to say. Ask in other words."),
        (_finished(1, "One two.", heard="One two."), ""),
    ],
)
def test_how_a_turn_ended_is_told(chat: Chat, finished: FinishedTurn, told: str) -> None:
    turn = chat.add_turn(1, "Question?")
    turn.append("One")
    turn.finish(finished)
    assert _told(turn) == told
    assert _answer(turn) == finished.answer.strip()


def test_what_was_not_heard_is_quiet(chat: Chat) -> None:
    turn = chat.add_turn(1, "Tell me")
    turn.finish(_finished(1, "One two three. Four.", outcome="cancelled", heard="One two"))
    assert turn.answer is not None
    quiet = QColor(theme.current().quiet)
    assert turn.answer.document().find("Four").charFormat().foreground().color() == quiet
    assert turn.answer.document().find("two").charFormat().foreground().color() != quiet


def test_a_translated_turn_shows_both_languages(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "¿Qué tal?", spoken=True)
    turn.set_translated("How are you?")
    assert turn.translated is not None
    assert turn.translated.text() == "How are you?"
    turn.finish(FinishedTurn(1, "", "I am well.", answer_translated="Estoy bien."))
    assert _answer(turn) == "Estoy bien."
    assert turn.original is not None
    until(turn.original.isVisible)
    QTest.mouseClick(turn.original, Qt.MouseButton.LeftButton)
    assert turn.original_text is not None
    assert turn.original_text.document().toPlainText() == "I am well."
    until(lambda: turn.original_text is not None and turn.original_text.isVisible())
    QTest.keyClick(turn.original, Qt.Key.Key_Space)
    assert turn.original_text.isHidden()


def test_a_spoken_question_is_told_from_a_typed_one(chat: Chat) -> None:
    spoken, typed = chat.add_turn(1, "", spoken=True), chat.add_turn(2, "Typed")
    assert spoken.question.isHidden()
    spoken.set_question("What I said")
    assert spoken.question.accessibleName() == "Your spoken question"
    assert typed.question.accessibleName() == "Your question"
    assert not spoken.question.isHidden()


def test_dots_move_only_while_they_can_be_seen(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Question?")
    turn.set_state("thinking")
    assert turn.status is not None
    until(lambda: turn.status is not None and turn.status.moving)
    chat.window().hide()
    assert not turn.status.moving
    chat.window().show()
    assert turn.status.moving
    turn.set_state("speaking")
    assert not turn.status.moving
    turn.set_state("thinking")
    turn.finish(_finished(1))
    assert not turn.status.moving


# -- pictures


def test_a_picture_is_shown_and_grows_on_a_click(chat: Chat, picture: bytes, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "What is this?", [picture])
    (thumbnail,) = turn.findChildren(QWidget, "thumbnail")
    until(lambda: thumbnail.shown)  # type: ignore[attr-defined]
    until(lambda: thumbnail.width() > thumbnail.height())
    assert thumbnail.grab().toImage().pixelColor(thumbnail.width() // 2, 40) == QColor("#2060c0")
    QTest.mouseClick(thumbnail, Qt.MouseButton.LeftButton)
    until(lambda: chat.window().findChildren(Enlarged))
    (dialog,) = chat.window().findChildren(Enlarged)
    until(lambda: dialog.grab().toImage().pixelColor(dialog.width() // 2, dialog.height() // 2) == QColor("#2060c0"))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    until(lambda: not chat.window().findChildren(Enlarged))


def test_bytes_that_are_no_picture_are_told(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "What is this?", [b"not a picture"])
    (thumbnail,) = turn.findChildren(QWidget, "thumbnail")
    until(lambda: "cannot be shown" in thumbnail.accessibleName())
    QTest.mouseClick(thumbnail, Qt.MouseButton.LeftButton)
    assert not chat.window().findChildren(Enlarged)


def test_a_turn_may_go_while_its_picture_is_being_read(chat: Chat, picture: bytes, until: Callable[..., None]) -> None:
    chat.add_turn(1, "What is this?", [picture])
    chat.clear()
    other = chat.add_turn(2, "And this?", [picture])
    (thumbnail,) = other.findChildren(QWidget, "thumbnail")
    until(lambda: thumbnail.shown)  # type: ignore[attr-defined]


# -- copying and deleting


def test_the_whole_answer_is_copied_as_it_was_written(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Question?")
    turn.finish(_finished(1, "It is **bold**.\n\n- so"))
    assert turn.copy is not None
    until(turn.copy.isVisible)
    QTest.mouseClick(turn.copy, Qt.MouseButton.LeftButton)
    until(lambda: QApplication.clipboard().text() == "It is **bold**.\n\n- so")


def _menu(chat: Chat, view: QWidget, until: Callable[..., None]) -> QMenu:
    view.menuWanted.emit(view.mapToGlobal(QPoint(5, 5)), "")  # type: ignore[attr-defined]
    until(lambda: chat.findChildren(QMenu))
    return chat.findChildren(QMenu)[-1]


def test_a_turn_is_deleted_by_its_menu(chat: Chat, until: Callable[..., None]) -> None:
    wanted: list[int] = []
    chat.deleteRequested.connect(wanted.append)
    chat.load([_finished(7), _finished(8)])
    turn = chat.turn(8)
    assert turn is not None
    menu = _menu(chat, turn.question, until)
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy the question"].trigger()
    until(lambda: QApplication.clipboard().text() == "Question 8?")
    actions["Delete question and answer"].trigger()
    menu.close()
    assert wanted == [8]
    chat.remove(8)
    assert chat.numbers == (7,)
    chat.remove(8)


def test_the_address_of_a_link_is_copied_and_what_is_selected_too(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Question?")
    turn.finish(_finished(1, "See [there](https://example.org/a?b=1&c=2) now."))
    assert turn.answer is not None
    turn.answer.selectAll()
    turn.answer.menuWanted.emit(turn.answer.mapToGlobal(QPoint(5, 5)), "https://example.org/a?b=1&c=2")
    until(lambda: chat.findChildren(QMenu))
    menu = chat.findChildren(QMenu)[-1]
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["https://example.org/a?b=1&&c=2"].isEnabled()
    actions["Copy the address"].trigger()
    until(lambda: QApplication.clipboard().text() == "https://example.org/a?b=1&c=2")
    actions["Copy the selection"].trigger()
    until(lambda: QApplication.clipboard().text() == "See there now.")
    menu.close()


def test_only_the_sign_of_a_spoken_question_says_so(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Question?", spoken=True)
    until(lambda: turn.question.x() > 0)

    def hint(at: QPoint) -> str:
        QApplication.sendEvent(turn, QHelpEvent(QEvent.Type.ToolTip, at, turn.mapToGlobal(at)))
        return QToolTip.text()

    bubble = turn.question.geometry()
    assert hint(QPoint(5, 5)) == ""
    assert hint(QPoint(bubble.left() - 30, bubble.bottom() - 8)) == "Spoken"


def test_a_turn_under_way_cannot_be_deleted(chat: Chat, until: Callable[..., None]) -> None:
    turn = chat.add_turn(1, "Question?")
    menu = _menu(chat, turn.question, until)
    assert "Delete question and answer" not in {action.text() for action in menu.actions()}
    menu.close()


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
