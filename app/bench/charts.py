"""Charts as SVG elements, with nothing but shapes, text and classes: colors and type are the page's.

Every chart has a text for who cannot see it. It must not know reports.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH = 880
_LEFT, _RIGHT = 64, 20
_LABEL = 280
"""Where bars begin."""


@dataclass(frozen=True)
class Line:
    """A level across a chart."""

    value: float
    label: str
    kind: str
    """Class of its color."""


@dataclass(frozen=True)
class Bar:
    """A bar, with a mark where its rare cases end."""

    value: float
    told: str
    kind: str
    mark: float | None = None


@dataclass(frozen=True)
class Part:
    """A part of a whole."""

    value: float
    label: str
    kind: str


def curve(
    points: Sequence[Sequence[float]],
    lines: Sequence[Line],
    unit: Callable[[float], str],
    since: float | None,
    title: str,
) -> str:
    """Values over seconds as a filled curve; from `since` on the background is another."""
    height, top, bottom = 300, 16, 34
    last = max((point[0] for point in points), default=1.0) or 1.0
    highest = max([point[1] for point in points] + [line.value for line in lines]) * 1.16 or 1.0

    def x(seconds: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * seconds / last

    def y(value: float) -> float:
        return top + (height - top - bottom) * (1 - value / highest)

    parts = []
    if since is not None and since < last:
        parts.append(_rect(x(since), top, x(last) - x(since), height - top - bottom, "phase"))
        parts.append(_text(x(0) + 6, top + 14, "each by itself", "note"))
        parts.append(_text(x(since) + 6, top + 14, "all together", "note"))
    for tick in _ticks(highest):
        parts.append(_path(f"M{x(0):.1f} {y(tick):.1f}H{x(last):.1f}", "grid"))
        parts.append(_text(_LEFT - 8, y(tick) + 4, unit(tick), "tick end"))
    for tick in _ticks(last, 8):
        parts.append(_text(x(tick), height - 12, _clock(tick), "tick middle"))
    if points:
        way = " ".join(f"{x(at):.1f} {y(value):.1f}" for at, value in points)
        start, end = x(points[0][0]), x(points[-1][0])
        parts.append(_path(f"M{start:.1f} {y(0):.1f} L{way} L{end:.1f} {y(0):.1f}Z", "area"))
        parts.append(_path(f"M{way}", "curve"))
    placed: list[float] = []
    for line in sorted(lines, key=lambda each: each.value):
        parts.append(_path(f"M{x(0):.1f} {y(line.value):.1f}H{x(last):.1f}", f"level {line.kind}"))
        # Above its line, unless another label is there already.
        base = y(line.value) - 6
        while any(abs(base - other) < 15 for other in placed):
            base -= 15
        placed.append(base)
        parts.append(_text(x(last) - 6, base, line.label, f"note end {line.kind}"))
    return _svg(height, parts, title)


def bars(rows: Sequence[tuple[str, Sequence[Bar]]], title: str, logarithmic: bool = False) -> str:
    """Rows of bars that share a scale, each row with its label."""
    thick, between, gap = 15, 4, 16
    values = [value for _, each in rows for bar in each for value in (bar.value, bar.mark or 0) if value > 0]
    highest, lowest = max(values, default=1.0), min(values, default=1.0)
    room = WIDTH - _LABEL - (190 if any(bar.mark for _, each in rows for bar in each) else 100)

    def length(value: float) -> float:
        if value <= 0:
            return 0.0
        if not logarithmic:
            return room * value / highest
        low = floor(log10(lowest)) - 0.3
        return room * max(0.0, log10(value) - low) / max(log10(highest) - low, 0.1)

    parts, top = [], 6.0
    for label, each in rows:
        tall = len(each) * (thick + between) - between
        parts.append(_text(_LABEL - 12, top + tall / 2 + 4, label, "label end"))
        for bar in each:
            wide = max(length(bar.value), 2.0)
            parts.append(_rect(_LABEL, top, wide, thick, bar.kind, 3))
            if bar.mark is not None and bar.mark > bar.value:
                far = _LABEL + length(bar.mark)
                parts.append(_path(f"M{_LABEL + wide:.1f} {top + thick / 2:.1f}H{far:.1f}", f"whisker {bar.kind}"))
                parts.append(_path(f"M{far:.1f} {top + 3:.1f}v{thick - 6}", f"whisker {bar.kind}"))
                wide = length(bar.mark)
            parts.append(_text(_LABEL + wide + 8, top + thick - 3, bar.told, "value"))
            top += thick + between
        top += gap - between
    return _svg(top, parts, title)


def whole(parts: Sequence[Part], total: float, unit: Callable[[float], str], title: str) -> str:
    """One bar of parts that make up `total`; each part is named below it."""
    tall, room = 40, WIDTH
    drawn, at = [_rect(0, 4, room, tall, "track", 6)], 0.0
    for part in parts:
        wide = room * max(part.value, 0) / total
        drawn.append(_rect(at, 4, max(wide, 1.0), tall, part.kind))
        if wide > 74:
            drawn.append(_text(at + wide / 2, 4 + tall / 2 + 4, unit(part.value), f"inside middle on-{part.kind}"))
        at += wide
    return _svg(tall + 8, drawn, title)


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _rect(x: float, y: float, width: float, height: float, kind: str, radius: int = 0) -> str:
    rounded = f' rx="{radius}"' if radius else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{rounded} class="{kind}"/>'


def _path(way: str, kind: str) -> str:
    return f'<path d="{way}" class="{kind}"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _ticks(highest: float, most: int = 5) -> list[float]:
    """Round numbers from 0 up to `highest`."""
    step: float = 10 ** floor(log10(highest / most)) if highest > 0 else 1.0
    step *= next(factor for factor in (1, 2, 5, 10) if highest / (step * factor) <= most)
    return [step * number for number in range(ceil(highest / step - 1e-9) + 1) if step * number <= highest]


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
