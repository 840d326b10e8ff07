"""The models that are here, as the models page shows them: a few plain words each, made off the GUI thread.

Owns the words. It must not know widgets.
"""

from typing import TYPE_CHECKING, NamedTuple

from models import languages
from models.roles import Role

if TYPE_CHECKING:
    from models.catalog import Card
    from models.particulars import Measured
    from models.residency import Library

ROLES = {
    Role.ASR: "Understanding speech",
    Role.TRANSLATION: "Translation",
    Role.LLM: "Answering",
    Role.VLM: "Looking at pictures",
    Role.TTS: "Speaking",
}
"""Headings, in the order of a turn."""


class Shelved(NamedTuple):
    """One model."""

    id: str
    name: str
    role: str
    """One of the headings."""
    languages: str
    size: str
    licence: str
    about: str
    """What it can; where nothing more is told, the catalog's description."""
    cannot: str
    figures: tuple[tuple[str, str], ...]
    """What was measured, and the value with what was to be reached."""
    made: str
    """From what, and by what command."""
    folder: str


def models(library: "Library") -> tuple[Shelved, ...]:
    """All models of a library that are on this machine, by role. Reads the disk."""
    order = list(ROLES)
    cards = sorted((card for card in library.cards if card.files), key=lambda card: order.index(card.role))
    return tuple(_shelved(library, card) for card in cards)


def _shelved(library: "Library", card: "Card") -> Shelved:
    from models import particulars

    folder = library.folder / card.folder
    told = particulars.read(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Shelved(
        id=card.id,
        name=card.name,
        role=ROLES[card.role],
        languages=_languages(card),
        size=f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB",
        licence=told.licence if told is not None else card.licence,
        about=told.can if told is not None else card.description,
        cannot=told.cannot if told is not None else "",
        figures=tuple(_figure(each) for each in told.figures) if told is not None else (),
        made=f"{told.data} Made by “{told.command}” (seed {told.seed})." if told is not None else "",
        folder=str(folder),
    )


def _languages(card: "Card") -> str:
    source, target = (", ".join(languages.name(code) for code in codes) for codes in (card.source, card.target))
    return source if card.source == card.target else f"{source} → {target}"


def _figure(measured: "Measured") -> tuple[str, str]:
    unit = f" {measured.unit}" if measured.unit else ""
    value = f"{measured.value:.3g}{unit}"
    if measured.bar is not None:
        value += f" (wanted: {'at most' if measured.at_most else 'at least'} {measured.bar:g}{unit})"
    return measured.measure[:1].upper() + measured.measure[1:], value
