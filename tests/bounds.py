"""What a bad file may cost Parley's own process until it is refused."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SECONDS = 2.0
"""Of the processor; on the clock it is more where other programs have it meanwhile."""
MOST_MEMORY = 200_000_000
"""Bytes that Python may take meanwhile."""


@contextmanager
def bounded(seconds: float = MOST_SECONDS, memory: int = MOST_MEMORY) -> Iterator[None]:
    """Fail unless the block stays within the bounds."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        taken, most = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert taken < seconds, f"it took {taken:.1f} s of the processor"
    assert most < memory, f"it took {most / 1e6:.0f} MB"
