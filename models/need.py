"""What models take in memory: forecasts from the headers of their files, before anything is loaded.

Owns the formulas for what llama.cpp allocates, found by reading its buffer-size log over many shapes (version 0.3.36 of
the binding, flash attention on, batches of 512) and checked against the process's growth by tests/models/test_need.py.
It loads nothing and must not know engines. Every forecast is bytes, as roles.Need breaks them down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Protocol

from models import gguf
from models.roles import CacheType, Memory, Need, Placement

BATCH = 512
"""Prompt tokens that llama.cpp evaluates in one go."""

CELL_BYTES = {CacheType.F16: 2.0, CacheType.Q8_0: 34 / 32, CacheType.Q4_0: 18 / 32}
"""Of one number in the cache."""

_BASE = 8_000_000
"""What an open model and context take beside their buffers."""
_TOKEN_BYTES = 115
"""Of one entry of the vocabulary, once it is loaded."""
_MERGE_BYTES = 130
_CARD_POOL = 64_000_000
"""What CUDA kernels take for themselves while they compute. Not measured yet."""
_CELLS = 256
"""The cache's length is a multiple of it."""
_REARRANGED = frozenset({2, 10, 12, 20, 39})
"""Types of weights (Q4_0, Q2_K, Q4_K, IQ4_NL, MXFP4) of which llama.cpp keeps a rearranged copy for the processor."""


@dataclass(frozen=True)
class LanguageShape:
    """What decides the memory of a language model; sizes in bytes, widths in numbers."""

    layers: tuple[int, ...]
    """Weights of each layer."""
    copied: tuple[int, ...]
    """Of them, what the processor keeps a second, rearranged copy of."""
    table: int
    """Weights that stay in main memory: the embeddings of tokens."""
    output: int
    """Weights of the last step, which goes to the card first; the table itself where the two are one."""
    tied: bool
    """Whether the last step uses the table, of which a card then holds a copy."""
    cells: tuple[int, ...]
    """Numbers that each layer keeps of a token."""
    width: int
    inner: int
    vocabulary: int
    merges: int
    trained: int
    """Tokens of context that it was made for: it takes as much memory with more, but makes no sense of them."""


def language_shape(path: Path) -> LanguageShape:
    """The shape of a language model, all its parts together. Raises ModelError("gguf-…")."""
    try:
        status = path.stat()
    except OSError:
        return _language_shape(path, 0, 0)
    return _language_shape(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=32)
def _language_shape(path: Path, _size: int, _changed: int) -> LanguageShape:
    header = gguf.read(path)
    gguf.check_language_model(header)
    tensors = dict(header.tensors)
    for part in gguf.parts(path, header)[1:]:
        tensors.update(gguf.read(part).tensors)
    count, heads = header.number("block_count"), header.number("attention.head_count")
    width = header.number("embedding_length")
    key = header.number("attention.key_length", width // heads)
    value = header.number("attention.value_length", width // heads)
    return shape_of(
        tensors.values(),
        cells=[number * (key + value) for number in _kv_heads(header, count, heads)],
        width=width,
        inner=header.number("feed_forward_length", 4 * width),
        vocabulary=_length(header, "tokens"),
        merges=_length(header, "merges"),
        trained=header.number("context_length"),
    )


class Tensor(Protocol):
    """What is told of a tensor, in a file's table or before there is a file."""

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def kind(self) -> int: ...
    @property
    def size(self) -> int: ...


def shape_of(
    tensors: Iterable[Tensor],
    cells: Sequence[int],
    width: int,
    inner: int,
    vocabulary: int,
    merges: int,
    trained: int,
) -> LanguageShape:
    """The shape that a language model with these tensors has; the rest is as in LanguageShape."""
    layers, copied = [0] * len(cells), [0] * len(cells)
    table = output = 0
    tied = True
    for tensor in tensors:
        kind, _, rest = tensor.name.partition(".")
        number = rest.partition(".")[0]
        tied = tied and tensor.name != "output.weight"
        if kind == "blk" and number.isdecimal() and int(number) < len(cells):
            layers[int(number)] += tensor.size
            copied[int(number)] += tensor.size * (tensor.kind in _REARRANGED and len(tensor.shape) > 1)
        elif tensor.name == "token_embd.weight":
            table = tensor.size
        else:
            output += tensor.size
    return LanguageShape(
        tuple(layers), tuple(copied), table, output, tied, tuple(cells), width, inner, vocabulary, merges, trained
    )


def _kv_heads(header: gguf.Header, layers: int, heads: int) -> list[int]:
    told = header.metadata.get(f"{header.architecture}.attention.head_count_kv")
    if isinstance(told, gguf.Array) and told.items is not None and len(told.items) == layers:
        return [int(item) for item in told.items if isinstance(item, int)]
    return [header.number("attention.head_count_kv", heads)] * layers


def _length(header: gguf.Header, key: str) -> int:
    found = header.metadata.get(f"tokenizer.ggml.{key}")
    return found.length if isinstance(found, gguf.Array) else 0


def language_model(shape: LanguageShape, placement: Placement, context: int) -> Need:
    """What a language model takes at `placement`, opened with `context` tokens.

    Layers whose attention slides keep the whole context too: only so can the beginning of a talk be used again.
    """
    cells = ceil(context / _CELLS) * _CELLS * CELL_BYTES[placement.cache]
    caches = [round(numbers * cells) for numbers in shape.cells]
    batch = min(BATCH, context)
    state = 4 * batch * shape.width
    mask = 2 * batch * ceil(context / _CELLS) * _CELLS
    layer = 12 * batch * shape.inner + 4 * state + mask
    library = _BASE + _TOKEN_BYTES * shape.vocabulary + _MERGE_BYTES * shape.merges
    if placement.gpu is None:
        # Only the last token's logits are asked for: of their buffer's pages no other is ever touched.
        return Need(
            Memory(
                weights=sum(shape.layers) + shape.table + shape.output,
                cache=sum(caches),
                compute=library + layer + 4 * shape.vocabulary,
                mapped=sum(shape.copied),
            )
        )
    logits = 4 * batch * shape.vocabulary + 3 * state + mask
    count = len(shape.layers)
    # llama.cpp counts the last step as a layer, the first that goes to the card; then layers from the last one down.
    first = 0 if placement.layers < 0 else max(0, count + 1 - placement.layers)
    last_step = shape.output + (shape.table if shape.tied else 0)
    return Need(
        Memory(
            weights=sum(shape.layers[:first]) + shape.table + (0 if placement.layers else shape.output),
            cache=sum(caches[:first]),
            compute=library + state + mask + 4 * shape.vocabulary + (layer if first else 0),
            mapped=sum(shape.copied[:first]),
        ),
        Memory(
            weights=sum(shape.layers[first:]) + (last_step if placement.layers else 0),
            cache=sum(caches[first:]),
            compute=max(layer, logits) + _CARD_POOL,
        ),
    )


@dataclass(frozen=True)
class EyeShape:
    """What decides the memory of a picture projector; weights in bytes, pictures in pixels a side."""

    weights: int
    width: int
    inner: int
    patch: int
    side: int
    """Of the pictures that it was made for; a fixed size where `free` is False."""
    free: bool
    """Whether it takes pictures as they come."""
    wide: int = 0
    """Numbers that live at once where a network of convolutions is widest; 0 for transformers over patches."""


def eye_shape(header: gguf.Header) -> EyeShape:
    """The shape of a checked projector."""
    width = header.number("vision.embedding_length")
    kind = str(header.metadata.get("clip.projector_type", header.metadata.get("clip.vision.projector_type", "")))
    return EyeShape(
        weights=header.weights,
        width=width,
        inner=header.number("vision.feed_forward_length", 4 * width),
        patch=header.number("vision.patch_size"),
        side=header.number("vision.image_size"),
        free=takes_any_size(kind),
        wide=_widest(header) if kind == _CONVOLVED else 0,
    )


def _widest(header: gguf.Header) -> int:
    """Numbers of the first layers: what the stem gives, at half the side, and the first block, at a quarter."""
    side = header.number("vision.image_size")
    stem, block = (header.tensors.get(name) for name in ("v.conv_stem.conv.weight", "v.blk.0.0.conv_exp.weight"))
    return sum(
        ceil(side / part) ** 2 * kernel.shape[-1] for part, kernel in ((2, stem), (4, block)) if kernel is not None
    )


def takes_any_size(kind: str) -> bool:
    """Whether projectors of a kind, by llama.cpp's name, take pictures as they come."""
    return kind in _FREE


_CONVOLVED = "gemma3nv"
"""The kind of Gemma 3n and of Parley's starter."""

_COLUMNS = 16 << 20
"""What llama.cpp has on a processor, at most, to lay out nine neighbors a place (GGML_IM2COL_WORK_SIZE)."""

_FREE = frozenset({"qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger", "pixtral", "lfm2", "kimivl", "youtuvl"})
"""Kinds of projectors that take pictures of any size."""


def projector(shape: EyeShape, placement: Placement, side: int | None) -> Need:
    """What a projector takes beside its model; `picture` is the peak while a picture of `side` pixels is encoded."""
    pixels = (side or shape.side) if shape.free else shape.side
    patches = ceil(pixels / shape.patch) ** 2
    # What lives at once: a layer's states and the wider one inside it, and the picture's numbers.
    peak = 4 * patches * (2 * max(shape.inner, 3 * shape.width) + 4 * shape.width) + 12 * pixels * pixels
    if shape.wide:
        columns = min(_COLUMNS, 4 * 9 * shape.wide) if placement.gpu is None else 0
        peak = 4 * 2 * shape.wide + columns + 12 * pixels * pixels
    if placement.gpu is None:
        return Need(Memory(projector=shape.weights, picture=peak))
    return Need(Memory(picture=12 * pixels * pixels), Memory(projector=shape.weights, picture=peak))
