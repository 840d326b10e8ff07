"""What a picture's content is, as far as the starter models talk about it, and how its things are named.

Drawings of shapes, large print, and photographs of which only the main colors are known. Owns the bilingual noun
phrases and what is true of a scene. It knows neither pixels nor questions.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from training.domain.colors import COLORS
from training.domain.numbers import counted
from training.domain.text import Bilingual

SHAPES = {
    "circle": Bilingual("circle", "círculo"),
    "square": Bilingual("square", "cuadrado"),
    "rectangle": Bilingual("rectangle", "rectángulo"),
    "triangle": Bilingual("triangle", "triángulo"),
    "star": Bilingual("star", "estrella"),
    "heart": Bilingual("heart", "corazón"),
    "cross": Bilingual("cross", "cruz"),
    "diamond": Bilingual("diamond", "rombo"),
}
_FEMININE = ("star", "cross")
_PLURALS = {"heart": Bilingual("hearts", "corazones"), "cross": Bilingual("crosses", "cruces")}
SCENE_COLORS = tuple(COLORS)
"""The ten colors and gray."""
SIZES = {
    "small": Bilingual("small", "pequeñ{}"),
    "medium": Bilingual("medium-sized", "median{}"),
    "large": Bilingual("large", "grande"),
}
MOST = 6
"""Most shapes in a drawing."""


@dataclass(frozen=True)
class Thing:
    """A shape of a drawing."""

    shape: str
    color: str
    size: str
    x: float
    """Of its middle, 0 (left) to 1 (right)."""
    y: float
    """Of its middle, 0 (top) to 1 (bottom)."""
    width: float
    """As part of the drawing's longest side."""


@dataclass(frozen=True)
class Drawing:
    """One to six shapes on a ground of one color."""

    things: tuple[Thing, ...]
    ground: str
    """Empty where people would not agree on a name."""


@dataclass(frozen=True)
class Writing:
    """A number or a short word in large print, in capitals."""

    text: str
    color: str
    ground: str


@dataclass(frozen=True)
class Photo:
    """A picture that is no drawing; of what it shows only the main colors are known, the most frequent one first."""

    colors: tuple[str, ...]


Scene = Drawing | Writing | Photo

_HESITATION, CLEAR = 0.04, 0.12
"""How far from a border between two places something must lie, and two middles from one another, to be clear."""


