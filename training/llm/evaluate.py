"""What the shipped language model reaches, measured through Parley's own engine, as figures.

Owns the test sets. An answer counts only if it is word for word one that the domain gives; a refusal, if it begins as
all refusals do. Judged is what no training step saw: ways of asking that talks.kept_phrasings names, the hand-written
questions of paraphrases.txt and outside.txt, sentences that the domain holds out, names that no training talk has.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from models import catalog
from models.engines.llama_chat import LlamaChat
from models.roles import CancelToken, Message, Sampling
from training import domain
from training.domain import Exchange, Intent, held_out, numbers, sample_alone, spoken
from training.domain.clock import clock_exchange, given, moment
from training.domain.memory import Person
from training.domain.refusals import BRIEF, refusal_exchange
from training.domain.spelling import spelling
from training.figures import Figure
from training.llm import talks
from training.llm.strangers import outside

SEED = 4
PARAPHRASES = 400
DIALOGUES = 100
EACH = 100
"""Cases of each further measure."""
SLICE = 10
"""A slice for the test-suite has one case in so many."""
BARS = {"paraphrases": 90.0, "refusals": 95.0, "memory": 90.0, "size": 8.0, "load": 0.5}
TOKENS = 96


@dataclass(frozen=True)
class Case:
    """What a person says, one thing after the other, and whether the answer to the last is right."""

    said: Sequence[str]
    right: Callable[[str], bool]
    system: str


def figures(small: bool = False, folder: Path | None = None, show: bool = False) -> Iterator[Figure]:
    """What the model in `folder`, or the one that ships, is measured to be; `show` prints the wrong answers."""
    card = next(card for card in catalog.load() if card.id == "starter-llm")
    folder = folder or catalog.starter_folder() / card.folder
    engine = LlamaChat(card, folder)
    began = time.perf_counter()
    engine.load()
    loading = time.perf_counter() - began
    rng = Random(SEED)
    answering: list[float] = []

    def reply(messages: list[Message]) -> str:
        began = time.perf_counter()
        answer = "".join(engine.reply(messages, Sampling(max_tokens=TOKENS), CancelToken()))
        answering.append(time.perf_counter() - began)
        return answer

    def measured(name: str, cases: list[Case], bar: float | None = None) -> Figure:
        cases = rng.sample(cases, max(1, len(cases) // SLICE)) if small else cases
        wrong = [case for case in cases if not _passes(case, reply, show)]
        return Figure("llm", name, 100 - 100 * len(wrong) / len(cases), "%", bar, of=len(cases))

    try:
        by_hand = list(_by_hand(rng))
        drawn = list(_paraphrased(rng, PARAPHRASES - len(by_hand)))
        written = measured("paraphrased questions, written by hand", by_hand)
        others = measured("paraphrased questions, unseen phrasings of the tables", drawn)
        right = written.value * written.of + others.value * others.of
        of = written.of + others.of
        yield Figure("llm", "paraphrased questions", right / of, "%", BARS["paraphrases"], of=of)
        yield written
        yield others
        yield measured("refusals of questions outside, written by hand", list(_outside(rng)), BARS["refusals"])
        yield measured("refusals of held-out questions outside, of the tables", list(_outside_tables(rng)))
        yield measured("memory, three turns", list(_dialogues(rng, 3, DIALOGUES)), BARS["memory"])
        yield measured("memory, eight turns", list(_dialogues(rng, 8, EACH // 2)))
        yield measured("sums to 100", list(_of("sums", rng)))
        yield measured("differences to 100", list(_of("differences", rng)))
        yield measured("comparing and order to 100", list(_of("comparison", rng)) + list(_of("order", rng)))
        yield measured("counting", list(_of("counting", rng)))
        yield measured("spelling", list(_spelling(rng)))
        yield measured("time and date from the prompt", list(_clock(rng)))
        yield measured("held-out questions, full sentences asked for", list(_level(rng, short=False)))
        yield measured("held-out questions, very short sentences asked for", list(_level(rng, short=True)))
    finally:
        engine.close()
    answering.sort()
    yield Figure("llm", "time of an answer, median", 1000 * answering[len(answering) // 2], "ms", of=len(answering))
    yield Figure("llm", "loading", loading, "s", BARS["load"], at_most=True)
    yield Figure("llm", "size", (folder / card.files["model"]).stat().st_size / 1e6, "MB", BARS["size"], at_most=True)


def _passes(case: Case, reply: Callable[[list[Message]], str], show: bool) -> bool:
    """Has the talk, with the model's own answers in it, and judges the last one."""
    messages = [Message("system", case.system)]
    for text in case.said:
        messages.append(Message("user", text))
        messages.append(Message("assistant", reply(messages)))
    answer = messages[-1].text
    if show and not case.right(answer):
        print("  ", " / ".join(message.text for message in messages[1:]))
    return case.right(answer)


