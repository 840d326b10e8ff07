"""What stands out in a picture, computed from its pixels: a rich thing for the tower to learn to see first.

Owns targets for training only. Where the count of what stands out is not the drawn count (a frame, noise, shapes that
merged), the picture gives no such targets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from training.vlm.sight import PADDING, SIDE

CELLS = 4
"""Cells of the mask along a patch."""


@dataclass(frozen=True)
class Foreground:
    """Targets of one picture on a grid of patches.

    mask [grid · CELLS, grid · CELLS] and centers [grid, grid], both 0 to 255; `sure` tells whether they can be trusted.
    """

    mask: NDArray[np.uint8]
    centers: NDArray[np.uint8]
    sure: bool


def foreground(pixels: NDArray[np.uint8], count: int, patch: int) -> Foreground:
    """Of pixels [SIDE, SIDE, 3] that show `count` shapes."""
    top, bottom, left, right = _inside(pixels)
    inside = pixels[top:bottom, left:right].astype(np.float32)
    border = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    difference = inside - np.sort(border, axis=0)[len(border) // 2]
    apart = np.sqrt(np.einsum("yxc,yxc->yx", difference, difference))
    strongest = max(float(np.partition(apart.ravel(), -20)[-20]), 1.0)
    seen = np.minimum(apart / strongest, 1)
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[top:bottom, left:right] = seen
    labels, found = ndimage.label(mask > 0.5)
    framed = (seen[0].mean() + seen[-1].mean() + seen[:, 0].mean() + seen[:, -1].mean()) / 4 > 0.3
    sure = found == count and strongest > 40 and not framed
    centers = np.zeros((SIDE // patch, SIDE // patch), np.uint8)
    if sure:
        for y, x in ndimage.center_of_mass(labels > 0, labels, range(1, found + 1)):
            centers[int(y) // patch, int(x) // patch] = 255
    cell = patch // CELLS
    small = mask.reshape(SIDE // cell, cell, SIDE // cell, cell).mean((1, 3))
    return Foreground((small * 255).astype(np.uint8), centers, sure)


def _inside(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of the picture within its padding, which has one long side's full length."""
    padding = np.array(PADDING, np.uint8)
    rows = np.flatnonzero((pixels[:, SIDE // 2] != padding).any(1))
    columns = np.flatnonzero((pixels[SIDE // 2] != padding).any(1))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
