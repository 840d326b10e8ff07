"""How loud the microphone is, as a bar."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

QUIETEST, LOUD = -60.0, -6.0
"""Decibels of full scale: where the bar begins, and from where on speech is likely to be distorted."""
STALE_MS = 500
"""Without a new level for so long the bar is empty."""


class LevelMeter(QWidget):
    """A bar from silence to full scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Microphone level")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._level: float | None = None
        self._clock = QTimer(self, singleShot=True, interval=STALE_MS)
        self._clock.timeout.connect(lambda: self._put(None))

    @property
    def filled(self) -> float:
        """How much of the bar is filled, 0 to 1."""
        if self._level is None or not self._level > QUIETEST:  # not a number is no level, too
            return 0.0
        return min(1.0, 1 - self._level / QUIETEST)

    def show_level(self, level: float) -> None:
        """Root mean square in decibels of full scale, -90 to 0."""
        self._put(level)
        self._clock.start()

    def sizeHint(self) -> QSize:
        return QSize(120, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        rect = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.line))
            painter.drawRoundedRect(rect, 4, 4)
            if self.filled > 0:
                loud = self._level is not None and self._level >= LOUD
                painter.setClipRect(QRectF(0, 0, rect.width() * self.filled, rect.height()))
                painter.setBrush(QColor(colors.danger if loud else colors.good))
                painter.drawRoundedRect(rect, 4, 4)

    def _put(self, level: float | None) -> None:
        if level != self._level:
            self._level = level
            self.update()
