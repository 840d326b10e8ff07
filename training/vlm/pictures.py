"""The drawn pictures as batches of tensors, turned and mirrored anew each time they are used.

Owns what is asked of every patch of a picture while the tower learns. It knows no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.domain.scenes import MOST, SCENE_COLORS, SHAPES, SIZES, Scene
from training.vlm.dataset import CELL, FORMS, KINDS, NONE, ROOM, SHARD, scene, shards
from training.vlm.printing import LONGEST

ATTRIBUTES = {
    "form": len(FORMS),
    "color": len(SCENE_COLORS),
    "size": len(SIZES),
    "column": 3,
    "row": 3,
    "alike": MOST,
    "of its form": MOST,
    "of its color": MOST,
    "order": LONGEST,
    "first": 2,
    "from the left": MOST,
    "from the top": MOST,
    "from the right": MOST,
    "from the bottom": MOST,
    "extreme": 3,
}
"""What is asked of a thing, and how many answers there are. The third of the drawing in which its middle lies; how many
things are like it, have its form and its color, less one; which group (or letter) it is from the left, whether it is
the first of its group; how many things lie farther left, higher, farther right and lower; whether it is by far the
biggest (1) or the smallest (2). These are the answers to what people ask: a decoder on top of a tower that was told
only places and kinds took thousands of steps to begin to compare them."""
_OF_DRAWINGS = 5
"""From here on, attributes are asked only of the things of drawings that one can talk about, or of letters."""
_FAR = 1.25
"""By this much the biggest is bigger than all others."""
PRESENT = len(SHAPES) + len(SCENE_COLORS) + len(SHAPES) * len(SCENE_COLORS)
"""Shapes, colors, and shapes of a color that may be in a drawing."""


@dataclass(frozen=True)
class Batch:
    """Pictures and what is true of them; IGNORE stands where nothing is asked."""

    pixels: Tensor
    """uint8 [batch, side, side, 3]."""
    masks: Tensor
    """float [batch, tokens, cells]: which cells of each patch belong to a thing, 0 or 1."""
    inked: Tensor
    """int64 [batch, tokens, ATTRIBUTES]: of the thing that covers most of a patch."""
    centers: Tensor
    """int64 [batch, tokens, ATTRIBUTES]: of the thing whose middle lies here."""
    spots: Tensor
    """float [batch, tokens, 3]: x, y and width of that thing in its drawing."""
    whole: Tensor
    """int64 [batch, 3]: kind, ground, number of things."""
    present: Tensor
    """float [batch, PRESENT]: which shapes, colors, and shapes of a color there are; asked where the number is."""
    main: Tensor
    """float [batch, colors]: a photograph's main colors."""


IGNORE = -100


