"""Picture models on llama.cpp: a language model in GGUF and its projector ("mmproj"), any pair the library knows."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from models import need, projector
from models.catalog import Card
from models.engines.llama_chat import DEFAULT_CONTEXT
from models.llama import Llama
from models.projector import Chunk, Projector
from models.prompt import shortened
from models.roles import CPU, CancelToken, Message, ModelError, Need, Placement, Role, Sampling, Scope


class LlamaVision:
    """Chats about pictures; see roles.ChatModel.

    Of a talk that outgrows the context, the oldest exchanges are left out, but never the picture shown last: it moves
    to the first question that is kept.
    """

    name = "llama-vision"
    role = Role.VLM

    def __init__(self, card: Card, folder: Path) -> None:
        self._model_file = folder / card.files["model"]
        self._projector_file = folder / card.files["projector"]
        self._context = card.context or DEFAULT_CONTEXT
        self._side = card.picture_side
        self._llama: Llama | None = None
        self._projector: Projector | None = None
        self._held: list[Chunk] = []

    @property
    def loaded(self) -> bool:
        return self._projector is not None

    def need(self, placement: Placement) -> Need:
        shape = need.language_shape(self._model_file)
        eye = need.eye_shape(projector.checked(self._projector_file))
        model = need.language_model(shape, placement, placement.context or self._context)
        return model + need.projector(eye, placement, placement.picture_side or self._side)

    def scope(self) -> Scope:
        shape = need.language_shape(self._model_file)
        return Scope(layers=len(shape.layers), context=self._context, picture_side=self._side, trained=shape.trained)

    def load(self, placement: Placement = CPU) -> None:
        self.close()
        projector.checked(self._projector_file)
        self._llama = Llama(self._model_file, placement, placement.context or self._context)
        try:
            self._projector = Projector(self._projector_file, self._llama, placement)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._held = []
        if self._projector is not None:
            self._projector.close()
            self._projector = None
        if self._llama is not None:
            self._llama.close()
            self._llama = None

    def reply(self, messages: Sequence[Message], sampling: Sampling, cancel: CancelToken) -> Iterator[str]:
        model, eye = self._llama, self._projector
        if model is None or eye is None:
            raise ModelError("not-loaded", "The picture model is not loaded.", "Load it first.")
        cancel.check()
        talk = self._fitting(model, eye, messages, sampling)
        with eye.chunks(model.template.pieces(talk)) as chunks:
            self._evaluate(model, eye, chunks, cancel)
            length = sum(chunk.length for chunk in chunks)
        yield from model.generate(sampling, model.size - length, cancel)

    def _fitting(
        self, model: Llama, eye: Projector, messages: Sequence[Message], sampling: Sampling
    ) -> Sequence[Message]:
        """As much of a talk as the context holds with room for an answer."""
        most = model.size - min(sampling.max_tokens, model.size // 4)

        def fits(place: int) -> bool:
            # A token is hardly ever longer than 16 bytes: spares tokenizing megabytes for nothing.
            if sum(len(message.text) for message in talks[place]) > 16 * most:
                return False
            with eye.chunks(model.template.pieces(talks[place])) as chunks:
                return sum(chunk.length for chunk in chunks) <= most

        talks = [_with_last_picture(talk, messages) for talk in shortened(messages)]
        first = 0 if fits(0) else bisect_left(range(len(talks)), True, lo=1, key=fits)
        if first < len(talks):
            return talks[first]
        raise ModelError(
            "too-long",
            "The question and its pictures are too long for this picture model.",
            "Ask a shorter question about fewer pictures, or choose a model with a longer context.",
        )

    def _evaluate(self, model: Llama, eye: Projector, chunks: list[Chunk], cancel: CancelToken) -> None:
        """Bring the context to the end of `chunks`; what it begins with already is not evaluated again."""
        same = 0
        for old, new in zip(self._held, chunks[:-1], strict=False):
            if not old.same(new):
                break
            same += 1
        position = sum(chunk.positions for chunk in chunks[:same])
        held, self._held = self._held[:same], []
        if not same or not eye.cut(position):
            model.forget()
            held, same, position = [], 0, 0
        try:
            for place, chunk in enumerate(chunks[same:], same):
                eye.evaluate(chunk, position, place == len(chunks) - 1, cancel)
                position += chunk.positions
                held.append(replace(chunk, pointer=None))
        except BaseException:
            model.forget()
            raise
        self._held = held


def _with_last_picture(talk: Sequence[Message], messages: Sequence[Message]) -> list[Message]:
    """`talk`, with the last picture of all `messages` in its first question if no picture was kept."""
    shown = [message.pictures for message in messages if message.pictures]
    if not shown or any(message.pictures for message in talk):
        return list(talk)
    first = next(place for place, message in enumerate(talk) if message.author == "user")
    return [replace(message, pictures=shown[-1]) if place == first else message for place, message in enumerate(talk)]
