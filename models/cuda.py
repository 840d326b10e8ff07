"""What the libraries on a graphics card have in common: how cards are numbered, where CUDA's own libraries lie, and
which computers this copy of Parley was built for.

It must not know engines, nor whether there is a card at all.
"""

import importlib.util
import os
import sys
from pathlib import Path

REBUILD = (
    "This package of Parley is the one for the CPU; set up from its sources, Parley uses the card."
    if getattr(sys, "frozen", False)
    else "Run Parley's set-up again, or let this model run on the processor."
)
"""What helps where there is a card and the libraries were built without support for it."""


def built_for() -> str:
    """Which computers this copy is for, "the CPU" or "NVIDIA cards": by llama.cpp's files, without loading it."""
    spec = importlib.util.find_spec("llama_cpp")
    folders = [] if spec is None else spec.submodule_search_locations or []
    return "NVIDIA cards" if any(any(Path(each, "lib").glob("*ggml-cuda*")) for each in folders) else "the CPU"


def number_cards_by_bus() -> None:
    """CUDA numbers cards by speed unless told; NVML, whose numbers `Placement.gpu` has, numbers them by bus.

    Must come before the process's first use of CUDA.
    """
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")


def open_libraries() -> None:
    """Make the CUDA libraries that the set-up installed as packages known to the process, and number cards by bus.

    onnxruntime and CTranslate2 look for cuBLAS and cuDNN by name alone and would not find them there. Needs no card;
    without these packages it does nothing.
    """
    number_cards_by_bus()
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        # The empty directory means: where the packages of NVIDIA are, https://onnxruntime.ai/docs/install/#preload-dlls
        onnxruntime.preload_dlls(directory="")
