"""A switch: a check box that looks like what it does, on or off at once."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from ui import theme

_TRACK = QSize(36, 20)
_ROOM = 3
"""Around the track, for the ring of the focus."""


class Switch(QCheckBox):
    """With words behind it, or without: then set its accessible name."""

    def __init__(self, parent: QWidget | None = None, words: str = "") -> None:
        super().__init__(words, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        alone = _TRACK + QSize(2 * _ROOM, 2 * _ROOM)
        if not self.text():
            return alone
        words = QFontMetrics(theme.text_font(0)).size(0, self.text())
        return QSize(alone.width() + theme.GAP + words.width(), max(alone.height(), words.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        track = QRectF(_ROOM, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height())
        radius = track.height() / 2
        on, able = self.isChecked(), self.isEnabled()
        # Both states stand out from the page by 3 to 1.
        ground = colors.accent if on else theme.mix(colors.quiet, colors.window, 0.75)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground if able else colors.line))
            painter.drawRoundedRect(track, radius, radius)
            painter.setBrush(QColor(colors.on_accent if on else colors.window))
            knob = track.height() - 6
            painter.drawEllipse(
                QRectF(track.right() - knob - 3 if on else track.left() + 3, track.top() + 3, knob, knob)
            )
            if self.hasFocus():
                painter.setPen(QPen(QColor(colors.text if on else colors.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
            if self.text():
                painter.setPen(QColor(colors.text if able else colors.quiet))
                painter.setFont(theme.text_font(0))
                left = round(track.right()) + _ROOM + theme.GAP
                painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
