"""Another computer on the settings page: off at first, a warning in words, the key hidden, a test, and off again."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.monitor import RoleReading, RoleState
from app.settings import Settings
from models.roles import Placement, Role
from tests.ui.panels import Seen, five, machine, moment
from ui.preferences import Preferences
from ui.resources import ResourcePanel

ON = Settings(remote_address="10.0.0.5:8000", remote_text=True, remote_model="large")


class Page:
    def __init__(self, settings: Settings) -> None:
        self.window = Preferences(settings, "/somewhere", "1")
        self.told: list[object] = []
        self.window.changed.connect(self.told.append)
        self.window.keyGiven.connect(self.told.append)
        self.window.testedElsewhere.connect(self.told.append)
        self.window.present()

    def named(self, kind: type, name: str) -> "QLabel | QLineEdit | QPushButton":
        (found,) = [each for each in self.window.findChildren(kind) if each.accessibleName() == name]
        return found

    def click(self, name: str) -> None:
        QTest.mouseClick(self.named(QPushButton, name), Qt.MouseButton.LeftButton)

    @property
    def words(self) -> str:
        return "\n".join(label.text() for label in self.window.findChildren(QLabel))


@pytest.fixture
def page(qapp: object) -> Callable[[Settings], Page]:
    return Page


def test_it_is_off_at_first(page: Callable[[Settings], Page]) -> None:
    here = page(Settings())
    assert "Off: every model runs on this machine." in here.words
    assert "Nothing leaves this machine" in here.words
    for name in ("Turn the other computer off", "Test the other computer", "Keep the key"):
        assert not here.named(QPushButton, name).isEnabled()


def test_what_leaves_the_machine_stands_in_words(page: Callable[[Settings], Page]) -> None:
    here = page(ON)
    assert "What you ask and the talk before it leave this machine and go to 10.0.0.5:8000, not encrypted" in here.words
    assert "Nothing leaves this machine" not in here.words
    assert "goes to 10.0.0.5:8000; everything else is worked on here" in here.words
    here.click("Turn the other computer off")
    (settings,) = here.told
    assert isinstance(settings, Settings)
    assert not settings.remote_text
    assert settings.remote_address == ON.remote_address
    assert "Nothing leaves this machine" in here.words


def test_the_address_is_typed(page: Callable[[Settings], Page]) -> None:
    here = page(Settings())
    edit = here.named(QLineEdit, "Address")
    QTest.keyClicks(edit, "localhost:8000")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert here.told == [Settings(remote_address="localhost:8000")]


def test_the_key_is_hidden_told_once_and_not_kept_on_the_page(page: Callable[[Settings], Page]) -> None:
    here = page(ON)
    edit = here.named(QLineEdit, "Key")
    assert isinstance(edit, QLineEdit)
    assert edit.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClicks(edit, "secret-1")
    here.click("Keep the key")
    assert here.told == ["secret-1"]
    here.window.elsewhere.tell_key("The key is in the system's keyring.")
    assert edit.text() == ""
    assert "The key is in the system's keyring." in here.words


def test_a_key_can_be_forgotten(page: Callable[[Settings], Page]) -> None:
    here = page(Settings(remote_address="10.0.0.5:8000", remote_key_for="http://10.0.0.5:8000"))
    assert "There is a key for this server." in here.words
    here.click("Forget the key")
    assert here.told == [""]


def test_a_test_tells_in_a_sentence_and_ends_with_the_page(page: Callable[[Settings], Page]) -> None:
    here = page(ON)
    here.click("Test the other computer")
    assert here.told == [True]
    assert "Asking" in here.words
    here.window.elsewhere.tell_test("It works.\u202e <b>\n")
    assert here.told == [True, False]
    assert here.named(QLabel, "What the test found").text() == "It works. <b>"
    here.click("Test the other computer")
    here.window.close()
    assert here.told == [True, False, True, False]


def test_the_panel_says_remote(show: Callable[..., None]) -> None:
    panel = ResourcePanel()
    show(panel, 320, 900)
    seen = Seen(panel)
    away = RoleReading(Role.LLM, RoleState.READY, Placement(host="10.0.0.5:8000"), 0, 0, 0, ("remote-llm",))
    others = five(dict.fromkeys(Role))
    panel.show_reading(moment(machine(), tuple(away if each.role is Role.LLM else each for each in others)))
    assert seen.told("Language model") == "Ready, on another computer: 10.0.0.5:8000."
    assert "Its address: 10.0.0.5:8000<br>It takes no memory here." in seen.tip("Language model", 30, 10)
    assert "Language model" not in seen.told("Memory")
