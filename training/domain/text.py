"""Bilingual sentences and the small template language that the domain's tables are written in.

Owns how a line of a table becomes a pair of written sentences. It knows no topic.

A phrasing is one line, `English | Spanish`. `{slot}` is filled from a fact; `(a/b/)` picks one of several wordings,
the n-th group of both sides by the same draw; a group on one side only must not change the meaning. A line that ends
in `~` is an indirect question ("what color the sky is") and one that ends in `^` a noun phrase ("the color of the
sky"): both get a lead such as "can you tell me". Lines are in lower case but for names; the first letter is made a
capital at the end.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Bilingual:
    """The same text in English and in Spanish."""

    en: str
    es: str


@dataclass(frozen=True)
class Exchange:
    """A question and its answer, as they are written: capitals, punctuation, numbers in answers as words.

    Times and years alone are written in digits.
    """

    topic: str
    question: Bilingual
    answer: Bilingual
    brief: Bilingual | None = None
    """The essential alone, for those who asked for very short sentences; None where `answer` is that already."""
    phrasing: str = ""
    """The English template that the question was made from: all questions of one way of asking share it."""
    given: str = ""
    """The sentence of the system prompt that the answer rests on, in English; empty where it needs none."""

    @property
    def short(self) -> Bilingual:
        """The shortest answer."""
        return self.brief or self.answer


Fact = Mapping[str, Bilingual]
"""What fills the slots of a phrasing."""


def pairs(table: str) -> tuple[Bilingual, ...]:
    """The lines `English | Spanish` of a table."""
    return tuple(Bilingual(*row) for row in rows(table))


def rows(table: str) -> list[list[str]]:
    """The cells of a table: a row a line, cells between bars, empty lines left out."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines() if line.strip()]


QUESTION_LEADS = pairs("""
can you tell me {q}? | ¿puedes decirme {q}?
could you tell me {q}? | ¿podrías decirme {q}?
do you know {q}? | ¿sabes {q}?
tell me {q}. | dime {q}.
please tell me {q}. | por favor, dime {q}.
I want to know {q}. | quiero saber {q}.
I would like to know {q}. | me gustaría saber {q}.
can you please tell me {q}? | ¿puedes decirme, por favor, {q}?
""")
NOUN_LEADS = pairs("""
(what is/what's) {q}? | ¿cuál es {q}?
what is {q}? | ¿cuál es {q}?
tell me {q}. | dime {q}.
please tell me {q}. | por favor, dime {q}.
can you tell me {q}? | ¿puedes decirme {q}?
do you know {q}? | ¿sabes cuál es {q}?
I want to know {q}. | quiero saber {q}.
""")
OPENINGS = pairs("""
hey Parley, | oye, Parley,
Parley, | Parley,
hello Parley, | hola, Parley,
hello, | hola,
please, | por favor,
excuse me, | perdona,
okay, | vale,
so, | entonces,
tell me, | dime,
I have a question, | tengo una pregunta,
and | ¿y
""")
CLOSINGS = pairs("""
please | por favor
Parley | Parley
my friend | amigo
""")


@dataclass(frozen=True)
class Intent:
    """All ways of asking one kind of thing, and its answers; a fact is drawn, then a phrasing, then an answer."""

    topic: str
    phrasings: tuple[Bilingual, ...]
    answers: tuple[Bilingual, ...]
    facts: Sequence[Fact] = ({},)
    dressed: bool = True
    """Whether "hey Parley" and "please" may stand around the question."""
    brief: Bilingual | None = None
    """The template of the essential answer."""

    def exchange(self, rng: Random, usual: bool = False) -> Exchange:
        """A question and its answer; `usual` asks in the first of the phrasings, which most people use."""
        fact = rng.choice(self.facts)
        phrasing = self.phrasings[0] if usual else rng.choice(self.phrasings)
        question = ask(phrasing, fact, rng, self.dressed)
        brief = written(self.brief, fact, rng) if self.brief else None
        return Exchange(self.topic, question, written(rng.choice(self.answers), fact, rng), brief, phrasing.en)

    def texts(self) -> Iterable[Bilingual]:
        """Every text that a sentence of this intent can be made of."""
        yield from self.phrasings
        yield from self.answers
        if self.brief:
            yield self.brief
        for fact in self.facts:
            yield from fact.values()


