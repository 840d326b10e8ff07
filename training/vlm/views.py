"""What the finished tower sees of the pictures that are talked about: computed once, kept on disk.

Asking the tower anew for every talk took a third of the time. Owns how often and in which ways a picture is turned for
it. It knows nothing of talks.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.lib.format import open_memmap
from torch import Tensor

from training.domain.scenes import Scene
from training.vlm.pictures import Batch, Pictures
from training.vlm.tower import Tower

WAYS = {"drawing": 2, "writing": 1, "photo": 1}
"""Of how many views a picture has. Print is never turned."""
_AT_ONCE = 64

View = tuple[int, int]
"""The place of a picture and the number of the view."""


class Views:
    """All views of a run's pictures."""

    def __init__(self, path: Path, pictures: Pictures, tower: Tower) -> None:
        self._pictures = pictures
        self.of: dict[str, list[View]] = {
            kind: [(place, way) for place in places for way in range(WAYS[kind])]
            for kind, places in pictures.told.items()
        }
        """By kind of picture."""
        self._rows = {view: row for row, view in enumerate(view for views in self.of.values() for view in views)}
        self._width = tower.shape.out
        if not path.exists():
            self._write(path, tower)
        self._states = np.load(path, mmap_mode="r")

    @torch.no_grad()
    def _write(self, path: Path, tower: Tower) -> None:
        partial = path.with_suffix(".part.npy")
        states = open_memmap(partial, "w+", np.float16, (len(self._rows), tower.shape.tokens, self._width))
        views = list(self._rows)
        for start in range(0, len(views), _AT_ONCE):
            pixels = np.stack([self._pictures.drawn(*_turn(view))[0] for view in views[start : start + _AT_ONCE]])
            states[start : start + _AT_ONCE] = tower.states(torch.from_numpy(pixels)).numpy()
        states.flush()
        partial.replace(path)

    def scene(self, view: View) -> Scene:
        """The content of the picture, as it is turned."""
        return self._pictures.drawn(*_turn(view))[1]

    def states(self, views: Sequence[View]) -> Tensor:
        """[views, tokens, width] as `Tower.states` gives them, rounded to 16 bits."""
        rows = [self._states[self._rows[view]] for view in views]
        return torch.from_numpy(np.asarray(rows, np.float32).reshape(len(rows), *self._states.shape[1:]))

    def batch(self, views: Sequence[View]) -> Batch:
        """What is true of the pictures, as they are turned."""
        return self._pictures.batch([place for place, _ in views], [_turn(view)[1] for view in views])


def _turn(view: View) -> tuple[int, Random]:
    place, way = view
    return place, Random(f"{place} {way}")
