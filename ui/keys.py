"""Keys that a part of the window takes for itself before the window's shortcuts see them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def escapes(event: QEvent) -> bool | None:
    """For a widget's `event`: None if Esc has no part in it, else whether the widget is to do now what Esc means.

    Qt asks the widget with the focus first whether it wants a key for itself (ShortcutOverride); then the key comes.
    """
    if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
        return None
    if event.type() == QEvent.Type.ShortcutOverride:
        event.accept()
        return False
    return True if event.type() == QEvent.Type.KeyPress else None
