"""How soon the window is there: `python -m benchmarks.window_start [ROUNDS [PROGRAM]]`.

Starts a bare PySide6 window and Parley in turn, on an Xvfb of its own, and looks at the display's memory: the window
is there when the first of its pixels is. Parley runs as `./run` runs it, with an empty data folder and no sound
devices. Its first frame has no words yet; when the controls are there, and when every model for the chosen languages
is loaded, it tells in its log. With PROGRAM it is that packaged program.
"""

import mmap
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
application.exec()
"""
LOGGED = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
from ui.__main__ import open_window
open_window(None)
"""
MOST = 1.5
"""The bare window's time that Parley's may take, times this."""
MOST_PACKAGED = 3.0
"""Seconds that the packaged program's window may take."""


class Display:
    """An X server whose picture can be looked at."""

    def __init__(self, name: str, memory: mmap.mmap) -> None:
        self.name = name
        self._memory = memory
        self._empty = self._look()

    @property
    def empty(self) -> bool:
        """Nothing is to be seen."""
        return self._look() == self._empty

    def _look(self) -> bytes:
        """A pixel here and there, from the first to the last."""
        return self._memory[4096::40_961]


@contextmanager
def display() -> Iterator[Display]:
    with tempfile.TemporaryDirectory(prefix="parley-display-") as folder:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen([*command, "-fbdir", folder], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        try:
            with os.fdopen(read) as numbers:
                name = f":{numbers.readline().strip()}"
            with (Path(folder) / "Xvfb_screen0").open("rb") as file:
                yield Display(name, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        finally:
            server.terminate()
            server.wait()


def first_frame(screen: Display, command: list[str], environment: dict[str, str]) -> float:
    """Seconds from the start of a program to its first pixel on the screen."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    while screen.empty:
        assert process.poll() is None, f"{command} ended without a window"
        time.sleep(0.0005)
    seconds = time.perf_counter() - began
    time.sleep(1)
    end(screen, process)
    return seconds


def end(screen: Display, process: "subprocess.Popen[Any]") -> None:
    """End it, and wait until its window is gone."""
    process.kill()
    process.wait()
    while not screen.empty:
        time.sleep(0.01)


def told(screen: Display, command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from Parley's start until its controls are on the screen, and until it can answer."""
    began = time.perf_counter()
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    times: dict[str, float] = {}
    for line in process.stdout:
        times.setdefault(line.strip().rpartition(": ")[2], time.perf_counter() - began)
        if "ready to answer" in times:
            break
    end(screen, process)
    process.stdout.close()
    return times["the window is filled"], times["ready to answer"]


def main(rounds: str = "15", program: str = "") -> int:
    """Print the medians; returns 1 where the window is too late."""
    folder = Path(tempfile.mkdtemp(prefix="parley-data-"))
    with display() as screen:
        environment = {**os.environ, "DISPLAY": screen.name, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder)}
        environment.pop("WAYLAND_DISPLAY", None)
        subprocess.run([sys.executable, "-m", "compileall", "-q", "app", "models", "ui"], cwd=ROOT, check=True)
        parley = (
            [str(Path(program).absolute())] if program else [sys.executable, "-P", str(ROOT / "ui" / "__main__.py")]
        )
        talking = [*parley, "--debug"] if program else [sys.executable, "-P", "-c", LOGGED]
        bare, own, filled, whole = [], [], [], []
        for _ in range(int(rounds)):
            bare.append(first_frame(screen, [sys.executable, "-P", "-c", BARE], environment))
            shutil.rmtree(folder / "parley", ignore_errors=True)
            own.append(first_frame(screen, parley, environment))
            shutil.rmtree(folder / "parley", ignore_errors=True)
            for times, seconds in zip((filled, whole), told(screen, talking, environment), strict=True):
                times.append(seconds)
    shutil.rmtree(folder)
    ratio = statistics.median(own) / statistics.median(bare)
    for title, seconds in (
        ("bare PySide6 window", bare),
        ("Parley's window", own),
        ("its controls", filled),
        ("ready to answer", whole),
    ):
        times = sorted(round(second * 1000) for second in seconds)
        print(f"{title:<20} median {statistics.median(times):5.0f} ms, {times[0]} to {times[-1]} ms of {len(times)}")
    if program:
        return int(statistics.median(own) > MOST_PACKAGED)
    print(f"Parley's window takes {ratio:.2f} times as long as a bare one; {MOST} is the most it may.")
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
