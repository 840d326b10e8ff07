"""What the libraries on a graphics card have in common: how cards are numbered, and where CUDA's own libraries lie.

It must not know engines, nor whether there is a card at all.
"""

import os


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
