"""Enough of protocol buffers to write a message: https://protobuf.dev/programming-guides/encoding/."""

import struct
from collections.abc import Iterable

Value = int | float | str | bytes


def message(*fields: tuple[int, Value | Iterable[Value]]) -> bytes:
    """A message of (field number, value) pairs; of several values each is a field of its own."""
    parts = []
    for number, given in fields:
        values = [given] if isinstance(given, int | float | str | bytes) else given
        parts += [_field(number, value) for value in values]
    return b"".join(parts)


def _field(number: int, value: Value) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
