"""The resource panel: what the five models take of this machine, how fast they write, and where the last turn went.

Owns which gauges there are for a machine and fills them once a second. It must not know who takes the readings.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from ui import groups, plain, shares, theme
from ui.activity import ActivityLine
from ui.memory import Curve, MemoryBar
from ui.meters import RoleRow, Speed, Waterfall
from ui.role_details import RoleDetails
from ui.shares import Shares

if TYPE_CHECKING:
    from app.monitor import Reading
    from models.hardware import Gpu
    from models.placement import Plan

LEAST_WIDTH = 280
MARGIN = 2 * theme.GAP


class ResourcePanel(QWidget):
    """The panel at the window's side. It scrolls when it is too short; with the keyboard too, once it has the focus."""

    actionWanted = Signal(str, str, object)
    """What the person wants of a role (ui.role_details has the words), the role, and for a move the card or None."""
    planWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setAccessibleName("Resources")
        self._cards: dict[tuple[int, str], _Memory] = {}
        self._plan: Plan | None = None
        self._changed: frozenset[str] = frozenset()
        self._reading: Reading | None = None
        content = QWidget()
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        self._layout.setSpacing(0)
        self._no_card = QLabel("CPU only")
        self._no_card.setProperty("tone", "quiet")
        self._no_card.setAccessibleName("CPU only")
        self._no_card.setContentsMargins(0, MARGIN, 0, 0)
        self._no_card.hide()
        self._layout.addWidget(self._no_card)
        self._cards_title = self._title("Graphics memory")
        self._cards_title.hide()
        self._card_blocks = QVBoxLayout()
        self._card_blocks.setSpacing(MARGIN)
        self._layout.addLayout(self._card_blocks)
        self._title("Memory")
        self._ram = _Memory("RAM", "Memory")
        self._layout.addWidget(self._ram)
        self._title("Models")
        self._roles: dict[str, RoleRow] = {}
        self._details: dict[str, RoleDetails] = {}
        for role in shares.ROLE_NAMES:
            # In this order the tab key goes from a row to its details.
            self._add_role(role, RoleRow(role), RoleDetails(role))
        hint = "This computer beside four set-ups and other graphics cards (Ctrl+P)"
        other = groups.button("What other cards would do…", hint)
        other.clicked.connect(self.planWanted)
        self._layout.addSpacing(theme.GAP)
        self._layout.addWidget(other, 0, Qt.AlignmentFlag.AlignLeft)
        self._title("Speed")
        self._speed = Speed()
        self._layout.addWidget(self._speed)
        self._title("Last turn")
        self._waterfall = Waterfall()
        self._layout.addWidget(self._waterfall)
        self._layout.addStretch()
        self._scroll = _Scroll(content)
        self._scroll.installEventFilter(self)
        self.setFocusProxy(self._scroll)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(2, 2, 2, 2)
        frame.addWidget(self._scroll)

    def sizeHint(self) -> QSize:
        return QSize(theme.PANEL_WIDTH, super().sizeHint().height())

    def show_reading(self, reading: "Reading") -> None:
        """Show a moment; called once a second. The last 120 of them are the curves."""
        self._reading = reading
        lost = self._show_cards(reading)
        self._ram.show_shares(reading.at, shares.of_ram(reading, self._plan))
        for role in reading.roles:
            self._roles[role.role.value].show_role(role, lost=role.placement.gpu in lost)
            self._show_details(role.role.value)
        self._speed.show_speed(reading.tokens_per_second)

    def show_plan(self, plan: "Plan", changed: frozenset[str] = frozenset()) -> None:
        """Show what the next readings are to be held against; `changed` are the roles that the person has moved or made
        smaller."""
        self._plan, self._changed = plan, changed
        for role in self._details:
            self._show_details(role)

    def _add_role(self, role: str, row: RoleRow, details: RoleDetails) -> None:
        self._roles[role], self._details[role] = row, details
        self._layout.addWidget(row)
        self._layout.addWidget(details)
        row.pressed.connect(lambda: self._unfold(role))
        details.left.connect(lambda: self._unfold(role))
        details.wanted.connect(lambda action, device: self.actionWanted.emit(action, role, device))

    def _unfold(self, role: str) -> None:
        """Show a role's details, or hide them; those of one at a time."""
        for each, details in self._details.items():
            shown = each == role and details.isHidden()
            details.setVisible(shown)
            self._roles[each].unfold(shown)
        self._show_details(role)
        if self._details[role].isHidden():
            self._roles[role].setFocus()
        else:
            self._layout.activate()
            self._scroll.ensureWidgetVisible(self._details[role], 0, theme.GAP)

    def _show_details(self, role: str) -> None:
        if self._reading is None or self._details[role].isHidden():
            return
        reading = next((each for each in self._reading.roles if each.role.value == role), None)
        if reading is not None:
            gpus = self._reading.hardware.gpus
            self._details[role].show_role(reading, self._plan, gpus, role in self._changed)

    def show_timings(self, timings_ms: Mapping[str, float | None], tokens: int, audio_seconds: float) -> None:
        """Show where a turn's time went: its marks in milliseconds (`app.turn.MARKS`; None: the stage did not run)."""
        self._waterfall.show_timings(timings_ms, tokens, audio_seconds)

    def _show_cards(self, reading: "Reading") -> set[int]:
        """Returns the numbers of the cards that were there and do not answer."""
        machine = reading.hardware
        answering = {(gpu.index, gpu.name): gpu for gpu in machine.gpus}
        for key, gpu in answering.items():
            if key not in self._cards:
                self._add_card(key, gpu)
            self._cards[key].show_shares(reading.at, shares.of_card(reading, gpu, self._plan))
            self._cards[key].activity.show_activity(gpu.activity)
        lost = self._cards.keys() - answering.keys()
        for index, name in lost:
            told = (fault for fault in machine.gpu_faults if f"graphics card {index} " in fault)
            reason = next(told, machine.gpu_absence or "the driver no longer lists this card")
            self._cards[index, name].show_lost(reading.at, reason)
        absence = _sentence(machine.gpu_absence or "") if not self._cards else ""
        self._no_card.setVisible(bool(absence))
        self._no_card.setToolTip(plain.tooltip(absence))
        self._no_card.setAccessibleDescription(absence)
        self._cards_title.setVisible(bool(self._cards))
        return {index for index, _ in lost} - {gpu.index for gpu in machine.gpus}

    def _add_card(self, key: tuple[int, str], gpu: "Gpu") -> None:
        name = plain.line(gpu.name)
        block = _Memory(
            f"GPU {gpu.index} · {name.removeprefix('NVIDIA ').removeprefix('GeForce ')}",
            f"Memory of GPU {gpu.index}, {name}",
        )
        self._cards[key] = block
        place = sorted(self._cards).index(key)
        self._card_blocks.insertWidget(place, block)
        for card in self._cards.values():
            card.set_compact(len(self._cards) > 1)

    def _title(self, text: str) -> QLabel:
        title = QLabel(text)
        title.setProperty("tone", "title")
        title.setContentsMargins(0, 3 * theme.GAP, 0, theme.GAP)
        self._layout.addWidget(title)
        return title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: object) -> None:
        colors = theme.current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colors.sunken))
            if self._scroll.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(colors.accent), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)


class _Memory(QWidget):
    """A memory's bar and its curve."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self._bar = MemoryBar(title, name)
        self.activity = ActivityLine(name.replace("Memory", "Activity", 1))
        self._curve = Curve(f"{name}, last two minutes")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self._bar)
        layout.addWidget(self.activity)
        layout.addWidget(self._curve)

    def set_compact(self, compact: bool) -> None:
        """For one of several."""
        self._curve.set_compact(compact)

    def show_shares(self, at: float, shown: Shares) -> None:
        self._bar.show_shares(shown)
        self._curve.add(at, shown)

    def show_lost(self, at: float, reason: str) -> None:
        self._bar.show_lost(_sentence(reason))
        self.activity.show_activity(None)
        self._curve.add(at, None)


class _Scroll(QScrollArea):
    """Scrolls its content up and down, by mouse and by keyboard."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setAccessibleName("Resources")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setWidget(content)
        content.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.verticalScrollBar().setSingleStep(3 * theme.GAP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar: QScrollBar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)


def _sentence(text: str) -> str:
    """As a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
