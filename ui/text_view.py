"""A text of the conversation: plain while it is being written, Markdown once it is whole.

Owns how a text from anywhere is shown, selected and measured within bounds. It loads and follows nothing, and it has
no scroll bars: whoever lays it out gives it the height that it asks for.
"""

import re

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from ui import markdown, plain, theme

PORTION = 20_000
"""Characters of a very long text that are shown at first, and each time when more is asked for."""
_PORTION_LINES = 600
_WORD = re.compile(r"[^\W_]+")
_LOOK_AHEAD = 40
"""Words that may be missing among those that were spoken, as in a code block."""
_SCROLL_KEYS = {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}


def heard_end(shown: str, heard: str) -> int:
    """How far into the text shown the words that were heard go.

    Marks and white space differ between the two, and not everything that is shown is spoken.
    """
    end = 0
    words = [(match.group().casefold(), match.end()) for match in _WORD.finditer(shown)]
    place = 0
    for word in _WORD.findall(heard):
        for ahead in range(place, min(place + _LOOK_AHEAD, len(words))):
            if words[ahead][0] == word.casefold():
                place, end = ahead + 1, words[ahead][1]
                break
    closing = re.compile(r"[.!?…,;:)\]\"'»”]*").match(shown, end)
    return closing.end() if end and closing else end


