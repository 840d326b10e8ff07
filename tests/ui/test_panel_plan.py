"""The panel and the plan: every set-up shown truly, forecast and peak, and a role's details by mouse and keyboard."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from models.hardware import Activity
from models.roles import GB, Role
from tests.nvml import StandInNvml
from tests.ui.panels import ONE_T4, Seen, five, machine, moment, t4
from tests.ui.setups import seen as seen_set_up
from ui import shares, theme
from ui.resources import ResourcePanel
from ui.role_details import MOVE, SMALLER, UNLOAD, RoleDetails


@pytest.fixture
def seen(show: Callable[..., None]) -> Seen:
    panel = ResourcePanel()
    show(panel, theme.PANEL_WIDTH, 1150)
    return Seen(panel)


@pytest.mark.parametrize(
    ("number", "devices"),
    [
        (1, ("CPU", "CPU", "GPU 0", "GPU 0", "GPU 0")),
        (2, ("CPU", "CPU", "GPU 0", "GPU 0", "GPU 0")),
        (3, ("CPU", "GPU 0", "GPU 0", "GPU 0", "GPU 0")),
        (4, ("CPU", "CPU", "GPU 0", "GPU 1", "GPU 0")),
    ],
)
def test_each_set_up_is_shown_truly(
    seen: Seen, stand_in_nvml: StandInNvml, number: int, devices: tuple[str, ...]
) -> None:
    plan, readings = seen_set_up(number, stand_in_nvml)
    seen.panel.show_plan(plan)
    for reading in readings:
        seen.panel.show_reading(reading)
    for role, device in zip(Role, devices, strict=True):
        assert f", on {device}. " in seen.told(shares.ROLE_NAMES[role.value])
    for gpu in readings[-1].hardware.gpus:
        told = seen.told(f"Memory of GPU {gpu.index}, {gpu.name}")
        assert f"Parley {shares.words(gpu.ours or 0)}" in told
        assert f"Free {shares.words(gpu.free)}" in told
        here = [planned for planned in plan.roles.values() if planned.placement and planned.placement.gpu == gpu.index]
        assert ("With all models as planned " in told) == bool(here)
        for planned in here:
            assert shares.ROLE_NAMES[planned.role.value] in told
        if here:
            # What is loaded is what was forecast but for the peak of a picture, so the line is never below the bar.
            shown = shares.of_card(readings[-1], gpu, plan)
            assert shown.forecast is not None
            peak = sum(planned.predicted.card.picture for planned in here)
            assert shown.forecast - shown.used == peak


def test_the_peak_stays_when_memory_is_given_back(seen: Seen) -> None:
    name = "Memory of GPU 0, Tesla T4"
    seen.panel.show_reading(ONE_T4)
    assert "At most" not in seen.told(name)
    seen.panel.show_reading(moment(machine([t4(ours=2 * GB, used=3 * GB)]), five({**dict.fromkeys(Role)}), at=2))
    assert seen.told(name).endswith("At most 13.5 gigabytes so far.")


def test_heat_power_clock_and_work_as_far_as_the_driver_tells(seen: Seen) -> None:
    told = replace(t4(), activity=Activity(temperature=41, power=27.3, power_limit=70.0, clock=585, busy=37))
    name = "Activity of GPU 0, Tesla T4"
    seen.panel.show_reading(moment(machine([told]), ONE_T4.roles))
    assert (
        seen.told(name) == "Temperature: 41 °C. Power: 27 of at most 70 W. Clock: 585 MHz. Computes: 37 % of the time"
    )
    assert name in seen.names()
    seen.panel.show_reading(moment(machine([t4()]), ONE_T4.roles, at=2))
    assert name not in seen.names()


def details(seen: Seen, role: str) -> RoleDetails:
    return next(each for each in seen.panel.findChildren(RoleDetails) if role in each.accessibleName())


def words(shown: RoleDetails) -> str:
    return "\n".join(label.text() for label in shown.findChildren(QLabel) if label.isVisible())


def button(shown: RoleDetails, text: str) -> QPushButton:
    return next(each for each in shown.findChildren(QPushButton) if each.text() == text)


def test_a_role_unfolds_by_mouse_and_by_keyboard(seen: Seen, stand_in_nvml: StandInNvml) -> None:
    plan, readings = seen_set_up(2, stand_in_nvml)
    seen.panel.show_plan(plan)
    seen.panel.show_reading(readings[-1])
    shown = details(seen, "Language model")
    assert not shown.isVisible()
    QTest.mouseClick(seen.gauge("Language model"), Qt.MouseButton.LeftButton)
    assert shown.isVisible()
    told = words(shown)
    assert "Forecast 5.7 GB, took 5.7 GB" in told
    assert "Device: GPU 0, Tesla T4" in told
    assert f"Model: {plan.roles[Role.LLM].model}" in told
    wanted: list[tuple[str, str, object]] = []
    seen.panel.actionWanted.connect(lambda *told: wanted.append(told))
    QTest.mouseClick(button(shown, "Smaller"), Qt.MouseButton.LeftButton)
    QTest.keyClick(button(shown, "Unload"), Qt.Key.Key_Space)
    menu = button(shown, "Move").menu()
    assert [action.text().split(":")[0] for action in menu.actions()] == ["To CPU", "To GPU 1, NVIDIA GeForce GTX 1660"]
    for action in menu.actions():
        action.trigger()
    assert wanted == [(SMALLER, "llm", None), (UNLOAD, "llm", None), (MOVE, "llm", None), (MOVE, "llm", 1)]
    seen.gauge("Language model").setFocus()
    QTest.keyClick(seen.gauge("Language model"), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is button(shown, "Move")
    row = seen.gauge("Voice")
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert details(seen, "Voice").isVisible()
    assert not shown.isVisible()
    QTest.keyClick(details(seen, "Voice"), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not details(seen, "Voice").isVisible()
    assert row.hasFocus()


def test_what_was_changed_can_be_left_to_the_plan_again(seen: Seen, stand_in_nvml: StandInNvml) -> None:
    plan, readings = seen_set_up(1, stand_in_nvml)
    seen.panel.show_reading(readings[-1])
    QTest.mouseClick(seen.gauge("Language model"), Qt.MouseButton.LeftButton)
    shown = details(seen, "Language model")
    seen.panel.show_plan(plan)
    assert not button(shown, "As planned").isVisible()
    seen.panel.show_plan(plan, frozenset({"llm"}))
    assert button(shown, "As planned").isVisible()
