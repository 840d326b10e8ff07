"""The composer as a person works it: typing, sending, stopping, speaking, pictures."""

import io
from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QVBoxLayout, QWidget

from ui.attachments import MAX_PICTURES, DropOverlay, offers_pictures, pictures_in
from ui.composer import CLOSE_TO_LIMIT, Composer
from ui.editor import LINES, MAX_QUESTION
from ui.microphone import MicrophoneButton


class Heard:
    """Everything that the composer tells."""

    def __init__(self, composer: Composer) -> None:
        self.told: list[object] = []
        for name in ("sent", "handsFreeToggled", "filesChosen", "imagePasted", "pictureRemoved", "noticed"):
            getattr(composer, name).connect(lambda value, name=name: self.told.append((name, value)))
        for name in ("stopRequested", "talkPressed", "talkReleased"):
            getattr(composer, name).connect(lambda name=name: self.told.append(name))


@pytest.fixture
def composer(qapp: QApplication, show: Callable[..., None]) -> Composer:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addStretch(1)
    composer = Composer(window)
    layout.addWidget(composer)
    composer.window_of_test = window  # type: ignore[attr-defined]
    show(window, 700, 400)
    composer.setFocus()
    return composer


@pytest.fixture
def heard(composer: Composer) -> Heard:
    return Heard(composer)


@pytest.fixture
def picture() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (320, 200), "#2060c0").save(file, "PNG")
    return file.getvalue()


def _type(composer: Composer, text: str) -> None:
    QTest.keyClicks(composer.editor, text)


# -- typing and sending


def test_enter_sends_and_shift_enter_breaks(composer: Composer, heard: Heard, until: Callable[..., None]) -> None:
    until(composer.editor.hasFocus)
    _type(composer, "one")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    _type(composer, "two")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard.told == [("sent", "one\ntwo")]


def test_the_text_stays_until_it_is_asked(composer: Composer, heard: Heard) -> None:
    _type(composer, "one")
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert composer.text() == "one"
    composer.clear()
    assert composer.text() == ""
    assert heard.told == [("sent", "one")]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(composer: Composer, heard: Heard, text: str) -> None:
    composer.set_text(text)
    assert not composer.send.isEnabled()
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert heard.told == []


def test_the_input_method_keeps_its_enter(composer: Composer, heard: Heard) -> None:
    QApplication.sendEvent(composer.editor, QInputMethodEvent("か", []))
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard.told == []
    done = QInputMethodEvent("", [])
    done.setCommitString("か")
    QApplication.sendEvent(composer.editor, done)
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard.told == [("sent", "か")]


def test_the_button_stops_what_is_under_way(composer: Composer, heard: Heard) -> None:
    composer.set_busy(True)
    assert composer.send.accessibleName() == "Stop"
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    _type(composer, "next")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)  # asked meanwhile, it waits its turn
    composer.set_busy(False)
    assert composer.send.accessibleName() == "Send"
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert heard.told == ["stopRequested", ("sent", "next"), ("sent", "next")]


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


def test_close_to_the_limit_the_characters_are_counted(composer: Composer, heard: Heard) -> None:
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
    assert heard.told == []
    composer.set_text("short")
    assert count.isHidden()
    assert composer.send.isEnabled()


# -- pasting