def random_scene(rng: Random) -> Scene:
    """A scene as text alone knows it, for whoever needs sentences about pictures."""
    if rng.random() < 0.1:
        return Photo(tuple(rng.sample(SCENE_COLORS, rng.randint(1, 3))))
    count = 1 if rng.random() < 0.4 else rng.randint(2, MOST)
    one = Thing(rng.choice(list(SHAPES)), rng.choice(SCENE_COLORS), "medium", 0, 0, 0)
    things = []
    for cell in rng.sample(range(9), count):
        kind = one if rng.random() < 0.4 else None
        size = rng.choice(tuple(SIZES))
        width = {"small": 0.1, "medium": 0.2, "large": 0.3}[size] * rng.uniform(0.95, 1.05)
        shape = kind.shape if kind else rng.choice(list(SHAPES))
        color = kind.color if kind else rng.choice(SCENE_COLORS)
        things.append(Thing(shape, color, size, cell % 3 / 3 + 1 / 6, cell // 3 / 3 + 1 / 6, width))
    ground = rng.choice([color for color in SCENE_COLORS if all(thing.color != color for thing in things)])
    return Drawing(tuple(things), ground)


# Noun phrases


def noun_of(shape: str | None, many: bool) -> Bilingual:
    if shape is None:
        return Bilingual("shapes", "formas") if many else Bilingual("shape", "forma")
    one = SHAPES[shape]
    return _PLURALS.get(shape, Bilingual(one.en + "s", one.es + "s")) if many else one


def feminine(shape: str | None) -> bool:
    return shape is None or shape in _FEMININE


def phrase(shape: str | None, color: str | None, many: bool = False) -> Bilingual:
    noun = noun_of(shape, many)
    if color is None:
        return noun
    return Bilingual(f"{color} {noun.en}", f"{noun.es} {COLORS[color][feminine(shape) + 2 * many]}")


def some(count: int, shape: str | None, color: str | None) -> Bilingual:
    """ "a red circle", "two red circles", "no red circle"."""
    named = phrase(shape, color, count > 1)
    if count == 0:
        return Bilingual(f"no {named.en}", f"ning{'una' if feminine(shape) else 'ún'} {named.es}")
    number = counted(count, feminine(shape))
    return Bilingual(f"{'a' if count == 1 else number.en} {named.en}", f"{number.es} {named.es}")


def the(shape: str | None, color: str | None, many: bool = False) -> Bilingual:
    named = phrase(shape, color, many)
    article = ("el", "la", "los", "las")[feminine(shape) + 2 * many]
    return Bilingual(f"the {named.en}", f"{article} {named.es}")


def listed(items: Sequence[Bilingual]) -> Bilingual:
    """ "a, b and c"."""
    if len(items) == 1:
        return items[0]
    first, last = items[:-1], items[-1]
    en = f"{', '.join(item.en for item in first)} and {last.en}"
    return Bilingual(en, f"{', '.join(item.es for item in first)} y {last.es}")


# What is true of a drawing


def groups(drawing: Drawing) -> list[tuple[str, str, int]]:
    """Shape, color and count of what is alike, from left to right by the leftmost of each."""
    counts = Counter((thing.shape, thing.color) for thing in sorted(drawing.things, key=lambda thing: thing.x))
    return [(shape, color, count) for (shape, color), count in counts.items()]


def place(thing: Thing) -> Bilingual | None:
    """Where in the picture a thing lies; None where a person would hesitate."""
    thirds = []
    for value in (thing.x, thing.y):
        if any(abs(value - border) < _HESITATION for border in (1 / 3, 2 / 3)):
            return None
        thirds.append(int(3 * value))
    return PLACES[3 * thirds[1] + thirds[0]]


PLACES = tuple(
    Bilingual(*row)
    for row in (
        ("at the top left", "arriba a la izquierda"),
        ("at the top", "arriba"),
        ("at the top right", "arriba a la derecha"),
        ("on the left", "a la izquierda"),
        ("in the center", "en el centro"),
        ("on the right", "a la derecha"),
        ("at the bottom left", "abajo a la izquierda"),
        ("at the bottom", "abajo"),
        ("at the bottom right", "abajo a la derecha"),
    )
)


def references(drawing: Drawing, thing: Thing) -> list[tuple[str | None, str | None]]:
    """Shapes and colors by which one may name this thing and no other."""
    ways = ((thing.shape, None), (thing.shape, thing.color), (None, thing.color))
    return [(shape, color) for shape, color in ways if count_of(drawing, shape, color) == 1]


def count_of(drawing: Drawing, shape: str | None, color: str | None) -> int:
    return sum(shape in (None, thing.shape) and color in (None, thing.color) for thing in drawing.things)


def nameable(drawing: Drawing, rng: Random) -> tuple[Thing, Bilingual] | None:
    """A thing that can be named, and its name in a question."""
    unique = [thing for thing in drawing.things if references(drawing, thing)]
    if not unique:
        return None
    thing = rng.choice(unique)
    return thing, the(*rng.choice(references(drawing, thing)))


def absent(drawing: Drawing, rng: Random) -> tuple[str | None, str | None]:
    while True:
        shape, color = rng.choice(tuple(SHAPES)), rng.choice(SCENE_COLORS)
        lot = rng.random()
        way = (shape, color) if lot < 0.3 else (shape, None) if lot < 0.75 else (None, color)
        if not count_of(drawing, *way):
            return way
