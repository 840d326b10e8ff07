"""The context menu of a turn's texts; made only when it is asked for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from ui import icons, plain

if TYPE_CHECKING:
    from ui.message import Turn
    from ui.text_view import TextView


def open_menu(turn: "Turn", view: "TextView", at: QPoint, link: str) -> None:
    """Open it at a place on the screen; `link` is the web address there, which can be copied but not followed."""
    menu = QMenu(turn)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    selected = view.textCursor().selectedText().replace("\u2029", "\n")
    if link:
        shown = menu.addAction(plain.line(link, 60).replace("&", "&&"))
        shown.setEnabled(False)
        menu.addAction(icons.icon("copy"), "Copy the address", lambda: _copy(link))
        menu.addSeparator()
    if selected:
        menu.addAction(icons.icon("copy"), "Copy the selection", lambda: _copy(selected))
    if turn.answer is not None and turn.answer.whole:
        menu.addAction(icons.icon("copy"), "Copy the answer", turn.copy_answer)
    if turn.question.whole:
        menu.addAction(icons.icon("copy"), "Copy the question", lambda: _copy(turn.question.whole))
    if turn.finished:
        menu.addSeparator()
        menu.addAction(icons.icon("trash"), "Delete question and answer", turn.deleteWanted.emit)
    menu.popup(at)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text.replace("\0", ""))
