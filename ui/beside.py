"""A page in a window of its own beside Parley's: its size on the screen, and its colors when the theme changes.

Owns what all such pages do alike. It must not know what is on them.
"""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QWidget

from ui import groups, theme


class Beside(QDialog):
    """`size` is what it likes to have when it is shown, and `least` what it needs: width and height in pixels.

    Whoever inherits calls `_style` once its widgets are there, and says in `_dress` what depends on colors.
    """

    def __init__(self, title: str, size: tuple[int, int], least: tuple[int, int], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumSize(*least)
        self._size = size
        self._styled: theme.Palette | None = None

    def present(self) -> None:
        """Show the page, or bring it to the front; no larger than the screen."""
        if not self.isVisible():
            room = self.screen().availableSize()
            width, height = self._size
            self.resize(min(width, room.width() - 40), min(height, room.height() - 60))
        self.show()
        self.raise_()
        self.activateWindow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._style()

    def _style(self) -> None:
        if self._styled != theme.current():
            self._styled = theme.current()
            self._dress(self._styled)

    def _dress(self, colors: theme.Palette) -> None:
        self.setStyleSheet(groups.style())
