"""Pictures and texts that come into the composer: pasted, dropped, chosen; and how they go again."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from ui.attachments import MAX_PICTURES, DropOverlay, offers_pictures, pictures_in
from ui.composer import Composer
from ui.editor import MAX_QUESTION


def _type(composer: Composer, text: str) -> None:
    QTest.keyClicks(composer.editor, text)


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


def test_text_is_pasted(composer: Composer, heard: list[object]) -> None:
    _paste(composer, _mime("a text with /a/path.png in it"))
    assert composer.text() == "a text with /a/path.png in it"
    assert heard == []


def test_a_megabyte_is_shortened_to_what_fits(composer: Composer, heard: list[object]) -> None:
    _type(composer, "abc")
    _paste(composer, _mime("x" * 1_000_000))
    assert len(composer.text()) == MAX_QUESTION
    assert heard == [("noticed", "Only 20,000 characters fit into a question.")]


def test_what_is_no_text_is_cleaned(composer: Composer, heard: list[object]) -> None:
    _paste(composer, _mime("a\0b\u202ec"))
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert heard == [("sent", "ab\u202ec")]


def test_a_pasted_picture_goes_out_as_it_came(composer: Composer, heard: list[object], picture: bytes) -> None:
    _paste(composer, _mime(image_png=picture))
    assert heard == [("imagePasted", picture)]
    assert composer.text() == ""


def test_a_picture_without_a_file_becomes_one(
    composer: Composer, heard: list[object], until: Callable[..., None]
) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#2060c0"))
    composer.take(pictures_in(_mime())._replace(image=image))
    until(lambda: heard)
    ((name, data),) = heard  # type: ignore[misc]
    assert name == "imagePasted"
    assert QImage.fromData(data).pixelColor(3, 3) == QColor("#2060c0")  # type: ignore[has-type]


def test_words_win_over_their_picture(composer: Composer, heard: list[object], picture: bytes) -> None:
    _paste(composer, _mime("cells of a sheet", image_png=picture))
    assert composer.text() == "cells of a sheet"
    assert heard == []


@pytest.mark.parametrize(
    ("mime", "told"),
    [
        (_mime(urls=["file:///tmp/a.png", "file:///tmp/b%20c.txt"]), [("filesChosen", ["/tmp/a.png", "/tmp/b c.txt"])]),
        (_mime("/tmp/a.PNG\n/tmp/b c.jpeg\n"), [("filesChosen", ["/tmp/a.PNG", "/tmp/b c.jpeg"])]),
    ],
)
def test_files_are_pasted_as_pictures(
    composer: Composer, heard: list[object], mime: QMimeData, told: list[object]
) -> None:
    _paste(composer, mime)
    assert heard == told
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


def test_a_picture_comes_and_goes(
    composer: Composer, heard: list[object], picture: bytes, until: Callable[..., None]
) -> None:
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
    assert heard == [("pictureRemoved", "a")]
    assert composer.pictures == ()
    assert composer.height() == height
    assert composer.editor.placeholderText() != "Ask about the picture"
    composer.remove_picture("a")


def test_pictures_are_removed_by_the_keyboard(
    composer: Composer, heard: list[object], picture: bytes, until: Callable[..., None]
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
    assert heard == [("pictureRemoved", key) for key in "bca"]
    until(composer.editor.hasFocus)


def test_sending_leaves_no_picture_behind(composer: Composer, picture: bytes) -> None:
    composer.add_picture("a", picture, "a.png")
    composer.clear()
    assert composer.pictures == ()


def test_a_file_is_chosen_in_a_dialog(composer: Composer, heard: list[object], until: Callable[..., None]) -> None:
    QTest.keyClick(composer.editor, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    until(lambda: composer.window().findChildren(QFileDialog))
    (dialog,) = composer.window().findChildren(QFileDialog)
    dialog.filesSelected.emit([f"/{number}.png" for number in range(9)])
    dialog.reject()
    paths = [f"/{number}.png" for number in range(8)]
    assert heard == [("filesChosen", paths), ("noticed", "Only the first 8 of 9 files were taken.")]
    until(lambda: not composer.window().findChildren(QFileDialog))
    until(composer.editor.hasFocus)
