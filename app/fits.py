"""Will a model fit? The whole set with it, against what is free now; and what would mend it. Pure but for `judged`.

Owns the verdict, its words, and which change of a plan is worth a button. It must not know who shows or presses it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app import sets
from models.catalog import Card
from models.hardware import Hardware
from models.placement import GPU_PRIORITY, ModelNeeds, Plan, Preferences, RolePlan, WhenShort, plan
from models.places import Places, in_use
from models.reasons import NAMES, listed, size
from models.residency import Library
from models.roles import Placement, Role

SMALLEST = 6
"""Steps down that a button may ask for: all that there are."""


class Verdict(StrEnum):
    FITS = "fits"
    LESS = "less"
    """All of it runs, but something is given up for that."""
    NOT = "not"


@dataclass(frozen=True)
class Fix:
    """What would mend it."""

    label: str
    """For the button."""
    hint: str
    """What it does, as a sentence."""
    wishes: Preferences | None
    """For `Assistant.plan_anew`; None where only looking again helps, once other programs are closed."""


@dataclass(frozen=True)
class Fit:
    """Whether a model fits beside the others."""

    verdict: Verdict
    sentence: str
    fix: Fix | None = None
    placement: Placement | None = None
    """Where it would be; None where it would not run, and for a whole set."""


AGAIN = Fix("Look again", "Look again at what is free, once other programs are closed.", None)


def judged(card: Card, library: Library) -> Fit:
    """Will it fit in its role beside the other models of a library? Reads files, so not on a window's own thread.

    What is installed is judged by its files, what is not by what the catalog tells. The library must have places.
    """
    places = library.places
    assert places is not None
    machine, alone = places.now([card])
    _, models = places.now(_beside(card, library, places))
    (own,) = alone or sets.needs([card])
    models = [*(model for model in models if model.role is not card.role), _with(own, models)]
    return judge(models, card.role, machine, places.wishes)


def set_judged(places: Places) -> Fit:
    """Do the models that are in use now fit together?"""
    machine, models = places.now()
    return judge(models, None, machine, places.wishes)


def _beside(card: Card, library: Library, places: Places) -> list[Card]:
    """The models in use beside it, were it the first to be taken.

    In other languages than the plan's it takes the place of its role's models, but that a translator comes beside them.
    """
    others = tuple(other for other in library.cards if other.id != card.id)
    used = in_use(replace(library, cards=(card, *others)), places.pair)
    if all(other.id != card.id for other in used):
        used = in_use(library, places.pair)
        return [other for other in used if other.role is not card.role or card.role is Role.TRANSLATION]
    return [other for other in used if other.id != card.id]


def _with(own: ModelNeeds, models: Sequence[ModelNeeds]) -> ModelNeeds:
    """What its role needs with it."""
    there = next((model for model in models if model.role is own.role), None)
    if there is None:
        return own
    return ModelNeeds(
        own.role,
        f"{there.name} + {own.name}",
        lambda placement: there.need(placement) + own.need(placement),
        there.scope,
    )


def judge(models: Sequence[ModelNeeds], role: Role | None, machine: Hardware, wishes: Preferences) -> Fit:
    """Will the set fit, for the sake of one role, or of all (None)?"""
    found = plan(machine, models, wishes)
    costs, placement = _costs(found, models), None if role is None else found.roles[role].placement
    if not costs:
        return Fit(Verdict.FITS, f"Fits. {_place(found, role)}", placement=placement)
    # A model whose work another one does is not there; in a whole set its role is filled all the same.
    missing = placement is None if role is not None else any(not found.roles[each.role].runs for each in models)
    verdict = Verdict.NOT if missing else Verdict.LESS
    begin = "Does not fit" if missing else "Fits with less"
    sentence = f"{begin}: {'; '.join(costs)}."
    for fix in _fixes(found, role, wishes):
        assert fix.wishes is not None
        if _mends(plan(machine, models, fix.wishes), models, found, role):
            return Fit(verdict, sentence, fix, placement)
    # Would it do if nobody else were on the cards?
    emptied = replace(machine, gpus=tuple(replace(gpu, free=gpu.total - (gpu.ours or 0)) for gpu in machine.gpus))
    held = [
        f"{size(gpu.total - gpu.free - (gpu.ours or 0))} of GPU {gpu.index}"
        for gpu in machine.gpus
        if gpu.total - gpu.free - (gpu.ours or 0) > wishes.margin
    ]
    if held and len(_costs(plan(emptied, models, wishes), models)) < len(costs):
        told = f"{sentence} Other programs hold {listed(held)}: close them to make room."
        return Fit(verdict, told, AGAIN, placement)
    return Fit(verdict, sentence, placement=placement)


def _costs(found: Plan, models: Sequence[ModelNeeds]) -> list[str]:
    """What the plan gives up, as parts of a sentence."""
    scopes = {model.role: model.scope for model in models}
    return [cost for role in scopes for cost in _cost(found, found.roles[role], scopes[role].cpu_only is not None)]


def _cost(found: Plan, planned: RolePlan, cpu_only: bool) -> Iterator[str]:
    name, placement = NAMES[planned.role], planned.placement
    if planned.served_by is not None:
        yield f"{NAMES[planned.served_by]} must answer in place of {name}"
    elif placement is None:
        yield f"there is no memory for {name}"
    elif planned.steps:
        yield f"{name} makes do with {listed(planned.steps)}"
    if placement is None or placement.host:
        return
    if planned.turns_with is not None:
        yield f"{name} and {NAMES[planned.turns_with]} take turns"
    elif placement.gpu is None and found.machine.gpus and planned.role in GPU_PRIORITY and not cpu_only:
        yield f"{name} runs on the CPU" + (", slowly" if planned.role is not Role.TTS else "")


def _place(found: Plan, role: Role | None) -> str:
    """Where it goes and what remains, as a sentence."""
    placement = None if role is None else found.roles[role].placement
    if placement is not None and placement.host:
        return "It runs on another computer."
    if placement is not None and placement.gpu is None:
        return f"On the CPU; {size(max(0, found.headroom_ram))} of main memory remain."
    cards = [gpu for gpu in found.machine.gpus if placement is None or gpu.index == placement.gpu]
    left = [f"{size(max(0, found.headroom[gpu.index] - found.lent[gpu.index]))} of GPU {gpu.index}" for gpu in cards]
    if not left:
        return f"{size(max(0, found.headroom_ram))} of main memory remain."
    return ("" if placement is None else f"On GPU {placement.gpu}; ") + f"{listed(left)} remain."


def _fixes(found: Plan, role: Role | None, wishes: Preferences) -> Iterator[Fix]:
    """What may be worth trying, the least loss first."""
    if found.roles[Role.LLM].served_by is not None and wishes.when_short is WhenShort.SHARE:
        hint = "Keep both models; one is closed before the other is opened, which takes time."
        yield Fix("Let them take turns", hint, replace(wishes, when_short=WhenShort.SWAP))
    for each in GPU_PRIORITY if role is None else (role,):
        for steps in range(wishes.smaller.get(each, 0) + 1, SMALLEST + 1):
            smaller = replace(wishes, smaller={**wishes.smaller, each: steps})
            yield Fix(f"Open {NAMES[each]} smaller", "With a shorter context or smaller pictures.", smaller)
    if role in (Role.LLM, Role.TTS) and Role.VLM not in wishes.without:
        hint = "Its memory goes to the others; pictures cannot be looked at until Parley is started again."
        yield Fix("Leave the picture model out", hint, replace(wishes, without=wishes.without | {Role.VLM}))


def _mends(tried: Plan, models: Sequence[ModelNeeds], before: Plan, role: Role | None) -> bool:
    """Whether a change helps: roles that found no place of their own have one, or a role is back on a card."""
    wanted = [each.role for each in models] if role is None else [role]
    lost = [model.role for model in models if before.roles[model.role].runs and not tried.roles[model.role].runs]
    if role is None and lost:
        return False

    def ranks(found: Plan) -> list[int]:
        told = []
        for each in wanted:
            placed = found.roles[each].placement
            told.append(0 if placed is None else 1 if placed.gpu is None else 2)
        return told

    return sum(ranks(tried)) > sum(ranks(before)) and all(map(int.__ge__, ranks(tried), ranks(before)))
