"""A measured figure and the bar that it is held to.

Owns what a figure is and how a table of them is printed. It must not know any model or how anything is measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measurement of a shipped model, taken through Parley's own engines on what no training step saw."""

    model: str
    """The model's folder under resources/starter/, for example "asr-en"."""
    measure: str
    """What was measured, in a few words: "word errors, seen voices"."""
    value: float
    unit: str = "%"
    """What `value` and `bar` count: "%", "chrF", "MB", "s", "ms", or "" for a ratio."""
    bar: float | None = None
    """What the value has to reach; None for a figure that is only worth knowing."""
    at_most: bool = False
    """Whether the bar is an upper one: errors, sizes, times."""
    of: int = 0
    """How many cases were judged; 0 where nothing was counted."""

    @property
    def reached(self) -> bool:
        """Whether the value reaches its bar; true where there is none."""
        return self.bar is None or (self.value <= self.bar if self.at_most else self.value >= self.bar)

    @property
    def shown(self) -> str:
        """The value as it is printed."""
        return _shown(self.value, self.unit)

    @property
    def bar_shown(self) -> str:
        """The bar as it is printed; empty where there is none."""
        if self.bar is None:
            return ""
        return f"{'≤' if self.at_most else '≥'} {_shown(self.bar, self.unit)}"


def _shown(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 1000 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
    digits = 3 if 0 < abs(value) < 0.1 else digits
    return f"{value:.{digits}f}{' ' if unit else ''}{unit}"


HEADINGS = ("measure", "value", "bar", "of", "")


def rows(figures: Iterable[Figure]) -> list[tuple[str, str, str, str, str]]:
    """The cells under HEADINGS, a row a figure; the last says whether the bar is missed."""
    return [
        (f.measure, f.shown, f.bar_shown, str(f.of) if f.of else "", "" if f.reached else "missed") for f in figures
    ]


def markdown(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows(figures)]
    return "\n".join(f"| {' | '.join(cells)} |".replace("  |", " |") for cells in lines)


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned text."""
    cells = [HEADINGS, *rows(figures)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )
