"""Pictures as somebody draws them with Pillow in five lines; never trained on, so that they measure what was learned.

On purpose it shares nothing with training.vlm.drawing.
"""

import io
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageColor, ImageDraw

GROUNDS = (
    "white",
    "white",
    "white",
    "gray",
    "lightgray",
    "black",
    "beige",
    "lightblue",
    "pink",
    "navy",
    "yellow",
    "tan",
)


def plain_file(shape: str, color: str, count: int, random: Random) -> bytes:
    """A PNG or JPEG file that shows `count` shapes in the named color, beside one another."""
    width, height = random.choice(((200, 200), (320, 240), (240, 320), (640, 480), (800, 600), (1280, 720), (500, 250)))
    image = Image.new("RGB", (width, height), _ground(color, random))
    pen = ImageDraw.Draw(image)
    across = width / count
    size = random.uniform(0.25 if count == 1 else 0.4, 0.8) * min(across, height)
    for place in range(count):
        left = across * place + random.uniform(0.1, 0.9) * (across - size)
        top = random.uniform(0.05, 0.95) * (height - size)
        _shape(pen, shape, color, left, top, size)
    file = io.BytesIO()
    if random.random() < 0.5:
        image.save(file, "PNG")
    else:
        image.save(file, "JPEG")
    return file.getvalue()


def _ground(color: str, random: Random) -> str:
    while True:
        ground = random.choice(GROUNDS)
        pairs = zip(ImageColor.getrgb(ground), ImageColor.getrgb(color), strict=True)
        if sum(abs(one - other) for one, other in pairs) > 120:
            return ground


def _shape(pen: ImageDraw.ImageDraw, shape: str, color: str, left: float, top: float, size: float) -> None:
    right, bottom = left + size, top + size
    if shape == "circle":
        pen.ellipse((left, top, right, bottom), fill=color)
    elif shape == "square":
        pen.rectangle((left, top, right, bottom), fill=color)
    elif shape == "triangle":
        pen.polygon([(left + size / 2, top), (right, bottom), (left, bottom)], fill=color)
    else:
        middle_x, middle_y = left + size / 2, top + size / 2
        radii = (size / 2, size / 5)
        points = [
            (middle_x + radii[i % 2] * sin(i * pi / 5), middle_y - radii[i % 2] * cos(i * pi / 5)) for i in range(10)
        ]
        pen.polygon(points, fill=color)
