"""The composer as a person works it: typing, sending, stopping, speaking."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ui.composer import CLOSE_TO_LIMIT, Composer
from ui.editor import LINES, MAX_QUESTION
from ui.microphone import MicrophoneButton


def _type(composer: Composer, text: str) -> None:
    QTest.keyClicks(composer.editor, text)


# -- typing and sending


def test_enter_sends_and_shift_enter_breaks(
    composer: Composer, heard: list[object], until: Callable[..., None]
) -> None:
    until(composer.editor.hasFocus)
    _type(composer, "one")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    _type(composer, "two")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard == [("sent", "one\ntwo")]


def test_the_text_stays_until_it_is_asked(composer: Composer, heard: list[object]) -> None:
    _type(composer, "one")
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert composer.text() == "one"
    composer.clear()
    assert composer.text() == ""
    assert heard == [("sent", "one")]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(composer: Composer, heard: list[object], text: str) -> None:
    composer.set_text(text)
    assert not composer.send.isEnabled()
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert heard == []


def test_the_input_method_keeps_its_enter(composer: Composer, heard: list[object]) -> None:
    QApplication.sendEvent(composer.editor, QInputMethodEvent("か", []))
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard == []
    done = QInputMethodEvent("", [])
    done.setCommitString("か")
    QApplication.sendEvent(composer.editor, done)
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard == [("sent", "か")]


def test_the_button_stops_what_is_under_way(composer: Composer, heard: list[object]) -> None:
    composer.set_busy(True)
    assert composer.send.accessibleName() == "Stop"
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    _type(composer, "next")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)  # asked meanwhile, it waits its turn
    composer.set_busy(False)
    assert composer.send.accessibleName() == "Send"
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert heard == ["stopRequested", ("sent", "next"), ("sent", "next")]


def test_it_grows_with_its_lines_and_then_scrolls(composer: Composer, until: Callable[..., None]) -> None:
    heights = []
    for lines in range(1, 10):
        composer.set_text("\n".join(["line"] * lines))
        heights.append(composer.height())
        bar = composer.editor.verticalScrollBar()
        assert (bar.maximum() > 0) == (lines > LINES), f"{lines} lines"
    assert heights[2:LINES] == sorted(set(heights[2:LINES]))
    assert len(set(heights[LINES - 1 :])) == 1
    composer.clear()
    assert composer.height() == heights[0]
    until(lambda: composer.height() == heights[0])


def test_a_long_line_is_wrapped_and_counts(composer: Composer, until: Callable[..., None]) -> None:
    height = composer.height()
    composer.set_text("x" * 200)
    assert composer.height() > height
    wide = composer.height()
    composer.window().resize(480, 400)
    until(lambda: composer.height() > wide)


def test_close_to_the_limit_the_characters_are_counted(composer: Composer, heard: list[object]) -> None:
    composer.set_text("x" * (CLOSE_TO_LIMIT - 1))
    assert composer.findChild(QWidget, "count") is None
    composer.set_text("x" * CLOSE_TO_LIMIT)
    count = composer.findChild(QWidget, "count")
    assert count is not None
    assert count.text() == "18,000 of 20,000 characters"  # type: ignore[attr-defined]
    assert not count.isHidden()
    composer.set_text("x" * (MAX_QUESTION + 1))
    assert not composer.send.isEnabled()
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard == []
    composer.set_text("short")
    assert count.isHidden()
    assert composer.send.isEnabled()


# -- speaking


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any press counts as held."""
    monkeypatch.setattr("ui.microphone.HOLD_MS", 0)


