"""A whole set of models as it is offered before anything is downloaded: what is in it, how much, how long, does it fit.

Owns what a person must know of the set, and the words. What belongs into it is chosen by app.sets. It must not know who
shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app import fits, inventory, sets, speed
from app.fits import Fit
from app.speed import Speed, Speeds
from models import available, catalog
from models.catalog import Card
from models.places import Places
from models.reasons import listed
from models.roles import Role
from models.store import disk

USUAL_LINE = 50_000_000
"""Bits a second, for a guess of how long it takes before anything has come."""


@dataclass(frozen=True)
class Member:
    """One model of a set."""

    card: Card
    here: bool
    """Whether it is installed already."""
    where: str
    """Where it would go, as a sentence."""
    speed: Speed | None
    """Of language and picture models, where something can be said."""


@dataclass(frozen=True)
class SetOffer:
    """A set for this machine as it is now."""

    spoken: tuple[str, ...]
    """The languages that it is for (ISO 639-1)."""
    members: tuple[Member, ...]
    """By role, in the order of Role."""
    missing: str
    """What the catalog has no model for, as a sentence; empty where it has all."""
    fit: Fit
    """Whether the whole set fits beside what else is in memory now."""
    together: bool
    """Whether all of it can stay in memory at once, if with less."""
    free: int
    """Bytes of the disk."""

    @property
    def wanted(self) -> tuple[Card, ...]:
        """What would be downloaded."""
        return tuple(member.card for member in self.members if not member.here)

    @property
    def download(self) -> int:
        """Bytes, about."""
        return sum(card.size for card in self.wanted)

    @property
    def has_room(self) -> bool:
        """Whether the disk can take it."""
        return self.free >= self.download + disk.SPARE

    @property
    def sizes(self) -> str:
        """How much comes, how long that takes, and what the disk has, in sentences."""
        if not self.wanted:
            return "All of it is on this computer already."
        told = coming(self.download)
        if here := len(self.members) - len(self.wanted):
            told += f" {here} of the {len(self.members)} models {'is' if here == 1 else 'are'} here already."
        return f"{told} {inventory.size(self.free)} of the disk are free."

    @property
    def lack(self) -> str:
        """Why it cannot be installed, in two sentences; empty where it can."""
        if self.has_room or not self.wanted:
            return ""
        more = inventory.size(self.download + disk.SPARE - self.free)
        return f"The disk has no room for that. Free {more} of it first, or install single models."

    @property
    def licences(self) -> str:
        """What must be known of the licences, in sentences; each model's own stands beside it."""
        unknown = [f"“{card.name}”" for card in self.wanted if card.commercial is None]
        told = "No licence in this set forbids commercial use."
        if unknown:
            told = f"Nobody has looked whether commercial use is allowed by {_licence(unknown)} of {listed(unknown)}."
        if any(not card.verified for card in self.wanted):
            told += " Entries that are not verified were not compared with their source yet."
        return told


def coming(size: int) -> str:
    """How many bytes come, and how long that takes, in a sentence."""
    time = _about(size * 8 / USUAL_LINE)
    return f"{inventory.size(size)} to download: about {time} at {USUAL_LINE // 1_000_000} Mbit/s."


def _about(seconds: float) -> str:
    """A time of which nobody knows the seconds."""
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"{seconds / 3600:.1f} hours"


def _licence(names: Sequence[str]) -> str:
    return "the licence" if len(names) == 1 else "the licences"


def offer(data: Path, places: Places, spoken: Sequence[str]) -> SetOffer:
    """The set for this machine as it is now and these languages. Reads disk and driver: not for a window's own thread.

    `data` is the data folder. Raises ModelError.
    """
    machine, _ = places.now([])
    found = sets.choose(catalog.load(), machine, spoken)
    store = available.store(data)
    here = {one.id for one in store.installed() if not one.fault}
    known = Speeds(available.converted(data) / speed.FILE)
    main = speed.main_memory() if any(_placed(found, role) for role in (Role.LLM, Role.VLM)) else None
    members = []
    for role in Role:
        for card in (card for card in found.cards if card.role is role):
            where = found.plan.roles[role].placement
            measured = known.of(card.id, where, machine)
            pace = speed.expected(speed.reads(card, None), where, machine, main, measured)
            members.append(Member(card, card.id in here, found.plan.roles[role].reason, pace))
    missing = [each.partition(" ")[2] for each in found.missing]
    return SetOffer(
        tuple(spoken),
        tuple(members),
        f"The catalog has no {listed(missing, 'and no')}." if missing else "",
        fits.judge(sets.needs(found.cards), None, machine, places.wishes),
        found.fits,
        inventory.free(store),
    )


def _placed(found: sets.ModelSet, role: Role) -> bool:
    """Whether main memory is what a role's model is read from, at least in part."""
    where = found.plan.roles[role].placement
    return where is not None and (where.gpu is None or where.layers >= 0)


def preferred(offered: SetOffer, before: str, most: int) -> str:
    """The setting of models to use first, with the set at its head; at most so many characters."""
    order = list(dict.fromkeys((*(member.card.id for member in offered.members), *before.split())))
    while len(" ".join(order)) > most:
        order.pop()
    return " ".join(order)
