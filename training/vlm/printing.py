"""Pictures of large print: a number, a short word or a few letters, in many typefaces.

Owns texts, typefaces and their split between training and judging, and how a text is laid on a ground. The typefaces
come from Debian's packages fonts-dejavu, fonts-urw-base35 and fonts-roboto-unhinted; those for judging from
fonts-liberation, fonts-open-sans and fonts-lato, and one from Pillow itself, which is always there.
"""

import functools
import string
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.domain.scenes import MOST, SCENE_COLORS, Drawing, Thing, Writing
from training.vlm import palette
from training.vlm.drawing import CROWD, Sheet, blemished, place, size, textured

_WORDS = """
    STOP GO YES NO HELLO HI OPEN EXIT SALE CAT DOG SUN MOON TREE BOOK FISH BIRD MILK TEA COFFEE BREAD WATER FIRE RAIN
    SNOW WIND LOVE HOME HOUSE CAR BUS TAXI HOTEL BAR PUSH PULL HELP FREE NEW OLD HOT COLD UP DOWN LEFT RIGHT IN OUT ON
    OFF START END DAY NIGHT RED BLUE GREEN ONE TWO THREE FOUR FIVE TEN APPLE PIZZA MUSIC GAME PLAY TIME WORLD PEACE
    PARLEY WELCOME THANKS SORRY PLEASE
"""
WORDS = tuple(_WORDS.split())
UNSEEN_WORDS = ("WAIT", "BIKE", "SALT", "LAMP", "DUCK", "RIVER", "GOLD", "SHIP", "MOUSE", "CLOCK", "BEAR", "JUMP")
"""Words that no training picture shows."""
LETTERS = string.ascii_uppercase + string.digits
LONGEST = 7

TRIES = 1000
"""So many sizes of picture are tried for a text before another typeface is."""
SMALLEST = 0.16
"""Least size of the print as part of the picture's longest side."""

_SHARE = Path("/usr/share/fonts")
_TRAINING = (
    "truetype/dejavu/DejaVuSans.ttf",
    "truetype/dejavu/DejaVuSans-Bold.ttf",
    "truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    "truetype/dejavu/DejaVuSansMono-Bold.ttf",
    "truetype/dejavu/DejaVuSerif.ttf",
    "truetype/dejavu/DejaVuSerif-Bold.ttf",
    "opentype/urw-base35/NimbusSans-Regular.otf",
    "opentype/urw-base35/NimbusSans-Bold.otf",
    "opentype/urw-base35/NimbusSansNarrow-Bold.otf",
    "opentype/urw-base35/NimbusRoman-Regular.otf",
    "opentype/urw-base35/NimbusRoman-Bold.otf",
    "opentype/urw-base35/NimbusMonoPS-Bold.otf",
    "opentype/urw-base35/C059-Bold.otf",
    "opentype/urw-base35/P052-Bold.otf",
    "opentype/urw-base35/URWBookman-Demi.otf",
    "opentype/urw-base35/URWGothic-Book.otf",
    "opentype/urw-base35/URWGothic-Demi.otf",
    "opentype/urw-base35/NimbusSans-BoldItalic.otf",
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Bold.ttf",
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Black.ttf",
    "truetype/roboto/unhinted/RobotoCondensed-Bold.ttf",
)
_JUDGING = (
    "truetype/liberation/LiberationSans-Regular.ttf",
    "truetype/liberation/LiberationSans-Bold.ttf",
    "truetype/liberation/LiberationSerif-Bold.ttf",
    "truetype/open-sans/OpenSans-Regular.ttf",
    "truetype/open-sans/OpenSans-Bold.ttf",
    "truetype/lato/Lato-Regular.ttf",
    "truetype/lato/Lato-Bold.ttf",
)
PILLOWS_OWN = ""


def typefaces(judging: bool = False) -> list[str]:
    """Font files; for judging those that are installed, and Pillow's own."""
    if judging:
        return [PILLOWS_OWN, *(str(_SHARE / name) for name in _JUDGING if (_SHARE / name).exists())]
    missing = [name for name in _TRAINING if not (_SHARE / name).exists()]
    if missing:
        raise FileNotFoundError(f"install fonts-dejavu, fonts-urw-base35 and fonts-roboto-unhinted: no {missing[0]}")
    return [str(_SHARE / name) for name in _TRAINING]


@functools.lru_cache(maxsize=400)
def _font(path: str, points: int) -> ImageFont.FreeTypeFont:
    if path == PILLOWS_OWN:
        own = ImageFont.load_default(points)
        assert isinstance(own, ImageFont.FreeTypeFont)
        return own
    return ImageFont.truetype(path, points)


def text(random: Random) -> str:
    """What is to be read: a number, a word, or letters without meaning, which teach more than words do."""
    lot = random.random()
    if lot < 0.38:
        return str(random.randrange(10 ** random.randint(1, 4)))
    if lot < 0.62:
        return random.choice(WORDS)
    while (letters := "".join(random.choices(string.ascii_uppercase, k=random.randint(1, 6)))) in UNSEEN_WORDS:
        pass
    return letters


