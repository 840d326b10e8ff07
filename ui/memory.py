"""Widgets that paint a memory: a bar told apart by who takes what, and two minutes of it as a curve.

They must not know readings: they are given shares.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from ui import shares, theme
from ui.gauges import (
    BODY,
    RIGHT,
    SMALL,
    TINY,
    Gauge,
    dot,
    faint,
    line,
    part_color,
    typeface,
    write,
    write_ends,
    write_portion,
)
from ui.shares import ROLE_NAMES, Shares

KEPT = 120
"""Readings in a curve, one a second."""
SPAN = 120.0
"""Seconds that a curve is wide."""
THINNEST = 2.0
"""What takes anything at all is at least that wide in a bar."""


def widths(sizes: Sequence[int], total: int, room: float) -> list[float]:
    """How wide parts are drawn in a bar of `room` pixels for `total`: true to scale, but no part invisible."""
    if total <= 0:
        return [0.0] * len(sizes)
    drawn = [max(size / total * room, THINNEST) if size > 0 else 0.0 for size in sizes]
    excess = sum(drawn) - sum(sizes) / total * room
    if drawn and excess > 0:
        # The widest part pays for what the thin ones are drawn too wide; it can be seen anyway.
        widest = max(range(len(drawn)), key=drawn.__getitem__)
        drawn[widest] = max(drawn[widest] - excess, 0.0)
    return drawn


class MemoryBar(Gauge):
    """A memory against its total: who takes what, and below it, on the same scale, what is reserved for the roles."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        """`title` is written over the bar; `name` is what screen readers call it and begins the tool tip."""
        super().__init__(name, parent)
        self._title = title
        self._shares: Shares | None = None
        self._lost = ""
        self._peak = 0
        """Most that was ever used since the window opened."""

    def tall(self) -> int:
        return round(self._rows().marks.bottom())

    def _rows(self) -> "_Rows":
        width = float(self.width())
        head = QRectF(0, 0, width, line(BODY))
        bar = QRectF(0, head.bottom() + 6, width, 16)
        plan = QRectF(0, bar.bottom() + 3, width, 4)
        reserved = QRectF(0, plan.bottom() + 3, width, line(SMALL))
        names = QRectF(0, reserved.bottom() + 4, width, line(SMALL))
        sizes = QRectF(0, names.bottom(), width, line(BODY))
        return _Rows(head, bar, plan, reserved, names, sizes, QRectF(0, sizes.bottom(), width, line(SMALL)))

    def show_shares(self, shown: Shares) -> None:
        if shown == self._shares:
            return
        self._shares, self._lost = shown, ""
        self._peak = max(self._peak, shown.used)
        told = [shares.described(shown)]
        if shown.forecast is not None:
            told.append(f"With all models as planned {shares.words(shown.forecast)}.")
        if self._peak > shown.used:
            told.append(f"At most {shares.words(self._peak)} so far.")
        self.describe(" ".join(told))
        self.update()

    def show_lost(self, reason: str) -> None:
        """The card is no longer there."""
        if reason == self._lost:
            return
        self._shares, self._lost = None, reason
        self.describe(f"It does not answer. {reason}")
        self.update()

    def _edges(self, sizes: Sequence[int]) -> list[float]:
        """Where parts of those sizes begin and end, on whole pixels of the screen."""
        assert self._shares is not None
        ratio = self.devicePixelRatioF()
        places, at = [0.0], 0.0
        for width in widths(sizes, self._shares.total, float(self.width())):
            at += width
            places.append(min(round(at * ratio) / ratio, float(self.width())))
        return places

    def hint(self, at: QPointF) -> list[str]:
        name = self.accessibleName()
        if self._shares is None:
            return [name, self._lost] if self._lost else [name]
        shown = self._shares
        rows = self._rows()
        if rows.bar.top() <= at.y() <= rows.bar.bottom():
            edges = self._edges([size for _, size in shown.parts])
            for index, (part, size) in enumerate(shown.parts):
                if edges[index] <= at.x() < edges[index + 1]:
                    return self._part_hint(part, size)
        if rows.bar.bottom() < at.y() <= rows.reserved.bottom():
            return [
                "Reserved for",
                *(
                    f"{ROLE_NAMES[claim.role]}: {shares.limit(claim.reserved)}"
                    for claim in shown.claims
                    if claim.reserved
                ),
                shares.reservation(shown, shares.exact),
            ]
        lines = [name, f"{shares.exact(shown.used)} of {shares.exact(shown.total)} used"]
        parts = [(part, size) for part, size in shown.parts if part != "rest" or shown.told]
        lines += [f"{self._part_name(part)}: {shares.exact(size)}" for part, size in parts]
        if shown.forecast is not None:
            lines.append(f"The line: {shares.exact(shown.forecast)} once all models are loaded as planned")
        lines.append(f"The notch: {shares.exact(self._peak)}, the most so far")
        if not shown.told:
            lines.append("The driver does not say what Parley takes: estimated from what its models took.")
        return [*lines, "1 GB is 1,000,000,000 bytes; 1 GiB is 1,073,741,824 bytes."]

    @staticmethod
    def _part_name(part: str) -> str:
        names = {"rest": "Rest of Parley", "others": "Other programs and the system", "free": "Free"}
        return names.get(part) or ROLE_NAMES[part]

    def _part_hint(self, part: str, size: int) -> list[str]:
        assert self._shares is not None
        lines = [f"{self._part_name(part)}: {shares.exact(size)}"]
        loaded = sum(claim.took for claim in self._shares.claims if claim.role == part)
        if loaded > size and part in ROLE_NAMES:
            lines.append(f"{shares.exact(loaded)} when it loaded; shown is its share of what Parley has now.")
        return lines

    def paintEvent(self, event: object) -> None:
        colors = theme.current()
        shown = self._shares
        rows = self._rows()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            taken = 0.0
            if shown is not None:
                figures = shares.portion(shown.used, shares.amount(shown.total))
                taken = write_portion(painter, rows.head, figures, BODY, colors.text)
            elif self._lost:
                taken = write(painter, rows.head, "does not answer", typeface(BODY), colors.warning, RIGHT)
            write(painter, rows.head.adjusted(0, 0, -taken - 8, 0), self._title, typeface(BODY), colors.text)
            shape = QPainterPath()
            shape.addRoundedRect(rows.bar, 5, 5)
            painter.fillPath(shape, QColor(colors.line))
            if shown is None:
                painter.setFont(typeface(SMALL))
                painter.setPen(QColor(colors.quiet))
                room = rows.reserved.united(rows.sizes)
                painter.drawText(room, Qt.TextFlag.TextWordWrap, self._lost)
                return
            painter.save()
            painter.setClipPath(shape)
            edges = self._edges([size for _, size in shown.parts])
            for index, (part, size) in enumerate(shown.parts):
                if part != "free" and size:
                    self._paint_part(painter, rows.bar, edges[index], edges[index + 1], part_color(part))
            painter.restore()
            self._paint_marks(painter, rows, shown)
            edges = self._edges([claim.reserved for claim in shown.claims])
            for index, claim in enumerate(shown.claims):
                color = faint(part_color(claim.role), 0.5)
                self._paint_part(painter, rows.plan, edges[index], edges[index + 1], color)
            reserved, _, left = shares.reservation(shown, shares.amount).partition(", ")
            headroom = left[:1].upper() + left[1:]
            write_ends(painter, rows.reserved, (reserved, colors.quiet), (headroom, colors.quiet), SMALL)
            self._paint_legend(painter, rows, shown)

    def _paint_marks(self, painter: QPainter, rows: "_Rows", shown: Shares) -> None:
        """The plan's line across the bar, the peak's notch above it, and both in words."""
        colors = theme.current()
        total, width = max(shown.total, 1), rows.bar.width()
        if shown.forecast is not None:
            x = min(shown.forecast / total, 1.0) * width
            x = min(max(round(x), 1), round(width) - 1)
            painter.fillRect(QRectF(x - 2, rows.bar.y(), 4, rows.bar.height()), QColor(colors.sunken))
            painter.fillRect(QRectF(x - 1, rows.bar.y() - 3, 2, rows.bar.height() + 3), QColor(colors.text))
        x = min(max(min(self._peak / total, 1.0) * width, 4.0), width - 4.0)
        top = rows.bar.y() - 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.quiet))
        painter.drawPolygon([QPointF(x - 4, top - 4), QPointF(x + 4, top - 4), QPointF(x, top)])
        over = shown.forecast is not None and shown.forecast > shown.total
        plan = "" if shown.forecast is None else f"Planned {shares.amount(shown.forecast)}"
        peak = (f"Peak {shares.amount(self._peak)}", colors.quiet)
        write_ends(painter, rows.marks, (plan, colors.warning if over else colors.quiet), peak, SMALL)

    @staticmethod
    def _paint_part(painter: QPainter, bar: QRectF, left: float, right: float, color: QColor) -> None:
        # A gap of a pixel tells neighbours apart where their colors do not.
        right -= 1 if right < bar.right() else 0
        if right > left:
            painter.fillRect(QRectF(left, bar.y(), right - left, bar.height()), color)

    @staticmethod
    def _paint_legend(painter: QPainter, rows: "_Rows", shown: Shares) -> None:
        colors = theme.current()
        columns = (
            ("Parley" if shown.told else "Parley, about", shown.parley),
            ("Others", shown.others),
            ("Free", shown.free),
        )
        middle = rows.names.center().y()
        wide = rows.names.width() / len(columns)
        for index, (name, size) in enumerate(columns):
            x = round(index * wide)
            if index:
                dot(painter, x, middle, QColor(colors.others), hollow=name == "Free")
            else:
                # Parley is all that has a role's color: no single one of them, so that it is not taken for that role.
                for stripe, role in enumerate(("llm", "vlm", "tts")):
                    painter.fillRect(QRectF(x + 3 * stripe, middle - 4, 2, 8), part_color(role))
            room = QRectF(x + 13, rows.names.y(), wide - 14, rows.names.height())
            write(painter, room, name, typeface(SMALL), colors.quiet)
            room = QRectF(x + 13, rows.sizes.y(), wide - 14, rows.sizes.height())
            write(painter, room, shares.amount(size), typeface(BODY), colors.text)


class _Rows(NamedTuple):
    """Where the parts of a memory's bar are, from above to below."""

    head: QRectF
    bar: QRectF
    plan: QRectF
    reserved: QRectF
    names: QRectF
    sizes: QRectF
    marks: QRectF


