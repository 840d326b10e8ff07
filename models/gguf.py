"""A bounded reader of GGUF headers: what a model file says of itself, checked before llama.cpp sees it.

Owns the format's structure and its limits. It loads no weights, needs no library and knows no engine. Every fault of
a file is a ModelError whose code begins with "gguf-". Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import BinaryIO, TypeGuard

from models.roles import ModelError

MOST_KEYS = 4096
MOST_TENSORS = 16_384
LONGEST_NAME = 256
LONGEST_TEXT = 1 << 20
MOST_ITEMS = 1 << 20
LARGEST_HEADER = 64 << 20
MOST_KEPT = 1024
"""Arrays up to this long are kept; of longer ones (vocabularies) only type and length."""

_SCALARS: dict[int, tuple[str, int]] = {  # type of a value to (letter for struct, bytes)
    0: ("B", 1),
    1: ("b", 1),
    2: ("H", 2),
    3: ("h", 2),
    4: ("I", 4),
    5: ("i", 4),
    6: ("f", 4),
    7: ("?", 1),
    10: ("Q", 8),
    11: ("q", 8),
    12: ("d", 8),
}
UINT32, INT32, FLOAT32, STRING, ARRAY, UINT64 = 4, 5, 6, 8, 9, 10

BLOCKS: dict[int, tuple[int, int]] = {
    0: (1, 4),  # F32
    1: (1, 2),  # F16
    2: (32, 18),  # Q4_0
    3: (32, 20),  # Q4_1
    6: (32, 22),  # Q5_0
    7: (32, 24),  # Q5_1
    8: (32, 34),  # Q8_0
    9: (32, 40),  # Q8_1
    10: (256, 84),  # Q2_K
    11: (256, 110),  # Q3_K
    12: (256, 144),  # Q4_K
    13: (256, 176),  # Q5_K
    14: (256, 210),  # Q6_K
    15: (256, 292),  # Q8_K
    16: (256, 66),  # IQ2_XXS
    17: (256, 74),  # IQ2_XS
    18: (256, 98),  # IQ3_XXS
    19: (256, 50),  # IQ1_S
    20: (32, 18),  # IQ4_NL
    21: (256, 110),  # IQ3_S
    22: (256, 82),  # IQ2_S
    23: (256, 136),  # IQ4_XS
    24: (1, 1),  # I8
    25: (1, 2),  # I16
    26: (1, 4),  # I32
    27: (1, 8),  # I64
    28: (1, 8),  # F64
    29: (256, 56),  # IQ1_M
    30: (1, 2),  # BF16
    34: (256, 54),  # TQ1_0
    35: (256, 66),  # TQ2_0
    39: (32, 17),  # MXFP4
}
"""Tensor type of ggml to (values in a block, bytes of a block)."""


@dataclass(frozen=True)
class Array:
    """An array in the metadata: type of its items, how many, and the items themselves if they are few."""

    kind: int
    length: int
    items: tuple["Value", ...] | None
    repeated: bool = False
    """Of texts: whether one stands there twice."""


Value = int | float | bool | str | Array


@dataclass(frozen=True)
class Tensor:
    """One entry of the tensor table. `shape` has ggml's order, the row length first; `offset` counts from the file."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Header:
    """What stands before the weights."""

    version: int
    metadata: Mapping[str, Value]
    tensors: Mapping[str, Tensor]
    file_size: int

    @property
    def architecture(self) -> str:
        return str(self.metadata.get("general.architecture", ""))

    @property
    def weights(self) -> int:
        """Bytes of all tensors."""
        return sum(tensor.size for tensor in self.tensors.values())

    def number(self, key: str, fallback: int | None = None) -> int:
        """A whole number of the architecture's own keys ("block_count"); the largest one where it is per layer."""
        value: object = self.metadata.get(f"{self.architecture}.{key}", fallback)
        if isinstance(value, Array):
            value = max((item for item in value.items or () if _whole(item, 0, 1 << 62)), default=None)
        if not _whole(value, 0, 1 << 62):
            raise fault("metadata", f"has no usable value for “{key}”")
        return value


def _whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def fault(code: str, what: str) -> ModelError:
    """The error for a file that `what` ("is cut off") is wrong with."""
    return ModelError(f"gguf-{code}", f"The model file {what}.", "Download the model again, or choose another one.")


