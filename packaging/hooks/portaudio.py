"""Runs first in the packaged program: lets sounddevice find the PortAudio that lies beside the other libraries.

It asks ctypes.util.find_library, which on Linux knows only what the system or a compiler has.
"""

import ctypes.util
import os
import sys

_usual = ctypes.util.find_library


def _find(name: str) -> "str | None":
    if name == "portaudio":
        return os.path.join(sys._MEIPASS, "libportaudio.so.2")  # type: ignore[attr-defined]
    return _usual(name)


ctypes.util.find_library = _find
