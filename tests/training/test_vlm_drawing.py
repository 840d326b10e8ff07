"""The drawings and what the tower sees of them."""

import io
from collections import Counter
from random import Random

import numpy as np
import pytest
from PIL import Image

from training.vlm.dataset import COLORS, SHAPES, scene
from training.vlm.drawing import draw, draw_file, place
from training.vlm.foreground import foreground
from training.vlm.outlines import outline, scaled
from training.vlm.palette import background, distance, shape_color
from training.vlm.plain import plain_file
from training.vlm.sight import PADDING, SIDE, seen, square


@pytest.mark.parametrize("shape", SHAPES)
def test_outlines_lie_in_the_unit_circle_and_fill_a_part_of_it(shape: str) -> None:
    for seed in range(200):
        points = outline(shape, Random(seed))
        assert all(x * x + y * y < 1.0001 for x, y in points)
        turns = zip(points, [*points[1:], points[0]], strict=True)
        area = abs(sum(x * v - u * y for (x, y), (u, v) in turns)) / 2
        assert area > 0.3
        inner = scaled(points, 0.5)
        assert np.allclose(np.mean(inner, axis=0), np.mean(points, axis=0))


@pytest.mark.parametrize("color", COLORS)
def test_a_shape_is_plain_to_see_on_its_ground(color: str) -> None:
    for seed in range(100):
        random = Random(seed)
        paint = shape_color(color, random)
        assert all(0 <= channel <= 255 for channel in paint)
        assert distance(background(paint, color, random), paint) >= 100


def test_spots_lie_inside_and_apart() -> None:
    for seed in range(300):
        random = Random(seed)
        width, height, count = random.randint(64, 2000), random.randint(64, 2000), random.randint(1, 4)
        if max(width, height) > 3 * min(width, height):
            continue
        spots = place(width, height, count, random)
        assert len(spots) == count
        for number, spot in enumerate(spots):
            assert spot.radius - 1 <= spot.x <= width - spot.radius + 1
            assert spot.radius - 1 <= spot.y <= height - spot.radius + 1
            for other in spots[number + 1 :]:
                assert (spot.x - other.x) ** 2 + (spot.y - other.y) ** 2 >= (spot.radius + other.radius) ** 2 * 0.999


def test_a_seed_decides_a_picture() -> None:
    assert draw_file("star", "red", 2, Random(5)) == draw_file("star", "red", 2, Random(5))
    assert draw_file("star", "red", 2, Random(5)) != draw_file("star", "red", 2, Random(6))


def test_pictures_vary() -> None:
    images = [draw("circle", "green", 1, Random(seed)) for seed in range(60)]
    longest = [max(image.size) for image in images]
    assert min(longest) < 150
    assert max(longest) > 900
    forms = {Image.open(io.BytesIO(draw_file("square", "blue", 1, Random(seed)))).format for seed in range(12)}
    assert forms == {"PNG", "JPEG"}


def test_what_stands_out_is_as_many_as_were_drawn() -> None:
    random = Random(1)
    sure, inked = 0, []
    for _ in range(60):
        shape, color, count = scene(random)
        found = foreground(seen(draw_file(SHAPES[shape], COLORS[color], count, random)), count, 12)
        sure += found.sure
        if found.sure:
            inked.append(found.mask.mean() / 255)
            assert 1 <= (found.centers > 0).sum() <= count
    assert sure > 45
    assert max(inked) < 0.75


def test_scenes_are_balanced() -> None:
    random = Random(2)
    scenes = [scene(random) for _ in range(4000)]
    assert min(Counter(color for _, color, _ in scenes).values()) > 350
    assert 0.5 < sum(count == 1 for *_, count in scenes) / 4000 < 0.6


@pytest.mark.parametrize("size", [(96, 96), (96, 40), (33, 96), (20, 10), (1, 1), (96, 1)])
def test_square_pads_around_the_middle(size: tuple[int, int]) -> None:
    pixels = square(Image.new("RGB", size, (255, 0, 0)))
    assert pixels.shape == (SIDE, SIDE, 3)
    assert tuple(pixels[SIDE // 2 - 1, SIDE // 2 - 1]) == (255, 0, 0)
    if size == (96, 40):
        assert tuple(pixels[0, 0]) == PADDING
        assert tuple(pixels[28, 0]) == (255, 0, 0)
        assert tuple(pixels[27, 0]) == PADDING


def test_plain_drawings_are_pictures() -> None:
    for seed in range(20):
        random = Random(seed)
        data = plain_file(random.choice(SHAPES), random.choice(COLORS), random.randint(1, 4), random)
        assert seen(data).shape == (SIDE, SIDE, 3)
