"""The picture half of a llama.cpp picture model: a projector file ("mmproj") opened in llama.cpp's multimodal library.

Turns pieces of a prompt into chunks (runs of tokens, pictures) and runs the model over them. Pictures reach the library
as pixels that Parley decoded from its own encoding, never as text: neither a marker nor an address in a message can
stand for one. Works with any projector that the library knows. It knows no roles' protocols and owns no thread.
"""

import ctypes
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from PIL import Image

from models import cuda, gguf
from models.llama import SMALL, Llama, last_words, library, log_callback, memory_ran_out, processors
from models.prompt import Markup, Piece
from models.roles import Cancelled, CancelToken, ModelError, Picture, Placement

_MOST_TOKENS, _ENOUGH_FOR = 640, 768
"""Tokens that a model with free choice may spend on one picture, and the pixels a side that they are enough for."""

_ABORTED = 2


def most_tokens(side: int | None) -> int:
    """Tokens that a model with free choice may spend on a picture of `side` pixels: with fewer it sees it smaller."""
    return ceil(_MOST_TOKENS * max(1.0, (side or 0) / _ENOUGH_FOR) ** 2)


def checked(path: Path) -> gguf.Header:
    """The header of a projector file. Raises ModelError("gguf-…", "projector-invalid")."""
    header = gguf.read(path)
    if header.architecture != "clip" or header.metadata.get("clip.has_vision_encoder") is not True:
        raise _invalid(f"“{path.name}” is not a picture projector")
    for key, most in (
        ("vision.image_size", 1 << 13),
        ("vision.patch_size", 1 << 9),
        ("vision.block_count", 512),
        ("vision.embedding_length", 1 << 16),
        ("vision.attention.head_count", 1024),
    ):
        if not 1 <= header.number(key, 0) <= most:
            raise _invalid(f"“{path.name}” has an impossible value for “{key}”")
    if header.number("vision.patch_size") > header.number("vision.image_size"):
        raise _invalid(f"“{path.name}” has patches larger than its pictures")
    return header


def _invalid(what: str) -> ModelError:
    return ModelError(
        "projector-invalid", f"{what}.", "Download the model again: model file and projector belong together."
    )


@dataclass(frozen=True)
class Chunk:
    """A run of tokens or (a part of) a picture. Two equal chunks mean the same to the model."""

    tokens: tuple[int, ...]
    """Empty for a picture."""
    picture: bytes
    """What the picture is known by; empty for tokens."""
    length: int
    """Tokens it takes in the context."""
    positions: int
    """Positions it takes in the sequence: fewer than tokens in models that place pictures in two dimensions."""
    pointer: Any
    """The library's own object; lives as long as the prompt it came from."""

    def same(self, other: "Chunk") -> bool:
        return (self.tokens, self.picture, self.length) == (other.tokens, other.picture, other.length)


