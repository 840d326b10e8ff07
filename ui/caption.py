"""The line beneath the composer: a hint, or the words that are being heard."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import plain, theme


class Caption(QWidget):
    """One line. What is heard loses its beginning where it is too long, so that the newest words are seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ""
        self._live = False

    @property
    def words(self) -> str:
        return self._words

    def tell(self, words: str, *, live: bool) -> None:
        """Show words; `live` for what is being heard, otherwise a hint in the quiet color."""
        words = plain.line(words[-2000:], 2000)
        if (words, live) != (self._words, self._live):
            self._words, self._live = words, live
            self.setAccessibleName(words)
            self.update()

    def shown(self) -> str:
        """The words as far as they have room."""
        metrics = QFontMetrics(theme.text_font(1 if self._live else -1))
        side = Qt.TextElideMode.ElideLeft if self._live else Qt.TextElideMode.ElideRight
        return metrics.elidedText(self._words, side, self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setFont(theme.text_font(1 if self._live else -1))
        painter.setPen(QColor(colors.text if self._live else colors.quiet))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown())
