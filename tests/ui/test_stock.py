"""Models installed, used and removed in the window: a real server, real files, the real assistant behind it."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton

from app import settings as settings_file
from app.cli import main
from models import available, catalog
from models.catalog import Card
from models.store.installed import Store
from tests.hub import GOOD, Asked, Bad, Hub, running
from tests.ui.desk import Parley, answer, until
from ui.model_row import ModelRow
from ui.models_page import ModelsPage

CONTENT = (catalog.starter_folder() / "llm" / "model.gguf").read_bytes()
SIZE = f"{len(CONTENT) / 1e6:.1f} MB"
WANTED = next(card for card in catalog.load() if len(card.origins) == 1 and card.role == "llm" and not card.starter)
"""A model of the catalog, in whose place the server has the starter's."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        (origin,) = WANTED.origins
        server.add(origin.hub, origin.path, CONTENT)
        yield server


@pytest.fixture
def data(hub: Hub, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "settings.toml").write_text(f'mirror = "{hub.url}"\nspeak = false\n')
    return folder


@pytest.fixture
def parley(qapp: QApplication, data: Path) -> Iterator[Callable[[], Parley]]:
    """Opens a window on the data folder."""
    opened: list[Parley] = []

    def make() -> Parley:
        opened.append(Parley(data))
        until(lambda: opened[-1].ready)
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def models_page(here: Parley) -> ModelsPage:
    """The page, opened by its key."""
    here.window.activateWindow()
    here.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    (page,) = here.window.findChildren(ModelsPage)
    until(lambda: page.shown)
    page.sieve.search.setText(WANTED.name)
    until(lambda: page.shown and row(page).built)
    return page


def row(page: ModelsPage, card: Card = WANTED) -> ModelRow:
    (found,) = [each for each in page.shown if each.model.id == card.id]
    return found


def buttons(row: ModelRow) -> list[str]:
    """What the buttons of a row say, but the one for its details."""
    return [
        button.text()
        for button in row.findChildren(QPushButton)
        if button.isVisible() and button.text() not in ("Details", "Less")
    ]


def press(row: ModelRow, word: str) -> None:
    """As a person does by keyboard."""
    (button,) = [each for each in row.findChildren(QPushButton) if each.isVisible() and each.text() == word]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def shown(page: ModelsPage) -> str:
    return " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def texts(row: ModelRow) -> str:
    return " | ".join(label.text() for label in row.findChildren(QLabel) if label.isVisible())


def test_a_model_is_installed_with_a_pause_and_answers(parley: Callable[[], Parley], hub: Hub, data: Path) -> None:
    go = threading.Event()

    def script(asked: Asked) -> Bad:
        return Bad(stall=1_000_000) if asked.path.startswith("/cdn/") and not go.is_set() else GOOD

    hub.script = script
    here = parley()
    page = models_page(here)
    assert buttons(row(page)) == ["Install"]
    press(row(page), "Install")
    until(lambda: f"of {SIZE}" in texts(row(page)))
    bar = next(each for each in row(page).findChildren(QProgressBar))
    until(lambda: bar.value() > 200)
    assert sorted(buttons(row(page))) == ["Cancel", "Pause"]
    press(row(page), "Pause")
    until(lambda: "Paused: " in texts(row(page)))
    assert not available.store(data).installed()
    go.set()
    press(row(page), "Resume")
    until(lambda: row(page).model.in_use)
    assert "In use" in texts(row(page))
    assert buttons(row(page)) == []
    assert [one.fault for one in available.store(data).installed()] == [""]
    until(lambda: here.ready)
    assert "Tokyo" in answer(here.ask("What is the capital of Japan?"))
    assert WANTED.id in here.desk._here


def test_what_fails_says_why_and_can_be_tried_again_or_given_up(
    parley: Callable[[], Parley], hub: Hub, data: Path
) -> None:
    hub.script = lambda asked: Bad(status=404)
    here = parley()
    page = models_page(here)
    press(row(page), "Install")
    until(lambda: "Try again" in buttons(row(page)))
    assert "does not have" in texts(row(page))
    store = available.store(data)
    assert store.coming(WANTED.id).exists()
    press(row(page), "Cancel")
    until(lambda: buttons(row(page)) == ["Install"] and not store.coming(WANTED.id).exists())
    press(row(page), "Install")
    until(lambda: "Try again" in buttons(row(page)))
    hub.script = lambda asked: Bad(content=bytes(len(CONTENT))) if asked.path.startswith("/cdn/") else GOOD
    press(row(page), "Try again")
    until(lambda: "SHA-256" in texts(row(page)))
    assert not available.store(data).installed()
    hub.script = lambda asked: Bad(stall=100_000) if asked.path.startswith("/cdn/") else GOOD
    press(row(page), "Try again")
    until(lambda: f"of {SIZE}" in texts(row(page)))
    press(row(page), "Cancel")
    until(lambda: buttons(row(page)) == ["Install"] and not store.coming(WANTED.id).exists())
    assert not store.installed()


