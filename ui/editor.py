"""Where a question is typed: one to six lines, Enter sends, pictures are handed on."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetricsF,
    QInputMethodEvent,
    QKeyEvent,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ui import theme

if TYPE_CHECKING:
    from ui.attachments import Offer

MAX_QUESTION = 20_000
"""Characters of a question that are taken."""
LINES = 6
"""It grows to so many lines, then it scrolls."""
_MARGIN = 2


class Editor(QPlainTextEdit):
    """Plain text, with the keys of a message."""

    entered = Signal()
    """Enter was pressed."""
    resized = Signal()
    """It wants another height."""
    offered = Signal(object)
    """An `attachments.Offer`: pictures that were pasted."""
    shortened = Signal()
    """A pasted text was longer than there is room for."""
    focusChanged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.text_font(1))
        self.setAccessibleName("Question")
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(_MARGIN)
        self._lines = 1
        self._composing = False
        self.textChanged.connect(self._measure)

    @property
    def height_wanted(self) -> int:
        """For the lines that there are, up to LINES."""
        return self._lines * math.ceil(QFontMetricsF(self.font()).height()) + 3 * _MARGIN + 1  # less, and it scrolls

    def _measure(self) -> None:
        lines = min(LINES, max(1, round(self.document().size().height())))  # counted in lines, by this kind of document
        if lines != self._lines:
            full = lines == LINES
            self._lines = lines
            policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            self.setVerticalScrollBarPolicy(policy)
            self.resized.emit()
        if lines < LINES:
            self.verticalScrollBar().setValue(0)  # it scrolled before it had grown

    def refit(self) -> None:
        """After its width changed."""
        self._measure()

    def restyle(self) -> None:
        """After the theme changed."""
        self.setFont(theme.text_font(1))
        self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not self._composing and not event.isAutoRepeat():
                self.entered.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())  # Enter then belongs to the input method
        super().inputMethodEvent(event)

    # -- pasting and dropping

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        from ui.attachments import pictures_in

        offer: Offer = pictures_in(source)
        if offer:
            self.offered.emit(offer)
            return
        text = source.text().encode("utf-8", "replace").decode("utf-8").replace("\0", "")
        taken = len(self.textCursor().selectedText())
        room = max(0, MAX_QUESTION - (self.document().characterCount() - 1) + taken)
        if len(text) > room:
            self.shortened.emit()
        self.textCursor().insertText(text[:room])
        self.ensureCursorVisible()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _carries_pictures(event.mimeData()):
            event.ignore()  # the window takes them, wherever they are dropped
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _carries_pictures(event.mimeData()):
            event.ignore()
        else:
            super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if _carries_pictures(event.mimeData()):
            event.ignore()
        else:
            super().dropEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focusChanged.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focusChanged.emit()

    def set_hint(self, words: str) -> None:
        """The words in the empty field."""
        if self.placeholderText() != words:
            self.setPlaceholderText(words)


def _carries_pictures(mime: QMimeData) -> bool:
    from ui.attachments import offers_pictures

    return offers_pictures(mime)
