"""Drawings of one to six shapes, mixed in kind, color and size, with all else varied as widely as people draw.

Owns arrangement, grounds, blemishes. A `Random` alone decides a picture. It must not know what is asked about it.
"""

import io
from dataclasses import dataclass
from math import hypot
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.domain.scenes import MOST, SCENE_COLORS, SHAPES, Drawing, Scene, Thing
from training.vlm import palette
from training.vlm.outlines import Outline, outline, scaled
from training.vlm.palette import Color

WIDTHS = {"small": (0.14, 0.19), "medium": (0.24, 0.33), "large": (0.41, 0.65)}
"""From and to of the circle around a shape, as part of the drawing's longest side."""
CROWD = 14
"""Most shapes in a crowd, which is nothing to talk about but shows the tower many shapes at once."""
IN_A_CROWD = {"small": (0.1, 0.19), "medium": (0.24, 0.33)}


@dataclass(frozen=True)
class Sheet:
    """A picture and what is on it."""

    image: Image.Image
    """RGB."""
    marks: Image.Image
    """Mode L, the same sides: the number from 1 of the thing (or letter) that covers a pixel, 0 for none."""
    scene: Scene


@dataclass(frozen=True)
class Spot:
    """Where a shape goes: center and half its width, in pixels."""

    x: float
    y: float
    radius: float
    size: str


def encoded(image: Image.Image, random: Random) -> bytes:
    """A picture file, PNG or JPEG."""
    file = io.BytesIO()
    if random.random() < 0.5:
        image.save(file, "PNG", compress_level=1)
    else:
        image.save(file, "JPEG", quality=random.randint(40, 95))
    return file.getvalue()


def draw(random: Random, crowded: bool = False, sides: tuple[int, int] | None = None) -> Sheet:
    """A drawing, or a crowd of more shapes than a drawing has; of these `sides`, or of what `size` draws."""
    wanted = _crowd(random) if crowded else _kinds(random)
    while True:  # until all of them find room: else there would be many drawings of one thing
        width, height = sides or size(random)
        ground, ground_name = palette.background(random)
        colors = palette.paints([color for _, color in wanted], ground, ground_name, random)
        if colors and (spots := place(width, height, len(wanted), random)):
            break
    image = textured(width, height, ground, random)
    marks = Image.new("L", (width, height))
    smooth = random.random() < 0.75
    style = random.random()
    lined, hollow = style < 0.1, style > 0.93
    for number, ((shape, _), paint, spot) in enumerate(zip(wanted, colors, spots, strict=True), 1):
        form = outline(shape, random)
        if lined and spot.size != "small":
            _paint(image, spot, form, None, palette.other(paint, ground, random), smooth)
            _paint(image, spot, scaled(form, 1 - random.uniform(0.05, 0.12)), None, paint, smooth)
        else:
            hole = scaled(form, random.uniform(0.55, 0.75)) if hollow and spot.size == "large" else None
            _paint(image, spot, form, hole, paint, smooth)
        _paint(marks, spot, form, None, number, False)
    longest = max(width, height)
    things = tuple(
        Thing(shape, color, spot.size, spot.x / width, spot.y / height, 2 * spot.radius / longest)
        for (shape, color), spot in zip(wanted, spots, strict=True)
    )
    return Sheet(blemished(image, random), marks, Drawing(things, ground_name))


def _kinds(random: Random) -> list[tuple[str, str]]:
    """Shapes and colors: all of one kind, or each drawn anew from a few or from all.

    Where many things share a shape or a color, one has to be told from others by both.
    """
    count = 1 if random.random() < 0.2 else random.randint(2, MOST)
    shapes = random.sample(tuple(SHAPES), random.choice((1, 2, 3, 4, len(SHAPES))))
    colors = random.sample(SCENE_COLORS, random.choice((1, 2, 3, 4, len(SCENE_COLORS))))
    if random.random() < 0.1:
        shapes, colors = shapes[:1], colors[:1]
    return [(random.choice(shapes), random.choice(colors)) for _ in range(count)]


def _crowd(random: Random) -> list[tuple[str, str]]:
    colors = random.sample(SCENE_COLORS, 4)
    count = random.randint(MOST + 1, CROWD)
    return [(random.choice(tuple(SHAPES)), random.choice(colors)) for _ in range(count)]


