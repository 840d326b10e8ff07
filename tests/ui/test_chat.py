"""The conversation as a person sees and works it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolTip, QWidget

from ui import theme
from ui.chat import Chat
from ui.finished import FinishedTurn
from ui.message import Turn
from ui.thumbnails import Enlarged
from ui.welcome import EXAMPLES, Example


def _finished(number: int, answer: str = "An answer.", **more: object) -> FinishedTurn:
    return FinishedTurn(number, f"Question {number}?", answer, **more)  # type: ignore[arg-type]


def _answer(turn: Turn) -> str:
    return turn.answer.document().toPlainText() if turn.answer is not None else ""


def _told(turn: Turn) -> str:
    return turn.status.accessibleName() if turn.status is not None and not turn.status.isHidden() else ""


# -- the start screen


def test_an_empty_conversation_offers_questions(chat: Chat) -> None:
    chosen: list[Example] = []
    chat.exampleChosen.connect(chosen.append)
    buttons = [b for b in chat.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in buttons] == [example.lead + example.question for example in EXAMPLES]
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
    until(lambda: not chat.loading)
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


def test_an_answer_beyond_the_model_offers_larger_ones(chat: Chat, until: Callable[..., None]) -> None:
    wanted: list[bool] = []
    chat.modelsRequested.connect(lambda: wanted.append(True))
    known, beyond = chat.add_turn(1, "Two plus two?"), chat.add_turn(2, "Who won?")
    known.finish(_finished(1, "Four."))
    beyond.finish(_finished(2, "I am only the starter model.")._replace(beyond=True))
    until(lambda: beyond.larger is not None and beyond.larger.isVisible())
    assert known.larger is None
    assert beyond.larger is not None
    beyond.larger.setFocus()
    QTest.keyClick(beyond.larger, Qt.Key.Key_Space)
    assert wanted == [True]
