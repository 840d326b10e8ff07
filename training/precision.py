"""Arithmetic in bf16 where it is faster. Owns that decision alone; knows no network."""

import functools

import torch

_INSTRUCTIONS = ("amx_bf16", "bf16")
"""As PyTorch calls them on Intel's processors and on Arm's. AVX-512's own for bf16 are not among them: on a processor
that has them but no AMX, matrices of the trainings here took 1.5 times as long as in 32 bits, convolutions twice."""


@functools.cache
def has_bf16() -> bool:
    """Whether the processor multiplies bf16 faster than 32 bits.

    Where it cannot at all, PyTorch converts to and fro: a training step takes two to six times as long as in 32 bits.
    """
    known = torch.cpu.get_capabilities()
    return any(known.get(name, False) for name in _INSTRUCTIONS)


def mixed() -> torch.autocast:
    """A context in which networks compute in bf16 where that is faster, else in 32 bits."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bf16())
