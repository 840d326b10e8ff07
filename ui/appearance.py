"""How the window looked when it was closed, so that its first frame at the next start is the same.

Owns the small file for that in the data folder. The settings say what the person wants; this is read before them and
says only what was: a wrong or missing file is as good as none.
"""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

FILE = "window.txt"
MAX_BYTES = 1000
MAX_SIDE = 20_000


class Appearance(NamedTuple):
    """Place and size are in device-independent pixels."""

    left: int = -1
    top: int = -1
    """Negative where the window system may choose."""
    width: int = 1280
    height: int = 800
    maximized: bool = False
    conversations: bool = True
    resources: bool = True
    """Which sides were wanted."""
    theme: str = "system"
    language_in: str = "en"
    language_out: str = "en"


def load(folder: Path) -> Appearance:
    """What `save` wrote; never raises."""
    try:
        with (folder / FILE).open(encoding="ascii") as file:
            words = file.read(MAX_BYTES).split()
        numbers = [int(word) for word in words[:7]]
        theme, language_in, language_out = words[7:]
    except (OSError, ValueError):
        return Appearance()
    left, top, width, height, *flags = numbers
    languages = (language_in, language_out)
    sound = max(map(abs, numbers)) <= MAX_SIDE and min(width, height) > 0 and theme in ("system", "light", "dark")
    if not sound or len(flags) != 3 or not all(len(code) == 2 and code.islower() for code in languages):
        return Appearance()
    maximized, conversations, resources = map(bool, flags)
    return Appearance(left, top, width, height, maximized, conversations, resources, theme, language_in, language_out)


def save(folder: Path, appearance: Appearance) -> None:
    """Write it whole or not at all; that it cannot be written is nobody's concern."""
    part = folder / f"{FILE}.{os.getpid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        words = [str(int(value)) if isinstance(value, int) else value for value in appearance]
        part.write_text(" ".join(words) + "\n", encoding="ascii")
        part.replace(folder / FILE)
