"""Outlines of the eight shapes, as polygons inside the unit circle, in the many forms people draw them.

Pure geometry; y points down, as in pictures.
"""

from math import cos, pi, sin, tau
from random import Random

Point = tuple[float, float]
Outline = list[Point]


def outline(shape: str, random: Random) -> Outline:
    """One form of `shape`, turned as people would turn it: a square stays off its point, which would make a diamond."""
    points = _FORMS[shape](random)
    if shape == "circle" or random.random() < _UPRIGHT[shape]:
        return points
    widest = _TURNED.get(shape, tau / 2)
    angle = random.uniform(-widest, widest)
    return [(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in points]


def scaled(points: Outline, factor: float) -> Outline:
    """The same form, smaller or larger, about its center of mass (of the corners)."""
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    return [(middle_x + factor * (x - middle_x), middle_y + factor * (y - middle_y)) for x, y in points]


def _circle(random: Random) -> Outline:
    flat = random.uniform(0.88, 1.0) if random.random() < 0.15 else 1.0
    wide, high = (1.0, flat) if random.random() < 0.5 else (flat, 1.0)
    return [(wide * cos(tau * i / 96), high * sin(tau * i / 96)) for i in range(96)]


def _square(random: Random) -> Outline:
    flat = random.uniform(0.88, 1.0) if random.random() < 0.15 else 1.0
    wide, high = (1.0, flat) if random.random() < 0.5 else (flat, 1.0)
    side = 0.5**0.5
    rounding = random.uniform(0.05, 0.3) * side if random.random() < 0.12 else 0.0
    points: Outline = []
    for corner in range(4):
        angle = pi / 4 + corner * pi / 2
        x, y = (side - rounding) * (1 if cos(angle) > 0 else -1), (side - rounding) * (1 if sin(angle) > 0 else -1)
        steps = 8 if rounding else 0
        for step in range(steps + 1):
            turn = angle - pi / 4 + (pi / 2) * (step / steps if steps else 0.5)
            points.append((x + rounding * cos(turn), y + rounding * sin(turn)))
    return [(wide * x, high * y) for x, y in points]


def _rectangle(random: Random) -> Outline:
    flat = random.uniform(0.38, 0.64)
    return _fitted(_stood([(-1.0, -flat), (1.0, -flat), (1.0, flat), (-1.0, flat)], random))


def _diamond(random: Random) -> Outline:
    flat = random.uniform(0.55, 0.78) if random.random() < 0.8 else 1.0
    return _stood([(0.0, -1.0), (flat, 0.0), (0.0, 1.0), (-flat, 0.0)], random)


def _stood(points: Outline, random: Random) -> Outline:
    """Lying or standing."""
    return points if random.random() < 0.6 else [(y, x) for x, y in points]


def _cross(random: Random) -> Outline:
    arm = random.uniform(0.2, 0.36)
    corners = [(-arm, -1.0), (arm, -1.0), (arm, -arm), (1.0, -arm), (1.0, arm), (arm, arm)]
    return _fitted([*corners, *((-x, -y) for x, y in corners)])


def _heart(random: Random) -> Outline:
    """The usual curve of sines and cosines, a little wider or higher, or two half circles above a point."""
    if random.random() < 0.7:
        stretch = random.uniform(0.88, 1.12)
        turns = [tau * i / 64 for i in range(64)]
        curve = [
            (stretch * 16 * sin(t) ** 3, -13 * cos(t) + 5 * cos(2 * t) + 2 * cos(3 * t) + cos(4 * t)) for t in turns
        ]
        return _fitted([(x, y - 2.5) for x, y in curve])
    tip = random.uniform(0.95, 1.2)
    left = [(-0.5 + 0.5 * cos(pi * (1 + i / 16)), -0.25 + 0.5 * sin(pi * (1 + i / 16))) for i in range(17)]
    right = [(x + 1.0, y) for x, y in left]
    return _fitted([(x, y + 0.05) for x, y in (*left, *right, (0.75, 0.35), (0.0, tip - 0.05), (-0.75, 0.35))])


def _triangle(random: Random) -> Outline:
    lot = random.random()
    if lot < 0.35:  # equal sides
        return _on_circle((-90, 30, 150))
    if lot < 0.75:  # equal legs, inscribed in a box, as one types it
        height = random.uniform(0.75, 1.3) if random.random() < 0.5 else 1.0
        return _fitted([(0.0, -height), (1.0, height), (-1.0, height)])
    if lot < 0.88:  # a right angle
        return _fitted([(-1.0, -random.uniform(0.7, 1.3)), (-1.0, 1.0), (1.0, 1.0)])
    first = random.uniform(90, 150)
    second = random.uniform(90, min(150, 270 - first))  # leaves at least 90 degrees of arc: no angle below 45
    return _on_circle((0, first, first + second))


def _star(random: Random) -> Outline:
    lot = random.random()
    points, low, high = (5, 0.33, 0.52) if lot < 0.8 else (6, 0.42, 0.6) if lot < 0.92 else (4, 0.25, 0.45)
    # 0.382 is the inner radius of the regular five-pointed star, 0.577 that of the six-pointed one.
    inner = random.choice((0.382, 0.4, 0.5)) if points == 5 and random.random() < 0.6 else random.uniform(low, high)
    return [
        (radius * sin(pi * i / points), -radius * cos(pi * i / points))
        for i in range(2 * points)
        for radius in ((1.0, inner)[i % 2],)
    ]


def _on_circle(degrees: tuple[float, ...]) -> Outline:
    return [(cos(pi * d / 180), sin(pi * d / 180)) for d in degrees]


def _fitted(points: Outline) -> Outline:
    far = max((x * x + y * y) ** 0.5 for x, y in points)
    return [(x / far, y / far) for x, y in points]


_FORMS = {
    "circle": _circle,
    "square": _square,
    "rectangle": _rectangle,
    "triangle": _triangle,
    "star": _star,
    "heart": _heart,
    "cross": _cross,
    "diamond": _diamond,
}
_UPRIGHT = {
    "square": 0.75,
    "rectangle": 0.75,
    "triangle": 0.6,
    "star": 0.6,
    "heart": 0.85,
    "cross": 0.8,
    "diamond": 0.85,
}
"""How often a shape stands straight."""
_TURNED = {"square": pi / 12, "rectangle": pi / 5, "heart": pi / 6, "cross": pi / 10, "diamond": pi / 20}
"""How far others are turned at most; what is not named here, to any side."""
