"""What this machine has: graphics cards, memory, cores. Read from the driver (NVML) and the operating system.

Never from torch, which does not see what llama.cpp and onnxruntime take. One reader serves whoever places models and
whoever shows what they take, so both see the same. It must not decide what goes where.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

RETRY_SECONDS = 30.0
"""NVML is opened anew at most this often: without a driver that costs tens of milliseconds and may start a process."""


@dataclass(frozen=True)
class Activity:
    """What a card is doing; each value is None where the driver does not say."""

    temperature: int | None = None
    """Degrees Celsius."""
    power: float | None = None
    """Watts."""
    power_limit: float | None = None
    """Watts."""
    clock: int | None = None
    """Of the multiprocessors, megahertz."""
    memory_clock: int | None = None
    """Megahertz."""
    busy: int | None = None
    """Percent of the last moment in which it computed."""
    memory_busy: int | None = None
    """Percent of the last moment in which its memory was read or written."""


@dataclass(frozen=True)
class Gpu:
    """A graphics card, or the instance of a divided one (MIG) that this process gets; memory in bytes."""

    index: int
    """NVML's number, which counts by PCI bus; models.cuda makes CUDA count likewise."""
    name: str
    total: int
    free: int
    ours: int | None = None
    """Taken by this process; None where the driver does not say."""
    uuid: str | None = None
    capability: tuple[int, int] | None = None
    """CUDA compute capability, (7, 5) for a T4."""
    bandwidth: int | None = None
    """Of its memory, bytes a second: what bounds how fast tokens come."""
    activity: Activity = Activity()

    def older_than(self, capability: tuple[int, int]) -> bool:
        """Whether it is known not to have the capability."""
        return self.capability is not None and self.capability < capability


@dataclass(frozen=True)
class Hardware:
    """A reading of the machine; memory in bytes."""

    gpus: tuple[Gpu, ...]
    """The cards that answer, in the order of NVML's numbers."""
    gpu_absence: str | None
    """Why there is no card to use; None where there is one."""
    driver: str | None
    ram_total: int
    ram_free: int
    cores: int
    ram_ours: int = 0
    """Resident memory of this process."""
    ram_private: int = 0
    """Of that, what no file backs: weights that are mapped from a file count as free memory too."""
    gpu_faults: tuple[str, ...] = ()
    """What keeps a card or the driver from working and can be mended; empty on a sound machine, with cards or not."""
    driver_silent: bool = False
    """The driver told nothing, which says nothing about the cards: what runs on them may go on."""


