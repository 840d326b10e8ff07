"""The plan page: opened by key and from the panel, what it tells, and another card."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton

from tests.nvml import T4, StandInNvml
from tests.ui.desk import Parley, until
from ui import theme
from ui.plan_page import MachineBar, PlanPage


@pytest.fixture
def parley(qapp: QApplication, stand_in_nvml: StandInNvml, tmp_path: Path) -> Iterator[Parley]:
    stand_in_nvml.show(T4)
    here = Parley(tmp_path / "data")
    until(lambda: here.ready)
    yield here
    here.close()
    theme.apply(qapp, "light")


def test_the_plan_page(parley: Parley, tmp_path: Path, qapp: QApplication) -> None:
    parley.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    page = parley.window.findChild(PlanPage)
    assert page is not None

    def texts() -> str:
        return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())

    until(lambda: "Set-up 4" in texts())
    assert "This computer, with the models that are here" in texts()
    # A heading is told once, above its sentences.
    assert texts().splitlines().count("What the next card would buy") == 5
    first = next(bar for bar in page.findChildren(MachineBar) if bar.accessibleName() == "GPU 0, Tesla T4")
    assert "Language model 6 gigabytes" in first.accessibleDescription()
    until(lambda: not first.grab().isNull())
    cards = page.findChild(QComboBox)
    assert cards is not None
    cards.setCurrentText("GeForce RTX 3060")
    cards.activated.emit(cards.currentIndex())
    until(lambda: "with a GeForce RTX 3060" in texts())
    for name, width, look in (("light", 760, "light"), ("dark", 760, "dark"), ("narrow", 440, "light")):
        theme.apply(qapp, look)
        page.resize(width, 760)
        qapp.processEvents()
        assert page.findChildren(MachineBar)[0].width() < width
        page.grab().save(str(tmp_path / f"plan-{name}.png"))
    cards.setCurrentIndex(0)
    page.close()
    buttons = parley.window.resources.findChildren(QPushButton)
    next(button for button in buttons if button.text().startswith("What other cards")).click()
    assert page.isVisible()
    until(lambda: "with a GeForce RTX 3060" not in texts())