def test_one_that_does_not_work_is_listed_with_the_reason(parley: Callable[[], Parley], hub: Hub, data: Path) -> None:
    (origin,) = WANTED.origins
    hub.add(origin.hub, origin.path, os.urandom(300_000))
    here = parley()
    page = models_page(here)
    press(row(page), "Install")
    until(lambda: buttons(row(page)) == ["Try again"])
    (one,) = available.store(data).installed()
    assert one.fault
    assert f"{one.fault} Try it again, or choose another one." in texts(row(page))
    assert "In use" not in texts(row(page))
    press(row(page), "Try again")
    until(lambda: one.fault in shown(page).replace(texts(row(page)), ""))
    until(lambda: buttons(row(page)) == ["Try again"])
    press(row(page), "Details")
    press(row(page), "Remove")
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Space)
    until(lambda: "Install" in buttons(row(page)))
    assert not available.store(data).installed()


def test_an_installed_model_is_used_verified_and_removed(
    parley: Callable[[], Parley], data: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--data", str(data), "models", "install", WANTED.id]) == 0
    store = available.store(data)
    (one,) = store.installed()
    here = parley()
    page = models_page(here)
    assert row(page).model.in_use
    starter = next(card for card in catalog.load() if card.id == "starter-llm")
    page.sieve.search.setText("answering")
    until(lambda: row(page, starter).built)
    press(row(page, starter), "Use")
    until(lambda: row(page, starter).model.in_use and not row(page).model.in_use)
    until(lambda: here.ready and "starter-llm" in here.desk._here and WANTED.id not in here.desk._here)
    until(lambda: settings_file.load(data)[0].models == "starter-llm")
    press(row(page), "Use")
    until(lambda: row(page).model.in_use)
    assert settings_file.load(data)[0].models == f"{WANTED.id} starter-llm"

    press(row(page), "Details")
    assert f"Folder: {one.folder}" in texts(row(page)).replace("\u200b", "")
    press(row(page), "Verify")
    until(lambda: f"“{WANTED.name}” is whole, and it works." in shown(page))
    file = one.folder / next(iter(one.card.files.values()))
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    press(row(page), "Verify")
    until(lambda: "has changed since it was installed. Install it again." in texts(row(page)))
    assert "Install" in buttons(row(page))
    until(lambda: row(page, starter).model.in_use)
    press(row(page), "Install")
    until(lambda: row(page).model.in_use)
    assert file.read_bytes() == content

    press(row(page), "Remove")
    assert "Another model takes its place" in texts(row(page))
    assert page.focusWidget().text() == "Keep"  # type: ignore[union-attr]
    press(row(page), "Keep")
    assert store.installed()
    press(row(page), "Remove")
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    assert page.focusWidget().accessibleName() == f"Really remove {WANTED.name}"  # type: ignore[union-attr]
    until(lambda: WANTED.id in here.desk._here)
    remove, open_then = Store.remove, list[bool]()

    def removed(self: Store, identity: str) -> int:
        open_then.append(WANTED.id in here.desk._opened.assistant._open)  # type: ignore[union-attr]
        return remove(self, identity)

    monkeypatch.setattr(Store, "remove", removed)
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Space)
    until(lambda: buttons(row(page))[0] == "Install")
    assert open_then == [False], "its engine is closed before its files go"
    assert not store.installed()
    assert f"is removed: {SIZE} of the disk are free again." in shown(page)
    until(lambda: here.ready and "starter-llm" in here.desk._here)
    assert "Tokyo" in answer(here.ask("What is the capital of Japan?"))


def test_what_an_earlier_parley_began_and_gave_up_goes_on_or_goes(
    parley: Callable[[], Parley], hub: Hub, data: Path
) -> None:
    hub.script = lambda asked: Bad(status=404) if asked.path.startswith("/cdn/") else GOOD
    assert main(["--data", str(data), "models", "install", WANTED.id]) == 1
    here = parley()
    page = models_page(here)
    assert buttons(row(page)) == ["Go on"]
    until(lambda: "some of it has come" in texts(row(page)))
    press(row(page), "Details")
    press(row(page), "Remove")
    assert "Throw away what has come of it?" in texts(row(page))
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Space)
    until(lambda: "Install" in buttons(row(page)))
    assert not available.store(data).coming(WANTED.id).exists()
    assert "has left nothing behind." in shown(page)


def test_another_parley_that_changes_models_is_told(parley: Callable[[], Parley], data: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from models.store.installed import Store\n"
        "with Store(Path(sys.argv[1])).changing():\n print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(data / "models")],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    here = parley()
    page = models_page(here)
    press(row(page), "Install")
    until(lambda: "Another Parley is changing the installed models at this moment. Wait until" in shown(page))
    assert buttons(row(page)) == ["Install"]
    other.communicate("")
    press(row(page), "Install")
    until(lambda: row(page).model.in_use)


def test_what_was_begun_goes_on_in_the_next_window(parley: Callable[[], Parley], hub: Hub, data: Path) -> None:
    hub.script = lambda asked: Bad(stall=1_000_000) if asked.path.startswith("/cdn/") else GOOD
    first = parley()
    page = models_page(first)
    press(row(page), "Install")
    until(lambda: f"of {SIZE}" in texts(row(page)))
    first.close()
    hub.script = lambda asked: GOOD
    second = parley()
    until(lambda: f"“{WANTED.name}” is installed." in second.notices)
    until(lambda: WANTED.id in second.desk._here)