class Reader:
    """Takes readings and keeps NVML open between them. All methods may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._process: Any = None
        self._nvml = _Nvml()
        self._opened_at: float | None = None

    def read(self) -> Hardware:
        """Take a reading. No card, no driver or a broken one is an answer, not an error."""
        import psutil

        with self._lock:
            if self._process is None:
                self._process = psutil.Process()
            now = self._clock()
            if self._opened_at is None or (self._nvml.failed and now - self._opened_at >= RETRY_SECONDS):
                self._opened_at = now
                self._nvml.close()
                self._nvml.open()
            gpus = self._nvml.cards()
            memory = psutil.virtual_memory()
            ours = self._process.memory_info()
            return Hardware(
                gpus=gpus,
                gpu_absence=None if gpus else "; ".join(self._nvml.faults) or self._nvml.absence,
                driver=self._nvml.driver,
                ram_total=memory.total,
                ram_free=memory.available,
                cores=os.cpu_count() or 1,
                ram_ours=ours.rss,
                ram_private=max(0, ours.rss - getattr(ours, "shared", 0)),
                gpu_faults=self._nvml.faults,
                driver_silent=self._nvml.silent,
            )

    def close(self) -> None:
        """Close NVML. The next reading opens it anew and looks for cards again."""
        with self._lock:
            self._nvml.close()
            self._opened_at = None


class _Nvml:
    """The driver's management library, for one caller at a time."""

    def __init__(self) -> None:
        self.driver: str | None = None
        self.absence = "no NVIDIA driver"
        self.faults: tuple[str, ...] = ()
        self.failed = False
        """Something did not work that may work once the library is opened anew."""
        self.silent = False
        self._open = False
        self._kinds: dict[int, _Kind] = {}

    def open(self) -> None:
        import pynvml

        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            self._refuse(error)
            return
        self._open, self.failed, self.faults = True, False, ()
        self.absence = "the NVIDIA driver sees no card"
        with contextlib.suppress(pynvml.NVMLError):
            self.driver = str(pynvml.nvmlSystemGetDriverVersion())

    def close(self) -> None:
        if self._open:
            import pynvml

            with contextlib.suppress(pynvml.NVMLError):
                pynvml.nvmlShutdown()
        self._open, self.driver = False, None
        self._kinds.clear()

    def cards(self) -> tuple[Gpu, ...]:
        """The cards that answer; the others become faults."""
        if not self._open:
            return ()
        import pynvml

        try:
            count = pynvml.nvmlDeviceGetCount()
        except pynvml.NVMLError as error:
            self._refuse(error)
            return ()
        cards, faults = [], []
        for index in range(count):
            try:
                cards.append(self._card(index))
            except pynvml.NVMLError as error:
                kind = self._kinds.get(index)
                what = f"graphics card {index} ({kind.name})" if kind else f"graphics card {index}"
                faults.append(f"{what} {_CARD_FAULTS.get(error.value, f'does not answer ({error})')}")
        self.faults, self.failed, self.silent = tuple(faults), bool(faults), False
        return tuple(cards)

    def _card(self, index: int) -> Gpu:
        import pynvml

        board = pynvml.nvmlDeviceGetHandleByIndex(index)
        if index not in self._kinds:
            # Kept at once, so that a card that fails later is still called by its name.
            self._kinds[index] = _Kind(str(pynvml.nvmlDeviceGetName(board)))
            self._kinds[index] = _kind(board, self._kinds[index].name)
        kind = self._kinds[index]
        device = _instance(board) if kind.divided else board
        memory = pynvml.nvmlDeviceGetMemoryInfo(device)
        return Gpu(
            index,
            kind.name,
            int(memory.total),
            int(memory.free),
            _ours(device),
            kind.uuid,
            kind.capability,
            kind.bandwidth,
            _activity(board),
        )

    def _refuse(self, error: Any) -> None:
        absence = _ABSENCES.get(error.value)
        self.absence = absence or _FAULTS.get(error.value, f"the NVIDIA driver does not answer ({error})")
        self.faults = () if absence else (self.absence,)
        self.failed = self.silent = True


@dataclass(frozen=True)
class _Kind:
    """What does not change of a card while NVML is open."""

    name: str
    uuid: str | None = None
    capability: tuple[int, int] | None = None
    bandwidth: int | None = None
    divided: bool = False
    """Into instances (MIG), of which CUDA gives a process the first one."""


def _kind(device: Any, name: str) -> _Kind:
    import pynvml

    capability = _told(lambda: pynvml.nvmlDeviceGetCudaComputeCapability(device))
    mode = _told(lambda: pynvml.nvmlDeviceGetMigMode(device))
    return _Kind(
        name,
        uuid=_told(lambda: str(pynvml.nvmlDeviceGetUUID(device))),
        capability=None if capability is None else (int(capability[0]), int(capability[1])),
        bandwidth=_bandwidth(device, name),
        divided=mode is not None and mode[0] == pynvml.NVML_DEVICE_MIG_ENABLE,
    )


def _bandwidth(device: Any, name: str) -> int | None:
    """Bytes a second: twice a clock, since memory sends at both of its edges, times the width; else by the name."""
    import pynvml

    from models import gpus

    clock = _told(lambda: pynvml.nvmlDeviceGetMaxClockInfo(device, pynvml.NVML_CLOCK_MEM))
    width = _told(lambda: pynvml.nvmlDeviceGetMemoryBusWidth(device))
    if clock and width:
        return 2 * int(clock) * 1_000_000 * int(width) // 8
    known = gpus.find(name)
    return None if known is None else known.bandwidth


