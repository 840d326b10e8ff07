"""The drawn pictures as batches of tensors, turned and mirrored anew each time they are used.

It knows no model.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.vlm.dataset import COLORS, SHAPES, SHARD, shard, targets


@dataclass(frozen=True)
class Batch:
    """Pictures and what is true of them."""

    pixels: Tensor
    """uint8 [batch, side, side, 3]."""
    scenes: Tensor
    """int64 [batch, 3]: places in SHAPES and COLORS, and the count."""
    masks: Tensor
    """float [batch, tokens, cells]: how much each cell of each patch stands out, 0 to 1."""
    centers: Tensor
    """float [batch, tokens]: 1 where a shape's middle lies."""
    sure: Tensor
    """bool [batch]: whether masks and centers can be trusted."""


class Pictures:
    """All pictures of a run in a numbered row."""

    def __init__(self, folder: Path, shards: int, patch: int, name: str = "train") -> None:
        parts = [shard(folder, name, number) for number in range(shards)]
        found = [targets(folder, name, number, patch) for number in range(shards)]
        self._pixels = [pixels for pixels, _ in parts]
        self._scenes = np.concatenate([scenes for _, scenes in parts]).astype(np.int64)
        self._masks, self._centers, self._sure = (np.concatenate(kind) for kind in zip(*found, strict=True))
        size = np.where(self._sure, self._masks.mean((1, 2)) / self._scenes[:, 2], 0)
        self.largest: list[int] = np.argsort(-size, kind="stable").tolist()
        """Places of all pictures, those with the largest shapes first."""

    def __len__(self) -> int:
        return len(self._scenes)

    def scene(self, place: int) -> tuple[str, str, int]:
        """Shape, color and count of one picture."""
        shape, color, count = self._scenes[place].tolist()
        return SHAPES[shape], COLORS[color], count

    def edges(self, count: int) -> Tensor:
        """uint8 patches [about count, patch, patch, 3] that lie across the edge of something that stands out."""
        grid = self._centers.shape[1]
        found: list[NDArray[np.uint8]] = []
        for place in range(len(self)):
            mask = self._masks[place].reshape(grid, -1, grid, self._masks.shape[1] // grid) / 255
            for row, column in np.argwhere((mask.mean((1, 3)) > 0.05) & (mask.min((1, 3)) < 0.3)):
                pixels = self._pixels[place // SHARD][place % SHARD]
                side = len(pixels) // grid
                found.append(pixels[row * side : (row + 1) * side, column * side : (column + 1) * side])
            if len(found) >= count:
                break
        return torch.from_numpy(np.stack(found))

    def batch(self, places: list[int], random: Random | None = None) -> Batch:
        """The pictures at `places`; with `random`, each in one of its eight turned or mirrored forms."""
        ways = [random.randrange(8) if random else 0 for _ in places]
        pixels = [_turned(self._pixels[p // SHARD][p % SHARD], way) for p, way in zip(places, ways, strict=True)]
        masks = np.stack([_turned(self._masks[p], way) for p, way in zip(places, ways, strict=True)])
        centers = np.stack([_turned(self._centers[p], way) for p, way in zip(places, ways, strict=True)])
        grid = centers.shape[1]
        cells = masks.reshape(len(places), grid, -1, grid, masks.shape[2] // grid).transpose(0, 1, 3, 2, 4)
        return Batch(
            torch.from_numpy(np.stack(pixels)),
            torch.from_numpy(self._scenes[places]),
            torch.from_numpy(cells.reshape(len(places), grid * grid, -1)).float() / 255,
            torch.from_numpy(centers.reshape(len(places), -1)).float() / 255,
            torch.from_numpy(self._sure[places]),
        )


def _turned(array: NDArray[np.uint8], way: int) -> NDArray[np.uint8]:
    turned = np.rot90(array, way % 4)
    return np.ascontiguousarray(turned[:, ::-1] if way >= 4 else turned)
