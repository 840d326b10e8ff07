"""What the color names mean: the colors people type for them, regions of shades around, and the name of any color.

Colors are (red, green, blue), 0 to 255. Owns colors of shapes and what backgrounds may lie behind them; draws nothing.
"""

import colorsys
import functools
from random import Random

import numpy as np
from numpy.typing import NDArray

from training.domain.scenes import SCENE_COLORS

Color = tuple[int, int, int]

_TYPED: dict[str, tuple[Color, ...]] = {
    "red": ((255, 0, 0), (220, 20, 60), (200, 0, 0), (178, 34, 34), (230, 30, 30)),
    "green": ((0, 128, 0), (0, 255, 0), (0, 200, 0), (34, 139, 34), (50, 205, 50), (0, 100, 0), (46, 139, 87)),
    "blue": ((0, 0, 255), (30, 144, 255), (65, 105, 225), (0, 0, 200), (0, 0, 128), (70, 130, 180)),
    "yellow": ((255, 255, 0), (255, 215, 0), (255, 223, 0), (240, 230, 50), (250, 240, 0)),
    "orange": ((255, 165, 0), (255, 140, 0), (255, 128, 0), (245, 130, 30)),
    "purple": ((128, 0, 128), (160, 32, 240), (148, 0, 211), (138, 43, 226), (147, 112, 219), (102, 51, 153)),
    "black": ((0, 0, 0), (20, 20, 20), (10, 10, 15)),
    "white": ((255, 255, 255), (250, 250, 250), (245, 245, 240)),
    "brown": ((165, 42, 42), (139, 69, 19), (150, 75, 0), (101, 67, 33), (123, 63, 0)),
    "gray": ((128, 128, 128), (169, 169, 169), (105, 105, 105), (150, 150, 150), (112, 128, 144)),
    "pink": ((255, 192, 203), (255, 105, 180), (255, 182, 193), (255, 20, 147), (250, 150, 190)),
}
"""By name, the CSS color of that name first, then its relatives."""

_SHADES: dict[str, tuple[float, float, float, float, float, float]] = {
    "red": (-10, 6, 0.78, 1.0, 0.72, 1.0),
    "green": (85, 160, 0.45, 1.0, 0.30, 1.0),
    "blue": (204, 246, 0.50, 1.0, 0.40, 1.0),
    "yellow": (50, 63, 0.60, 1.0, 0.88, 1.0),
    "orange": (21, 40, 0.78, 1.0, 0.90, 1.0),
    "purple": (268, 300, 0.45, 1.0, 0.35, 0.85),
    "black": (0, 360, 0.0, 0.4, 0.0, 0.11),
    "white": (0, 360, 0.0, 0.03, 0.95, 1.0),
    "brown": (12, 32, 0.55, 1.0, 0.35, 0.60),
    "gray": (0, 360, 0.0, 0.06, 0.38, 0.72),
    "pink": (318, 348, 0.25, 0.70, 0.92, 1.0),
}
"""By name, from and to of hue (degrees), saturation and value. The gaps between hues belong to no name."""

_LIGHT: dict[str, tuple[Color, ...]] = {
    "blue": ((173, 216, 230), (135, 206, 235), (176, 196, 255)),
    "green": ((144, 238, 144), (190, 245, 190), (152, 251, 152)),
    "gray": ((192, 192, 192), (211, 211, 211), (200, 205, 210)),
    "pink": ((255, 182, 193), (255, 200, 220)),
    "yellow": ((255, 250, 160), (255, 255, 150)),
    "": ((245, 245, 220), (255, 228, 225), (230, 230, 250), (255, 218, 185), (240, 248, 255), (210, 180, 140)),
}
"""Light grounds by the name that people would give them; some have none that is sure."""


