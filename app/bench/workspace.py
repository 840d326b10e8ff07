"""A folder in the data folder for what a measurement writes, gone afterwards whatever happens.

Owns `rehearsal/` there. A folder is named after its process, so that whoever starts next clears up after one that was
killed, and never after one that runs. It must not know what is kept in it.
"""

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = "rehearsal"


@contextmanager
def workspace(data: Path) -> Iterator[Path]:
    """A new folder, removed at the end, also of an interrupted run. Raises OSError."""
    clear(data)
    folder = data / _NAME / _mark(os.getpid())
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        with undisturbed():
            _remove(folder)


def clear(data: Path) -> None:
    """Remove what runs that were killed left behind. Costs a look at the disk where there is nothing."""
    try:
        left = list((data / _NAME).iterdir())
    except OSError:
        return
    for folder in left:
        number = folder.name.partition("-")[0]
        if not number.isdecimal() or _mark(int(number)) != folder.name:
            _remove(folder)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C does nothing meanwhile: what is under way is the clearing up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()  # unless another run has a folder there


def _mark(process: int) -> str:
    """The process's number and when it began; another process may get the number later. Empty if there is none."""
    import psutil

    try:
        return f"{process}-{int(psutil.Process(process).create_time())}"
    except psutil.Error:
        return ""
