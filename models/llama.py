"""One model opened in llama.cpp: tokens, evaluation, generation. The chat engines with and without pictures share it.

Uses the library's C interface, because the Python class on top of it redirects the process's standard output while it
loads and prints. Knows no roles' protocols but their values; owns no thread.
"""

import codecs
import ctypes
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from models import cuda, gguf
from models.need import BATCH
from models.prompt import Markup, Piece, Plain, Template
from models.roles import CacheType, Cancelled, CancelToken, ModelError, Placement, Sampling

SMALL = 100_000_000
"""Bytes of weights below which one thread does best."""

_ABORTED = 2
_CACHE_TYPES = {CacheType.F16: 1, CacheType.Q8_0: 8, CacheType.Q4_0: 2}
"""By ggml's numbers."""
_log: deque[str] = deque(maxlen=40)
_callbacks: list[object] = []


def library() -> Any:
    """The llama_cpp package, with its log kept in memory instead of written to stderr."""
    cuda.number_cards_by_bus()
    import llama_cpp

    if not _callbacks:

        def keep(level: int, text: bytes, _: object) -> None:
            _log.append(text.decode("utf-8", "replace"))

        _callbacks.append(llama_cpp.llama_log_callback(keep))
        llama_cpp.llama_log_set(_callbacks[0], ctypes.c_void_p(0))
        _open_plugins()
        llama_cpp.llama_backend_init()
    return llama_cpp


def _open_plugins() -> None:
    """Load what computes, where llama.cpp was built with that apart: in the package for NVIDIA cards.

    The part for cards asks for NVIDIA's libraries. Where these are missing it is left out, and all else works.
    """
    # Through the library that models are opened with, so that it is surely the one to which the parts are made known.
    from llama_cpp import llama_cpp

    api = llama_cpp._lib
    api.ggml_backend_reg_count.restype = ctypes.c_size_t
    if api.ggml_backend_reg_count():
        return
    cuda.missing()
    api.ggml_backend_load_all_from_path(os.fsencode(Path(llama_cpp.__file__).parent / "lib"))


def log_callback() -> object:
    """The callback that keeps llama.cpp's log, for the other libraries that log the same way."""
    library()
    return _callbacks[0]


def last_words() -> str:
    """What llama.cpp complained about since a model was last opened, for an error message; empty if it said nothing."""
    lines = [line.strip() for line in "".join(_log).splitlines() if line.strip()]
    # What was opened is told as well: its path may hold any word.
    lines = [line for line in lines if "loaded meta data" not in line]
    telling = [line for line in lines if "error" in line.lower() or "fail" in line.lower()]
    # The first complaint is the cause, the later ones are its consequences.
    return (telling or lines[-1:] or [""])[0][:200].rstrip(".")


def memory_ran_out() -> bool:
    """Whether llama.cpp complained about memory since a model was last opened."""
    return re.search(r"out of memory|(failed|unable) to allocate|cudaMalloc failed", "".join(_log)) is not None


def checked(path: Path) -> gguf.Header:
    """The header of a language model's file, with all its parts there. Raises ModelError("gguf-…")."""
    header = gguf.read(path)
    gguf.check_language_model(header)
    for part in gguf.parts(path, header)[1:]:
        gguf.read(part)
    return header