class Curve(Gauge):
    """The last two minutes of a memory: Parley's part as an area, what all take as another one behind it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._compact = False
        super().__init__(name, parent)
        self._points: deque[_Point] = deque(maxlen=KEPT)
        self._forecast: int | None = None

    def tall(self) -> int:
        return 24 if self._compact else 30 + self._foot()

    def _foot(self) -> int:
        """Room for the words at the ends of the time axis."""
        return 0 if self._compact else line(TINY)

    def set_compact(self, compact: bool) -> None:
        """Lower and without words, where several curves stand one below the other."""
        self._compact = compact
        self.setFixedHeight(self.tall())

    def add(self, at: float, shown: Shares | None) -> None:
        """A reading at a moment, in seconds; None breaks the curve."""
        if shown is None:
            self._points.append(_Point(at, 0, 0, 0))
        else:
            self._points.append(_Point(at, shown.used, shown.parley, max(shown.total, 1)))
            self._forecast = shown.forecast
        used = max(point.used for point in self._points)
        parley = max(point.parley for point in self._points)
        seconds = round(at - self._points[0].at)
        self.describe(
            f"In the last {seconds} seconds at most {shares.words(used)} used, {shares.words(parley)} by Parley."
        )
        self.update()

    def hint(self, at: QPointF) -> list[str]:
        if not self._points:
            return []
        now = self._points[-1].at
        wanted = now - (1 - at.x() / max(self.width(), 1)) * SPAN
        nearest = min(self._points, key=lambda point: abs(point.at - wanted))
        if not nearest.total or abs(nearest.at - wanted) > 2:
            return ["No reading here"]
        ago = round(now - nearest.at)
        return [
            f"{ago} seconds ago" if ago else "Now",
            f"{shares.exact(nearest.used)} used",
            f"Parley: {shares.exact(nearest.parley)}",
            *([] if self._forecast is None else [f"Planned, the dashed line: {shares.exact(self._forecast)}"]),
        ]

    def paintEvent(self, event: object) -> None:
        colors = theme.current()
        width, height = float(self.width()), float(self.height() - self._foot())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(QRectF(0, 0, width, height), faint(colors.line, 0.35))
            for stretch in self._stretches():
                begin = width - (self._points[-1].at - stretch[0].at) / SPAN * width
                across = [begin + (point.at - stretch[0].at) / SPAN * width for point in stretch]
                used = [height - 1 - point.used / point.total * (height - 2) for point in stretch]
                parley = [height - 1 - point.parley / point.total * (height - 2) for point in stretch]
                for color, border in ((colors.others, _bends(across, used)), (colors.accent, _bends(across, parley))):
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(faint(color, 0.3))
                    painter.drawPolygon([QPointF(begin, height), *border, QPointF(across[-1], height)])
                    painter.setPen(QPen(QColor(color), 1.5))
                    painter.drawPolyline(border)
            if self._forecast is not None and self._points and self._points[-1].total:
                down = max(height - 1 - self._forecast / self._points[-1].total * (height - 2), 1.0)
                painter.setPen(QPen(QColor(colors.text), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(0, down), QPointF(width, down))
            painter.fillRect(QRectF(0, height - 1, width, 1), QColor(colors.line))
            if self._compact:
                return
            foot = QRectF(0, height, width, self._foot())
            write(painter, foot, "2 min ago", typeface(TINY), colors.quiet)
            write(painter, foot, "now", typeface(TINY), colors.quiet, RIGHT)

    def _stretches(self) -> list[list["_Point"]]:
        """The points without the gaps between them: no reading for some seconds is a gap too."""
        stretches: list[list[_Point]] = []
        before: float | None = None
        for point in self._points:
            if not point.total or self._points[-1].at - point.at > SPAN:
                before = None
                continue
            if before is None or point.at - before > 5:
                stretches.append([])
            stretches[-1].append(point)
            before = point.at
        return stretches


class _Point(NamedTuple):
    """A reading in a curve; seconds and bytes. A `total` of 0 is no reading."""

    at: float
    used: int
    parley: int
    total: int


def _bends(across: list[float], down: list[float]) -> list[QPointF]:
    """The ends of a line and where it bends by what can be seen: memory is level mostly, and every point costs time."""
    kept = [QPointF(across[0], down[0])]
    last = down[0]
    for index in range(1, len(down) - 1):
        if abs(down[index] - last) > 0.2 or abs(down[index + 1] - down[index]) > 0.2:
            last = down[index]
            kept.append(QPointF(across[index], last))
    return [*kept, QPointF(across[-1], down[-1])]
