"""A card's heat, power, clock and work in one quiet line, as far as its driver tells them.

It must not know where the figures come from.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.gauges import SMALL, Gauge, line, typeface, write

if TYPE_CHECKING:
    from models.hardware import Activity


class ActivityLine(Gauge):
    """Hidden while the driver tells nothing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._activity: Activity | None = None
        self.hide()

    def tall(self) -> int:
        return line(SMALL)

    def show_activity(self, activity: "Activity | None") -> None:
        if activity == self._activity:
            return
        self._activity = activity
        self.describe(". ".join(self._told()))
        self.setVisible(bool(self._figures()))
        self.update()

    def hint(self, at: QPointF) -> list[str]:
        return [self.accessibleName(), *self._told()]

    def _figures(self) -> list[str]:
        """Short, for the line."""
        now = self._activity
        if now is None:
            return []
        told = [(now.temperature, "°C"), (now.power, "W"), (now.clock, "MHz"), (now.busy, "%\u00a0busy")]
        return [f"{value:.0f}\u00a0{unit}" for value, unit in told if value is not None]

    def _told(self) -> list[str]:
        """In full."""
        now = self._activity
        if now is None:
            return []
        limit = f" of at most {now.power_limit:.0f}" if now.power_limit is not None else ""
        told = [
            ("Temperature", now.temperature, " °C"),
            ("Power", now.power, f"{limit} W"),
            ("Clock", now.clock, " MHz"),
            ("Clock of its memory", now.memory_clock, " MHz"),
            ("Computes", now.busy, " % of the time"),
            ("Its memory is read or written", now.memory_busy, " % of the time"),
        ]
        return [f"{name}: {value:.0f}{unit}" for name, value, unit in told if value is not None]

    def paintEvent(self, event: object) -> None:
        with QPainter(self) as painter:
            row = QRectF(0, 0, self.width(), self.height())
            write(painter, row, "  ·  ".join(self._figures()), typeface(SMALL), theme.current().quiet)
