"""What is told about a model beside its card: what it can and cannot, what it was made from, and what was measured.

Owns reading card.json in a model's folder, which training/card.py writes for the starter models. It must not know the
catalog. A file that is not there or not of this form is no error: then nothing is told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "card.json"
LARGEST = 1 << 18
"""Bytes of a file that is read."""
MOST_FIGURES = 100
LONGEST = 2000
"""Characters of a text that are kept."""


@dataclass(frozen=True)
class Measured:
    """A figure that was measured on what no training step saw."""

    measure: str
    value: float
    unit: str
    bar: float | None
    """What it was to reach; None where there was nothing to reach."""
    at_most: bool
    """The bar is an upper one."""
    of: int
    """Cases judged; 0 where nothing was counted."""

    @property
    def reached(self) -> bool:
        return self.bar is None or (self.value <= self.bar if self.at_most else self.value >= self.bar)


@dataclass(frozen=True)
class Particulars:
    """All texts are for people."""

    can: str
    cannot: str
    data: str
    command: str
    """What makes the model from nothing."""
    seed: int
    cost: float
    """CPU seconds of the making."""
    licence: str
    size: int
    """Bytes of the model's files."""
    figures: tuple[Measured, ...]


def read(folder: Path) -> Particulars | None:
    """The particulars in a model's folder."""
    try:
        with (folder / FILE).open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            return None
        return _particulars(json.loads(data))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _particulars(document: Mapping[str, Any]) -> Particulars:
    return Particulars(
        **{name: str(document[name])[:LONGEST] for name in ("can", "cannot", "data", "command", "licence")},
        seed=int(document["seed"]),
        cost=float(document["cost"]),
        size=int(document["bytes"]),
        figures=tuple(_measured(entry) for entry in document["figures"][:MOST_FIGURES]),
    )


def _measured(entry: Mapping[str, Any]) -> Measured:
    bar = entry["bar"]
    return Measured(
        measure=str(entry["measure"])[:LONGEST],
        value=float(entry["value"]),
        unit=str(entry["unit"])[:20],
        bar=None if bar is None else float(bar),
        at_most=bool(entry["at_most"]),
        of=int(entry["of"]),
    )
