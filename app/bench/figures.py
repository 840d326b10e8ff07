"""Figures out of what was measured: percentiles, speeds, growth of memory. Pure."""

import math
from collections.abc import Sequence
from typing import Any

from app.bench.gauge import Moment
from app.bench.watch import STAGES, Watch
from app.turn import MARKS, Answer, Outcome

MOST_POINTS = 240
"""Of a curve."""
GROWTH_SHARE, GROWTH_BYTES = 0.03, 40_000_000
"""Memory that grows by less of both between the second quarter of a time and its last is steady."""
LEAST_MOMENTS = 24
LEAST_TIMES = 3
"""Of a stage, before its times are compared."""


def percentiles(seconds: Sequence[float]) -> dict[str, Any] | None:
    """Count, 50th, 95th and 99th percentile (nearest rank) in milliseconds; None of nothing."""
    if not seconds:
        return None
    ordered = sorted(seconds)

    def at(percent: int) -> float:
        return round(1000 * ordered[math.ceil(percent / 100 * len(ordered)) - 1], 3)

    return {"count": len(ordered), "p50": at(50), "p95": at(95), "p99": at(99)}


def stages(watch: Watch) -> list[dict[str, Any]]:
    """For every stage its times alone and together, in milliseconds, and what sharing costs: their medians' ratio."""
    rows = []
    for name, title in STAGES.items():
        alone = percentiles(watch.seconds("alone", name))
        together = percentiles(watch.seconds("together", name))
        if alone is None and together is None:
            continue
        enough = alone and together and min(alone["count"], together["count"]) >= LEAST_TIMES
        price = round(together["p50"] / alone["p50"], 2) if alone and together and enough else None
        rows.append({"stage": name, "title": title, "alone": alone, "together": together, "price": price})
    return rows


def speeds(watch: Watch) -> dict[str, dict[str, float | None]]:
    """Tokens a second of both models, and real-time factors (seconds taken for a second of speech), by phase."""
    found: dict[str, dict[str, float | None]] = {}
    for name, stage in (("llm_tokens_per_second", "llm_token"), ("vlm_tokens_per_second", "vlm_token")):
        found[name] = {phase: _rate(watch.seconds(phase, stage)) for phase in ("alone", "together")}
    for name, stage in (("asr_real_time_factor", "asr_second"), ("tts_real_time_factor", "tts_second")):
        found[name] = {phase: _mean(watch.seconds(phase, stage)) for phase in ("alone", "together")}
    return found


def _rate(seconds: Sequence[float]) -> float | None:
    return round(len(seconds) / sum(seconds), 2) if sum(seconds) > 0 else None


def _mean(seconds: Sequence[float]) -> float | None:
    return round(sum(seconds) / len(seconds), 4) if seconds else None


def turns(answers: Sequence[Answer]) -> dict[str, Any]:
    """How turns went, and when each mark was reached, in milliseconds after the end of speech (or the call)."""
    good = [answer for answer in answers if answer.outcome is Outcome.ANSWERED]
    marks = {}
    for name in MARKS:
        values = [value / 1000 for answer in good if (value := answer.timings_ms[name]) is not None]
        marks[name] = percentiles(values)
    return {
        "ended": len([answer for answer in answers if answer.outcome is not Outcome.CANCELLED]),
        "answered": len(good),
        "tokens": sum(answer.tokens for answer in good),
        "marks_ms": marks,
    }


def steps(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """How long each step between two marks took, over the turns that reached both, in milliseconds."""
    rows = []
    for name in MARKS:
        took = []
        for answer in answers:
            if answer.outcome is not Outcome.ANSWERED or (end := answer.timings_ms[name]) is None:
                continue
            earlier = [answer.timings_ms[mark] for mark in MARKS[: MARKS.index(name)]]
            took.append((end - max((value for value in earlier if value is not None), default=0.0)) / 1000)
        if (found := percentiles(took)) is not None:
            rows.append({"step": name, **found})
    return rows


def growth(moments: Sequence[Moment]) -> int | None:
    """Bytes by which memory grew between the second quarter of the time and its last; None if it was too short."""
    if len(moments) < LEAST_MOMENTS:
        return None
    quarter = len(moments) // 4

    def middle(part: Sequence[Moment]) -> int:
        return sorted(moment.taken for moment in part)[len(part) // 2]

    return middle(moments[-quarter:]) - middle(moments[quarter : 2 * quarter])


def grows(moments: Sequence[Moment]) -> bool | None:
    """Whether memory grew by more than noise; None if it was too short to tell."""
    more = growth(moments)
    if more is None:
        return None
    return more > max(GROWTH_BYTES, GROWTH_SHARE * moments[-1].taken)


def curve(moments: Sequence[Moment]) -> list[list[float]]:
    """At most MOST_POINTS of [seconds, bytes taken], each the highest of its stretch."""
    size = -(-len(moments) // MOST_POINTS) or 1
    found = []
    for start in range(0, len(moments), size):
        highest = max(moments[start : start + size], key=lambda moment: moment.taken)
        found.append([round(highest.at, 2), highest.taken])
    return found
