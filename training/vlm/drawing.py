"""Drawn pictures: one to four shapes of one kind and color, with everything else varied as widely as people draw.

Owns arrangement, backgrounds, blemishes and file encoding. A `Random` alone decides a picture. It must not know what is
asked about it.
"""

import io
from dataclasses import dataclass
from math import hypot, tau
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.vlm import palette
from training.vlm.outlines import Outline, outline, scaled
from training.vlm.palette import Color

_SMALLEST = 9 / 96
"""Smallest width of a shape as part of the picture's longest side: nine pixels of what the model sees."""


@dataclass(frozen=True)
class Spot:
    """Where a shape goes: center and half its width, in pixels."""

    x: float
    y: float
    radius: float


def draw_file(shape: str, color: str, count: int, random: Random) -> bytes:
    """A picture file, PNG or JPEG, of `count` shapes."""
    image = draw(shape, color, count, random)
    file = io.BytesIO()
    if random.random() < 0.5:
        image.save(file, "PNG", compress_level=1)
    else:
        image.save(file, "JPEG", quality=random.randint(40, 95))
    return file.getvalue()


def draw(shape: str, color: str, count: int, random: Random) -> Image.Image:
    """A picture of `count` shapes, RGB, 64 to 2000 pixels on its longest side."""
    width, height = _size(random)
    paint = palette.shape_color(color, random)
    ground = palette.background(paint, color, random)
    image = _ground(width, height, ground, paint, random)
    smooth = random.random() < 0.7
    style = random.random()
    line = palette.other(paint, ground, random) if style < 0.12 else None
    hollow = style > 0.9
    thickness = random.uniform(0.06, 0.16) if line else random.uniform(0.16, 0.3)
    alike = random.random() < 0.7
    form = outline(shape, random)
    for spot in place(width, height, count, random):
        form = form if alike else outline(shape, random)
        thin = max(thickness, 4 / 96 * max(width, height) / spot.radius) if hollow else thickness
        inner = scaled(form, 1 - min(thin, 0.5))
        if line:
            _paint(image, spot, form, None, line, smooth)
            _paint(image, spot, inner, None, paint, smooth)
        else:
            _paint(image, spot, form, inner if hollow else None, paint, smooth)
    return _blemished(image, random)


def place(width: int, height: int, count: int, random: Random) -> list[Spot]:
    """Spots that lie inside the picture and do not touch: in a row or a grid, or scattered."""
    short, long = min(width, height), max(width, height)
    smallest = max(0.06 * short, _SMALLEST * long / 2)
    rows, columns = _grid(width, height, count, random)
    cell = min(width / columns, height / rows)
    largest = max(0.45 * cell, smallest)
    radius = smallest * (largest / smallest) ** (random.random() ** 0.7)
    if count > 1 and random.random() < 0.5:
        return _regular(width, height, count, (rows, columns), min(radius, 0.45 * cell), random)
    jitter = random.choice((0.0, 0.0, 0.15))
    while True:
        spots: list[Spot] = []
        for _ in range(40):
            mine = min(radius * random.uniform(1 - jitter, 1), 0.48 * short)
            spot = Spot(random.uniform(mine, width - mine), random.uniform(mine, height - mine), mine)
            if all(hypot(spot.x - o.x, spot.y - o.y) > 1.05 * (mine + o.radius) + long / 64 for o in spots):
                spots.append(spot)
            if len(spots) == count:
                return spots
        radius *= 0.93  # too large to find room by chance


def _size(random: Random) -> tuple[int, int]:
    lot = random.random()
    low, high = (64, 400) if lot < 0.5 else (400, 900) if lot < 0.88 else (900, 2000)
    long = low * (high / low) ** random.random()
    ratio = random.choice((1, 1, 4 / 3, 3 / 2, 16 / 9)) if random.random() < 0.6 else 3 ** random.random()
    wide, narrow = round(long), max(32, round(long / ratio))
    return (wide, narrow) if random.random() < 0.6 else (narrow, wide)


