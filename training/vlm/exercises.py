"""Questions about drawings that only training asks, whose answers tell of every thing where it lies, or compare two.

What people ask is mostly answered by one word that had to be looked up; here nearly every word was. Owns wordings and
answers; it knows neither pixels nor models.
"""

from itertools import pairwise
from random import Random

from training.domain.scenes import CLEAR, Drawing, Thing, place, references, some, the

SHARE = 0.35
"""Of the questions about drawings of several things."""
_APART = 0.04
"""Things nearer to each other along a side are in no order."""
_ORDERS = {
    ("x", False): "from left to right",
    ("x", True): "from right to left",
    ("y", False): "from top to bottom",
    ("y", True): "from bottom to top",
}


def exercise(drawing: Drawing, random: Random) -> tuple[str, str] | None:
    """A question and its answer; None where the drawing is not clear about what was drawn to be asked."""
    if len(drawing.things) < 2:
        return None
    lot = random.random()
    if lot < 0.25:
        return _places(drawing, random)
    return _order(drawing, random) if lot < 0.6 else _comparison(drawing, random)


def _places(drawing: Drawing, random: Random) -> tuple[str, str] | None:
    told = []
    for thing in sorted(drawing.things, key=lambda thing: thing.x):
        if not (there := place(thing)):
            return None
        told.append(f"{_full(thing)} is {there.en}")
    return random.choice(("Where does each shape lie?", "Tell me where each shape is.")), _sentence(", ".join(told))


def _order(drawing: Drawing, random: Random) -> tuple[str, str] | None:
    axis, back = random.choice("xy"), random.random() < 0.5
    things = sorted(drawing.things, key=lambda thing: float(getattr(thing, axis)), reverse=back)
    edges = [getattr(thing, axis) for thing in things]
    if min(abs(one - other) for one, other in pairwise(edges)) < _APART:
        return None
    question = random.choice(("What is there {}?", "List the shapes {}.")).format(_ORDERS[axis, back])
    return question, _sentence(", ".join(some(1, thing.shape, thing.color).en for thing in things))


def _comparison(drawing: Drawing, random: Random) -> tuple[str, str] | None:
    one, other = random.sample(drawing.things, 2)
    if not (references(drawing, one) and references(drawing, other)):
        return None
    right, down = other.x - one.x, other.y - one.y
    told = []
    if abs(right) >= CLEAR:
        told.append(f"to the {'left' if right > 0 else 'right'} of")
    if abs(down) >= CLEAR:
        told.append("above" if down > 0 else "below")
    if not told:
        return None
    names = [the(*random.choice(references(drawing, thing))).en for thing in (one, other)]
    question = random.choice(("Compare {} and {}.", "How does {} lie to {}?")).format(*names)
    return question, _sentence(f"{_full(one)} is {' and '.join(told)} {_full(other)}")


def _full(thing: Thing) -> str:
    return the(thing.shape, thing.color).en


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
