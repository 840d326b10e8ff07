"""What the libraries on a graphics card have in common: how cards are numbered, where CUDA's own libraries lie, and
which computers this copy of Parley was built for.

It must not know engines, nor whether there is a card at all.
"""

import ctypes
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.roles import ModelError

MAJOR = 13
"""Version of CUDA that the package for NVIDIA cards is compiled for: packaging/lock-nvcc.in."""
_PACKAGED = bool(getattr(sys, "frozen", False))
_CARDS = "NVIDIA cards"
LLAMA, VOICE, TRANSLATOR = "the language and picture models", "the voice", "the translator"
"""Who uses NVIDIA's libraries."""
_WANTED = {
    LLAMA: (f"libcudart.so.{MAJOR}", f"libcublasLt.so.{MAJOR}", f"libcublas.so.{MAJOR}"),
    VOICE: ("libcurand.so.10", "libcudnn.so.9"),
    TRANSLATOR: ("libcublasLt.so.12", "libcublas.so.12"),  # CTranslate2 is built for CUDA 12
}
"""Libraries of NVIDIA's that the package does not carry, by what cannot use a card without them, in the order in which
they ask for each other."""
_PLACES = (
    (Path("/usr/local"), f"cuda-{MAJOR}*/lib64"),
    (Path("/usr/local"), "cuda-12*/lib64"),
    (Path("/opt/cuda"), "lib64"),
    (Path.home(), ".local/lib/python3*/site-packages/nvidia/*/lib"),
)
"""Where NVIDIA's installers put them besides where every program looks: its own, Arch's, and pip's for one person."""
INSTALL = (
    "Install cuda-cudart-13-0, libcublas-13-0, libcurand-13-0, libcudnn9-cuda-13 and, for the translator,"
    " libcublas-12-9 from NVIDIA's package repository (developer.nvidia.com/cuda-downloads)."
)


def built_for() -> str:
    """Which computers this copy is for, "the CPU" or "NVIDIA cards": by llama.cpp's files, without loading it."""
    spec = importlib.util.find_spec("llama_cpp")
    folders = [] if spec is None else spec.submodule_search_locations or []
    return _CARDS if any(any(Path(each, "lib").glob("*ggml-cuda*")) for each in folders) else "the CPU"


def oldest() -> tuple[int, int]:
    """CUDA compute capability that a card needs at least: what CUDA 12 serves, or 13 where this is its package.

    On an older card llama.cpp would end the process."""
    return (7, 5) if _packaged_for_cards() else (5, 0)


def _packaged_for_cards() -> bool:
    return _PACKAGED and built_for() == _CARDS


def unused(library: str = "llama.cpp") -> tuple[str, str]:
    """Why the library uses no card although there is one: a sentence with the cause and one with what helps."""
    if not _packaged_for_cards():
        return (
            f"The installed {library} was built without support for graphics cards.",
            "This package of Parley is the one for the CPU; the one for NVIDIA cards, parley-cuda, uses the card."
            if _PACKAGED
            else "Run Parley's set-up again, or let this model run on the processor.",
        )
    version = _driver()
    if 0 < version < MAJOR * 1000:
        return (
            f"The NVIDIA driver is one for CUDA {version // 1000}.{version % 1000 // 10}, and this package of Parley"
            f" needs one for CUDA {MAJOR}.",
            "Update the driver to version 580 or newer.",
        )
    names = missing()[LLAMA]
    if names:
        return (f"Libraries of NVIDIA's that this package of Parley uses are not found: {', '.join(names)}.", INSTALL)
    return (
        f"{library} does not see the graphics card.",
        "Restart the computer, or let this model run on the processor.",
    )


def _driver() -> int:
    """The newest CUDA version that the driver runs, as 1000 × major + 10 × minor; 0 where there is none."""
    version = ctypes.c_int()
    try:
        ctypes.CDLL("libcuda.so.1").cuDriverGetVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return 0
    return version.value


def number_cards_by_bus() -> None:
    """CUDA numbers cards by speed unless told; NVML, whose numbers `Placement.gpu` has, numbers them by bus.

    Must come before the process's first use of CUDA.
    """
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")


def open_libraries(user: str) -> None:
    """Make the CUDA libraries that are installed as packages known to the process, and number cards by bus.

    onnxruntime and CTranslate2 look for cuBLAS and cuDNN by name alone and would not find them there. Needs no card;
    without these packages it does nothing. Raises ModelError where the package for NVIDIA cards does not find what
    `user` needs: the libraries would fail in the midst of their work, or do it on the processor without a word.
    """
    number_cards_by_bus()
    if _PACKAGED:
        if names := missing()[user]:
            raise ModelError(
                "gpu-unavailable",
                f"On the graphics card {user} needs libraries of NVIDIA's that are not found: {', '.join(names)}.",
                INSTALL,
            )
        return
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        # The empty directory means: where the packages of NVIDIA are, https://onnxruntime.ai/docs/install/#preload-dlls
        onnxruntime.preload_dlls(directory="")


def missing() -> dict[str, tuple[str, ...]]:
    """Open NVIDIA's libraries for the package that does not carry them; returns those that are not found, by what
    cannot use a card without them. Nothing is opened by other copies of Parley, nor where there is no driver."""
    if not _packaged_for_cards() or not _driver():
        return dict.fromkeys(_WANTED, ())
    return {purpose: tuple(_not_opened(names, _folders())) for purpose, names in _WANTED.items()}


def _folders() -> list[Path]:
    return [found for place, pattern in _PLACES for found in sorted(place.glob(pattern), reverse=True)]


def _not_opened(names: Iterable[str], folders: Iterable[Path]) -> Iterator[str]:
    for name in names:
        for path in (name, *(str(folder / name) for folder in folders)):
            try:
                # What is open already under its own name is found by whatever asks for it later.
                ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
                break
            except OSError:
                continue
        else:
            yield name
