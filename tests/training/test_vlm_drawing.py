"""The drawn pictures, what is said to be true of them, and what the tower sees of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from training.domain.scenes import MOST, SCENE_COLORS, SHAPES, Drawing, Photo, Writing
from training.vlm import dataset, drawing, palette, photos, printing, windows
from training.vlm.outlines import outline, scaled
from training.vlm.pictures import ATTRIBUTES, IGNORE, Pictures
from training.vlm.plain import plain_file
from training.vlm.sight import PADDING, SIDE, seen, square


@pytest.fixture(autouse=True, scope="module")
def typefaces() -> Iterator[None]:
    """The one that Pillow brings: which others are installed depends on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "typefaces", lambda judging=False: [printing.PILLOWS_OWN])
        yield


@pytest.mark.parametrize("shape", SHAPES)
def test_outlines_lie_in_the_unit_circle_and_fill_a_part_of_it(shape: str) -> None:
    for seed in range(100):
        points = outline(shape, Random(seed))
        assert all(x * x + y * y < 1.0001 for x, y in points)
        turns = zip(points, [*points[1:], points[0]], strict=True)
        assert abs(sum(x * v - u * y for (x, y), (u, v) in turns)) / 2 > 0.3
        assert np.allclose(np.mean(scaled(points, 0.5), axis=0), np.mean(points, axis=0))


@pytest.mark.parametrize("color", SCENE_COLORS)
def test_a_color_is_what_it_is_called(color: str) -> None:
    names = Counter[str]()
    for seed in range(60):
        paint = palette.shape_color(color, Random(seed))
        names[palette.main_colors(np.full((2, 2, 3), paint, np.uint8))[0]] += 1
    assert names.most_common(1)[0][0] == color


def test_spots_lie_inside_and_apart() -> None:
    for seed in range(200):
        random = Random(seed)
        width, height = drawing.size(random)
        for number, spot in enumerate(spots := drawing.place(width, height, random.randint(1, MOST), random)):
            assert spot.radius - 1 <= spot.x <= width - spot.radius + 1
            assert spot.radius - 1 <= spot.y <= height - spot.radius + 1
            for other in spots[number + 1 :]:
                assert (spot.x - other.x) ** 2 + (spot.y - other.y) ** 2 >= (spot.radius + other.radius) ** 2 * 0.999


def test_many_drawings_have_one_thing_among_others_of_its_shape_and_of_its_color() -> None:
    random = Random(5)
    scenes = [drawing.draw(random, sides=(200, 150)).scene for _ in range(100)]
    mixed = 0
    for scene in scenes:
        assert isinstance(scene, Drawing)
        kinds = Counter((thing.shape, thing.color) for thing in scene.things)
        shapes, colors = (Counter(kind[axis] for kind in kinds.elements()) for axis in (0, 1))
        mixed += any(count == 1 and shapes[kind[0]] > 1 and colors[kind[1]] > 1 for kind, count in kinds.items())
    assert mixed >= 10
    assert sum(len(scene.things) > 3 for scene in scenes if isinstance(scene, Drawing)) > 35


def test_a_shape_has_its_color_where_the_scene_says() -> None:
    random = Random(3)
    right = []
    for _ in range(15):
        sheet = drawing.draw(random, sides=(400, 300))
        assert isinstance(sheet.scene, Drawing)
        assert 1 <= len(sheet.scene.things) <= MOST
        if sheet.image.size != sheet.marks.size:
            continue
        pixels, marks = np.asarray(sheet.image), np.asarray(sheet.marks)
        for number, thing in enumerate(sheet.scene.things, 1):
            y, x = np.nonzero(marks == number)
            across = 400 * thing.width  # of the circle around the shape, whose middle need not be the shape's
            assert abs(x.mean() - 400 * thing.x) < 0.2 * across
            assert abs(y.mean() - 300 * thing.y) < 0.2 * across
            right.append(thing.color in palette.main_colors(pixels[y, x]))
    assert sum(right) > 0.85 * len(right) > 10