@pytest.fixture
def clicked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any press counts as a click, however slow the machine is."""
    monkeypatch.setattr("ui.microphone.HOLD_MS", 1_000_000)


@pytest.mark.usefixtures("held")
def test_held_with_the_mouse_it_talks_until_it_is_let_go(composer: Composer, heard: list[object]) -> None:
    button = composer.microphone
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert heard == ["talkPressed"]
    assert button.talking
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert heard == ["talkPressed", "talkReleased"]
    assert not button.talking


@pytest.mark.usefixtures("clicked")
def test_a_click_begins_and_the_next_one_ends(composer: Composer, heard: list[object]) -> None:
    button = composer.microphone
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["talkPressed"]
    assert button.talking
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["talkPressed", "talkReleased"]
    at = button.mapTo(composer.window(), button.rect().center())
    QTest.mouseDClick(composer.window().windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert heard == ["talkPressed", "talkReleased"] * 2


KEYS = pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])


@KEYS
@pytest.mark.usefixtures("held")
def test_a_key_held_on_the_button_talks(
    composer: Composer, heard: list[object], until: Callable[..., None], key: Qt.Key
) -> None:
    composer.microphone.setFocus()
    until(composer.microphone.hasFocus)
    QTest.keyPress(composer.microphone, key)
    assert heard == ["talkPressed"]
    QTest.keyRelease(composer.microphone, key)
    assert heard == ["talkPressed", "talkReleased"]


@KEYS
@pytest.mark.usefixtures("clicked")
def test_a_short_press_of_a_key_begins_and_the_next_one_ends(
    composer: Composer, heard: list[object], until: Callable[..., None], key: Qt.Key
) -> None:
    composer.microphone.setFocus()
    until(composer.microphone.hasFocus)
    QTest.keyClick(composer.microphone, key)
    assert heard == ["talkPressed"]
    QTest.keyClick(composer.microphone, key)
    assert heard == ["talkPressed", "talkReleased"]


@pytest.mark.parametrize("how", ["focus", "hide"])
def test_no_talk_is_left_open(composer: Composer, heard: list[object], until: Callable[..., None], how: str) -> None:
    button = composer.microphone
    button.setFocus()
    until(button.hasFocus)
    QTest.keyPress(button, Qt.Key.Key_Space)
    if how == "focus":
        composer.setFocus()
    else:
        composer.window().hide()
    until(lambda: heard == ["talkPressed", "talkReleased"])
    QTest.keyRelease(button, Qt.Key.Key_Space)
    assert heard == ["talkPressed", "talkReleased"]


@pytest.mark.usefixtures("clicked")
def test_a_talk_that_ended_otherwise_is_not_ended_again(composer: Composer, heard: list[object]) -> None:
    QTest.mouseClick(composer.microphone, Qt.MouseButton.LeftButton)
    composer.talk_over()
    assert not composer.microphone.talking
    QTest.mouseClick(composer.microphone, Qt.MouseButton.LeftButton)
    assert heard == ["talkPressed", "talkPressed"]


def test_hands_free_is_told_only_when_the_person_chose_it(composer: Composer, heard: list[object]) -> None:
    composer.set_hands_free(True)
    assert composer.hands_free.isChecked()
    assert heard == []
    QTest.mouseClick(composer.hands_free, Qt.MouseButton.LeftButton)
    QTest.keyClick(composer.hands_free, Qt.Key.Key_Space)
    assert heard == [("handsFreeToggled", False), ("handsFreeToggled", True)]


def test_the_caption_says_what_to_do_and_what_is_heard(composer: Composer) -> None:
    composer.set_talk_key("F8")
    assert composer.caption.words == "Hold the microphone or F8, and speak"
    composer.set_hearing("opening")
    assert "being opened" in composer.caption.words
    composer.set_hearing("ready")
    composer.set_hands_free(True)
    assert composer.caption.words == "Just speak"
    composer.set_hearing("hearing")
    assert composer.caption.words == "Listening…"
    composer.set_caption("what is the")
    assert composer.caption.words == "what is the"
    composer.set_hearing("ready")
    assert composer.caption.words == "Just speak"
    composer.set_hearing("unavailable", "The microphone “Blue” is gone")
    assert composer.caption.words == "The microphone “Blue” is gone"
    assert composer.microphone.accessibleName() == "Talk; there is no microphone"


def test_of_a_long_caption_the_newest_words_are_seen(composer: Composer) -> None:
    composer.set_hearing("hearing")
    composer.set_caption("first " + "and so on " * 60 + "last")
    assert composer.caption.shown().endswith("and so on last")
    assert composer.caption.shown().startswith("…")
    assert "first" not in composer.caption.shown()


def test_the_states_of_the_microphone_look_different(composer: Composer) -> None:
    pictures = []
    for state in ("off", "opening", "ready", "hearing", "unavailable"):
        composer.set_hearing(state)
        image = composer.microphone.grab().toImage()
        assert image not in pictures, state
        pictures.append(image)


def test_the_level_is_seen_and_the_button_rests_when_it_is_reached(
    composer: Composer, until: Callable[..., None]
) -> None:
    composer.set_hearing("hearing")
    button: MicrophoneButton = composer.microphone
    edge = QPoint(button.width() // 2, 3)
    quiet = button.grab().toImage().pixelColor(edge)
    composer.set_level(1.0)
    assert button.moving
    until(lambda: not button.moving)
    assert button.grab().toImage().pixelColor(edge) != quiet
    composer.set_level(7.0)
    composer.set_level(float("nan"))
    composer.set_hearing("off")
    until(lambda: not button.moving)
    assert button.grab().toImage().pixelColor(edge) == quiet


# -- keyboard and names


def test_tab_goes_through_all_controls(composer: Composer, picture: bytes, until: Callable[..., None]) -> None:
    composer.add_picture("a", picture, "a.png")
    composer.set_text("words")
    assert composer.tray is not None
    until(composer.tray.thumbnail("a").isVisible)
    composer.tray.thumbnail("a").setFocus()
    visited = [QApplication.focusWidget()]
    for _ in range(5):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert visited == [
        composer.tray.thumbnail("a"),
        composer.editor,
        composer.add,
        composer.send,
        composer.microphone,
        composer.hands_free,
    ]
    assert all(
        widget is not None and (widget.accessibleName() or isinstance(widget, QPushButton)) for widget in visited
    )


def test_what_was_typed_elsewhere_arrives(composer: Composer, until: Callable[..., None]) -> None:
    composer.microphone.setFocus()
    composer.type("w")
    until(composer.editor.hasFocus)
    _type(composer, "hy")
    assert composer.text() == "why"


@pytest.mark.parametrize("width", [480, 700, 1400])
def test_everything_has_its_place_at_any_width(composer: Composer, until: Callable[..., None], width: int) -> None:
    composer.window().resize(width, 400)
    until(lambda: composer.width() == width)
    composer.set_text("x" * (CLOSE_TO_LIMIT + 1))
    composer.add_picture("a", b"", "a")
    parts = [composer.editor, composer.add, composer.send, composer.microphone, composer.hands_free, composer.caption]
    areas = [part.geometry() for part in parts]
    assert all(composer.rect().contains(area) for area in areas)
    assert not any(one.intersects(other) for place, one in enumerate(areas) for other in areas[place + 1 :])
