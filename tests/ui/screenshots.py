"""Takes the pictures of the README: `python -m pytest tests/ui/screenshots.py` writes them into docs/screenshots/.

Everything in them is real but the graphics card: a stand-in driver plays a T4, and what the five roles take of it are
the sizes that the product is planned by, because the starter models are far too small to be seen there.
"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.monitor import Reading
from app.planning import full_size
from models import hardware
from models.placement import plan
from models.roles import GB
from tests.cards import Cards
from tests.nvml import T4, StandInNvml
from tests.pulse import Pulse
from tests.ui.desk import Parley, until
from tests.ui.panels import T4_GPUS, TOOK, five
from tests.ui.test_window import drawing
from ui import theme
from ui.models_page import ModelsPage

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
Open = Callable[..., Parley]


@pytest.fixture
def parley(qapp: QApplication, pulse: Pulse, tmp_path: Path) -> Iterator[Open]:
    """Opens windows that have a microphone and a speaker."""
    opened: list[Parley] = []

    def make(width: int = 1280, height: int = 800) -> Parley:
        opened.append(Parley(tmp_path / "data", width, height))
        until(lambda: opened[-1].ready)
        return opened[-1]

    yield make
    for each in opened:
        each.close()
    theme.apply(qapp, "light")


@pytest.fixture
def say(tmp_path: Path) -> Callable[[str], Path]:
    def make(text: str) -> Path:
        path = tmp_path / "question.wav"
        subprocess.run(["espeak-ng", "-w", str(path), text], check=True, capture_output=True)
        return path

    return make


def take(here: Parley, name: str, wait: int = 1200) -> None:
    """Write a picture, after `wait` milliseconds: by default the panel's next reading is in it."""
    QTest.qWait(wait)
    FOLDER.mkdir(parents=True, exist_ok=True)
    assert here.window.grab().save(str(FOLDER / f"{name}.png"))


def speak(here: Parley, pulse: Pulse, path: Path) -> None:
    """Ask aloud, hands-free, and wait for the spoken answer."""
    count = len(here.turns)
    pulse.play(path, wait=False)
    until(lambda: len(here.turns) == count + 1 and here.turns[-1].finished)


def hands_free(here: Parley) -> None:
    until(lambda: here.window.composer.microphone.state == "ready")
    here.window.composer.hands_free.click()


def drop_drawing(here: Parley, folder: Path) -> None:
    path = folder / "circle.png"
    drawing().save(str(path))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    assert here.drop(mime)
    until(lambda: len(here.window.composer.pictures) == 1)
    QTest.qWait(300)


def test_spoken_turn(parley: Open, pulse: Pulse, say: Callable[[str], Path]) -> None:
    here = parley()
    hands_free(here)
    speak(here, pulse, say("what is the capital of spain"))
    pulse.play(say("what are the days of the week"), wait=False)
    until(lambda: len(here.turns) == 2 and here.turns[-1].state == "speaking")
    QTest.qWait(1500)
    take(here, "spoken-turn")


def test_picture_turn(parley: Open, tmp_path: Path) -> None:
    here = parley()
    drop_drawing(here, tmp_path)
    here.ask("What is in this picture?")
    drop_drawing(here, tmp_path)
    here.type("What color is the circle?")
    take(here, "picture-turn")


def test_dark(parley: Open, pulse: Pulse, say: Callable[[str], Path], tmp_path: Path) -> None:
    here = parley()
    here.window.header.languagesChosen.emit("en", "es")
    until(lambda: here.ready)
    here.ask("How many days does a week have?")
    QApplication.processEvents()
    here.desk._change(here.desk._settings.__class__(theme="dark", language_out="es"))
    drop_drawing(here, tmp_path)
    take(here, "dark")


def test_small(parley: Open, pulse: Pulse, say: Callable[[str], Path]) -> None:
    here = parley(800, 600)
    hands_free(here)
    speak(here, pulse, say("what is three plus four"))
    pulse.play(say("what is the capital of france"), wait=False)
    until(lambda: "capital" in here.window.composer.caption.words)
    take(here, "800x600", wait=0)


def test_models(parley: Open, cards: Cards) -> None:
    cards.show(T4)
    here = parley()
    here.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    (page,) = here.window.findChildren(ModelsPage)
    until(lambda: page.shown)
    page.sieve.search.setText("answering")
    until(lambda: page.shown and all(row.hint for row in page.shown if row.model.id in page.in_view))
    QTest.qWait(1200)
    assert page.grab().save(str(FOLDER / "models.png"))


def test_a_t4(parley: Open, stand_in_nvml: StandInNvml, cards: Cards) -> None:
    cards.show(T4)
    here = parley(1280, 1130)
    here.ask("What are the months of the year?")
    # From here on the readings are those below.
    assert here.desk._opened is not None
    here.desk._opened.monitor.stop()
    QTest.qWait(200)
    stand_in_nvml.set(0, ours=0)
    here.window.resources.show_plan(plan(hardware.read(), full_size()))
    roles = five(T4_GPUS)
    for second in range(120):
        ours = sum(size for role, size in TOOK.items() if T4_GPUS[role] is not None) + GB // 2
        loaded = ours if second > 60 else ours * max(0, second - 20) // 40 // GB * GB
        stand_in_nvml.set(0, ours=loaded, others=GB // 5)
        here.window.resources.show_reading(Reading(float(second), hardware.read(), roles, 31.4))
    take(here, "t4", wait=0)