class TextView(QTextBrowser):
    """Read-only text, selectable by mouse and keyboard."""

    changed = Signal()
    """It may need another height."""
    menuWanted = Signal(QPoint, str)
    """Where on the screen, and the web address of the link there, if any."""
    caretMoved = Signal(QRect)
    """By the keyboard or while selecting; in its own coordinates."""
    typed = Signal(str)
    """Somebody writes although nothing can be written here."""
    focused = Signal(bool)
    """The focus came; True: by the keyboard."""
    focusLost = Signal()

    _colors: theme.Palette | None = None  # there before __init__ is through, for changes that come early

    def __init__(self, parent: QWidget, step: int = 1) -> None:
        super().__init__(parent)
        self._step = step
        self._pieces: list[str] = []
        self._whole = ""
        self._drawn = 0
        self._limit, self._line_limit = PORTION, _PORTION_LINES
        self._lines = 0
        self._boxes: list[markdown.Box] = []
        self._formatted = False
        self._heard: str | None = None
        self._colors = theme.current()
        self.setProperty("kind", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        self.setOpenLinks(False)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard | flags.LinksAccessibleByMouse
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.anchorClicked.connect(self._clicked)
        self._begin_document()

    # -- the text

    @property
    def whole(self) -> str:
        """The whole text, as it was given."""
        if self._pieces:
            self._whole += "".join(self._pieces)
            self._pieces.clear()
        return self._whole

    @property
    def left_out(self) -> int:
        """Characters that are not shown for there are too many."""
        return len(self.whole) - self._drawn

    def set_plain(self, text: str) -> None:
        """Show a text as it is."""
        self._whole, self._drawn, self._lines = text, 0, 0
        self._pieces.clear()
        self._formatted = False
        self._begin_document()
        self._draw_more()

    def add(self, text: str) -> None:
        """Put a text behind what is there, plain."""
        self._pieces.append(text)
        if self._drawn < self._limit and self._lines < self._line_limit:
            self._draw_more()

    def set_markdown(self, text: str) -> None:
        """Show a whole text as Markdown, or plain where that would cost too much."""
        cleaned = plain.block(text, len(text)) if len(text) <= markdown.MAX_CHARACTERS else text
        document = self._new_document()
        boxes = markdown.render(cleaned, document)
        if boxes is None:
            document.deleteLater()
            self.set_plain(text)
            return
        self._whole, self._drawn = text, len(text)
        self._pieces.clear()
        self._boxes, self._formatted = boxes, True
        self._take(document)
        self.changed.emit()

    def show_more(self) -> None:
        """Show another portion of a very long text."""
        self._limit += PORTION
        self._line_limit += _PORTION_LINES
        self._draw_more()
        if self._heard is not None:
            self.mark_unheard(self._heard)

    def mark_unheard(self, heard: str) -> None:
        """Put what was not spoken into the quiet color."""
        self._heard = heard
        text = self.document().toPlainText()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(heard_end(text, heard), len(text)))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        quiet = QTextCharFormat()
        quiet.setForeground(QColor(theme.current().quiet))
        cursor.mergeCharFormat(quiet)

    # -- its size

    def width_wanted(self, most: int) -> int:
        """The width that it fills, at most `most`."""
        document = self.document()
        document.setTextWidth(most)
        return min(most, int(document.idealWidth()) + 2)

    def height_for(self, width: int) -> int:
        document = self.document()
        document.setTextWidth(width)
        return int(document.size().height() + 0.999)

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    # -- what a text may not do

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is loaded. An empty value would make Qt look for a picture by itself, so there is always one."""
        return QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)

    def _clicked(self, address: QUrl) -> None:
        cursor = self.cursor().pos()
        self.menuWanted.emit(cursor, _web(address.toString(QUrl.ComponentFormattingOption.FullyEncoded)))

    # -- events

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the conversation scrolls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not event.modifiers() and event.key() in _SCROLL_KEYS:
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
            return
        if event.text().isprintable() and event.text().strip() and not control:
            self.typed.emit(event.text())
            return
        before = self.textCursor().position()
        super().keyPressEvent(event)
        if self.textCursor().position() != before:
            self.caretMoved.emit(self.cursorRect())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton and self.textCursor().hasSelection():
            self.caretMoved.emit(QRect(event.position().toPoint(), QSize(1, 1)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menuWanted.emit(event.globalPos(), _web(self.anchorAt(event.pos())))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focusLost.emit()
        elsewhere = event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if elsewhere and self.textCursor().hasSelection():
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        changed = event.type() is QEvent.Type.PaletteChange and self._colors is not None
        if changed and self._colors is not theme.current():
            self._draw_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._boxes:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for box in self._boxes:
                self._paint_box(painter, box)
            painter.end()
        super().paintEvent(event)

    def _paint_box(self, painter: QPainter, box: markdown.Box) -> None:
        layout, document = self.document().documentLayout(), self.document()
        area = layout.blockBoundingRect(document.findBlockByNumber(box.first))
        area = area.united(layout.blockBoundingRect(document.findBlockByNumber(box.last)))
        colors = theme.current()
        if box.code:
            painter.setBrush(QColor(colors.sunken))
            painter.drawRoundedRect(QRectF(0, area.top() - 8, self.viewport().width(), area.height() + 16), 8, 8)
        else:
            painter.setBrush(QColor(colors.line))
            painter.drawRoundedRect(QRectF(0, area.top(), 3, area.height()), 1.5, 1.5)

    # -- documents

    def _new_document(self) -> QTextDocument:
        document = QTextDocument(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setIndentWidth(24)
        document.setDefaultFont(theme.text_font(self._step))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        return document

    def _begin_document(self) -> None:
        self._boxes = []
        document = self._new_document()
        spacing = QTextBlockFormat()
        spacing.setLineHeight(markdown.LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(document).setBlockFormat(spacing)
        self._take(document)

    def _take(self, document: QTextDocument) -> None:
        before = self.document()
        ours = before.parent() is self  # the widget's own first document goes by itself
        self.setDocument(document)
        if ours:
            before.deleteLater()

    def _draw_more(self) -> None:
        portion = self.whole[self._drawn : self._limit]
        lines = portion.splitlines(keepends=True)
        if self._lines + len(lines) > self._line_limit:
            portion = "".join(lines[: max(0, self._line_limit - self._lines)])
        self._drawn += len(portion)
        self._lines += portion.count("\n")
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(plain.block(portion, len(portion)).replace("\ufffc", "\ufffd"))
        self.changed.emit()

    def _draw_anew(self) -> None:
        """In the colors of another appearance."""
        self._colors = theme.current()
        heard = self._heard
        (self.set_markdown if self._formatted else self.set_plain)(self.whole)
        if heard is not None:
            self.mark_unheard(heard)


def _web(address: str) -> str:
    return address if re.match(r"https?://", address, re.IGNORECASE) else ""
