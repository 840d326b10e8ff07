"""What the readings of each second cost: `python -m benchmarks.panel_cost [SECONDS] [--real]`.

Takes a reading of two stand-in cards whose memory changes every time (with --real of this machine's own cards), gives
it to the panel on an Xvfb, which paints it, and measures the processor time of the whole process. Prints it as the
share of a core that one reading a second takes.
"""

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from app.events import Bus
from app.monitor import Monitor, Reading
from models import hardware
from models.roles import CPU, GB, Role

LIMIT = 0.01
"""Of a core."""


def costs(seconds: int, step: Callable[[int], None]) -> list[float]:
    """Processor seconds of each step."""
    found = []
    for second in range(seconds):
        before = time.process_time()
        step(second)
        found.append(time.process_time() - before)
    return found


def told(what: str, found: list[float]) -> float:
    mean = statistics.fmean(found)
    print(f"{what}: {mean:.2%} of a core; {1000 * mean:.2f} ms a reading, at most {1000 * max(found):.2f} ms")
    return mean


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=int, default=300)
    parser.add_argument("--real", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        change = _nothing if chosen.real else _stand_in(folder)
        monitor = Monitor(Bus(), dict.fromkeys(Role, CPU))
        monitor.sample()  # opens the driver's library
        readings: list[Reading] = []
        sampled: list[float] = []
        for second in range(chosen.seconds):
            change(second)
            sampled += costs(1, lambda _: readings.append(monitor.sample()))
        cards = ", ".join(gpu.name for gpu in readings[-1].hardware.gpus) or "no card"
        mean = told(f"Readings ({cards})", sampled) + told("Panel", _painted(stack, readings))
        print(f"Together: {mean:.2%} of a core; the limit is {LIMIT:.0%}")
        hardware.close()
    return 0 if mean < LIMIT else 1


def _nothing(second: int) -> None:
    """A real machine changes by itself."""


def _stand_in(folder: Path) -> Callable[[int], None]:
    """Two cards that a library of the tests plays; what it returns changes their memory."""
    from tests.nvml import LIBRARY, SOURCE, T4, StandInNvml

    library = folder / LIBRARY
    flags = ["-std=c11", "-O1", "-shared", "-fPIC", f"-Wl,-soname,{LIBRARY}"]
    subprocess.run(["cc", *flags, "-o", str(library), str(SOURCE)], check=True)
    nvml = StandInNvml(folder)
    os.environ.update(nvml.environment)
    ctypes.CDLL(str(library))
    nvml.show(T4, T4)

    def change(second: int) -> None:
        for card in (0, 1):
            nvml.set(card, ours=(1 + (second + card) % 12) * GB, others=second * 1_000_000)

    return change


def _painted(stack: ExitStack, readings: list[Reading]) -> list[float]:
    from app.planning import full_size
    from benchmarks.window_start import display
    from models.placement import plan

    os.environ.update(DISPLAY=stack.enter_context(display()).name, QT_QPA_PLATFORM="xcb")
    from PySide6.QtWidgets import QApplication

    from ui import theme
    from ui.resources import ResourcePanel

    app = QApplication(list(theme.ARGUMENTS))
    theme.apply(app, "light")
    panel = ResourcePanel()
    panel.show_plan(plan(readings[0].hardware, full_size()))
    panel.resize(theme.PANEL_WIDTH, 1100)
    panel.show()
    app.processEvents()

    def show(second: int) -> None:
        panel.show_reading(readings[second])
        app.processEvents()

    # The first ones make the widgets and fill the curve.
    found = costs(len(readings), show)[10:]
    panel.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