class Llama:
    """An open model with one context. Not for two threads at a time."""

    def __init__(self, path: Path, placement: Placement, context: int) -> None:
        """Open `path` with room for `context` tokens. Raises ModelError."""
        header = checked(path)
        self._api = library()
        self._free = ExitStack()
        _log.clear()
        try:
            self._open_model(path, placement)
            self._open_context(placement, context)
            source = header.metadata.get("tokenizer.chat_template")
            if not isinstance(source, str) or not source:
                raise ModelError(
                    "template-missing",
                    "The model has no chat template, so it cannot hold a talk.",
                    "Choose another model.",
                )
            self.template = Template(
                source, self._name(self._bos), self._name(self._api.llama_vocab_eos(self.vocabulary))
            )
        except BaseException:
            self.close()
            raise

    def _open_model(self, path: Path, placement: Placement) -> None:
        api = self._api
        if placement.gpu is not None and not api.llama_supports_gpu_offload():
            raise ModelError("gpu-unavailable", *cuda.unused())
        parameters = api.llama_model_default_params()
        parameters.split_mode = api.LLAMA_SPLIT_MODE_NONE
        # With no card as the main one, llama.cpp touches none at all.
        parameters.main_gpu = -1 if placement.gpu is None else placement.gpu
        parameters.n_gpu_layers = (
            0 if placement.gpu is None else placement.layers if placement.layers >= 0 else 0x7FFFFFFF
        )
        self.model = api.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self.model:
            if memory_ran_out():
                raise ModelError(
                    "out-of-memory",
                    f"There is not enough memory for “{path.name}” ({last_words()}).",
                    "Close other programs, or choose a smaller model.",
                )
            raise ModelError(
                "model-unusable",
                f"llama.cpp could not open “{path.name}”: {last_words() or 'it gave no reason'}.",
                "Choose another model, or give it more memory.",
            )
        self._free.callback(api.llama_model_free, self.model)
        self.vocabulary = api.llama_model_get_vocab(self.model)
        self._bos: int = api.llama_vocab_bos(self.vocabulary)

    def _open_context(self, placement: Placement, context: int) -> None:
        api = self._api
        on_card = placement.gpu is not None
        parameters = api.llama_context_default_params()
        parameters.n_ctx = context
        parameters.n_batch = parameters.n_ubatch = min(BATCH, context)
        parameters.n_threads = parameters.n_threads_batch = placement.threads or self._threads()
        parameters.offload_kqv = parameters.op_offload = on_card
        # On the processor too: it takes a part of the memory, and a cache of few bits is not possible without it.
        parameters.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_ENABLED
        parameters.type_k = parameters.type_v = _CACHE_TYPES[placement.cache]
        self.context = api.llama_init_from_model(self.model, parameters)
        if not self.context:
            raise ModelError(
                "out-of-memory",
                f"There is not enough memory for a context of {context} tokens ({last_words() or 'no reason given'}).",
                "Choose a shorter context or a smaller model.",
            )
        self._free.callback(api.llama_free, self.context)
        self._memory = api.llama_get_memory(self.context)
        self.size: int = api.llama_n_ctx(self.context)
        self.batch: int = api.llama_n_batch(self.context)
        self._held: list[int] = []

    def _threads(self) -> int:
        # A small model's threads would wait for each other longer than they compute.
        return 1 if self._api.llama_model_size(self.model) < SMALL else processors()

    def close(self) -> None:
        """Free context and model. Harmless when done twice."""
        self._free.close()

    def tokens(self, text: str, special: bool) -> list[int]:
        """Token ids of `text`; where `special` is False, special tokens in it are plain text."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (ctypes.c_int32 * room)()
        count = self._api.llama_tokenize(self.vocabulary, data, len(data), buffer, room, False, special)
        if count < 0:
            raise ModelError("too-long", "The text is too long for this model.", "Send a shorter text.")
        return list(buffer[:count])

    def prompt(self, pieces: Sequence[Piece]) -> list[int]:
        """Token ids of a prompt without pictures."""
        ids: list[int] = []
        for piece in pieces:
            if not isinstance(piece, Markup | Plain):
                raise ModelError("no-pictures", "This model cannot look at pictures.", "Choose a picture model.")
            ids += self.tokens(piece.text, special=isinstance(piece, Markup))
        if self._api.llama_vocab_get_add_bos(self.vocabulary) and ids[:1] != [self._bos]:
            ids.insert(0, self._bos)
        return ids

    def forget(self) -> None:
        """Empty the context."""
        self._held.clear()
        self._api.llama_memory_clear(self._memory, True)

    def recall(self, ids: Sequence[int]) -> int:
        """Cut the context back to its longest common beginning with `ids`; returns how many tokens that is.

        At least the last of `ids` is left to evaluate, because its logits are wanted.
        """
        same = 0
        for old, new in zip(self._held, ids[:-1], strict=False):
            if old != new:
                break
            same += 1
        if same and self._api.llama_memory_seq_rm(self._memory, 0, same, -1):
            del self._held[same:]
            return same
        self.forget()
        return 0

    def evaluate(self, ids: Sequence[int], cancel: CancelToken) -> None:
        """Run the model over `ids`, after what the context holds. Raises Cancelled, even in the midst of a batch."""
        api = self._api
        abort = api.ggml_abort_callback(lambda _: cancel.cancelled)
        # Not while single tokens are generated: asking Python at every node of the graph would cost more than a token.
        api.llama_set_abort_callback(self.context, abort, None)
        try:
            for start in range(0, len(ids), self.batch):
                cancel.check()
                self._decode(ids[start : start + self.batch])
        except BaseException:
            self.forget()
            raise
        finally:
            api.llama_set_abort_callback(self.context, api.ggml_abort_callback(0), None)

    def _decode(self, ids: Sequence[int]) -> None:
        buffer = (ctypes.c_int32 * len(ids))(*ids)
        outcome = self._api.llama_decode(self.context, self._api.llama_batch_get_one(buffer, len(ids)))
        if outcome == _ABORTED:
            raise Cancelled
        if outcome != 0:
            raise ModelError(
                "evaluation-failed",
                f"llama.cpp stopped in the middle of its work ({last_words() or f'code {outcome}'}).",
                "Ask again; if it happens again, choose a shorter context or a smaller model.",
            )
        self._held += ids

    def generate(self, sampling: Sampling, room: int, cancel: CancelToken) -> Iterator[str]:
        """Stream text after what was evaluated, until the model ends its turn or `room` tokens are written.

        Yields no half characters. Raises Cancelled between tokens.
        """
        api = self._api
        sampler = self._sampler(sampling)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            for left in range(min(sampling.max_tokens, room), 0, -1):
                cancel.check()
                token = api.llama_sampler_sample(sampler, self.context, -1)
                if api.llama_vocab_is_eog(self.vocabulary, token):
                    return
                text = decoder.decode(self._bytes(token))
                if text:
                    yield text
                if left > 1:
                    cancel.check()
                    self._decode([token])
        finally:
            api.llama_sampler_free(sampler)

    def _sampler(self, sampling: Sampling) -> Any:
        api = self._api
        chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
        if sampling.temperature <= 0:
            api.llama_sampler_chain_add(chain, api.llama_sampler_init_greedy())
            return chain
        api.llama_sampler_chain_add(chain, api.llama_sampler_init_top_p(sampling.top_p, 1))
        api.llama_sampler_chain_add(chain, api.llama_sampler_init_temp(sampling.temperature))
        api.llama_sampler_chain_add(chain, api.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF))
        return chain

    def _bytes(self, token: int, special: bool = False) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self._api.llama_token_to_piece(self.vocabulary, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def _name(self, token: int) -> str:
        return self._bytes(token, special=True).decode("utf-8", "replace") if token >= 0 else ""


def processors() -> int:
    """Processors that this process may use, at most eight: more make token generation no faster."""
    if hasattr(os, "sched_getaffinity"):
        return min(8, len(os.sched_getaffinity(0)))
    return min(8, os.cpu_count() or 1)