class Projector:
    """An open projector beside an open model. Not for two threads at a time."""

    def __init__(self, path: Path, llama: Llama, placement: Placement) -> None:
        """Open `path` for `llama`. Raises ModelError."""
        header = checked(path)
        self._llama = llama
        self._api = library()
        from llama_cpp import mtmd_cpp

        self._mtmd: Any = mtmd_cpp
        mtmd_cpp.mtmd_helper_log_set(log_callback(), ctypes.c_void_p(0))
        parameters = mtmd_cpp.mtmd_context_params_default()
        parameters.use_gpu = placement.gpu is not None
        parameters.device = None if placement.gpu is None else _device(placement.gpu)
        parameters.print_timings = False
        parameters.n_threads = placement.threads or (1 if header.weights < SMALL else processors())
        # A first run on a card finds out then, not at the first question, that memory does not suffice.
        parameters.warmup = placement.gpu is not None
        parameters.image_max_tokens = most_tokens(placement.picture_side)
        parameters.flash_attn_type = self._api.LLAMA_FLASH_ATTN_TYPE_AUTO
        self._context = mtmd_cpp.mtmd_init_from_file(str(path).encode(), llama.model, parameters)
        if self._context is None:
            if memory_ran_out():
                raise ModelError(
                    "out-of-memory",
                    f"There is not enough memory for the projector “{path.name}” ({last_words()}).",
                    "Close other programs, or choose a smaller model.",
                )
            raise ModelError(
                "projector-unusable",
                f"The projector “{path.name}” does not work with this model ({last_words() or 'no reason given'}).",
                "Download the model again: model file and projector belong together.",
            )
        if not mtmd_cpp.mtmd_support_vision(self._context):
            self.close()
            raise _invalid(f"“{path.name}” is not for pictures")

    def close(self) -> None:
        """Free the projector; before the model it belongs to. Harmless when done twice."""
        if self._context is not None:
            self._mtmd.mtmd_free(self._context)
            self._context = None

    @contextmanager
    def chunks(self, pieces: Sequence[Piece]) -> Iterator[list[Chunk]]:
        """A prompt's chunks, to be used within the context only. Raises ModelError("picture-refused")."""
        bitmaps = [self._bitmap(piece) if isinstance(piece, Picture) else None for piece in pieces]
        output = self._mtmd.mtmd_input_chunks_init()
        try:
            parts = [self._part(piece, bitmap) for piece, bitmap in zip(pieces, bitmaps, strict=True)]
            pointers = (ctypes.POINTER(self._mtmd.mtmd_input_part) * len(parts))(*map(ctypes.pointer, parts))
            if self._mtmd.mtmd_tokenize_from_parts(
                self._context, output, pointers, len(parts), not self._begins_itself(pieces)
            ):
                raise ModelError(
                    "picture-refused",
                    f"The model cannot take this picture ({last_words() or 'no reason given'}).",
                    "Choose another picture.",
                )
            count = self._mtmd.mtmd_input_chunks_size(output)
            yield [self._chunk(self._mtmd.mtmd_input_chunks_get(output, place)) for place in range(count)]
        finally:
            self._mtmd.mtmd_input_chunks_free(output)
            for bitmap in bitmaps:
                if bitmap is not None:
                    self._mtmd.mtmd_bitmap_free(bitmap)

    def evaluate(self, chunk: Chunk, position: int, last: bool, cancel: CancelToken) -> None:
        """Run the model over a chunk that stands at `position`; logits are kept if it is the `last`.

        A picture is encoded first, which is one native step. Raises Cancelled and ModelError.
        """
        cancel.check()
        abort = self._api.ggml_abort_callback(lambda _: cancel.cancelled)
        self._api.llama_set_abort_callback(self._llama.context, abort, None)
        end = self._api.llama_pos(position)
        try:
            outcome = self._mtmd.mtmd_helper_eval_chunk_single(
                self._context, self._llama.context, chunk.pointer, position, 0, self._llama.batch, last, end
            )
        finally:
            self._api.llama_set_abort_callback(self._llama.context, self._api.ggml_abort_callback(0), None)
        if outcome == _ABORTED:
            raise Cancelled
        if outcome:
            raise ModelError(
                "evaluation-failed",
                f"llama.cpp stopped in the middle of its work ({last_words() or f'code {outcome}'}).",
                "Ask again; if it happens again, choose a smaller picture or a smaller model.",
            )

    def cut(self, position: int) -> bool:
        """Take everything at and after `position` out of the context; False if this kind of model cannot do so."""
        memory = self._api.llama_get_memory(self._llama.context)
        return bool(self._api.llama_memory_seq_rm(memory, 0, position, -1))

    def _bitmap(self, picture: Picture) -> Any:
        try:
            image = Image.open(io.BytesIO(picture.data), formats=("PNG", "JPEG")).convert("RGB")
        except OSError as error:
            raise ModelError("picture-invalid", "The picture is damaged.", "Choose another picture.") from error
        data = image.tobytes()
        pixels = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
        bitmap = self._mtmd.mtmd_bitmap_init(image.width, image.height, pixels)
        self._mtmd.mtmd_bitmap_set_id(bitmap, f"{picture.sha256} {image.width}x{image.height}".encode())
        return bitmap

    def _part(self, piece: Piece, bitmap: Any) -> Any:
        part = self._mtmd.mtmd_input_part()
        if isinstance(piece, Picture):
            part.bitmap = bitmap
            return part
        data = piece.text.encode("utf-8", "replace")
        text = self._mtmd.mtmd_input_text(data, len(data), False, isinstance(piece, Markup))
        part.text = ctypes.pointer(text)
        return part

    def _begins_itself(self, pieces: Sequence[Piece]) -> bool:
        """Whether the template writes the token that begins a text, which must not come twice."""
        if not pieces or not isinstance(pieces[0], Markup):
            return False
        first = self._llama.tokens(pieces[0].text, special=True)[:1]
        return first == [self._api.llama_vocab_bos(self._llama.vocabulary)]

    def _chunk(self, pointer: Any) -> Chunk:
        mtmd = self._mtmd
        length = mtmd.mtmd_input_chunk_get_n_tokens(pointer)
        positions = mtmd.mtmd_input_chunk_get_n_pos(pointer)
        if mtmd.mtmd_input_chunk_get_type(pointer) == mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT:
            count = ctypes.c_size_t()
            tokens = mtmd.mtmd_input_chunk_get_tokens_text(pointer, ctypes.byref(count))
            return Chunk(tuple(tokens[: count.value]), b"", length, positions, pointer)
        return Chunk((), mtmd.mtmd_input_chunk_get_id(pointer) or b"", length, positions, pointer)


def _device(gpu: int) -> int:
    """ggml's device for a card, as the library wants it. llama.cpp counts the cards as Parley does: by their bus."""
    from llama_cpp._ggml import libggml

    by_name = libggml.ggml_backend_dev_by_name
    by_name.restype, by_name.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    device: int | None = by_name(f"CUDA{gpu}".encode())
    if device is None:
        raise ModelError(
            "gpu-unavailable",
            f"llama.cpp does not see graphics card {gpu}.",
            cuda.unused()[1],
        )
    return device
