"""The ways into the models page and out of it, in the whole window: larger models, a whole set, an import."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from app.events import EngineReady
from models import available, catalog
from models.roles import CancelToken, Role
from models.store import importing
from models.store.importing import Told
from tests.ui.desk import Parley, answer, until
from ui.import_page import ImportPage
from ui.models_page import ModelsPage
from ui.set_offer import SetPage

STARTERS = catalog.starter_folder()


@pytest.fixture
def here(qapp: QApplication, tmp_path: Path) -> Iterator[Parley]:
    made = Parley(tmp_path / "data")
    until(lambda: made.ready)
    yield made
    made.close()


def press(parent: QWidget, words: str) -> None:
    """As a person does by keyboard."""
    (button,) = [each for each in parent.findChildren(QPushButton) if each.text() == words and each.isVisible()]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def test_an_answer_beyond_the_starter_leads_to_a_set_for_this_computer(here: Parley) -> None:
    turn = here.ask("What is the meaning of a promise in civil law?")
    assert answer(turn).startswith("I am only the starter model")
    assert turn.larger is not None
    turn.larger.click()
    (page,) = here.window.findChildren(ModelsPage)
    until(lambda: page.shown)
    assert page.isVisible()
    # The set is what the tab key comes to first after the choice of what is listed.
    page.sieve.last.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Tab)
    focused = page.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "Show the set"
    QTest.keyClick(focused, Qt.Key.Key_Space)
    (offered,) = page.findChildren(SetPage)
    until(offered.install.isEnabled)


def test_a_model_that_fails_as_it_is_opened_is_told_and_another_one_answers(qapp: QApplication, tmp_path: Path) -> None:
    """One that was never tried, as after an update that tries all anew."""
    path, data = tmp_path / "odd.gguf", tmp_path / "data"
    path.write_bytes((STARTERS / "llm" / "model.gguf").read_bytes().replace(b"llama", b"lllma"))
    importing.bring_in([path], available.store(data), Told(), CancelToken())
    here = Parley(data)
    try:
        until(lambda: any(problem.code == "model-refused" for problem in here.window.banner.problems))
        until(lambda: here.ready and "starter-llm" in here.desk._here)
        assert "Tokyo" in answer(here.ask("What is the capital of Japan?"))
        (problem,) = [each for each in here.window.banner.problems if each.code == "model-refused"]
        assert "lllma" in problem.message
        assert problem.remedy == "Verify it to have it tried again, or choose another model."
        for _ in here.window.banner.problems:  # others may be shown before it
            if any(each.text() == "Open the models" and each.isVisible() for each in buttons(here)):
                break
            next(
                each for each in here.window.banner.findChildren(QAbstractButton) if each.objectName() == "next"
            ).click()
        press(here.window.banner, "Open the models")
        (page,) = here.window.findChildren(ModelsPage)
        until(lambda: page.shown)
        (row,) = [row for row in page.shown if row.model.id == "parley-starter-language-model"]
        assert row.model.reason == f"{problem.message} Try it again, or choose another one."
    finally:
        here.close()


def buttons(here: Parley) -> list[QPushButton]:
    return here.window.banner.findChildren(QPushButton)


def test_an_imported_model_is_on_the_page_and_answers(here: Parley, tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    shutil.copy(STARTERS / "llm" / "model.gguf", path)
    loaded: list[str] = []
    here.desk._bus.subscribe(lambda event: loaded.append(event.card) if isinstance(event, EngineReady) else None)
    here.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    (page,) = here.window.findChildren(ModelsPage)
    until(lambda: page.shown)
    press(page, "Import…")
    (bringing,) = page.findChildren(ImportPage)
    bringing.pathsChosen.emit([str(path)])
    until(bringing._import.isEnabled)
    bringing._name.setText("My own mind")
    press(bringing, "Import")
    until(lambda: any(each.text() == "Use it" and each.isVisible() for each in bringing.findChildren(QPushButton)))
    until(lambda: any(row.model.id == "my-own-mind" for row in page.shown))
    press(bringing, "Use it")
    until(lambda: any(row.model.id == "my-own-mind" and row.model.in_use for row in page.shown))
    (row,) = [row for row in page.shown if row.model.id == "my-own-mind"]
    until(lambda: row.prospect is not None or page._scroll.ensureWidgetVisible(row) is not None)
    bringing.close()
    page.close()
    until(lambda: "my-own-mind" in loaded)
    assert "seven" in answer(here.ask("What is three plus four?"))
    (one,) = available.store(tmp_path / "data").installed()
    assert (one.card.name, one.card.role) == ("My own mind", Role.LLM)
