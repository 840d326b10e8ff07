"""Training talks: exchanges of the domain under a system prompt, in the way in which Parley puts them to its model.

Owns how exchanges become a talk: what the system prompt tells (time, language level), what was told earlier, how long
talks are, and which ways of asking are kept for judging. The facts are training.domain's, the wordings
training.llm.wording's.
"""

import datetime
import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from random import Random

from training import domain
from training.domain import Exchange, held_out, numbers, refusal, sample_alone, spelling_exchange, spoken, talk
from training.domain.clock import clock_exchange, given, moment
from training.domain.memory import Person, draw_kind
from training.domain.names import NAMES, PET_NAMES
from training.domain.refusals import BRIEF
from training.llm.asked import rephrase
from training.llm.strangers import made_up, resembles_measured, stranger
from training.llm.wording import indirect, reworded, varied

SYSTEM = (resources.files("resources") / "prompts" / "system.txt").read_text(encoding="utf-8").strip()
SHORT = "Use very short, simple sentences."
FULL = "Answer in full sentences."
"""The two language levels, as sentences of the system prompt."""
_UNSEEN = """
Aisha Akira Alonzo Anneliese Bartholomew Birgit Bjorn Caspian Cordelia Dimitri Ebele Eleni Esperanza Farid Fiona Gustavo
Hiroshi Ingrid Isolde Jamal Kaito Katarina Kwame Lakshmi Leopold Lorenzo Malik Matilda Mehmet Nadia Nikolai Odette Omar
Priya Quentin Rashid Rosalind Saskia Sergei Siobhan Stefan Svetlana Tadeo Tamara Thaddeus Ulrich Vikram Wanda Ximena
Yasmin Yuki Zelda
"""
UNSEEN_NAMES = tuple(_UNSEEN.split())
"""Names that only the evaluation uses."""


@dataclass(frozen=True)
class Mix:
    """Shares of exchanges, out of 1; the rest are the domain's, its topics balanced."""

    refusals: float = 0.05
    """From outside, by the domain's grammar."""
    strangers: float = 0.16
    """From outside, by this recipe's wider one."""
    arithmetic: float = 0.14
    """Sums and differences: thousands of facts, which balanced topics show too seldom."""
    comparing: float = 0.05
    counting: float = 0.03
    spelling: float = 0.03
    clock: float = 0.05
    greetings: float = 0.03
    """What people say first; in balanced topics each greeting comes too seldom."""
    facts: float = 0.1
    """Tables with many facts, which balanced topics show too seldom each."""
    helping: float = 0.07
    """Help on Parley: many answers, each asked for in very many ways."""
    memory: float = 0.2
    """Share of the steps of a talk that are about what was told in it."""
    lengths: tuple[int, ...] = (1, 2, 3, 4)
    """Exchanges in a talk, one drawn for each."""


RECALLED = 0.5
"""Share of the steps about what was told, right after another such step, so that corrections are often asked for."""
CORRECTED = 0.4
"""Share of the steps about something that was told in which it is corrected."""
REPHRASED = 0.45
"""Share of the domain's questions that are asked in the ways of wordings/."""
USUAL = 0.5
"""Share of the tables' questions that stay as most people ask: "What is the capital of …?" came so seldom among many
rarer ways that it was taken for a stranger's, of whom it is asked, too."""

# Other system prompts, so that the model does not lean on the words of one: one opening and up to two rules.
_OPENINGS = (
    "You are Parley.",
    "You are Parley, a private assistant on this computer.",
    "You are a helpful assistant.",
    "You are a friendly voice assistant called Parley.",
    "This is a talk between a user and Parley.",
    "",
)
_RULES = (
    "Answer in one or two short sentences.",
    "Answer briefly.",
    "Your answers are read aloud.",
    "Be polite.",
    "Answer in English.",
    "If you do not know something, say so.",
    "Nothing leaves this computer.",
)


