"""The set-ups that Parley is sized for, as the panel shows them: stand-in cards, the real plan, models as planned.

`python -m pytest tests/ui/setups.py` writes pictures of the panel into docs/panel/.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.monitor import Reading, RoleReading, RoleState
from app.planning import full_size
from models import hardware
from models.placement import CONTEXT, Plan, plan
from models.roles import GB, RESERVED, Role
from tests.nvml import A100, GTX_1660, T4, Card, StandInNvml
from ui import theme
from ui.resources import ResourcePanel

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "panel"
CARDS: dict[int, tuple[Card, ...]] = {1: (T4,), 2: (T4, GTX_1660), 3: (A100,), 4: (T4, T4)}
RAM = 32 * GB
LOAD_SECONDS = 60


def seen(number: int, nvml: StandInNvml) -> tuple[Plan, list[Reading]]:
    """The plan of a set-up and two minutes in which its models are loaded, read from the stand-in driver."""
    nvml.show(*CARDS[number])
    found = plan(_read(0), full_size())
    readings = []
    order = [Role.ASR, Role.LLM, Role.VLM, Role.TTS, Role.TRANSLATION]
    for second in range(120):
        here = set(order[: 1 + max(0, second - 10) * len(order) // LOAD_SECONDS])
        roles = tuple(_role(found, role, role in here) for role in Role)
        for gpu in found.machine.gpus:
            ours = sum(role.vram for role in roles if role.placement.gpu == gpu.index)
            nvml.set(gpu.index, ours=ours + CONTEXT if ours else 0)
        private = GB // 2 + sum(role.ram for role in roles)
        readings.append(Reading(float(second), _read(private), roles, 31.4))
    return found, readings


def _read(private: int) -> hardware.Hardware:
    """The stand-in's cards, in a machine whose main memory is always the same."""
    ours = private or GB // 2
    return replace(hardware.read(), ram_total=RAM, ram_free=RAM - 3 * GB - private, ram_ours=ours, ram_private=private)


def _role(found: Plan, role: Role, loaded: bool) -> RoleReading:
    planned = found.roles[role]
    assert planned.placement is not None
    taken = planned.predicted
    state = RoleState.READY if loaded else RoleState.WAITING
    size = (taken.ram, taken.vram - taken.card.picture) if loaded else (0, 0)
    cards = (planned.model,) if loaded else ()
    return RoleReading(role, state, planned.placement, RESERVED[role], *size, cards)


@pytest.fixture
def picture(qapp: QApplication, show: Callable[..., None]) -> Iterator[Callable[..., None]]:
    def take(found: Plan, readings: list[Reading], name: str, colors: str = "light", unfold: str = "") -> None:
        theme.apply(qapp, colors)
        panel = ResourcePanel()
        panel.show_plan(found)
        show(panel, theme.PANEL_WIDTH, 1190)
        for reading in readings:
            panel.show_reading(reading)
        if unfold:
            panel._unfold(unfold)
        panel._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        panel._scroll.clearFocus()
        QTest.qWait(50)
        content = panel._scroll.widget()
        height = panel._speed.mapTo(content, QPoint(0, panel._speed.height())).y() + theme.GAP
        image = panel.grab().toImage().copy(0, 0, panel.width(), height)
        FOLDER.mkdir(parents=True, exist_ok=True)
        assert image.save(str(FOLDER / f"{name}.png"))

    yield take
    theme.apply(qapp, "light")


@pytest.mark.parametrize("number", CARDS)
def test_picture(number: int, stand_in_nvml: StandInNvml, picture: Callable[..., None]) -> None:
    picture(*seen(number, stand_in_nvml), f"setup-{number}")


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_details(stand_in_nvml: StandInNvml, picture: Callable[..., None], colors: str) -> None:
    picture(*seen(1, stand_in_nvml), f"details-{colors}", colors=colors, unfold="llm")
