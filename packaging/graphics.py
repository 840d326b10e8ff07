"""What the set-up must know of NVIDIA cards: the driver's CUDA version, and the builds that fit it.

Standard library only; reads the driver's own libraries and asks the builds' indexes, installs nothing.
"""

import ctypes
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LLAMA_INDEX = "https://abetlen.github.io/llama-cpp-python/whl"
"""Ready CUDA builds of llama-cpp-python, a folder per CUDA version (cu124), by its own project."""
LLAMA_BUILDS = ((13, 2), (13, 0), (12, 5), (12, 4), (12, 3), (12, 2), (12, 1))
"""CUDA versions that there are or were builds for, newest first."""
SECONDS = 5.0
"""How long a web address may take to answer."""


@dataclass(frozen=True, order=True)
class Driver:
    """The newest CUDA version that the NVIDIA driver runs. Builds for older versions run on it too."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def onnxruntime(self) -> str:
        """The requirement for onnxruntime with its CUDA libraries: 1.26 was the last release for CUDA 12."""
        versions = ">=1.28,<2" if self.major >= 13 else ">=1.24,<1.27"
        return f"onnxruntime-gpu[cuda,cudnn]{versions}"


def find_driver() -> Driver | None:
    """The driver of this machine; None without a driver or without a card.

    Asks NVML, which is what nvidia-smi prints, and else the CUDA driver itself. Both give the version as
    1000 × major + 10 × minor.
    """
    version, cards = ctypes.c_int(), ctypes.c_uint()
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
        asked = (
            nvml.nvmlInit_v2(),
            nvml.nvmlSystemGetCudaDriverVersion_v2(ctypes.byref(version)),
            nvml.nvmlDeviceGetCount_v2(ctypes.byref(cards)),
        )
    except (OSError, AttributeError):
        try:
            cuda = ctypes.CDLL("libcuda.so.1")
            asked = (
                cuda.cuInit(0),
                cuda.cuDriverGetVersion(ctypes.byref(version)),
                cuda.cuDeviceGetCount(ctypes.byref(cards)),
            )
        except (OSError, AttributeError):
            return None
    if any(asked) or not cards.value:
        return None
    return Driver(version.value // 1000, version.value % 1000 // 10)


def reachable(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):
            return True
    except (urllib.error.URLError, OSError, ValueError):
        return False


def wheel_indexes(driver: Driver) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Indexes with a ready llama-cpp-python for `driver`, best first: tag, address, CUDA libraries that it needs."""
    for build in LLAMA_BUILDS:
        tag = f"cu{build[0]}{build[1]}"
        if Driver(*build) <= driver and reachable(f"{LLAMA_INDEX}/{tag}/llama-cpp-python/"):
            suffix, versions = ("-cu12", ">=12.1,<13") if build[0] == 12 else ("", ">=13,<14")
            libraries = tuple(f"nvidia-{name}{suffix}{versions}" for name in ("cuda-runtime", "cublas"))
            yield tag, f"{LLAMA_INDEX}/{tag}", libraries


def link_libraries(environment: Path) -> None:
    """Put links to the CUDA libraries beside llama.cpp's, where its loader looks (their run path is $ORIGIN)."""
    for site in environment.glob("lib/python3*/site-packages"):
        for pattern in ("libcudart.so.*", "libcublas.so.*", "libcublasLt.so.*"):
            for library in site.glob(f"nvidia/**/lib/{pattern}"):
                link = site / "llama_cpp" / "lib" / library.name
                link.unlink(missing_ok=True)
                link.symlink_to(library)
