"""A plan for the terminal: as fields for --json, and as a table with a drawing.

It must not decide anything: what it shows is in the plan. Bytes come in and decimal gigabytes go out, which both forms
say.
"""

import textwrap
from collections.abc import Iterator
from typing import Any

from models.hardware import Gpu
from models.placement import CONTEXT, MARGIN, RAM_MARGIN, Plan, RolePlan
from models.reasons import NAMES, listed, size
from models.roles import GB, Role

UNIT = "GB of 1,000,000,000 bytes"
WIDTH = 80
"""Columns that every terminal has."""
_BAR = 74
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
    lines = _wrapped(title if lost is None else f"{title}, when GPU {lost.index} ({lost.name}) is lost")
    lines += [*_wrapped(verdict(plan)), ""]
    for gpu in plan.machine.gpus:
        free = gpu.free + (gpu.ours or 0)
        lines += _bar(f"GPU {gpu.index}, {gpu.name}", gpu.total, free, kept_on(plan, gpu.index), MARGIN + CONTEXT)
    memory = plan.machine.ram_free + plan.machine.ram_private
    name = f"CPU, {plan.machine.cores} cores and main memory"
    lines += _bar(name, plan.machine.ram_total, memory, kept_on(plan, None), RAM_MARGIN)
    lines += _wrapped("A recognizer, X translator, L language model, V picture model, T voice, - others, . free.", 2)
    lines += _wrapped("Sizes are in GB; GB are 1,000,000,000 bytes.", 2)
    lines += ["", *_table(plan), "", "Why:"]
    for planned in plan.roles.values():
        lines += _paragraph(f"{_NAMES[planned.role]}. {planned.reason}")
    for heading, sentences in (("Given up", plan.traded), ("What more would be possible", plan.advice)):
        lines += ["", f"{heading}:"] if sentences else []
        for sentence in sentences:
            lines += _paragraph(sentence)
    return "\n".join([*lines, *_losses(plan)]).encode(encoding, "replace").decode(encoding)


def verdict(plan: Plan) -> str:
    """Does everything fit, and what remains; whole sentences."""
    if not plan.fits:
        fits = "Not every model has a place of its own in memory."
    else:
        fits = "Everything fits, but something is given up." if plan.traded else "Everything fits."
    remains = [f"{size(left)} of GPU {index}" for index, left in plan.headroom.items()]
    return f"{fits} There remain {listed(remains)}." if remains else fits


def places(plan: Plan) -> str:
    """Which models run where, as a sentence without its full stop."""
    where: dict[str, list[str]] = {}
    for role, planned in plan.roles.items():
        if planned.model and not planned.idle:
            where.setdefault(_place(planned), []).append(NAMES[role])
    told = [f"{listed(names)} {_agreeing(words, len(names))}" for words, names in where.items()]
    text = "; ".join(told) or "no model has a place"
    return text[:1].upper() + text[1:]


def _place(planned: RolePlan) -> str:
    placement = planned.placement
    if placement is None:
        return f"are replaced by {NAMES[planned.served_by]}" if planned.served_by else "have no place"
    if placement.host:
        return "run on another computer"
    if placement.gpu is None:
        return "run on the CPU"
    return f"run on GPU {placement.gpu}" + (" in part" if placement.layers >= 0 else "")


def _agreeing(words: str, count: int) -> str:
    verb, _, rest = words.partition(" ")
    return words if count > 1 else f"{_ONE.get(verb, verb)} {rest}"


_ONE = {"have": "has", "are": "is", "run": "runs"}


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


def _bar(name: str, total: int, free: int, kept: list[tuple[Role, int]], margin: int) -> list[str]:
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
    spare = f"free {left / GB:.1f}, of which {min(max(left, 0), margin) / GB:.2f} are margin"
    return [f"{name}, {size(total)}", f"  |{marks[:_BAR]:.<{_BAR}}|", f"   {'  '.join([*told, spare])}"]


def _table(plan: Plan) -> Iterator[str]:
    yield f"{'':<16}{'where':<11}{'kept':>7}{'forecast':>10}   model"
    for role, planned in plan.roles.items():
        placement, where = planned.placement, _shown(planned)
        here = placement is not None and not placement.host and not planned.idle
        taken = planned.predicted.vram if placement is not None and placement.gpu is not None else planned.predicted.ram
        sizes = f"{_short(planned.reserved):>7}{_short(taken):>10}" if here else f"{'':>17}"
        first, *more = _opened(planned)
        yield f"{_NAMES[role]:<16}{where:<11}{sizes}   {first}".rstrip()
        yield from (f"{'':47}{line}" for line in more)


def _shown(planned: RolePlan) -> str:
    """Where a role is, in a word or two."""
    if planned.idle:
        return "not needed"
    where = _where(planned)
    return "elsewhere" if where == REMOTE else where or ("shares" if planned.served_by else "nowhere")


def _short(count: int) -> str:
    return f"{count / GB:.1f}" if count >= 50_000_000 else "< 0.1"


def _opened(planned: RolePlan) -> list[str]:
    """The model, and below its name what it is opened with."""
    placement = planned.placement
    told = []
    if placement is not None and placement.context is not None:
        told.append(f"{placement.context:,} tokens in {placement.cache.value}")
    if placement is not None and placement.picture_side is not None:
        told.append(f"{placement.picture_side} pixels")
    if placement is not None and placement.layers >= 0:
        told.append(f"{placement.layers} layers on the card")
    wide = WIDTH - 47
    return [*textwrap.wrap(planned.model or "none", wide), *textwrap.wrap(", ".join(told), wide)]


def _losses(plan: Plan) -> Iterator[str]:
    for index, left in plan.failover.items():
        yield ""
        yield f"If GPU {index} is lost:"
        yield from _paragraph(f"{places(left)}." if left.answers else "No question can be answered.")
        for sentence in left.traded:
            if not sentence.endswith(" runs on the CPU."):
                yield from _paragraph(sentence)


def _paragraph(text: str) -> list[str]:
    return _wrapped(text[:1].upper() + text[1:], 2, 4)


def _wrapped(text: str, first: int = 0, others: int | None = None) -> list[str]:
    """Lines of at most WIDTH characters, indented."""
    rest = first if others is None else others
    return textwrap.wrap(text, WIDTH, initial_indent=" " * first, subsequent_indent=" " * rest)
