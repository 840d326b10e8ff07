"""How late the window's thread is while everything runs: `python -m benchmarks.gui_lateness [SECONDS]`.

A 10 ms timer on the window's thread notes by how much it is late, while the window is driven with real engines and
real sound devices on an Xvfb and a sound server of its own: spoken questions hands-free, typed ones, pictures and
translated ones, answers that are spoken, Stop. Prints the lateness and, for the worst moments, what was going on.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

from app import devices, events
from app.events import Event
from benchmarks.window_start import display
from tests.pulse import Pulse

PERIOD = 0.010
MOST_P99, MOST = 0.016, 0.050


class Clock(QObject):
    """A single-shot timer that is started anew each time."""

    def __init__(self, note: Callable[[float, float], None]) -> None:
        super().__init__()
        self._note = note
        self._due = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(PERIOD * 1000))
        self._timer.timeout.connect(self._fired)

    def start(self) -> None:
        self._due = time.perf_counter() + PERIOD
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _fired(self) -> None:
        now = time.perf_counter()
        self._note(now, max(0.0, now - self._due))
        self.start()


class Load:
    """What a busy person does, on a thread of its own; the window is asked through its bridge."""

    def __init__(self, here: "Parley", pulse: Pulse, folder: Path) -> None:
        self._here = here
        self._pulse = pulse
        self._folder = folder
        self._stop = threading.Event()
        self._ended = threading.Semaphore(0)
        self.turns: Counter[str] = Counter()
        self.doing: list[tuple[float, str]] = []
        here.desk._bus.subscribe(self._hear)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _hear(self, event: Event) -> None:
        self.doing.append((time.perf_counter(), type(event).__name__))
        if isinstance(event, events.TurnEnded):
            role = event.answer.role
            self.turns[f"{'spoken' if event.answer.transcript else 'typed'} {role.value if role else '-'}"] += 1
            self._ended.release()

    def _run(self) -> None:
        while not self._stop.is_set():
            for step in self._steps():
                if self._stop.is_set():
                    return
                step()

    def _steps(self) -> Iterator[Callable[[], object]]:
        yield lambda: self._speak("What is three plus four?")
        yield lambda: self._type("What are the days of the week?")
        yield lambda: self._show("What color is the circle?")
        yield lambda: self._speak("What is the capital of Spain?")
        yield lambda: self._type("Tell me the months of the year.", wait=False)
        yield lambda: self._show("What is in the picture?", wait=False)
        yield lambda: self._stop.wait(4)
        yield lambda: self._do(self._here.desk.silence)
        yield lambda: self._do(lambda: self._here.window.header.languagesChosen.emit("en", "es"))
        yield lambda: self._type("What is the capital of France?")
        yield lambda: self._do(lambda: self._here.window.header.languagesChosen.emit("en", "en"))

    def _do(self, job: Callable[[], object]) -> None:
        self._here.desk._bridge.call(job)

    def _wait(self) -> None:
        self._ended.acquire(timeout=15)

    def _speak(self, text: str) -> None:
        path = self._folder / f"{abs(hash(text))}.wav"
        if not path.exists():
            subprocess.run(["espeak-ng", "-v", "en-us", "-s", "160", "-w", str(path), text], check=True)
        self._pulse.play(path)
        self._wait()

    def _type(self, text: str, wait: bool = True) -> None:
        def send() -> None:
            self._here.window.composer.set_text(text)
            self._here.window.composer.sent.emit(text)

        self._do(send)
        if wait:
            self._wait()

    def _show(self, text: str, wait: bool = True) -> None:
        path = self._folder / "drawing.png"
        if not path.exists():
            drawing("red").save(str(path))
        self._do(lambda: self._here.window.composer.filesChosen.emit([str(path)]))
        self._stop.wait(0.3)
        self._type(text, wait)


def main(seconds: int = 60) -> int:
    """Print the figures; returns 1 where the window is too late."""
    with tempfile.TemporaryDirectory(prefix="parley-sound-") as name, display() as screen:
        folder = Path(name)
        pulse = Pulse(folder)
        pulse.begin()
        os.environ.update(pulse.environment | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"})
        devices.refresh()
        try:
            return measure(pulse, folder, seconds)
        finally:
            pulse.end()


def measure(pulse: Pulse, folder: Path, seconds: int) -> int:
    from tests.ui.desk import until
    from ui.display import open_display

    sys.setswitchinterval(0.001)
    application = open_display(lambda reason: 1)
    from ui import theme

    theme.apply(application, "light")
    (folder / "data").mkdir()
    (folder / "data" / "settings.toml").write_text("hands_free = true\n", encoding="utf-8")
    here = Parley(folder / "data", width=1400, height=900)
    until(lambda: here.ready)
    late: list[tuple[float, float]] = []
    clock = Clock(lambda at, by: late.append((at, by)))
    load = Load(here, pulse, folder)
    until(lambda: here.window.composer.microphone.state == "ready")
    load.start()
    clock.start()
    QTimer.singleShot(seconds * 1000, application.quit)
    application.exec()
    clock.stop()
    load.stop()
    here.close()
    return tell(late, load)


def tell(late: list[tuple[float, float]], load: Load) -> int:
    by = np.array([lateness for _, lateness in late]) * 1000
    p50, p99, p999 = np.percentile(by, [50, 99, 99.9])
    print(f"turns: {', '.join(f'{count} {kind}' for kind, count in sorted(load.turns.items()))}")
    print(f"{len(by)} ticks: median {p50:.1f} ms, p99 {p99:.1f} ms, p99.9 {p999:.1f} ms, worst {by.max():.1f} ms late")
    print(f"later than 16 ms: {int((by > 16).sum())}, than 50 ms: {int((by > 50).sum())}")
    for at, lateness in sorted(late, key=lambda tick: -tick[1])[:8]:
        near = [name for when, name in load.doing if at - lateness - 0.02 < when < at]
        print(f"  {lateness * 1000:5.1f} ms: {', '.join(f'{n}×{c}' for n, c in Counter(near).most_common(5)) or '-'}")
    return int(p99 > MOST_P99 * 1000 or by.max() > MOST * 1000)


if __name__ == "__main__":
    from tests.ui.desk import Parley, drawing

    sys.exit(main(*map(int, sys.argv[1:])))
