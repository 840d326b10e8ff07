"""Pictures on their way into a question: what a drop or a paste carries, the tray of them, the overlay of a drop.

It must not open a file: whether a path is a picture is for others to find out.
"""

import os.path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from ui import icons, theme
from ui.thumbnails import Thumbnail

MAX_PICTURES = 8
"""So many pictures go into one question."""
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_RAW = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")


class Offer(NamedTuple):
    """What pasted or dropped data has of pictures."""

    paths: tuple[str, ...] = ()
    """Local files; whether they are there and pictures is for others to find out."""
    data: bytes = b""
    """A picture's file, as another program gave it."""
    image: QImage | None = None
    """A picture that came without a file: `encoded` makes one of it."""
    notice: str = ""
    """What was not taken, for the person."""

    def __bool__(self) -> bool:
        return bool(self.paths or self.data or self.image is not None or self.notice)


def first_pictures(paths: list[str]) -> Offer:
    """At most MAX_PICTURES of the paths, with a word about the others."""
    notice = f"Only the first {MAX_PICTURES} of {len(paths)} files were taken." if len(paths) > MAX_PICTURES else ""
    return Offer(tuple(paths[:MAX_PICTURES]), notice=notice)


def offers_pictures(mime: QMimeData) -> bool:
    """Whether `pictures_in` would find anything; cheap, for while the mouse moves."""
    if mime.hasUrls():
        return True
    return (mime.hasImage() or any(mime.hasFormat(kind) for kind in _RAW)) and not mime.text().strip()


def pictures_in(mime: QMimeData) -> Offer:
    """The pictures in what was dropped or pasted. No file is looked at, and no address is followed."""
    if mime.hasUrls():
        urls = mime.urls()
        found = first_pictures([url.toLocalFile() for url in urls if url.isLocalFile() and not url.host()])
        if any(not url.isLocalFile() or url.host() for url in urls):
            remote = "Parley opens nothing from the network: save the picture on this computer, then add it from there."
            return found._replace(notice=f"{remote} {found.notice}".strip())
        return found
    if mime.text().strip():
        return _named_in(mime.text())
    for kind in _RAW:
        if mime.hasFormat(kind):
            return Offer(data=bytes(mime.data(kind).data()))
    if mime.hasImage():
        image = mime.imageData()
        return Offer(image=image) if isinstance(image, QImage) and not image.isNull() else Offer()
    return Offer()


def _named_in(text: str) -> Offer:
    """A text that is nothing but names of picture files, as file managers copy them."""
    lines = [line.strip().strip("'\"") for line in text.strip().splitlines() if line.strip()]
    if len(text) < 20_000 and all(os.path.isabs(line) and line.lower().endswith(SUFFIXES) for line in lines):
        return first_pictures(lines)
    return Offer()


class Tray(QWidget):
    """The pictures of the question that is being written, in a row; hidden when there are none."""

    removed = Signal(str)
    """The key of a picture that the person took away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails: dict[str, Thumbnail] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.GAP)
        self._row.addStretch(1)
        self.hide()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._thumbnails)

    def put(self, key: str, data: bytes, name: str) -> None:
        """Add a picture, or fill the place kept for it; without data a place is kept."""
        thumbnail = self._thumbnails.get(key)
        if thumbnail is None:
            thumbnail = Thumbnail(self, name, 56, removable=True)
            thumbnail.removeWanted.connect(lambda: self._remove_by_hand(key))
            QWidget.setTabOrder([self, *self._thumbnails.values()][-1], thumbnail)
            self._thumbnails[key] = thumbnail
            self._row.insertWidget(self._row.count() - 1, thumbnail)
            thumbnail.show()
        if data:
            thumbnail.set_data(data)
        self.show()

    def thumbnail(self, key: str) -> Thumbnail:
        return self._thumbnails[key]

    def remove(self, key: str) -> None:
        """Take a picture away; harmless when it is not there."""
        thumbnail = self._thumbnails.pop(key, None)
        if thumbnail is not None:
            self._row.removeWidget(thumbnail)
            thumbnail.hide()
            thumbnail.deleteLater()
        self.setVisible(bool(self._thumbnails))

    def clear(self) -> None:
        for key in self.keys:
            self.remove(key)

    def _remove_by_hand(self, key: str) -> None:
        keys = self.keys
        place = keys.index(key)
        had_focus = self._thumbnails[key].hasFocus()
        self.remove(key)
        if had_focus and self._thumbnails:
            self._thumbnails[self.keys[min(place, len(self._thumbnails) - 1)]].setFocus(Qt.FocusReason.OtherFocusReason)
        self.removed.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        focused = QApplication.focusWidget()
        present = list(self._thumbnails.values())
        if step is None or focused not in present:
            super().keyPressEvent(event)
            return
        place = present.index(focused) + step
        if 0 <= place < len(present):
            present[place].setFocus(Qt.FocusReason.TabFocusReason)


class DropOverlay(QWidget):
    """Covers a widget while pictures are dragged over it, and says that they can be dropped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Drop pictures here")
        self.hide()
        self._covered = parent
        parent.installEventFilter(self)

    def appear(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def vanish(self) -> None:
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._covered.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colors.window)
        veil.setAlpha(225)
        painter.fillRect(self.rect(), veil)
        frame = QRectF(self.rect()).adjusted(20, 20, -20, -20)
        tint = QColor(colors.accent)
        tint.setAlpha(22)
        painter.setBrush(tint)
        painter.setPen(QPen(QColor(colors.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 16, 16)
        picture = QRectF(0, 0, 48, 48)
        picture.moveCenter(frame.center() - QPoint(0, 28))
        icons.draw(painter, "picture", picture, QColor(colors.accent))
        painter.setPen(QColor(colors.text))
        painter.setFont(theme.text_font(3, bold=True))
        words = QRectF(frame.left() + 8, picture.bottom() + 10, frame.width() - 16, 32)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "Drop pictures here")
        painter.setPen(QColor(colors.quiet))
        painter.setFont(theme.text_font(0))
        words.translate(0, 30)
        hint = f"Up to {MAX_PICTURES}, then ask about them"
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, hint)
