"""Small pictures that grow on a click. Only what Parley has encoded itself is decoded, on a thread of Qt's pool."""

from collections.abc import Callable, Sequence

import shiboken6
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QObject,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QThreadPool,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QImageReader, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QDialog, QToolButton, QWidget

from ui import icons, plain, theme

SIDE = 96


class _Pool(QObject):
    """Decodes and encodes on another thread, and hands the result over on the GUI thread."""

    done = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._wanted: dict[int, tuple[QObject, Callable[[object], None]]] = {}
        self._number = 0
        self.done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, owner: QObject, job: Callable[[], object], then: Callable[[object], None]) -> None:
        """`then` gets the result of `job`, unless the owner is gone."""
        self._number += 1
        number = self._number
        self._wanted[number] = (owner, then)
        QThreadPool.globalInstance().start(lambda: self.done.emit(number, job()))

    def _deliver(self, number: int, result: object) -> None:
        owner, then = self._wanted.pop(number)
        if shiboken6.isValid(owner):
            then(result)


_pool: list[_Pool] = []


def _in_background(owner: QObject, job: Callable[[], object], then: Callable[[object], None]) -> None:
    if not _pool:
        _pool.append(_Pool())
    _pool[0].start(owner, job, then)


def decoded(data: bytes, side: int) -> QImage:
    """A picture of Parley's own encoding, at most `side` pixels wide and high; null if it is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def encode(owner: QObject, image: QImage, then: Callable[[bytes], None]) -> None:
    """Make a PNG file of an image, on another thread."""

    def job() -> bytes:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG", 90)  # type: ignore[call-overload]
        return bytes(data.data())

    _in_background(owner, job, then)  # type: ignore[arg-type]


class Thumbnail(QAbstractButton):
    """A small picture; a click, Enter or Space shows it larger. Without data it is a place kept for it."""

    removeWanted = Signal()
    resized = Signal()
    """The picture is there, and has another shape than the place kept for it."""

    def __init__(self, parent: QWidget, name: str, side: int = SIDE, *, removable: bool = False) -> None:
        super().__init__(parent)
        self._side = side
        self._data = b""
        self._image = QImage()
        self._broken = False
        self._name = plain.line(name, 80)
        self.setObjectName("thumbnail")
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._enlarge)
        self._remove: QToolButton | None = None
        if removable:
            self._remove = _remove_button(self, f"Remove {self._name}")
            self._remove.clicked.connect(self.removeWanted)
            self._remove.move(side - self._remove.width(), 0)
        self._describe()

    def set_data(self, data: bytes) -> None:
        """The picture, encoded by Parley."""
        self._data = data
        side = round(2 * self._side * self.devicePixelRatioF())
        _in_background(self, lambda: decoded(data, side), self._take)

    def _take(self, image: object) -> None:
        assert isinstance(image, QImage)
        self._broken = image.isNull()
        if not image.isNull():
            height = self._side
            width = round(min(1.6, max(0.6, image.width() / image.height())) * height)
            if self._remove is None and width != self.width():
                self.setFixedSize(width, height)
                self.resized.emit()
            pixels = QSize(self.width(), self.height()) * self.devicePixelRatioF()
            image = image.scaled(
                pixels, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
            )
            image.setDevicePixelRatio(self.devicePixelRatioF())
        self._image = image
        self._describe()
        self.update()

    @property
    def shown(self) -> bool:
        """The picture itself is to be seen."""
        return not self._image.isNull()

    def _describe(self) -> None:
        state = "" if self.shown else ", cannot be shown" if self._broken else ", being read"
        self.setAccessibleName(f"Picture {self._name}{state}")
        hint = f"{self._name}: show larger" + (", Delete removes it" if self._remove else "")
        self.setToolTip(plain.tooltip(hint if self.shown else f"{self._name}{state}"))

    def _enlarge(self) -> None:
        if self.shown:
            Enlarged(self.window(), self._data, self._name).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._remove is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removeWanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # a button would give the focus to any other widget
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(area, 8, 8)
        painter.fillPath(shape, QColor(colors.sunken))
        if self._image.isNull():
            middle = QRectF(0, 0, 22, 22)
            middle.moveCenter(area.center())
            icons.draw(painter, "warning" if self._broken else "picture", middle, QColor(colors.quiet))
        else:
            painter.setClipPath(shape)
            size = self._image.deviceIndependentSize()
            painter.drawImage(
                QPoint(round((self.width() - size.width()) / 2), round((self.height() - size.height()) / 2)),
                self._image,
            )
            painter.setClipping(False)
        painter.setPen(QPen(QColor(colors.accent), 2) if self.hasFocus() else QPen(QColor(colors.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)


def _remove_button(parent: QWidget, name: str) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icons.icon("close"))
    button.setIconSize(QSize(12, 12))
    button.setFixedSize(20, 20)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete on the picture does the same
    button.setStyleSheet("padding: 0; border-radius: 10px; min-height: 0;")
    button.setCursor(Qt.CursorShape.ArrowCursor)
    button.setAccessibleName(name)
    button.setToolTip(plain.tooltip(name))
    return button


class Enlarged(QDialog):
    """A picture as large as the window allows; any click, Esc or Enter closes it."""

    def __init__(self, parent: QWidget, data: bytes, name: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        self.setAccessibleName(f"Picture {name}")
        self._image = QImage()
        screen = parent.screen().availableSize()
        self.resize(min(900, round(screen.width() * 0.8)), min(700, round(screen.height() * 0.8)))
        _in_background(self, lambda: decoded(data, 4096), self._take)

    def _take(self, image: object) -> None:
        assert isinstance(image, QImage)
        self._image = image
        fitting = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        if fitting.width() > image.width():
            fitting = image.size().expandedTo(QSize(320, 240))
        self.resize(fitting)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        size = size.boundedTo(self._image.size() * 2)
        area = QRectF(0, 0, size.width(), size.height())
        area.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(area, self._image)

    def mousePressEvent(self, event: QEvent) -> None:
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.accept()
        else:
            super().keyPressEvent(event)


def arrange(thumbnails: Sequence[Thumbnail], width: int) -> int:
    """Put them in rows, from the right; returns where the next part begins."""
    top, row = 0, 0
    rows: list[list[Thumbnail]] = []
    for thumbnail in thumbnails:
        if not rows or row + thumbnail.width() > width:
            rows.append([])
            row = 0
        rows[-1].append(thumbnail)
        row += thumbnail.width() + theme.GAP
    for line in rows:
        left = width - sum(thumbnail.width() + theme.GAP for thumbnail in line) + theme.GAP
        for thumbnail in line:
            thumbnail.move(left, top)
            left += thumbnail.width() + theme.GAP
        top += line[0].height() + theme.GAP
    return top
