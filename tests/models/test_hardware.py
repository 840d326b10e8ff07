"""Readings of the machine, taken through the real NVML binding from a stand-in for the driver."""

import ctypes.util
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pynvml
import pytest

from models import hardware
from models.hardware import RETRY_SECONDS, Activity, Gpu, Reader
from models.roles import GB
from tests.nvml import A100, GTX_1660, MIB, OTHER_PID, T4, Card, Process, StandInNvml

ROOT = Path(__file__).resolve().parents[2]
NO_NVML = pytest.mark.skipif(ctypes.util.find_library("nvidia-ml") is not None, reason="this machine has NVML")


NONE_OF_OURS = 0 if hardware._numbered_as_the_driver_does() else None
"""These tests may themselves run in a container."""


class Clock:
    """Stands in for the system's clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("cards", [(T4,), (T4, GTX_1660), (A100,), (T4, T4), (GTX_1660,)])
def test_cards_are_read(stand_in_nvml: StandInNvml, cards: tuple[Card, ...]) -> None:
    stand_in_nvml.show(*cards)
    reading = hardware.read()
    assert [(gpu.index, gpu.name, gpu.total, gpu.free, gpu.ours) for gpu in reading.gpus] == [
        (index, card.name, card.total, card.total - card.reserved, NONE_OF_OURS) for index, card in enumerate(cards)
    ]
    assert [gpu.capability for gpu in reading.gpus] == [card.more.capability for card in cards]
    assert len({gpu.uuid for gpu in reading.gpus}) == len(cards)
    assert (reading.gpu_absence, reading.gpu_faults, reading.driver) == (None, (), "550.54.14")


def test_what_a_card_is_doing(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(replace(T4, gpu_percent=35, memory_percent=12), GTX_1660)
    first, second = hardware.read().gpus
    assert first.activity == Activity(41, 27.3, 70.0, 585, 5000, 35, 12)
    assert second.activity == Activity(busy=0, memory_busy=0)


def test_a_driver_that_tells_nothing_but_memory(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    for function in (
        "nvmlDeviceGetUUID",
        "nvmlDeviceGetCudaComputeCapability",
        "nvmlDeviceGetMigMode",
        "nvmlDeviceGetMemoryBusWidth",
        "nvmlDeviceGetTemperature",
        "nvmlDeviceGetPowerUsage",
        "nvmlDeviceGetEnforcedPowerLimit",
        "nvmlDeviceGetClockInfo",
        "nvmlDeviceGetUtilizationRates",
    ):
        stand_in_nvml.fail(function, pynvml.NVML_ERROR_NOT_SUPPORTED)
    reading = hardware.read()
    # The bandwidth is then that of known cards with this name.
    assert reading.gpus == (Gpu(0, "Tesla T4", T4.total, T4.free, NONE_OF_OURS, bandwidth=320 * GB),)
    assert reading.gpu_faults == ()


@pytest.mark.parametrize(("card", "bandwidth"), [(T4, 320.064), (GTX_1660, 192.048), (A100, 1555.2)])
def test_bandwidth_follows_from_clock_and_width(stand_in_nvml: StandInNvml, card: Card, bandwidth: float) -> None:
    stand_in_nvml.show(card)
    assert [gpu.bandwidth for gpu in hardware.read().gpus] == [round(bandwidth * GB)]


def test_of_a_divided_card_the_first_instance_counts(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(replace(A100, instance=(10 * GB, 9 * GB)))
    (card,) = hardware.read().gpus
    assert (card.total, card.free) == (10 * GB, 9 * GB)


def test_a_divided_card_without_an_instance_is_a_fault(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(replace(A100, instance=(0, 0)), GTX_1660)
    reading = hardware.read()
    assert [card.index for card in reading.gpus] == [1]
    assert reading.gpu_faults == (
        "graphics card 0 (NVIDIA A100-SXM4-40GB) is divided (MIG) but has no instance: make one with nvidia-smi, or end"
        " the division",
    )


def test_a_t4_has_sixteen_decimal_gigabytes(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    (card,) = hardware.read().gpus
    assert (f"{card.total / GB:.1f}", f"{card.free / GB:.1f}") == ("16.1", "15.7")


def test_memory_that_changes_is_seen_at_the_next_reading(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    seen = []
    for ours, others in ((0, 0), (5 * GB, 0), (5 * GB, 2 * GB), (9 * GB, 0)):
        stand_in_nvml.set(0, ours=ours, others=others)
        (card,) = hardware.read().gpus
        seen.append((card.ours, card.free))
    idle = 14967 * MIB
    assert seen == [(NONE_OF_OURS, idle), (5 * GB, idle - 5 * GB), (5 * GB, idle - 7 * GB), (9 * GB, idle - 9 * GB)]


ME = os.getpid()


@pytest.mark.parametrize(
    ("processes", "ours"),
    [
        ((), NONE_OF_OURS),
        ((Process(OTHER_PID, 7),), NONE_OF_OURS),
        ((Process(ME, 100, graphics=True),), 100),
        # One that computes and draws is in both lists with all it takes.
        ((Process(ME, 100), Process(OTHER_PID, 7), Process(ME, 100, graphics=True)), 100),
        # Two instances of a divided card.
        ((Process(ME, 100), Process(ME, 50)), 150),
        ((Process(ME, None),), None),
        ((*(Process(9000 + number, 1) for number in range(40)), Process(ME, 3)), 3),
    ],
)
def test_what_this_process_takes(stand_in_nvml: StandInNvml, processes: tuple[Process, ...], ours: int | None) -> None:
    stand_in_nvml.show(replace(T4, processes=processes))
    assert [card.ours for card in hardware.read().gpus] == [ours]


@pytest.mark.parametrize("function", ["nvmlDeviceGetComputeRunningProcesses", "nvmlDeviceGetGraphicsRunningProcesses"])
@pytest.mark.parametrize("code", [pynvml.NVML_ERROR_NOT_SUPPORTED, pynvml.NVML_ERROR_NO_PERMISSION])
def test_a_driver_that_does_not_list_processes(stand_in_nvml: StandInNvml, function: str, code: int) -> None:
    stand_in_nvml.show(T4)
    stand_in_nvml.set(0, ours=GB)
    stand_in_nvml.fail(function, code)
    reading = hardware.read()
    assert [(card.ours, card.free) for card in reading.gpus] == [(None, 14967 * MIB - GB)]
    assert reading.gpu_faults == ()


READ = """
import json
from models.hardware import read
print(json.dumps([[card.name, card.total, card.free, card.ours] for card in read().gpus]))
"""


def test_another_process_loads_it_as_it_would_the_driver(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4, GTX_1660)
    stand_in_nvml.set(1, others=GB)
    assert json.loads(_run([sys.executable, "-c", READ], stand_in_nvml)) == [
        ["Tesla T4", 15360 * MIB, 14967 * MIB, NONE_OF_OURS],
        ["NVIDIA GeForce GTX 1660", 6144 * MIB, 5954 * MIB - GB, NONE_OF_OURS],
    ]


UNSHARE = ["unshare", "--user", "--map-root-user", "--pid", "--fork"]
CAN_UNSHARE = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not CAN_UNSHARE, reason="this system does not let a user make a process namespace")
def test_in_a_container_the_driver_does_not_say_what_is_ours(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    stand_in_nvml.set(0, others=GB)
    seen = json.loads(_run([*UNSHARE, sys.executable, "-c", READ], stand_in_nvml))
    assert seen == [["Tesla T4", 15360 * MIB, 14967 * MIB - GB, None]]


def _run(command: list[str], stand_in: StandInNvml) -> str:
    environment = {**os.environ, **stand_in.environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("function", "code", "absence", "fault"),
    [
        ("nvmlInit", pynvml.NVML_ERROR_DRIVER_NOT_LOADED, "the NVIDIA driver is installed but not running", False),
        (
            "nvmlInit",
            pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH,
            "the NVIDIA driver was updated: restart the computer",
            True,
        ),
        (
            "nvmlInit",
            pynvml.NVML_ERROR_NO_PERMISSION,
            "this account may not use the NVIDIA driver: ask whoever looks after the computer",
            True,
        ),
        ("nvmlInit", pynvml.NVML_ERROR_FUNCTION_NOT_FOUND, "the NVIDIA driver is too old: update it", True),
        ("nvmlInit", pynvml.NVML_ERROR_GPU_IS_LOST, "the graphics card is lost: restart the computer", True),
        ("nvmlInit", pynvml.NVML_ERROR_UNKNOWN, "the NVIDIA driver does not answer (Unknown Error)", True),
        ("nvmlInit", 27, "the NVIDIA driver does not answer (Not ready)", True),
        ("nvmlDeviceGetCount", pynvml.NVML_ERROR_UNKNOWN, "the NVIDIA driver does not answer (Unknown Error)", True),
    ],
)
def test_a_driver_that_does_not_work(
    stand_in_nvml: StandInNvml, function: str, code: int, absence: str, fault: bool
) -> None:
    stand_in_nvml.show(T4)
    stand_in_nvml.fail(function, code)
    reading = hardware.read()
    assert (reading.gpus, reading.gpu_absence) == ((), absence)
    assert reading.gpu_faults == ((absence,) if fault else ())
    assert reading.ram_total > 0


@pytest.mark.parametrize(
    ("function", "code", "fault"),
    [
        ("*", pynvml.NVML_ERROR_GPU_IS_LOST, "graphics card 1 is lost: restart the computer"),
        (
            "nvmlDeviceGetHandleByIndex",
            pynvml.NVML_ERROR_NO_PERMISSION,
            "graphics card 1 may not be used by this account: ask whoever looks after the computer",
        ),
        (
            "nvmlDeviceGetMemoryInfo",
            pynvml.NVML_ERROR_RESET_REQUIRED,
            "graphics card 1 (NVIDIA GeForce GTX 1660) must be reset: restart the computer",
        ),
        (
            "nvmlDeviceGetMemoryInfo",
            pynvml.NVML_ERROR_NOT_SUPPORTED,
            "graphics card 1 (NVIDIA GeForce GTX 1660) does not tell its memory",
        ),
        ("nvmlDeviceGetName", pynvml.NVML_ERROR_UNKNOWN, "graphics card 1 does not answer (Unknown Error)"),
    ],
)
def test_one_broken_card_does_not_hide_the_other(
    stand_in_nvml: StandInNvml, function: str, code: int, fault: str
) -> None:
    stand_in_nvml.show(T4, GTX_1660)
    stand_in_nvml.fail(function, code, card=1)
    reading = hardware.read()
    assert [card.index for card in reading.gpus] == [0]
    assert (reading.gpu_absence, reading.gpu_faults) == (None, (fault,))


def test_a_first_card_that_breaks_leaves_the_second_its_number(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4, GTX_1660)
    hardware.read()
    stand_in_nvml.fail("*", pynvml.NVML_ERROR_GPU_IS_LOST, card=0)
    reading = hardware.read()
    assert [(card.index, card.name) for card in reading.gpus] == [(1, "NVIDIA GeForce GTX 1660")]
    assert reading.gpu_faults == ("graphics card 0 (Tesla T4) is lost: restart the computer",)


def test_the_only_card_lost(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    stand_in_nvml.fail("*", pynvml.NVML_ERROR_GPU_IS_LOST, card=0)
    reading = hardware.read()
    assert (reading.gpus, reading.gpu_absence) == ((), "graphics card 0 is lost: restart the computer")


def test_a_driver_without_cards(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show()
    reading = hardware.read()
    assert (reading.gpus, reading.gpu_absence, reading.gpu_faults) == ((), "the NVIDIA driver sees no card", ())


def test_a_version_that_is_not_told_hides_no_card(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    stand_in_nvml.fail("nvmlSystemGetDriverVersion", pynvml.NVML_ERROR_UNKNOWN)
    reading = hardware.read()
    assert (len(reading.gpus), reading.driver) == (1, None)


@NO_NVML
def test_no_driver_at_all() -> None:
    hardware.close()
    reading = hardware.read()
    assert (reading.gpus, reading.gpu_absence, reading.gpu_faults) == ((), "no NVIDIA driver", ())


def test_a_card_pulled_in_mid_run(stand_in_nvml: StandInNvml) -> None:
    clock = Clock()
    reader = Reader(clock)
    stand_in_nvml.show(T4, GTX_1660)
    assert len(reader.read().gpus) == 2
    stand_in_nvml.take_out(1)
    clock.now += RETRY_SECONDS - 1
    lost = reader.read()
    assert [card.name for card in lost.gpus] == ["Tesla T4"]
    assert lost.gpu_faults == ("graphics card 1 (NVIDIA GeForce GTX 1660) is lost: restart the computer",)
    clock.now += 1
    # NVML was opened anew, and knows only the card that is still there.
    again = reader.read()
    assert ([card.name for card in again.gpus], again.gpu_faults) == (["Tesla T4"], ())
    reader.close()


def test_a_driver_that_goes_away_and_comes_back(stand_in_nvml: StandInNvml) -> None:
    clock = Clock()
    reader = Reader(clock)
    stand_in_nvml.show(T4)
    assert reader.read().driver == "550.54.14"
    stand_in_nvml.fail("*", pynvml.NVML_ERROR_UNKNOWN)
    stand_in_nvml.fail("nvmlInit", pynvml.NVML_ERROR_DRIVER_NOT_LOADED)
    assert reader.read().gpu_absence == "graphics card 0 (Tesla T4) does not answer (Unknown Error)"
    clock.now += RETRY_SECONDS
    gone = reader.read()
    assert (gone.gpu_absence, gone.driver) == ("the NVIDIA driver is installed but not running", None)
    stand_in_nvml.show(A100, driver="570.1")
    clock.now += RETRY_SECONDS - 1
    assert reader.read().gpus == ()
    clock.now += 1
    back = reader.read()
    assert ([card.name for card in back.gpus], back.driver) == ([A100.name], "570.1")
    reader.close()


def test_nvml_is_opened_once_for_many_readings(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4)
    reader = Reader()
    reader.read()
    # It would be refused now, and look for other cards.
    stand_in_nvml.fail("nvmlInit", pynvml.NVML_ERROR_UNKNOWN)
    assert [len(reader.read().gpus) for _ in range(100)] == [1] * 100
    assert pynvml._nvmlLib_refcount == 1
    reader.close()
    assert pynvml._nvmlLib_refcount == 0
    assert reader.read().gpus == ()


def test_several_threads_read_while_the_machine_changes(stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4, T4)
    readings: list[hardware.Hardware] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            readings.append(hardware.read())

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for step in range(1, 200):
        stand_in_nvml.set(0, ours=step * MIB)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(readings) >= 3
    for reading in readings:
        assert reading.gpu_faults == ()
        first, second = reading.gpus
        assert first.ours is not None
        assert second.free == 14967 * MIB


def test_the_memory_of_the_process_is_read() -> None:
    before = hardware.read().ram_ours
    ballast = bytearray(os.urandom(64 * MIB))
    after = hardware.read().ram_ours
    assert after - before > 60 * MIB
    assert len(ballast) == 64 * MIB


def test_the_stand_in_speaks_as_nvml_does(stand_in_nvml: StandInNvml) -> None:
    """The parts of the binding that Parley's reader does not use, so that other tests may rely on them."""
    busy = replace(T4, processes=(Process(7, GB), Process(8, None)), gpu_percent=35, memory_percent=12)
    stand_in_nvml.show(busy, GTX_1660)
    pynvml.nvmlInit()
    pynvml.nvmlShutdown()
    with pytest.raises(pynvml.NVMLError_Uninitialized):
        pynvml.nvmlDeviceGetCount()
    pynvml.nvmlInit()
    assert pynvml.nvmlSystemGetCudaDriverVersion() == pynvml.nvmlSystemGetCudaDriverVersion_v2() == 12040
    device = pynvml.nvmlDeviceGetHandleByIndex(1)
    assert pynvml.nvmlDeviceGetUUID(device).startswith("GPU-")
    info = pynvml.nvmlDeviceGetPciInfo(device)
    assert (info.bus, info.busIdLegacy, info.busId) == (2, "0000:02:00.0", "00000000:02:00.0")
    device = pynvml.nvmlDeviceGetHandleByIndex(0)
    memory = pynvml.nvmlDeviceGetMemoryInfo(device, version=pynvml.nvmlMemory_v2)
    assert (memory.total, memory.reserved, memory.free) == (T4.total, T4.reserved, 14967 * MIB - GB)
    assert memory.used == GB
    assert pynvml.nvmlDeviceGetMemoryInfo(device).used == GB + T4.reserved
    with pytest.raises(pynvml.NVMLError) as refused:
        pynvml.nvmlDeviceGetMemoryInfo(device, version=0x01000028)
    assert refused.value.value == pynvml.NVML_ERROR_ARGUMENT_VERSION_MISMATCH
    usage = pynvml.nvmlDeviceGetUtilizationRates(device)
    assert (usage.gpu, usage.memory) == (35, 12)
    for ask in (pynvml.nvmlDeviceGetComputeRunningProcesses_v2, pynvml.nvmlDeviceGetComputeRunningProcesses_v3):
        assert [(process.pid, process.usedGpuMemory) for process in ask(device)] == [(7, GB), (8, None)]
    with pytest.raises(pynvml.NVMLError_InvalidArgument):
        pynvml.nvmlDeviceGetHandleByIndex(2)
    pynvml.nvmlShutdown()