def write(random: Random, words: str | None = None, judging: bool = False) -> Sheet:
    """A picture of `words`, or of what `text` draws; letters of either case, but read out in capitals."""
    wanted = words or text(random)
    shown, path = _case(wanted, random), random.choice(typefaces(judging))
    left, top, right, bottom = _font(path, 100).getbbox(shown)
    for tried in count(1):
        if tried % TRIES == 0:  # a long word in a wide typeface fits nowhere
            path = random.choice(typefaces(judging))
            left, top, right, bottom = _font(path, 100).getbbox(shown)
        width, height = size(random)
        widest, highest = random.uniform(0.6, 0.94) * width, random.uniform(0.35, 0.85) * height
        points = round(100 * min(widest / (right - left), highest / (bottom - top)))
        if points >= SMALLEST * max(width, height):
            break
    while True:
        ground, ground_name = palette.background(random)
        name = (
            random.choice(SCENE_COLORS) if random.random() < 0.6 else random.choice(("black", "white", "red", "blue"))
        )
        paints = palette.paints([name], ground, ground_name, random)
        if paints and palette.distance(paints[0], ground) > 140:
            break
    image = textured(width, height, ground, random)
    marks = Image.new("L", (width, height))
    _spell(image, marks, shown, _font(path, max(8, 2 * (points // 2))), paints[0], random)
    return Sheet(blemished(image, random), marks, Writing(wanted, name, ground_name))


def scatter(random: Random) -> Sheet:
    """A crowd of letters in no order: nothing to read, but it shows the tower many letters at once."""
    while True:
        width, height = size(random)
        colors = random.sample(SCENE_COLORS, 4)
        wanted = [(random.choice(LETTERS), random.choice(colors)) for _ in range(random.randint(MOST + 1, CROWD))]
        ground, ground_name = palette.background(random)
        paints = palette.paints([color for _, color in wanted], ground, ground_name, random)
        if paints and (spots := place(width, height, len(wanted), random)):
            break
    image, marks = textured(width, height, ground, random), Image.new("L", (width, height))
    things = []
    faces = random.choices(typefaces(), k=2)
    for number, ((letter, color), paint, spot) in enumerate(zip(wanted, paints, spots, strict=True), 1):
        shown, path = _case(letter, random), random.choice(faces)
        left, top, right, bottom = _font(path, 100).getbbox(shown)
        points = round(200 * spot.radius / ((right - left) ** 2 + (bottom - top) ** 2) ** 0.5)
        font = _font(path, max(8, 2 * (points // 2)))
        mask = Image.new("L", (round(2 * spot.radius) + 2,) * 2)
        left, top, right, bottom = font.getbbox(shown)
        corner = (mask.width - left - right) / 2, (mask.height - top - bottom) / 2
        ImageDraw.Draw(mask).text(corner, shown, fill=255, font=font)
        where = round(spot.x - mask.width / 2), round(spot.y - mask.height / 2)
        image.paste(paint, where, mask)
        marks.paste(number, where, mask.point(lambda level: 255 * (level > 127)))
        things.append(
            Thing(letter, color, spot.size, spot.x / width, spot.y / height, 2 * spot.radius / max(width, height))
        )
    return Sheet(blemished(image, random), marks, Drawing(tuple(things), ground_name))


def _case(wanted: str, random: Random) -> str:
    """Small letters now and then, where they can be told apart: not l from I."""
    lot = random.random()
    known = wanted in WORDS or wanted in UNSEEN_WORDS
    if lot < 0.6 or (not known and set(wanted) & set("LI")):
        return wanted
    return wanted.title() if lot < 0.8 else wanted.lower()


def _spell(
    image: Image.Image,
    marks: Image.Image,
    shown: str,
    font: ImageFont.FreeTypeFont,
    paint: palette.Color,
    random: Random,
) -> None:
    """Draw letter by letter, so that it is known which pixels each one covers."""
    width, height = image.size
    left, top, right, bottom = font.getbbox(shown)
    x = random.uniform(0.03 * width, max(0.03 * width, 0.97 * width - (right - left))) - left
    y = random.uniform(0.03 * height, max(0.03 * height, 0.97 * height - (bottom - top))) - top
    if random.random() < 0.5:
        x, y = (width - right - left) / 2, (height - bottom - top) / 2
    ImageDraw.Draw(image).text((x, y), shown, fill=paint, font=font)
    covered = np.zeros((height, width), np.uint8)
    for number, letter in enumerate(shown, 1):
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).text((x + font.getlength(shown[: number - 1]), y), letter, fill=255, font=font)
        covered[np.asarray(mask) > 127] = number
    marks.paste(Image.fromarray(covered))