def _grid(width: int, height: int, count: int, random: Random) -> tuple[int, int]:
    """Rows and columns that hold `count` cells and suit the picture."""
    ratio = max(width, height) / min(width, height)
    if count > 2 and ratio < 1.8 and random.random() < 0.7:
        return 2, 2
    return (1, count) if width * random.uniform(0.8, 1.25) >= height else (count, 1)


def _regular(width: int, height: int, count: int, grid: tuple[int, int], radius: float, random: Random) -> list[Spot]:
    rows, columns = grid
    cells = [((c + 0.5) * width / columns, (r + 0.5) * height / rows) for r in range(rows) for c in range(columns)]
    return [Spot(x, y, radius) for x, y in random.sample(cells, count)]


def _ground(width: int, height: int, color: Color, shape: Color, random: Random) -> Image.Image:
    """The background: plain most often, or a gradient, grain or paper; never so that the shape drowns in it."""
    image = Image.new("RGB", (width, height), color)
    lot = random.random()
    if lot > 0.22:
        return image
    if lot < 0.10:
        end = tuple(min(255, max(0, channel + random.randint(-60, 60))) for channel in color)
        if palette.distance((end[0], end[1], end[2]), shape) < 90:
            return image
        axis = Image.linear_gradient("L").rotate(random.choice((0, 90, 180, 270))).resize((width, height))
        return Image.composite(Image.new("RGB", (width, height), end), image, axis)
    noise = np.random.default_rng(random.getrandbits(32))
    side = random.choice((24, 64, 160, 320))
    channels = 3 if lot < 0.14 else 1
    grain = noise.normal(0, random.uniform(3, 14), (side, side, channels)) + np.array(color)
    texture = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    return texture.resize((width, height), random.choice((Image.Resampling.NEAREST, Image.Resampling.BICUBIC)))


def _paint(image: Image.Image, spot: Spot, form: Outline, hole: Outline | None, color: Color, smooth: bool) -> None:
    """Fill `form` less `hole` at the spot; smooth edges by drawing finer and scaling down."""
    fine = (4 if spot.radius < 150 else 2) if smooth else 1
    left, top, side = int(spot.x - spot.radius) - 1, int(spot.y - spot.radius) - 1, int(2 * spot.radius) + 4
    mask = Image.new("L", (side * fine, side * fine), 0)
    pen = ImageDraw.Draw(mask)
    for points, value in ((form, 255), (hole, 0)):
        if points:
            corners = [(spot.x + spot.radius * x - left, spot.y + spot.radius * y - top) for x, y in points]
            pen.polygon([(x * fine, y * fine) for x, y in corners], fill=value)
    if fine > 1:
        mask = mask.reduce(fine)
    image.paste(color, (left, top), mask)


def _blemished(image: Image.Image, random: Random) -> Image.Image:
    """Now and then a frame, a blur, grain over all, or a passage through another size."""
    width, height = image.size
    long = max(width, height)
    if random.random() < 0.05:
        line = max(1, round(random.uniform(0.004, 0.02) * long))
        color = random.choice([(0, 0, 0), (128, 128, 128), (random.randrange(256), random.randrange(256), 0)])
        ImageDraw.Draw(image).rectangle((0, 0, width - 1, height - 1), outline=color, width=line)
    if random.random() < 0.10:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.2, 0.7) * long / 96))
    if random.random() < 0.08 and long < 1000:
        noise = np.random.default_rng(random.getrandbits(32)).normal(0, random.uniform(2, 10), (height, width, 1))
        image = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    if random.random() < 0.15:
        factor = random.uniform(max(0.4, 64 / long), 1.0)
        way = random.choice((Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC))
        image = image.resize((max(24, round(width * factor)), max(24, round(height * factor))), way)
    if random.random() < 0.05:
        image = image.rotate(360 * random.uniform(-3, 3) / tau / 10, fillcolor=image.getpixel((0, 0)))
    return image
