"""The line beneath an answer: what a turn is doing, or how it ended, with a sign before the words."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ui import icons, plain, theme

TICK_MS = 90
_WORDS = {
    "waiting": "Waiting",
    "thinking": "Thinking",
    "writing": "",
    "speaking": "Speaking",
    "paused": "Paused while you speak",
}
_SIGNS = {"speaking": "speaker", "paused": "speaker-off", "failed": "warning", "stopped": "stop", "waiting": "history"}
_DOTTED = ("thinking", "writing")
_SIGN = 18
_ROW = 22


class Status(QWidget):
    """Paints itself, so that a conversation has few widgets. Its dots move only while they can be seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = ""
        self._text = ""
        self._remedy = ""
        self._step = 0
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tick)

    def tell(self, kind: str, text: str, remedy: str = "") -> None:
        """Show a state, or an end: "stopped" or "failed", with its remedy. An empty kind hides it all."""
        self.kind = kind
        self._text = plain.line(text or _WORDS.get(kind, ""), 1000)
        self._remedy = plain.line(remedy, 1000)
        self.setAccessibleName(f"{self._text} {self._remedy}".strip() or kind)
        self.setVisible(bool(kind))
        self._run()
        self.update()

    @property
    def moving(self) -> bool:
        return self._clock.isActive()

    def width_wanted(self) -> int:
        """For its words on one line, and those of the remedy on another."""
        metrics = QFontMetrics(self._font())
        return self._left() + 2 + max(metrics.horizontalAdvance(self._text), metrics.horizontalAdvance(self._remedy))

    def height_for(self, width: int) -> int:
        height = self._area(self._text, width, 0).height()
        if self._remedy:
            height += self._area(self._remedy, width, 0).height() + 2
        return max(_ROW, round(height) + 4)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height_for(200))

    def _font(self) -> QFont:
        return theme.text_font(0)

    def _left(self) -> int:
        return 36 if self.kind in _DOTTED else _SIGN + 8

    def _area(self, text: str, width: int, top: float) -> QRectF:
        flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value
        measured = QFontMetrics(self._font()).boundingRect(0, 0, max(40, width - self._left()), 10_000, flags, text)
        return QRectF(self._left(), top, width - self._left(), measured.height())

    def _run(self) -> None:
        if self.kind in _DOTTED and self.isVisible():
            if not self._clock.isActive():
                self._clock.start()
        else:
            self._clock.stop()

    def _tick(self) -> None:
        self._step = (self._step + 1) % 14
        if not self.visibleRegion().isEmpty():
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QFontMetrics(self._font()).height()
        top = max(0, (_ROW - line) / 2)
        if self.kind in _DOTTED:
            self._paint_dots(painter, top + line / 2)
        elif self.kind in _SIGNS:
            color = colors.danger if self.kind == "failed" else colors.quiet
            area = QRectF(0, top + (line - _SIGN) / 2, _SIGN, _SIGN)
            icons.draw(painter, _SIGNS[self.kind], area, QColor(color))
        painter.setFont(self._font())
        flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value
        area = self._area(self._text, self.width(), top)
        painter.setPen(QColor(colors.text if self.kind == "failed" else colors.quiet))
        painter.drawText(area, flags, self._text)
        if self._remedy:
            painter.setPen(QColor(colors.quiet))
            painter.drawText(self._area(self._remedy, self.width(), area.bottom() + 2), flags, self._remedy)

    def _paint_dots(self, painter: QPainter, middle: float) -> None:
        """Three dots that swell one after the other."""
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(3):
            color = QColor(theme.current().accent)
            distance = abs(self._step - 2 - 3 * place)
            color.setAlphaF(max(0.3, 1 - 0.25 * distance))
            radius = 3 + max(0, 2 - distance) * 0.4
            painter.setBrush(color)
            painter.drawEllipse(QRectF(4 + place * 10 - radius, middle - radius, 2 * radius, 2 * radius))
