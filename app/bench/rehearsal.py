"""Which models a rehearsal is made with, and writing them: real shapes with random weights, nothing is fetched.

Owns the choice by what the machine has, the check of the disk, and the library of what was written. Speech is
recognized by the starter's recognizer, and its voice speaks the questions: there is no shape of a recognizer.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.bench.script import TEXTS
from models import catalog, shapes
from models.catalog import Card
from models.hardware import Hardware
from models.placement import CONTEXT, MARGIN, RAM_MARGIN
from models.residency import Library, starter_library
from models.roles import GB, ModelError, Role
from models.shapes import Shape
from models.shapes.decoder import DecoderShape
from models.store import disk

SETS = (
    ("qwen3-8b", "qwen3-vl-4b", "piper-high", "opus-mt"),
    ("qwen3-4b", "smolvlm-2_2b", "piper-medium", "opus-mt"),
    ("qwen3-1_7b", "smolvlm-500m", "piper-medium", "opus-mt"),
    ("qwen3-0_6b", "smolvlm-256m", "piper-medium", "opus-mt"),
)
"""From the set for a card of 16 GB down to one that a processor can carry."""
ROLES = (Role.LLM, Role.VLM, Role.TTS, Role.TRANSLATION)
LONGEST_ANSWER = 48
"""Tokens; a random model never ends by itself."""
_BESIDE = 1_500_000_000
"""Bytes of a card for the voice and for what models compute with."""


def choose(machine: Hardware, names: Sequence[str] = ()) -> list[Shape]:
    """The named shapes, and for the roles without one those that suit the machine. Raises ModelError."""
    chosen: dict[Role, Shape] = {}
    for name in names:
        shape = shapes.find(name)
        if shape.role in chosen:
            raise ModelError(
                "shapes-twice",
                f"“{name}” and “{chosen[shape.role].id}” are for the same role.",
                "Name at most one shape for each role.",
            )
        chosen[shape.role] = shape
    usual = {shape.role: shape for shape in _usual(machine)}
    return [chosen.get(role) or usual[role] for role in ROLES]


def _usual(machine: Hardware) -> list[Shape]:
    room = max((gpu.free + (gpu.ours or 0) - MARGIN - CONTEXT - _BESIDE for gpu in machine.gpus), default=0)
    sets = [[shapes.find(name) for name in names] for names in SETS]
    return next((each for each in sets if sum(map(_taken, each)) <= room), sets[-1])


def _taken(shape: Shape) -> int:
    """About what a language model takes of a card: its file and its context."""
    form = shape.form
    if not isinstance(form, DecoderShape):
        return 0
    return shape.size + 4 * form.layers * form.kv_heads * form.head_width * shapes.CONTEXT


def check_room(data: Path, machine: Hardware, chosen: Sequence[Shape]) -> None:
    """Raise ModelError unless disk and memory can hold the shapes."""
    size = sum(map(_files, chosen))
    try:
        disk.check_room(data, size)
    except ModelError as error:
        smaller = "Free some room, or name smaller ones with --shapes."
        raise ModelError(error.code, error.message, smaller) from error
    room = machine.ram_free - RAM_MARGIN + sum(gpu.free for gpu in machine.gpus)
    if sum(map(_taken, chosen)) > room:
        raise ModelError(
            "memory-short",
            f"These models take some {sum(map(_taken, chosen)) / GB:.1f} GB of memory, and {max(0, room) / GB:.1f} GB "
            "are free to use.",
            "Close other programs, or name smaller ones with --shapes.",
        )


def _files(shape: Shape) -> int:
    return shape.size * (2 if shape.role is Role.TRANSLATION else 1)


def write(folder: Path, chosen: Sequence[Shape], progress: Callable[[float, str], None]) -> Library:
    """Write the shapes into `folder`; `progress` hears the share that is done, and of which model. Raises OSError."""
    size, written = sum(map(_files, chosen)), 0
    cache = folder / "converted"
    cards: list[Card] = []
    for shape in chosen:

        def note(count: int, name: str = shape.name) -> None:
            nonlocal written
            written += count
            progress(written / size, name)

        if shape.role is Role.TRANSLATION:
            for source, target in (("en", "es"), ("es", "en")):
                card = shape.write(folder / f"{source}-{target}", cache, TEXTS, (source, target), note)
                cards.append(
                    replace(card, id=f"{card.id}-{source}-{target}", name=f"{card.name}, {source} to {target}")
                )
        else:
            card = shape.write(folder / shape.id, cache, TEXTS, ("en", "es"), note)
            if shape.role is Role.TTS:
                # Its words are nonsense in any language.
                card = replace(card, source=("en", "es"), target=("en", "es"))
            else:
                card = replace(card, sampling={**card.sampling, "max_tokens": LONGEST_ANSWER})
            cards.append(card)
    ears = [
        replace(card, folder=str(catalog.starter_folder() / card.folder))
        for card in starter_library(cache, {}).cards
        if card.role is Role.ASR
    ]
    return Library((*ears, *cards), folder, cache, {})
