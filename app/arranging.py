"""What a person may do about a role's model: move it, open it smaller, leave it to the plan again.

Owns the wishes that this comes to, and the true reason where it cannot be. It must not know who opens models: wishes
are for `Assistant.plan_anew`.
"""

from collections.abc import Sequence
from dataclasses import replace

from models.fitting import ladder
from models.hardware import Hardware
from models.placement import ModelNeeds, Plan, Preferences, plan
from models.places import Places
from models.reasons import NAMES, size
from models.roles import ModelError, Role

SMALLEST = 16
"""More steps down than any model has."""


def moved(places: Places, role: Role, device: int | None) -> Preferences:
    """Wishes that bring a role to a card (by its index) or to the CPU (None). Raises ModelError."""
    machine, models = places.now()
    model = _model(models, role)
    name, where = _sentence(NAMES[role]), "the CPU" if device is None else f"GPU {device}"
    if device is not None and model.scope.cpu_only is not None:
        raise ModelError("cannot-move", f"{name} stays on the CPU: {model.scope.cpu_only}.", "Move another model.")
    before = places.wishes
    wishes = replace(before, pinned={**before.pinned, role: device})
    placement = plan(machine, models, wishes).roles[role].placement
    if placement is None or placement.gpu != device:
        raise ModelError(
            "cannot-move",
            f"{name} cannot move to {where}: {_lack(machine, model, before, device)}.",
            "Unload another model, close other programs, or open it smaller.",
        )
    return wishes


def smaller(places: Places, role: Role) -> Preferences:
    """Wishes by which a role takes less than now. Raises ModelError."""
    machine, models = places.now()
    model = _model(models, role)
    before = places.wishes
    now = _taken(plan(machine, models, before), role)
    for steps in range(before.smaller.get(role, 0) + 1, SMALLEST):
        wishes = replace(before, smaller={**before.smaller, role: steps})
        if 0 < _taken(plan(machine, models, wishes), role) < now:
            return wishes
    whole = len(ladder(model.scope.context, model.scope.picture_side, model.scope.layers > 0)) == 1
    why = "it is opened whole or not at all" if whole else "it has the shortest context and the smallest pictures"
    raise ModelError(
        "cannot-shrink",
        f"{_sentence(NAMES[role])} cannot be smaller: {why}.",
        "Install a smaller model, or unload it while you do not need it.",
    )


def restored(places: Places, role: Role) -> Preferences:
    """Wishes that leave a role to the plan."""
    before = places.wishes
    pinned = {each: device for each, device in before.pinned.items() if each is not role}
    return replace(before, pinned=pinned, smaller={each: n for each, n in before.smaller.items() if each is not role})


def _model(models: Sequence[ModelNeeds], role: Role) -> ModelNeeds:
    found = next((model for model in models if model.role is role), None)
    if found is None:
        raise ModelError("no-model", f"There is no model for {NAMES[role]}.", "Install one.")
    if found.idle:
        raise ModelError(
            "not-needed",
            f"{_sentence(NAMES[role])} is not needed in the languages that are set.",
            "Choose other languages first.",
        )
    if found.scope.host:
        raise ModelError(
            "elsewhere", f"{_sentence(NAMES[role])} runs on another computer.", "Choose in the settings what runs here."
        )
    return found


def _taken(found: Plan, role: Role) -> int:
    planned = found.roles[role]
    return 0 if planned.placement is None else planned.predicted.vram + planned.predicted.ram


def _lack(machine: Hardware, model: ModelNeeds, wishes: Preferences, device: int | None) -> str:
    least = ladder(model.scope.context, model.scope.picture_side, model.scope.layers > 0)[-1]
    need = model.need(replace(least, gpu=device))
    if device is None:
        free = machine.ram_free + machine.ram_private - wishes.ram_margin
        return f"it takes {size(need.ram)} at the least, and main memory has {size(max(0, free))} for all models"
    gpu = next((gpu for gpu in machine.gpus if gpu.index == device), None)
    if gpu is None:
        return "the card does not answer"
    room = gpu.free + (gpu.ours or 0) - wishes.margin - wishes.context
    return f"it takes {size(need.vram)} at the least, and the card has {size(max(0, room))} for all models"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
