"""The drawn pictures of a training run, made once and kept on disk as what the tower sees.

Owns the files and the seeds. A shard's content depends on nothing but its name and number.
"""

from pathlib import Path
from random import Random

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from training.vlm.drawing import draw_file
from training.vlm.foreground import CELLS, foreground
from training.vlm.sight import SIDE, seen

SHAPES = ("circle", "square", "triangle", "star")
COLORS = ("red", "green", "blue", "yellow", "orange", "purple", "black", "white")
LARGEST_COUNT = 4

SHARD = 4000
"""Pictures in a shard."""


def scene(random: Random) -> tuple[int, int, int]:
    """Places of shape and color in SHAPES and COLORS, and a count; more than half of the pictures show one shape."""
    count = 1 if random.random() < 0.55 else random.randint(2, LARGEST_COUNT)
    return random.randrange(len(SHAPES)), random.randrange(len(COLORS)), count


def shard(folder: Path, name: str, number: int, size: int = SHARD) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pixels [size, SIDE, SIDE, 3] and scenes [size, 3] (shape, color, count); drawn on the first call."""
    pixels_file, scenes_file = (folder / f"{name}-{number}-{part}.npy" for part in ("pixels", "scenes"))
    if not scenes_file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pixels = open_memmap(pixels_file, "w+", np.uint8, (size, SIDE, SIDE, 3))
        scenes = np.zeros((size, 3), np.uint8)
        for place in range(size):
            random = Random(f"{name} {number} {place}")
            shape, color, count = scene(random)
            pixels[place] = seen(draw_file(SHAPES[shape], COLORS[color], count, random))
            scenes[place] = shape, color, count
        pixels.flush()
        partial = scenes_file.with_suffix(".part.npy")
        np.save(partial, scenes)
        partial.replace(scenes_file)
    return np.load(pixels_file, mmap_mode="r"), np.load(scenes_file)


def targets(
    folder: Path, name: str, number: int, patch: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """What stands out in a shard's pictures: masks, centers, and whether to trust them; see foreground.py.

    Shapes [size, grid · CELLS, grid · CELLS], [size, grid, grid] and [size].
    """
    file = folder / f"{name}-{number}-targets.npz"
    if not file.exists():
        pixels, scenes = shard(folder, name, number)
        grid = SIDE // patch
        masks = np.zeros((len(scenes), grid * CELLS, grid * CELLS), np.uint8)
        centers = np.zeros((len(scenes), grid, grid), np.uint8)
        sure = np.zeros(len(scenes), np.bool_)
        for place in range(len(scenes)):
            found = foreground(pixels[place], int(scenes[place, 2]), patch)
            masks[place], centers[place], sure[place] = found.mask, found.centers, found.sure
        partial = file.with_suffix(".part.npz")
        np.savez(partial, masks=masks, centers=centers, sure=sure)
        partial.replace(file)
    loaded = np.load(file)
    return loaded["masks"], loaded["centers"], loaded["sure"]
