"""A plan for the terminal: as fields for --json, and as a table with a drawing.

It must not decide anything: what it shows is in the plan. Bytes come in and decimal gigabytes go out, which both forms
say.
"""

import textwrap
from collections.abc import Iterator
from typing import Any

from models.hardware import Gpu
from models.placement import Plan, RolePlan
from models.reasons import size
from models.roles import GB, Role

UNIT = "GB of 1,000,000,000 bytes"
WIDTH = 100
_BAR = 60
_LETTERS = {Role.ASR: "A", Role.TRANSLATION: "X", Role.LLM: "L", Role.VLM: "V", Role.TTS: "T"}
_NAMES = {
    Role.ASR: "recognizer",
    Role.TRANSLATION: "translator",
    Role.LLM: "language model",
    Role.VLM: "picture model",
    Role.TTS: "voice",
}
CPU, REMOTE = "CPU", "remote"


def fields(title: str, plan: Plan, lost: Gpu | None) -> dict[str, Any]:
    """The fields of --json; `lost` is the card that the plan does without."""
    return {
        "title": title,
        "unit": UNIT,
        "devices": [*(_card(plan, gpu) for gpu in plan.machine.gpus), _cpu(plan)],
        "roles": {role.value: _role(planned) for role, planned in plan.roles.items()},
        "headroom": {_device(index): _gb(left) for index, left in plan.headroom.items()},
        "headroom_total": _gb(sum(plan.headroom.values())),
        "fits": plan.fits,
        "lost": None if lost is None else {"id": _device(lost.index), "name": lost.name},
        "failover": {_device(index): _failover(left) for index, left in plan.failover.items()},
        "traded": list(plan.traded),
        "advice": list(plan.advice),
    }


def _card(plan: Plan, gpu: Gpu) -> dict[str, Any]:
    here = _on(plan, gpu.index)
    return {
        "id": _device(gpu.index),
        "name": gpu.name,
        "total": _gb(gpu.total),
        "free": _gb(gpu.free + (gpu.ours or 0)),
        "reserved": _gb(gpu.free + (gpu.ours or 0) - plan.headroom[gpu.index] + plan.lent[gpu.index]),
        "predicted": _gb(sum(planned.predicted.vram for planned in here)),
        "headroom": _gb(plan.headroom[gpu.index]),
        "lent": _gb(plan.lent[gpu.index]),
        "roles": [planned.role.value for planned in here],
    }


def _cpu(plan: Plan) -> dict[str, Any]:
    machine, here = plan.machine, _on(plan, None)
    free = machine.ram_free + machine.ram_private
    return {
        "id": CPU,
        "name": f"{machine.cores} cores",
        "total": _gb(machine.ram_total),
        "free": _gb(free),
        "reserved": _gb(free - plan.headroom_ram),
        "predicted": _gb(sum(planned.predicted.ram for planned in plan.roles.values())),
        "headroom": _gb(plan.headroom_ram),
        "lent": 0.0,
        "roles": [planned.role.value for planned in here],
    }


def _role(planned: RolePlan) -> dict[str, Any]:
    placement, on_card = planned.placement, _where(planned) not in (CPU, None)
    return {
        "device": _where(planned),
        "model": planned.model or None,
        "reserved": _gb(planned.reserved),
        "predicted": _gb(planned.predicted.vram if on_card else planned.predicted.ram),
        "reason": planned.reason,
        "layers": None if placement is None or placement.layers < 0 else placement.layers,
        "context": None if placement is None else placement.context,
        "cache": None if placement is None or placement.context is None else placement.cache.value,
        "picture_side": None if placement is None else placement.picture_side,
        "steps": list(planned.steps),
        "served_by": planned.served_by.value if planned.served_by else None,
        "turns_with": planned.turns_with.value if planned.turns_with else None,
    }


def _failover(left: Plan) -> dict[str, Any]:
    return {
        "answers": left.answers,
        "fits": left.fits,
        "roles": {role.value: _where(planned) for role, planned in left.roles.items()},
        "headroom": {_device(index): _gb(room) for index, room in left.headroom.items()},
        "traded": list(left.traded),
    }


def _on(plan: Plan, index: int | None) -> list[RolePlan]:
    """The roles that are opened on a card, or on the CPU (None)."""
    return [
        planned
        for planned in plan.roles.values()
        if planned.placement is not None and planned.placement.gpu == index and not planned.placement.host
    ]


def _where(planned: RolePlan) -> str | None:
    if planned.placement is None:
        return None
    return REMOTE if planned.placement.host else _device(planned.placement.gpu)


def _device(index: int | None) -> str:
    return CPU if index is None else f"GPU {index}"


def _gb(count: int) -> float:
    return round(count / GB, 3)


