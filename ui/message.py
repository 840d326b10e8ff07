"""One turn of the conversation: the person's question in a bubble, and the answer beneath it.

Owns what a turn shows in each of its states, and where in its width. It must not know the assistant; the words of
the states come from whoever tells them.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton, QToolTip, QWidget

from ui import icons, plain, theme
from ui.finished import FinishedTurn
from ui.status import Status
from ui.text_view import TextView

if TYPE_CHECKING:
    from ui.thumbnails import Thumbnail

FLUSH_MS = 40
"""Pieces of an answer are put on the screen together, at most so often."""
_PAD = QSize(14, 9)
"""Between the bubble and its words."""
_SHARE = 0.82
"""Most of the width that a bubble takes."""
_ROW = 28


class Turn(QWidget):
    """A question and its answer. `arrange` gives it its height for a width; `changed` asks for it to be called."""

    changed = Signal()
    deleteWanted = Signal()
    modelsWanted = Signal()
    typed = Signal(str)
    """Somebody began to write while the focus was here."""
    caretMoved = Signal(QRect)
    """In the turn's coordinates."""
    current = Signal()
    """The focus came into it."""

    def __init__(self, parent: QWidget, number: int, question: str, spoken: bool = False) -> None:
        super().__init__(parent)
        self.number = number
        self.finished = False
        self._spoken = spoken
        self._bubble = QRect()
        self._ring: TextView | None = None
        self._width = 0
        self._pending: list[str] = []
        self._clock: QTimer | None = None
        self._thumbnails: list[Thumbnail] = []
        # Most turns need but a few of these.
        self.translated: QLabel | None = None
        self.answer: TextView | None = None
        self.status: Status | None = None
        self.copy: QToolButton | None = None
        self.original: QPushButton | None = None
        self.original_text: TextView | None = None
        self.more: QPushButton | None = None
        self.larger: QPushButton | None = None
        self._original = ""
        self._reachable = False
        self.question = self._text_view("Your question")
        self.set_question(question, spoken)

    # -- what is shown

    def set_question(self, text: str, spoken: bool | None = None) -> None:
        """The question's words; of a spoken one they may come late and change."""
        self._spoken = self._spoken if spoken is None else spoken
        self.question.setAccessibleName("Your spoken question" if self._spoken else "Your question")
        self.question.set_plain(text)
        self.question.setVisible(bool(text))
        self._stale()

    def set_translated(self, text: str) -> None:
        """The question in the model's language, small beneath it; empty takes it away."""
        if self.translated is None:
            self.translated = self._label("quiet")
            self.translated.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.translated.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = plain.line(text, 500)
        self.translated.setText(words)
        self.translated.setAccessibleName(f"Translated: {words}")
        self.translated.setVisible(bool(words))
        self._stale()

    def add_picture(self, data: bytes, name: str = "") -> None:
        """A picture of the question, encoded by Parley."""
        from ui.thumbnails import Thumbnail

        thumbnail = Thumbnail(self, name or f"{len(self._thumbnails) + 1} of the question")
        self._thumbnails.append(thumbnail)
        thumbnail.resized.connect(self._stale)
        thumbnail.set_data(data)
        self._adopt(thumbnail)
        self._stale()

    def set_state(self, state: str, text: str = "") -> None:
        """What the turn is doing, with words for it if others than the state's own are wanted.

        "waiting", "thinking", "writing", "speaking", "paused", or "" for nothing to tell.
        """
        if not self.finished:
            self._show_status(state, text)

    @property
    def state(self) -> str:
        return self.status.kind if self.status is not None and not self.status.isHidden() else ""

    def append(self, piece: str) -> None:
        """More of the answer, as the model writes it."""
        if self.finished or not piece:
            return
        self._pending.append(piece)
        if self.state in ("waiting", "thinking"):
            self._show_status("writing", "")
        if self._clock is None:
            self._clock = QTimer(self, singleShot=True)
            self._clock.timeout.connect(self._flush)
        if not self._clock.isActive():
            self._clock.start(FLUSH_MS)

    def append_clause(self, text: str) -> None:
        """Another clause of the answer, in the person's language; clauses are joined by spaces."""
        begun = self._pending or (self.answer is not None and self.answer.whole)
        self.append(f" {text}" if begun else text)

    def finish(self, turn: FinishedTurn) -> None:
        """The turn is over: show the whole answer and what became of it. Its question and pictures stay as they are."""
        self.finished = True
        self._pending.clear()
        if self._clock is not None:
            self._clock.stop()
        if turn.translated:
            self.set_translated(turn.translated)
        written = bool(turn.shown.strip())
        if written:
            self._answer().set_markdown(turn.shown)
            self._add_copy()
        elif self.answer is not None:
            self.answer.set_plain("")
        if written and turn.interrupted:
            self._answer().mark_unheard(turn.heard or "")
        if turn.answer.strip() and turn.answer != turn.shown:
            self._original = turn.answer
            self._add_original()
        if turn.beyond and self.larger is None:
            self.larger = self._button("See larger models")
            self.larger.clicked.connect(self.modelsWanted)
        self._show_status(*turn.ending())
        self._stale()

    # -- its parts

    def _text_view(self, name: str, step: int = 1) -> TextView:
        view = TextView(self, step)
        view.setAccessibleName(name)
        view.changed.connect(self._stale)
        view.typed.connect(self.typed)
        view.menuWanted.connect(lambda at, link: self._menu(view, at, link))
        view.caretMoved.connect(lambda area: self.caretMoved.emit(area.translated(view.pos())))
        view.focused.connect(lambda by_key: self._focused(view, by_key))
        view.focusLost.connect(lambda: self._focused(None, False))
        self._adopt(view)
        return view

    def _answer(self) -> TextView:
        if self.answer is None:
            self.answer = self._text_view("Answer")
        return self.answer

    def _label(self, tone: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _show_status(self, state: str, text: str, remedy: str = "") -> None:
        if self.status is None:
            if not state:
                return
            self.status = Status(self)
        self.status.tell(state, text, remedy)
        self._stale()

    def _add_copy(self) -> None:
        if self.copy is None:
            self.copy = QToolButton(self)
            self.copy.setIcon(icons.icon("copy", "quiet"))
            self.copy.setIconSize(QSize(16, 16))
            self.copy.setProperty("kind", "quiet")
            self.copy.setAccessibleName("Copy the answer")
            self.copy.setToolTip("Copy the answer")
            self.copy.clicked.connect(self.copy_answer)
            self._adopt(self.copy)

    def copy_answer(self) -> None:
        """Put the whole answer on the clipboard, as it was written."""
        if self.answer is not None:
            QGuiApplication.clipboard().setText(self.answer.whole.replace("\0", ""))
            if self.copy is not None:
                self.copy.setIcon(icons.icon("check", "good"))
                self.copy.setToolTip("Copied")
                QTimer.singleShot(1500, self.copy, self._copied)

    def _copied(self) -> None:
        if self.copy is not None:
            self.copy.setIcon(icons.icon("copy", "quiet"))
            self.copy.setToolTip("Copy the answer")

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "small")
        self._adopt(button)
        return button

    def _add_original(self) -> None:
        if self.original is None:
            self.original = self._button("Show the original")
            self.original.setCheckable(True)
            self.original.setAccessibleName("The answer as the model wrote it")
            self.original.toggled.connect(self._unfold)

    def _adopt(self, part: QWidget) -> None:
        part.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._reachable else Qt.FocusPolicy.ClickFocus)
        part.show()

    def _unfold(self, unfold: bool) -> None:
        assert self.original is not None
        self.original.setText("Hide the original" if unfold else "Show the original")
        if self.original_text is None:
            self.original_text = self._text_view("The answer as the model wrote it", 0)
            self.original_text.set_markdown(self._original)
        self.original_text.setVisible(unfold)
        self._stale()

    def _menu(self, view: TextView, at: QPoint, link: str) -> None:
        from ui.message_menu import open_menu

        open_menu(self, view, at, link)

    # -- focus

    def set_reachable(self, reachable: bool) -> None:
        """Whether Tab goes into this turn: of a long conversation it goes into one only."""
        if reachable == self._reachable:
            return
        self._reachable = reachable
        policy = Qt.FocusPolicy.StrongFocus if reachable else Qt.FocusPolicy.ClickFocus
        for part in self._parts():
            part.setFocusPolicy(policy)

    def take_focus(self) -> None:
        """The keyboard comes into the turn, to its answer if there is one."""
        view = self.answer if self.answer is not None and not self.answer.isHidden() else self.question
        view.setFocus(Qt.FocusReason.TabFocusReason)

    def _parts(self) -> list[QWidget]:
        parts = [*self._thumbnails, self.question, self.answer, self.more, self.copy, self.original, self.larger]
        return [part for part in (*parts, self.original_text) if part is not None]

    def _focused(self, view: TextView | None, by_key: bool) -> None:
        self._ring = view if by_key else None
        if view is not None:
            self.current.emit()
        self.update()

    # -- layout

    def _flush(self) -> None:
        pieces, self._pending = "".join(self._pending), []
        self._answer().add(pieces)

    def _stale(self) -> None:
        self._width = 0
        self.changed.emit()

    def arrange(self, width: int) -> int:
        """Put every part in its place for a width; returns the height, in pixels."""
        if width == self._width:
            return self.height()
        self._width = width
        top = self._arrange_question(width)
        if self.answer is not None and self.answer.whole:
            top = self._put(self.answer, 0, top + 2 * theme.GAP, width, self.answer.height_for(width))
            top = self._arrange_more(top)
        top = self._arrange_foot(width, top)
        if self.original_text is not None and not self.original_text.isHidden():
            height = self.original_text.height_for(width - 2 * theme.GAP)
            top = self._put(self.original_text, 2 * theme.GAP, top + theme.GAP, width - 2 * theme.GAP, height)
        self.resize(width, top)
        self.update()
        return top

    def _arrange_foot(self, width: int, top: int) -> int:
        """The status and the buttons, beside each other where there is room."""
        buttons = [button for button in (self.copy, self.original, self.larger) if button is not None]
        sizes = [button.sizeHint().expandedTo(QSize(_ROW, _ROW)) for button in buttons]
        wide = sum(size.width() + 4 for size in sizes)
        left = -6  # the icon, not its frame, stands in line with the words
        bottom = top
        if self.status is not None and not self.status.isHidden():
            beside = self.status.width_wanted() + wide <= width
            taken = self.status.width_wanted() if beside else width
            height = self.status.height_for(taken)
            bottom = self._put(self.status, 0, top + theme.GAP, taken, height)
            if beside and buttons:
                left = taken + theme.GAP
                top += theme.GAP + (height - _ROW) // 2 - 4
            else:
                top += theme.GAP + height
        for button, size in zip(buttons, sizes, strict=True):
            button.setGeometry(left, top + 4, size.width(), _ROW)
            left += size.width() + 4
        return max(bottom, top + 4 + _ROW if buttons else top)

    def _arrange_question(self, width: int) -> int:
        most = int(width * _SHARE)
        top = 0
        if self._thumbnails:
            from ui.thumbnails import arrange

            top = arrange(self._thumbnails, width)
        self._bubble = QRect()
        if not self.question.isHidden():
            wide = self.question.width_wanted(most - 2 * _PAD.width())
            height = self.question.height_for(wide)
            left = width - wide - _PAD.width()
            self._bubble = QRect(left - _PAD.width(), top, wide + 2 * _PAD.width(), height + 2 * _PAD.height())
            self.question.setGeometry(left, top + _PAD.height() + 2, wide, height)  # a line's room is below it
            top = self._bubble.bottom() + 1
        if self.translated is not None and not self.translated.isHidden():
            height = self.translated.heightForWidth(most)
            top = self._put(self.translated, width - most, top + theme.GAP // 2, most, height)
        return top

    def _arrange_more(self, top: int) -> int:
        assert self.answer is not None
        left_out = self.answer.left_out if self.finished else 0
        if left_out and self.more is None:
            self.more = self._button("")
            self.more.clicked.connect(self.answer.show_more)
        if self.more is not None:
            self.more.setText(f"Show more ({left_out:,} characters are left)")
            self.more.setVisible(bool(left_out))
            if left_out:
                hint = self.more.sizeHint()
                return self._put(self.more, 0, top + theme.GAP // 2, hint.width(), hint.height())
        return top

    def _put(self, widget: QWidget, left: int, top: int, width: int, height: int) -> int:
        widget.setGeometry(left, top, width, height)
        return top + height

    def _mark(self) -> QRect:
        """Where a spoken question has its sign."""
        return QRect(self._bubble.left() - 24, self._bubble.bottom() - 26, 16, 16)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            over = self._spoken and not self._bubble.isNull() and self._mark().contains(event.pos())
            QToolTip.showText(event.globalPos(), "Spoken" if over else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._bubble.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.mine))
            painter.drawRoundedRect(self._bubble, 16, 16)
            if self._spoken:
                icons.draw(painter, "microphone", QRectF(self._mark()), QColor(colors.quiet))
        if self._ring is not None and self._ring.isVisible():
            area = self._bubble if self._ring is self.question else self._ring.geometry().adjusted(-1, -1, 1, 1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            radius = 16 if self._ring is self.question else 4
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), radius, radius)
