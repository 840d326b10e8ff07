"""Plans for this machine and for machines that are only thought of.

Owns which models a plan is made for. It must not know how plans are shown.
"""

from collections.abc import Sequence
from dataclasses import replace

from models import hardware
from models.catalog import Card
from models.hardware import Hardware
from models.placement import ModelNeeds, Plan, Preferences, plan
from models.residency import Library
from models.roles import Need, Placement, Role


def planned(library: Library, machine: Hardware | None = None, preferences: Preferences | None = None) -> Plan:
    """The plan for a library's models on a machine, by default this one as it is now."""
    return plan(machine or hardware.read(), needs(library), preferences)


def placed(library: Library) -> Library:
    """The library with its models placed on this machine as it is now."""
    return replace(library, placements=planned(library).placements)


def needs(library: Library) -> list[ModelNeeds]:
    """What the library's models need, role by role: of LLM and VLM the one that serves, of the others all together."""
    found = []
    for role in Role:
        cards = [card for card in library.cards if card.role is role]
        if role in (Role.LLM, Role.VLM):
            cards = cards[:1]
        if cards:
            found.append(_together(role, cards, library))
    return found


def _together(role: Role, cards: Sequence[Card], library: Library) -> ModelNeeds:
    engines = [library.engine(card) for card in cards]
    known: dict[Placement, Need] = {}

    def need(placement: Placement) -> Need:
        # Whatever card it is on, it takes the same.
        alike = placement if placement.gpu is None else replace(placement, gpu=0)
        if alike not in known:
            parts = [engine.need(alike) for engine in engines]
            known[alike] = sum(parts[1:], parts[0])
        return known[alike]

    return ModelNeeds(role, " + ".join(card.name for card in cards), need, engines[0].scope())