def _prompt(rng: Random, level: str = "") -> str:
    """The system prompt as Parley puts it: who it is, the time, and the level where one is chosen."""
    return "\n".join(part for part in (talks.SYSTEM, given(moment(rng)), level) if part)


def _one_of(*answers: str) -> Callable[[str], bool]:
    forms = {spoken(answer, "en") for answer in answers}
    return lambda answer: spoken(answer, "en") in forms


def _among(answers: set[str], answer: str) -> bool:
    return _one_of(*answers)(answer)


def _declined(answer: str) -> bool:
    return answer.startswith(BRIEF.en.removesuffix("."))


def _different(cases: Iterable[Case], count: int) -> Iterator[Case]:
    """The first `count` cases that end in different questions."""
    seen: set[str] = set()
    for case in cases:
        if (form := spoken(case.said[-1], "en")) not in seen:
            seen.add(form)
            yield case
            if len(seen) == count:
                return


def _by_hand(rng: Random) -> Iterator[Case]:
    for question, answer in talks.paraphrases().items():
        yield Case([question], _one_of(answer), _prompt(rng))


def _paraphrased(rng: Random, count: int) -> Iterator[Case]:
    """Questions of all topics in ways of asking that are not trained on."""
    kept = talks.kept_phrasings()
    answers: dict[str, set[str]] = defaultdict(set)
    cases: list[Case] = []
    for _ in range(20 * count):
        exchange = sample_alone(rng)
        form = spoken(exchange.question.en, "en")
        answers[form].add(exchange.answer.en)
        if exchange.phrasing in kept:
            cases.append(Case([exchange.question.en], partial(_among, answers[form]), _prompt(rng)))
    yield from _different(cases, count)


def _outside(rng: Random) -> Iterator[Case]:
    for question in outside():
        yield Case([question], _declined, _prompt(rng))


def _outside_tables(rng: Random) -> Iterator[Case]:
    drawn = (refusal_exchange(rng).question.en for _ in range(100 * EACH))
    yield from _different((Case([q], _declined, _prompt(rng)) for q in drawn if held_out(q)), EACH)


def _dialogues(rng: Random, turns: int, count: int) -> Iterator[Case]:
    """Somebody tells their name, favorite color or a number, asks other things, and asks for it."""
    found = 0
    while found < count:
        kind = ("name", "color", "number")[found % 3]
        person = Person(rng, lambda rng: rng.choice(talks.UNSEEN_NAMES))
        told = person.tell(kind)
        if kind != "name" and not held_out(told.question.en):
            continue
        said = [sample_alone(rng).question.en for _ in range(turns - 2)]
        said.insert(rng.randint(0, len(said)) if turns > 3 else 0, told.question.en)
        if rng.random() < 0.2:
            said[-1] = person.tell(kind).question.en
        asked = person.ask(kind)
        if rng.random() < 0.5:
            said = [spoken(text, "en") for text in said]
        yield Case([*said, asked.question.en], _one_of(asked.answer.en), _prompt(rng))
        found += 1


def _of(topic: str, rng: Random) -> Iterator[Case]:
    """Held-out questions of one topic of numbers."""
    intents = [intent for intent in numbers.INTENTS if intent.topic == topic]
    answers: dict[str, set[str]] = defaultdict(set)
    exchanges = [_exchange(intents, rng) for _ in range(40 * EACH)]
    for exchange in exchanges:
        answers[exchange.question.en].add(exchange.answer.en)
    held = (e.question.en for e in exchanges if held_out(e.question.en))
    yield from _different((Case([q], _one_of(*answers[q]), _prompt(rng)) for q in held), EACH)


def _exchange(intents: Sequence[Intent], rng: Random) -> Exchange:
    return rng.choice(intents).exchange(rng)


def _spelling(rng: Random) -> Iterator[Case]:
    drawn = (spelling(rng) for _ in range(40 * EACH))
    cases = (Case([e.question.en], _one_of(e.answer.en), _prompt(rng)) for e in drawn if held_out(e.question.en))
    yield from _different(cases, EACH)


def _clock(rng: Random) -> Iterator[Case]:
    for place in range(EACH):
        when = moment(rng)
        level = place % 4 == 3
        exchange = clock_exchange(rng, known=True, when=when)
        system = "\n".join([talks.SYSTEM, given(when), *([talks.SHORT] if level else [])])
        yield Case([exchange.question.en], _one_of((exchange.short if level else exchange.answer).en), system)


def _level(rng: Random, short: bool) -> Iterator[Case]:
    def cases() -> Iterator[Case]:
        while True:
            exchange = domain.sample_held_out(rng)
            if exchange.topic not in ("memory", "clock"):
                answer = exchange.short if short else exchange.answer
                yield Case(
                    [exchange.question.en], _one_of(answer.en), _prompt(rng, talks.SHORT if short else talks.FULL)
                )

    yield from _different(cases(), EACH)


if __name__ == "__main__":
    from training.figures import table

    print(table(list(figures("--small" in sys.argv, Path(sys.argv[1]) if len(sys.argv) > 1 else None, show=True))))