def _paste(composer: Composer, mime: QMimeData) -> None:
    QApplication.clipboard().setMimeData(mime)
    QTest.keyClick(composer.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def _mime(text: str = "", urls: list[str] | None = None, **data: bytes) -> QMimeData:
    mime = QMimeData()
    if text:
        mime.setText(text)
    if urls is not None:
        mime.setUrls([QUrl(url) for url in urls])
    for kind, content in data.items():
        mime.setData(kind.replace("_", "/"), QByteArray(content))
    return mime


def test_text_is_pasted(composer: Composer, heard: Heard) -> None:
    _paste(composer, _mime("a text with /a/path.png in it"))
    assert composer.text() == "a text with /a/path.png in it"
    assert heard.told == []


def test_a_megabyte_is_shortened_to_what_fits(composer: Composer, heard: Heard) -> None:
    _type(composer, "abc")
    _paste(composer, _mime("x" * 1_000_000))
    assert len(composer.text()) == MAX_QUESTION
    assert heard.told == [("noticed", "Only 20,000 characters fit into a question.")]


def test_what_is_no_text_is_cleaned(composer: Composer, heard: Heard) -> None:
    _paste(composer, _mime("a\0b\u202ec"))
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard.told == [("sent", "ab\u202ec")]


def test_a_pasted_picture_goes_out_as_it_came(composer: Composer, heard: Heard, picture: bytes) -> None:
    _paste(composer, _mime(image_png=picture))
    assert heard.told == [("imagePasted", picture)]
    assert composer.text() == ""


def test_a_picture_without_a_file_becomes_one(composer: Composer, heard: Heard, until: Callable[..., None]) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#2060c0"))
    composer.take(pictures_in(_mime())._replace(image=image))
    until(lambda: heard.told)
    ((name, data),) = heard.told  # type: ignore[misc]
    assert name == "imagePasted"
    assert QImage.fromData(data).pixelColor(3, 3) == QColor("#2060c0")  # type: ignore[has-type]


def test_words_win_over_their_picture(composer: Composer, heard: Heard, picture: bytes) -> None:
    _paste(composer, _mime("cells of a sheet", image_png=picture))
    assert composer.text() == "cells of a sheet"
    assert heard.told == []


@pytest.mark.parametrize(
    ("mime", "told"),
    [
        (_mime(urls=["file:///tmp/a.png", "file:///tmp/b%20c.txt"]), [("filesChosen", ["/tmp/a.png", "/tmp/b c.txt"])]),
        (_mime("/tmp/a.PNG\n/tmp/b c.jpeg\n"), [("filesChosen", ["/tmp/a.PNG", "/tmp/b c.jpeg"])]),
    ],
)
def test_files_are_pasted_as_pictures(composer: Composer, heard: Heard, mime: QMimeData, told: list[object]) -> None:
    _paste(composer, mime)
    assert heard.told == told
    assert composer.text() == ""


# -- what a drop carries


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a.png", "https://example.org/a.png", "ftp://a/b.png", "file://host/share/a.png"]
)
def test_nothing_is_taken_from_the_network(address: str) -> None:
    offer = pictures_in(_mime(urls=[address]))
    assert offer.paths == ()
    assert "save the picture on this computer" in offer.notice
    mixed = pictures_in(_mime(urls=[address, "file:///a.png"]))
    assert mixed.paths == ("/a.png",)
    assert mixed.notice


def test_of_many_files_the_first_are_taken() -> None:
    offer = pictures_in(_mime(urls=[f"file:///{number}.png" for number in range(50)]))
    assert offer.paths == tuple(f"/{number}.png" for number in range(MAX_PICTURES))
    assert offer.notice == "Only the first 8 of 50 files were taken."


@pytest.mark.parametrize("text", ["words", "a.png", "/tmp/a.txt", "/tmp/a.png and words", "https://a.b/c.png", ""])
def test_what_is_not_a_list_of_pictures_is_none(text: str) -> None:
    assert not pictures_in(_mime(text))


def test_a_drag_of_text_is_not_one_of_pictures(picture: bytes) -> None:
    assert offers_pictures(_mime(urls=["file:///a.png"]))
    assert offers_pictures(_mime(image_png=picture))
    assert not offers_pictures(_mime("words"))


@pytest.mark.parametrize(("mime", "taken"), [(_mime(urls=["file:///a.png"]), False), (_mime("words"), True)])
def test_the_field_takes_dropped_words_and_leaves_pictures_to_the_window(
    composer: Composer, mime: QMimeData, taken: bool
) -> None:
    drag = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(composer.editor.viewport(), drag)
    assert drag.isAccepted() == taken


def test_the_overlay_covers_what_it_belongs_to(composer: Composer, until: Callable[..., None]) -> None:
    window = composer.window()
    overlay = DropOverlay(window)
    before = window.grab().toImage()
    overlay.appear()
    assert overlay.geometry() == window.rect()
    assert window.grab().toImage() != before
    window.resize(500, 300)
    until(lambda: overlay.size() == window.size())
    assert window.childAt(QPoint(100, 100)) is not overlay  # the drag goes to what lies beneath
    overlay.vanish()
    assert not overlay.isVisible()


# -- pictures of the question


def test_a_picture_comes_and_goes(composer: Composer, heard: Heard, picture: bytes, until: Callable[..., None]) -> None:
    height = composer.height()
    composer.add_picture("a", b"", "a photo.png")
    assert composer.height() > height
    assert composer.tray is not None
    thumbnail = composer.tray.thumbnail("a")
    assert thumbnail.accessibleName() == "Picture a photo.png, being read"
    composer.add_picture("a", picture, "a photo.png")
    until(lambda: thumbnail.shown)
    assert thumbnail.accessibleName() == "Picture a photo.png"
    assert composer.pictures == ("a",)
    assert composer.editor.placeholderText() == "Ask about the picture"
    close = thumbnail.findChild(QWidget)
    assert close is not None
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert heard.told == [("pictureRemoved", "a")]
    assert composer.pictures == ()
    assert composer.height() == height
    assert composer.editor.placeholderText() != "Ask about the picture"
    composer.remove_picture("a")


