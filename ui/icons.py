"""Parley's icons: line drawings on a grid of 24 by 24, tinted by the theme at the moment they are painted.

`icon(name)` is for buttons and menus, `draw` for widgets that paint themselves. Drawn here and not in SVG files, which
would have to be read and parsed before the window shows.
"""

import math

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPen, QPixmap

from ui import theme

GRID = 24
_STROKE = 1.8


def _gear() -> str:
    """Eight teeth around a hole."""
    points = []
    for tooth in range(8):
        for turn, radius in ((-0.32, 6.6), (-0.19, 9.2), (0.19, 9.2), (0.32, 6.6)):
            angle = (tooth + turn * 1.25) * math.pi / 4
            points.append(f"{12 + radius * math.cos(angle):.2f} {12 + radius * math.sin(angle):.2f}")
    return "O 12 12 2.9 M " + " L ".join(points) + " Z"


# M, L, C and Z as in SVG, absolute; O: a circle (centre, radius); R: a rectangle (corner, size, radius of the corners);
# A: an arc (centre, radius, first angle and sweep in degrees, counter-clockwise from three o'clock).
_DRAWINGS = {
    "add": "M 12 5 L 12 19 M 5 12 L 19 12",
    "back": "M 14 6 L 8 12 L 14 18",
    "check": "M 5 12.5 L 10 17.5 L 19 7",
    "chip": "R 6 6 12 12 2 R 9.5 9.5 5 5 1 M 9.5 6 L 9.5 3 M 14.5 6 L 14.5 3 M 9.5 21 L 9.5 18 M 14.5 21 L 14.5 18 "
    "M 6 9.5 L 3 9.5 M 6 14.5 L 3 14.5 M 21 9.5 L 18 9.5 M 21 14.5 L 18 14.5",
    "close": "M 6 6 L 18 18 M 18 6 L 6 18",
    "copy": "R 9 9 11 11 2.5 M 5.5 15 L 5.5 15 C 4.4 15 4 14.4 4 13.5 L 4 6.5 C 4 5 5 4 6.5 4 L 13.5 4 "
    "C 14.4 4 15 4.4 15 5.5",
    "down": "M 12 5 L 12 19 M 6 13 L 12 19 L 18 13",
    "fold": "M 6 14.5 L 12 8.5 L 18 14.5",
    "hands-free": "M 4 10 L 4 14 M 8 7 L 8 17 M 12 4 L 12 20 M 16 7 L 16 17 M 20 10 L 20 14",
    "history": "A 12 12 8 150 -330 M 4 4.5 L 4.6 8.6 L 8.7 8 M 12 8 L 12 12.5 L 15 14.5",
    "info": "O 12 12 8.5 M 12 11 L 12 16.5 M 12 7.6 L 12 7.7",
    "microphone": "R 9 3 6 11 3 A 12 11 6.5 180 180 M 12 17.5 L 12 21 M 8.5 21 L 15.5 21",
    "microphone-off": "M 15 9.5 L 15 6 C 15 2 9.6 2 9 5.6 M 9 9 L 9 11 C 9 14 12.6 15 14.2 13.2 "
    "M 5.5 11 C 5.5 17.6 13 19.6 16.7 15.6 M 18.5 11 C 18.5 11.8 18.4 12.5 18.2 13.1 "
    "M 12 17.5 L 12 21 M 8.5 21 L 15.5 21 M 4 4 L 20 20",
    "models": "M 12 3.5 L 20 8 L 20 16 L 12 20.5 L 4 16 L 4 8 Z M 4 8 L 12 12.5 L 20 8 M 12 12.5 L 12 20.5",
    "more": "O 5.5 12 0.6 O 12 12 0.6 O 18.5 12 0.6",
    "new": "M 12 5 L 6.5 5 C 5 5 4 6 4 7.5 L 4 17.5 C 4 19 5 20 6.5 20 L 16.5 20 C 18 20 19 19 19 17.5 L 19 12 "
    "M 17.5 3.5 L 20.5 6.5 L 12.5 14.5 L 9 15 L 9.5 11.5 Z",
    "next": "M 10 6 L 16 12 L 10 18",
    "panel": "R 3.5 4.5 17 15 3 M 14.5 4.5 L 14.5 19.5",
    "picture": "R 3.5 4.5 17 15 3 O 9 9.7 1.6 M 3.8 17 L 8.5 13 L 11.5 15.5 L 15.5 11.5 L 20.3 16",
    "search": "O 10.5 10.5 6 M 15 15 L 20 20",
    "send": "M 12 19.5 L 12 5 M 5.5 11.5 L 12 5 L 18.5 11.5",
    "settings": _gear(),
    "side-bar": "R 3.5 4.5 17 15 3 M 9.5 4.5 L 9.5 19.5",
    "speaker": "M 4 9.5 L 7.5 9.5 L 12 5.5 L 12 18.5 L 7.5 14.5 L 4 14.5 Z A 12 12 4 -50 100 A 12 12 7.5 -50 100",
    "speaker-off": "M 4 9.5 L 7.5 9.5 L 12 5.5 L 12 18.5 L 7.5 14.5 L 4 14.5 Z M 16 9.5 L 21 14.5 M 21 9.5 L 16 14.5",
    "stop": "R 6.5 6.5 11 11 2",
    "trash": "M 4.5 6.5 L 19.5 6.5 M 9.5 6.5 L 9.5 4 L 14.5 4 L 14.5 6.5 M 6.5 6.5 L 7.3 18 C 7.4 19.4 8.2 20 9.5 20 "
    "L 14.5 20 C 15.8 20 16.6 19.4 16.7 18 L 17.5 6.5 M 10.3 10.5 L 10.3 16 M 13.7 10.5 L 13.7 16",
    "unfold": "M 6 9.5 L 12 15.5 L 18 9.5",
    "warning": "M 12 4 L 21 19.5 L 3 19.5 Z M 12 10 L 12 14 M 12 16.7 L 12 16.8",
}
_FILLED = {"stop", "more"}
_NUMBERS = {"M": 2, "L": 2, "C": 6, "O": 3, "R": 5, "A": 5, "Z": 0}
_paths: dict[str, QPainterPath] = {}

