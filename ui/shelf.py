"""The models as the models page shows them: plain words, made off the window's thread, and what may be done with each.

Owns the words. It must not know widgets.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from models import languages
from models.roles import Role

if TYPE_CHECKING:
    from app.installing import Installing
    from app.inventory import Entry
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
FEW = 3
"""So many languages are named in a line."""


class Act(StrEnum):
    """What may be done with a model; the value is what its button says."""

    INSTALL = "Install"
    GO_ON = "Go on"
    PAUSE = "Pause"
    RESUME = "Resume"
    CANCEL = "Cancel"
    AGAIN = "Try again"
    USE = "Use"
    VERIFY = "Verify"
    REMOVE = "Remove"
    FOLDER = "Open folder"
    LICENCE = "Read licence"


HINTS = {
    Act.INSTALL: "Download it, check it, and try it once",
    Act.GO_ON: "Go on with what has come",
    Act.PAUSE: "Stop for now; what has come is kept",
    Act.RESUME: "Go on with what has come",
    Act.CANCEL: "Stop, and throw away what has come",
    Act.AGAIN: "Try it once more",
    Act.USE: "Let it do its work from the next question on",
    Act.VERIFY: "Read every file again, compare it with what was installed, and try the model anew",
    Act.REMOVE: "Delete its files",
    Act.FOLDER: "Show where it lies",
    Act.LICENCE: "Open the licence in the browser",
}


class Shelved(NamedTuple):
    """One model."""

    id: str
    name: str
    role: str
    """One of the headings."""
    languages: str
    size: str
    licence: str
    """With whether it allows commercial use, where that is known."""
    about: str
    """What it can; where nothing more is told, the catalog's description."""
    cannot: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    """What was measured, and the value with what was to be reached."""
    made: str = ""
    """From what, and by what command."""
    folder: str = ""
    """Where it lies; "" where it is not here."""
    here: bool = True
    """Whether it is on this machine, usable or not."""
    in_use: bool = False
    acts: tuple[Act, ...] = ()
    """What stands beside its name."""
    more: tuple[Act, ...] = ()
    """What stands below its details."""
    reason: str = ""
    """Why it is not used."""
    commercial: bool | None = None
    codes: frozenset[str] = frozenset()
    """ISO 639-1 codes of its languages."""
    known: str = ""
    """All its languages by name, where `languages` does not name them."""
    unread: bool = False
    """Nobody has compared what is told with the source."""


class Work(NamedTuple):
    """What is being done with a model, or how that ended."""

    words: str
    share: float | None = None
    """How far it is, from 0 to 1; None where that is not known."""
    busy: bool = True
    """Whether there is something to wait for."""
    failed: bool = False
    acts: tuple[Act, ...] = ()


def models(entries: "Iterable[Entry]", library: "Library | None") -> tuple[Shelved, ...]:
    """All models in the order of the headings; the library tells which are in use."""
    order = list(ROLES)
    used = frozenset() if library is None else _used(library)
    found = sorted(entries, key=lambda entry: (order.index(entry.card.role), not entry.here))
    return tuple(_shelved(entry, entry.card.id in used) for entry in found)


def elsewhere(library: "Library | None") -> str:
    """Which computer answers instead of the models that are here, as a sentence; "" where none does."""
    from models.remote import RemoteCard

    away = [card for card in library.cards if isinstance(card, RemoteCard)] if library is not None else []
    if not away:
        return ""
    does = {Role.LLM: "answers questions", Role.VLM: "looks at pictures"}
    what = " and ".join(does[card.role] for card in away)
    return f"At present {away[0].host} {what}; the models that are in use here for it take over when it is turned off."


def _used(library: "Library") -> frozenset[str]:
    """A library has no model whose every service another one has; but of language and picture models one serves all."""
    here = [card for card in library.cards if card.files]
    first = {role: next((card.id for card in here if card.role is role), "") for role in (Role.LLM, Role.VLM)}
    return frozenset(card.id for card in here if first.get(card.role, card.id) == card.id)


