"""Where a question is made: typed or spoken, with pictures; and where what is under way is stopped.

Owns the field, its pictures, the microphone button with its caption, and the Send button. It must not know the
assistant, and opens no file: pictures go out as paths or bytes and come back as thumbnails.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from ui import icons, theme
from ui.caption import Caption
from ui.editor import MAX_QUESTION, Editor
from ui.microphone import SIDE, MicrophoneButton
from ui.switch import Switch

if TYPE_CHECKING:
    from ui.attachments import Offer, Tray

CLOSE_TO_LIMIT = 18_000
"""From so many characters on they are counted for the person."""
_BUTTON = 36
_PAD = 8
_LEAST = 52
"""Height of the field with one line."""


class Composer(QWidget):
    """The row at the bottom of the window. Its focus proxy is the field."""

    sent = Signal(str)
    """The question. It stays in the field until `clear`, so that it is not lost if it cannot be asked."""
    stopRequested = Signal()
    talkPressed = Signal()
    talkReleased = Signal()
    handsFreeToggled = Signal(bool)
    """By the person."""
    filesChosen = Signal(list)
    """Paths of files, at most eight: chosen in the dialog, or pasted."""
    imagePasted = Signal(bytes)
    """A picture's file, as another program gave it."""
    pictureRemoved = Signal(str)
    """The key of a picture that the person took away."""
    noticed = Signal(str)
    """A sentence for the person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy = False
        self._talk_key = "F9"
        self._live = ""
        self._unavailable = ""
        self._box = QRect()
        self.tray: Tray | None = None
        self._count: QLabel | None = None
        self.editor = Editor(self)
        self.add = self._tool("picture", "Add a picture", "Add pictures (Ctrl+O)")
        self.add.setShortcut("Ctrl+O")
        self.send = self._tool("send", "Send", "")
        self.send.setProperty("kind", "send")
        self.microphone = MicrophoneButton(self)
        self.caption = Caption(self)
        self.hands_free = Switch(self, "Hands-free")
        self.hands_free.setToolTip("Listen all the time, without a button (Ctrl+H)")
        self.hands_free.setAccessibleName("Hands-free")
        self.setFocusProxy(self.editor)
        self.editor.entered.connect(self._send)
        self.editor.textChanged.connect(self._edited)
        self.editor.resized.connect(self._arrange)
        self.editor.offered.connect(self.take)
        self.editor.shortened.connect(
            lambda: self.noticed.emit(f"Only {MAX_QUESTION:,} characters fit into a question.")
        )
        self.editor.focusChanged.connect(self.update)
        self.add.clicked.connect(self.choose_files)
        self.send.clicked.connect(lambda: self.stopRequested.emit() if self._busy else self._send())
        self.microphone.talkPressed.connect(self.talkPressed)
        self.microphone.talkReleased.connect(self.talkReleased)
        self.hands_free.clicked.connect(self._toggle_hands_free)
        self.set_talk_key("F9")
        self._tell_sending()
        self._arrange()

    # -- the question

    def text(self) -> str:
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a text into the field, as if it had been typed."""
        self.editor.setPlainText(text)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)

    def type(self, text: str) -> None:
        """Somebody wrote it where nothing can be written: it goes here, and so does the focus."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.insertPlainText(text)

    def clear(self) -> None:
        """The question is on its way: empty field, no pictures."""
        self.editor.clear()
        if self.tray is not None:
            self.tray.clear()
        self._arrange()

    def _send(self) -> None:
        text = self.text()
        if text.strip() and len(text) <= MAX_QUESTION:
            self.sent.emit(text)

    def _edited(self) -> None:
        length = self.editor.document().characterCount() - 1
        if length >= CLOSE_TO_LIMIT or self._count is not None:
            self._show_count()
        self._tell_sending()

    def _show_count(self) -> None:
        length = len(self.text())
        if self._count is None:
            self._count = QLabel(self)
            self._count.setObjectName("count")
            self._count.setProperty("tone", "quiet")
        self._count.setText(f"{length:,} of {MAX_QUESTION:,} characters")
        over = length > MAX_QUESTION
        self._count.setStyleSheet(f"color: {theme.current().danger}; font-weight: 600;" if over else "")
        self._count.setVisible(length >= CLOSE_TO_LIMIT)
        self._arrange()

    # -- pictures

    @property
    def pictures(self) -> tuple[str, ...]:
        """The keys of the pictures, in their order."""
        return self.tray.keys if self.tray is not None else ()

    def add_picture(self, key: str, data: bytes, name: str) -> None:
        """Show a picture that belongs to the question, encoded by Parley; with no data yet, keep a place for it."""
        if self.tray is None:
            from ui.attachments import Tray

            self.tray = Tray(self)
            self.tray.removed.connect(self._removed)
            QWidget.setTabOrder(self.tray, self.editor)
        self.tray.put(key, data, name)
        self._arrange()

    def remove_picture(self, key: str) -> None:
        """Take a picture away; harmless when it is not there."""
        if self.tray is not None:
            self.tray.remove(key)
            self._arrange()

    def _removed(self, key: str) -> None:
        self._arrange()
        if not self.pictures:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.pictureRemoved.emit(key)

    def take(self, offer: "Offer") -> None:
        """Hand on pictures that were pasted or dropped."""
        if offer.paths:
            self.filesChosen.emit(list(offer.paths))
        if offer.data:
            self.imagePasted.emit(offer.data)
        if offer.image is not None:
            from ui.thumbnails import encode

            encode(self, offer.image, self.imagePasted.emit)
        if offer.notice:
            self.noticed.emit(offer.notice)

    def choose_files(self) -> None:
        """Open the dialog in which pictures are chosen."""
        from PySide6.QtWidgets import QFileDialog

        from ui.attachments import SUFFIXES, first_pictures

        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        dialog = QFileDialog(self.window(), "Add pictures", "", f"Pictures ({patterns});;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda paths: self.take(first_pictures(paths)))
        dialog.finished.connect(lambda _: self.editor.setFocus(Qt.FocusReason.OtherFocusReason))
        dialog.open()

    # -- speaking

    def set_talk_key(self, name: str) -> None:
        """The key that is held to speak, for the hints."""
        self._talk_key = name
        self.microphone.setToolTip(f"Hold to speak, or click to begin and click again to end ({name})")
        self._tell_caption()

    def set_hearing(self, state: str, reason: str = "") -> None:
        """What the microphone does: "off", "opening", "ready", "hearing" or "unavailable", which has a reason."""
        self.microphone.set_state(state)
        self._unavailable = reason
        if state != "hearing":
            self._live = ""
        self._tell_caption()

    def set_level(self, level: float) -> None:
        """How loud the microphone is, 0 to 1."""
        self.microphone.set_level(level)

    def set_caption(self, text: str) -> None:
        """What has been heard of the question so far; empty shows the hint again."""
        self._live = text
        self._tell_caption()

    def set_hands_free(self, on: bool) -> None:
        """Show whether it listens all the time; nothing is told."""
        self.hands_free.setChecked(on)
        self._tell_caption()

    def talk_over(self) -> None:
        """The talking ended by other means than the button."""
        self.microphone.talk_over()
        self._tell_caption()

    def _toggle_hands_free(self, on: bool) -> None:
        self._tell_caption()
        self.handsFreeToggled.emit(on)

    def _tell_caption(self) -> None:
        if self._live:
            self.caption.tell(self._live, live=True)
            return
        ready = "Just speak" if self.hands_free.isChecked() else f"Hold the microphone or {self._talk_key}, and speak"
        hints = {
            "off": f"Hold the microphone or {self._talk_key}, and speak",
            "opening": "The microphone is being opened…",
            "ready": ready,
            "hearing": "Listening…",
            "unavailable": self._unavailable or "There is no microphone: type your question",
        }
        self.caption.tell(hints[self.microphone.state], live=False)

    # -- sending and stopping

    def set_busy(self, busy: bool) -> None:
        """Whether something is under way: then the button stops it. Enter sends all the same."""
        if busy != self._busy:
            self._busy = busy
            self._tell_sending()

    def _tell_sending(self) -> None:
        length = self.editor.document().characterCount() - 1
        able = self._busy or (0 < length <= 2 * MAX_QUESTION and bool(self.text().strip()))
        able = able and (self._busy or len(self.text()) <= MAX_QUESTION)
        self.send.setEnabled(able)
        self.send.setIcon(icons.icon("stop" if self._busy else "send", "on_accent" if able else "quiet"))
        self.send.setAccessibleName("Stop" if self._busy else "Send")
        self.send.setToolTip("Stop (Esc)" if self._busy else "Send (Enter); Shift+Enter begins a new line")

    # -- layout

    def _tool(self, icon: str, name: str, hint: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon))
        button.setIconSize(QSize(20, 20))
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setProperty("kind", "quiet")
        button.setAccessibleName(name)
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _arrange(self) -> None:
        self.editor.set_hint("Ask about the picture" if self.pictures else "Type a question, or speak")
        width = self.width()
        margin = 2 * theme.GAP
        column = min(theme.TEXT_WIDTH, width - 2 * margin)
        left = (width - column) // 2
        wide = column - SIDE - theme.GAP
        tray = 0
        if self.tray is not None and self.pictures:
            tray = self.tray.sizeHint().height() + _PAD
        high = max(_LEAST - 2 * _PAD, self.editor.height_wanted) + 2 * _PAD + tray
        row = max(SIDE, high + (SIDE - _LEAST) // 2)
        self._box = QRect(left, row - (SIDE - _LEAST) // 2 - high, wide, high)
        buttons = self._box.bottom() + 1 - _PAD - _BUTTON
        self.add.move(self._box.left() + _PAD, buttons)
        self.send.move(self._box.right() + 1 - _PAD - _BUTTON, buttons)
        inner = QRect(self._box.left() + _PAD + _BUTTON + 4, 0, wide - 2 * (_PAD + _BUTTON + 4), 0)
        height = self.editor.height_wanted
        area = self._box.height() - tray
        self.editor.setGeometry(inner.left(), self._box.bottom() + 1 - (area + height) // 2, inner.width(), height)
        if self.tray is not None:
            self.tray.setGeometry(self._box.left() + _PAD + 4, self._box.top() + _PAD + 2, wide - 2 * _PAD, tray - _PAD)
        self.microphone.move(left + column - SIDE, row - SIDE)
        switch = self.hands_free.sizeHint()
        self.hands_free.setGeometry(left + column - switch.width(), row + 2, switch.width(), switch.height())
        room = column - switch.width() - 2 * theme.GAP
        if self._count is not None and not self._count.isHidden():
            hint = self._count.sizeHint()
            room -= hint.width() + theme.GAP
            self._count.setGeometry(left + _PAD + room, row + 2, hint.width(), switch.height())
        self.caption.setGeometry(left + _PAD, row + 2, room, switch.height())
        self.setFixedHeight(row + 2 + switch.height() + theme.GAP)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()
            self.editor.refit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "send"):
            self.editor.restyle()
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.editor.hasFocus()
        painter.setPen(QPen(QColor(colors.accent if focused else colors.line), 2 if focused else 1))
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(QRectF(self._box).adjusted(1, 1, -1, -1), 20, 20)
