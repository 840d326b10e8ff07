"""Language models in GGUF on llama.cpp."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

from models import need
from models.catalog import Card
from models.llama import Llama
from models.prompt import shortened
from models.roles import CPU, CancelToken, Message, ModelError, Need, Placement, Role, Sampling, Scope

DEFAULT_CONTEXT = 4096


class LlamaChat:
    """Chats; see roles.ChatModel. Of a talk that outgrows the context, the oldest exchanges are left out."""

    name = "llama-chat"
    role = Role.LLM

    def __init__(self, card: Card, folder: Path) -> None:
        self._path = folder / card.files["model"]
        self._context = card.context or DEFAULT_CONTEXT
        self._llama: Llama | None = None

    @property
    def loaded(self) -> bool:
        return self._llama is not None

    def need(self, placement: Placement) -> Need:
        return need.language_model(need.language_shape(self._path), placement, placement.context or self._context)

    def scope(self) -> Scope:
        shape = need.language_shape(self._path)
        return Scope(layers=len(shape.layers), context=self._context, trained=shape.trained)

    def load(self, placement: Placement = CPU) -> None:
        self.close()
        self._llama = Llama(self._path, placement, placement.context or self._context)

    def close(self) -> None:
        if self._llama is not None:
            self._llama.close()
            self._llama = None

    def reply(self, messages: Sequence[Message], sampling: Sampling, cancel: CancelToken) -> Iterator[str]:
        llama = self._llama
        if llama is None:
            raise ModelError("not-loaded", "The language model is not loaded.", "Load it first.")
        cancel.check()
        ids = self._prompt(llama, messages, sampling)
        llama.evaluate(ids[llama.recall(ids) :], cancel)
        yield from llama.generate(sampling, llama.size - len(ids), cancel)

    def _prompt(self, llama: Llama, messages: Sequence[Message], sampling: Sampling) -> list[int]:
        most = llama.size - min(sampling.max_tokens, llama.size // 4)
        prompts: dict[int, list[int]] = {}

        def fits(place: int) -> bool:
            # A token is hardly ever longer than 16 bytes: spares tokenizing megabytes for nothing.
            if sum(len(message.text) for message in talks[place]) > 16 * most:
                return False
            prompts[place] = llama.prompt(llama.template.pieces(talks[place]))
            return len(prompts[place]) <= most

        talks = list(shortened(messages))
        first = 0 if fits(0) else bisect_left(range(len(talks)), True, lo=1, key=fits)
        if first < len(talks):
            return prompts[first]
        raise ModelError(
            "too-long",
            "The question is too long for this language model.",
            "Ask a shorter question, or choose a model with a longer context.",
        )
