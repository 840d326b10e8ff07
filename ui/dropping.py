"""Pictures dropped anywhere on the window.

Owns the overlay that says where they go. It must not look at what is dropped: that is handed on.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from ui.attachments import DropOverlay, Offer, offers_pictures, pictures_in


class Dropping(QObject):
    """Heeds a window's drags."""

    def __init__(self, window: QWidget, taken: Callable[[Offer], None]) -> None:
        super().__init__(window)
        self._window = window
        self._taken = taken
        self._overlay: DropOverlay | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            assert isinstance(event, QDropEvent)
            if not offers_pictures(event.mimeData()):
                return False
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if self._overlay is None:
                self._overlay = DropOverlay(self._window)
            if kind == QEvent.Type.DragEnter:
                self._overlay.appear()
            return True
        if kind == QEvent.Type.DragLeave:
            self._vanish()
        elif kind == QEvent.Type.Drop:
            assert isinstance(event, QDropEvent)
            self._vanish()
            offer = pictures_in(event.mimeData())
            if offer:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._window.activateWindow()
                self._taken(offer)
                return True
        return False

    def _vanish(self) -> None:
        if self._overlay is not None:
            self._overlay.vanish()
