"""One line on stderr that says how far a measurement is.

On a terminal it is written over and over; elsewhere a new line comes every ten seconds. It must not know what is
measured.
"""

import sys
import time
from typing import TextIO

_EVERY = 10.0
_WIDTH = 24


class Progress:
    """`quiet` writes nothing."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._terminal = self._stream.isatty()
        self._told = -_EVERY
        self._stage = ""
        self._length = 0

    def show(self, stage: str, share: float, detail: str = "") -> None:
        """`share` of the stage is done, from 0 to 1."""
        now = time.monotonic()
        if self._quiet or (stage == self._stage and now - self._told < (0.2 if self._terminal else _EVERY)):
            return
        self._told, self._stage = now, stage
        done = min(1.0, max(0.0, share))
        bar = "█" * round(done * _WIDTH) + "░" * (_WIDTH - round(done * _WIDTH))
        self._write(f"{bar} {done:4.0%}  {stage}{f' · {detail}' if detail else ''}")

    def say(self, sentence: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._write(sentence)
            self.done()

    def done(self) -> None:
        """Leave the line."""
        if self._terminal and self._length:
            self._stream.write("\n")
            self._stream.flush()
        self._length, self._stage = 0, ""

    def _write(self, line: str) -> None:
        if self._terminal:
            self._stream.write("\r" + line.ljust(self._length))
            self._length = len(line)
        else:
            self._stream.write(line + "\n")
            self._length = len(line)
        self._stream.flush()
