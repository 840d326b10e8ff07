"""Parley's sign: on the start screen, and on the window in task bars."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from ui import icons, theme

SIZES = (16, 32, 64, 128)


def draw(painter: QPainter, area: QRectF) -> None:
    """Paint it into a square."""
    colors = theme.current()
    side = area.width()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.accent))
    painter.drawRoundedRect(area, 0.32 * side, 0.32 * side)
    inset = 0.21 * side
    icons.draw(painter, "hands-free", area.adjusted(inset, inset, -inset, -inset), QColor(colors.on_accent))


def icon() -> QIcon:
    made = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            draw(painter, QRectF(0, 0, size, size))
        made.addPixmap(pixmap)
    return made
