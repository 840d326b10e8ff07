"""What the packaged program does before anything else: have streams to write to, and be the child it was started as.

A packaged program has no interpreter that could run a module: its child processes are itself with a word in front. It
must not know what the program does otherwise.
"""

import importlib
import os
import sys
from pathlib import Path

CHILDREN = {"convert-checkpoint": "models.conversion", "try-model": "models.trial"}
"""First argument to the module whose `main` gets the others. The packaging spec bundles these modules."""

NEEDED = frozenset(("avx2", "bmi2", "f16c", "fma"))
"""What packaging/build.sh has llama.cpp compiled for where processors are x86-64: those of Intel since 2013, of AMD
since 2015. On an older one it would end the process without a word in the middle of an answer."""


def unfit(processors: Path = Path("/proc/cpuinfo")) -> str:
    """Why this package cannot work on this machine's processor, as a sentence; empty where it can.

    `processors` is where Linux tells what they can do.
    """
    lacking = _lacking(processors)
    if not lacking:
        return ""
    return (
        f"This package of Parley needs a processor with {', '.join(sorted(lacking)).upper()}, as they are made since"
        " 2013 to 2015, and this one has not got it. Set up from its sources, Parley also runs on older ones."
    )


def _lacking(processors: Path) -> frozenset[str]:
    if sys.platform == "win32":
        import ctypes

        # The others came with it. 40: PF_AVX2_INSTRUCTIONS_AVAILABLE.
        return frozenset() if ctypes.windll.kernel32.IsProcessorFeaturePresent(40) else frozenset(("avx2",))
    try:
        lines = processors.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux, or it does not tell
        return frozenset()
    # Other processors than x86-64 have no line of that name.
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), None)
    return frozenset() if flags is None else NEEDED - set(flags.split())


def begin() -> int | None:
    """The exit status of the child that this process was started as; None in the program itself."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a windowed program, or one started with its streams closed
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    # PyInstaller's loader put the package's libraries there; programs that Parley opens must find their own.
    if "LD_LIBRARY_PATH_ORIG" in os.environ:
        os.environ["LD_LIBRARY_PATH"] = os.environ.pop("LD_LIBRARY_PATH_ORIG")
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    if len(sys.argv) < 2:
        return None
    if sys.argv[1] in CHILDREN:
        module = importlib.import_module(CHILDREN[sys.argv[1]])
        return int(module.main(sys.argv[2:]))
    if any("multiprocessing" in word for word in sys.argv[1:]):
        import multiprocessing

        multiprocessing.freeze_support()  # in a child of that library it does not come back
    return None