def drawing(title: str, plan: Plan, lost: Gpu | None, encoding: str) -> str:
    """The plan for a person: devices as bars, roles as a table, and the reasons; `encoding` is the terminal's."""
    lines = [title if lost is None else f"{title}, when GPU {lost.index} ({lost.name}) is lost", ""]
    for gpu in plan.machine.gpus:
        free = gpu.free + (gpu.ours or 0)
        lines += _bar(f"GPU {gpu.index}  {gpu.name}", gpu.total, free, kept_on(plan, gpu.index))
    memory = plan.machine.ram_free + plan.machine.ram_private
    lines += _bar(f"CPU  {plan.machine.cores} cores", plan.machine.ram_total, memory, kept_on(plan, None))
    lines += [f"{'':10} A recognizer, X translator, L language model, V picture model, T voice, - others, . free", ""]
    lines += _table(plan)
    for planned in plan.roles.values():
        lines += _paragraph(f"{_NAMES[planned.role]}: {planned.reason}")
    for heading, sentences in (("Given up", plan.traded), ("What the rest would buy", plan.advice)):
        lines += ["", f"{heading}:"] if sentences else []
        for sentence in sentences:
            lines += _paragraph(sentence)
    lines += _losses(plan)
    verdict = "Everything fits." if plan.fits else "Not everything has a model of its own in memory."
    lines += ["", f"{verdict} GB are 1,000,000,000 bytes."]
    return "\n".join(lines).encode(encoding, "replace").decode(encoding)


def kept_on(plan: Plan, index: int | None) -> list[tuple[Role, int]]:
    """What is kept for each role on a device; of two that take turns, the second has what it takes more."""

    def kept(planned: RolePlan | None) -> int:
        if planned is None or planned.placement is None or planned.placement.host:
            return 0
        if index is None:
            return planned.reserved_ram
        return planned.reserved if planned.placement.gpu == index else 0

    found = []
    for role, planned in plan.roles.items():
        taken = kept(planned)
        if planned.turns_with is not None:
            taken = max(0, taken - kept(plan.roles[planned.turns_with]))
        if taken:
            found.append((role, taken))
    return found


def _bar(name: str, total: int, free: int, kept: list[tuple[Role, int]]) -> list[str]:
    scale = max(total, 1)
    marks = "-" * round(_BAR * max(0, total - free) / scale)
    end = max(0, total - free)
    told = []
    for role, taken in kept:
        end += taken
        # Rounded at its end, so that roundings do not add up.
        marks += _LETTERS[role] * max(round(_BAR * end / scale) - len(marks), 0)
        told.append(f"{_LETTERS[role]} {taken / GB:.1f}")
    left = free - sum(taken for _, taken in kept)
    return [
        f"{name}, {size(total)}",
        f"{'':10}|{marks[:_BAR]:.<{_BAR}}|",
        f"{'':10} {'  '.join([*told, f'free {left / GB:.1f}'])}",
    ]


def _table(plan: Plan) -> Iterator[str]:
    yield f"{'role':<16}{'where':<8}{'kept':>9}{'forecast':>18}   model"
    for role, planned in plan.roles.items():
        where = _where(planned) or (_NAMES[planned.served_by] if planned.served_by else "nowhere")
        on_card = where not in (CPU, None) and planned.placement is not None
        forecast = size(planned.predicted.vram if on_card else planned.predicted.ram) if planned.placement else ""
        kept = size(planned.reserved) if planned.placement else ""
        yield f"{_NAMES[role]:<16}{where:<8}{kept:>9}{forecast:>18}   {_opened(planned)}".rstrip()
    yield ""


def _opened(planned: RolePlan) -> str:
    placement = planned.placement
    told = [planned.model or "none"]
    if placement is not None and placement.context is not None:
        told.append(f"{placement.context:,} tokens in {placement.cache.value}")
    if placement is not None and placement.picture_side is not None:
        told.append(f"{placement.picture_side} pixels")
    if placement is not None and placement.layers >= 0:
        told.append(f"{placement.layers} layers on the card")
    return ", ".join(told)


def _losses(plan: Plan) -> Iterator[str]:
    for index, left in plan.failover.items():
        yield ""
        yield f"If GPU {index} is lost:"
        there = ", ".join(
            f"{_NAMES[role]} {_where(planned) or 'nowhere'}" for role, planned in left.roles.items() if planned.model
        )
        yield from _paragraph(f"{'The assistant goes on' if left.answers else 'No question can be answered'}: {there}.")
        for sentence in left.traded:
            yield from _paragraph(sentence)


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text[:1].upper() + text[1:], WIDTH, initial_indent="  ", subsequent_indent="    ")
