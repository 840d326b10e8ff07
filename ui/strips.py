"""The strips that the banner is made of: a sentence on a tint, with a button that closes it.

Owns how they look and how they are worked by mouse and keyboard. It must not know what a problem is.
"""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QKeyEvent, QResizeEvent
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

from ui import plain, theme

WIDE = 620
"""From this width on the buttons stand beside the sentence, below it they stand under it."""


class Strip(QFrame):
    """A tinted strip with a sentence and a button that closes it."""

    left = Signal()
    """It was closed while the focus was in it."""

    def __init__(self, parent: QWidget, name: str) -> None:
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
        self.close_button = _tool("×", "Close", "Close (Esc)", self)
        self.close_button.setObjectName("close")
        self.setFocusProxy(self.close_button)

    def tint(self, tone: str) -> None:
        """Colors by "danger", "warning" or "accent" of the palette."""
        self._tone = tone
        colors = theme.current()
        if self._styled == (colors, tone):
            return
        self._styled = (colors, tone)
        color = getattr(colors, tone)
        self.setStyleSheet(f"""
            #strip {{ background: {_mix(color, colors.window, 0.12)}; border: none;
                border-left: 4px solid {color}; border-radius: 0; }}
            #strip QLabel {{ background: transparent; }}
            #strip QLabel#sentence {{ font-weight: 600; }}
            #strip QPushButton, #strip QToolButton {{ background: transparent; border: 1px solid transparent;
                border-radius: 6px; padding: 3px 10px; min-height: 20px; }}
            #strip QToolButton {{ padding: 3px 6px; min-width: 14px; min-height: 20px; }}
            #strip QPushButton {{ border-color: {_mix(color, colors.window, 0.35)}; }}
            #strip QPushButton#action {{ background: {colors.raised}; border-color: {color}; font-weight: 600; }}
            #strip QPushButton:hover, #strip QToolButton:hover, #strip QPushButton:checked {{
                background: {_mix(color, colors.window, 0.22)}; }}
            #strip QPushButton:focus, #strip QToolButton:focus {{ border: 2px solid {colors.accent};
                padding: 2px 9px; }}
            #strip QToolButton:focus {{ padding: 2px 5px; }}
            #strip QToolButton:disabled {{ color: {_mix(colors.quiet, colors.window, 0.5)}; }}
            #strip QPlainTextEdit {{ background: {colors.raised}; border: 1px solid {colors.line}; border-radius: 6px;
                padding: 4px; }}
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
        """Esc closes, also where the window has a shortcut for it."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.close_button.click()
                return True
        return super().event(event)


class ProblemStrip(Strip):
    """One problem of several, its remedy, its details."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Problem")
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
        self.previous = _tool("‹", "Previous problem", "Previous problem", self)
        self.previous.setObjectName("previous")
        self.place = QLabel(self)
        self.next = _tool("›", "Next problem", "Next problem", self)
        self.next.setObjectName("next")
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName("Details of the problem")
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setFixedHeight(140)
        self.copy = QPushButton("Copy", self)
        self.copy.setObjectName("copy")
        self.copy.setAccessibleName("Copy the details")
        self.copy.clicked.connect(self._copy)
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
        self._grid.setColumnStretch(0, 1)
        self._grid.addLayout(words, 0, 0)
        self._grid.addWidget(self.close_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.details, 2, 0, 1, 3)
        self._grid.addWidget(self.copy, 3, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
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
            self._grid.addWidget(self._buttons, *((0, 1, 1, 1) if wide else (1, 0, 1, 3)))
            if wide:
                self._grid.setAlignment(self._buttons, Qt.AlignmentFlag.AlignTop)

    def _unfold(self, unfold: bool) -> None:
        self.details.setVisible(unfold)
        self.copy.setVisible(unfold)
        self.copy.setText("Copy")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText("Copied")


def _tool(text: str, name: str, hint: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(hint)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _mix(color: str, ground: str, share: float) -> str:
    """`share` (0 to 1) of the color laid over the ground."""
    over, under = QColor(color), QColor(ground)
    parts = (
        round(a * share + b * (1 - share))
        for a, b in zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*parts).name()
