"""Pictures like photographs, made of noise, light and shade: what the starter must say that it cannot make out.

Owns families of such pictures and their split: JUDGED are families that no training sees. It knows no model.
"""

import math
from collections.abc import Callable
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.float32]
"""[height, width, 3], 0 to 1."""
Family = Callable[[np.random.Generator, int, int], Pixels]


def photo(random: Random, judging: bool = False) -> Image.Image:
    """A picture of a family for training, or for judging."""
    family = random.choice(tuple((JUDGED if judging else TRAINED).values()))
    generator = np.random.default_rng(random.getrandbits(48))
    long = round(160 * 3 ** random.random())
    short = round(long / random.choice((1, 4 / 3, 3 / 2, 16 / 9)))
    width, height = (long, short) if random.random() < 0.65 else (short, long)
    pixels = family(generator, width, height)
    pixels = _developed(pixels, generator)
    return Image.fromarray((pixels * 255).clip(0, 255).astype(np.uint8))


def _developed(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Exposure, white balance, vignette and the sensor's noise."""
    height, width = pixels.shape[:2]
    pixels = np.clip(pixels, 0, 1) ** rng.uniform(0.75, 1.4) * rng.uniform(0.92, 1.08, 3)
    if rng.random() < 0.5:
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        pixels = pixels * (1 - rng.uniform(0, 0.4) * (x * x + y * y) / 2)[..., None]
    return (pixels + rng.normal(0, rng.uniform(0.004, 0.05), (height, width, 1))).astype(np.float32)


def fractal(rng: np.random.Generator, width: int, height: int, first: int = 3, roughness: float = 0.55) -> Pixels:
    """Fractal noise [height, width], 0 to 1."""
    total, weight = np.zeros((height, width), np.float32), 1.0
    cells = first
    while cells < max(width, height):
        rows, columns = max(2, cells * height // max(width, height)), max(2, cells * width // max(width, height))
        grid = Image.fromarray(rng.random((rows + 1, columns + 1), np.float32))
        total += weight * np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
        cells, weight = 2 * cells, weight * roughness
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def _mixed(one: NDArray[np.floating] | Pixels, other: Pixels, share: Pixels) -> Pixels:
    share = share[..., None] if share.ndim == 2 else share
    return (one * (1 - share) + other * share).astype(np.float32)


def _tone(rng: np.random.Generator, *choices: tuple[float, float, float]) -> Pixels:
    return np.array(choices[rng.integers(len(choices))], np.float32) + rng.normal(0, 0.05, 3).astype(np.float32)


def _sky(rng: np.random.Generator, width: int, height: int) -> Pixels:
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    top = _tone(rng, (0.2, 0.45, 0.85), (0.1, 0.25, 0.6), (0.5, 0.6, 0.75), (0.3, 0.2, 0.4))
    low = _tone(rng, (0.75, 0.87, 0.98), (0.98, 0.7, 0.45), (0.85, 0.85, 0.85), (0.95, 0.6, 0.6))
    sky = _mixed(top[None, None], low[None, None], np.broadcast_to(down, (height, width)))
    cloud = np.clip((fractal(rng, width, height) - rng.uniform(0.4, 0.7)) * 3, 0, 1)
    return _mixed(sky, np.full(3, rng.uniform(0.75, 1), np.float32), cloud * rng.uniform(0.3, 1))


def _landscape(rng: np.random.Generator, width: int, height: int) -> Pixels:
    picture = _sky(rng, width, height)
    y = np.arange(height)[:, None] / height
    line = rng.uniform(0.25, 0.5)
    for layer in range(int(rng.integers(2, 5))):
        ridge = line + rng.uniform(0.1, 0.4) * (fractal(rng, width, 4, 3 + 3 * layer, 0.6)[0] - 0.5)
        tone = _tone(rng, (0.2, 0.35, 0.15), (0.35, 0.3, 0.2), (0.3, 0.4, 0.5), (0.5, 0.45, 0.25), (0.15, 0.25, 0.12))
        texture = 0.6 + 0.8 * fractal(rng, width, height, 16, 0.8)
        inside = np.clip((y - ridge[None]) * height / 2, 0, 1).astype(np.float32)
        picture = _mixed(picture, tone * texture[..., None], inside)
        line += rng.uniform(0.1, 0.25)
    return picture


def _sea(rng: np.random.Generator, width: int, height: int) -> Pixels:
    picture = _sky(rng, width, height)
    line = int(height * rng.uniform(0.3, 0.65))
    deep = height - line
    waves = fractal(rng, max(8, width // 3), deep, 6, 0.75)
    wide = np.asarray(Image.fromarray(waves).resize((width, deep), Image.Resampling.BICUBIC))
    tone = _tone(rng, (0.1, 0.3, 0.5), (0.15, 0.4, 0.45), (0.25, 0.3, 0.4))
    picture[line:] = tone * (0.5 + wide[..., None]) + 0.25 * np.clip(wide - 0.7, 0, 1)[..., None]
    return picture


def _bokeh(rng: np.random.Generator, width: int, height: int) -> Pixels:
    image = Image.fromarray((255 * _plasma(rng, width, height) * rng.uniform(0.2, 0.8)).astype(np.uint8))
    pen = ImageDraw.Draw(image, "RGBA")
    for _ in range(int(rng.integers(8, 40))):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.02, 0.15) * width
        pen.ellipse(
            (x - r, y - r, x + r, y + r), fill=(*map(int, rng.integers(60, 256, 3)), int(rng.integers(40, 150)))
        )
    image = image.filter(ImageFilter.GaussianBlur(width * rng.uniform(0.01, 0.06)))
    return np.asarray(image, np.float32) / 255


def _plasma(rng: np.random.Generator, width: int, height: int) -> Pixels:
    first, rough = int(rng.integers(2, 6)), rng.uniform(0.4, 0.8)
    return np.stack([fractal(rng, width, height, first, rough) for _ in range(3)], 2)


def _cloth(rng: np.random.Generator, width: int, height: int) -> Pixels:
    grain = fractal(rng, width, max(4, height // 12), 24, 0.9)
    stretched = np.asarray(Image.fromarray(grain).resize((width, height), Image.Resampling.BICUBIC))
    if rng.random() < 0.5:
        y, x = np.mgrid[:height, :width]
        stretched = 0.5 * stretched + 0.25 * (np.sin(x * rng.uniform(0.3, 1.5)) * np.sin(y * rng.uniform(0.3, 1.5)) + 1)
    one, other = rng.random(3).astype(np.float32), rng.random(3).astype(np.float32)
    light = 0.5 + fractal(rng, width, height, 2, 0.4)
    return _mixed(one[None, None], other[None, None], stretched) * light[..., None]


def _portrait(rng: np.random.Generator, width: int, height: int) -> Pixels:
    picture = _bokeh(rng, width, height) if rng.random() < 0.5 else _plasma(rng, width, height) * rng.uniform(0.3, 0.9)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for _ in range(int(rng.integers(1, 3))):
        middle_x, middle_y = rng.uniform(0.3, 0.7) * width, rng.uniform(0.35, 0.55) * height
        r = rng.uniform(0.15, 0.32) * min(width, height)
        skin = _tone(rng, (0.9, 0.7, 0.58), (0.75, 0.52, 0.4), (0.45, 0.3, 0.22), (0.95, 0.8, 0.7))
        hair = _tone(rng, (0.1, 0.07, 0.05), (0.35, 0.2, 0.1), (0.8, 0.65, 0.35), (0.5, 0.5, 0.5))

        def oval(
            dx: float, dy: float, wide: float, high: float, soft: float, x0: float = middle_x, y0: float = middle_y,
            radius: float = r,
        ) -> Pixels:  # fmt: skip
            d = ((x - x0 - dx * radius) / (wide * radius)) ** 2 + ((y - y0 - dy * radius) / (high * radius)) ** 2
            return 1 / (1 + np.exp(np.clip((d - 1) / soft, -30, 30)))

        light = (0.8 + 0.35 * (x - middle_x) / r * rng.choice((-1, 1)) - 0.1 * (y - middle_y) / r)[..., None]
        cloth = rng.random(3).astype(np.float32)
        picture = _mixed(
            picture, cloth * (0.6 + 0.6 * fractal(rng, width, height, 6))[..., None], oval(0, 2.6, 1.9, 1.5, 0.1)
        )
        picture = _mixed(
            picture,
            hair * (0.7 + 0.6 * fractal(rng, width, height, 30, 0.9))[..., None],
            oval(0, -0.25, 0.95, 1.2, 0.1),
        )
        picture = _mixed(picture, skin * light, oval(0, 0.1, 0.75, 1.0, 0.08))
        for side in (-1, 1):
            picture = _mixed(picture, np.float32([0.12, 0.1, 0.1]), oval(0.3 * side, -0.1, 0.12, 0.07, 0.3))
            picture = _mixed(picture, hair * 0.8, oval(0.3 * side, -0.28, 0.17, 0.04, 0.4))
        picture = _mixed(picture, skin * np.float32([0.9, 0.55, 0.55]), oval(0, 0.55, 0.25, 0.08, 0.4))
    return picture


def _foliage(rng: np.random.Generator, width: int, height: int) -> Pixels:
    base = _tone(rng, (0.1, 0.2, 0.08), (0.2, 0.15, 0.08), (0.05, 0.1, 0.05))
    image = Image.fromarray(np.broadcast_to((255 * np.clip(base, 0, 1)).astype(np.uint8), (height, width, 3)).copy())
    pen = ImageDraw.Draw(image)
    leaf = _tone(rng, (0.2, 0.5, 0.15), (0.7, 0.45, 0.1), (0.35, 0.5, 0.2), (0.6, 0.3, 0.35))
    for number in range(250):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        r, angle = rng.uniform(0.02, 0.08) * width, rng.uniform(0, math.tau)
        shade = np.clip(leaf * (0.4 + 0.8 * number / 250) + rng.normal(0, 0.08, 3), 0, 1)
        dx, dy = r * math.cos(angle), r * math.sin(angle)
        pen.polygon(
            [(x - dx, y - dy), (x + dy * 0.4, y - dx * 0.4), (x + dx, y + dy), (x - dy * 0.4, y + dx * 0.4)],
            fill=tuple(int(255 * channel) for channel in shade),
        )
    image = image.filter(ImageFilter.GaussianBlur(width * rng.uniform(0.001, 0.008)))
    light = 0.5 + fractal(rng, width, height, 3)
    return np.asarray(image, np.float32) / 255 * light[..., None]


def _room(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Walls, a floor and boxes in perspective, shaded and grained."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    tones = [
        tuple(int(255 * c) for c in np.clip(rng.uniform(0.25, 0.9) + rng.normal(0, 0.1, 3), 0, 1)) for _ in range(3)
    ]
    x1, x2 = sorted(rng.uniform(0.1, 0.9, 2) * width)
    y1, y2 = rng.uniform(0.05, 0.3) * height, rng.uniform(0.55, 0.8) * height
    pen.polygon([(0, 0), (x1, y1), (x1, y2), (0, height)], fill=tones[0])
    pen.polygon([(width, 0), (x2, y1), (x2, y2), (width, height)], fill=tones[1])
    pen.rectangle((x1, y1, x2, y2), fill=tones[2])
    pen.polygon([(0, 0), (x1, y1), (x2, y1), (width, 0)], fill=tuple(min(255, c + 40) for c in tones[2]))
    pen.polygon([(0, height), (x1, y2), (x2, y2), (width, height)], fill=tuple(int(c * 0.6) for c in tones[0]))
    for _ in range(int(rng.integers(2, 6))):
        x, y, w, h = rng.uniform(0, 0.8) * width, rng.uniform(0.3, 0.7) * height, rng.uniform(0.1, 0.35) * width, 0
        h, d = rng.uniform(0.1, 0.35) * height, rng.uniform(0.02, 0.08) * width
        face = [int(c) for c in rng.integers(30, 220, 3)]
        pen.rectangle((x, y, x + w, y + h), fill=tuple(face))
        pen.polygon(
            [(x, y), (x + d, y - d), (x + w + d, y - d), (x + w, y)], fill=tuple(min(255, c + 35) for c in face)
        )
        pen.polygon(
            [(x + w, y), (x + w + d, y - d), (x + w + d, y + h - d), (x + w, y + h)], fill=tuple(c // 2 for c in face)
        )
    image = image.filter(ImageFilter.GaussianBlur(width * rng.uniform(0.002, 0.012)))
    light = 0.55 + 0.7 * fractal(rng, width, height, 2, 0.35) + 0.15 * fractal(rng, width, height, 40, 0.9)
    return np.asarray(image, np.float32) / 255 * light[..., None]


def _street(rng: np.random.Generator, width: int, height: int) -> Pixels:
    picture = _sky(rng, width, height)
    x = 0
    while x < width:
        wide, top = int(rng.uniform(0.08, 0.25) * width) + 4, int(rng.uniform(0.1, 0.6) * height)
        wall = rng.uniform(0.2, 0.8) + rng.normal(0, 0.07, 3).astype(np.float32)
        block = picture[top : int(0.85 * height), x : x + wide]
        block[:] = wall
        pitch = max(4, wide // int(rng.integers(3, 7)))
        glass = wall * rng.uniform(0.3, 0.7) if rng.random() < 0.7 else np.float32([0.95, 0.85, 0.5])
        for row in range(pitch // 2, block.shape[0] - pitch // 2, pitch):
            for column in range(pitch // 3, block.shape[1] - pitch // 3, pitch):
                block[row : row + pitch // 2, column : column + pitch // 2] = glass * rng.uniform(0.6, 1.2)
        x += wide
    picture[int(0.85 * height) :] = rng.uniform(0.25, 0.5)
    grain = 0.75 + 0.5 * fractal(rng, width, height, 8, 0.8)
    return picture * grain[..., None]


def _sensor(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Noise with hardly anything behind it, as in the dark or without a signal."""
    small = rng.random((max(2, height // int(rng.integers(1, 6))), max(2, width // int(rng.integers(1, 6))), 3))
    image = Image.fromarray((255 * small).astype(np.uint8)).resize((width, height), Image.Resampling.BILINEAR)
    return 0.6 * np.asarray(image, np.float32) / 255 + 0.4 * _plasma(rng, width, height)


def _stones(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Lumps in slanting light on sand, with shadows."""
    picture = _tone(rng, (0.7, 0.6, 0.45), (0.4, 0.4, 0.42), (0.35, 0.45, 0.3), (0.8, 0.8, 0.82))
    picture = picture * (0.6 + 0.6 * fractal(rng, width, height, 12, 0.85))[..., None]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    slant = rng.uniform(0, math.tau)
    for _ in range(int(rng.integers(1, 9))):
        r = rng.uniform(0.06, 0.3) * min(width, height)
        x0, y0, flat = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height, rng.uniform(0.5, 1)
        lumps = 1 + 0.5 * (fractal(rng, width, height, 5, 0.5) - 0.5)
        d = np.hypot(x - x0, (y - y0) / flat) / r * lumps
        toward = ((x - x0) * math.cos(slant) + (y - y0) * math.sin(slant)) / r
        shadow = np.clip(
            1.4 - np.hypot(x - x0 + 0.5 * r * math.cos(slant), y - y0 + 0.5 * r * math.sin(slant)) / r, 0, 1
        )
        picture = picture * (1 - 0.5 * shadow[..., None])
        tone = rng.uniform(0.2, 0.9) + rng.normal(0, 0.15, 3).astype(np.float32)
        shaded = (
            tone
            * np.clip(0.55 + 0.5 * toward + 0.3 * (fractal(rng, width, height, 20, 0.9) - 0.5), 0.05, 1.2)[..., None]
        )
        picture = _mixed(picture, shaded, np.clip((1 - d) * r / 2, 0, 1))
    return picture


def _toys(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Bright blocks, bottles and tins, shaded across, on boards or a cloth, with shadows."""
    table = _tone(rng, (0.6, 0.45, 0.3), (0.8, 0.8, 0.78), (0.35, 0.4, 0.5), (0.25, 0.2, 0.2))
    picture = table * (0.65 + 0.5 * fractal(rng, width, height, int(rng.integers(3, 20)), 0.7))[..., None]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for _ in range(int(rng.integers(1, 7))):
        half = rng.uniform(0.07, 0.2) * min(width, height)
        long = half * rng.uniform(1, 2.5)
        x0, y0, turn = rng.uniform(0.1, 0.9) * width, rng.uniform(0.15, 0.85) * height, rng.normal(0, 0.5)
        across = ((x - x0) * math.cos(turn) + (y - y0) * math.sin(turn)) / half
        along = ((y - y0) * math.cos(turn) - (x - x0) * math.sin(turn)) / long
        power = rng.uniform(2.5, 9)
        edge = np.abs(across).clip(0, 4) ** power + np.abs(along).clip(0, 4) ** power
        fall = np.hypot(across - 0.7, along - 0.3).clip(0, 6)
        picture = picture * (1 - 0.5 * np.exp(-(fall**2)))[..., None]
        light = np.clip(0.95 - 0.6 * np.abs(across + rng.uniform(-0.3, 0.6)) ** 1.5, 0.12, 1)
        tone = np.clip(rng.uniform(0.05, 0.95, 3), 0, 1).astype(np.float32)
        if rng.random() < 0.5:  # a label, or a lid
            tone = np.where((np.abs(along - rng.uniform(-0.8, 0.5)) < 0.25)[..., None], 1 - 0.7 * tone, tone)
        skin = tone * (light * (0.85 + 0.3 * fractal(rng, width, height, 25, 0.9)))[..., None]
        picture = _mixed(picture, skin, np.clip((1 - edge) * half / 6, 0, 1).astype(np.float32))
    return picture.astype(np.float32)


# Families for judging only


def _fruit(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Shaded balls on a table, with shadows."""
    table = _tone(rng, (0.5, 0.35, 0.2), (0.75, 0.7, 0.65), (0.3, 0.3, 0.35))
    picture = table * (0.6 + 0.5 * fractal(rng, width, height, 5, 0.7))[..., None]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for _ in range(int(rng.integers(2, 7))):
        r = rng.uniform(0.1, 0.24) * min(width, height)
        x0, y0 = rng.uniform(0.15, 0.85) * width, rng.uniform(0.35, 0.8) * height
        shadow = np.exp(-(((x - x0 - 0.4 * r) / (1.3 * r)) ** 2 + ((y - y0 - 0.8 * r) / (0.5 * r)) ** 2))
        picture = picture * (1 - 0.6 * shadow[..., None])
        d = ((x - x0) ** 2 + (y - y0) ** 2) / r**2
        light = np.clip(1.1 - ((x - x0 + 0.4 * r) ** 2 + (y - y0 + 0.4 * r) ** 2) / (1.8 * r * r), 0.1, 1)
        tone = _tone(rng, (0.8, 0.15, 0.1), (0.95, 0.6, 0.1), (0.5, 0.65, 0.15), (0.9, 0.8, 0.3), (0.4, 0.15, 0.35))
        skin = tone * (light * (0.8 + 0.4 * fractal(rng, width, height, 30, 0.9)))[..., None]
        picture = _mixed(picture, skin + 0.6 * (light > 0.99)[..., None], np.clip((1 - d) * r / 2, 0, 1))
    return picture


def _marble(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Veins of warped noise: stone, smoke, water."""
    y, x = np.mgrid[:height, :width] / max(width, height)
    warp = fractal(rng, width, height, 3, 0.6)
    veins = 0.5 + 0.5 * np.sin(rng.uniform(8, 25) * (x * rng.uniform(-1, 1) + y + rng.uniform(0.5, 1.5) * warp))
    one, other = rng.random(3).astype(np.float32), rng.random(3).astype(np.float32)
    return _mixed(one[None, None], other[None, None], (veins**2).astype(np.float32))


def _dusk(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """A low sun behind black trees, mirrored in water now and then."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    sun_x, sun_y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.35, 0.6) * height
    glow = np.exp(-np.hypot(x - sun_x, y - sun_y) / (rng.uniform(0.15, 0.4) * width))
    warm = _tone(rng, (1.0, 0.6, 0.2), (1.0, 0.45, 0.35), (0.95, 0.75, 0.4))
    picture = _mixed(_sky(rng, width, height) * 0.6, warm, glow)
    line = rng.uniform(0.6, 0.8) * height + 0.1 * height * fractal(rng, width, 4, 20, 0.9)[0]
    for _ in range(int(rng.integers(0, 5))):
        trunk, wide = rng.uniform(0, width), rng.uniform(0.03, 0.1) * width
        line = np.minimum(line, line.min() - 0.3 * height + np.abs(np.arange(width) - trunk) / wide * 0.3 * height)
    return picture * (1 - 0.93 * np.clip((y - line[None]) / 2, 0, 1))[..., None]


def _fur(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Thousands of strokes along a flow: grass, fur, hair."""
    one = _tone(rng, (0.5, 0.35, 0.2), (0.3, 0.45, 0.15), (0.6, 0.6, 0.6), (0.7, 0.5, 0.3))
    image = Image.fromarray((255 * np.clip(one * np.ones((height, width, 1)) * 0.4, 0, 1)).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    flow = math.tau * fractal(rng, 24, 24, 3, 0.4)
    for _ in range(1800):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        angle, r = flow[int(y / height * 23.9), int(x / width * 23.9)], rng.uniform(0.02, 0.07) * width
        tone = tuple(int(255 * c) for c in np.clip(one * rng.uniform(0.5, 1.4) + rng.normal(0, 0.03, 3), 0, 1))
        pen.line((x, y, x + r * math.cos(angle), y + r * math.sin(angle)), fill=tone, width=max(1, width // 160))
    return np.asarray(image, np.float32) / 255 * (0.6 + 0.6 * fractal(rng, width, height, 3))[..., None]


TRAINED: dict[str, Family] = {
    "landscape": _landscape,
    "sea": _sea,
    "bokeh": _bokeh,
    "plasma": _plasma,
    "cloth": _cloth,
    "portrait": _portrait,
    "foliage": _foliage,
    "room": _room,
    "street": _street,
    "sensor": _sensor,
    "stones": _stones,
    "toys": _toys,
}
JUDGED: dict[str, Family] = {"fruit": _fruit, "marble": _marble, "dusk": _dusk, "fur": _fur}
