"""This machine beside others: the four set-ups, and this one with another card, as memories and plain sentences.

Owns what is compared. It must not know how machines are drawn.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app import planning
from app.plan_view import kept_on, places, verdict
from app.settings import Settings
from models import gpus, hardware
from models.hardware import Hardware
from models.placement import CONTEXT, MARGIN, RAM_MARGIN, ModelNeeds, Plan, Preferences, plan
from models.roles import Role

if TYPE_CHECKING:
    from models.residency import Library


@dataclass(frozen=True)
class Bar:
    """A memory; bytes."""

    name: str
    total: int
    parts: tuple[tuple[str, int], ...]
    """Of "others", the roles, "margin" and "free", in this order, what takes something; together they are the total."""


@dataclass(frozen=True)
class Machine:
    """A machine with a set of models."""

    title: str
    bars: tuple[Bar, ...]
    verdict: str
    traded: tuple[str, ...]
    losses: tuple[str, ...]
    """What happens when a card is lost, a sentence each."""
    room: tuple[str, ...]
    """What the room that remains would buy."""
    bought: tuple[str, ...]
    """What the next larger card would buy."""


def cards() -> tuple[str, ...]:
    """Names of the known cards, the smallest first."""
    return tuple(dict.fromkeys(card.name for card in sorted(gpus.known(), key=lambda card: card.memory)))


def beside(library: "Library", settings: Settings, card: str = "") -> tuple[Machine, ...]:
    """This machine, then it with the known card `card` as its only one if there is such, then the set-ups.

    This machine is planned as it is for the models that are open: the library must have places.
    """
    assert library.places is not None
    here, models = library.places.now()
    wishes, full, pair = planning.wishes(settings), planning.full_size(), planning.spoken(settings)
    this = _machine("This computer, with the models that are here", here, models, library.places.wishes)
    found = [replace(this, verdict=" ".join([this.verdict, *_back(here)]))]
    if card:
        other = planning.with_cards(here, [planning.WantedGpu(card)])
        found += [
            _machine(
                f"This computer with a {card}, and the models that are here",
                other,
                planning.needs(library, other, pair),
                wishes,
            ),
            _machine(f"This computer with a {card}, and models of full size", other, full, wishes),
        ]
    return (
        *found,
        *(
            _machine(f"Set-up {number}, with models of full size", planning.set_up(number), full, wishes)
            for number in planning.SET_UPS
        ),
    )


def _machine(title: str, machine: Hardware, models: list[ModelNeeds], wishes: Preferences) -> Machine:
    found = plan(machine, models, wishes)
    larger = planning.larger_models(found, models, wishes)
    sentence, with_it = planning.next_card(found, models, wishes)
    more = with_it.advice if with_it is not None else ()
    return Machine(
        title,
        _bars(found),
        f"{verdict(found)} {places(found)}.",
        found.traded,
        tuple(_loss(found, index) for index in found.failover),
        (*filter(None, [larger]), *found.advice),
        (sentence, *more) if sentence else ("No larger card that is known would change anything.",),
    )


def _back(here: Hardware) -> list[str]:
    """What to know of cards that were lost and answer again, a sentence each."""
    known = {gpu.index for gpu in here.gpus}
    return [
        f"GPU {gpu.index} ({gpu.name}) is there again: Parley uses it from its next start, or once a model is moved in"
        " the panel."
        for gpu in hardware.read().gpus
        if gpu.index not in known
    ]


def _bars(found: Plan) -> tuple[Bar, ...]:
    machine = found.machine
    bars = [
        _bar(
            f"GPU {gpu.index}, {gpu.name}",
            gpu.total,
            gpu.free + (gpu.ours or 0),
            kept_on(found, gpu.index),
            MARGIN + CONTEXT,
        )
        for gpu in machine.gpus
    ]
    free = machine.ram_free + machine.ram_private
    return (*bars, _bar("Main memory", machine.ram_total, free, kept_on(found, None), RAM_MARGIN))


def _bar(name: str, total: int, free: int, kept: list[tuple[Role, int]], margin: int) -> Bar:
    left = max(0, free - sum(taken for _, taken in kept))
    parts = [("others", max(0, total - free)), *((role.value, taken) for role, taken in kept)]
    parts += [("margin", min(left, margin)), ("free", max(0, left - margin))]
    return Bar(name, total, tuple(part for part in parts if part[1]))


def _loss(found: Plan, index: int) -> str:
    left = found.failover[index]
    goes = places(left) if left.answers else "No question could be answered"
    return f"Without GPU {index}: {goes[:1].lower()}{goes[1:]}."
