"""What the C library keeps of what engines freed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BLOCKS = """
import ctypes, sys
import psutil
from models import heap

if sys.argv[1] == "little":
    heap.keep_little()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]


def block(size):
    place = libc.malloc(size)
    ctypes.memset(place, 1, size)
    return place


# A loader's large block: glibc draws its conclusions from it once it is freed.
libc.free(block(30_000_000))
before = psutil.Process().memory_info().rss
large, small = [], []
for _ in range(10):
    large.append(block(20_000_000))
    small.append(block(100_000))
for place in large:
    libc.free(place)
left = psutil.Process().memory_info().rss - before
heap.give_back()
print(left, psutil.Process().memory_info().rss - before)
"""


def left(how: str) -> tuple[int, int]:
    """Bytes that stay with a process which frees 200 MB of large blocks between small ones; and once asked for."""
    done = subprocess.run([sys.executable, "-c", BLOCKS, how], cwd=ROOT, capture_output=True, text=True, check=True)
    first, second = map(int, done.stdout.split())
    return first, second


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be told")
def test_large_blocks_go_back_to_the_system_when_they_are_freed() -> None:
    assert left("little")[0] < 15_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be told")
def test_what_lies_free_is_given_back_when_it_is_asked_for() -> None:
    kept, asked = left("much")
    assert kept > 100_000_000
    assert asked < 15_000_000
