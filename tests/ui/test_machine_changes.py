"""The machine changes under the window: a lost card, memory that others take; and what a person changes in the panel.

Real engines, on the cards of a stand-in driver.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from app.events import AnswerPiece, EngineClosed, Event, PlanMade, ProblemRaised, ReadingTaken
from models.roles import Placement, Role
from tests.cards import Cards
from tests.nvml import T4
from tests.ui.desk import Parley, answer, until
from ui.fit import FitLine
from ui.meters import RoleRow
from ui.plan_page import MachineBar, PlanPage
from ui.preferences import Preferences
from ui.role_details import RoleDetails

MB = 1_000_000
QUESTION, ANSWER = "What is three plus four?", "Three plus four is seven."


class Here(Parley):
    """A window on a machine that the test plays, and everything that was told."""

    def __init__(self, folder: Path, cards: Cards) -> None:
        super().__init__(folder)
        self.cards = cards
        self.events: list[Event] = []
        self.desk._bus.subscribe(self.events.append)

    def row(self, name: str) -> RoleRow:
        return next(each for each in self.window.findChildren(RoleRow) if each.accessibleName() == name)

    def says(self, name: str) -> str:
        return self.row(name).accessibleDescription()

    def push(self, name: str, text: str) -> None:
        """Press a button of a role's details."""
        self.find(name, text).click()

    def find(self, name: str, text: str) -> QPushButton:
        shown = next(each for each in self.window.findChildren(RoleDetails) if name in each.accessibleName())
        if not shown.isVisible():
            self.row(name).setFocus()
            QTest.keyClick(self.row(name), Qt.Key.Key_Return)
        until(lambda: any(each.text() == text for each in shown.findChildren(QPushButton)))
        return next(each for each in shown.findChildren(QPushButton) if each.text() == text)

    def move(self, name: str, device: str) -> None:
        menu = self.find(name, "Move").menu()
        until(lambda: any(device in action.text() for action in menu.actions()))
        next(action for action in menu.actions() if device in action.text()).trigger()

    def settle(self) -> None:
        """Wait for the jobs behind the window."""
        done: list[object] = []
        self.desk._bridge.run_in_background(lambda: True, done.append, done.append)
        until(lambda: done)

    def where(self, card: str) -> Placement:
        """Where a model was opened last."""
        return [placement for name, placement in self.cards.loads if name == card][-1]


Open = Callable[[], Here]


@pytest.fixture
def here(qapp: QApplication, cards: Cards, tmp_path: Path) -> Iterator[Open]:
    opened: list[Here] = []

    def make() -> Here:
        opened.append(Here(tmp_path / "data", cards))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def ready(shown: Here) -> None:
    until(lambda: shown.ready and "Ready" in shown.says("Language model") and "Ready" in shown.says("Voice"))


def test_a_card_that_is_lost_in_an_answer_is_told_and_the_talk_goes_on(here: Open, cards: Cards) -> None:
    cards.show(T4, T4)
    shown = here()
    ready(shown)
    assert ", on GPU 0. " in shown.says("Language model")

    def pull(event: Event) -> None:
        if isinstance(event, AnswerPiece) and 0 in cards.free:
            cards.lose(0)

    shown.desk._bus.subscribe(pull)
    assert answer(shown.ask(QUESTION)) == ANSWER
    until(lambda: ", on GPU 1. " in shown.says("Language model") and ", on GPU 1. " in shown.says("Voice"))
    assert any(told.startswith("GPU 0 (Tesla T4) is lost. Parley goes on with ") for told in shown.sentences)
    assert answer(shown.ask("What is five plus one?")) == "Five plus one is six."


def test_a_card_that_is_lost_while_nobody_asks_is_noticed_within_five_seconds(here: Open, cards: Cards) -> None:
    cards.show(T4, T4)
    shown = here()
    ready(shown)
    cards.lose(0)
    begin = len(shown.events)
    until(lambda: any(isinstance(event, PlanMade) for event in shown.events[begin:]))
    since = shown.events[begin:]
    place = next(index for index, event in enumerate(since) if isinstance(event, PlanMade))
    # There is a reading a second. One may have been under way when the card was lost.
    assert sum(isinstance(event, ReadingTaken) for event in since[:place]) <= 3
    until(lambda: ", on GPU 1. " in shown.says("Language model"))
    assert answer(shown.ask(QUESTION)) == ANSWER


def test_memory_that_others_took_after_the_plan_is_told_and_costs_no_answer(here: Open, cards: Cards) -> None:
    cards.show(T4)
    shown = here()

    def take(event: Event) -> None:
        if isinstance(event, PlanMade) and cards.taken[0] == 0:
            cards.others_leave(0, 100 * MB)

    shown.desk._bus.subscribe(take)
    ready(shown)
    plans = [event.plan for event in shown.events if isinstance(event, PlanMade)]
    assert plans[0].placements[Role.LLM].gpu == 0
    assert shown.where("starter-llm").gpu is None
    told = [event.problem.message for event in shown.events if isinstance(event, ProblemRaised)]
    (model,) = [text for text in told if text.startswith("“Starter language model” makes do with ")]
    assert "the CPU instead of the graphics card: other programs have taken " in model
    # Of all that step down the banner shows the last one, with how many there were.
    assert any(" makes do with the CPU instead of the graphics card: other programs" in text for text in shown.notices)
    assert answer(shown.ask(QUESTION)) == ANSWER