def shape_color(name: str, random: Random) -> Color:
    """A color that people call `name`."""
    lot = random.random()
    if lot < 0.4:
        return _TYPED[name][0]
    if lot < 0.6:
        return random.choice(_TYPED[name])
    low_hue, high_hue, low_saturation, high_saturation, low_value, high_value = _SHADES[name]
    hue = random.uniform(low_hue, high_hue) % 360 / 360
    saturation, value = random.uniform(low_saturation, high_saturation), random.uniform(low_value, high_value)
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def background(random: Random) -> tuple[Color, str]:
    """A color for the ground of a drawing and its name; "" where people would not agree on one."""
    lot = random.random()
    if lot < 0.38:
        return (255, 255, 255), "white"
    if lot < 0.46:
        return (0, 0, 0), "black"
    if lot < 0.66:
        name = random.choice(tuple(_LIGHT))
        return random.choice(_LIGHT[name]), name
    if lot < 0.95:
        name = random.choice(SCENE_COLORS)
        return shape_color(name, random), name
    return (random.randrange(256), random.randrange(256), random.randrange(256)), ""


APART = 100
"""Least distance between a shape's color and what lies around it."""


def paints(names: list[str], ground: Color, ground_name: str, random: Random) -> list[Color] | None:
    """A color for each name, the same for the same name, all plain to see on the ground; None if that fails."""
    found: dict[str, Color] = {}
    for name in names:
        for _ in range(8):
            color = found.get(name) or shape_color(name, random)
            if name != ground_name and distance(color, ground) >= APART:
                found[name] = color
                break
        else:
            return None
    return [found[name] for name in names]


def other(shape: Color, behind: Color, random: Random) -> Color:
    """A color for an outline that is told apart from the shape; black most often."""
    while True:
        choices = [(0, 0, 0)] * 3 + [(255, 255, 255), (128, 128, 128), behind]
        color = random.choice(choices)
        if distance(color, shape) >= APART:
            return color


def distance(one: Color, two: Color) -> float:
    """Euclidean, in RGB."""
    return float(sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) ** 0.5)


def shares(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much of `pixels` [..., 3] has each of SCENE_COLORS; every color there is has a name here."""
    places = (pixels.reshape(-1, 3) >> 3).astype(np.int64)
    names = _names()[places[:, 0], places[:, 1], places[:, 2]]
    return np.bincount(names, minlength=len(SCENE_COLORS)) / len(names)


def main_colors(pixels: NDArray[np.uint8]) -> tuple[str, ...]:
    """The one to three names that cover most of a picture, the most frequent first."""
    share = shares(pixels)
    order = np.argsort(-share)
    return tuple(SCENE_COLORS[place] for rank, place in enumerate(order[:3]) if rank == 0 or share[place] >= MAIN)


MAIN = 0.2
"""The share of a picture from which on a color is a main one."""


@functools.cache
def _names() -> NDArray[np.uint8]:
    """The place in SCENE_COLORS of every color, at eight steps a level."""
    table = np.zeros((32, 32, 32), np.uint8)
    for red in range(32):
        for green in range(32):
            for blue in range(32):
                rgb = ((8 * red + 4) / 255, (8 * green + 4) / 255, (8 * blue + 4) / 255)
                table[red, green, blue] = SCENE_COLORS.index(_name(*colorsys.rgb_to_hsv(*rgb)))
    return table


def _name(hue: float, saturation: float, value: float) -> str:
    degrees = 360 * hue
    if value < 0.2:
        return "black"
    if saturation < 0.13 or (saturation < 0.25 and value < 0.45):
        return "white" if value > 0.85 else "gray"
    if degrees < 15 or degrees >= 345:
        return "pink" if saturation < 0.5 and value > 0.7 else "brown" if saturation < 0.6 or value < 0.35 else "red"
    if degrees < 45:
        return "brown" if value < 0.7 or saturation < 0.4 else "orange"
    if degrees < 70:
        return "yellow" if value > 0.6 else "brown" if degrees < 55 else "green"
    if degrees < 165:
        return "green"
    if degrees < 258:
        return "blue"
    return "purple" if degrees < 300 or value < 0.7 else "pink"
