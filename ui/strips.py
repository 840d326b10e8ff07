"""The strips that the banner is made of: a sentence on a tint, with a button that closes it.

Owns how they look and how they are worked by mouse and keyboard. It must not know what a problem is.
"""

from itertools import pairwise

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import icons, keys, plain, theme

WIDE = 620
"""From this width on the buttons stand beside the sentence, below it they stand under it."""


class _Sign(QWidget):
    """The icon at a strip's beginning."""

    def __init__(self, parent: "Strip", icon: str) -> None:
        super().__init__(parent)
        self._icon = icon
        self.tone = "text"
        self.setFixedSize(20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icons.draw(painter, self._icon, QRectF(self.rect()), QColor(getattr(theme.current(), self.tone)))


class Strip(QFrame):
    """A tinted strip with a sentence and a button that closes it."""

    left = Signal()
    """It was closed while the focus was in it."""

    def __init__(self, parent: QWidget, name: str, icon: str) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAccessibleName(name)
        self.hide()
        self._tone = ""
        self._styled: tuple[theme.Palette, str] | None = None
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sign = _Sign(self, icon)
        self.close_button = _tool("close", "Close", "Close (Esc)", self)
        self.close_button.setObjectName("close")
        self.setFocusProxy(self.close_button)

    def tint(self, tone: str) -> None:
        """Colors by "danger", "warning" or "accent" of the palette."""
        self._tone = self.sign.tone = tone
        colors = theme.current()
        if self._styled == (colors, tone):
            return
        self._styled = (colors, tone)
        color = getattr(colors, tone)
        self.setStyleSheet(f"""
            #strip {{ background: {theme.mix(color, colors.window, 0.12)}; border: none;
                border-left: 4px solid {color}; border-radius: 0; }}
            #strip QLabel {{ background: transparent; }}
            #strip QLabel#sentence {{ font-weight: 600; }}
            #strip QPushButton, #strip QToolButton {{ background: transparent; border: 1px solid transparent;
                border-radius: 6px; padding: 3px 10px; min-height: 20px; }}
            #strip QToolButton {{ padding: 4px; min-height: 18px; }}
            #strip QPushButton {{ border-color: {theme.mix(color, colors.window, 0.35)}; }}
            #strip QPushButton#action {{ background: {colors.raised}; border-color: {color}; font-weight: 600; }}
            #strip QPushButton:hover, #strip QToolButton:hover, #strip QPushButton:checked {{
                background: {theme.mix(color, colors.window, 0.22)}; }}
            #strip QPushButton:focus, #strip QToolButton:focus {{ border: 2px solid {colors.accent};
                padding: 2px 9px; }}
            #strip QToolButton:focus {{ padding: 3px; }}
            #strip QPlainTextEdit {{ background: {colors.raised}; border: 1px solid {colors.line}; border-radius: 6px;
                padding: 4px; min-height: 56px; max-height: 130px; }}
        """)

    def put_away(self) -> None:
        """Hide, and tell if the person's focus was inside."""
        inside = self.has_focus()
        self.hide()
        if inside:
            self.left.emit()

    def has_focus(self) -> bool:
        focused = QGuiApplication.focusObject()
        return isinstance(focused, QWidget) and (focused is self or self.isAncestorOf(focused))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and self._tone:
            self.tint(self._tone)

    def event(self, event: QEvent) -> bool:
        """Esc closes."""
        if (escaped := keys.escapes(event)) is not None:
            if escaped:
                self.close_button.click()
            return True
        return super().event(event)


class ProblemStrip(Strip):
    """One problem of several, its remedy, its details."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Problem", "warning")
        self.sentence.setObjectName("sentence")
        self.remedy = QLabel(self)
        self.remedy.setTextFormat(Qt.TextFormat.PlainText)
        self.remedy.setWordWrap(True)
        self.remedy.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.action = QPushButton(self)
        self.action.setObjectName("action")
        self.details_button = QPushButton("Details", self)
        self.details_button.setObjectName("details")
        self.details_button.setCheckable(True)
        self.details_button.setAccessibleDescription("Shows or hides what a bug report needs")
        self.previous = _tool("back", "Previous problem", "Previous problem", self)
        self.previous.setObjectName("previous")
        self.place = QLabel(self)
        self.next = _tool("next", "Next problem", "Next problem", self)
        self.next.setObjectName("next")
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName("Details of the problem")
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy = QPushButton("Copy", self)
        self.copy.setObjectName("copy")
        self.copy.setAccessibleName("Copy the details")
        self.copy.clicked.connect(self._copy)
        for button in (self.action, self.details_button, self.copy):
            button.setAutoDefault(True)  # Enter presses it, too
        self.details_button.toggled.connect(self._unfold)

        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.remedy)
        self._buttons = QWidget(self)
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP // 2)
        row.addWidget(self.action)
        row.addWidget(self.details_button)
        row.addSpacing(theme.GAP)
        row.addStretch(1)
        row.addWidget(self.previous)
        row.addWidget(self.place)
        row.addWidget(self.next)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.GAP + 4, theme.GAP, theme.GAP, theme.GAP)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.GAP // 2)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(words, 0, 1)
        self._grid.addWidget(self.close_button, 0, 3, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.details, 2, 1, 1, 3)
        self._grid.addWidget(self.copy, 3, 1, 1, 3, Qt.AlignmentFlag.AlignLeft)
        self._wide: bool | None = None
        self._arrange(wide=False)
        self._unfold(unfold=False)
        order = [self.action, self.details_button, self.previous, self.next, self.close_button, self.details, self.copy]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def put(self, sentence: str, remedy: str, report: str, action: str | None, place: tuple[int, int]) -> None:
        """Show one problem: the words of its remedy's button, if there is one; its place from 1 on, of how many."""
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        self.remedy.setVisible(action is None and bool(remedy))
        self.action.setVisible(action is not None)
        self.action.setText(action or "")
        self.action.setToolTip(plain.tooltip(remedy))
        self.action.setAccessibleDescription(remedy)
        self.place.setText(f"{place[0]} of {place[1]}")
        for widget in (self.previous, self.place, self.next):
            widget.setVisible(place[1] > 1)
        if self.details.toPlainText() != report:
            self.details.setPlainText(report)
            self.copy.setText("Copy")
        self.setFocusProxy(self.details_button if action is None else self.action)

    def fold(self) -> None:
        self.details_button.setChecked(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(wide=event.size().width() >= WIDE)

    def _arrange(self, *, wide: bool) -> None:
        if wide is not self._wide:
            self._wide = wide
            self._grid.removeWidget(self._buttons)
            self._grid.addWidget(self._buttons, *((0, 2, 1, 1) if wide else (1, 1, 1, 3)))
            if wide:
                self._grid.setAlignment(self._buttons, Qt.AlignmentFlag.AlignTop)

    def _unfold(self, unfold: bool) -> None:
        self.details.setVisible(unfold)
        self.copy.setVisible(unfold)
        self.copy.setText("Copy")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText("Copied")


def _tool(icon: str, name: str, hint: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icons.icon(icon))
    button.setIconSize(QSize(16, 16))
    button.setAccessibleName(name)
    button.setToolTip(hint)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
