"""What a measurement found, as JSON values: devices, models, stages, turns, limits, and what they mean in words.

Owns the names of the fields. It measures nothing and must not know how a page looks. Sizes are bytes, times
milliseconds unless a name says otherwise.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import app
from app.bench import figures, limits, verdict
from app.bench.gauge import Moment
from app.bench.soak import Soak
from app.bench.together import Outcomes
from app.turn import Answer
from models.catalog import Card
from models.hardware import Hardware
from models.placement import MARGIN, RAM_MARGIN, Preferences
from models.roles import CPU, Need, Placement, Role

MOST_ERRORS = 20
"""That are told one by one."""


def head(kind: str, began: datetime, seconds: float, interrupted: bool, machine: Hardware) -> dict[str, Any]:
    """What every report begins with."""
    return {
        "kind": kind,
        "parley": app.__version__,
        "began": began.isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "interrupted": interrupted,
        "machine": {
            "cores": machine.cores,
            "ram_total": machine.ram_total,
            "gpus": [{"index": gpu.index, "name": gpu.name, "total": gpu.total} for gpu in machine.gpus],
            "gpu_absence": machine.gpu_absence,
        },
    }


def soaked(soak: Soak, kind: str = "soak") -> dict[str, Any]:
    """The report of a soak."""
    gauge, outcomes = soak.gauge, soak.outcomes
    models = _models(soak)
    report = {
        **head(kind, soak.began, gauge.elapsed, soak.interrupted, gauge.before),
        "seed": soak.seed,
        "together_from": None if soak.together_from is None else round(soak.together_from, 1),
        "models": models,
        "devices": _devices(soak, models),
        "stages": figures.stages(soak.watch),
        "speeds": figures.speeds(soak.watch),
        "turns": {
            "talks": figures.turns(outcomes.talks),
            "spoken": figures.turns(outcomes.spoken),
            "pictures": figures.turns(outcomes.looks),
            "steps": figures.steps(outcomes.spoken),
        },
        "errors": _errors(soak.errors, outcomes),
        "limits": limits.limits(soak.library, soak.plan),
        "other_cards": limits.other_cards(soak.library, gauge.before),
        "traded": list(soak.plan.traded),
        "elsewhere": round(gauge.elsewhere, 3),
    }
    return {**report, "verdict": verdict.of_soak(report)}


def delayed(
    began: datetime,
    seconds: float,
    interrupted: bool,
    machine: Hardware,
    questions: Sequence[dict[str, Any]],
    answers: Sequence[Answer],
    problems: Sequence[str],
) -> dict[str, Any]:
    """The report of a measurement of spoken turns; `questions` has a row for each that ended."""
    report = {
        **head("latency", began, seconds, interrupted, machine),
        "questions": list(questions),
        "turns": {"spoken": figures.turns(answers), "steps": figures.steps(answers)},
        "errors": {"count": len(problems), "first": list(problems[:MOST_ERRORS])},
    }
    return {**report, "verdict": verdict.of_latency(report)}


def _models(soak: Soak) -> list[dict[str, Any]]:
    weighed = {each.card.id: each for each in soak.weighed}
    rows = []
    for card in soak.used:
        found = weighed.get(card.id)
        placement = found.placement if found else soak.plan.placements.get(card.role, CPU)
        need = _need(soak, card, placement)
        rows.append(
            {
                "id": card.id,
                "name": card.name,
                "role": card.role.value,
                "gpu": placement.gpu,
                "context": (placement.context or card.context) if card.role in (Role.LLM, Role.VLM) else None,
                "picture_side": (placement.picture_side or card.picture_side) if card.role is Role.VLM else None,
                "forecast_ram": need.host.resident,
                "forecast_mapped": need.host.mapped,
                "forecast_vram": need.vram,
                "measured_ram": found.ram if found else None,
                "measured_vram": found.vram if found else None,
                "load_seconds": round(found.load_seconds, 2) if found else None,
            }
        )
    return rows


def _need(soak: Soak, card: Card, placement: Placement) -> Need:
    return soak.library.engine(card).need(placement)


def _devices(soak: Soak, models: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The main memory first, then every card that a model is on."""
    gauge, before, mapped = soak.gauge, soak.gauge.before, sum(row["forecast_mapped"] for row in models)
    base = before.ram_ours
    resident = sum(row["forecast_ram"] for row in models)
    moments = gauge.moments(None)
    needed = resident - mapped
    settled = None if soak.outcomes.settled is None else gauge.at(soak.outcomes.settled)
    whole = all(row["measured_ram"] is not None for row in models)
    rows = [
        {
            "device": None,
            "name": "Main memory",
            "total": before.ram_total,
            "margin": RAM_MARGIN,
            "free_before": before.ram_free,
            "base": base,
            "forecast": base + resident,
            "forecast_left": before.ram_free - needed,
            **_measured(moments, gauge.peak(None), base + resident if whole else None, settled),
        }
    ]
    for gpu in before.gpus:
        here = [row for row in models if row["gpu"] == gpu.index]
        if not here:
            continue
        context = Preferences().context
        forecast = context + sum(row["forecast_vram"] for row in here)
        rows.append(
            {
                "device": gpu.index,
                "name": f"GPU {gpu.index} ({gpu.name})",
                "total": gpu.total,
                "margin": MARGIN,
                "free_before": gpu.free,
                "base": context,
                "forecast": forecast,
                "forecast_left": gpu.free - forecast,
                **_measured(gauge.moments(gpu.index), gauge.peak(gpu.index), forecast if whole else None, settled),
            }
        )
    return rows


def _measured(moments: Sequence[Moment], peak: int | None, forecast: int | None, since: float | None) -> dict[str, Any]:
    """Peaks are over the whole measurement; growth is over the time after everything was done once together.

    `forecast` is None where not every model was loaded, so that it cannot be held against the peak.
    """
    if peak is None:
        return {"peak": None, "error_percent": None, "least_free": None, "growth": None, "grows": None, "curve": []}
    late = [moment for moment in moments if since is not None and moment.at >= since]
    return {
        "peak": peak,
        "error_percent": round(100 * (forecast - peak) / peak, 2) if peak and forecast is not None else None,
        "least_free": min(moment.free for moment in moments),
        "growth": figures.growth(late),
        "grows": figures.grows(late),
        "curve": figures.curve(moments),
    }


def _errors(others: Sequence[str], outcomes: Outcomes) -> dict[str, Any]:
    told = [*others, *(f"{problem.message} {problem.remedy}" for problem in outcomes.problems)]
    if not outcomes.closed:
        told.append("A stage did not end.")
    return {"count": len(told), "first": told[:MOST_ERRORS]}
