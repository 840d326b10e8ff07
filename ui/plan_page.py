"""The plan page: this computer beside the four set-ups and another card: what fits, what remains, what would buy more.

Owns how machines are shown. It must not know how plans are made.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui import groups, plain, shares, theme
from ui.beside import Beside
from ui.gauges import BODY, SMALL, Gauge, line, part_color, write_ends

if TYPE_CHECKING:
    from app.machines import Bar, Machine

SIZE = 760, 760
LEAST = 440, 320
NAMES = {**shares.ROLE_NAMES, "others": "Others", "margin": "Margin and driver", "free": "Free"}


class PlanPage(Beside):
    """Machines one below the other, in a window of its own beside Parley's."""

    cardChosen = Signal(str)
    """The person wants to see this computer with a card; "" for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        from app import machines

        super().__init__("Plan", SIZE, LEAST, parent)
        self._legend = QLabel(self)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setWordWrap(True)
        self._legend.setContentsMargins(theme.GAP * 3, 0, theme.GAP * 3, theme.GAP)
        self._style()
        label = QLabel("Another card:", self)
        self._cards = QComboBox(self)
        self._cards.setAccessibleName("Another card")
        self._cards.setAccessibleDescription("Shows what this computer would do with it")
        self._cards.addItem("None", "")
        for name in machines.cards():
            self._cards.addItem(name, name)
        label.setBuddy(self._cards)
        self._cards.activated.connect(lambda: self.cardChosen.emit(self.card))
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP)
        head.addWidget(label)
        head.addWidget(self._cards)
        head.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setAccessibleName("Machines")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrow keys scroll
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(groups.words("Working it out…"))
        self._place = 0
        """Where new content shall be scrolled to, once it is tall enough; 0 when that is done."""
        self._scroll.verticalScrollBar().rangeChanged.connect(self._stay)
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP * 3, theme.GAP, theme.GAP * 3, theme.GAP * 2)
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._legend)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(foot)

    @property
    def card(self) -> str:
        """The card that is chosen; "" for none."""
        return str(self._cards.currentData())

    def show_machines(self, machines: "Sequence[Machine]") -> None:
        """Show these, one below the other; who had scrolled to one stays there."""
        self._place = self._place or self._scroll.verticalScrollBar().value()
        content = QWidget()
        content.setObjectName("page")
        page = QVBoxLayout(content)
        page.setContentsMargins(theme.GAP * 3, 0, theme.GAP * 3, theme.GAP * 3)
        page.setSpacing(theme.GAP)
        for machine in machines:
            group = groups.titled(plain.line(machine.title), page, content)
            column = QVBoxLayout()
            column.setSpacing(theme.GAP)
            for bar in machine.bars:
                column.addWidget(MachineBar(bar))
            column.addWidget(_sentence(machine.verdict, quiet=False))
            for heading, sentences in (
                ("Given up", machine.traded),
                ("If a card is lost", machine.losses),
                ("What more would be possible", machine.room),
                ("What the next card would buy", machine.bought),
            ):
                if sentences:
                    part = QVBoxLayout()
                    part.setSpacing(theme.GAP // 4)
                    part.addWidget(_heading(heading))
                    for sentence in sentences:
                        part.addWidget(_sentence(sentence))
                    column.addLayout(part)
            group.add(groups.row(column))
        page.addStretch(1)
        self._scroll.setWidget(content)

    def _stay(self, least: int, most: int) -> None:
        if 0 < self._place <= most:
            self._scroll.verticalScrollBar().setValue(self._place)
            self._place = 0

    def _dress(self, colors: theme.Palette) -> None:
        self.setStyleSheet(groups.style())
        marks = [
            f'<span style="color:{part_color(part).name()}">■</span>&nbsp;{name.replace(" ", "&nbsp;")}'
            for part, name in NAMES.items()
            if part != "margin"
        ]
        self._legend.setText("  ".join([*marks, "▨&nbsp;Margin&nbsp;and&nbsp;driver"]))


def _heading(text: str) -> QLabel:
    label = groups.words(text, quiet=False)
    font = label.font()
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label


def _sentence(text: str, quiet: bool = True) -> QLabel:
    label = groups.words(plain.line(text, 1000), quiet=quiet)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class MachineBar(Gauge):
    """A memory told apart by what is kept for whom, with the sizes below it in words."""

    def __init__(self, bar: "Bar", parent: QWidget | None = None) -> None:
        super().__init__(plain.line(bar.name), parent)
        self._bar = bar
        told = [f"{NAMES[part]} {shares.words(size, shares.limit)}" for part, size in bar.parts]
        self.describe(f"{shares.words(bar.total, shares.limit)}: {', '.join(told)}.")

    def tall(self) -> int:
        return line(BODY) + 6 + 14

    def hint(self, at: object) -> list[str]:
        return [self.accessibleName(), *(f"{NAMES[part]}: {shares.exact(size)}" for part, size in self._bar.parts)]

    def paintEvent(self, event: object) -> None:
        colors, bar = theme.current(), self._bar
        free = shares.limit(sum(size for part, size in bar.parts if part == "free"))
        left = f"{self.accessibleName()}, {shares.limit(bar.total)}"
        right = (f"{free} free, margin kept", colors.quiet)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            head = QRectF(0, 0, self.width(), line(BODY))
            write_ends(painter, head, (left, colors.text), right, SMALL)
            area = QRectF(0, line(BODY) + 4, self.width(), 14)
            shape = QPainterPath()
            shape.addRoundedRect(area, 5, 5)
            painter.fillPath(shape, QColor(colors.line))
            painter.setClipPath(shape)
            at = 0.0
            for part, size in bar.parts:
                wide = size / max(bar.total, 1) * area.width()
                place = QRectF(at, area.y(), max(wide - 1, 1), area.height())
                if part == "margin":
                    painter.fillRect(place, QBrush(QColor(colors.quiet), Qt.BrushStyle.BDiagPattern))
                elif part != "free":
                    painter.fillRect(place, part_color(part))
                at += wide