def place(width: int, height: int, count: int, random: Random) -> list[Spot]:
    """Spots that lie inside the picture and do not touch; empty if there is no room for the sizes drawn."""
    short, long = min(width, height), max(width, height)
    mix = random.choice(((3, 3, 1), (1, 3, 2), (4, 1, 1), (0, 1, 0), (1, 0, 0), (1, 2, 3)))
    if count == 1:
        mix = (1, 2, 4)
    sizes = random.choices(tuple(WIDTHS), mix, k=count)
    radii = [long * random.uniform(*WIDTHS[name]) / 2 for name in sizes]
    if count > MOST:
        sizes = random.choices(tuple(IN_A_CROWD), (3, 1), k=count)
        radii = [long * random.uniform(*IN_A_CROWD[name]) / 2 for name in sizes]
    if any(radius > 0.49 * short for radius in radii) or sum(4 * r * r for r in radii) > 0.6 * width * height:
        return []
    gap = random.uniform(0.01, 0.05) * long
    row = random.random() < 0.15 and 2 * sum(radii) + gap * count < width
    spots: list[Spot] = []
    left = random.uniform(0, width - 2 * sum(radii) - gap * count) / 2 if row else 0.0
    line = random.uniform(max(radii), height - max(radii)) if row else 0.0
    for radius, name in sorted(zip(radii, sizes, strict=True), key=lambda pair: 0 if row else -pair[0]):
        for _ in range(60):
            x, y = random.uniform(radius, width - radius), random.uniform(radius, height - radius)
            if row:
                x, y = left + gap + radius, line
                left += gap + 2 * radius
            if all(hypot(x - o.x, y - o.y) > radius + o.radius + gap for o in spots) or row:
                spots.append(Spot(x, y, radius, name))
                break
        else:
            return []
    random.shuffle(spots)
    return spots


def size(random: Random) -> tuple[int, int]:
    """Width and height of a picture, 100 to 1600 pixels on its longest side."""
    lot = random.random()
    low, high = (100, 200) if lot < 0.15 else (200, 500) if lot < 0.75 else (500, 900) if lot < 0.95 else (900, 1600)
    long = low * (high / low) ** random.random()
    ratio = random.choice((1, 1, 4 / 3, 3 / 2, 16 / 9)) if random.random() < 0.6 else 2.2 ** random.random()
    wide, narrow = round(long), max(32, round(long / ratio))
    return (wide, narrow) if random.random() < 0.65 else (narrow, wide)


def textured(width: int, height: int, color: Color, random: Random) -> Image.Image:
    """A ground: plain most often, or a slight gradient, grain or paper."""
    image = Image.new("RGB", (width, height), color)
    lot = random.random()
    if lot > 0.25:
        return image
    if lot < 0.12:
        end = tuple(min(255, max(0, channel + random.randint(-35, 35))) for channel in color)
        axis = Image.linear_gradient("L").rotate(random.choice((0, 90, 180, 270))).resize((width, height))
        return Image.composite(Image.new("RGB", (width, height), (end[0], end[1], end[2])), image, axis)
    noise = np.random.default_rng(random.getrandbits(32))
    side = random.choice((24, 64, 160, 320))
    channels = 3 if lot < 0.15 else 1
    grain = noise.normal(0, random.uniform(3, 12), (side, side, channels)) + np.array(color)
    texture = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    return texture.resize((width, height), random.choice((Image.Resampling.NEAREST, Image.Resampling.BICUBIC)))


def _paint(
    image: Image.Image, spot: Spot, form: Outline, hole: Outline | None, color: Color | int, smooth: bool
) -> None:
    """Fill `form` less `hole` at the spot; smooth edges by drawing finer and scaling down."""
    fine = (4 if spot.radius < 60 else 2) if smooth else 1
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


def blemished(image: Image.Image, random: Random) -> Image.Image:
    """Now and then a frame, a blur, grain over all, or a passage through another size."""
    width, height = image.size
    long = max(width, height)
    if random.random() < 0.05:
        line = max(1, round(random.uniform(0.004, 0.02) * long))
        color = random.choice([(0, 0, 0), (128, 128, 128), (random.randrange(256), random.randrange(256), 0)])
        ImageDraw.Draw(image).rectangle((0, 0, width - 1, height - 1), outline=color, width=line)
    if random.random() < 0.08:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.1, 0.4) * long / 96))
    if random.random() < 0.06 and long < 800:
        noise = np.random.default_rng(random.getrandbits(32)).normal(0, random.uniform(2, 10), (height, width, 1))
        image = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    if random.random() < 0.1:
        factor = random.uniform(max(0.5, min(1.0, 120 / long)), 1.0)
        way = random.choice((Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC))
        image = image.resize((max(24, round(width * factor)), max(24, round(height * factor))), way)
    return image