class Pictures:
    """All pictures of a run in a numbered row."""

    def __init__(self, folder: Path, count: int, patch: int, name: str = "train", size: int = SHARD) -> None:
        self._shards = shards(folder, name, count, size)
        self._size, self._patch = size, patch
        self.told: dict[str, list[int]] = {kind: [] for kind in KINDS}
        """The places of pictures that one can talk about, by kind."""
        for place in range(len(self)):
            if not self._crowded(place):
                self.told[self._kind(place)].append(place)

    def __len__(self) -> int:
        return self._size * len(self._shards)

    def _kind(self, place: int) -> str:
        return KINDS[self._shards[place // self._size].labels[place % self._size, 0]]

    def _crowded(self, place: int) -> bool:
        things = self._shards[place // self._size].things[place % self._size]
        return self._kind(place) == "drawing" and bool((things[MOST:, 0] != NONE).any())

    def scene(self, place: int) -> Scene:
        """The content of one picture, as it was drawn."""
        shard, row = self._shards[place // self._size], place % self._size
        return scene(shard.labels[row], shard.things[row], shard.spots[row])

    def drawn(self, place: int, random: Random | None = None) -> tuple[NDArray[np.uint8], Scene]:
        """Pixels and content of one picture; with `random`, all but print in one of eight turned or mirrored forms."""
        pixels, _, labels, things, spots = self._turned(place, random)
        return pixels, scene(labels, things, spots)

    def batch(self, places: list[int], randoms: Sequence[Random | None] | None = None) -> Batch:
        """The pictures at `places`, each turned as its `Random` says, as in `drawn`."""
        ways = randoms or [None] * len(places)
        rows = [self._targets(*self._turned(place, way)) for place, way in zip(places, ways, strict=True)]
        pixels, masks, inked, centers, spots, whole, present, main = (
            np.stack(kind) for kind in zip(*rows, strict=True)
        )
        return Batch(
            torch.from_numpy(pixels),
            torch.from_numpy(masks).float(),
            torch.from_numpy(inked),
            torch.from_numpy(centers),
            torch.from_numpy(spots),
            torch.from_numpy(whole),
            torch.from_numpy(present),
            torch.from_numpy(main),
        )

    def _turned(
        self, place: int, random: Random | None
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
        shard, row = self._shards[place // self._size], place % self._size
        pixels, cells, spots = shard.pixels[row], shard.cells[row], shard.spots[row]
        letters = len(SHAPES) <= shard.things[row, 0, 0] < NONE
        if random is not None and not letters:
            way = random.randrange(8)
            pixels, cells = (_turned(array, way) for array in (pixels, cells))
            spots = spots.copy()
            for _ in range(way % 4):  # a quarter turn to the left
                spots[:, 0], spots[:, 1] = spots[:, 1].copy(), 1 - spots[:, 0]
            if way >= 4:
                spots[:, 0] = 1 - spots[:, 0]
        return pixels, cells, shard.labels[row], shard.things[row], spots

    def _targets(
        self,
        pixels: NDArray[np.uint8],
        cells: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        things: NDArray[np.uint8],
        spots: NDArray[np.float32],
    ) -> tuple[NDArray[np.generic], ...]:
        grid, across = len(pixels) // self._patch, self._patch // CELL
        tokens = grid * grid
        own = cells.reshape(grid, across, grid, across).transpose(0, 2, 1, 3).reshape(tokens, -1)
        forms = things[:, 0] != NONE
        count = int(forms.sum())
        drawing, writing = (labels[0] == KINDS.index(kind) for kind in ("drawing", "writing"))
        truth = np.full((ROOM, len(ATTRIBUTES)), IGNORE, np.int64)
        truth[:, :3] = np.where(things == NONE, IGNORE, things.astype(np.int64))
        sized = things[:, 2] != NONE
        truth[sized, 3:_OF_DRAWINGS] = np.clip(3 * spots[sized, :2], 0, 2).astype(np.int64)
        told = drawing and count <= MOST
        if told:
            truth[:count, _OF_DRAWINGS:] = _relations(things[:count], spots[:count])
        elif writing:
            truth[:count, list(ATTRIBUTES).index("order")] = np.arange(count)
        inked = np.full((tokens, len(ATTRIBUTES)), IGNORE, np.int64)
        covered = np.stack([(own == number + 1).sum(1) for number in range(ROOM)], 1)
        most = covered.argmax(1)
        enough = covered.max(1) >= max(2, across * across // 5)
        inked[enough] = truth[most[enough]]
        centers = np.full_like(inked, IGNORE)
        places = np.zeros((tokens, 3), np.float32)
        for number in range(count):
            y, x = np.nonzero(cells == number + 1)
            if len(y):
                token = int(y.mean() / across) * grid + int(x.mean() / across)
                centers[token] = truth[number]
                places[token] = spots[number]
        ground = IGNORE if labels[1] == NONE else labels[1]
        crowd = drawing and count > MOST
        whole = np.array([IGNORE if crowd else labels[0], ground, IGNORE if crowd else count], np.int64)
        main = np.zeros(len(SCENE_COLORS), np.float32)
        main[labels[2:][labels[2:] != NONE]] = 1
        return pixels, own > 0, inked, centers, places, whole, _present(things[:count] if told else things[:0]), main


def _relations(things: NDArray[np.uint8], spots: NDArray[np.float32]) -> NDArray[np.int64]:
    """Of each thing of a drawing, the attributes that tell how it stands among the others."""
    forms, colors = things[:, 0], things[:, 1]
    same_form, same_color = forms[:, None] == forms, colors[:, None] == colors
    groups: list[tuple[int, int]] = []
    orders = np.zeros((len(things), 2), np.int64)
    for number in np.argsort(spots[:, 0], kind="stable").tolist():
        group = (int(forms[number]), int(colors[number]))
        orders[number, 1] = group not in groups
        groups += [group] if orders[number, 1] else []
        orders[number, 0] = groups.index(group)
    widths = spots[:, 2]
    bigger = (widths[:, None] > _FAR * widths).sum(1) == len(things) - 1
    smaller = (_FAR * widths[:, None] < widths).sum(1) == len(things) - 1
    counts = [same.sum(1) - 1 for same in (same_form & same_color, same_form, same_color)]
    sides = (spots[:, 0], spots[:, 1], 1 - spots[:, 0], 1 - spots[:, 1])
    before = [(side < side[:, None]).sum(1) for side in sides]
    extremes = (bigger + 2 * smaller) * (len(things) > 1)
    return np.stack([*counts, *orders.T, *before, extremes], 1).astype(np.int64)


def _present(things: NDArray[np.uint8]) -> NDArray[np.float32]:
    found = np.zeros(PRESENT, np.float32)
    for form, color, _ in things.tolist():
        pair = len(SHAPES) + len(SCENE_COLORS) + form * len(SCENE_COLORS) + color
        found[[form, len(SHAPES) + color, pair]] = 1
    return found


def _turned(array: NDArray[np.uint8], way: int) -> NDArray[np.uint8]:
    turned = np.rot90(array, way % 4)
    return np.ascontiguousarray(turned[:, ::-1] if way >= 4 else turned)
