"""Widgets that paint what the models do: a role's row, tokens per second, and the last turn's stages as a waterfall.

Colors come from the theme at every painting. They must not know the assistant.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QStyle, QWidget

from ui import plain, shares, theme
from ui.gauges import (
    BODY,
    LARGE,
    SMALL,
    Gauge,
    dot,
    faint,
    line,
    part_color,
    pill,
    typeface,
    write,
    write_ends,
    write_portion,
)

if TYPE_CHECKING:
    from app.monitor import RoleReading

MOST_HOST = 28
"""Letters of another computer's address that have room in a row; all of it is in the tool tip."""
CHEVRON = 16
"""Pixels at a row's end for the sign that more can be unfolded."""
STATES = {"waiting": "Waiting", "loading": "Loading…", "ready": "Ready", "idle": "Not needed"}
UNNEEDED = "No question in the languages that are set needs it."


class RoleRow(Gauge):
    """One role: where it runs, how far it is, and what it took of its reservation. A click or Enter unfolds details."""

    pressed = Signal()
    """The person wants to see its details, or no longer does."""

    PERIOD_MS, STEP_MS = 1600, 50
    """While it loads, a light runs through its bar once a period."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(shares.ROLE_NAMES[role], parent)
        self._role = role
        self._reading: RoleReading | None = None
        self._lost = False
        self._unfolded = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._since = QElapsedTimer()
        self._light = QTimer(self, interval=self.STEP_MS)
        self._light.timeout.connect(lambda: self.update(self._bar()))

    def tall(self) -> int:
        return self._bar().bottom() + 1 + 6

    def _bar(self) -> QRect:
        return QRect(16, line(BODY) + line(SMALL) + 2, self.width() - 16, 4)

    def unfold(self, unfolded: bool) -> None:
        """Its details are shown below it, or not."""
        self._unfolded = unfolded
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def show_role(self, reading: "RoleReading", lost: bool = False) -> None:
        """`lost`: the card that it is on does not answer."""
        if (reading, lost) == (self._reading, self._lost):
            return
        self._reading, self._lost = reading, lost
        self.describe(self._words(reading))
        self._run_light()
        self.update()

    def _words(self, reading: "RoleReading") -> str:
        if reading.placement.host:
            return f"{self._state(reading).rstrip('…')}, on another computer: {self._host(reading)}."
        if reading.state.value == "idle":
            return UNNEEDED
        kind = "memory" if reading.placement.gpu is None else "graphics memory"
        took = shares.took(reading)
        state = self._state(reading).rstrip("…")
        size = f"Took {shares.words(took)} of" if took or reading.state.value == "ready" else "Reserved:"
        limit = shares.words(reading.reserved, shares.limit)
        tail = " reserved" if size.startswith("Took") else ""
        return f"{state}, on {shares.place(reading.placement)}. {size} {limit} of {kind}{tail}."

    @staticmethod
    def _host(reading: "RoleReading") -> str:
        return plain.line(reading.placement.host, 80)

    def _state(self, reading: "RoleReading") -> str:
        return "Card unavailable" if self._lost else STATES[reading.state.value]

    def hint(self, at: QPointF) -> list[str]:
        reading = self._reading
        if reading is None:
            return [self.accessibleName()]
        if reading.placement.host:
            return [
                f"{self.accessibleName()} on another computer: {self._state(reading).lower()}",
                f"Its address: {self._host(reading)}",
                "It takes no memory here.",
            ]
        if reading.state.value == "idle":
            return [f"{self.accessibleName()}: not needed", UNNEEDED, "Click for more"]
        lines = [
            f"{self.accessibleName()} on {shares.place(reading.placement)}: {self._state(reading).lower()}",
            f"Reserved: {shares.exact(reading.reserved)}",
        ]
        if reading.vram:
            lines.append(f"Took {shares.exact(reading.vram)} of graphics memory while it loaded")
        if reading.ram:
            lines.append(f"Took {shares.exact(reading.ram)} of memory while it loaded")
        return [*lines, *(f"Model: {card}" for card in reading.cards), "Click for more"]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_light()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run_light()

    def _run_light(self) -> None:
        loading = self._reading is not None and self._reading.state.value == "loading"
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0
        if not (loading and moves and self.isVisible()):
            self._light.stop()
        elif not self._light.isActive():
            self._since.start()
            self._light.start()

    def paintEvent(self, event: object) -> None:
        colors = theme.current()
        reading = self._reading
        role_color = part_color(self._role)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ready = reading is not None and reading.state.value == "ready"
            dot(painter, 0, line(BODY) / 2, role_color, hollow=not ready)
            bar = QRectF(self._bar())
            upper = QRectF(bar.x(), 0, bar.width() - CHEVRON, line(BODY))
            self._paint_chevron(painter, bar.right(), upper.center().y())
            lower = QRectF(bar.x(), upper.bottom(), bar.width(), line(SMALL))
            place = "–" if reading is None or reading.state.value == "idle" else shares.place(reading.placement)
            write_ends(painter, upper, (self.accessibleName(), colors.text), (place, colors.text), BODY)
            pill(painter, bar, colors.line)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colors.accent), 1.5))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(12, 1, -1, -1), 3, 3)
            if reading is None:
                return
            state = (self._state(reading), colors.warning if self._lost else colors.quiet)
            took, reserved = shares.took(reading), reading.reserved
            if reading.placement.host:
                host = plain.line(reading.placement.host, MOST_HOST)
                write_ends(painter, lower, state, (host, colors.quiet), SMALL)
            elif took or ready:
                figures = shares.portion(took, shares.limit(reserved))
                color = colors.warning if took > reserved else colors.text
                width = write_portion(painter, lower, figures, SMALL, color)
                write(painter, lower.adjusted(0, 0, -width - 8, 0), state[0], typeface(SMALL), state[1])
            else:
                limit = (f"{shares.limit(reserved)} reserved" if reserved else "", colors.quiet)
                write_ends(painter, lower, state, limit, SMALL)
            if took > 0:
                filled = min(took / max(reserved, 1), 1.0) * bar.width()
                pill(painter, QRectF(bar.x(), bar.y(), max(filled, bar.height()), bar.height()), role_color)
            if self._light.isActive():
                through = self._since.elapsed() % self.PERIOD_MS / self.PERIOD_MS
                length = bar.width() * 0.3
                painter.setClipRect(bar)
                pill(
                    painter,
                    QRectF(bar.x() - length + through * (bar.width() + length), bar.y(), length, bar.height()),
                    faint(role_color, 0.7),
                )

    def _paint_chevron(self, painter: QPainter, right: float, middle: float) -> None:
        """It points down while the details are shown."""
        painter.setPen(QPen(QColor(theme.current().quiet), 1.5))
        if self._unfolded:
            bends = [QPointF(right - 8, middle - 2), QPointF(right - 4, middle + 2), QPointF(right, middle - 2)]
        else:
            bends = [QPointF(right - 5, middle - 4), QPointF(right - 1, middle), QPointF(right - 5, middle + 4)]
        painter.drawPolyline(bends)


class Speed(Gauge):
    """Tokens per second, large; a dash before the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Speed", parent)
        self._figure = "–"
        self.describe("Nothing written yet.")

    def tall(self) -> int:
        return round(line(LARGE) * 0.85)

    def show_speed(self, tokens_per_second: float | None) -> None:
        figure = "–" if tokens_per_second is None else f"{tokens_per_second:.1f}"
        if figure == self._figure:
            return
        self._figure = figure
        self.describe("Nothing written yet." if tokens_per_second is None else f"{figure} tokens per second.")
        self.update()

    def hint(self, at: QPointF) -> list[str]:
        return ["How fast the answer is written, or the last one was; from the first token to the last."]

    def paintEvent(self, event: object) -> None:
        colors = theme.current()
        with QPainter(self) as painter:
            large, small = typeface(LARGE, bold=True), typeface(BODY)
            room = QRectF(0, 0, self.width(), self.height())
            room.setLeft(write(painter, room, self._figure, large, colors.text) + 8)
            # Each is written around the middle of the room; this brings both to stand on one line.
            over, under = QFontMetricsF(large), QFontMetricsF(small)
            room.translate(0, (over.ascent() - over.descent() - under.ascent() + under.descent()) / 2)
            write(painter, room, "tokens per second", small, colors.quiet)


