"""Another computer behind the window: a real server answers text and pictures; stopping; a dead server; off again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from app import settings as settings_file
from app import vault
from app.events import Event, ProblemRaised
from app.settings import Settings
from models import shapes
from models.remote import RemoteCard
from models.roles import Role
from tests.app.keyrings import Working
from tests.chat_server import chat_server, piece
from tests.llama_server import KEY, llama_server
from tests.ui.desk import Parley, answer, drawing, until
from ui.meters import RoleRow
from ui.preferences import Preferences
from ui.switch import Switch

Open = Callable[[Settings], Parley]
BOTH = Settings(
    remote_text=True,
    remote_pictures=True,
    remote_model="starter-llm",
    remote_picture_model="starter-vlm",
    remote_languages="en",
    speak=False,
)


@pytest.fixture
def parley(qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Opens a window with these settings."""
    opened: list[Parley] = []

    def make(settings: Settings) -> Parley:
        settings_file.save(tmp_path / "data", settings)
        opened.append(Parley(tmp_path / "data"))
        until(lambda: opened[-1].ready)
        return opened[-1]

    yield make
    for each in opened:
        each.close()
    vault._held.clear()


@pytest.fixture
def ring() -> Iterator[Working]:
    """The system's keyring."""
    before, ring = keyring.get_keyring(), Working()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def told(here: Parley, role: str) -> str:
    """What the resource panel tells of a role."""
    (row,) = [each for each in here.window.resources.findChildren(RoleRow) if each.accessibleName() == role]
    return row.accessibleDescription()


def choose(here: Parley, model: str) -> None:
    """Let another model of the other computer answer questions."""
    here.desk._change(replace(here.desk._settings, remote_model=model))

    def answers() -> bool:
        assert here.desk._opened is not None
        card = here.desk._opened.library.find(Role.LLM)
        return isinstance(card, RemoteCard) and card.model == model

    until(answers)


def listened(here: Parley) -> list[str]:
    """Every problem of answering that is told from now on, each time that it is."""
    found: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, ProblemRaised) and event.problem.stage == "brain":
            found.append(event.problem.message)

    here.desk._bus.subscribe(hear)
    return found


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A model that writes without end, and takes a while for it."""
    shape = shapes.find("smolvlm-256m")
    shape.write(tmp_path / "slow", tmp_path, ["Talk to me."])
    return tmp_path / "slow" / "model.gguf"


def test_a_real_server_answers_text_and_pictures_is_stopped_and_when_it_dies_this_machine_answers(
    parley: Open, tmp_path: Path, slow: Path
) -> None:
    with llama_server(tmp_path, slow) as host:
        vault._held[f"http://{host}"] = KEY
        here = parley(replace(BOTH, remote_address=host))
        failures = listened(here)
        for role in ("Language model", "Picture model"):
            until(lambda role=role: told(here, role) == f"Ready, on another computer: {host}.")
        assert "Tokyo" in answer(here.ask("What is the capital of Japan?"))
        drawing("red").save(str(tmp_path / "drawing.png"))
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "drawing.png"))])
        assert here.drop(mime)
        until(lambda: here.window.composer.pictures)
        assert "circle" in answer(here.ask("What is in the picture?")).lower()
        choose(here, "slow")
        count = len(here.turns)
        here.window.composer.setFocus()
        here.type("Talk to me.")
        here.press(Qt.Key.Key_Return)
        until(lambda: len(here.turns) == count + 1 and len(answer(here.turns[-1]).split()) > 3)
        here.press(Qt.Key.Key_Escape)
        until(lambda: here.turns[-1].finished)
        said = answer(here.turns[-1])
        assert 3 < len(said.split()) < 200, "it was cut off"
        # One question after the other is answered there: this one waits until the server has left the last.
        choose(here, "starter-llm")
        assert "Tokyo" in answer(here.ask("What is the capital of Japan?"))
        assert answer(here.turns[-2]) == said, "what was cut off stays"
        assert "Disconnected from client" in (tmp_path / "server.log").read_text(errors="replace")
        assert failures == []
    here.ask("What is two plus two?")
    assert failures == [f"No server listens at {host}."]
    assert failures[0] in here.sentences
    here.desk._page.open_elsewhere(here.desk._settings)
    (page,) = here.window.findChildren(Preferences)
    (off,) = [each for each in page.findChildren(QPushButton) if each.text() == "Off"]
    off.click()
    until(lambda: "CPU" in told(here, "Language model") and here.ready)
    assert "four" in answer(here.ask("What is two plus two?")).lower()
    assert len(failures) == 1


def test_stopping_hangs_up_and_what_was_cut_off_stays(parley: Open) -> None:
    with chat_server() as server:
        server.script = lambda asked, wire: (wire.head(), wire.forever(piece("word "), 0.02))[0]
        here = parley(replace(BOTH, remote_address=server.host))
        failures = listened(here)
        here.type("Talk to me.")
        here.press(Qt.Key.Key_Return)
        until(lambda: here.turns and "word word" in answer(here.turns[0]))
        here.press(Qt.Key.Key_Escape)
        until(lambda: here.turns[0].finished)
        assert server.left.acquire(timeout=30), "the connection was closed"
        server.script = lambda asked, wire: (wire.head(), wire.raw(piece("Half an answer")))[0]
        assert answer(here.ask("Go on.")) == "Half an answer"
        assert failures == [f"{server.host} broke off in the middle of the answer."]
        assert failures[0] in here.sentences
        server.script = lambda asked, wire: wire.answer("A whole one.")
        assert answer(here.ask("And now?")) == "A whole one."
        assert len(failures) == 1


def test_it_is_turned_on_tried_and_given_its_key_on_the_page(parley: Open, ring: Working) -> None:
    with chat_server() as server:
        here = parley(replace(BOTH, remote_address=server.host, remote_text=False, remote_pictures=False))
        assert "four" in answer(here.ask("What is two plus two?")).lower()
        assert server.asked == []
        here.desk._page.open_elsewhere(here.desk._settings)
        (page,) = here.window.findChildren(Preferences)

        def control(kind: type, name: str) -> Any:
            return next(each for each in page.findChildren(kind) if each.accessibleName() == name)

        control(Switch, "Let it answer questions").click()
        until(lambda: server.host in told(here, "Language model"))
        assert "CPU" in told(here, "Picture model")
        control(QLineEdit, "Key").setText(KEY)
        control(QPushButton, "Keep the key").click()
        until(lambda: ring.kept)
        assert ring.kept == {("Parley", f"http://{server.host}"): KEY}
        until(lambda: page.settings.remote_key_for)
        control(QPushButton, "Test the other computer").click()
        until(lambda: "It works" in control(QLabel, "What the test found").text())
        assert answer(here.ask("Hello?")) == "Hello."
        assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
        assert KEY not in (here.desk._folder / settings_file.FILE).read_text(encoding="utf-8")
        page.close()
