"""What a model is told before a talk begins: who it is, what day and time it is, and how simply to write.

Owns the system prompt. It must not know models, nor which language the person speaks: models are told in English.
"""

import functools
from datetime import datetime
from importlib import resources

SIMPLE = "Use very short, simple sentences."
# Written out, since the names of the system's language would come from strftime once a toolkit has set the locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@functools.cache
def _introduction() -> str:
    return (resources.files("resources") / "prompts" / "system.txt").read_text(encoding="utf-8").strip()


def moment(now: datetime) -> str:
    """For example "It is Wednesday, November 25, 2026, 14:05."."""
    day = f"{_DAYS[now.weekday()]}, {_MONTHS[now.month - 1]} {now.day}, {now.year}"
    return f"It is {day}, {now.hour:02}:{now.minute:02}."


def system_prompt(now: datetime, simple: bool = False, answer_in: str = "") -> str:
    """The whole of it, in one line. `answer_in` is the English name of a language, for models that know several."""
    wishes = [f"Answer in {answer_in}."] if answer_in else []
    return " ".join([_introduction(), moment(now), *wishes, *([SIMPLE] if simple else [])])
