"""A bounded look into an ONNX file before onnxruntime opens it.

Owns walking the file's protocol buffers (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) far enough to tell
that it is whole, has a graph, and keeps all its weights inside itself. It must not know what the model is for.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path

from models.roles import ModelError

DEEPEST = 24
"""Messages inside messages; a voice needs five."""
MOST_MESSAGES = 2_000_000

_CHILDREN: dict[str, dict[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
"""Kind of message to the fields that hold another kind worth looking into."""
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _Broken(Exception):
    """The bytes are not an ONNX model."""


def check(path: Path) -> None:
    """Raise ModelError unless `path` is a whole ONNX model that refers to no other file."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            _check_model(content)
    except (OSError, ValueError) as error:
        raise ModelError(
            "model-unreadable", f"The model file {path.name} cannot be read: {error}.", "Install the model again."
        ) from error
    except _Broken as error:
        raise ModelError(
            "model-broken", f"{path.name} is not a whole ONNX model: {error}.", "Install the model again."
        ) from error


def _check_model(content: mmap.mmap) -> None:
    pending: list[tuple[str, int, int, int]] = [("model", 0, len(content), 0)]
    graphs = messages = 0
    while pending:
        kind, begin, end, depth = pending.pop()
        messages += 1
        if depth > DEEPEST or messages > MOST_MESSAGES:
            raise _Broken("it is nested too deeply or has too many parts")
        graphs += kind == "graph"
        for field, wire, start, stop, value in _fields(content, begin, end):
            if kind == "tensor":
                if field == _EXTERNAL_DATA or (field == _DATA_LOCATION and value):
                    raise ModelError(
                        "model-external-data",
                        "The model keeps its weights in other files, which Parley does not open.",
                        "Install a model that is one file.",
                    )
            elif child := _CHILDREN[kind].get(field):
                if wire != _BYTES:
                    raise _Broken("a part has the wrong type")
                pending.append((child, start, stop, depth + 1))
    if not graphs:
        raise _Broken("it has no graph")


def _fields(content: mmap.mmap, begin: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Field number, wire type, bounds of the payload and, for integers, the value."""
    position = begin
    while position < end:
        key, position = _varint(content, position, end)
        field, wire = key >> 3, key & 7
        value = 0
        start = position
        if wire == _VARINT:
            value, position = _varint(content, position, end)
        elif wire == _FIXED64:
            position += 8
        elif wire == _FIXED32:
            position += 4
        elif wire == _BYTES:
            length, start = _varint(content, position, end)
            position = start + length
        else:
            raise _Broken("it has an unknown kind of field")
        if not field or position > end:
            raise _Broken("it is cut off or damaged")
        yield field, wire, start, position, value


def _varint(content: mmap.mmap, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 70:
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise _Broken("it is cut off or damaged")
