"""Rows in framed groups with a title above: what the pages beside the conversation are made of.

Owns how these look. It must not know what a row is about.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme


class Group(QFrame):
    """A group of rows with lines between them."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)

    def add(self, row: QWidget) -> None:
        if self._rows.count():
            line = QFrame(self)
            line.setObjectName("line")
            line.setFixedHeight(1)
            self._rows.addWidget(line)
        self._rows.addWidget(row)


def titled(title: str, page: QVBoxLayout, parent: QWidget) -> Group:
    """A new group at the end of a page, below its title."""
    heading = QLabel(title, parent)
    heading.setProperty("tone", "title")
    heading.setWordWrap(True)
    heading.setContentsMargins(0, theme.GAP, 0, 0)
    group = Group(title, parent)
    page.addWidget(heading)
    page.addWidget(group)
    return group


def row(content: QWidget | QVBoxLayout, button: QPushButton | None = None) -> QWidget:
    """Something, and a button at its right."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(theme.GAP * 2, theme.GAP, theme.GAP * 2, theme.GAP)
    layout.setSpacing(theme.GAP * 2)
    if isinstance(content, QWidget):
        layout.addWidget(content, 1)
    else:
        layout.addLayout(content, 1)
    if button is not None:
        layout.addWidget(button)
    return made


def words(text: str, *, quiet: bool = True) -> QLabel:
    """Plain text that wraps."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if quiet:
        label.setProperty("tone", "quiet")
    return label


def button(text: str, hint: str) -> QPushButton:
    """For a dialog: Enter in a field of it does not press it."""
    made = QPushButton(text)
    made.setToolTip(hint)
    made.setAutoDefault(False)
    return made


def style() -> str:
    """The style sheet of a page of groups, in the colors in use; the scrolled content is named "page"."""
    colors = theme.current()
    return f"""
        QScrollArea, #page {{ background: {colors.window}; }}
        #card {{ background: {colors.raised}; border: 1px solid {colors.line}; border-radius: {theme.RADIUS}px; }}
        #line {{ background: {colors.line}; }}
        #card QLabel {{ background: transparent; }}
        QLineEdit QToolButton {{ background: transparent; border: none; padding: 0; min-height: 0; }}
    """
