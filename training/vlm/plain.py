"""Pictures as somebody draws them with Pillow in a few lines; never trained on, so that they measure what was learned.

On purpose it shares nothing with training.vlm.drawing.
"""

import io
from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageColor, ImageDraw

from training.domain.scenes import Drawing, Thing

FORMATS = ((200, 200), (320, 240), (240, 320), (640, 480), (800, 600), (1280, 720), (500, 250), (1170, 2532))
GROUNDS = {
    "white": "white",
    "gray": "gray",
    "lightgray": "gray",
    "black": "black",
    "beige": "",
    "lightblue": "blue",
    "pink": "pink",
    "navy": "blue",
    "yellow": "yellow",
    "tan": "",
}
"""CSS names, and what people call these colors; empty where they would not agree."""
SIZES = {"small": (0.145, 0.185), "medium": (0.25, 0.32), "large": (0.42, 0.6)}
"""From and to of a shape's circle, as part of the longest side."""


def plain_file(kinds: Sequence[tuple[str, str]], random: Random) -> tuple[bytes, Drawing]:
    """A PNG or JPEG file that shows one shape each of `kinds` (shape, color), in one row or two; and its content.

    ValueError where there is no ground on which all of them are plain to see.
    """
    grounds = [ground for ground in GROUNDS if all(_apart(ground, color) for _, color in kinds)]
    if not grounds:
        raise ValueError(f"no ground suits {kinds}")
    ground = random.choice(grounds)
    while True:
        width, height = random.choice(FORMATS)
        rows = 1 if len(kinds) == 1 or (len(kinds) < 4 and width >= height) else 2
        columns = -(-len(kinds) // rows)
        if columns == 1 and rows == 2 and width > height:
            continue
        room = 0.92 * min(width / columns, height / rows)
        fitting = [name for name, (low, _) in SIZES.items() if low * max(width, height) < room]
        if fitting:
            break
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    things = []
    for place, (shape, color) in enumerate(kinds):
        size = random.choice(fitting)
        across = min(random.uniform(*SIZES[size]) * max(width, height), room)
        row, column = divmod(place, columns)
        x = width / columns * (column + 0.5) + random.uniform(-0.5, 0.5) * (width / columns - across)
        y = height / rows * (row + 0.5) + random.uniform(-0.5, 0.5) * (height / rows - across)
        _shape(pen, shape, color, x, y, across / 2)
        things.append(Thing(shape, color, size, x / width, y / height, across / max(width, height)))
    file = io.BytesIO()
    image.save(file, "PNG" if random.random() < 0.5 else "JPEG")
    return file.getvalue(), Drawing(tuple(things), GROUNDS[ground])


def _apart(ground: str, color: str) -> bool:
    pairs = zip(ImageColor.getrgb(ground), ImageColor.getrgb(color), strict=True)
    return GROUNDS[ground] != color and sum(abs(one - other) for one, other in pairs) > 150


def _shape(pen: ImageDraw.ImageDraw, shape: str, color: str, x: float, y: float, r: float) -> None:
    """Inside the circle of radius `r` around (x, y)."""

    def polygon(*points: tuple[float, float]) -> None:
        pen.polygon([(x + r * across, y + r * down) for across, down in points], fill=color)

    if shape == "circle":
        pen.ellipse((x - r, y - r, x + r, y + r), fill=color)
    elif shape == "square":
        polygon((-0.7, -0.7), (0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))
    elif shape == "rectangle":
        polygon((-0.88, -0.44), (0.88, -0.44), (0.88, 0.44), (-0.88, 0.44))
    elif shape == "triangle":
        polygon((0, -0.8), (0.75, 0.65), (-0.75, 0.65))
    elif shape == "diamond":
        polygon((0, -1), (0.65, 0), (0, 1), (-0.65, 0))
    elif shape == "cross":
        polygon((-0.25, -0.95), (0.25, -0.95), (0.25, 0.95), (-0.25, 0.95))
        polygon((-0.95, -0.25), (0.95, -0.25), (0.95, 0.25), (-0.95, 0.25))
    elif shape == "heart":
        pen.ellipse((x - 0.9 * r, y - 0.8 * r, x + 0.05 * r, y + 0.15 * r), fill=color)
        pen.ellipse((x - 0.05 * r, y - 0.8 * r, x + 0.9 * r, y + 0.15 * r), fill=color)
        polygon((-0.83, -0.05), (0.83, -0.05), (0, 0.9))
    else:
        assert shape == "star"
        radii = (1.0, 0.42)
        polygon(*((radii[i % 2] * sin(i * pi / 5), -radii[i % 2] * cos(i * pi / 5)) for i in range(10)))
