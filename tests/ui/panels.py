"""A resource panel on the display, and readings of the machines that Parley is sized for."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from app.monitor import Reading, RoleReading, RoleState
from models.hardware import Gpu, Hardware
from models.roles import GB, RESERVED, Placement, Role
from ui.gauges import Gauge
from ui.resources import ResourcePanel

T4_GPUS: dict[Role, int | None] = {Role.ASR: None, Role.TRANSLATION: None, Role.LLM: 0, Role.VLM: 0, Role.TTS: 0}
TOOK = {
    Role.ASR: 380_000_000,
    Role.TRANSLATION: 1_100_000_000,
    Role.LLM: 5_200_000_000,
    Role.VLM: 3_300_000_000,
    Role.TTS: 4_100_000_000,
}
T4_TOTAL = 15360 * 2**20


def five(gpus: dict[Role, int | None], took: dict[Role, int] = TOOK) -> tuple[RoleReading, ...]:
    """All roles, ready; what each took is on its card, or in main memory where it has none."""
    return tuple(
        RoleReading(
            role,
            RoleState.READY,
            Placement(gpu=gpus[role]),
            RESERVED[role],
            ram=took[role] if gpus[role] is None else 0,
            vram=took[role] if gpus[role] is not None else 0,
            cards=(f"starter-{role.value}",),
        )
        for role in Role
    )


def machine(gpus: Sequence[Gpu] = (), absence: str | None = None, faults: tuple[str, ...] = ()) -> Hardware:
    return Hardware(
        tuple(gpus), absence, "550.54.14" if gpus else None, 32 * GB, 20 * GB, 8, 2_500_000_000, gpu_faults=faults
    )


def t4(index: int = 0, ours: int | None = 13 * GB, used: int = 13_500_000_000) -> Gpu:
    return Gpu(index, "Tesla T4", T4_TOTAL, T4_TOTAL - used, ours)


def moment(hardware: Hardware, roles: tuple[RoleReading, ...], at: float = 1.0, speed: float | None = None) -> Reading:
    return Reading(at, hardware, roles, speed)


ONE_T4 = moment(machine([t4()]), five(T4_GPUS), speed=31.42)


class Seen:
    """A panel on the display, as a person or a screen reader meets it."""

    def __init__(self, panel: ResourcePanel) -> None:
        self.panel = panel

    def gauge(self, name: str) -> Gauge:
        found = [each for each in self.panel.findChildren(Gauge) if each.accessibleName() == name]
        assert len(found) == 1, f"{len(found)} gauges called {name}"
        QApplication.processEvents()
        return found[0]

    def names(self) -> list[str]:
        QApplication.processEvents()
        return [each.accessibleName() for each in self.panel.findChildren(Gauge) if each.isVisible()]

    def told(self, name: str) -> str:
        return self.gauge(name).accessibleDescription()

    def headings(self) -> list[str]:
        QApplication.processEvents()
        shown = [label for label in self.panel.findChildren(QLabel) if label.isVisible()]
        return [label.text() for label in sorted(shown, key=lambda label: label.mapTo(self.panel, QPoint()).y())]

    def tip(self, name: str, x: int, y: int) -> str:
        """The tool tip under the mouse."""
        gauge = self.gauge(name)
        QToolTip.hideText()
        at = QPoint(x, y)
        QCoreApplication.sendEvent(gauge, QHelpEvent(QEvent.Type.ToolTip, at, gauge.mapToGlobal(at)))
        return QToolTip.text()

    def picture(self, name: str) -> QImage:
        return self.gauge(name).grab().toImage()


class Paints(QObject):
    """Counts how often each gauge is painted."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self.of: dict[str, int] = {}
        for gauge in seen.panel.findChildren(Gauge):
            gauge.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, Gauge):
            self.of[watched.accessibleName()] = self.of.get(watched.accessibleName(), 0) + 1
        return False


def colors_along(picture: QImage, y: int) -> list[tuple[str, int]]:
    """The colors of a row of pixels, each with how many in succession; gaps and softened edges are left out."""
    runs: list[tuple[str, int]] = []
    for x in range(picture.width()):
        color = picture.pixelColor(x, y).name()
        if runs and runs[-1][0] == color:
            runs[-1] = (color, runs[-1][1] + 1)
        else:
            runs.append((color, 1))
    return [run for run in runs if run[1] > 1]