def _shelved(entry: "Entry", used: bool) -> Shelved:
    from app import inventory
    from app.inventory import Standing

    card, told, standing = entry.card, entry.told, entry.standing
    acts: tuple[Act, ...] = ()
    more: tuple[Act, ...] = (Act.LICENCE,) if card.licence_link else ()
    if entry.folder is not None:
        more = (Act.FOLDER, *more)
    match standing:
        case Standing.AVAILABLE if card.origins:
            acts = (Act.INSTALL,)
        case Standing.BEGUN:
            acts, more = (Act.GO_ON,), (*more, Act.REMOVE)
        case Standing.REFUSED:
            again = (Act.AGAIN,) if entry.whole else (Act.INSTALL,) if card.origins else ()
            acts, more = again, (Act.VERIFY, *more, Act.REMOVE)
        case Standing.STARTER if not used:
            acts = (Act.USE,)
        case Standing.INSTALLED:
            acts, more = () if used else (Act.USE,), (Act.VERIFY, *more, Act.REMOVE)
    known = card.source if card.source == card.target else (*card.source, *card.target)
    size = inventory.size(entry.size) if entry.here else f"{inventory.size(card.size)} to download"
    size += ", some of it has come" if standing is Standing.BEGUN else ""
    fit = f" · for a card of {card.card_gb} GB" if card.card_gb and not entry.here else ""
    return Shelved(
        id=card.id,
        name=card.name,
        role=ROLES[card.role],
        languages=_languages(card),
        size=f"{size}{fit}",
        licence=inventory.licence(card),
        about=_begun(told.can if told is not None else card.description),
        cannot=_begun(told.cannot) if told is not None else "",
        figures=tuple(_figure(each) for each in told.figures) if told is not None else (),
        made=f"{told.data} Made by “{told.command}” (seed {told.seed})." if told is not None else "",
        folder=str(entry.folder) if entry.folder is not None else "",
        here=entry.folder is not None,
        in_use=used and not entry.reason,
        acts=acts,
        more=more,
        reason=f"{entry.reason} {_mending(entry)}".strip(),
        commercial=card.commercial,
        codes=frozenset(known),
        known=", ".join(languages.name(code) for code in card.source) if len(card.source) > FEW else "",
        unread=not card.verified and bool(card.origins),
    )


def _mending(entry: "Entry") -> str:
    """What helps one that is not used, as a sentence; its buttons do it."""
    if not entry.reason:
        return ""
    if entry.whole:
        return "Try it again, or choose another one."
    return "Install it again." if entry.card.origins else "Import it again, or remove it."


def work(at: "Installing") -> Work | None:
    """How the installing of a model goes, in words; None where there is no more to say."""
    from app import inventory
    from app.installing import State

    come = f"{inventory.size(at.done)} of {inventory.size(at.total)}"
    share = at.done / at.total if at.total else None
    acts = (Act.PAUSE, Act.CANCEL)
    match at.state:
        case State.WAITING:
            return Work("Waits for its turn", busy=False, acts=acts)
        case State.LOOKING:
            return Work("Asking its source", None, acts=acts)
        case State.FETCHING:
            words = [come]
            if at.trouble:
                words.append(at.trouble)
            elif at.speed:
                words.append(f"{inventory.size(round(at.speed))}/s")
                if at.seconds_left is not None:
                    words.append(f"{inventory.duration(at.seconds_left)} left")
            return Work(" · ".join(words), share, acts=acts)
        case State.CHECKING:
            return Work(f"Checking what has come: {come}", share, acts=acts)
        case State.UNPACKING:
            return Work("Unpacking", share, acts=acts)
        case State.CONVERTING:
            return Work(f"Converting it for this machine: {at.step}" if at.step else "Converting it", None, acts=acts)
        case State.TRYING:
            return Work("Trying it once, in a process of its own", None, acts=acts)
        case State.PAUSED:
            paused = f"Paused: {come} have come" if at.done else "Paused; what has come is kept"
            return Work(paused, share if at.done else None, busy=False, acts=(Act.RESUME, Act.CANCEL))
        case State.FAILED:
            return Work(f"{at.message} {at.remedy}", busy=False, failed=True, acts=(Act.AGAIN, Act.CANCEL))
        case State.INSTALLED:
            return Work("Installed", busy=False)
    return None


def _languages(card: "Card") -> str:
    source, target = (_few(codes) for codes in (card.source, card.target))
    return source if card.source == card.target else f"{source} → {target}"


def _few(codes: tuple[str, ...]) -> str:
    return ", ".join(map(languages.name, codes)) if len(codes) <= FEW else f"{len(codes)} languages"


def _begun(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def _figure(measured: "Measured") -> tuple[str, str]:
    unit = f" {measured.unit}" if measured.unit else ""
    value = f"{measured.value:.3g}{unit}"
    if measured.bar is not None:
        value += f" (wanted: {'at most' if measured.at_most else 'at least'} {measured.bar:g}{unit})"
    return _begun(measured.measure), value
