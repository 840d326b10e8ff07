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

from training.domain.scenes import MOST, SCENE_COLORS, SHAPES, Scene
from training.vlm.dataset import CELL, KINDS, NONE, ROOM, SHARD, scene, shards

ORDERS = MOST
"""Most groups of like things in a drawing, and most things in a group."""


@dataclass(frozen=True)
class Batch:
    """Pictures and what is true of them; IGNORE stands where nothing is asked."""

    pixels: Tensor
    """uint8 [batch, side, side, 3]."""
    masks: Tensor
    """float [batch, tokens, cells]: which cells of each patch belong to a thing, 0 or 1."""
    inked: Tensor
    """int64 [batch, tokens, 3]: form, color and size of the thing that covers most of a patch."""
    centers: Tensor
    """int64 [batch, tokens, 6]: of the thing whose middle lies here, the form, color and size; how many are alike less
    one; which group (or letter) this is from the left; whether it is the first of its group."""
    spots: Tensor
    """float [batch, tokens, 3]: x, y and width of that thing in its drawing."""
    whole: Tensor
    """int64 [batch, 3]: kind, ground, number of things."""
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
        """Pixels and content of one picture; with `random`, a drawing in one of its eight turned or mirrored forms."""
        pixels, _, labels, things, spots = self._turned(place, random)
        return pixels, scene(labels, things, spots)

    def batch(self, places: list[int], randoms: Sequence[Random | None] | None = None) -> Batch:
        """The pictures at `places`, each turned as its `Random` says, as in `drawn`."""
        ways = randoms or [None] * len(places)
        rows = [self._targets(*self._turned(place, way)) for place, way in zip(places, ways, strict=True)]
        pixels, masks, inked, centers, spots, whole, main = (np.stack(kind) for kind in zip(*rows, strict=True))
        return Batch(
            torch.from_numpy(pixels),
            torch.from_numpy(masks).float(),
            torch.from_numpy(inked),
            torch.from_numpy(centers),
            torch.from_numpy(spots),
            torch.from_numpy(whole),
            torch.from_numpy(main),
        )

    def _turned(
        self, place: int, random: Random | None
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
        shard, row = self._shards[place // self._size], place % self._size
        pixels, cells, spots = shard.pixels[row], shard.cells[row], shard.spots[row]
        kind = KINDS[shard.labels[row, 0]]
        letters = len(SHAPES) <= shard.things[row, 0, 0] < NONE
        if random is not None and not letters:
            way = random.randrange(8) if kind == "drawing" else 4 * random.randrange(2)
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
        truth = np.where(things == NONE, IGNORE, things.astype(np.int64))
        inked = np.full((tokens, 3), IGNORE, np.int64)
        covered = np.stack([(own == number + 1).sum(1) for number in range(ROOM)], 1)
        most = covered.argmax(1)
        enough = covered.max(1) >= max(2, across * across // 5)
        inked[enough] = truth[most[enough]]
        orders = np.full((ROOM, 3), IGNORE, np.int64)
        if drawing and count <= MOST:
            orders[:count] = _orders(things[:count], spots[:count])
        elif writing:
            orders[:count, 1] = np.arange(count)
        centers = np.full((tokens, 6), IGNORE, np.int64)
        places = np.zeros((tokens, 3), np.float32)
        for number in range(count):
            y, x = np.nonzero(cells == number + 1)
            if len(y):
                token = int(y.mean() / across) * grid + int(x.mean() / across)
                centers[token] = [*truth[number], *orders[number]]
                places[token] = spots[number]
        ground = IGNORE if labels[1] == NONE else labels[1]
        crowd = drawing and count > MOST
        whole = np.array([IGNORE if crowd else labels[0], ground, IGNORE if crowd else count], np.int64)
        main = np.zeros(len(SCENE_COLORS), np.float32)
        main[labels[2:][labels[2:] != NONE]] = 1
        return pixels, own > 0, inked, centers, places, whole, main


def _orders(things: NDArray[np.uint8], spots: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each thing: how many are alike less one, its group's place from the left, whether it is the first there."""
    groups: dict[tuple[int, int], list[int]] = {}
    for number in np.argsort(spots[:, 0], kind="stable").tolist():
        groups.setdefault((int(things[number, 0]), int(things[number, 1])), []).append(number)
    orders = np.zeros((len(things), 3), np.int64)
    for place, members in enumerate(groups.values()):
        for number in members:
            orders[number] = len(members) - 1, place, number == members[0]
    return orders


def _turned(array: NDArray[np.uint8], way: int) -> NDArray[np.uint8]:
    turned = np.rot90(array, way % 4)
    return np.ascontiguousarray(turned[:, ::-1] if way >= 4 else turned)
