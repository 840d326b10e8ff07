"""How far one can go on this machine: the longest context, the largest picture, turns at a time; and on other cards.

Pure arithmetic on forecasts and plans; it measures nothing. Each limit is for that one thing growing, the others as
they are, and leaves the margin free. Sizes are bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.planning import WantedGpu, needs, with_cards
from models.hardware import Hardware
from models.placement import RAM_MARGIN, Plan, Preferences, plan
from models.residency import Library
from models.roles import PICTURE_SIDE, ModelError, Need, Placement, Role

CARDS = (
    WantedGpu("GTX 1660"),
    WantedGpu("RTX 3050"),
    WantedGpu("RTX 3060"),
    WantedGpu("T4"),
    WantedGpu("RTX 4090"),
    WantedGpu("A100", 40_000_000_000),
)
"""Cards that people ask about, one of each size."""
_STEP = {"context": 256, "picture_side": 16}
_MOST_TURNS = 64


@dataclass(frozen=True)
class Spare:
    """What a plan leaves, margins off."""

    ram: int
    cards: dict[int, int]

    def holds(self, need: Need, now: Need, card: int | None) -> bool:
        """Whether a model may take `need` where it takes `now`."""
        room = 0 if card is None else self.cards[card]
        return need.ram - now.ram <= self.ram and (card is None or need.vram - now.vram <= room)


def spare(found: Plan) -> Spare:
    """What is free on a plan's machine once every model has what it is forecast to take, margins off."""
    machine, wishes = found.machine, Preferences()
    opened = [role for role in found.roles.values() if role.placement is not None]
    ram = machine.ram_free + machine.ram_private - RAM_MARGIN - sum(role.predicted.ram for role in opened)
    cards = {}
    for gpu in machine.gpus:
        here = [role for role in opened if role.placement is not None and role.placement.gpu == gpu.index]
        taken = sum(role.predicted.vram for role in here)
        cards[gpu.index] = gpu.free + (gpu.ours or 0) - wishes.margin - (wishes.context if here else 0) - taken
    return Spare(ram, cards)


def limits(library: Library, found: Plan) -> list[dict[str, Any]]:
    """Rows of {what, now, most, why}; `most` is None where `now` does not fit as it is."""
    rows, room = [], spare(found)
    models = {model.role: model for model in needs(library, found.machine)}
    for role, name in ((Role.LLM, "language model"), (Role.VLM, "picture model")):
        at = found.roles[role].placement
        if at is None or role not in models:
            continue
        need = models[role].need
        card = library.find(role)
        assert card is not None
        made_for = models[role].scope.trained or at.context or 0
        context = at.context or card.context or made_for
        longest = _grown(need, at, "context", context, room, made_for)
        rows.append(_row(f"Context of the {name}, tokens", context, longest, made_for, "all that it was made for"))
        if role is Role.VLM:
            side = at.picture_side or card.picture_side or 0
            same = need(replace(at, picture_side=2 * side)) == need(replace(at, picture_side=side))
            largest = side if same else _grown(need, at, "picture_side", side, room, max(side, PICTURE_SIDE))
            why = "every picture is brought to this size" if same else "Parley hands no larger ones to a model"
            rows.append(_row("Side of a picture, pixels", side, largest, side if same else PICTURE_SIDE, why))
        else:
            turns = _turns(need, at, context, room)
            rows.append(_row("Talks at a time, each with this context", 1, turns, _MOST_TURNS, "more were not tried"))
    return rows


def _row(what: str, now: int, most: int | None, bound: int, reached: str) -> dict[str, Any]:
    if most is None:
        why = "there is not enough memory even for this"
    else:
        why = reached if most >= bound else "the memory that is free, less the margin"
    return {"what": what, "now": now, "most": most, "why": why}


def _grown(need: Callable[[Placement], Need], at: Placement, what: str, now: int, room: Spare, most: int) -> int | None:
    """The largest value of a field of the placement that fits, between `now` and `most`; None if not even `now`."""
    taken = need(replace(at, **{what: now}))  # type: ignore[arg-type]

    def fits(value: int) -> bool:
        return room.holds(need(replace(at, **{what: value})), taken, at.gpu)  # type: ignore[arg-type]

    if not fits(now):
        return None
    step, low, high = _STEP[what], now, max(now, most)
    if fits(high):
        return high
    while high - low > step:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return max(now, low // step * step)


def _turns(need: Callable[[Placement], Need], at: Placement, context: int, room: Spare) -> int | None:
    """Talks that one copy of the model could hold, each in a context of its own."""
    one = need(replace(at, context=context))
    found = None
    for count in range(1, _MOST_TURNS + 1):
        if not room.holds(need(replace(at, context=count * context)), one, at.gpu):
            break
        found = count
    return found


def other_cards(library: Library, machine: Hardware, cards: Sequence[WantedGpu] = CARDS) -> list[dict[str, Any]]:
    """What the same models would find on other cards, with nothing else on them."""
    rows = []
    for wanted in cards:
        try:
            thought = with_cards(machine, [wanted])
        except ModelError:
            continue
        found = plan(thought, needs(library, thought), Preferences(reserved={}))
        gpu = thought.gpus[0]
        on_card = [role.value for role, at in found.placements.items() if at.gpu is not None]
        rows.append(
            {
                "name": gpu.name,
                "total": gpu.total,
                "on_card": on_card,
                "left": found.headroom[gpu.index],
                "whole": all(at.layers < 0 for at in found.placements.values() if at.gpu is not None)
                and {Role.LLM.value, Role.VLM.value, Role.TTS.value} <= set(on_card),
                "traded": list(found.traded),
            }
        )
    return rows