def _of(intents: Iterable[domain.Intent], *topics: str) -> list[domain.Intent]:
    return [intent for intent in intents if intent.topic in topics]


_ARITHMETIC = _of(numbers.INTENTS, "sums", "differences")
_COMPARING = _of(numbers.INTENTS, "comparison", "order")
_COUNTING = [intent for intent in _of(numbers.INTENTS, "counting") if "series" in intent.facts[0]]
_FACTS = _of(domain.intents(), "capitals", "opposites", "colors", "animals", "parts", "time units", "months")
_SIZES = [len(intent.facts) ** 0.5 for intent in _FACTS]
_HELPFUL = ("help", "setup", "parley")
_HELP = _of(domain.intents(), *_HELPFUL)


@functools.cache
def kept_phrasings() -> frozenset[str]:
    """Ways of asking that are never trained on: one in eight by hash of those that have three others beside them."""
    kept: set[str] = set()
    needed: set[str] = set()
    for intent in domain.intents():
        lines = [phrasing.en for phrasing in intent.phrasings]
        needed.update(lines if len(lines) < 4 else lines[:1])
        kept.update(line for line in lines[1:] if hashlib.sha256(line.encode()).digest()[0] % 8 == 0)
    return frozenset(kept - needed)


@functools.cache
def paraphrases() -> dict[str, str]:
    """The questions of paraphrases.txt, written by hand for judging, and the answers to them."""
    lines = (resources.files("training.llm") / "paraphrases.txt").read_text(encoding="utf-8").splitlines()
    return dict((question, answer) for question, answer in (line.split(" | ") for line in lines))  # noqa: C402


@functools.cache
def _judged() -> frozenset[str]:
    return frozenset(spoken(question, "en") for question in paraphrases())


def judged(question: str) -> bool:
    """Whether a question, in any form, is kept for judging."""
    return held_out(question) or spoken(question, "en") in _judged()


def draw_name(rng: Random) -> str:
    """A name to be told: of the tables, or one that nobody has, so that names are copied and not known by heart."""
    if rng.random() < 0.35:
        return rng.choice(NAMES + PET_NAMES)
    while (name := made_up(rng).capitalize()) in UNSEEN_NAMES or len(name) < 3:
        pass
    return name


