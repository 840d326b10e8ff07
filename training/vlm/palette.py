"""What the eight color names mean: the colors people type for them and wide regions of shades around.

Colors are (red, green, blue), 0 to 255. Owns colors of shapes and what backgrounds may lie behind them; draws nothing.
"""

import colorsys
from random import Random

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
}
"""By name, the CSS color of that name first, then its relatives."""

_SHADES: dict[str, tuple[float, float, float, float, float, float]] = {
    "red": (-12, 8, 0.70, 1.0, 0.55, 1.0),
    "green": (85, 160, 0.45, 1.0, 0.30, 1.0),
    "blue": (204, 246, 0.50, 1.0, 0.40, 1.0),
    "yellow": (50, 63, 0.60, 1.0, 0.85, 1.0),
    "orange": (20, 41, 0.75, 1.0, 0.85, 1.0),
    "purple": (265, 302, 0.45, 1.0, 0.35, 0.85),
    "black": (0, 360, 0.0, 0.4, 0.0, 0.12),
    "white": (0, 360, 0.0, 0.04, 0.94, 1.0),
}
"""By name, from and to of hue (degrees), saturation and value. The gaps between hues belong to no name."""

_PASTELS: tuple[Color, ...] = (
    (173, 216, 230), (255, 255, 224), (245, 245, 220), (255, 228, 225), (144, 238, 144), (230, 230, 250),
    (255, 218, 185), (240, 255, 240), (240, 248, 255), (255, 192, 203), (135, 206, 235), (210, 180, 140),
)  # fmt: skip


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


def background(shape: Color, name: str, random: Random) -> Color:
    """A color on which a shape of color `shape`, called `name`, is plain to see."""
    while True:
        color = _any_background(name, random)
        if distance(color, shape) >= 100:
            return color


def other(shape: Color, behind: Color, random: Random) -> Color:
    """A color for an outline that is told apart from the shape; black most often."""
    while True:
        choices = [(0, 0, 0)] * 3 + [(255, 255, 255), (128, 128, 128), behind, _random(random)]
        color = random.choice(choices)
        if distance(color, shape) >= 100:
            return color


def distance(one: Color, two: Color) -> float:
    """Euclidean, in RGB."""
    return float(sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) ** 0.5)


def _any_background(name: str, random: Random) -> Color:
    lot = random.random()
    if lot < 0.42 and name != "white":
        return (255, 255, 255)
    if lot < 0.50 and name != "black":
        return (0, 0, 0)
    if lot < 0.64:
        gray = random.choice((128, 192, 211, 169, 105, random.randrange(30, 245)))
        return (gray, gray, gray)
    if lot < 0.76:
        return random.choice(_PASTELS)
    if lot < 0.90:
        return shape_color(random.choice([other for other in _TYPED if other != name]), random)
    return _random(random)


def _random(random: Random) -> Color:
    return random.randrange(256), random.randrange(256), random.randrange(256)
