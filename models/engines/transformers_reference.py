"""Translation with the transformers library in 32-bit floats: slow, and what the fast engine is compared with.

Owns the "transformers" engine. It opens the same checkpoints as models/engines/marian_ctranslate2.py.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models import conversion
from models.catalog import Card
from models.roles import CPU, CancelToken, Memory, ModelError, Need, Placement, Role, Scope
from models.translation import MAX_PIECES, Pieces, check_languages, read_config, stream, translated

_LIBRARIES = 400_000_000
"""Bytes that torch and transformers take once they are imported."""


class TransformersTranslator:
    """Greedy decoding, a token a step, with the checkpoint's own weights; so it has no use for `cache`."""

    name = "transformers"
    role = Role.TRANSLATION

    def __init__(self, card: Card, folder: Path, cache: Path | None = None) -> None:
        self._card = card
        self._folder = folder
        self._pieces: Pieces | None = None
        self._tokenizer: Any = None
        self._model: Any = None

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def need(self, placement: Placement) -> Need:
        # The file may hold half precision; in memory every weight takes 4 bytes.
        weights = 2 * conversion.weights_size(self._folder)
        host = Memory(weights=weights, compute=_LIBRARIES)
        return Need(host, Memory() if placement.gpu is None else Memory(weights=weights))

    def scope(self) -> Scope:
        return Scope()

    def load(self, placement: Placement = CPU) -> None:
        self.close()
        pieces = Pieces(self._folder)
        kind = read_config(self._folder)["model_type"]
        conversion.weights_size(self._folder)
        # Nothing may be looked up on the network, whatever a checkpoint names.
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        if placement.threads is not None:
            torch.set_num_threads(placement.threads)
        family = transformers.MarianMTModel if kind == "marian" else transformers.M2M100ForConditionalGeneration
        try:
            model = family.from_pretrained(self._folder, dtype=torch.float32, local_files_only=True).eval()
            self._tokenizer = conversion.tokenizer(self._folder)
            self._model = model.to("cpu" if placement.gpu is None else f"cuda:{placement.gpu}")
        except (OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
            raise ModelError(
                "model-invalid", f"“{self._card.name}” cannot be opened: {error}.", "Install the model again."
            ) from error
        self._pieces = pieces

    def close(self) -> None:
        self._model = self._tokenizer = self._pieces = None
        gc.collect()

    def translate(self, text: str, source: str, target: str, cancel: CancelToken) -> Iterator[str]:
        check_languages(self._card, source, target)
        if self._pieces is None:
            raise ModelError(
                "model-not-loaded", f"“{self._card.name}” is not loaded.", "Load the model before it is used."
            )
        pieces = self._pieces

        def translate(part: str) -> Iterator[str]:
            return stream(self._tokens(part, source, target, cancel), pieces, cancel)

        yield from translated(text, pieces, translate, cancel)

    def _tokens(self, text: str, source: str, target: str, cancel: CancelToken) -> Iterator[str]:
        import torch

        assert self._pieces is not None
        config, to_id = self._model.config, self._tokenizer.convert_tokens_to_ids
        tokens = self._pieces.encode(text, source)
        mark = self._pieces.mark(target)
        ids = torch.tensor([to_id(tokens)], device=self._model.device)
        # An M2M100 decoder starts with the end mark and the language; Marian's with its pad mark.
        written = [config.decoder_start_token_id, *([to_id(mark)] if mark else [])]
        never = [config.pad_token_id, to_id("<unk>")]
        with torch.inference_mode():
            encoded = self._model.get_encoder()(input_ids=ids)
        for _ in range(min(3 * len(tokens) + 8, 2 * MAX_PIECES)):
            cancel.check()
            with torch.inference_mode():
                start = torch.tensor([written], device=self._model.device)
                # Without the cache of keys and values: its argument is named otherwise from release to release.
                output = self._model(encoder_outputs=encoded, decoder_input_ids=start, use_cache=False)
                logits = output.logits[0, -1]
                logits[never] = -torch.inf
                token = int(logits.argmax())
            if token == config.eos_token_id:
                return
            written.append(token)
            yield self._tokenizer.convert_ids_to_tokens(token)
