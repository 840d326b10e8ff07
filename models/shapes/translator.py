"""Translators with random weights: the text side of a Marian or M2M100 checkpoint, and its converted copy.

Owns both, so that neither a checkpoint's weights nor a conversion are needed: those of the checkpoint are an empty
file. Sentences come out `LENGTH` pieces long: a trained model ends a sentence when it is said, a random one never
would. It must not know engines.
"""

import json
import math
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import conversion
from models.shapes import vocabulary
from models.shapes.protobuf import message

LENGTH = 24
SEED = 5
_POSITIONS = 512
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3
"""Types of pieces in sentencepiece."""
_END, _UNKNOWN_PIECE, _PAD = "</s>", "<unk>", "<pad>"
_SWISH, _RELU = 2, 0
"""Numbers of activations in CTranslate2."""
_TYPES = {"float32": 0, "int8": 1, "int16": 2}
"""Numbers of types there."""
_DEVIATION = 73.3
"""Of whole numbers drawn evenly from -127 to 127."""


@dataclass(frozen=True)
class TranslatorShape:
    """The fields are those of resources/shapes.toml."""

    layout: str
    """"marian" or "m2m_100"."""
    vocabulary: int
    layers: int
    """Of the encoder, and as many of the decoder."""
    width: int
    feed_forward: int
    heads: int


def write_translator(
    folder: Path,
    cache: Path,
    shape: TranslatorShape,
    languages: tuple[str, str],
    texts: Iterable[str],
    progress: Callable[[int], None] = lambda count: None,
) -> None:
    """Write the checkpoint's text side into `folder` and the converted copy into `cache`."""
    marian = shape.layout == "marian"
    marks = [] if marian else [f"__{language}__" for language in languages]
    pieces = vocabulary.pieces(shape.vocabulary - len(marks) - marian, [_END, _UNKNOWN_PIECE], texts)
    model = _pieces_model(pieces)
    for name in ("source.spm", "target.spm") if marian else ("sentencepiece.bpe.model",):
        (folder / name).write_bytes(model)
        progress(len(model))
    tokens = [*pieces, *marks]
    numbers = {token: place for place, token in enumerate([*tokens, _PAD] if marian else tokens)}
    (folder / "vocab.json").write_text(json.dumps(numbers, ensure_ascii=False), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"model_type": shape.layout}), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"")
    target = cache / conversion.key(folder)
    if not target.is_dir():  # Marian's text side is the same in both directions
        target.mkdir(parents=True)
        _write_copy(target, shape, tokens)
    progress((target / "model.bin").stat().st_size)


def _pieces_model(pieces: list[str]) -> bytes:
    """A sentencepiece model: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto."""
    kinds = {_END: _CONTROL, _UNKNOWN_PIECE: _UNKNOWN}
    listed = [
        message((1, piece), (2, -math.log(place + 2)), (3, kinds.get(piece, _NORMAL)))
        for place, piece in enumerate(pieces)
    ]
    identities = ((40, 1), (41, (1 << 64) - 1), (42, 0), (43, (1 << 64) - 1))
    return message((1, listed), (2, message((3, 1), *identities)), (3, message((1, "identity"), (2, b""))))


