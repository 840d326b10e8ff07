"""The start screen of an empty conversation: what Parley is for, and five things to try."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSpacerItem, QVBoxLayout, QWidget

from ui import emblem, theme


class Example(NamedTuple):
    """Something to try; the starter models can do it."""

    question: str
    lead: str = ""
    """What stands before the question on its button."""
    picture: str = ""
    """File name in resources/examples of a picture that goes with it."""
    language: str = ""
    """The language to change to."""


EXAMPLES = (
    Example("What is the capital of Japan?"),
    Example("How much is nine plus seven?"),
    Example("How do I interrupt you?"),
    Example("What is in this picture?", "Show it a drawing: ", picture="shapes.png"),
    Example("¿Cuántos días tiene una semana?", "Talk Spanish: ", language="es"),
)
_EMBLEM = 56
_ROOMY = 340
"""From this height on there is room for the sign."""


class Welcome(QWidget):
    """Words and buttons in the middle of the conversation's room."""

    chosen = Signal(object)
    """One of the examples."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        title = QLabel("What would you like to know?", self)
        title.setFont(theme.text_font(8, bold=True))
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title.setWordWrap(True)
        self._title = title
        words = QLabel("Speak, type, or drop a picture here. Nothing leaves this computer.", self)
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.GAP, theme.GAP, 3 * theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addStretch(1)
        self._room = QSpacerItem(0, _EMBLEM + 2 * theme.GAP)
        column.addSpacerItem(self._room)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(2 * theme.GAP)
        buttons = [QPushButton(example.lead + example.question, self) for example in EXAMPLES]
        for button, example in zip(buttons, EXAMPLES, strict=True):
            button.setProperty("kind", "example")
            button.setAccessibleName(f"{example.lead or 'Ask: '}{example.question}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, chosen=example: self.chosen.emit(chosen))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        metrics = QFontMetrics(theme.text_font(0))
        widest = max(metrics.horizontalAdvance(button.text()) for button in buttons)
        for button in buttons:
            button.setMinimumWidth(widest + 5 * theme.GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().height() >= _ROOMY
        self._room.changeSize(0, _EMBLEM + 2 * theme.GAP if roomy else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Parley's sign above the title, where there is room."""
        if not self._room.sizeHint().height():
            return
        area = QRectF((self.width() - _EMBLEM) / 2, self._title.y() - 2 * theme.GAP - _EMBLEM, _EMBLEM, _EMBLEM)
        with QPainter(self) as painter:
            emblem.draw(painter, area)
