"""Arithmetic in bf16 where it is faster. Owns that decision alone; knows no network."""

import functools
import time

import torch

_FASTER = 1.4
"""So much faster bf16 must be to be used. Names of instructions do not tell: on one processor with AVX-512's bf16 and
no AMX matrices took half of the time or less, on another 1.5 times as long; where there are none, a training step took
two to six times as long."""
_ROUNDS = 25


@functools.cache
def has_bf16() -> bool:
    """Whether the processor multiplies bf16 faster than 32 bits: tried once, in a few milliseconds."""
    return _seconds(torch.float32) > _FASTER * _seconds(torch.bfloat16)


def _seconds(kind: torch.dtype) -> float:
    """Of the fastest of a few products of matrices as trainings have them."""
    one, other = torch.ones(1024, 256, dtype=kind), torch.ones(256, 512, dtype=kind)
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        one @ other
        taken.append(time.perf_counter() - began)
    return min(taken)


def mixed() -> torch.autocast:
    """A context in which networks compute in bf16 where that is faster, else in 32 bits."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bf16())