def test_pictures_are_removed_by_the_keyboard(
    composer: Composer, heard: Heard, picture: bytes, until: Callable[..., None]
) -> None:
    for key in "abc":
        composer.add_picture(key, picture, f"{key}.png")
    assert composer.tray is not None
    until(composer.tray.thumbnail("a").isVisible)
    composer.tray.thumbnail("a").setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert composer.tray.thumbnail("b").hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert composer.tray.thumbnail("c").hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backspace)
    assert heard.told == [("pictureRemoved", key) for key in "bca"]
    until(composer.editor.hasFocus)


def test_sending_leaves_no_picture_behind(composer: Composer, picture: bytes) -> None:
    composer.add_picture("a", picture, "a.png")
    composer.clear()
    assert composer.pictures == ()


def test_a_file_is_chosen_in_a_dialog(composer: Composer, heard: Heard, until: Callable[..., None]) -> None:
    QTest.keyClick(composer.editor, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    until(lambda: composer.window().findChildren(QFileDialog))
    (dialog,) = composer.window().findChildren(QFileDialog)
    dialog.filesSelected.emit([f"/{number}.png" for number in range(9)])
    dialog.reject()
    paths = [f"/{number}.png" for number in range(8)]
    assert heard.told == [("filesChosen", paths), ("noticed", "Only the first 8 of 9 files were taken.")]
    until(lambda: not composer.window().findChildren(QFileDialog))
    until(composer.editor.hasFocus)


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
def test_held_with_the_mouse_it_talks_until_it_is_let_go(composer: Composer, heard: Heard) -> None:
    button = composer.microphone
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert heard.told == ["talkPressed"]
    assert button.talking
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert heard.told == ["talkPressed", "talkReleased"]
    assert not button.talking


@pytest.mark.usefixtures("clicked")
def test_a_click_begins_and_the_next_one_ends(composer: Composer, heard: Heard) -> None:
    button = composer.microphone
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard.told == ["talkPressed"]
    assert button.talking
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard.told == ["talkPressed", "talkReleased"]
    at = button.mapTo(composer.window(), button.rect().center())
    QTest.mouseDClick(composer.window().windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert heard.told == ["talkPressed", "talkReleased"] * 2


KEYS = pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])


@KEYS
@pytest.mark.usefixtures("held")
def test_a_key_held_on_the_button_talks(
    composer: Composer, heard: Heard, until: Callable[..., None], key: Qt.Key
) -> None:
    composer.microphone.setFocus()
    until(composer.microphone.hasFocus)
    QTest.keyPress(composer.microphone, key)
    assert heard.told == ["talkPressed"]
    QTest.keyRelease(composer.microphone, key)
    assert heard.told == ["talkPressed", "talkReleased"]


@KEYS
@pytest.mark.usefixtures("clicked")
def test_a_short_press_of_a_key_begins_and_the_next_one_ends(
    composer: Composer, heard: Heard, until: Callable[..., None], key: Qt.Key
) -> None:
    composer.microphone.setFocus()
    until(composer.microphone.hasFocus)
    QTest.keyClick(composer.microphone, key)
    assert heard.told == ["talkPressed"]
    QTest.keyClick(composer.microphone, key)
    assert heard.told == ["talkPressed", "talkReleased"]


@pytest.mark.parametrize("how", ["focus", "hide"])
def test_no_talk_is_left_open(composer: Composer, heard: Heard, until: Callable[..., None], how: str) -> None:
    button = composer.microphone
    button.setFocus()
    until(button.hasFocus)
    QTest.keyPress(button, Qt.Key.Key_Space)
    if how == "focus":
        composer.setFocus()
    else:
        composer.window().hide()
    until(lambda: heard.told == ["talkPressed", "talkReleased"])
    QTest.keyRelease(button, Qt.Key.Key_Space)
    assert heard.told == ["talkPressed", "talkReleased"]


@pytest.mark.usefixtures("clicked")
def test_a_talk_that_ended_otherwise_is_not_ended_again(composer: Composer, heard: Heard) -> None:
    QTest.mouseClick(composer.microphone, Qt.MouseButton.LeftButton)
    composer.talk_over()
    assert not composer.microphone.talking
    QTest.mouseClick(composer.microphone, Qt.MouseButton.LeftButton)
    assert heard.told == ["talkPressed", "talkPressed"]


def test_hands_free_is_told_only_when_the_person_chose_it(composer: Composer, heard: Heard) -> None:
    composer.set_hands_free(True)
    assert composer.hands_free.isChecked()
    assert heard.told == []
    QTest.mouseClick(composer.hands_free, Qt.MouseButton.LeftButton)
    QTest.keyClick(composer.hands_free, Qt.Key.Key_Space)
    assert heard.told == [("handsFreeToggled", False), ("handsFreeToggled", True)]


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
