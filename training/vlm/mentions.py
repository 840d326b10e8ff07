"""Where the words of a talk name things of its picture, what is true of these, and which answers are about them.

While the decoder learns, it is asked there what it knows of them (training.vlm.model). Knows no model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from training.domain.scenes import MOST, SCENE_COLORS, SHAPES, Drawing, Scene, noun_of
from training.lm.template import PICTURE, Example
from training.vlm.pictures import ATTRIBUTES, IGNORE, Pictures

ASKED = ATTRIBUTES | {"meant": MOST + 1}
"""What is asked of things that are named, and how many answers there are: how many are meant, and what all of these
have in common.
"""
_UNASKED = [IGNORE] * len(ASKED)


@dataclass(frozen=True)
class Known:
    """Places [any number, 2], talk and time, and what is true there."""

    named: Tensor
    """Where things are named."""
    truth: Tensor
    """Of these: [named, ASKED]."""
    answering: Tensor
    """Where the next token is one of an answer to a question that names things."""
    about: Tensor
    """Of the first and the second that it names: [answering, 2, ASKED]."""


class Mentions:
    """Finds them in token ids: "the red circle", "circles", "the red one".

    Words that are no token of their own are not found.
    """

    def __init__(self, words: Tokenizer, pictures: Pictures) -> None:
        def known(names: Mapping[str, str | None]) -> dict[int, str | None]:
            found = {name: words.encode(f" {name}", add_special_tokens=False).ids for name in names}
            return {ids[0]: names[name] for name, ids in found.items() if len(ids) == 1}

        self._pictures = pictures
        self._colors = known({color: color for color in SCENE_COLORS})
        self._nouns = known(
            {noun_of(shape, many).en: shape for shape in (*SHAPES, None) for many in (False, True)}
            | {"one": None, "thing": None}
        )

    def known(self, talks: Sequence[tuple[Example, list[int], list[int]]]) -> Known:
        """What is true in talks; beside each the places of the pictures that it shows, and seeds of their turns."""
        named, truths, answering, about = [], [], [], []
        for row, (talk, places, ways) in enumerate(talks):
            turned = list(zip(places, ways, strict=True))
            of = [self._pictures.truth(place, Random(way)) for place, way in turned]
            scenes = [self._pictures.drawn(place, Random(way))[1] for place, way in turned]
            found = {time: _common(of[shown], things) for time, shown, things in self.find(talk.ids, scenes)}
            named += [(row, time) for time in found]
            truths += found.values()
            for asked, start, end in _answers(talk.learned):
                things = [truth for time, truth in found.items() if asked <= time < start][:2]
                if things:
                    answering += [(row, time) for time in range(start - 1, end - 1)]
                    about += [[*things, _UNASKED][:2]] * (end - start)
        return Known(
            torch.tensor(named, dtype=torch.int64).view(-1, 2),
            torch.tensor(truths, dtype=torch.int64).view(-1, len(ASKED)),
            torch.tensor(answering, dtype=torch.int64).view(-1, 2),
            torch.tensor(about, dtype=torch.int64).view(-1, 2, len(ASKED)),
        )

    def find(self, ids: Sequence[int], scenes: Sequence[Scene]) -> Iterator[tuple[int, int, list[int]]]:
        """Place of the noun's token, number of the picture last shown before it, numbers of the things in that which
        may be meant.
        """
        shown = -1
        for place, token in enumerate(ids):
            if token == PICTURE and ids[place - 1] != PICTURE:
                shown += 1
            if shown < 0 or token not in self._nouns or not isinstance(drawing := scenes[shown], Drawing):
                continue
            shape, color = self._nouns[token], self._colors.get(ids[place - 1])
            if shape or color:
                yield (
                    place,
                    shown,
                    [
                        number
                        for number, thing in enumerate(drawing.things)
                        if shape in (None, thing.shape) and color in (None, thing.color)
                    ],
                )


def _common(truth: NDArray[np.int64], things: list[int]) -> list[int]:
    """What `things` have in common, and how many they are."""
    if not things:
        return [*[IGNORE] * len(ATTRIBUTES), 0]
    rows = truth[things]
    return [*np.where((rows == rows[0]).all(0), rows[0], IGNORE).tolist(), len(things)]


def _answers(learned: Sequence[bool]) -> Iterator[tuple[int, int, int]]:
    """Where the question before each answer begins, and where the answer begins and ends."""
    asked, inside = 0, False
    for place, now in enumerate([*learned, False]):
        if now and not inside:
            start = place
        elif inside and not now:
            yield asked, start, place
            asked = place
        inside = now
