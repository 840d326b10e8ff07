"""Parley's window with a microphone and a speaker: held key, hands-free, Stop, devices that vanish, the end."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.pulse import Pulse
from tests.ui.desk import Parley, answer, drawing, pause, until

ROOT = Path(__file__).parents[2]
LONG = "Tell me the months of the year."
"""Its answer takes some nine seconds to say."""

Open = Callable[..., Parley]


@pytest.fixture
def say(tmp_path: Path) -> Callable[[str], Path]:
    """A sound file of espeak-ng saying something."""

    def make(text: str) -> Path:
        path = tmp_path / "said.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "160", "-w", str(path), text], check=True)
        return path

    return make


@pytest.fixture
def parley(qapp: QApplication, tmp_path: Path, pulse: Pulse) -> Iterator[Open]:
    """Opens windows whose microphone is ready."""
    opened: list[Parley] = []

    def make(**settings: str) -> Parley:
        (tmp_path / "data").mkdir(exist_ok=True)
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (tmp_path / "data" / "settings.toml").write_text(lines, encoding="utf-8")
        opened.append(Parley(tmp_path / "data"))
        until(lambda: opened[-1].ready)
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def state(here: Parley) -> str:
    return here.window.composer.microphone.state


def test_a_question_is_spoken_while_the_key_is_held(parley: Open, pulse: Pulse, say: Callable[[str], Path]) -> None:
    here = parley()
    until(lambda: state(here) == "ready")
    captions: set[str] = set()
    QTest.keyPress(here.window.windowHandle(), Qt.Key.Key_F9)
    until(lambda: state(here) == "hearing")
    player = pulse.play(say("What is three plus four?"), wait=False)
    until(lambda: captions.add(here.window.composer.caption.words) or "three" in here.window.composer.caption.words)
    player.wait()
    pause(0.3)
    QTest.keyRelease(here.window.windowHandle(), Qt.Key.Key_F9)
    until(lambda: here.turns and here.turns[0].finished)
    assert here.turns[0].question.whole == "what is three plus four"
    assert "seven" in answer(here.turns[0]).lower()
    assert pulse.heard_from_speaker.first_sound() is not None


def test_hands_free_a_question_about_a_picture_is_spoken(
    parley: Open,
    pulse: Pulse,
    say: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    here = parley()
    until(lambda: state(here) == "ready")
    here.press(Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert here.window.composer.hands_free.isChecked()
    drawing("red").save(str(tmp_path / "drawing.png"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "drawing.png"))])
    assert here.drop(mime)
    until(lambda: here.window.composer.tray.thumbnail("1").shown)
    pulse.play(say("What color is the circle?"))
    until(lambda: here.turns and here.turns[0].finished)
    assert "red" in answer(here.turns[0]).lower()
    assert here.window.composer.pictures == ()
    assert "hands_free = true" in (tmp_path / "data" / "settings.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("how", ["escape", "button"])
def test_stop_silences_the_answer(parley: Open, pulse: Pulse, how: str) -> None:
    here = parley()
    here.type(LONG)
    here.press(Qt.Key.Key_Return)
    until(lambda: here.turns and here.turns[0].state == "speaking")
    began = time.perf_counter()
    pulse.heard_from_speaker.wait_for(lambda: pulse.heard_from_speaker.first_sound(since=began) is not None)
    if how == "escape":
        here.press(Qt.Key.Key_Escape)
    else:
        assert here.window.composer.send.accessibleName() == "Stop"
        QTest.mouseClick(here.window.composer.send, Qt.MouseButton.LeftButton)
    stopped = time.perf_counter()
    until(lambda: here.turns[0].finished)
    assert "the rest was not spoken" in here.turns[0].status.accessibleName()
    pulse.heard_from_speaker.wait_until(stopped + 2)
    assert pulse.heard_from_speaker.last_sound(since=stopped + 1, until=stopped + 2) is None
    assert here.window.composer.send.accessibleName() == "Send"
    assert "seven" in answer(here.ask("What is three plus four?")).lower()


def test_a_microphone_that_vanishes_is_one_notice_and_typing_goes_on(parley: Open, pulse: Pulse) -> None:
    here = parley(speak="false")
    until(lambda: state(here) == "ready")
    pulse.unplug()
    until(lambda: state(here) == "unavailable")
    pause(2.5)
    assert len(here.sentences) == 1
    assert "microphone" in here.sentences[0]
    assert "seven" in answer(here.ask("What is three plus four?")).lower()
    pulse.plug()
    here.window.banner.setFocus()
    here.press(Qt.Key.Key_Space)
    until(lambda: state(here) == "ready")
    assert here.sentences == []


CHILD = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from ui import start

def type_and_close(self):
    begin(self)
    window = self._window
    def watch():
        turns = window.chat.numbers
        if turns and window.chat.turn(turns[0]).state == "speaking":
            print("closing", flush=True)
            window.close()
        else:
            QTimer.singleShot(20, watch)
    QTest.keyClicks(window.composer.editor, sys.argv[2])
    QTest.keyClick(window.composer.editor, Qt.Key.Key_Return)
    watch()

begin = start._Program.begin
start._Program.begin = type_and_close
sys.exit(start.run(Path(sys.argv[1]), print))
"""


def test_it_closes_while_it_speaks(pulse: Pulse, display: str, tmp_path: Path) -> None:
    environment = {**os.environ, **pulse.environment, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), LONG], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "closing\n"
        closed = time.perf_counter()
        assert child.wait(2) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    pulse.heard_from_speaker.wait_until(closed + 2)
    assert pulse.heard_from_speaker.last_sound(since=closed + 1, until=closed + 2) is None
    with sqlite3.connect(tmp_path / "history.sqlite") as history:
        kept = history.execute("SELECT question, outcome, answer FROM exchanges").fetchall()
    history.close()
    assert [row[:2] for row in kept] == [(LONG, "cancelled")]
    assert "January" in kept[0][2]


LOGGED = """
import logging, sys
from pathlib import Path
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
from ui.__main__ import open_window
open_window(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_it(display: str, tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", LOGGED, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True) as child:
        assert child.stdout is not None
        while child.stdout.readline() != "ready to answer\n":
            assert child.poll() is None
        child.send_signal(number)
        _, complaints = child.communicate(timeout=10)
        assert child.returncode == (130 if number == signal.SIGINT else 0)
        assert complaints == ""
    assert (tmp_path / "window.txt").exists()