def _instance(board: Any) -> Any:
    """The first instance of a divided card. Raises NVMLError where it has none."""
    import pynvml

    for place in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(board)):
        with contextlib.suppress(pynvml.NVMLError_NotFound):
            return pynvml.nvmlDeviceGetMigDeviceHandleByIndex(board, place)
    raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)


def _activity(device: Any) -> Activity:
    import pynvml

    power = _told(lambda: pynvml.nvmlDeviceGetPowerUsage(device))
    limit = _told(lambda: pynvml.nvmlDeviceGetEnforcedPowerLimit(device))
    busy = _told(lambda: pynvml.nvmlDeviceGetUtilizationRates(device))
    return Activity(
        temperature=_told(lambda: int(pynvml.nvmlDeviceGetTemperature(device, pynvml.NVML_TEMPERATURE_GPU))),
        power=None if power is None else power / 1000,
        power_limit=None if limit is None else limit / 1000,
        clock=_told(lambda: int(pynvml.nvmlDeviceGetClockInfo(device, pynvml.NVML_CLOCK_SM))),
        memory_clock=_told(lambda: int(pynvml.nvmlDeviceGetClockInfo(device, pynvml.NVML_CLOCK_MEM))),
        busy=None if busy is None else int(busy.gpu),
        memory_busy=None if busy is None else int(busy.memory),
    )


def _told(ask: Callable[[], T]) -> T | None:
    """What the driver answers; None where it does not know, or is too old to know the question."""
    import pynvml

    try:
        return ask()
    except pynvml.NVMLError:
        return None


# NVML's return codes, by number: the binding is not imported before the first reading.
_ABSENCES = {
    9: "the NVIDIA driver is installed but not running",
    12: "no NVIDIA driver",
}
"""What a machine without a card for Parley says."""
_FAULTS = {
    4: "this account may not use the NVIDIA driver: ask whoever looks after the computer",
    13: "the NVIDIA driver is too old: update it",
    15: "the graphics card is lost: restart the computer",
    18: "the NVIDIA driver was updated: restart the computer",
}
_CARD_FAULTS = {
    3: "does not tell its memory",
    4: "may not be used by this account: ask whoever looks after the computer",
    6: "is divided (MIG) but has no instance: make one with nvidia-smi, or end the division",
    15: "is lost: restart the computer",
    16: "must be reset: restart the computer",
}


def _ours(device: Any) -> int | None:
    """Bytes of the card that this process takes, None where the driver does not say."""
    import pynvml

    pid = os.getpid()
    try:
        listed = [
            [process.usedGpuMemory for process in ask(device) if process.pid == pid]
            for ask in (pynvml.nvmlDeviceGetComputeRunningProcesses, pynvml.nvmlDeviceGetGraphicsRunningProcesses)
        ]
    except pynvml.NVMLError:
        return None
    if any(size is None for sizes in listed for size in sizes):
        return None
    # A process that computes and draws is in both lists, each time with all its memory; one that uses several
    # instances of a divided card is in a list once for each.
    taken = max(sum(sizes) for sizes in listed)
    # In a container the driver tells other process numbers than ours, or ours with no memory.
    return taken if taken or _numbered_as_the_driver_does() else None


def _numbered_as_the_driver_does() -> bool:
    """Whether the driver knows this process by the number that it has here: not so in a container."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        return os.name == "nt"
    # What Linux has called its first namespace since it gives them names (PROC_PID_INIT_INO).
    return namespace == "pid:[4026531836]"


_reader = Reader()


def read() -> Hardware:
    """Take a reading with the reader that all of the process shares."""
    return _reader.read()


def close() -> None:
    """Close NVML until the next reading, which then looks for cards again."""
    _reader.close()
