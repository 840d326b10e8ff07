"""How soon it is silent after Stop, and the process gone after the window: `python -m benchmarks.window_stop [ROUNDS]`.

Parley speaks into the virtual speaker of a sound server of its own, which is recorded. Esc is pressed in the middle of
an answer, at another moment each time; counted is up to the last sound at the speaker. Then the window of a process of
its own is closed while it speaks, as the window manager does it, and counted is up to the end of the process.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app import devices
from benchmarks.window_start import ROOT, display
from tests.pulse import Pulse

QUESTION = "Tell me the months of the year."
CLOSED = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from ui import start

def begin(program):
    usual(program)
    window = program._window

    def watch():
        numbers = window.chat.numbers
        if numbers and window.chat.turn(numbers[0]).state == "speaking":
            QTimer.singleShot(1500, close)
        else:
            QTimer.singleShot(20, watch)

    def close():
        print(time.perf_counter(), flush=True)
        window.close()

    window.composer.set_text(sys.argv[2])
    window.composer.sent.emit(sys.argv[2])
    watch()

usual = start._Program.begin
start._Program.begin = begin
sys.exit(start.run(Path(sys.argv[1]), print))
"""


def main(rounds: int = 10) -> None:
    with tempfile.TemporaryDirectory(prefix="parley-sound-") as name, display() as screen:
        pulse = Pulse(Path(name))
        pulse.begin()
        os.environ.update(pulse.environment | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"})
        devices.refresh()
        try:
            tell("from Esc to the last sound", stops(pulse, Path(name), rounds))
            tell("from the close of the window to the end of the process", closes(Path(name), rounds))
        finally:
            pulse.end()


def stops(pulse: Pulse, folder: Path, rounds: int) -> list[float]:
    from PySide6.QtCore import Qt

    from tests.ui.desk import Parley, pause, until
    from ui import theme
    from ui.display import open_display

    theme.apply(open_display(lambda reason: 1), "light")
    here = Parley(folder / "data")
    until(lambda: here.ready)
    delays = []
    for number in range(rounds):
        here.type(QUESTION)
        here.press(Qt.Key.Key_Return)
        until(lambda number=number: len(here.turns) == number + 1 and here.turns[number].state == "speaking")
        pause(random.Random(number).uniform(0.6, 4))
        pressed = time.perf_counter()
        here.press(Qt.Key.Key_Escape)
        until(lambda number=number: here.turns[number].finished)
        pulse.heard_from_speaker.wait_until(pressed + 1.5)
        last = pulse.heard_from_speaker.last_sound(since=pressed - 0.5, until=pressed + 1.5)
        assert last is not None
        delays.append(max(0.0, last - pressed))
    here.close()
    return delays


def closes(folder: Path, rounds: int) -> list[float]:
    delays = []
    for number in range(rounds):
        command = [sys.executable, "-c", CLOSED, str(folder / f"data-{number}"), QUESTION]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        closed = float(process.stdout.readline())
        assert process.wait(30) == 0
        delays.append(time.perf_counter() - closed)
        process.stdout.close()
    return delays


def tell(what: str, seconds: list[float]) -> None:
    times = [second * 1000 for second in seconds]
    print(f"{what}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms of {len(times)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
