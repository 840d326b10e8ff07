"""Writes GGUF files with random weights: the metadata and tensors it is told, in a model's own quantization.

Owns the layout of the file and of ggml's blocks, so that writing needs nothing but numpy. It must not know what the
tensors are for. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, blocks: ggml/src/ggml-common.h.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from models.gguf import ARRAY, BLOCKS, FLOAT32, INT32, STRING, UINT32

F32, F16, Q5_0, Q8_0, Q4_K, Q6_K = 0, 1, 6, 8, 12, 14
"""Tensor types of ggml."""
_BOOL = 7
_ALIGNMENT = 32
_PIECE = 1 << 21
"""Bytes of random weights that are made; a tensor is these over and over, begun at another place each time."""

_LAYOUTS: dict[int, Any] = {
    Q5_0: np.dtype([("scale", "<f2"), ("high", "u1", 4), ("low", "u1", 16)]),
    Q8_0: np.dtype([("scale", "<f2"), ("low", "i1", 32)]),
    Q4_K: np.dtype([("scale", "<f2"), ("least", "<f2"), ("scales", "u1", 12), ("low", "u1", 128)]),
    Q6_K: np.dtype([("low", "u1", 128), ("high", "u1", 64), ("scales", "i1", 16), ("scale", "<f2")]),
}
_DEVIATIONS = {Q5_0: 9.2, Q8_0: 73.9, Q4_K: 258.0, Q6_K: 1366.0}
"""Standard deviation of a weight in a block of random bytes whose scale is 1."""
_Q4_K_MEAN = 7.5
"""Mean of four random bits. Q4_K subtracts a least value, which this much of it makes cancel in the mean."""


@dataclass(frozen=True)
class Tensor:
    """Weights to write. `shape` has ggml's order, the row length first."""

    name: str
    shape: tuple[int, ...]
    kind: int
    deviation: float
    """Standard deviation of the weights around zero; of F32 the value that all have."""

    @property
    def size(self) -> int:
        """Bytes."""
        values, size = BLOCKS[self.kind]
        return prod(self.shape) // values * size


def write(
    path: Path,
    metadata: Mapping[str, Any],
    tensors: Sequence[Tensor],
    seed: int,
    progress: Callable[[int], None] = lambda count: None,
) -> None:
    """Write a file; `progress` is told the bytes of each piece, and may raise to call it off."""
    generator = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata)))
        for key, value in metadata.items():
            kind, data = _value(value)
            file.write(_text(key) + struct.pack("<I", kind) + data)
        offset = 0
        for tensor in tensors:
            dimensions = len(tensor.shape)
            table = struct.pack(f"<I{dimensions}QIQ", dimensions, *tensor.shape, tensor.kind, offset)
            file.write(_text(tensor.name) + table)
            offset += _aligned(tensor.size)
        _pad(file)
        pieces: dict[tuple[int, float], bytes] = {}
        for tensor in tensors:
            key_of_piece = tensor.kind, tensor.deviation
            if key_of_piece not in pieces:
                pieces[key_of_piece] = _piece(*key_of_piece, generator)
            _fill(file, pieces[key_of_piece], tensor, generator, progress)
            _pad(file)


def _fill(
    file: BinaryIO, piece: bytes, tensor: Tensor, generator: np.random.Generator, progress: Callable[[int], None]
) -> None:
    block = BLOCKS[tensor.kind][1]
    start = int(generator.integers(len(piece) // block)) * block
    left = tensor.size
    while left:
        part = piece[start : start + left]
        file.write(part)
        progress(len(part))
        left -= len(part)
        start = 0


def _piece(kind: int, deviation: float, generator: np.random.Generator) -> bytes:
    count = _PIECE // BLOCKS[kind][1]
    if kind == F32:
        return np.full(count, deviation, "<f4").tobytes()
    if kind == F16:
        return generator.normal(0, deviation, count).astype("<f2").tobytes()
    layout = _LAYOUTS[kind]
    blocks = np.frombuffer(bytearray(generator.bytes(count * layout.itemsize)), layout)
    scale = deviation / _DEVIATIONS[kind]
    # Set, not random: a random half-precision number may be infinite or none at all.
    blocks["scale"] = scale
    if kind == Q4_K:
        blocks["least"] = scale * _Q4_K_MEAN
    return blocks.tobytes()


def _value(value: Any) -> tuple[int, bytes]:
    """The type and the bytes of a value in the metadata."""
    if isinstance(value, bool):
        return _BOOL, struct.pack("<?", value)
    if isinstance(value, int):
        return UINT32, struct.pack("<I", value)
    if isinstance(value, float):
        return FLOAT32, struct.pack("<f", value)
    if isinstance(value, str):
        return STRING, _text(value)
    if isinstance(value, np.ndarray):
        kind = {"i": INT32, "f": FLOAT32, "b": _BOOL}[value.dtype.kind]
        return ARRAY, struct.pack("<IQ", kind, len(value)) + value.tobytes()
    return ARRAY, struct.pack("<IQ", STRING, len(value)) + b"".join(map(_text, value))


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _pad(file: BinaryIO) -> None:
    place = file.tell()
    file.write(bytes(_aligned(place) - place))
