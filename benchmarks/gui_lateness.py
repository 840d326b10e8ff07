"""How late the window's thread is while everything runs: `python -m benchmarks.gui_lateness [SECONDS]`.

A whole Parley on an X server and a sound server of its own, with real engines. A timer of 10 ms on the window's thread
notes by how much each of its calls comes late, while questions are spoken into the microphone, typed, asked about
pictures and answered aloud in two languages, so that recognizer, translators, both chat models and voice are at work.
"""

import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, pairwise
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.pulse import Pulse
from ui import theme

INTERVAL = 0.010


def main(seconds: float = 60.0) -> None:
    """Print median, 99th percentile and the worst of the lateness."""
    read, write = os.pipe()
    screen = ["-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    server = subprocess.Popen(["Xvfb", *screen], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        os.environ |= {"DISPLAY": f":{numbers.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    try:
        with tempfile.TemporaryDirectory(prefix="parley-sound-") as folder:
            pulse = Pulse(Path(folder))
            pulse.begin()
            try:
                os.environ |= pulse.environment
                _measure(pulse, Path(folder), seconds)
            finally:
                pulse.end()
    finally:
        server.terminate()
        server.wait()


def _measure(pulse: Pulse, folder: Path, seconds: float) -> None:
    from tests.ui.desk import Parley, until
    from tests.ui.test_window import drawing

    sys.setswitchinterval(0.001)  # as ui.__main__ does
    application = QApplication(list(theme.ARGUMENTS))
    theme.apply(application, "light")
    parley = Parley(folder / "data")
    until(lambda: parley.ready and parley.window.composer.microphone.state == "ready")
    spoken = folder / "question.wav"
    subprocess.run(["espeak-ng", "-w", str(spoken), "what is the capital of spain"], check=True, capture_output=True)
    drawing().save(str(folder / "circle.png"))
    picture = QMimeData()
    picture.setUrls([QUrl.fromLocalFile(str(folder / "circle.png"))])
    parley.window.composer.hands_free.click()
    parley.window.header.languagesChosen.emit("en", "es")
    until(lambda: parley.ready)

    calls: list[float] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=round(INTERVAL * 1000))
    timer.timeout.connect(lambda: calls.append(time.perf_counter()))
    timer.start()
    busy = time.process_time()
    began = time.monotonic()
    for kind in cycle(("spoken", "picture", "typed")):
        if time.monotonic() - began > seconds:
            break
        count = len(parley.turns)
        if kind == "spoken":
            pulse.play(spoken, wait=False)
        elif kind == "picture":
            parley.drop(picture)
            until(lambda: len(parley.window.composer.pictures) == 1)
            parley.type("What is in this picture?")
            parley.press(Qt.Key.Key_Return)
        else:
            parley.type("What are the days of the week?")
            parley.press(Qt.Key.Key_Return)
        until(lambda count=count: len(parley.turns) > count and parley.turns[-1].finished)
        QTest.qWait(300)
    timer.stop()
    took = time.monotonic() - began
    late = sorted(max(0.0, after - before - INTERVAL) * 1000 for before, after in pairwise(calls))
    share = (time.process_time() - busy) / took
    print(f"{len(parley.turns)} turns in {took:.0f} s, {share:.2f} cores; {len(late)} calls of a timer of 10 ms")
    print(
        f"late: median {late[len(late) // 2]:.1f} ms, p99 {late[int(len(late) * 0.99)]:.1f} ms, worst {late[-1]:.1f} ms"
    )
    print("the ten worst: " + ", ".join(f"{value:.1f}" for value in late[-10:]))
    parley.close()


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
