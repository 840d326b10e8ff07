"""The settings page: a control for every setting, what it tells, the devices, and that it fits a small screen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.settings import Option, Settings, options
from ui import level as meters
from ui import theme
from ui.fields import field
from ui.preferences import Preferences
from ui.switch import Switch

FOLDER = "/home/somebody/.local/share/parley"


@dataclass
class Page:
    window: Preferences
    told: list[Any]
    """Settings as they were told, and the names of other signals."""

    def control(self, title: str) -> Any:
        """The control with this accessible name."""
        found = [
            each
            for kind in (Switch, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton)
            for each in self.window.findChildren(kind)
            if each.accessibleName() == title
        ]
        assert len(found) == 1, f"{len(found)} controls called {title}"
        return found[0]

    def click(self, title: str) -> None:
        QTest.mouseClick(self.control(title), Qt.MouseButton.LeftButton)

    def choose(self, title: str, words: str) -> None:
        """As a person does with the keyboard: open the list, go to the entry, take it."""
        box = self.control(title)
        place = box.findText(words)
        assert place >= 0, [box.itemText(n) for n in range(box.count())]
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(place):
            QTest.keyClick(box, Qt.Key.Key_Down)

    def entries(self, title: str) -> list[str]:
        box = self.control(title)
        return [box.itemText(n) for n in range(box.count())]

    def in_view(self, title: str) -> bool:
        """The page is scrolled to where the control is."""
        QApplication.processEvents()
        view, control = self.window.findChild(QScrollArea).viewport(), self.control(title)
        return bool(view.rect().contains(control.mapTo(view, control.rect().center())))

    def says(self, part: str) -> bool:
        QApplication.processEvents()
        return any(part in label.text() for label in self.window.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def page(show: Callable[..., None]) -> Page:
    window = Preferences(Settings(), FOLDER, "1.2.3")
    told: list[Any] = []
    window.changed.connect(told.append)
    window.microphoneTest.connect(lambda on: told.append(f"test {on}"))
    window.soundTest.connect(lambda: told.append("sound"))
    window.devicesWanted.connect(lambda: told.append("devices"))
    window.folderWanted.connect(lambda: told.append("folder"))
    show(window, 620, 720)
    return Page(window, told)


def test_every_setting_that_is_shown_has_a_control_with_its_description(page: Page) -> None:
    for _, kind, default, option in options():
        if not option.shown:
            continue
        control = page.control(option.title)
        assert control.accessibleDescription() == option.description
        if kind is bool:
            assert control.isChecked() is default
        elif kind is float:
            assert control.value() == default
            assert (control.minimum(), control.maximum()) == (option.low, option.high)
        elif not option.choices:
            assert control.text() == default
        else:
            assert control.currentData() == default
            assert [control.itemText(n) for n in range(control.count())] == list(option.titles)


def test_groups_come_in_the_tables_order(page: Page) -> None:
    headings = [label.text() for label in page.window.findChildren(QLabel) if label.property("tone") == "title"]
    groups = dict.fromkeys(option.group for *_, option in options() if option.shown)
    assert headings == [*groups, "About Parley"]


def test_a_switch_by_mouse_key_and_row(page: Page) -> None:
    page.click("Hands-free")
    assert page.told == [Settings(hands_free=True)]
    QTest.keyClick(page.control("Hands-free"), Qt.Key.Key_Space)
    assert page.told[1:] == [Settings()]
    row = page.control("Hands-free").parentWidget()
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(30, row.height() // 2))
    assert page.told[2:] == [Settings(hands_free=True)]


def test_a_choice(page: Page) -> None:
    page.choose("Colors", "Dark")
    assert page.told[-1] == Settings(theme="dark")
    assert page.window.settings == Settings(theme="dark")


def test_a_number_is_told_when_it_is_complete(page: Page) -> None:
    spin = page.control("Pause that ends a question")
    assert spin.text() == "0.6 s"
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "1.5")
    assert page.told == []
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert page.told == [Settings(end_silence=1.5)]
    QTest.keyClick(spin, Qt.Key.Key_Up)
    assert page.told[-1] == Settings(end_silence=1.6)
    spin.selectAll()
    QTest.keyClicks(spin, "99")
    QTest.keyClick(spin, Qt.Key.Key_Tab)
    assert 0.3 <= page.window.settings.end_silence <= 3.0
    assert page.window.isVisible()


def test_a_number_between_steps_is_left_alone(page: Page) -> None:
    typed = Settings(end_silence=0.654)
    page.window.show_settings(typed)
    page.click("Hands-free")
    assert page.told == [replace(typed, hands_free=True)]


def test_changes_add_up_and_what_came_from_elsewhere_is_kept(page: Page) -> None:
    page.click("Hands-free")
    page.window.show_settings(Settings(hands_free=True, language_out="es", speak=False))
    assert page.control("Speak answers").isChecked() is False
    page.click("Speak over an answer")
    assert page.told[-1] == Settings(hands_free=True, language_out="es", speak=False, barge_in=False)
    assert len(page.told) == 2


def test_free_text_is_told_when_it_is_complete(show: Callable[..., None]) -> None:
    holder = QWidget()
    text = field(str, Option("Group", "Name", "What to call you."), holder)
    QVBoxLayout(holder).addWidget(text)
    told: list[str] = []
    text.edited.connect(told.append)
    text.show_value("Ann")
    show(holder)
    edit = holder.findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    QTest.keyClicks(edit, " Lee ")
    assert told == []
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert told == ["Ann Lee"]
    edit.clearFocus()
    assert told == ["Ann Lee"]


def test_a_type_without_a_control_is_an_error() -> None:
    with pytest.raises(TypeError, match="no control for a setting of type dict"):
        field(dict, Option("Group", "Title", "Description"), QWidget())


def test_devices(page: Page) -> None:
    assert page.entries("Microphone") == ["System default"]
    page.window.set_devices(("Built-in", "USB <b>mic</b>", "Built-in"), ("Loudspeaker",))
    assert page.entries("Microphone") == ["System default", "Built-in", "USB <b>mic</b>"]
    page.choose("Microphone", "USB <b>mic</b>")
    page.choose("Speaker", "Loudspeaker")
    assert page.told[-1] == Settings(microphone="USB <b>mic</b>", speaker="Loudspeaker")


def test_a_chosen_device_that_is_gone_stays_listed_until_another_is_chosen(page: Page) -> None:
    page.window.show_settings(Settings(microphone="Headset"))
    assert page.control("Microphone").currentText() == "Headset"  # nobody has looked yet
    page.window.set_devices(("Built-in",), ())
    assert page.entries("Microphone") == ["System default", "Built-in", "Headset (not connected)"]
    assert page.control("Microphone").currentData() == "Headset"
    page.window.set_devices(("Built-in", "Headset"), ())
    assert page.entries("Microphone") == ["System default", "Built-in", "Headset"]
    page.window.set_devices(("Built-in",), ())
    page.choose("Microphone", "System default")
    assert page.told[-1] == Settings()
    assert page.entries("Microphone") == ["System default", "Built-in"]


def test_no_device_at_all_is_said(page: Page) -> None:
    page.window.set_devices((), ("Loudspeaker",))
    assert page.says("No microphone is connected.")
    assert not page.says("No speaker is connected.")
    page.window.set_devices(("Built-in",), ())
    assert not page.says("No microphone is connected.")
    assert page.says("No speaker is connected.")


def test_the_microphone_is_open_only_while_it_is_tested(page: Page) -> None:
    page.window.show_level(-20.0)
    assert page.says("How loud the microphone is.")
    page.click("Test the microphone")
    assert page.says("Say something.")
    page.window.show_level(-50.0)
    assert page.says("Say something.")
    page.window.show_level(-20.0)
    assert page.says("Parley hears you.")
    page.window.show_level(-2.0)
    assert page.says("Very loud")
    page.click("Test the microphone")
    page.click("Test the microphone")
    QTest.keyClick(page.window, Qt.Key.Key_Escape)
    assert not page.window.isVisible()
    assert page.told == ["test True", "test False", "test True", "test False"]


@pytest.mark.parametrize(
    ("level", "filled"), [(-90, 0), (-60, 0), (-30, 0.5), (0, 1), (3, 1), (float("nan"), 0), (float("-inf"), 0)]
)
def test_the_level(page: Page, level: float, filled: float) -> None:
    page.window.show_level(level)
    assert page.window.meter.filled == filled
    assert not page.window.meter.grab().isNull()


def test_an_old_level_does_not_stay(page: Page, until: Callable[..., None]) -> None:
    page.window.show_level(-10.0)
    color = page.window.meter.grab().toImage().pixelColor(20, 4).name()
    assert color == theme.LIGHT.good
    assert page.window.meter.filled > 0
    until(lambda: page.window.meter.filled == 0)
    page.window.show_level(meters.LOUD)
    assert page.window.meter.grab().toImage().pixelColor(20, 4).name() == theme.LIGHT.danger


def test_buttons(page: Page) -> None:
    for name in ("Play a test sound", "Look again for sound devices", "Open the data folder"):
        QTest.keyClick(page.control(name), Qt.Key.Key_Space)
    assert page.told == ["sound", "devices", "folder"]


def test_what_parley_is(page: Page) -> None:
    assert page.says("Nothing leaves this machine")
    assert page.says("Parley 1.2.3, free software under the GNU General Public License, version 3 or later")
    assert any(label.text().replace("\u200b", "") == FOLDER for label in page.window.findChildren(QLabel))


def test_defaults_and_back(page: Page) -> None:
    button = page.control("Restore the defaults")
    assert not button.isEnabled()
    mine = Settings(hands_free=True, microphone="Headset", language_out="es", end_silence=2.0)
    page.window.show_settings(mine)
    page.click("Restore the defaults")
    assert page.told == [Settings(language_out="es")]
    assert page.control("Hands-free").isChecked() is False
    assert page.control("Microphone").currentData() == ""
    page.window.show_settings(Settings(language_out="en"))  # changed in the window in between
    page.click("Undo the defaults")
    assert page.told[1:] == [replace(mine, language_out="en")]
    assert page.control("Microphone").currentData() == "Headset"
    page.click("Restore the defaults")
    page.click("Speak answers")
    assert page.control("Restore the defaults").isEnabled()


def test_the_wheel_scrolls_and_sets_nothing(page: Page) -> None:
    page.window.resize(620, 400)
    QApplication.processEvents()
    box = page.control("Key to hold while speaking")
    bar = page.window.findChild(QScrollArea).verticalScrollBar()
    before = bar.value()
    QTest.wheelEvent(page.window.windowHandle(), QPointF(box.mapTo(page.window, QPoint(5, 5))), QPoint(0, -120))
    assert page.told == []
    assert bar.value() > before


def test_tab_brings_every_control_into_view(page: Page) -> None:
    page.window.resize(500, 360)
    page.control("Speak answers").setFocus()
    reached: list[str] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        name = focused.accessibleName() or focused.text()
        if name in reached:
            break
        reached.append(name)
        QApplication.processEvents()
        if page.window.findChild(QScrollArea).isAncestorOf(focused):
            assert page.in_view(name), name
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {option.title for *_, option in options() if option.shown} <= set(reached)
    page.window.findChild(QScrollArea).verticalScrollBar().setValue(0)
    page.control("Restore the defaults").setEnabled(True)
    page.control("Restore the defaults").setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert page.in_view("Open the data folder")
    devices = {"Microphone", "Test the microphone", "Speaker", "Play a test sound", "Open the data folder", "Close"}
    assert devices <= set(reached)


@pytest.mark.parametrize("width", [440, 620, 1200])
def test_no_word_is_cut_off(page: Page, width: int) -> None:
    page.window.show_settings(Settings(microphone="A very long name of a headset <i>x</i> " * 5))
    page.window.set_devices((), ())
    page.window.resize(width, 500)
    QApplication.processEvents()
    for label in page.window.findChildren(QLabel):
        if label.isVisible() and label.text():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
    bar = page.window.findChild(QScrollArea).horizontalScrollBar()
    assert bar.maximum() == 0
    assert page.window.width() == width


def test_presented_at_the_devices(page: Page) -> None:
    page.window.close()
    page.window.present_devices()
    assert QTest.qWaitForWindowActive(page.window, 10_000)
    assert QApplication.focusWidget() is page.control("Microphone")
    assert page.in_view("Microphone")
    page.window.resize(500, 340)
    page.window.present_devices()
    assert page.in_view("Microphone")
    room = page.window.screen().availableSize()
    assert page.window.height() < room.height()


def test_every_control_has_a_name(page: Page) -> None:
    buttons = [button for button in page.window.findChildren(QAbstractButton) if button.isVisible()]
    assert [button for button in buttons if not (button.accessibleName() or button.text())] == []
    assert page.window.meter.accessibleName()


def test_the_colors_of_a_switch(page: Page) -> None:
    switch = page.control("Hands-free")

    def ground() -> str:
        return str(switch.grab().toImage().pixelColor(switch.width() // 2, switch.height() // 2).name())

    off = ground()
    page.click("Hands-free")
    assert off != theme.LIGHT.accent
    assert ground() == theme.LIGHT.accent
