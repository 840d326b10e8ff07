"""The side bar: earlier conversations, found again, opened and deleted.

Owns how the list is worked by mouse and keyboard. It must not know where conversations are kept: it shows what it is
given and tells what the person wants. Deleting one is confirmed in its row, deleting all in a dialog.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import icons, keys, plain, theme
from ui.conversations import ID, ConversationModel
from ui.rows import Confirm, RowDelegate

if TYPE_CHECKING:
    from app.history import Conversation

SEARCH_DELAY_MS = 150


class _List(QListView):
    """The rows; a click or Enter opens one, Delete or its button asks for deletion."""

    chosen = Signal(QModelIndex)
    deleteAsked = Signal(QModelIndex)
    leftUpwards = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Conversations")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        self._delegate = RowDelegate(self)
        self.setItemDelegate(self._delegate)
        self._pressed = QModelIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.chosen.emit(index)
        elif event.matches(QKeySequence.StandardKey.Delete) and index.isValid():
            self.deleteAsked.emit(index)
        elif event.key() == Qt.Key.Key_Up and not self._goes_up():
            self.leftUpwards.emit()
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and Page Up may hit a heading; then it is the row below."""
        index = super().moveCursor(action, modifiers)
        while index.isValid() and index.data(ID) is None:
            index = index.siblingAtRow(index.row() + 1)
        return index

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() != Qt.MouseButton.LeftButton or index.data(ID) is None or index != self._pressed:
            return
        if self._delegate.hits_button(self.visualRect(index), at):
            self.deleteAsked.emit(index)
        else:
            self.chosen.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The button of the row under the mouse lights up."""
        super().mouseMoveEvent(event)
        self.update(self.indexAt(event.position().toPoint()))

    def _goes_up(self) -> bool:
        above = range(self.currentIndex().row() - 1, -1, -1)
        return any(self.model().index(row, 0).data(ID) is not None for row in above)


class ConversationList(QWidget):
    """New conversation, search, the list, and what deletes all of it."""

    newRequested = Signal()
    opened = Signal(object)
    """A conversation's id (an int: Qt's own has only 32 bits)."""
    deleteRequested = Signal(object)
    """A conversation's id; the person has confirmed."""
    deleteAllRequested = Signal()
    """The person has confirmed."""
    searchChanged = Signal(str)
    """What to look for, "" for everything; a moment after the last letter was typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversations")
        self.setAccessibleName("Conversations")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._styled: theme.Palette | None = None
        self._given: tuple[Sequence[Conversation], int | None] | None = None
        self._day = datetime.now().date()
        self._confirming: int | None = None
        self._confirm: Confirm | None = None
        self._searched = ""
        self._style()  # while there is nothing to be styled anew

        self.new = QPushButton("New conversation", self)
        self.new.setIcon(icons.icon("new"))
        self.new.setToolTip("Begin a new conversation (Ctrl+N)")
        self.new.clicked.connect(self.newRequested)
        self._more = QToolButton(self)
        self._more.setObjectName("more")
        self._more.setIcon(icons.icon("more"))
        self._more.setAccessibleName("More about conversations")
        self._more.setToolTip("More")
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)  # as high as its neighbour
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._more)
        self._delete_all = menu.addAction("Delete all conversations…", self._ask_delete_all)
        self._more.setMenu(menu)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search conversations")
        self.search.setToolTip("Search conversations (Ctrl+F)")
        glass = self.search.addAction(icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        glass.setText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(1000)
        self.search.textChanged.connect(self._typed)
        self.search.installEventFilter(self)
        self._clock = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._clock.timeout.connect(self._look)
        self._model = ConversationModel(self)
        self._list = _List(self)
        self._list.setModel(self._model)
        self._list.chosen.connect(self._open)
        self._list.deleteAsked.connect(self._ask_delete)
        self._list.leftUpwards.connect(self.search.setFocus)
        self._list.customContextMenuRequested.connect(self._open_menu)
        self._nothing = QLabel(self)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(theme.GAP * 2, theme.GAP * 3, theme.GAP * 2, 0)

        top = QHBoxLayout()
        top.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        top.setSpacing(theme.GAP // 2)
        top.addWidget(self.new, 1)
        top.addWidget(self._more)
        middle = QHBoxLayout()
        middle.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        middle.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addLayout(top)
        layout.addLayout(middle)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._nothing, 1)
        self._list.hide()
        self._delete_all.setEnabled(False)

    def show_conversations(self, conversations: "Sequence[Conversation]", current: int | None) -> None:
        """Show these; `current` is the one that the window shows. The place in the list, the focus and a question
        whether to delete stay, as far as what they belong to is still there."""
        self._given = (conversations, current)
        self._day = datetime.now().date()
        row = self._list.currentIndex().row()
        chosen = self._list.currentIndex().data(ID)
        scrolled = self._list.verticalScrollBar().value()
        asked, had_focus = (
            self._confirming,
            self._confirm is not None and self._confirm.isAncestorOf(self.focusWidget()),
        )
        self._end_confirm(give_focus=False)
        self._model.put(conversations, current, self._day)
        self._list.verticalScrollBar().setValue(scrolled)
        here = self._model.place(chosen)
        here = self._model.nearest(row) if here is None and row >= 0 else here
        if here is not None:
            self._list.selectionModel().setCurrentIndex(
                self._model.index(here), self._list.selectionModel().SelectionFlag.NoUpdate
            )
        asked_at = self._model.place(asked)
        if asked_at is not None:
            self._show_confirm(self._model.index(asked_at), take_focus=had_focus)
        elif had_focus:
            self._list.setFocus()
        self._delete_all.setEnabled(bool(conversations) or bool(self._searched))
        self._list.setVisible(bool(conversations))
        self._nothing.setVisible(not conversations)
        wanted = plain.line(self._searched, 60)
        self._nothing.setText(
            f"Nothing found for “{wanted}”." if wanted else "No conversations yet.\nWhat you ask is kept here."
        )

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """In the search field: Esc empties it, Down goes into the list, Enter searches at once."""
        if watched is not self.search:
            return False
        if self.search.text() and (escaped := keys.escapes(event)) is not None:
            if escaped:
                self.search.clear()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._look()
                return True
            if event.key() == Qt.Key.Key_Down and self._list.isVisible():
                first = self._model.nearest(0)
                if not self._list.currentIndex().isValid() and first is not None:
                    self._list.setCurrentIndex(self._model.index(first))
                self._list.setFocus()
                return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._style()
        elif event.type() == QEvent.Type.ActivationChange and self._given and self._day != datetime.now().date():
            self.show_conversations(*self._given)  # "Today" was yesterday

    def _typed(self, text: str) -> None:
        if text.strip():
            self._clock.start()
        else:
            self._look()

    def _look(self) -> None:
        self._clock.stop()
        wanted = self.search.text().strip()
        if wanted != self._searched:
            self._searched = wanted
            self.searchChanged.emit(wanted)

    def _open(self, index: QModelIndex) -> None:
        self._end_confirm(give_focus=False)
        self.opened.emit(index.data(ID))

    def _open_menu(self, at: QPoint) -> None:
        index = self._list.indexAt(at)
        conversation = index.data(ID)
        if conversation is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # By id, for the list may have changed before one is chosen.
        menu.addAction("Open", lambda: self.opened.emit(conversation))
        delete = menu.addAction("Delete…", lambda: self._ask_delete_of(conversation))
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutVisibleInContextMenu(True)
        menu.popup(self._list.viewport().mapToGlobal(at))

    def _ask_delete_of(self, conversation: int) -> None:
        place = self._model.place(conversation)
        if place is not None:
            self._ask_delete(self._model.index(place))

    def _ask_delete(self, index: QModelIndex) -> None:
        self._end_confirm(give_focus=False)
        self._list.setCurrentIndex(index)
        self._show_confirm(index, take_focus=True)

    def _show_confirm(self, index: QModelIndex, *, take_focus: bool) -> None:
        conversation = index.data(ID)
        confirm = Confirm(plain.line(str(index.data()), 60), self._list.viewport())
        confirm.answered.connect(self._answered)
        self._confirming, self._confirm = conversation, confirm
        self._list.setIndexWidget(index, confirm)
        if take_focus:
            confirm.setFocus()

    def _answered(self, delete: bool) -> None:
        conversation = self._confirming
        self._end_confirm(give_focus=True)
        if delete:
            self.deleteRequested.emit(conversation)

    def _end_confirm(self, *, give_focus: bool) -> None:
        if self._confirm is None:
            return
        place = self._model.place(self._confirming)
        if give_focus:
            self._list.setFocus()
        self._confirm.hide()
        self._confirming, self._confirm = None, None
        if place is not None:
            self._list.setIndexWidget(self._model.index(place), None)  # type: ignore[arg-type]

    def _ask_delete_all(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Delete all conversations")
        box.setText("Delete all conversations?")
        box.setInformativeText(
            "Every question, answer and picture that Parley has kept on this machine is deleted. This cannot be undone."
        )
        delete = QPushButton("Delete all", box)
        delete.setProperty("kind", "danger")
        box.addButton(delete, QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Keep", QMessageBox.ButtonRole.RejectRole))
        delete.clicked.connect(self.deleteAllRequested)
        box.open()

    def _style(self) -> None:
        colors = theme.current()
        if self._styled == colors:
            return
        self._styled = colors
        self.setStyleSheet(f"""
            #conversations, #conversations QListView {{ background: {colors.sunken}; border: none; padding: 0; }}
            #conversations > QLabel {{ color: {colors.quiet}; background: transparent; }}
            #conversations > QPushButton {{ text-align: left; font-weight: 600; }}
            #conversations QLineEdit {{ padding-left: 2px; }}
            #conversations QLineEdit:focus {{ padding-left: 1px; }}
            #conversations QLineEdit QToolButton {{ background: transparent; border: none; padding: 0; min-height: 0; }}
            #confirm {{ background: {colors.raised}; border: 1px solid {colors.line}; border-radius: 8px;
                margin: 1px 6px; }}
            #confirm QLabel {{ background: transparent; }}
            #confirm QPushButton {{ padding: 2px 8px; border-radius: 6px; }}
            #confirm QPushButton#yes {{ color: {colors.danger}; border-color: {colors.danger}; font-weight: 600; }}
            #confirm QPushButton:focus {{ border: 2px solid {colors.accent}; padding: 1px 7px; }}
            #confirm QPushButton#yes:focus {{ border: 2px solid {colors.accent}; }}
        """)
