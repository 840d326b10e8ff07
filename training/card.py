"""The card that lies beside a starter model: what it can and cannot, how it was made, what was measured.

Owns card.json, which Parley shows, and the README.md made from the same. It must not know any recipe.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from training.figures import Figure, markdown


@dataclass(frozen=True)
class Card:
    """What a recipe says of its model; every text is a few plain sentences."""

    title: str
    """For example "Starter recognizer, English"."""
    can: str
    cannot: str
    data: str
    """What it was trained on, and what was held out by which rule."""
    command: str
    """What makes it from nothing: "python -m training asr-en"."""
    seed: int
    cost: float
    """CPU seconds of the whole recipe, over all sittings."""
    licence: str = "GPL-3.0-or-later, as Parley."
    notes: str = ""
    """More for the README: the network, the stages, what was tried; Markdown."""


def write(folder: Path, card: Card, figures: Iterable[Figure]) -> None:
    """Write card.json and README.md into the model's `folder`."""
    measured = list(figures)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.name not in _OWN)
    document = {
        **{key: value for key, value in asdict(card).items() if key not in ("title", "notes")},
        "bytes": size,
        "figures": [{key: value for key, value in asdict(figure).items() if key != "model"} for figure in measured],
    }
    (folder / "card.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    cost = f"seed {card.seed}, {card.cost / 60:.0f} minutes of one core for everything; {size / 1e6:.1f} MB"
    text = f"""# {card.title}

**It can:** {card.can}

**It cannot:** {card.cannot}

- **Made by:** `{card.command}`, {cost}.
- **Data:** {card.data}
- **Licence:** {card.licence}

## Measured
Through Parley's own engine on what no training step saw: `python -m training evaluate {folder.name}`.

{markdown(measured)}
"""
    text += f"\n{card.notes.strip()}\n" if card.notes else ""
    (folder / "README.md").write_text(text, encoding="utf-8")


_OWN = ("card.json", "README.md")