def _write_copy(target: Path, shape: TranslatorShape, tokens: list[str]) -> None:
    """The converted model. CTranslate2's own writer would load torch where that is installed.

    Layout: https://github.com/OpenNMT/CTranslate2/blob/master/python/ctranslate2/specs/model_spec.py (`_serialize`).
    """
    marian = shape.layout == "marian"
    weights = _Weights(shape)
    end = weights.generator.normal(0, 1, shape.width).astype(np.float32)
    weights.table(len(tokens), end)
    for half in ("encoder", "decoder"):
        places = weights.positions()
        if half == "decoder":
            # From here on a place means nothing but that the sentence is over.
            places[LENGTH:] = 10 * end
        weights.add(f"{half}/position_encodings/encodings", places)
        weights.add(f"{half}/scale_embeddings", np.float32(math.sqrt(shape.width)))
        weights.add(f"{half}/num_heads", np.int16(shape.heads))
        weights.add(f"{half}/pre_norm", np.int8(not marian))
        weights.add(f"{half}/activation", np.int8(_SWISH if marian else _RELU))
        if not marian:
            weights.norm(f"{half}/layer_norm")
        for layer in range(shape.layers):
            weights.layer(f"{half}/layer_{layer}", crossed=half == "decoder")
    weights.add("encoder/embeddings_merge", np.int8(0))
    weights.add("decoder/start_from_zero_embedding", np.int8(marian))
    weights.write(target / "model.bin")
    # A trained M2M100 starts from its end mark; this one would never get away from it.
    config = {
        "bos_token": _END,
        "eos_token": _END,
        "unk_token": _UNKNOWN_PIECE,
        "decoder_start_token": _UNKNOWN_PIECE,
        "add_source_bos": False,
        "add_source_eos": False,
        "multi_query_attention": False,
    }
    (target / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (target / "shared_vocabulary.json").write_text(json.dumps(tokens), encoding="utf-8")


class _Weights:
    """Random weights in the places of a CTranslate2 model."""

    def __init__(self, shape: TranslatorShape) -> None:
        self.generator = np.random.default_rng(SEED)
        self._shape = shape
        self._parts: list[bytes] = []

    def add(self, name: str, values: NDArray[Any] | np.generic) -> None:
        """A variable of the model."""
        sizes = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
        kind = struct.pack("<BI", _TYPES[values.dtype.name], values.nbytes)
        self._parts.append(_string(name) + sizes + kind + values.tobytes())

    def write(self, path: Path) -> None:
        """The file, with one table as embedding of both halves and as output."""
        twins = ("encoder/embeddings_0/weight", "decoder/projection/weight")
        with path.open("wb") as file:
            file.write(struct.pack("<I", 6) + _string("TransformerSpec") + struct.pack("<II", 7, len(self._parts)))
            file.writelines(self._parts)
            file.write(struct.pack("<I", len(twins)))
            file.writelines(_string(twin) + _string("decoder/embeddings/weight") for twin in twins)

    def table(self, size: int, end: NDArray[np.float32]) -> None:
        """The vocabulary's rows; the end's is `end`, shortened to the others' length."""
        width = self._shape.width
        rows = self.generator.integers(-127, 128, (size, width), np.int8)
        scale = _DEVIATION * math.sqrt(width)
        rows[0] = np.clip(np.rint(end * scale * width**-0.5), -127, 127)
        self.add("decoder/embeddings/weight", rows)
        self.add("decoder/embeddings/weight_scale", np.full(size, scale, np.float32))

    def positions(self) -> NDArray[np.float32]:
        """Sines and cosines, one half each."""
        width = self._shape.width
        angles = np.arange(_POSITIONS)[:, None] / 10_000 ** (np.arange(width // 2) * 2 / width)
        return np.concatenate([np.sin(angles), np.cos(angles)], 1).astype(np.float32)

    def layer(self, name: str, crossed: bool) -> None:
        width, inner = self._shape.width, self._shape.feed_forward
        self._linear(f"{name}/self_attention/linear_0", 3 * width, width)
        self._linear(f"{name}/self_attention/linear_1", width, width)
        self.norm(f"{name}/self_attention/layer_norm")
        if crossed:
            self._linear(f"{name}/attention/linear_0", width, width)
            self._linear(f"{name}/attention/linear_1", 2 * width, width)
            self._linear(f"{name}/attention/linear_2", width, width)
            self.norm(f"{name}/attention/layer_norm")
        self._linear(f"{name}/ffn/linear_0", inner, width)
        self._linear(f"{name}/ffn/linear_1", width, inner)
        self.norm(f"{name}/ffn/layer_norm")

    def norm(self, name: str) -> None:
        self.add(f"{name}/gamma", np.ones(self._shape.width, np.float32))
        self.add(f"{name}/beta", np.zeros(self._shape.width, np.float32))

    def _linear(self, name: str, rows: int, columns: int) -> None:
        # Small beside the stream that they add to, so that the end's mark is not lost on its way.
        scale = _DEVIATION * math.sqrt(columns) / 0.3
        self.add(f"{name}/weight", self.generator.integers(-127, 128, (rows, columns), np.int8))
        self.add(f"{name}/weight_scale", np.full(rows, scale, np.float32))
        self.add(f"{name}/bias", np.zeros(rows, np.float32))


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data
