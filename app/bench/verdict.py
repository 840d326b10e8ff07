"""What the figures of a report mean, in words. Pure: it reads a report and writes sentences.

A headline, whether all is well, and the sentences behind it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from models.roles import GB

TOO_FAR, TOO_MUCH = 5.0, 150_000_000
"""Percent and bytes; a forecast of memory that is wrong by more of both is said to be off."""


DISTURBED = 0.1
"""Share of the processor's time with other programs from which on times are not those of the machine."""


def of_soak(report: Mapping[str, Any]) -> dict[str, Any]:
    """Whether it fits and is stable."""
    devices = [device for device in report["devices"] if device["peak"] is not None]
    tight = [device for device in devices if device["least_free"] < device["margin"]]
    growing = [device for device in devices if device["grows"]]
    errors, turns = report["errors"]["count"], _turns(report)
    finished = turns > 0 and not report["interrupted"]
    fits = not tight and all(device["forecast_left"] >= device["margin"] for device in devices)
    stable = finished and not errors and not growing
    if errors:
        headline = f"It is not stable: {_count(errors, 'error')}."
    elif tight:
        headline = "It runs, but the headroom does not suffice."
    elif growing:
        headline = "It fits, but its memory grows."
    elif not fits:
        headline = "It ran, but by its forecast the headroom does not suffice."
    elif not finished:
        headline = "It fits as far as it was measured."
    else:
        headline = "It fits, and it is stable."
    sentences = [_ran(report, turns, errors), *map(_room, devices), *map(_forecast, devices), *_grew(devices)]
    sentences += [*_sharing(report), *_spoken(report), *_disturbed(report)]
    return {"headline": headline, "fits": fits, "stable": stable, "good": fits and stable, "sentences": sentences}


def of_latency(report: Mapping[str, Any]) -> dict[str, Any]:
    """How long one waits."""
    heard = report["turns"]["spoken"]["marks_ms"]["first_audio"]
    errors = report["errors"]["count"]
    if heard is None:
        headline = "No answer was heard."
    else:
        headline = f"An answer is heard {_seconds(heard['p50'])} after the end of speech."
    sentences = [
        f"Of {_count(report['turns']['spoken']['ended'], 'spoken turn')}, "
        f"{report['turns']['spoken']['answered']} were answered, with {_count(errors, 'error')}.",
        *_spoken(report),
        "The questions come from sound files, and the answer is taken where it leaves for the speaker: at a live "
        "microphone the pause that ends a question and the devices' own buffers come on top.",
    ]
    return {"headline": headline, "good": heard is not None and not errors, "sentences": sentences}


def size(count: float) -> str:
    """Bytes as people read them, in decimal units."""
    return f"{count / GB:.2f} GB" if abs(count) >= 0.9995 * GB else f"{count / 1e6:.0f} MB"


def _turns(report: Mapping[str, Any]) -> int:
    turns: int = report["turns"]["talks"]["ended"] + report["turns"]["pictures"]["ended"]
    return turns


def _ran(report: Mapping[str, Any], turns: int, errors: int) -> str:
    minutes = (report["seconds"] - (report["together_from"] or 0)) / 60
    how = f"{_count(turns, 'turn')} in {minutes:.1f} minutes, with {_count(errors, 'error')}"
    if report["interrupted"]:
        return f"It was interrupted: {how} until then."
    return f"All models worked together: {how}."


def _room(device: Mapping[str, Any]) -> str:
    least, margin = device["least_free"], device["margin"]
    enough = "more than" if least >= margin else "less than"
    judged = "The headroom suffices" if least >= margin else "The headroom does not suffice"
    return (
        f"{judged} on {_named(device)}: at the tightest moment {size(least)} of {size(device['total'])} were free, "
        f"{enough} the margin of {size(margin)}."
    )


def _forecast(device: Mapping[str, Any]) -> str:
    off = device["error_percent"]
    if off is None:
        return f"Parley took {size(device['peak'])} of {_named(device)}, before all models had done their most."
    way = "more" if off > 0 else "less"
    told = f"{size(device['forecast'])} were forecast, {abs(off):.1f} % {way}"
    far = abs(off) > TOO_FAR and abs(device["forecast"] - device["peak"]) > TOO_MUCH
    wrong = ": the forecast is off" if far else ""
    return f"Parley took {size(device['peak'])} of {_named(device)} at its peak; {told}{wrong}."


def _grew(devices: Sequence[Mapping[str, Any]]) -> list[str]:
    told = []
    for device in devices:
        if device["grows"]:
            told.append(
                f"On {_named(device)} Parley's share grew by {size(device['growth'])} while nothing new was asked."
            )
    if devices and all(device["grows"] is False for device in devices):
        told.append("Memory did not grow while all worked together.")
    elif any(device["grows"] is None for device in devices):
        told.append("The time was too short to tell whether memory grows.")
    return told


def _sharing(report: Mapping[str, Any]) -> list[str]:
    told = []
    for field, name in (("llm_tokens_per_second", "language model"), ("vlm_tokens_per_second", "picture model")):
        speed = report["speeds"][field]
        if speed["alone"] and speed["together"]:
            told.append(
                f"The {name} writes {speed['alone']:,.3g} tokens a second alone and {speed['together']:,.3g} beside "
                "the others."
            )
    factor = report["speeds"]["tts_real_time_factor"]["together"]
    if factor:
        pace = "faster than it is heard" if factor < 1 else "slower than it is heard: answers will stutter"
        told.append(f"Beside the others the voice makes a second of speech in {_seconds(1000 * factor)}, {pace}.")
    return told


def _disturbed(report: Mapping[str, Any]) -> list[str]:
    if report["elsewhere"] < DISTURBED:
        return []
    share = f"{100 * report['elsewhere']:.0f} %"
    return [
        f"Other programs had {share} of the processor's time meanwhile: on a machine left alone all times are shorter."
        " The memory does not depend on that."
    ]


def _spoken(report: Mapping[str, Any]) -> list[str]:
    heard = report["turns"]["spoken"]["marks_ms"]["first_audio"]
    if heard is None:
        return []
    return [
        f"From the end of speech to the first sound of the answer it takes {_seconds(heard['p50'])} in the middle and "
        f"{_seconds(heard['p95'])} at the 95th percentile of {_count(heard['count'], 'turn')}."
    ]


def _named(device: Mapping[str, Any]) -> str:
    return "the main memory" if device["device"] is None else str(device["name"])


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"


def _count(number: int, what: str) -> str:
    return f"no {what}s" if number == 0 else f"1 {what}" if number == 1 else f"{number:,} {what}s"
