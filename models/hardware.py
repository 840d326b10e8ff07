"""What this machine has: graphics cards, memory, cores. Read from the driver (NVML) and the operating system.

Never from torch, which does not see what llama.cpp and onnxruntime take. It must not decide what goes where.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Gpu:
    """A graphics card; memory in bytes."""

    index: int
    name: str
    total: int
    free: int
    ours: int | None = None
    """Taken by this process; None where the driver does not say."""


@dataclass(frozen=True)
class Hardware:
    """A reading of the machine; memory in bytes."""

    gpus: tuple[Gpu, ...]
    gpu_absence: str | None
    """Why there is no card to use; None where there is one."""
    driver: str | None
    ram_total: int
    ram_free: int
    cores: int
    ram_ours: int = 0
    """Resident memory of this process."""


def read() -> Hardware:
    """Take a reading. No card, no driver or a broken one is an answer, not an error."""
    import psutil

    cards, absence, driver = _gpus()
    memory = psutil.virtual_memory()
    return Hardware(cards, absence, driver, memory.total, memory.available, os.cpu_count() or 1)


def _gpus() -> tuple[tuple[Gpu, ...], str | None, str | None]:
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        return (), str(error), None
    try:
        driver = str(pynvml.nvmlSystemGetDriverVersion())
        cards = []
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
            cards.append(Gpu(index, str(pynvml.nvmlDeviceGetName(handle)), int(memory.total), int(memory.free)))
        return tuple(cards), None if cards else "the driver sees no card", driver
    except pynvml.NVMLError as error:
        return (), str(error), None
    finally:
        pynvml.nvmlShutdown()