class Waterfall(Gauge):
    """When each stage of the last turn was done, counted from the end of speech or from the sending of a question.

    The stages up to the first sound have a scale of their own; the whole turn, with all its speaking, is a sentence.
    """

    STAGES: Mapping[str, str] = {
        "asr_final": "Recognized",
        "translate_in": "Translated",
        "first_token": "First token",
        "first_clause": "First clause",
        "first_audio": "First sound",
    }

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Last turn", parent)
        self._steps: list[tuple[str, float, float]] = []
        self._spoken = False
        self._total: float | None = None
        self._tokens = 0
        self._audio_seconds = 0.0
        self.describe("No turn yet.")

    def tall(self) -> int:
        return self._row() * (len(self.STAGES) + 2)

    @staticmethod
    def _row() -> int:
        return line(SMALL) + 6

    def show_timings(self, timings_ms: Mapping[str, float | None], tokens: int, audio_seconds: float) -> None:
        """`timings_ms` are the marks of a turn (`app.turn.MARKS`), cumulative; None for a stage that did not run."""
        self._steps = []
        before = 0.0
        for mark in self.STAGES:
            done = timings_ms.get(mark)
            if done is not None:
                # A clause may be cut while another stage still notes its mark: no bar runs backwards.
                self._steps.append((mark, min(before, max(done, 0.0)), max(done, 0.0)))
                before = max(before, done)
        self._spoken = timings_ms.get("asr_final") is not None
        self._total, self._tokens, self._audio_seconds = timings_ms.get("total"), tokens, audio_seconds
        told = [f"{self.STAGES[mark]} after {done:.0f} milliseconds" for mark, _, done in self._steps]
        told += ["Not done" if self._total is None else f"Done after {self._total / 1000:.1f} seconds"]
        self.describe(". ".join([*told, *self._made()]) + ".")
        self.update()

    def _made(self) -> list[str]:
        """What the turn gave: "84 tokens, 4.1 seconds of speech"; empty when it gave nothing."""
        made = [f"{self._tokens} token{'' if self._tokens == 1 else 's'}"] if self._tokens else []
        made += [f"{self._audio_seconds:.1f} seconds of speech"] if self._audio_seconds else []
        return [", ".join(made)] if made else []

    def hint(self, at: QPointF) -> list[str]:
        index = int(at.y() // self._row())
        if not 0 <= index < len(self._steps):
            return [self.accessibleDescription()]
        mark, begin, done = self._steps[index]
        origin = "you stopped speaking" if self._spoken else "the question was sent"
        return [
            f"{self.STAGES[mark]} {done:.1f} ms after {origin}",
            f"This stage took {done - begin:.1f} ms",
        ]

    def paintEvent(self, event: object) -> None:
        colors = theme.current()
        small, tall, width = typeface(SMALL), self._row(), float(self.width())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._steps and self._total is None:
                write(painter, QRectF(0, 0, width, tall), "No turn yet", typeface(BODY), colors.quiet)
                return
            metrics = QFontMetricsF(small)
            left = max(metrics.horizontalAdvance(name) for name in self.STAGES.values()) + 12
            room = width - left - metrics.horizontalAdvance("00000 ms") - 8
            longest = max((done for _, _, done in self._steps), default=0.0) or 1.0
            row = QRectF(0, 0, width, tall)
            for mark, begin, done in self._steps:
                write_ends(painter, row, (self.STAGES[mark], colors.quiet), (f"{done:.0f} ms", colors.text), SMALL)
                bar = QRectF(left, row.center().y() - 3, room, 6)
                pill(painter, bar, faint(colors.line, 0.5))
                length = max((done - begin) / longest * room, 4.0)
                bar.setLeft(left + min(begin / longest * room, room - length))
                bar.setWidth(length)
                pill(painter, bar, colors.accent)
                row.translate(0, tall)
            total = "–" if self._total is None else f"{self._total / 1000:.1f} s"
            write_ends(painter, row, ("Done", colors.quiet), (total, colors.text), SMALL)
            for made in self._made():
                write(painter, row.translated(0, tall), made, small, colors.quiet)
