"""Measures the starter language model through Parley's own engine: `python -m training.llm.evaluate [FOLDER]`.

Prints a JSON line per measure; README.md beside the model records them. Held-out questions were never trained on; of
the sums, which are asked in full, nine in ten were.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from random import Random

from models import catalog
from models.engines.llama_chat import LlamaChat
from models.roles import CancelToken, Message, Sampling
from training.domain import held_out, sample_held_out, spoken
from training.domain.numbers import english
from training.domain.refusals import refusal_exchange

QUESTIONS = 600
REFUSALS = 150
SYSTEM = (resources.files("resources") / "prompts" / "system.txt").read_text(encoding="utf-8").strip()

Case = tuple[list[str], set[str]]
"""A talk that ends in a question (question, answer, question, …) and the answers that are right, in spoken form."""


def main(folder: Path | None = None) -> None:
    card = next(card for card in catalog.load() if card.id == "starter-llm")
    engine = LlamaChat(card, folder or catalog.starter_folder() / card.folder)
    engine.load()
    rng = Random("evaluation")
    known = _held_out(rng)
    questions = rng.sample(sorted(known), QUESTIONS)
    _measure(engine, "held-out questions, as written", [([q], known[q]) for q in questions])
    _measure(
        engine, "held-out questions, as a recognizer writes them", [([spoken(q, "en")], known[q]) for q in questions]
    )
    _measure(engine, "held-out questions, no system prompt", [([q], known[q]) for q in questions], system=False)
    _measure(engine, "held-out questions after two exchanges", list(_later(questions, known, rng)))
    _measure(engine, "all sums and differences in 0 to 20, words", list(_arithmetic("what is {a} {sign} {b}")))
    _measure(engine, "all sums and differences in 0 to 20, digits", list(_arithmetic("{x}{mark}{y}")))
    refused = {spoken(text, "en") for text in _refusal_answers()}
    grammar = [([question], refused) for question in _outside(rng)]
    _measure(engine, "refusals, held-out questions of the grammar", grammar)
    lines = (resources.files("training.llm") / "outside.txt").read_text(encoding="utf-8").splitlines()
    _measure(engine, "refusals, questions written by hand", [([line], refused) for line in lines])
    engine.close()


def _measure(engine: LlamaChat, name: str, cases: list[Case], system: bool = True) -> None:
    """Counts answers that are word for word right; shows a few that are not."""
    wrong: list[tuple[str, str]] = []
    began = time.perf_counter()
    for texts, right in cases:
        talk = [Message("assistant" if place % 2 else "user", text) for place, text in enumerate(texts)]
        if system:
            talk.insert(0, Message("system", SYSTEM))
        answer = "".join(engine.reply(talk, Sampling(max_tokens=96), CancelToken()))
        if spoken(answer, "en") not in right:
            wrong.append((texts[-1], answer))
    right_count = len(cases) - len(wrong)
    milliseconds = 1000 * (time.perf_counter() - began) / len(cases)
    figures = {"right": right_count, "of": len(cases), "share": round(right_count / len(cases), 4)}
    print(json.dumps({"measure": name, **figures, "ms_per_answer": round(milliseconds, 1), "wrong": wrong[:12]}))


def _held_out(rng: Random) -> dict[str, set[str]]:
    """Held-out questions and all answers that the domain gives to each."""
    known: dict[str, set[str]] = defaultdict(set)
    by_form: dict[str, set[str]] = defaultdict(set)
    for _ in range(8_000):
        drawn = sample_held_out(rng)
        by_form[spoken(drawn.question.en, "en")].add(spoken(drawn.answer.en, "en"))
        known[drawn.question.en] = by_form[spoken(drawn.question.en, "en")]
    return known


def _later(questions: list[str], known: dict[str, set[str]], rng: Random) -> Iterable[Case]:
    for question in questions:
        before: list[str] = []
        for earlier in rng.sample(questions, 2):
            answer = sorted(known[earlier])[0]
            before += [earlier, answer[0].upper() + answer[1:] + "."]
        yield [*before, question], known[question]


def _arithmetic(form: str) -> Iterable[Case]:
    for a in range(21):
        for b in range(21):
            for sign, mark, result in (("plus", "+", a + b), ("minus", "-", a - b)):
                if 0 <= result <= 20:
                    question = form.format(a=english(a), b=english(b), sign=sign, mark=mark, x=a, y=b)
                    yield [question], {f"{english(a)} {sign} {english(b)} is {english(result)}"}


def _refusal_answers() -> set[str]:
    rng = Random(0)
    return {refusal_exchange(rng).answer.en for _ in range(200)}


def _outside(rng: Random) -> Iterable[str]:
    found: set[str] = set()
    while len(found) < REFUSALS:
        question = refusal_exchange(rng).question.en
        if held_out(question) and question not in found:
            found.add(question)
            yield question


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
