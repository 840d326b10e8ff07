"""The pictures of a training run, made once and kept on disk as what the tower sees, with what is true of them.

Owns the files, the seeds and the mix. A shard's content depends on nothing but its name and number.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from training.domain.scenes import SCENE_COLORS, SHAPES, SIZES, Drawing, Photo, Scene, Thing, Writing
from training.vlm import drawing, photos, printing, windows
from training.vlm.drawing import CROWD, Sheet
from training.vlm.palette import main_colors
from training.vlm.printing import LETTERS
from training.vlm.sight import SIDE, seen

SHARD = 4000
"""Pictures in a shard."""
DRAWINGS, CROWDS, WRITINGS = 0.42, 0.2, 0.24
"""Shares of drawings, of crowds of shapes or letters and of print; the rest is like photographs."""
WINDOWS = 0.22
"""Share of drawings and print that stand in a window on a screen."""
CELL = 4
"""Pixels along a cell of the map of things."""
ROOM = CROWD
"""Most things or letters in a picture."""
NONE = 255

FORMS = (*SHAPES, *LETTERS)
"""What a thing can be."""
KINDS = ("drawing", "writing", "photo")


@dataclass(frozen=True)
class Shard:
    """Pictures and what is true of them, a row a picture."""

    pixels: NDArray[np.uint8]
    """[size, SIDE, SIDE, 3]."""
    cells: NDArray[np.uint8]
    """[size, SIDE / CELL, SIDE / CELL]: the number from 1 of the thing there."""
    labels: NDArray[np.uint8]
    """[size, 5]: place in KINDS; in SCENE_COLORS that of the ground, or NONE, and of a photograph's main colors."""
    things: NDArray[np.uint8]
    """[size, ROOM, 3]: places in FORMS, SCENE_COLORS and SIZES, NONE where there is no thing."""
    spots: NDArray[np.float32]
    """[size, ROOM, 3]: x, y and width as in domain.scenes."""


def make(random: Random) -> tuple[bytes, Sheet]:
    """A picture file of the training mix, and its content."""
    lot = random.random()
    if lot >= DRAWINGS + CROWDS + WRITINGS:
        image = photos.photo(random)
        empty = Sheet(image, Image.new("L", image.size), Photo(main_colors(np.asarray(image))))
        return drawing.encoded(image, random), empty
    if lot < DRAWINGS:
        sheet = drawing.draw(random)
    elif lot < DRAWINGS + CROWDS:
        sheet = drawing.draw(random, crowded=True) if random.random() < 0.5 else printing.scatter(random)
    else:
        sheet = printing.write(random)
    if random.random() < WINDOWS:
        sheet = windows.framed(sheet, random)
    return drawing.encoded(sheet.image, random), sheet


def shards(folder: Path, name: str, count: int, size: int = SHARD) -> list[Shard]:
    """The first `count` shards; those that are not there are drawn first, two at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [number for number in range(count) if not (folder / f"{name}-{number}.npz").exists()]
    if missing:
        with ProcessPoolExecutor(min(2, len(missing))) as pool:
            list(pool.map(_draw, [folder] * len(missing), [name] * len(missing), missing, [size] * len(missing)))
    return [_load(folder, name, number) for number in range(count)]


def _load(folder: Path, name: str, number: int) -> Shard:
    rest = np.load(folder / f"{name}-{number}.npz")
    pixels = np.load(folder / f"{name}-{number}-pixels.npy", mmap_mode="r")
    return Shard(pixels, *(rest[key] for key in ("cells", "labels", "things", "spots")))


def _draw(folder: Path, name: str, number: int, size: int) -> None:
    pixels = open_memmap(folder / f"{name}-{number}-pixels.npy", "w+", np.uint8, (size, SIDE, SIDE, 3))
    cells = np.zeros((size, SIDE // CELL, SIDE // CELL), np.uint8)
    labels = np.full((size, 5), NONE, np.uint8)
    things = np.full((size, ROOM, 3), NONE, np.uint8)
    spots = np.zeros((size, ROOM, 3), np.float32)
    for place in range(size):
        data, sheet = make(Random(f"{name} {number} {place}"))
        pixels[place], marks = seen(data, sheet.marks)
        cells[place] = marks[CELL // 2 :: CELL, CELL // 2 :: CELL]
        labels[place], things[place], spots[place] = described(sheet.scene)
    pixels.flush()
    partial = folder / f"{name}-{number}.part.npz"
    np.savez_compressed(partial, cells=cells, labels=labels, things=things, spots=spots)
    partial.replace(folder / f"{name}-{number}.npz")


def described(scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
    """A row of labels, things and spots."""
    labels = np.full(5, NONE, np.uint8)
    things = np.full((ROOM, 3), NONE, np.uint8)
    spots = np.zeros((ROOM, 3), np.float32)
    if isinstance(scene, Photo):
        labels[0] = KINDS.index("photo")
        labels[2 : 2 + len(scene.colors)] = [SCENE_COLORS.index(color) for color in scene.colors]
        return labels, things, spots
    labels[1] = SCENE_COLORS.index(scene.ground) if scene.ground else NONE
    if isinstance(scene, Writing):
        labels[0] = KINDS.index("writing")
        for place, letter in enumerate(scene.text):
            things[place, :2] = FORMS.index(letter), SCENE_COLORS.index(scene.color)
        return labels, things, spots
    labels[0] = KINDS.index("drawing")
    for place, thing in enumerate(scene.things):
        things[place] = FORMS.index(thing.shape), SCENE_COLORS.index(thing.color), tuple(SIZES).index(thing.size)
        spots[place] = thing.x, thing.y, thing.width
    return labels, things, spots


def scene(labels: NDArray[np.uint8], things: NDArray[np.uint8], spots: NDArray[np.float32]) -> Scene:
    """What a row of labels, things and spots describes."""
    kind = KINDS[labels[0]]
    if kind == "photo":
        return Photo(tuple(SCENE_COLORS[color] for color in labels[2:] if color != NONE))
    ground = "" if labels[1] == NONE else SCENE_COLORS[labels[1]]
    there = things[things[:, 0] != NONE]
    if kind == "writing":
        return Writing("".join(FORMS[form] for form in there[:, 0]), SCENE_COLORS[there[0, 1]], ground)
    sizes = tuple(SIZES)
    return Drawing(
        tuple(
            Thing(FORMS[form], SCENE_COLORS[color], sizes[size], *map(float, spots[place]))
            for place, (form, color, size) in enumerate(there.tolist())
        ),
        ground,
    )
