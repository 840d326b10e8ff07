"""What painted gauges share: a widget that tells in words what it shows, type, and the marks and bars they paint.

Colors come from the theme at every painting. It must not know what is measured.
"""

import html

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import plain, theme

TINY, SMALL, BODY, LARGE = -3, -2, 0, 15
"""Sizes of type, as steps of the theme's."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def line(step: int) -> int:
    """How high a line of type is, in pixels."""
    return round(theme.font_size(step) * 1.5)


def typeface(step: int, bold: bool = False) -> QFont:
    """The window's type with figures of equal width."""
    font = theme.text_font(step, bold=bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


class Gauge(QWidget):
    """A painted widget; it tells what it shows in words, as a whole and for a point under the mouse."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setFixedHeight(self.tall())

    def tall(self) -> int:
        """Its height in pixels, which depends on the size of type alone."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.setFixedHeight(self.tall())

    def hint(self, at: QPointF) -> list[str]:
        """The lines of the tool tip for a point; empty for none."""
        return []

    def describe(self, text: str) -> None:
        """Tell screen readers, if it is news."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            lines = self.hint(QPointF(event.pos()))
            # As rich text, or names that strangers gave could bring tags of their own.
            QToolTip.showText(event.globalPos(), "<br>".join(html.escape(plain.line(each)) for each in lines), self)
            return True
        return super().event(event)


def write(painter: QPainter, area: QRectF, text: str, font: QFont, color: str, align: Qt.AlignmentFlag = LEFT) -> float:
    """Write one line, shortened to the area; returns how wide it is."""
    metrics = QFontMetricsF(font)
    if metrics.horizontalAdvance(text) > area.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine, text)
    return metrics.horizontalAdvance(text)


def write_portion(painter: QPainter, area: QRectF, figures: tuple[str, str], step: int, color: str) -> float:
    """ "9.8 of 16.1 GB" at the right end of the area, the first figure stronger; returns how wide it is."""
    width = write(painter, area, figures[1], typeface(step), theme.current().quiet, RIGHT)
    rest = QRectF(area.x(), area.y(), area.width() - width, area.height())
    return width + write(painter, rest, figures[0], typeface(step, bold=True), color, RIGHT)


def write_ends(
    painter: QPainter, area: QRectF, left: tuple[str, str], right: tuple[str, str], step: int, gap: int = 8
) -> None:
    """Write one line at either end of the area, each a text and its color; the left one is shortened if need be."""
    width = write(painter, area, right[0], typeface(step), right[1], RIGHT)
    write(painter, area.adjusted(0, 0, -width - gap, 0), left[0], typeface(step), left[1])


def dot(painter: QPainter, x: float, middle: float, color: QColor, hollow: bool = False) -> None:
    """A round mark, eight pixels wide."""
    painter.setPen(QPen(color, 1.5) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else color)
    radius = 3.25 if hollow else 4.0
    painter.drawEllipse(QPointF(x + 4, middle), radius, radius)


def pill(painter: QPainter, area: QRectF, color: QColor | str) -> None:
    """A bar with round ends."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    radius = min(area.height(), area.width()) / 2
    painter.drawRoundedRect(area, radius, radius)


def faint(color: QColor | str, opacity: float) -> QColor:
    paler = QColor(color)
    paler.setAlphaF(opacity)
    return paler


def part_color(part: str) -> QColor:
    """Of a role, "rest", "others" or "free"."""
    colors = theme.current()
    named = {"rest": colors.quiet, "others": colors.others, "free": colors.line}
    return QColor(named[part]) if part in named else colors.role(part)
