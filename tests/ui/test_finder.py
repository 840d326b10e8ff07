"""Finding models on the hub in the window: a server in its place, what it has shown, one of it installed."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton

from app import inventory
from models import available, catalog
from models.roles import CancelToken
from models.store.installed import Store
from models.store.sources import Found, HubFile
from models.store.web import Web
from tests.hub import GOOD, Bad, Hub, running
from tests.ui.desk import Parley, until
from ui.finder import offer
from ui.hub_page import Asked as Searched
from ui.hub_page import HubPage
from ui.models_page import ModelsPage

MODEL = (catalog.starter_folder() / "llm" / "model.gguf").read_bytes()


def repository(hub: Hub, name: str, files: dict[str, int], **more: Any) -> dict[str, Any]:
    """Let the server have a repository with files of these sizes; returns what a search tells of it."""
    about = {"id": name, "downloads": 1234, "tags": ["gguf", "en", "de", "license:mit"], **more}
    tree = [{"type": "file", "path": path, "size": size} for path, size in files.items()]
    hub.files[f"/api/models/{name}/tree/main"] = json.dumps(tree).encode()
    hub.files[f"/api/models/{name}"] = json.dumps(about).encode()
    return about


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        server.add("Some/Tiny-GGUF", "tiny-Q4_K_M.gguf", MODEL)
        listed = [
            repository(server, "Some/Tiny-GGUF", {"tiny-Q8_0.gguf": 9_000_000, "tiny-Q4_K_M.gguf": len(MODEL)}),
            repository(server, "Some/Closed-GGUF", {"closed.gguf": 5_000_000}, gated="manual"),
        ]
        server.files["/api/models"] = json.dumps(listed).encode()
        yield server


@pytest.fixture
def here(qapp: QApplication, hub: Hub, tmp_path: Path) -> Iterator[Parley]:
    (tmp_path / "settings.toml").write_text(f'mirror = "{hub.url}"\nspeak = false\n')
    opened = Parley(tmp_path)
    until(lambda: opened.ready)
    yield opened
    opened.close()


def finding(here: Parley, words: str) -> tuple[ModelsPage, HubPage]:
    """The pages, after words were searched for by keyboard."""
    here.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    (models,) = here.window.findChildren(ModelsPage)
    until(lambda: models.shown)
    models.sieve.search.setText(words)
    next(each for each in models.findChildren(QPushButton) if each.text() == "Find more…").click()
    (page,) = models.findChildren(HubPage)
    assert page.search.text() == words
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    return models, page


def texts(page: HubPage | ModelsPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_what_is_found_is_installed_from_there(here: Parley, hub: Hub, tmp_path: Path) -> None:
    models, page = finding(here, "tiny")
    until(lambda: "2 places have such models." in texts(page))
    assert "mit · 1,234 downloads" in texts(page)
    assert "It can only be had after signing in there and agreeing to something." in texts(page)
    (asked,) = [each.path for each in hub.asked if each.path.startswith("/api/models?")]
    assert "search=tiny" in asked
    (files,) = [box for box in page.findChildren(QComboBox) if box.accessibleName() == "File of Some/Tiny-GGUF"]
    assert files.currentText() == f"tiny-Q4_K_M · {len(MODEL) / 1e6:.1f} MB"
    until(lambda: files.width() > 100)  # it has its place
    QTest.wheelEvent(page.windowHandle(), QPointF(files.mapTo(page, QPoint(5, 5))), QPoint(0, -120))
    assert files.currentText() == f"tiny-Q4_K_M · {len(MODEL) / 1e6:.1f} MB", "the wheel is for the page"
    (install,) = [each for each in page.findChildren(QPushButton) if each.text() == "Install"]
    assert install.accessibleName() == "Install from Some/Tiny-GGUF"
    (knows,) = [each for each in page.findChildren(QLineEdit) if each.accessibleName() == "Languages of Some/Tiny-GGUF"]
    assert knows.text() == "English, German", "what the hub tells"
    knows.setText("English, Klingon")
    QTest.keyClick(install, Qt.Key.Key_Space)
    until(lambda: any("Parley knows no language “klingon”" in text for text in texts(page)))
    knows.setText("German, Italian, en")
    QTest.keyClick(install, Qt.Key.Key_Space)
    models.sieve.search.setText("tiny")
    until(lambda: [row.model.in_use for row in models.shown] == [True])
    (one,) = available.store(tmp_path).installed()
    assert (one.card.licence, one.fault) == ("mit", "")
    assert one.card.source == ("en", "de", "it")
    until(lambda: here.ready and one.id in here.desk._here)


def test_a_search_is_narrowed_stopped_and_may_fail(here: Parley, hub: Hub) -> None:
    gone = threading.Event()
    hub.script = lambda asked: Bad(hold=gone) if asked.path.startswith("/api/models?") else GOOD
    _, page = finding(here, "tiny")
    until(lambda: "Searching…" in texts(page))
    (go,) = [each for each in page.findChildren(QPushButton) if each.text() == "Stop"]
    QTest.keyClick(go, Qt.Key.Key_Space)
    assert "Stopped." in texts(page)
    gone.set()
    hub.script = lambda asked: GOOD
    (box,) = page.findChildren(QCheckBox)
    QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    until(lambda: "Nothing like that was found. Ask for less." in texts(page))
    hub.script = lambda asked: Bad(status=404)
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    until(lambda: any("does not have" in text for text in texts(page)))


def test_a_model_in_several_files_is_one() -> None:
    split = [HubFile(f"Q8/big-Q8_0-0000{part}-of-00002.gguf", 4_000_000_000) for part in (1, 2)]
    lacking = HubFile("big-F16-00001-of-00003.gguf", 1)
    eyes = [HubFile("mmproj-f16.gguf", 900_000_000), HubFile("mmproj-q8.gguf", 500_000_000)]
    found = Found("O/Big", "mit", 5, False, (*split, lacking, HubFile("big-Q4_K_M.gguf", 4_500_000_000), *eyes))
    offered = offer(found, Searched("big", "", 0.0, False))
    assert offered is not None
    assert [path for path, _ in offered.files] == ["big-Q4_K_M.gguf", "Q8/big-Q8_0-00001-of-00002.gguf"]
    assert [words for _, words in offered.files][1].endswith("8.0 GB and 500.0 MB for pictures")
    assert (offered.usual, offered.eye) == (0, "mmproj-q8.gguf")
    small = offer(found, Searched("big", "", 5.0, False))
    assert small is not None
    assert [path for path, _ in small.files] == ["big-Q4_K_M.gguf"]
    assert offer(found, Searched("big", "", 1.0, False)) is None


def test_every_part_is_fetched(hub: Hub, tmp_path: Path) -> None:
    parts = {f"big-0000{part}-of-00002.gguf": 100 + part for part in (1, 2)}
    repository(hub, "O/Big", {**parts, "mmproj.gguf": 7})
    store, first = Store(tmp_path), "big-00001-of-00002.gguf"
    card = inventory.from_hub("O/Big", first, "mmproj.gguf", store, Web(hub.url), CancelToken())
    assert {origin.path: origin.size for origin in card.origins} == {**parts, "mmproj.gguf": 7}
    assert card.files == {"model": "big-00001-of-00002.gguf", "projector": "mmproj.gguf"}
