"""What the packaged program does before anything else: have streams to write to, and be the child it was started as.

A packaged program has no interpreter that could run a module: its child processes are itself with a word in front. It
must not know what the program does otherwise.
"""

import importlib
import os
import sys

CHILDREN = {"convert-checkpoint": "models.conversion", "try-model": "models.trial"}
"""First argument to the module whose `main` gets the others. The packaging spec bundles these modules."""


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
