"""Screenshots: a picture inside a window of a drawing program or a viewer, on a desktop.

Owns frames, bars and buttons only; what lies in the middle is somebody else's.
"""

from random import Random

from PIL import Image, ImageDraw

from training.vlm.drawing import Sheet

_LIGHT = ((240, 240, 240), (225, 228, 232), (250, 250, 252), (210, 214, 220))
_DARK = ((45, 45, 48), (60, 63, 65), (30, 32, 36))
_TITLES = ((43, 87, 154), (0, 120, 215), (70, 70, 74), (230, 230, 230), (60, 120, 90), (245, 245, 245))
_DESKTOPS = ((0, 99, 177), (58, 110, 165), (40, 44, 52), (88, 60, 120), (200, 205, 210), (20, 90, 80), (255, 255, 255))


def framed(sheet: Sheet, random: Random) -> Sheet:
    """The sheet inside a window."""
    inner_width, inner_height = sheet.image.size
    unit = max(4, round(max(sheet.image.size) * random.uniform(0.03, 0.06)))
    chrome = random.choice(_LIGHT if random.random() < 0.7 else _DARK)
    title = random.choice(_TITLES)
    tools = round(unit * random.uniform(1.2, 2.2)) if random.random() < 0.5 else 0
    side = round(unit * random.uniform(1, 3)) if random.random() < 0.35 else 0
    foot = unit if random.random() < 0.4 else 0
    edge = random.choice((0, 1, 2, unit // 2))
    around = random.choice((0, 0, unit // 2, unit))
    left, top = edge + side + around, unit + tools + edge + around
    width, height = left + inner_width + around + edge, top + inner_height + around + foot + edge
    window = Image.new("RGB", (width, height), chrome)
    pen = ImageDraw.Draw(window)
    pen.rectangle((0, 0, width, unit), fill=title)
    _title(pen, width, unit, title, random)
    if tools:
        _tools(pen, edge, unit, width, tools, random)
    if side:
        for row in range(random.randint(3, 10)):
            y = unit + tools + round(unit * (0.5 + 1.1 * row))
            pen.rectangle((side // 4, y, side - side // 4, y + unit // 2), fill=_ink(chrome, random))
    if foot:
        _words(
            pen, unit // 2, height - round(0.75 * unit), unit // 2, _ink(chrome, random), random.randint(1, 4), random
        )
    window.paste(sheet.image, (left, top))
    marks = Image.new("L", (width, height))
    marks.paste(sheet.marks.resize(sheet.image.size, Image.Resampling.NEAREST), (left, top))
    return _on_desktop(Sheet(window, marks, sheet.scene), unit, random)


def _title(pen: ImageDraw.ImageDraw, width: int, unit: int, title: tuple[int, int, int], random: Random) -> None:
    ink = (255, 255, 255) if sum(title) < 380 else (40, 40, 40)
    if random.random() < 0.5:  # colored round buttons on the left
        for place, color in enumerate(((255, 95, 86), (255, 189, 46), (39, 201, 63))):
            x = round(unit * (0.5 + 0.8 * place))
            pen.ellipse((x, unit // 4, x + unit // 2, unit // 4 + unit // 2), fill=color)
        start = 4 * unit
    else:
        for place in range(3):
            x = width - round(unit * (1 + 1.3 * place))
            pen.line((x - unit // 3, unit // 3, x, unit - unit // 3), fill=ink, width=max(1, unit // 12))
            if place == 0:
                pen.line((x, unit // 3, x - unit // 3, unit - unit // 3), fill=ink, width=max(1, unit // 12))
        start = unit
    _words(pen, start, unit // 4, unit // 2, ink, random.randint(1, 3), random)


def _tools(pen: ImageDraw.ImageDraw, left: int, top: int, width: int, high: int, random: Random) -> None:
    pitch = round(high * random.uniform(0.8, 1.4))
    ink = tuple(random.randrange(60, 200) for _ in range(3))
    for place in range(min(random.randint(2, 12), max(1, (width - left) // pitch))):
        x, y, box = left + place * pitch + high // 5, top + high // 5, high - 2 * (high // 5)
        kind = random.randrange(3)
        if kind == 0:
            pen.rectangle((x, y, x + box, y + box), outline=ink)
        elif kind == 1:
            pen.line((x, y, x + box, y + box), fill=ink, width=max(1, box // 8))
        else:
            _words(pen, x, y + box // 3, box // 2, ink, 1, random)


def _words(
    pen: ImageDraw.ImageDraw, x: int, y: int, high: int, ink: tuple[int, ...], count: int, random: Random
) -> None:
    """Something that looks like small print from afar."""
    for _ in range(count):
        for _ in range(random.randint(3, 8)):
            wide = max(1, round(high * random.uniform(0.25, 0.5)))
            pen.rectangle((x, y + round(high * random.uniform(0, 0.4)), x + wide, y + high), fill=ink)
            x += wide + max(1, high // 5)
        x += high


def _ink(chrome: tuple[int, int, int], random: Random) -> tuple[int, int, int]:
    level = random.randrange(90, 170) if sum(chrome) > 380 else random.randrange(120, 220)
    return level, level, level


def _on_desktop(sheet: Sheet, unit: int, random: Random) -> Sheet:
    if random.random() < 0.5:
        return sheet
    width, height = sheet.image.size
    left, right, top, bottom = (round(unit * random.uniform(0, 2)) for _ in range(4))
    desktop = Image.new("RGB", (width + left + right, height + top + bottom), random.choice(_DESKTOPS))
    if random.random() < 0.4:  # a bar along the bottom
        pen = ImageDraw.Draw(desktop)
        pen.rectangle((0, desktop.height - unit // 2, desktop.width, desktop.height), fill=random.choice(_DARK))
    desktop.paste(sheet.image, (left, top))
    marks = Image.new("L", desktop.size)
    marks.paste(sheet.marks, (left, top))
    return Sheet(desktop, marks, sheet.scene)
