"""The page of a whole set: what it shows, choosing languages, and installing, by mouse and keyboard."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.fits import Fix
from app.settings import Settings
from models.catalog import Card
from models.hardware import Gpu, Hardware
from models.places import Places
from models.residency import starter_library
from models.roles import GB
from tests.ui.desk import until
from ui.bridge import Bridge
from ui.set_offer import SetOffering, SetPage

T4 = Gpu(0, "Tesla T4", 16 * GB, 15_800_000_000, 0, None, (7, 5), 320 * GB)


class Shop:
    """The page behind its entrance, and what was wanted there."""

    def __init__(self, folder: Path, *gpus: Gpu, ram: int = 32) -> None:
        machine = Hardware(gpus, None if gpus else "no card", None, ram * GB, ram * GB * 8 // 10, 8)
        self.places = Places(starter_library(folder / "converted", {}), read=lambda: machine)
        self.bridge = Bridge(lambda event: None)
        self.known: Places | None = self.places
        self.settings = Settings(language_in="es", models="mine")
        self.installed: list[Card] = []
        self.fixes: list[Fix] = []
        self.offering = SetOffering(
            self.bridge,
            folder,
            lambda: self.settings,
            self._change,
            self.installed.extend,
            self.fixes.append,
            lambda: self.known,
        )
        self.window = QWidget()
        self.entrance = self.offering.entrance()
        self.entrance.setParent(self.window)
        self.window.show()

    def _change(self, settings: Settings) -> None:
        self.settings = settings

    def open(self) -> SetPage:
        (button,) = self.entrance.findChildren(QPushButton)
        QTest.keyClick(button, Qt.Key.Key_Space)
        (page,) = self.window.findChildren(SetPage)
        return page


@pytest.fixture
def shop(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def make(*gpus: Gpu, ram: int = 32) -> Shop:
        opened.append(Shop(tmp_path, *gpus, ram=ram))
        return opened[-1]

    yield make
    for each in opened:
        each.bridge.close(10)
        each.window.close()
        each.window.deleteLater()


def texts(page: SetPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_the_set_is_shown_and_installed_by_keyboard(shop: Callable[..., Shop]) -> None:
    here = shop(T4)
    page = here.open()
    assert not page.install.isEnabled()
    assert "Looking at this computer and its catalog…" in texts(page)
    until(page.install.isEnabled)
    until(lambda: "Qwen3 8B" in texts(page))
    shown = texts(page)
    assert {"Answering", "Looking at pictures", "Speaking", "Qwen3 8B"} <= set(shown)
    assert any("tokens a second on GPU 0" in text for text in shown)
    assert any("to download: about" in text for text in shown)
    assert any(text.startswith("Fits. ") for text in shown)
    for button in page.findChildren(QPushButton):
        assert button.accessibleName() or button.text() or not button.isVisible()
    page.install.setFocus()
    QTest.keyClick(page.install, Qt.Key.Key_Space)
    assert not page.isVisible()
    names = [card.id for card in here.installed]
    assert "qwen3-8b" in names
    assert any(card.source == ("es",) for card in here.installed)
    # What the person had chosen before comes after the set.
    assert here.settings.models.split() == [*sorted(names, key=here.settings.models.split().index), "mine"]
    assert here.settings.models.split()[-1] == "mine"


def test_the_languages_are_those_of_the_settings_until_others_are_chosen(shop: Callable[..., Shop]) -> None:
    here = shop(T4)
    page = here.open()
    until(page.install.isEnabled)
    (button,) = [each for each in page.findChildren(QPushButton) if each.menu() is not None]
    assert button.text() == "Languages: Spanish, English"
    menu = button.menu()
    actions = {action.text(): action for action in menu.actions()}
    assert [name for name, action in actions.items() if action.isChecked()] == ["English", "Spanish"]
    menu.popup(page.mapToGlobal(page.rect().topLeft()))
    menu.setActiveAction(actions["French"])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert button.accessibleName() == "Languages of the set: English, French, Spanish"
    assert not page.install.isEnabled()
    until(page.install.isEnabled)
    until(lambda: any("French" in text for text in texts(page)))
    for name in ("French", "Spanish", "English"):
        actions[name].trigger()
    assert actions["English"].isChecked(), "a set is for one language at least"
    until(page.install.isEnabled)
    until(lambda: "Looking at pictures" in texts(page))
    assert not any("Spanish" in text for text in texts(page))


def test_the_window_works_while_the_set_is_chosen(shop: Callable[..., Shop]) -> None:
    here = shop(T4)
    began = time.perf_counter()
    page = here.open()
    assert time.perf_counter() - began < 1.0
    until(page.install.isEnabled)


def test_what_does_not_fit_is_told_and_mended_by_a_button(shop: Callable[..., Shop]) -> None:
    here = shop(ram=6)
    page = here.open()
    until(page.install.isEnabled)
    assert any(text.startswith("Does not fit: ") for text in texts(page))
    fix = next(each for each in page.findChildren(QPushButton) if each.text() == "Let them take turns")
    QTest.keyClick(fix, Qt.Key.Key_Space)
    assert [each.label for each in here.fixes] == ["Let them take turns"]
    assert not page.install.isEnabled(), "it is looked at anew"
    until(page.install.isEnabled)


def test_before_the_models_are_known_nothing_is_offered(shop: Callable[..., Shop]) -> None:
    here = shop(T4)
    here.known = None
    page = here.open()
    assert "Parley is still starting. Open this again in a moment." in texts(page)
    assert not page.install.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
    here.known = here.places
    here.open()
    until(page.install.isEnabled)