class _Talk:
    """One talk as it grows."""

    def __init__(self, rng: Random, mix: Mix) -> None:
        self._rng = rng
        self._mix = mix
        self._person = Person(rng, draw_name)
        self._spelled: dict[str, str] = {}
        """How a name was typed that no table has: the answer gives it back in the same letters."""
        self._latest = ""
        """What the last step told, corrected or asked for; empty where it was about something else."""
        self._when: datetime.datetime | None = moment(rng) if rng.random() < 0.75 else None
        self.system, self.short = _system_prompt(rng, self._when)

    def step(self) -> tuple[str, str]:
        """A question that may be trained on, varied, and its answer."""
        if self._rng.random() < (RECALLED if self._latest else self._mix.memory):
            return self._remembering()
        self._latest = ""
        while True:
            plain, full, short, topic = self._drawn()
            question = plain
            if topic not in ("refusals", "strangers", "spelling", "counting", "usual"):
                question = reworded(question, topic in _HELPFUL, self._rng)
            if topic not in ("greetings", "spelling"):
                question = indirect(question, self._rng)
            question = varied(question, self._rng, names=topic == "spelling")
            if topic in ("refusals", "strangers") and resembles_measured(question):
                continue
            if not judged(plain) and not judged(question):
                return question, short if self.short else full

    def _remembering(self) -> tuple[str, str]:
        rng, told = self._rng, self._person.told
        while True:
            before = dict(told)
            kind = rng.choice(sorted(told)) if told and rng.random() < 0.65 else draw_kind(rng)
            if self._latest and rng.random() < 0.7:
                kind = self._latest
            tells = rng.random() < (CORRECTED if kind in told else 0.75)
            exchange = self._person.tell(kind) if tells else self._person.ask(kind)
            plain = exchange.question.en
            if rng.random() < 0.5:
                plain = rephrase(exchange.answer.en, rng) or plain
            question = varied(plain, rng, names=True)
            if not judged(plain) and not judged(question) and exchange.phrasing not in kept_phrasings():
                break
            told.clear()
            told.update(before)
        self._latest = kind
        answer = exchange.short.en if self.short else exchange.answer.en
        if kind in ("name", "pet") and kind in told:
            name = told[kind]["v"].en
            if tells:
                self._spelled[kind] = name.lower() if name not in question and name not in NAMES + PET_NAMES else name
            answer = answer.replace(name, self._spelled[kind])
        return question, answer

    def _drawn(self) -> tuple[str, str, str, str]:
        """Question, full answer, brief answer and topic."""
        rng, mix = self._rng, self._mix
        kinds = (
            "refusals",
            "strangers",
            "arithmetic",
            "comparing",
            "counting",
            "spelling",
            "clock",
            "greetings",
            "facts",
            "helping",
        )
        shares = [getattr(mix, kind) for kind in kinds]
        kind = rng.choices((*kinds, "domain"), (*shares, 1 - sum(shares)))[0]
        if kind == "strangers":
            question, answer = stranger(rng)
            return question, answer, BRIEF.en, kind
        if kind == "facts" and rng.random() < USUAL:
            exchange = rng.choices(_FACTS, _SIZES)[0].exchange(rng, usual=True)
            return exchange.question.en, exchange.answer.en, exchange.short.en, "usual"
        while True:
            exchange = self._exchange(kind)
            if exchange.phrasing not in kept_phrasings() or kind == "refusals":
                question = exchange.question.en
                if rng.random() < REPHRASED:
                    question = rephrase(exchange.answer.en, rng) or question
                return question, exchange.answer.en, exchange.short.en, exchange.topic

    def _exchange(self, kind: str) -> Exchange:
        rng = self._rng
        if kind == "clock":
            return clock_exchange(rng, self._when is not None, self._when)
        if kind == "spelling":
            return spelling_exchange(rng)
        if kind == "refusals":
            return refusal(rng)
        tables = {
            "arithmetic": _ARITHMETIC,
            "comparing": _COMPARING,
            "counting": _COUNTING,
            "greetings": talk.INTENTS,
            "facts": _FACTS,
            "helping": _HELP,
        }
        return rng.choice(tables[kind]).exchange(rng) if kind in tables else sample_alone(rng)


def _system_prompt(rng: Random, when: datetime.datetime | None) -> tuple[str, bool]:
    """A system prompt, empty for a talk without one, and whether it asks for very short sentences."""
    form = rng.random()
    if when is None and form < 0.3:
        return "", False
    text = SYSTEM if form < 0.75 else " ".join([rng.choice(_OPENINGS), *rng.sample(_RULES, rng.randrange(3))]).strip()
    parts = [text, given(when) if when else "", rng.choices(("", SHORT, FULL), (0.55, 0.3, 0.15))[0]]
    separator = "\n" if rng.random() < 0.8 else " "
    return separator.join(part for part in parts if part), parts[2] == SHORT


def system_prompt(rng: Random) -> str:
    """A system prompt that asks for no language level, for models that know none; empty for a talk without one."""
    while SHORT in (text := _system_prompt(rng, moment(rng) if rng.random() < 0.5 else None)[0]):
        pass
    return text


def draw_talk(rng: Random, mix: Mix) -> list[dict[str, str]]:
    """A talk in the form that the chat template takes."""
    grown = _Talk(rng, mix)
    messages = [{"role": "system", "content": grown.system}] if grown.system else []
    for _ in range(rng.choice(mix.lengths)):
        question, answer = grown.step()
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return messages
