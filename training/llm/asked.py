"""Further ways to ask for what the domain answers, by hand: the tables in training/llm/wordings/.

A line "= ANSWER" heads the questions below it; several such lines in a row share them. A part in braces stands for
what an answer says there, and the questions say it too: one table serves all facts of a kind. Of several headings
that fit an answer, the first counts; those without braces come before all others. Knows no facts: what it gives is
only as right as the answer that it is asked for.
"""

import re
from collections import defaultdict
from functools import cache, lru_cache
from importlib import resources
from random import Random

from training.domain import intents
from training.domain.calendar import DAYS, MONTHS
from training.domain.colors import COLORED, COLORS
from training.domain.facts import CAPITALS
from training.domain.numbers import english
from training.domain.seasons import SEASONS

_CAPITALS = [value.en for fact in CAPITALS for value in fact.values()]
_PROPER = {*(day.en for day in DAYS), *(month.en for month in MONTHS), "Parley", "Spain", "London", "Paris"}
_PROPER |= {place for place in _CAPITALS if place[0].isupper()}
_NARROW = {
    "animals": sorted({fact["animals"].en for intent in intents() for fact in intent.facts if "animals" in fact}),
    "be": ["is", "are"],
    "city": _CAPITALS,
    "color": list(COLORS),
    "country": _CAPITALS,
    "day": [day.en for day in DAYS],
    "from": [english(number) for number in range(21)],
    "month": [month.en for month in MONTHS],
    "thing": [row[0] for row in COLORED],
    "season": [season.en for season in SEASONS],
    "c": [*COLORS, *(english(number) for number in range(201)), *(name.en for name in DAYS + MONTHS)],
}
"""Slots that stand only for words of these tables, so that an answer of another kind does not fit."""


@cache
def _tables() -> dict[str, list[str]]:
    """The questions by the answer that heads them."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((resources.files("training.llm") / "wordings").iterdir(), key=lambda file: file.name):
        heads: list[str] = []
        heading = False
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                heads = [*heads, line[2:]] if heading else [line[2:]]
            elif not line.startswith("#"):
                for head in heads:
                    found[head].append(line)
            heading = line.startswith("= ")
    return found


@cache
def wordings() -> dict[str, list[str]]:
    """The questions whose answers have no slots, by their answer."""
    return {answer: questions for answer, questions in _tables().items() if "{" not in answer}


@cache
def _patterns() -> list[tuple[re.Pattern[str], list[str]]]:
    return [(_pattern(head), questions) for head, questions in _tables().items() if "{" in head]


def _pattern(head: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\.\.\.|\w+)\}", head)
    text = ""
    for literal, slot in zip(parts[::2], [*parts[1::2], ""], strict=True):
        text += re.escape(literal)
        if slot == "...":
            text += ".+"
        elif slot in _NARROW:
            text += f"(?P<{slot}>(?i:{'|'.join(map(re.escape, _NARROW[slot]))}))"
        elif slot:
            text += f"(?P<{slot}>[^,]+?)"
    return re.compile(text)


def _small(value: str) -> str:
    """What opened a sentence, as it stands within one."""
    return value if value in _PROPER else value[0].lower() + value[1:]


@lru_cache(maxsize=65536)
def _found(answer: str) -> tuple[list[str], dict[str, str]]:
    """The questions for an answer, and what fills their slots."""
    if answer in wordings():
        return wordings()[answer], {}
    for pattern, questions in _patterns():
        if found := pattern.fullmatch(answer):
            slots = found.groupdict().items()
            return questions, {slot: _small(value) if found.start(slot) == 0 else value for slot, value in slots}
    return [], {}


def rephrased(answer: str) -> list[str]:
    """All further questions with this answer; empty where the tables have none."""
    questions, values = _found(answer)
    return [_capital(question.format_map(values)) for question in questions]


def rephrase(answer: str, rng: Random) -> str:
    """One further question with this answer; empty where the tables have none."""
    questions, values = _found(answer)
    return _capital(rng.choice(questions).format_map(values)) if questions else ""


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
