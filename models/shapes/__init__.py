"""Models with the shapes of published ones and random weights, written here in seconds instead of being fetched.

What a model takes in memory and how fast it runs follows from its shape: layers, widths, heads, quantization, size of
the vocabulary. What it says does not, and is nonsense here. Owns resources/shapes.toml and the files of each kind of
model. It must not know engines, nor what the files are wanted for.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from models.catalog import Card
from models.roles import ModelError, Role
from models.shapes.decoder import (
    DecoderShape,
    ProjectorShape,
    decoder_tensors,
    projector_tensors,
    write_decoder,
    write_projector,
)
from models.shapes.translator import TranslatorShape, write_translator
from models.shapes.voice import VoiceShape, write_voice

CONTEXT = 4096
"""Tokens that language models are opened with."""
_TEXT = 48
"""Bytes of an entry of a vocabulary, its merge included."""
_ENGINES = {Role.LLM: "llama-chat", Role.VLM: "llama-vision", Role.TTS: "piper", Role.TRANSLATION: "ctranslate2"}

T = TypeVar("T")


@dataclass(frozen=True)
class Shape:
    """One published model's shape."""

    id: str
    name: str
    role: Role
    form: DecoderShape | VoiceShape | TranslatorShape
    picture_side: int | None = None
    published: int | None = None
    """Bytes of the published files, where they were read somewhere."""
    unverified: tuple[str, ...] = ()
    """Fields that are remembered, not read in the model's own description."""

    @property
    def size(self) -> int:
        """About how many bytes `write` writes."""
        form = self.form
        if isinstance(form, DecoderShape):
            tensors = decoder_tensors(form) + (projector_tensors(form) if form.projector else [])
            return sum(tensor.size for tensor in tensors) + _TEXT * form.vocabulary
        if isinstance(form, TranslatorShape):
            layer = 12 * form.width**2 + 4 * form.width * form.feed_forward
            return form.layers * layer + form.vocabulary * (form.width + 4 * _TEXT)
        assert self.published is not None
        return self.published

    def write(
        self,
        folder: Path,
        cache: Path,
        texts: Iterable[str],
        languages: tuple[str, str] = ("en", "es"),
        progress: Callable[[int], None] = lambda count: None,
    ) -> Card:
        """Write the model into the new folder `folder` and return its card.

        The words of `texts` are in its vocabulary. A translator goes from the first of `languages` to the second, and
        its converted copy into `cache`; other models know the first only. `progress` is told the bytes of every piece
        as they are written, and may raise to call it off. Raises OSError.
        """
        folder.mkdir(parents=True)
        source = target = languages[:1]
        form = self.form
        if isinstance(form, DecoderShape):
            files = {"model": "model.gguf"}
            write_decoder(folder / files["model"], form, self.name, texts, progress)
            if form.projector is not None:
                files["projector"] = "mmproj.gguf"
                write_projector(folder / files["projector"], form, self.name, progress)
        elif isinstance(form, VoiceShape):
            files = {"model": "voice.onnx", "config": "voice.onnx.json"}
            write_voice(folder, form, progress)
        else:
            files = {"model": "."}
            write_translator(folder, cache, form, languages, texts, progress)
            target = languages[1:]
        return Card(
            id=self.id,
            name=self.name,
            role=self.role,
            engine=_ENGINES[self.role],
            folder=folder.name,
            files=files,
            source=source,
            target=target,
            licence="",
            description="Random weights in the shape of a published model.",
            context=CONTEXT if isinstance(form, DecoderShape) else None,
            picture_side=self.picture_side,
            sampling={"temperature": 0.7, "top_p": 0.95},
        )


def load() -> dict[str, Shape]:
    """All shapes by their identity, in the order of the table."""
    text = (resources.files("resources") / "shapes.toml").read_text(encoding="utf-8")
    return {identity: _shape(identity, table) for identity, table in tomllib.loads(text).items()}


def find(identity: str) -> Shape:
    """The shape with this identity. Raises ModelError("shape-unknown") that names the ones there are."""
    shapes = load()
    if identity not in shapes:
        raise ModelError(
            "shape-unknown", f"There is no shape “{identity}”.", f"Choose one of these: {', '.join(sorted(shapes))}."
        )
    return shapes[identity]


def _shape(identity: str, table: Mapping[str, Any]) -> Shape:
    role = Role(table["role"])
    form: DecoderShape | VoiceShape | TranslatorShape
    if role is Role.TTS:
        form = _filled(VoiceShape, table)
    elif role is Role.TRANSLATION:
        form = _filled(TranslatorShape, table)
    else:
        tower = table.get("projector")
        form = _filled(DecoderShape, {**table, "projector": _filled(ProjectorShape, tower) if tower else None})
    return Shape(
        identity,
        table["name"],
        role,
        form,
        table.get("picture_side"),
        table.get("published"),
        tuple(table.get("unverified", ())),
    )


def _filled(kind: type[T], table: Mapping[str, Any]) -> T:
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{key: _frozen(value) for key, value in table.items() if key in names})


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
