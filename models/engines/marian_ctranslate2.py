"""Translation on CTranslate2: int8, streaming, from Marian, M2M100 and NLLB checkpoints.

Owns the "ctranslate2" engine. The checkpoint is converted once (models/conversion.py); torch and transformers are never
loaded here. A sentence with digits comes whole, because it may be exchanged for another that keeps them; all others
come as they are written. The module is not named after the library because it would hide that from its own neighbors.
"""

import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models import conversion, cuda, numerals
from models.catalog import Card
from models.roles import CPU, CancelToken, Memory, ModelError, Need, Placement, Role, Scope
from models.translation import MAX_PIECES, Pieces, check_languages, stream, translated

_WORKSPACE = 30_000_000
"""Bytes beside the weights: the library's own buffers and the activations of the longest stretch. Measured on models of
80 MB, which take 105 MB; while they are being loaded it is 130 MB for a moment."""
_CARD_WORKSPACE = 200_000_000
"""The same on a card, where cuBLAS keeps buffers of its own. Not measured yet."""

_BEAM = 8
"""So many texts are looked through where the likeliest has lost a digit."""


class CTranslate2Translator:
    """A translator whose converted copy lies with the program, or in `cache` (made there when it is missing)."""

    name = "ctranslate2"
    role = Role.TRANSLATION

    def __init__(self, card: Card, folder: Path, cache: Path | None = None) -> None:
        self._card = card
        self._folder = folder
        self._cache = cache
        self._pieces: Pieces | None = None
        self._models: list[Any] = []
        # A translator that is still open when the interpreter ends aborts the process, its worker threads running.
        weakref.finalize(self, _release, self._models)

    @property
    def loaded(self) -> bool:
        return bool(self._models)

    def need(self, placement: Placement) -> Need:
        weights = conversion.converted_size(self._folder, self._cache)
        if placement.gpu is None:
            return Need(Memory(weights=weights, compute=_WORKSPACE))
        return Need(Memory(compute=_WORKSPACE), Memory(weights=weights, compute=_CARD_WORKSPACE))

    def scope(self) -> Scope:
        return Scope()

    def load(self, placement: Placement = CPU) -> None:
        self.close()
        pieces = Pieces(self._folder)
        path = conversion.converted(self._folder, self._cache)
        import ctranslate2

        on_gpu = placement.gpu is not None
        if on_gpu:
            cuda.open_libraries(cuda.TRANSLATOR)
        try:
            model = ctranslate2.Translator(
                str(path),
                device="cuda" if on_gpu else "cpu",
                device_index=placement.gpu or 0,
                compute_type="int8_float16" if on_gpu else "int8",
                inter_threads=1,
                intra_threads=placement.threads or 0,
            )
        except (RuntimeError, ValueError) as error:
            raise _failed(error, self._card.name) from error
        self._models.append(model)
        self._pieces = pieces

    def close(self) -> None:
        _release(self._models)
        self._pieces = None

    def translate(self, text: str, source: str, target: str, cancel: CancelToken) -> Iterator[str]:
        check_languages(self._card, source, target)
        if self._pieces is None:
            raise ModelError(
                "model-not-loaded", f"“{self._card.name}” is not loaded.", "Load the model before it is used."
            )
        yield from translated(text, self._pieces, lambda part: self._stretch(part, source, target, cancel), cancel)

    def _stretch(self, text: str, source: str, target: str, cancel: CancelToken) -> Iterator[str]:
        assert self._pieces is not None
        tokens = self._pieces.encode(text, source)
        mark = self._pieces.mark(target)
        most = min(3 * len(tokens) + 8, 2 * MAX_PIECES)
        try:
            said = self._greedy(tokens, mark, most, cancel)
            if numerals.any_in(text, source):
                others = self._others(tokens, mark, most, cancel)
                yield numerals.keeping(text, source, target, "".join(said), others)
            else:
                yield from said
        except RuntimeError as error:
            raise _failed(error, self._card.name) from error

    def _greedy(self, tokens: list[str], mark: str | None, most: int, cancel: CancelToken) -> Iterator[str]:
        """The text of the likeliest token each time, as it comes."""
        assert self._pieces is not None
        steps = self._models[0].generate_tokens(
            tokens, [mark] if mark else None, max_decoding_length=most, disable_unk=True
        )
        try:
            # The library runs ahead on its own thread; closing `steps` ends it within one step and waits for it.
            yield from stream((step.token for step in steps if step.token != mark), self._pieces, cancel)
        finally:
            steps.close()

    def _others(self, tokens: list[str], mark: str | None, most: int, cancel: CancelToken) -> Iterator[str]:
        """Other likely texts, searched for only when the first is asked for; the likeliest comes first."""
        assert self._pieces is not None
        cancel.check()
        (found,) = self._models[0].translate_batch(
            [tokens],
            [[mark]] if mark else None,
            beam_size=_BEAM,
            num_hypotheses=_BEAM,
            max_decoding_length=most,
            disable_unk=True,
        )
        for hypothesis in found.hypotheses:
            yield self._pieces.decode([token for token in hypothesis if token != mark])


def _release(models: list[Any]) -> None:
    while models:
        models.pop().unload_model()


def _failed(error: Exception, name: str) -> ModelError:
    text = str(error)
    if "out of memory" in text.lower():
        return ModelError(
            "out-of-memory",
            f"There is not enough memory to run “{name}”.",
            "Close other programs, or place the model on the CPU.",
        )
    if any(word in text.lower() for word in ("cuda", "cublas", "compute type")):
        return ModelError(
            "gpu-unavailable",
            f"“{name}” cannot run on this graphics card: {text}.",
            "Place the translation model on the CPU.",
        )
    return ModelError("model-invalid", f"“{name}” cannot be opened: {text}.", "Install the model again.")