def test_a_role_is_moved_made_smaller_unloaded_and_left_to_the_plan(here: Open, cards: Cards) -> None:
    cards.show(T4, T4)
    shown = here()
    ready(shown)
    whole = shown.where("starter-llm")
    assert (whole.gpu, whole.context is not None) == (0, True)
    shown.move("Language model", "GPU 1")
    until(lambda: shown.where("starter-llm").gpu == 1)
    shown.push("Language model", "Smaller")
    until(lambda: replace(shown.where("starter-llm"), gpu=0) != whole)
    until(lambda: ", on GPU 1. " in shown.says("Language model"))
    shown.push("Language model", "Unload")
    until(lambda: any(isinstance(event, EngineClosed) for event in shown.events))
    until(lambda: "Waiting" in shown.says("Language model"))
    assert answer(shown.ask(QUESTION)) == ANSWER
    until(lambda: "Ready" in shown.says("Language model"))
    shown.push("Language model", "As planned")
    until(lambda: shown.where("starter-llm") == whole)
    assert not any(isinstance(event, ProblemRaised) and event.problem.stage == "window" for event in shown.events)


def test_what_cannot_be_is_told_with_its_reason(here: Open, cards: Cards) -> None:
    cards.show(T4)
    shown = here()
    ready(shown)
    shown.move("Speech recognition", "GPU 0")
    until(lambda: "The recognizer stays on the CPU: Vosk cannot use a graphics card." in shown.sentences)
    shown.push("Voice", "Smaller")
    until(lambda: "The voice cannot be smaller: it is opened whole or not at all." in shown.sentences)
    shown.move("Voice", "CPU")
    until(lambda: ", on CPU. " in shown.says("Voice"))
    cards.others_leave(0, 0)
    shown.move("Voice", "GPU 0")
    until(lambda: any(text.startswith("The voice cannot move to GPU 0: it takes ") for text in shown.sentences))
    assert ", on CPU. " in shown.says("Voice")


def test_the_settings_tell_whether_the_models_fit(here: Open, cards: Cards) -> None:
    cards.show(T4)
    shown = here()
    ready(shown)
    shown.window.header.settingsRequested.emit()
    page = shown.window.findChild(Preferences)
    line = page.findChild(FitLine)
    until(lambda: line.accessibleName().startswith("Fits. "))
    cards.others_leave(0, 0)
    shown.window.header.settingsRequested.emit()
    until(lambda: "Other programs hold 1" in line.accessibleName())
    assert line.accessibleName().startswith("Fits with less: ")
    cards.nvml.set(0, others=0)
    button = line.findChild(QPushButton)
    assert button.text() == "Look again"
    button.click()
    until(lambda: line.accessibleName().startswith("Fits. "))
    assert not button.isVisible()
    page.close()
    # Looking for sound devices is slow, and is not cut short by the end.
    shown.settle()


def test_an_open_plan_page_follows_a_card_that_is_lost_and_comes_back(here: Open, cards: Cards) -> None:
    cards.show(T4, T4)
    shown = here()
    ready(shown)
    shown.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    page = shown.window.findChild(PlanPage)

    def bars() -> list[str]:
        """The memories of the first machine, which is this computer."""
        told = [each.accessibleName() for each in page.findChildren(MachineBar) if each.isVisible()]
        return told[: told.index("Main memory") + 1] if told else []

    def says(text: str) -> bool:
        return any(text in label.text() for label in page.findChildren(QLabel) if label.isVisible())

    until(lambda: bars() == ["GPU 0, Tesla T4", "GPU 1, Tesla T4", "Main memory"])
    scroll = page.findChild(QScrollArea).verticalScrollBar()
    until(lambda: scroll.maximum() > 200)
    scroll.setValue(200)
    cards.lose(0)
    until(lambda: bars() == ["GPU 1, Tesla T4", "Main memory"])
    until(lambda: scroll.value() == 200)
    assert says("run on GPU 1.")
    assert not says("there again")
    until(lambda: ", on GPU 1. " in shown.says("Language model"))
    cards.come_back(0)
    until(lambda: says("GPU 0 (Tesla T4) is there again"))
    assert bars() == ["GPU 1, Tesla T4", "Main memory"]  # as the models are placed now
    shown.move("Voice", "CPU")
    until(lambda: bars() == ["GPU 0, Tesla T4", "GPU 1, Tesla T4", "Main memory"])
    assert not says("there again")
    page.close()
    count = len(shown.events)
    cards.lose(0)
    until(lambda: any(isinstance(event, PlanMade) for event in shown.events[count:]))
    assert bars() == []
    shown.settle()