@pytest.mark.parametrize("forms", [tuple(SHAPES), printing.LETTERS])
def test_a_crowd_has_more_things_than_a_drawing_and_is_not_talked_about(
    forms: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded = forms is not printing.LETTERS
    sheet = drawing.draw(Random(1), crowded=True) if crowded else printing.scatter(Random(1))
    assert isinstance(sheet.scene, Drawing)
    assert MOST < len(sheet.scene.things) <= drawing.CROWD
    assert {thing.shape for thing in sheet.scene.things} <= set(forms)
    assert {*np.unique(sheet.marks)} == {*range(len(sheet.scene.things) + 1)}
    monkeypatch.setattr(dataset, "make", lambda random: (drawing.encoded(sheet.image, random), sheet))
    dataset._draw(tmp_path, "t", 0, 2)
    pictures = Pictures(tmp_path, 1, 16, "t", 2)
    assert not any(pictures.told.values())
    batch = pictures.batch([0, 0], [Random(1), Random(2)])
    assert (batch.whole[:, [0, 2]] == IGNORE).all()
    if not crowded:  # a letter that is turned is another one, or none
        assert np.array_equal(batch.pixels[0], batch.pixels[1])


def test_print_is_marked_letter_by_letter() -> None:
    sheet = printing.write(Random(2), "WAIT", judging=True)
    assert isinstance(sheet.scene, Writing)
    assert sheet.scene.text == "WAIT"
    marks = np.asarray(sheet.marks)
    middles = [np.nonzero(marks == number)[1].mean() for number in range(1, 5)]
    assert middles == sorted(middles)
    assert marks.max() == 4


def test_print_to_judge_by_is_not_trained_on() -> None:
    random = Random(5)
    assert not {printing.text(random) for _ in range(3000)} & set(printing.UNSEEN_WORDS)
    assert not set(printing.UNSEEN_WORDS) & set(printing.WORDS)
    assert not set(photos.JUDGED) & set(photos.TRAINED)


@pytest.mark.parametrize("judging", [False, True])
def test_photographs_are_no_flat_pictures(judging: bool) -> None:
    for seed in range(6):
        image = photos.photo(Random(seed), judging)
        assert len(image.getcolors(1 << 24) or []) > 1000
        assert 1 <= len(palette.main_colors(np.asarray(image))) <= 3


def test_a_window_keeps_what_it_frames() -> None:
    sheet = drawing.draw(Random(4), sides=(300, 200))
    framed = windows.framed(sheet, Random(4))
    assert framed.image.width > sheet.image.width
    assert framed.image.height > sheet.image.height
    assert framed.scene == sheet.scene
    assert {*np.unique(framed.marks)} == {*np.unique(sheet.marks)}


def test_a_seed_decides_a_picture() -> None:
    assert dataset.make(Random(5))[0] == dataset.make(Random(5))[0]
    assert dataset.make(Random(5))[0] != dataset.make(Random(6))[0]


def test_a_row_describes_a_scene_whole() -> None:
    for scene in (
        drawing.draw(Random(1)).scene,
        Writing("A7", "red", "white"),
        Photo(("green", "black")),
    ):
        again = dataset.scene(*dataset.described(scene))
        if isinstance(scene, Drawing) and isinstance(again, Drawing):
            assert [thing.shape for thing in again.things] == [thing.shape for thing in scene.things]
            assert np.allclose([thing.x for thing in again.things], [thing.x for thing in scene.things])
        else:
            assert again == scene


def test_shards_are_made_once_and_turned_truly(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "a", 1, 16, "t", 12)
    again = Pictures(tmp_path / "b", 1, 16, "t", 12)
    stamp = (tmp_path / "a" / "t-0-pixels.npy").stat().st_mtime_ns
    Pictures(tmp_path / "a", 1, 16, "t", 12)
    assert (tmp_path / "a" / "t-0-pixels.npy").stat().st_mtime_ns == stamp
    places = list(range(12))
    first, second = pictures.batch(places), again.batch(places)
    assert np.array_equal(first.pixels, second.pixels)
    assert (first.inked[..., 1] != IGNORE).any()
    for place in chain(*pictures.told.values()):
        for seed in range(8):
            pixels, scene = pictures.drawn(place, Random(seed))
            assert pixels.shape == (SIDE, SIDE, 3)
            if isinstance(scene, Drawing):
                assert all(0 <= thing.x <= 1 and 0 <= thing.y <= 1 for thing in scene.things)


def test_of_every_thing_is_asked_what_is_true_of_it(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path, 1, 16, "t", 12)
    seen = 0
    for place in pictures.told["drawing"]:
        batch, (_, scene) = pictures.batch([place], [Random(place)]), pictures.drawn(place, Random(place))
        assert isinstance(scene, Drawing)
        shapes, colors = list(SHAPES), list(SCENE_COLORS)
        pairs = {shapes.index(thing.shape) * len(colors) + colors.index(thing.color) for thing in scene.things}
        assert {*batch.present[0][len(shapes) + len(colors) :].nonzero().flatten().tolist()} == pairs
        for row in batch.centers[0][batch.centers[0][:, 0] != IGNORE].tolist():
            told = dict(zip(ATTRIBUTES, row, strict=True))
            (thing,) = (
                one
                for one in scene.things
                if (one.shape, one.color) == (shapes[told["form"]], colors[told["color"]])
                and sum(other.x < one.x for other in scene.things) == told["from the left"]
            )
            others = [other for other in scene.things if other is not thing]
            assert (told["column"], told["row"]) == (int(3 * thing.x), int(3 * thing.y))
            assert told["from the top"] == sum(other.y < thing.y for other in others)
            assert told["from the right"] == sum(other.x > thing.x for other in others)
            assert told["from the bottom"] == sum(other.y > thing.y for other in others)
            assert told["of its form"] == sum(other.shape == thing.shape for other in others)
            assert told["of its color"] == sum(other.color == thing.color for other in others)
            assert told["alike"] == sum((o.shape, o.color) == (thing.shape, thing.color) for o in others)
            biggest = bool(others) and all(thing.width > 1.25 * other.width for other in others)
            assert (told["extreme"] == 1) == biggest
            seen += 1
    assert seen > 5


@pytest.mark.parametrize("size", [(128, 128), (128, 48), (26, 128), (20, 10), (1, 1), (128, 1)])
def test_square_pads_around_the_middle(size: tuple[int, int]) -> None:
    pixels = square(Image.new("RGB", size, (255, 0, 0)))
    assert pixels.shape == (SIDE, SIDE, 3)
    assert tuple(pixels[SIDE // 2 - 1, SIDE // 2 - 1]) == (255, 0, 0)
    if size == (128, 48):
        assert tuple(pixels[0, 0]) == PADDING
        assert tuple(pixels[40, 0]) == (255, 0, 0)
        assert tuple(pixels[39, 0]) == PADDING


def test_marks_lie_where_the_tower_sees_the_things() -> None:
    image, marks = Image.new("RGB", (800, 400), "white"), Image.new("L", (800, 400))
    for picture, value in ((image, (255, 0, 0)), (marks, 1)):
        picture.paste(value, (600, 100, 800, 200))  # type: ignore[arg-type]
    file = BytesIO()
    image.save(file, "PNG")
    pixels, moved = seen(file.getvalue(), marks)
    red = (pixels[..., 0] > 200) & (pixels[..., 1] < 60)
    assert ((moved == 1) == red).mean() > 0.99


def test_plain_drawings_are_what_they_are_said_to_be() -> None:
    for seed, shape in enumerate(SHAPES):
        data, scene = plain_file([(shape, "red"), ("circle", "blue")], Random(seed))
        assert [thing.shape for thing in scene.things] == [shape, "circle"]
        pixels = np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)
        for thing, channel in zip(scene.things, (0, 2), strict=True):
            y, x = int(thing.y * len(pixels)), int(thing.x * len(pixels[0]))
            assert pixels[y, x].argmax() == channel
    with pytest.raises(ValueError, match="no ground"):
        plain_file([("circle", color) for color in SCENE_COLORS], Random(1))