def intent(
    topic: str, phrasings: str, answer: str, facts: Sequence[Fact] = ({},), dressed: bool = True, brief: str = ""
) -> Intent:
    """An intent from tables of phrasings, answers and the brief answer."""
    return Intent(topic, pairs(phrasings), pairs(answer), facts, dressed, pairs(brief)[0] if brief else None)


def listed_intents(topic: str, table: str) -> tuple[Intent, ...]:
    """Intents without facts, from lines of wordings, "= answer" and "- brief answer"; a line "| …" goes on."""
    lines = table.strip().replace("\n| ", " | ").splitlines()
    intents: list[Intent] = []
    questions: list[str] = []
    for line, following in zip(lines, [*lines[1:], "?"], strict=True):
        if line[0] == "=":
            brief = pairs(following[2:])[0] if following[0] == "-" else None
            intents.append(Intent(topic, pairs("\n".join(questions)), pairs(line[2:]), brief=brief))
            questions = []
        elif line[0] != "-":
            questions.append(line)
    return tuple(intents)


def ask(phrasing: Bilingual, fact: Fact, rng: Random, dressed: bool = True) -> Bilingual:
    """One written question from a phrasing."""
    mark = phrasing.en[-1]
    if mark in "~^":
        lead = rng.choice(QUESTION_LEADS if mark == "~" else NOUN_LEADS)
        phrasing = Bilingual(lead.en.replace("{q}", phrasing.en[:-1]), lead.es.replace("{q}", phrasing.es[:-1]))
    if dressed and rng.random() < 0.25:
        phrasing = _dress(phrasing, rng)
    return written(phrasing, fact, rng)


def _dress(phrasing: Bilingual, rng: Random) -> Bilingual:
    en, es = phrasing.en, phrasing.es
    if rng.random() < 0.3 and en[-1] in "?." and "," not in en:
        closing = rng.choice(CLOSINGS)
        if closing.en not in en:
            return Bilingual(f"{en[:-1]}, {closing.en}{en[-1]}", f"{es[:-1]}, {closing.es}{es[-1]}")
    opening = rng.choice(OPENINGS)
    if opening.en.rstrip(",") in en:
        return phrasing
    if opening.es.startswith("¿"):
        return Bilingual(f"{opening.en} {en}", es.replace("¿", opening.es + " ", 1)) if es[0] == "¿" else phrasing
    return Bilingual(f"{opening.en} {en}", f"{opening.es} {es}")


def written(template: Bilingual, fact: Fact, rng: Random) -> Bilingual:
    """A template with its choices made and its slots filled, as two written sentences."""
    draws = [rng.random() for _ in range(3)]
    en = _fill(_choose(template.en, draws), {slot: value.en for slot, value in fact.items()})
    es = _fill(_choose(template.es, draws), {slot: value.es for slot, value in fact.items()})
    return Bilingual(_capital(_english(en)), _capital(_spanish(es)))


def _choose(template: str, draws: Sequence[float]) -> str:
    rest = iter(draws)
    return re.sub(r"\(([^)]*)\)", lambda group: _pick(group[1].split("/"), next(rest)), template)


def _pick(wordings: Sequence[str], draw: float) -> str:
    return wordings[int(draw * len(wordings))]


def _fill(template: str, values: Mapping[str, str]) -> str:
    return re.sub(r" +", " ", re.sub(r"\{(\w+)\}", lambda slot: values[slot[1]], template)).replace(" ?", "?").strip()


def _english(text: str) -> str:
    return re.sub(r"\b(a|A) (?=[aeiou](?!ne\b|ni|urope))", r"\1n ", text)


def _spanish(text: str) -> str:
    text = re.sub(r"\b([Dd])e el\b", r"\1el", text)
    text = re.sub(r"\b([Aa]) el\b", r"\1l", text)
    text = re.sub(r"\by (?=h?i(?![ae]))", "e ", text)
    text = re.sub(r"\bo (?=h?o)", "u ", text)
    # A number alone is not cut short as before a noun.
    return re.sub(r"(?<= y )un(?=\.$)|(?<=veinti)ún(?=\.$)", "uno", text)


def _capital(text: str) -> str:
    return re.sub(r"(^|[.?!] )([¿¡\"“]*)(\w)", lambda start: start[1] + start[2] + start[3].upper(), text)
