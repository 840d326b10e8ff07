"""A stand-in for NVIDIA's driver: the fixture `stand_in_nvml` and the cards to show with it.

The real binding, nvidia-ml-py, loads a C library that the tests build. It answers what `show`, `set` and `fail` say, at
once and also in processes started with `environment`, so a test can change the machine while Parley looks at it:

    stand_in_nvml.show(T4, GTX_1660)                    # two cards, idle
    stand_in_nvml.set(0, ours=5 * GB, others=2 * GB)    # memory that this process and another one take
    stand_in_nvml.fail("*", NVML_ERROR_GPU_IS_LOST, card=1)
    stand_in_nvml.heal()

Without `show` there is no driver. Like NVML, it looks for cards only when it is opened: `show` makes the next reading
of this process do that, and one that shall recover from an error at once needs `models.hardware.close()`.
"""

import _ctypes
import ctypes
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pynvml
import pytest

from models import hardware

MIB = 1024 * 1024
SOURCE = Path(__file__).with_name("stand_in.c")
LIBRARY = "libnvidia-ml.so.1"
OTHER_PID = 4242


@dataclass(frozen=True)
class Process:
    """A process on a card; `size` in bytes, None where the driver does not tell it."""

    pid: int
    size: int | None
    graphics: bool = False


@dataclass(frozen=True)
class More:
    """What else a driver tells of a card; -1 where it does not."""

    capability: tuple[int, int] = (-1, -1)
    bus_bits: int = -1
    memory_mhz_most: int = -1
    celsius: int = -1
    milliwatts: int = -1
    milliwatts_most: int = -1
    mhz: int = -1
    memory_mhz: int = -1


@dataclass(frozen=True)
class Card:
    """A graphics card; sizes in bytes."""

    name: str
    total: int
    reserved: int
    """What the driver keeps for itself."""
    processes: tuple[Process, ...] = ()
    hidden: int = 0
    """Taken by processes that the driver does not list."""
    gpu_percent: int = 0
    memory_percent: int = 0
    more: More = More()
    instance: tuple[int, int] | None = None
    """Total and free bytes of the one instance of a divided card, (0, 0) where it has none; None if it is whole."""

    @property
    def free(self) -> int:
        sizes: dict[int, int] = {}
        for process in self.processes:
            sizes[process.pid] = max(sizes.get(process.pid, 0), process.size or 0)
        return self.total - self.reserved - self.hidden - sum(sizes.values())


T4 = Card("Tesla T4", 15360 * MIB, 393 * MIB, more=More((7, 5), 256, 5001, 41, 27_300, 70_000, 585, 5000))
"""16.1 GB, of which 15.7 are free when nobody uses it."""
GTX_1660 = Card("NVIDIA GeForce GTX 1660", 6144 * MIB, 190 * MIB, more=More((7, 5), 192, 4001))
"""A card whose driver tells neither heat nor power."""
A100 = Card(
    "NVIDIA A100-SXM4-40GB", 40960 * MIB, 571 * MIB, more=More((8, 0), 5120, 1215, 33, 52_100, 400_000, 210, 1215)
)


class StandInNvml:
    """The machine that the stand-in library plays. `pid` is the process that `ours` means: this one, or a child."""

    def __init__(self, folder: Path) -> None:
        self.pid = os.getpid()
        self._scene = folder / "scene"
        self._driver = "550.54.14"
        self._cards: list[Card] = []
        self._failures: list[str] = []
        self.environment: Mapping[str, str] = {"LD_LIBRARY_PATH": str(folder), "STAND_IN_NVML": str(self._scene)}
        """Variables for a child process that is to see the same machine."""

    def show(self, *cards: Card, driver: str = "550.54.14") -> None:
        """Be a machine with these cards, on which everything works."""
        self._cards, self._failures, self._driver = list(cards), [], driver
        self._write()
        hardware.close()

    def set(self, card: int, *, ours: int | None = None, others: int | None = None, hidden: int | None = None) -> None:
        """Change how many bytes this process, another one, and processes that the driver does not list take."""
        shown = self._cards[card]
        processes = {process.pid: process for process in shown.processes}
        for pid, size in ((self.pid, ours), (OTHER_PID, others)):
            if size is not None:
                processes[pid] = Process(pid, size)
        listed = tuple(process for process in processes.values() if process.size)
        self._cards[card] = replace(shown, processes=listed, hidden=shown.hidden if hidden is None else hidden)
        self._write()

    def free(self, card: int) -> int:
        """Bytes of a card that nobody has."""
        return self._cards[card].free

    def replace(self, card: int, shown: Card) -> None:
        """Put another state of a card in the place of the one shown."""
        self._cards[card] = shown
        self._write()

    def take_out(self, card: int) -> None:
        """Pull a card, while everything runs: NVML calls it lost until it is opened anew."""
        del self._cards[card]
        self._write()

    def fail(self, function: str, code: int, card: int | None = None) -> None:
        """Let an NVML function (its name without the version; "*": each that is about a card) return an error."""
        self._failures.append(f"fail {function} {'*' if card is None else card} {code}")
        self._write()

    def heal(self) -> None:
        """Let everything work again."""
        self._failures.clear()
        self._write()

    def _write(self) -> None:
        lines = [f"driver {self._driver}", "cuda 12040"]
        for index, card in enumerate(self._cards):
            numbers = (card.total, card.reserved, card.free, card.gpu_percent, card.memory_percent)
            lines.append(f"card {' '.join(map(str, numbers))} {card.name}")
            more = card.more
            told = (*more.capability, more.bus_bits, more.memory_mhz_most, more.celsius)
            told += (more.milliwatts, more.milliwatts_most, more.mhz, more.memory_mhz)
            lines.append(f"more {index} {' '.join(map(str, told))}")
            if card.instance is not None:
                lines.append(f"divided {index} {card.instance[0]} {card.instance[1]}")
            for process in card.processes:
                kind, size = (
                    "graphics" if process.graphics else "compute",
                    "-" if process.size is None else process.size,
                )
                lines.append(f"process {index} {kind} {process.pid} {size}")
        fresh = self._scene.with_suffix(".new")
        fresh.write_text("\n".join([*lines, *self._failures, ""]), encoding="utf-8")
        # At once, so that a reader never sees half a machine.
        fresh.replace(self._scene)


@pytest.fixture(scope="session")
def stand_in_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in, built."""
    library = tmp_path_factory.mktemp("nvml") / LIBRARY
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", f"-Wl,-soname,{LIBRARY}"]
    subprocess.run(["cc", *flags, "-o", str(library), str(SOURCE)], check=True)
    return library


@pytest.fixture
def stand_in_nvml(stand_in_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInNvml]:
    """A machine whose driver the test plays; at first there is none."""
    folder = tmp_path / "nvml"
    folder.mkdir()
    (folder / LIBRARY).symlink_to(stand_in_library)
    stand_in = StandInNvml(folder)
    monkeypatch.setenv("STAND_IN_NVML", stand_in.environment["STAND_IN_NVML"])
    _forget_driver()
    # Once a library of this name is in the process, the loader gives it to the binding that asks for the name.
    loaded = ctypes.CDLL(str(stand_in_library))
    yield stand_in
    _forget_driver()
    _ctypes.dlclose(loaded._handle)


def _forget_driver() -> None:
    """Bring Parley's reader and the binding back to the state before their first use."""
    hardware.close()
    pynvml._nvmlGetFunctionPointer_cache.clear()
    pynvml._nvmlLib_refcount = 0
    if pynvml.nvmlLib is not None:
        _ctypes.dlclose(pynvml.nvmlLib._handle)
        pynvml.nvmlLib = None
