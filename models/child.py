"""Work that is done in a process of its own: what may die, never end, or take all memory must not take Parley with it.

Owns starting such a process, its bounds (time, memory, cancelling) and what remains of its words. It must not know what
the work is. The child's standard output carries steps, a line each, and its last line of standard error says why it
failed.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from models.roles import GB, CancelToken

LOOK_SECONDS = 0.1
MOST_WORDS = 1 << 20


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    status: int
    """Its exit status; negative: the signal that ended it."""
    output: str
    complaint: str
    """The last line that it wrote to standard error."""
    overrun: str = ""
    """Which bound it went beyond, in words that follow "it"; it was ended then."""

    @property
    def reason(self) -> str:
        """Why it failed, in words that follow a colon; "" where it did not."""
        if self.overrun:
            return f"it {self.overrun}"
        if self.status < 0:
            return f"the library that opens it ended the process (signal {-self.status})"
        return "" if self.status == 0 else self.complaint or f"it ended with status {self.status}"


def run(
    module: str,
    word: str,
    arguments: Sequence[str],
    *,
    seconds: float,
    memory: int,
    cancel: CancelToken | None = None,
    words: str = "",
    step: Callable[[str], None] = lambda line: None,
) -> Ended:
    """Run `python -m module arguments` (a frozen program: itself with `word`) within `seconds` and `memory` bytes.

    `words` is its standard input. `step` is told each line of its output as it comes. Raises Cancelled, OSError.
    """
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, word] if frozen else [sys.executable, "-m", module]
    # Nothing may be looked up on the network, whatever a checkpoint names.
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "PYTHONUTF8": "1"}
    if not frozen:
        root = str(Path(__file__).resolve().parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        given.write(words.encode("utf-8"))
        given.seek(0)
        process = subprocess.Popen(
            [*command, *arguments], env=environment, stdin=given, stdout=output, stderr=errors, close_fds=True
        )
        try:
            overrun = _watch(process, seconds, memory, cancel or CancelToken(), output, step)
        finally:
            # Cancelled, or interrupted by the person.
            if process.poll() is None:
                _end(process)
        lines = _text(errors).strip().splitlines()
        return Ended(process.returncode, _text(output), lines[-1][:500] if lines else "", overrun)


def _watch(
    process: "subprocess.Popen[bytes]",
    seconds: float,
    memory: int,
    cancel: CancelToken,
    output: IO[bytes],
    step: Callable[[str], None],
) -> str:
    """Wait for the child's end; returns which bound it went beyond. Raises Cancelled."""
    told, left = 0, seconds
    watched = psutil.Process(process.pid)
    while True:
        try:
            process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            left -= LOOK_SECONDS
        lines = _text(output).splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        for line in whole[told:]:
            step(line.strip())
        told = len(whole)
        if process.returncode is not None:
            return ""
        cancel.check()
        if left <= 0:
            _end(process)
            return f"did not come to an end within {seconds:.0f} seconds"
        with contextlib.suppress(psutil.Error):
            taken = watched.memory_info()
            # Parts of files that are only mapped can be taken back by the system at any time.
            if taken.rss - getattr(taken, "shared", 0) > memory:
                _end(process)
                return f"took more than {memory / GB:.1f} GB of memory"


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()


def _text(file: IO[bytes]) -> str:
    place = os.pread(file.fileno(), MOST_WORDS, 0) if hasattr(os, "pread") else _read(file)
    return place.decode("utf-8", "replace")


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(MOST_WORDS)
