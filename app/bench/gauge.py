"""Memory over time: what this process takes and what stays free, four times a second; and who has the processor.

Owns the sampling thread. It must not know models. Sizes are bytes, times seconds since the gauge began.
"""

import sys
import threading
import time
from dataclasses import dataclass

from models import hardware
from models.hardware import Gpu, Hardware

INTERVAL = 0.25


@dataclass(frozen=True)
class Moment:
    """A reading of one device."""

    at: float
    taken: int
    """By this process."""
    free: int


class Highest:
    """The most main memory that this process took since the object was made."""

    def __init__(self) -> None:
        self._before = _highest_ever()

    def ram(self, seen: int) -> int:
        """By the system's own mark where it was passed since, for some steps take less time than passes between two
        readings; else the most that was `seen`."""
        now = _highest_ever()
        return max(now, seen) if now > self._before else seen


class Gauge:
    """Samples from `start` to `stop`. Device None is the main memory, a number is the card with that index."""

    def __init__(self) -> None:
        self.before = hardware.read()
        """Before anything was loaded."""
        self._highest = Highest()
        self._began = time.perf_counter()
        self._spent = _processor()
        self._lock = threading.Lock()
        self._moments: dict[int | None, list[Moment]] = {}
        self._keep(self.before, 0.0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="parley-gauge", daemon=True)

    @property
    def elsewhere(self) -> float:
        """The share of the processor's time, 0 to 1, that other programs had since the beginning."""
        whole, busy, own = (now - then for now, then in zip(_processor(), self._spent, strict=True))
        return min(1.0, max(0.0, (busy - own) / whole)) if whole > 0 else 0.0

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._began

    def at(self, moment: float) -> float:
        """A moment of time.perf_counter in the gauge's seconds."""
        return moment - self._began

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take the last reading. Can be called again."""
        self._stop.set()
        self._thread.join()

    def moments(self, device: int | None) -> list[Moment]:
        """The readings of a device so far."""
        with self._lock:
            return list(self._moments.get(device, ()))

    def peak(self, device: int | None) -> int | None:
        """The most that was taken of a device so far."""
        seen = max((moment.taken for moment in self.moments(device)), default=None)
        return self._highest.ram(seen) if device is None and seen is not None else seen

    def _keep(self, machine: Hardware, at: float) -> None:
        with self._lock:
            self._moments.setdefault(None, []).append(Moment(at, machine.ram_ours, machine.ram_free))
            for gpu in machine.gpus:
                self._moments.setdefault(gpu.index, []).append(Moment(at, self.taken(gpu), gpu.free))

    def taken(self, gpu: Gpu) -> int:
        """What this process has of a card; where the driver does not say, what anybody took since the beginning."""
        if gpu.ours is not None:
            return gpu.ours
        was = next((other.free for other in self.before.gpus if other.index == gpu.index), gpu.free)
        return max(0, was - gpu.free)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self._keep(hardware.read(), self.elapsed)
        self._keep(hardware.read(), self.elapsed)


def _processor() -> tuple[float, float, float]:
    """Seconds of all cores together so far, those in which they worked, and those in which they worked for this
    process."""
    import psutil

    times, own = psutil.cpu_times(), psutil.Process().cpu_times()
    # Linux counts what goes to guests as its own programs' time as well.
    whole = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return whole, whole - times.idle - getattr(times, "iowait", 0.0), own.user + own.system


def _highest_ever() -> int:
    """The system's mark of the most main memory that this process ever took."""
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    # Linux counts in kilobytes, macOS in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
