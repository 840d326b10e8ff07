"""How a row of the list of conversations looks: its heading, its title and time, and what deletes it.

Must not know what opening and deleting do.
"""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import icons, keys, theme
from ui.conversations import CURRENT, ID, TIME

ROW_HEIGHT = 40
"""Of headings too: rows of one height spare a list of thousands from measuring each."""
_EDGE = 6
_BUTTON = 28

_Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints the rows; the button that deletes stands in for the time while the mouse is on a row."""

    deleteAsked = Signal(QModelIndex)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ID) is None:
            self._paint_heading(painter, option, index)
        else:
            self._paint_conversation(painter, option, index)
        painter.restore()

    def hits_button(self, rect: QRect, at: QPoint) -> bool:
        """Whether a point lies on the button of the row in `rect`."""
        return _button(rect).contains(at)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.setFont(theme.text_font(-1, bold=True))
        painter.setPen(QColor(theme.current().quiet))
        rect: QRect = option.rect.adjusted(_EDGE + 10, 0, -_EDGE, -6)
        painter.drawText(rect, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, index.data())

    def _paint_conversation(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors = theme.current()
        state: QStyle.StateFlag = option.state
        whole: QRect = option.rect
        rect = whole.adjusted(_EDGE, 1, -_EDGE, -1)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        current = bool(index.data(CURRENT))
        if current or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.mine if current else theme.mix(colors.text, colors.sunken, 0.08)))
            painter.drawRoundedRect(rect, 8, 8)
        if current:
            painter.setBrush(QColor(colors.accent))
            painter.drawRoundedRect(QRect(rect.left(), rect.top() + 9, 3, rect.height() - 18), 1.5, 1.5)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 8, 8)
        end = rect.right() - 10
        if hovered:
            self._paint_button(painter, option, _button(whole))
            end = _button(whole).left() - 4
        else:
            time = str(index.data(TIME))
            small = theme.text_font(-1)
            width = QFontMetrics(small).horizontalAdvance(time)
            painter.setFont(small)
            painter.setPen(QColor(colors.quiet))
            painter.drawText(
                QRect(end - width, rect.top(), width + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, time
            )
            end -= width + 8
        font = theme.text_font(0, bold=current)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        words = QRect(rect.left() + 10, rect.top(), end - rect.left() - 10, rect.height())
        title = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)

    def _paint_button(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        """A waste bin, in the warning's color while the mouse is on it."""
        colors = theme.current()
        view = option.widget
        on = isinstance(view, QAbstractItemView) and rect.contains(view.viewport().mapFromGlobal(view.cursor().pos()))
        icons.draw(painter, "trash", QRectF(rect).adjusted(5, 5, -5, -5), QColor(colors.danger if on else colors.quiet))


class Confirm(QFrame):
    """Asks, in a conversation's row, whether it is to be deleted."""

    answered = Signal(bool)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("confirm")
        self.setAccessibleName(f"Delete “{title}”?")
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 2, 4, 2)
        row.setSpacing(theme.GAP // 2)
        self.yes = QPushButton("Delete", self)
        self.yes.setObjectName("yes")
        self.yes.setAccessibleName(f"Delete “{title}”")
        self.yes.setAutoDefault(True)
        self.yes.clicked.connect(lambda: self.answered.emit(True))
        self.no = QPushButton("Keep", self)
        self.no.setAccessibleName(f"Keep “{title}”")
        self.no.setAutoDefault(True)
        self.no.clicked.connect(lambda: self.answered.emit(False))
        row.addWidget(QLabel("Delete it?", self), 1)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        self.setFocusProxy(self.yes)

    def event(self, event: QEvent) -> bool:
        """Esc keeps."""
        if (escaped := keys.escapes(event)) is not None:
            if escaped:
                self.answered.emit(False)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the buttons is not one on the row under them."""
        event.accept()


def _button(rect: QRect) -> QRect:
    """Where the button that deletes is, in a row."""
    return QRect(rect.right() - _EDGE - _BUTTON - 2, rect.center().y() - _BUTTON // 2, _BUTTON, _BUTTON)
