"""Why a plan is as it is, in plain words: for each role, for what was given up, and for what the rest would buy.

Pure. It decides nothing: it reads a plan that is made. Sizes are bytes inside and decimal gigabytes in the sentences.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from models import cuda
from models.fitting import ladder
from models.roles import GB, PICTURE_SIDE, CacheType, Placement, Role, Scope

if TYPE_CHECKING:
    from models.placement import ModelNeeds, Plan, Preferences, RolePlan

NAMES = {
    Role.ASR: "the recognizer",
    Role.TRANSLATION: "the translator",
    Role.LLM: "the language model",
    Role.VLM: "the picture model",
    Role.TTS: "the voice",
}
_BITS = {CacheType.F16: 16, CacheType.Q8_0: 8, CacheType.Q4_0: 4}
_WORTH_TELLING = 500_000_000
_MOST_TALKS = 64
"""Nobody has more at a time with one computer."""


def size(count: int) -> str:
    """Bytes as people read them: decimal gigabytes."""
    return f"{count / GB:.1f} GB" if count >= 95_000_000 or count == 0 else "less than 0.1 GB"


def given_up(scope: Scope, wanted: Placement, got: Placement) -> tuple[str, ...]:
    """What a model does without that is opened otherwise than it was meant to be, in the order of giving it up."""
    steps = []
    if wanted.context and got.context and got.context < wanted.context:
        steps.append(f"a context of {got.context:,} tokens instead of {wanted.context:,}")
    if _BITS[got.cache] < _BITS[wanted.cache]:
        steps.append(f"its context kept in {_BITS[got.cache]} bits instead of {_BITS[wanted.cache]}")
    if wanted.picture_side and got.picture_side and got.picture_side < wanted.picture_side:
        steps.append(f"pictures of {got.picture_side} pixels instead of {wanted.picture_side}")
    if wanted.gpu is not None and got.gpu is None:
        steps.append("the CPU instead of the graphics card")
    elif wanted.gpu is not None and got.gpu != wanted.gpu:
        steps.append(f"GPU {got.gpu} instead of GPU {wanted.gpu}")
    if got.gpu is not None and got.layers >= 0 and got.layers != wanted.layers:
        steps.append(f"{scope.layers - got.layers} of its {scope.layers} layers on the CPU")
    return tuple(steps)


class Reasons:
    """The sentences of one plan."""

    def __init__(
        self, plan: "Plan", models: Mapping[Role, "ModelNeeds"], wishes: "Preferences", guests: frozenset[Role]
    ):
        """`guests` are the roles that would do as well on the CPU and are on a card only where there is plenty."""
        self._plan, self._models, self._wishes, self._guests = plan, models, wishes, guests

    def told(self) -> "Plan":
        """The plan with its reasons, its costs and its advice."""
        roles = {role: replace(planned, steps=self._steps(planned)) for role, planned in self._plan.roles.items()}
        roles = {role: replace(planned, reason=self._reason(planned)) for role, planned in roles.items()}
        traded = tuple(sentence for planned in roles.values() for sentence in self._traded(planned))
        return replace(self._plan, roles=roles, traded=traded, advice=self._advice())

    def _steps(self, planned: "RolePlan") -> tuple[str, ...]:
        model, placement = self._models.get(planned.role), planned.placement
        if model is None or placement is None:
            return ()
        whole = Placement(placement.gpu, context=model.scope.context, picture_side=model.scope.picture_side)
        return given_up(model.scope, whole, placement)

    def _reason(self, planned: "RolePlan") -> str:
        model, placement, role = self._models.get(planned.role), planned.placement, planned.role
        if role in self._wishes.without:
            return "It is left out, as you wish."
        if model is None:
            return "There is no model for it."
        if planned.served_by is not None:
            return (
                f"{_sentence(NAMES[planned.served_by])} answers its questions too: there is no memory for both, and it"
                f" alone would take {size(self._least(model, None))}."
            )
        if placement is None:
            return f"There is not enough memory for it: it takes {size(self._least(model, None))} at the least."
        if planned.turns_with is not None:
            return f"It takes turns with {NAMES[planned.turns_with]}: there is no memory for both at a time."
        if placement.gpu is not None:
            return self._on_card(planned, model, placement)
        return self._on_cpu(planned, model)

    def _on_card(self, planned: "RolePlan", model: "ModelNeeds", placement: Placement) -> str:
        card = f"{self._card(placement.gpu)}{', where you want it' if self._pinned(planned) else ''}"
        if placement.layers >= 0:
            return f"{placement.layers} of its {model.scope.layers} layers fit on {card}; the others run on the CPU."
        if planned.role in self._guests:
            return (
                f"It would do as well on the CPU, but {card} has room for all five roles: {size(planned.reserved)} are"
                " kept for it."
            )
        wanted, forecast = self._wishes.reserved.get(planned.role, 0), size(planned.predicted.vram)
        if planned.reserved > wanted:
            return f"It fits whole on {card} and is forecast to take {forecast} there."
        if planned.reserved < wanted:
            return f"It fits whole on {card} with {forecast}, though not with the {size(wanted)} of a full-size model."
        return f"It fits whole on {card}: {size(planned.reserved)} are kept for it, of which {forecast} are forecast."

    def _on_cpu(self, planned: "RolePlan", model: "ModelNeeds") -> str:
        if self._pinned(planned):
            return "It runs on the CPU, where you want it."
        if model.scope.cpu_only is not None:
            return f"It runs on the CPU: {model.scope.cpu_only}."
        if not self._plan.machine.gpus:
            return f"It runs on the CPU: {self._plan.machine.gpu_absence or 'there is no graphics card'}."
        needed = cuda.oldest()
        if all(gpu.older_than(needed) for gpu in self._plan.machine.gpus):
            names = listed([gpu.name for gpu in self._plan.machine.gpus])
            return (
                f"It runs on the CPU: {names} is too old; CUDA's compute capability {needed[0]}.{needed[1]} is needed."
            )
        if planned.role in self._guests:
            return "It is fast enough on the CPU, and no card has room to spare for all roles."
        slowly = ", slowly" if planned.role in (Role.LLM, Role.VLM) else ""
        return (
            f"It runs on the CPU{slowly}: beside what comes first no card has room for it, which takes"
            f" {size(self._least(model, 0))} there at the least."
        )

    def _pinned(self, planned: "RolePlan") -> bool:
        wanted = self._wishes.pinned.get(planned.role, -1)
        return planned.placement is not None and wanted == planned.placement.gpu

    def _least(self, model: "ModelNeeds", gpu: int | None) -> int:
        last = ladder(model.scope.context, model.scope.picture_side, split=model.scope.layers > 0)[-1]
        need = model.need(replace(last, gpu=gpu))
        return need.ram if gpu is None else need.vram

    def _card(self, index: int | None) -> str:
        return next(f"GPU {gpu.index} ({gpu.name})" for gpu in self._plan.machine.gpus if gpu.index == index)

    def _traded(self, planned: "RolePlan") -> list[str]:
        name, placement, told = _sentence(NAMES[planned.role]), planned.placement, []
        if planned.role not in self._models:
            return []
        if planned.served_by is not None:
            return [f"{_sentence(NAMES[planned.served_by])} answers in place of {NAMES[planned.role]}."]
        if placement is None:
            return [f"{name} is missing: there is no memory for it."]
        if planned.steps:
            told.append(f"{name} makes do with {listed(planned.steps)}.")
        if planned.turns_with is not None:
            told.append(f"{name} must be loaded again after {NAMES[planned.turns_with]} was used, and the reverse.")
        elif placement.gpu is None and self._plan.machine.gpus and not self._pinned(planned):
            if planned.role not in self._guests and self._models[planned.role].scope.cpu_only is None:
                told.append(f"{name} runs on the CPU.")
        elif (
            placement.gpu is not None
            and placement.layers < 0
            and planned.role not in self._guests  # a larger one would go to the CPU
            and planned.reserved < self._wishes.reserved.get(planned.role, 0)
        ):
            meant = size(self._wishes.reserved[planned.role])
            told.append(f"{name} has {size(planned.reserved)} of the {meant} meant for it: a larger one may not fit.")
        return told

    def _advice(self) -> tuple[str, ...]:
        told = []
        for role in (Role.LLM, Role.VLM):
            planned = self._plan.roles[role]
            if planned.placement is not None and planned.placement.gpu is not None and planned.placement.layers < 0:
                told += self._growth(self._models[role], planned, self._spare(planned.placement.gpu))
        used = {placement.gpu for placement in self._plan.placements.values()}
        told += [
            f"{self._card(gpu.index)} is free: for what does not fit elsewhere, and if another card is lost."
            for gpu in self._plan.machine.gpus
            if gpu.index not in used
        ]
        return tuple(told)

    def _spare(self, index: int) -> int:
        return self._plan.headroom[index] - self._plan.lent[index] - self._wishes.margin - self._wishes.context

    def _growth(self, model: "ModelNeeds", planned: "RolePlan", spare: int) -> list[str]:
        """What a model on a card could do with the room that remains: what is kept for it, and what nobody has."""
        placement, now = planned.placement, planned.predicted
        assert placement is not None
        room = spare + planned.reserved - now.vram
        if room < _WORTH_TELLING or not placement.context:
            return []
        double = model.need(replace(placement, context=2 * placement.context)).vram - now.vram
        buys = []
        if double > 0:
            longest = _round(placement.context * (1 + room / double))
            if model.scope.trained is not None and longest >= model.scope.trained:
                longest = model.scope.trained
            if longest > placement.context:
                buys.append(f"a context of {longest:,} tokens")
            if model.role is Role.LLM and (more := min(room // double, _MOST_TALKS - 1)) >= 1:
                buys.append(f"{1 + more} talks at a time")
        if placement.picture_side:
            finer = (
                model.need(replace(placement, picture_side=2 * placement.picture_side)).card.picture - now.card.picture
            )
            if finer > 0:
                # The peak grows with the area: four times the area takes `finer` more.
                side = min(_round(placement.picture_side * (1 + 3 * room / finer) ** 0.5), PICTURE_SIDE)
                if side > placement.picture_side:
                    buys.append(f"pictures of {side:,} pixels")
        if not buys:
            return []
        return [
            f"{_sentence(NAMES[model.role])} could take {size(room)} more of {self._card(placement.gpu)}: enough for"
            f" {listed(buys, 'or')}."
        ]


def _round(count: float) -> int:
    """A number of tokens or pixels that is no more exact than its forecast."""
    step = 1000 if count >= 10_000 else 100
    return int(count // step * step)


def listed(parts: "list[str] | tuple[str, ...]", word: str = "and") -> str:
    """The parts as people join them."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