def read(path: Path) -> Header:
    """Read and check a header. Raises ModelError("gguf-…")."""
    try:
        if not path.is_file():
            raise fault("missing", f"“{path.name}” is not there")
        with path.open("rb") as file:
            return _Reader(file, path.stat().st_size).header()
    except OSError as error:
        raise fault("unreadable", f"“{path.name}” cannot be read ({error.strerror})") from error


class _Reader:
    """Reads forward through one file and never further than the limits allow."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._data = bytearray()
        self._size = size
        self._place = 0

    def header(self) -> Header:
        version, tensor_count, key_count = self._preamble()
        metadata: dict[str, Value] = {}
        for _ in range(key_count):
            key = self._text(LONGEST_NAME)
            if not key or key in metadata:
                raise fault("duplicate", f"has the key “{key[:40]}” twice" if key else "has a key without a name")
            metadata[key] = self._value(self._number(UINT32))
        alignment = metadata.get("general.alignment", 32)
        if not _whole(alignment, 1, 1 << 16) or alignment & (alignment - 1):
            raise fault("alignment", "asks for an impossible alignment")
        table = [self._tensor(alignment) for _ in range(tensor_count)]
        start = -(-self._place // alignment) * alignment
        return Header(version, metadata, self._placed(table, start), self._size)

    def _preamble(self) -> tuple[int, int, int]:
        if self._size == 0:
            raise fault("truncated", "is empty")
        if bytes(self._take(min(4, self._size))) != b"GGUF":
            raise fault("magic", "is not in GGUF format")
        version = self._number(UINT32)
        if version and version & 0xFFFF == 0:
            raise fault("byte-order", "was written for big-endian machines")
        if version not in (2, 3):
            raise fault("version", f"has GGUF version {version}, which Parley does not know")
        tensors, keys = self._number(UINT64), self._number(UINT64)
        if tensors > MOST_TENSORS or keys > MOST_KEYS:
            raise fault("too-large", "claims more entries than any model has")
        return version, tensors, keys

    def _take(self, count: int) -> bytearray:
        end = self._place + count
        self._fill(end)
        taken = self._data[self._place : end]
        self._place = end
        return taken

    def _fill(self, end: int) -> None:
        if end > self._size:
            raise fault("truncated", "is cut off")
        if end > LARGEST_HEADER:
            raise fault("too-large", "has a larger header than any model has")
        while len(self._data) < end:
            chunk = self._file.read(1 << 20)
            if not chunk:
                raise fault("truncated", "is cut off")
            self._data += chunk

    def _number(self, kind: int) -> int:
        form, size = _SCALARS[kind]
        value: int = struct.unpack("<" + form, self._take(size))[0]
        return value

    def _text(self, longest: int) -> str:
        length = self._number(UINT64)
        if length > longest:
            raise fault("too-large", "has a longer text than any model has")
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise fault("text", "has a text that is not UTF-8") from error

    def _value(self, kind: int) -> Value:
        if kind == STRING:
            return self._text(LONGEST_TEXT)
        if kind == ARRAY:
            return self._array()
        if kind not in _SCALARS:
            raise fault("type", f"has a value of unknown type {kind}")
        return self._number(kind)

    def _array(self) -> Array:
        kind, length = self._number(UINT32), self._number(UINT64)
        if kind == ARRAY:
            raise fault("type", "has a list of lists")
        if kind != STRING and kind not in _SCALARS:
            raise fault("type", f"has a list of unknown type {kind}")
        if length > MOST_ITEMS:
            raise fault("too-large", "has a longer list than any model has")
        if kind == STRING:
            return self._texts(length)
        if length > MOST_KEPT:
            self._take(length * _SCALARS[kind][1])
            return Array(kind, length, None)
        form, size = _SCALARS[kind]
        return Array(kind, length, struct.unpack(f"<{length}{form}", self._take(length * size)))

    def _texts(self, length: int) -> Array:
        if length <= MOST_KEPT:
            texts = tuple(self._text(LONGEST_TEXT) for _ in range(length))
            return Array(STRING, length, texts, len(set(texts)) < length)
        hashes = {hash(bytes(self._take(self._number(UINT64)))) for _ in range(length)}
        return Array(STRING, length, None, len(hashes) < length)

    def _tensor(self, alignment: int) -> Tensor:
        name = self._text(LONGEST_NAME)
        count = self._number(UINT32)
        if not 1 <= count <= 4:
            raise fault("tensor", f"has weights of {count} dimensions")
        shape = tuple(self._number(UINT64) for _ in range(count))
        kind, offset = self._number(UINT32), self._number(UINT64)
        if kind not in BLOCKS:
            raise fault("tensor", f"has weights of a type ({kind}) that Parley does not know")
        if not all(1 <= extent <= 1 << 31 for extent in shape):
            raise fault("tensor", "has weights of impossible size")
        values, size = BLOCKS[kind]
        if shape[0] % values:
            raise fault("tensor", "has weights whose rows are not whole blocks")
        if offset % alignment:
            raise fault("offset", "has weights at an odd place")
        return Tensor(name, shape, kind, offset, prod(shape) // values * size)

    def _placed(self, table: list[Tensor], start: int) -> dict[str, Tensor]:
        placed: dict[str, Tensor] = {}
        end = 0
        for tensor in sorted(table, key=lambda tensor: tensor.offset):
            if tensor.name in placed:
                raise fault("duplicate", f"has the weights “{tensor.name[:40]}” twice")
            if tensor.offset < end:
                raise fault("offset", "has weights that overlap")
            end = tensor.offset + tensor.size
            if start + end > self._size:
                raise fault("truncated", "is cut off: weights are missing")
            placed[tensor.name] = replace(tensor, offset=start + tensor.offset)
        return placed


def parts(path: Path, header: Header) -> tuple[Path, ...]:
    """The files of a model that is split into several, or the one file. Raises ModelError("gguf-split")."""
    count = header.metadata.get("split.count", 0)
    if not _whole(count, 0, 1000):
        raise fault("split", "says nonsense about its parts")
    if count <= 1:
        return (path,)
    name = re.fullmatch(r"(.*)-(\d{5})-of-(\d{5})\.gguf", path.name)
    if name is None or int(name[3]) != count or int(name[2]) != 1:
        raise fault("split", f"is one of {count} parts but not named as the first of them")
    found = tuple(path.with_name(f"{name[1]}-{part:05}-of-{count:05}.gguf") for part in range(1, count + 1))
    missing = [part.name for part in found if not part.is_file()]
    if missing:
        raise fault("split", f"is one of {count} parts, and “{missing[0]}” is missing")
    return found


def check_language_model(header: Header) -> None:
    """Refuse what llama.cpp would abort on or cannot chat with. Raises ModelError("gguf-…")."""
    if header.architecture == "clip" or header.metadata.get("general.type") in ("mmproj", "adapter"):
        raise fault("not-a-language-model", "is a picture projector or an adapter, not a language model")
    for key, most in (
        ("block_count", 512),
        ("embedding_length", 1 << 17),
        ("attention.head_count", 1024),
        ("context_length", 1 << 27),
    ):
        if not 1 <= header.number(key) <= most:
            raise fault("metadata", f"has an impossible value for “{key}”")
    if not 1 <= header.number("attention.head_count_kv", header.number("attention.head_count")) <= 1024:
        raise fault("metadata", "has an impossible value for “attention.head_count_kv”")
    for key, value in header.metadata.items():
        if key.endswith("epsilon") and not (isinstance(value, float) and 0 <= value < 1):
            raise fault("metadata", f"has an impossible value for “{key}”")
    _check_vocabulary(header)


def _check_vocabulary(header: Header) -> None:
    tokens = header.metadata.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, Array) or tokens.kind != STRING or not tokens.length:
        raise fault("vocabulary", "has no vocabulary")
    if tokens.repeated:
        raise fault("vocabulary", "has a vocabulary with a token twice")
    for key, kind in (("scores", FLOAT32), ("token_type", INT32)):
        values = header.metadata.get(f"tokenizer.ggml.{key}")
        if values is not None and not (
            isinstance(values, Array) and values.kind == kind and values.length == tokens.length
        ):
            raise fault("vocabulary", f"has a vocabulary whose “{key}” do not fit it")
    merges = header.metadata.get("tokenizer.ggml.merges")
    if merges is not None and not (isinstance(merges, Array) and merges.kind == STRING):
        raise fault("vocabulary", "has a vocabulary whose “merges” are not texts")
    for key, value in header.metadata.items():
        if re.fullmatch(r"tokenizer\.ggml\.\w+_token_id", key) and not _whole(value, 0, tokens.length - 1):
            raise fault("vocabulary", f"names a token for “{key.removeprefix('tokenizer.ggml.')}” that it has not")
    if header.metadata.get("split.count", 0) in (0, 1):
        embedding = header.tensors.get("token_embd.weight")
        if embedding is None:
            raise fault("no-weights", "holds a vocabulary but no weights")
        if embedding.shape != (header.number("embedding_length"), tokens.length):
            raise fault("vocabulary", "has weights that do not fit its vocabulary")
