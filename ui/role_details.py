"""What is unfolded below a role's row: its model, where it is and why, forecast against measured, and what can be done.

Owns the words and buttons. It must not know who acts: it tells what the person wants.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from ui import groups, plain, shares, theme

if TYPE_CHECKING:
    from app.monitor import RoleReading
    from models.hardware import Gpu
    from models.placement import Plan

MOVE, SMALLER, UNLOAD, RESTORE = "move", "smaller", "unload", "restore"
INDENT = 16


class RoleDetails(QWidget):
    """Hidden until it is asked for."""

    wanted = Signal(str, object)
    """One of the actions above, and for MOVE the card's number, None for the CPU."""
    left = Signal()
    """Escape was pressed in it."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._name = shares.ROLE_NAMES[role]
        self.setAccessibleName(f"Details of {self._name}")
        self._words = groups.words("")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._figures = groups.words("", quiet=False)
        self._menu = QMenu(self)
        self._places: tuple[tuple[str, int | None], ...] = ()
        self._move = self._button("Move", "Open it on another device, until Parley is closed")
        self._move.setMenu(self._menu)
        self._smaller = self._button("Smaller", "Open it with a shorter context or smaller pictures", SMALLER)
        self._unload = self._button("Unload", "Give its memory back until it is needed again", UNLOAD)
        self._restore = self._button("As planned", "Leave it to the plan again where it is and how large", RESTORE)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP // 2)
        for each in (self._move, self._smaller, self._unload):
            row.addWidget(each)
        row.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self._restore)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 0, 0, theme.GAP)
        column.setSpacing(theme.GAP // 2)
        column.addWidget(self._figures)
        column.addWidget(self._words)
        column.addLayout(row)
        column.addLayout(below)
        self.hide()

    def _button(self, text: str, hint: str, action: str = "") -> QPushButton:
        made = groups.button(text, hint)
        made.setAccessibleName(f"{text}: {self._name}")
        made.setAccessibleDescription(hint)
        if action:
            made.clicked.connect(lambda: self.wanted.emit(action, None))
        return made

    def show_role(self, reading: "RoleReading", plan: "Plan | None", gpus: "tuple[Gpu, ...]", changed: bool) -> None:
        """`changed`: the person has moved it or made it smaller."""
        planned = plan.roles[reading.role] if plan is not None else None
        model = (planned.model if planned is not None else "") or ", ".join(reading.cards) or "No model"
        elsewhere = bool(reading.placement.host)
        idle = planned is not None and planned.idle and not reading.cards
        lines = [f"Model: {plain.line(model, 200)}"]
        if not idle:
            lines.append(f"Device: {_device(reading, gpus)}")
        if reading.placement.context:
            lines.append(f"Context: {reading.placement.context:,} tokens")
        if planned is not None and planned.reason:
            lines.append(plain.line(planned.reason, 400))
        _set(self._words, "\n".join(lines))
        forecast = None
        if planned is not None and planned.placement is not None and not elsewhere and not idle:
            on_cpu = planned.placement.gpu is None
            forecast = planned.predicted.ram if on_cpu else planned.predicted.vram
        _set(self._figures, _compared(forecast, shares.took(reading), bool(reading.cards)))
        self._figures.setVisible(bool(self._figures.text()))
        here = reading.placement.gpu
        places: list[tuple[str, int | None]] = [] if here is None else [("CPU", None)]
        places += [
            (f"GPU {gpu.index}, {plain.line(gpu.name, 40)}: {shares.amount(gpu.free)} free", gpu.index)
            for gpu in gpus
            if gpu.index != here
        ]
        has_own = not idle and (planned is None or planned.placement is not None)
        self._offer(tuple(places))
        self._move.setVisible(bool(places) and has_own and not elsewhere)
        self._smaller.setVisible(has_own and not elsewhere)
        self._unload.setVisible(bool(reading.cards) and not elsewhere)
        self._restore.setVisible(changed)

    def _offer(self, places: tuple[tuple[str, int | None], ...]) -> None:
        if places == self._places or self._menu.isVisible():
            return
        self._places = places
        self._menu.clear()
        for text, device in places:
            action = self._menu.addAction(f"To {text}")
            action.triggered.connect(lambda _=False, device=device: self.wanted.emit(MOVE, device))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _set(label: QLabel, text: str) -> None:
    if text != label.text():
        label.setText(text)


def _device(reading: "RoleReading", gpus: "tuple[Gpu, ...]") -> str:
    if reading.placement.host:
        return f"another computer, {plain.line(reading.placement.host, 80)}"
    name = next((plain.line(gpu.name, 60) for gpu in gpus if gpu.index == reading.placement.gpu), "")
    return shares.place(reading.placement) + (f", {name}" if name else "")


def _compared(forecast: int | None, took: int, loaded: bool) -> str:
    """Forecast against measured, as a line."""
    if forecast is None:
        return f"Took {shares.amount(took)}" if took else ""
    if not loaded:
        return f"Forecast {shares.amount(forecast)}, not loaded"
    difference = f"{(took - forecast) / max(forecast, 1):+.0%}".replace("-", "\u2212")
    told = f" ({difference})" if difference[1:] != "0%" else ""
    return f"Forecast {shares.amount(forecast)}, took {shares.amount(took)}{told}"
