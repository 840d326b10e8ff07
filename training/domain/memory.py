"""Talks in which people tell of themselves, correct themselves and ask later; the tables are training.domain.told's."""

from collections.abc import Callable, Sequence
from random import Random

from training.domain.names import named
from training.domain.text import Bilingual, Exchange, Fact, ask, written
from training.domain.told import SUBJECTS, Table

DrawName = Callable[[Random], str]
Filler = Callable[[Random], Exchange]
"""Draws an exchange that stands between telling and asking."""

_WEIGHTS = {"name": 5.0, "color": 3.0, "number": 3.0}


class Person:
    """Somebody in a talk: what they have told so far decides what is answered when they ask."""

    def __init__(self, rng: Random, draw_name: DrawName | None = None) -> None:
        """`draw_name` gives names of people and pets; None for those of the tables."""
        self._rng = rng
        self._draw_name = draw_name
        self.told: dict[str, Fact] = {}

    def tell(self, kind: str) -> Exchange:
        """Tell something, or correct what was told."""
        subject, old = SUBJECTS[kind], self.told.get(kind)
        fact = self._drawn(kind)
        while old and fact["v"] == old["v"]:
            fact = self._drawn(kind)
        if old is None:
            self.told[kind] = fact
            return _said(subject.told, subject.noted, fact, self._rng)
        self.told[kind] = {**fact, "old": old["v"], **({"pet": old["pet"]} if "pet" in old else {})}
        return _said(subject.corrected, subject.noted_anew, self.told[kind], self._rng)

    def ask(self, kind: str) -> Exchange:
        """Ask for something, whether it was told or not."""
        subject, fact = SUBJECTS[kind], self.told.get(kind)
        if fact is None:
            return _said(subject.asked, subject.untold, self._drawn(kind), self._rng)
        return _said(subject.asked, subject.answered, fact, self._rng)

    def _drawn(self, kind: str) -> Fact:
        fact = SUBJECTS[kind].draw(self._rng)
        return {**fact, "v": named(self._draw_name(self._rng))} if self._draw_name and kind in ("name", "pet") else fact


def draw_kind(rng: Random) -> str:
    """The name of a subject; the three that everybody tries first come most often."""
    return rng.choices(list(SUBJECTS), [_WEIGHTS.get(kind, 1.0) for kind in SUBJECTS])[0]


def memory_exchange(rng: Random) -> Exchange:
    """One sentence about oneself, told, corrected or asked, with its answer; what is asked was usually told before."""
    person, kind, step = Person(rng), draw_kind(rng), rng.random()
    if step < 0.9:
        exchange = person.tell(kind)
    if step < 0.4:
        return exchange
    return person.tell(kind) if step < 0.5 else person.ask(kind)


def dialogue(rng: Random, filler: Filler, turns: int = 3, draw_name: DrawName | None = None) -> list[Exchange]:
    """A talk of about `turns` exchanges in which a person tells of themselves and asks later.

    What `filler` draws stands in between. The last exchange asks for something: usually what was told, at times what
    was corrected since, at times what was never told.
    """
    person = Person(rng, draw_name)
    asked, told = draw_kind(rng), rng.random() < 0.85
    kinds = {draw_kind(rng) for _ in range(turns // 3 + (rng.random() < 0.35) - 1)} - {asked}
    steps: list[Exchange] = []
    for kind in (*sorted(kinds), *([asked] if told else [])):
        steps += [person.tell(kind) for _ in range(1 + (rng.random() < 0.2))]
    for _ in range(turns - 1 - len(steps)):
        steps.insert(rng.randint(0, len(steps)), filler(rng))
    steps += [person.ask(kind) for kind in sorted(kinds) if rng.random() < 0.4]
    return [*steps, person.ask(asked)]


def _said(phrasings: Sequence[Bilingual], answers: Table, fact: Fact, rng: Random) -> Exchange:
    phrasing = rng.choice(phrasings)
    question = ask(phrasing, fact, rng, dressed=phrasing.en[-1] in "?~^")
    answer, brief = (written(template, fact, rng) for template in answers)
    return Exchange("memory", question, answer, brief, phrasing.en)
