"""How the C library keeps what was freed: as little of it as it can be told to.

Engines take and free blocks of tens of megabytes while they load. With each such block that is freed, glibc takes more
of the later ones from its heaps instead of from the system, up to 32 MB each, and what is freed between two that live
on stays with the process. Owns the two calls that change this. Does nothing where the C library is another one.
"""

import ctypes
import sys
from typing import Any

_LARGE = 1 << 20
"""Bytes from which a block is the system's own, and goes back to it at once when it is freed."""
_MMAP_THRESHOLD = -3
"""mallopt's number for it."""


def keep_little() -> None:
    """From now on, take large blocks from the system. Costs nothing when it is said again."""
    mallopt = _call("mallopt")
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give back to the system what lies free in the heaps now: small blocks that were freed between others."""
    trim = _call("malloc_trim")
    if trim is not None:
        trim(0)


def _call(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