NAMES = tuple(_DRAWINGS)


def path(name: str) -> QPainterPath:
    """The outline of an icon on the grid; KeyError for a name that is not in `NAMES`."""
    if name in _paths:
        return _paths[name]
    words = iter(_DRAWINGS[name].split())
    drawn = QPainterPath()
    for command in words:
        numbers = [float(next(words)) for _ in range(_NUMBERS[command])]
        match command, numbers:
            case "M", [x, y]:
                drawn.moveTo(x, y)
            case "L", [x, y]:
                drawn.lineTo(x, y)
            case "C", [ax, ay, bx, by, x, y]:
                drawn.cubicTo(ax, ay, bx, by, x, y)
            case "O", [x, y, radius]:
                drawn.addEllipse(x - radius, y - radius, 2 * radius, 2 * radius)
            case "R", [x, y, width, height, radius]:
                drawn.addRoundedRect(x, y, width, height, radius, radius)
            case "A", [x, y, radius, start, sweep]:
                around = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
                drawn.arcMoveTo(around, start)
                drawn.arcTo(around, start, sweep)
            case _:
                drawn.closeSubpath()
    return _paths.setdefault(name, drawn)


def draw(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Paint an icon into a square of device-independent pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(rect.width(), rect.height())
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / GRID, side / GRID)
    pen = QPen(color, _STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(color if name in _FILLED else Qt.BrushStyle.NoBrush)
    painter.drawPath(path(name))
    painter.restore()


def icon(name: str, color: str = "text") -> QIcon:
    """An icon for a button or a menu, in a color of the palette by its name; it follows the appearance by itself."""
    path(name)  # a wrong name is told here, not while painting
    return QIcon(_Engine(name, color))


class _Engine(QIconEngine):
    """Paints at whatever size and pixel ratio it is asked for."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colors = theme.current()
        color = QColor(getattr(colors, self._color))
        if mode is QIcon.Mode.Disabled:
            color = QColor(theme.mix(colors.quiet, colors.window, 0.6))
        elif mode is QIcon.Mode.Selected:
            color = QColor(colors.on_accent)
        draw(painter, self._name, QRectF(rect), color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color)
