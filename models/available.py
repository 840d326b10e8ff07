"""Which models can be used: those in the data folder and those that ship with Parley.

Owns where in the data folder they are, which comes first, and what is done before a stranger is opened. It must not
know where models run.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from models.catalog import Card
from models.residency import Library, starter_library
from models.roles import CancelToken, Role
from models.store.admission import admit
from models.store.installed import Store


def store(data: Path) -> Store:
    """The installed models of a data folder."""
    return Store(data / "models")


def converted(data: Path) -> Path:
    """Where converted copies of translators lie."""
    return data / "converted"


def library(data: Path, wanted: Sequence[str] = (), without: str = "") -> Library:
    """The models that can be used, not placed yet, `without` one by its identity.

    Those that are wanted come first, in that order (identities), then the other installed ones, the newest first, then
    the starters. A model whose every service another one before it has is left out, and so is what may not be used.
    """
    room, cache = store(data), converted(data)
    room.settle()
    starters = starter_library(cache, {})
    usable = [one.card for one in room.installed() if not one.fault and one.id != without]
    order = {identity: place for place, identity in enumerate(wanted)}
    cards = sorted([*usable, *starters.cards], key=lambda card: order.get(card.id, len(order)))
    seen: set[tuple[Role, str, str]] = set()
    serving = []
    for card in cards:
        can = set(_services(card))
        if not can <= seen:
            serving.append(card)
            seen |= can

    @contextmanager
    def opening(card: Card) -> Iterator[None]:
        one = room.holds(card)
        if one is not None:
            admit(room, one, cache, CancelToken())
        with room.opening(card):
            yield

    return replace(starters, cards=tuple(serving), opening=opening)


def _services(card: Card) -> Iterator[tuple[Role, str, str]]:
    if card.role in (Role.LLM, Role.VLM):
        # One answers for all; what it does not understand is translated for it.
        yield card.role, "", ""
    elif card.role is Role.TRANSLATION:
        yield from ((card.role, source, target) for source in card.source for target in card.target if source != target)
    else:
        yield from ((card.role, code, code) for code in card.source)
