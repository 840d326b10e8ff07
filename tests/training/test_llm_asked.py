"""The tables of further ways to ask: each fits an answer of the domain and says no more than it does."""

import re
from random import Random

from training import domain
from training.domain.clock import clock_exchange
from training.domain.memory import memory_exchange
from training.domain.spelling import spelling
from training.llm import asked
from training.llm.talks import kept_phrasings

SLOT = re.compile(r"\{(\w+)\}")


def test_questions_use_no_slot_that_their_answer_lacks() -> None:
    for head, questions in asked._tables().items():
        slots = set(SLOT.findall(head))
        wrong = [question for question in questions if not set(SLOT.findall(question)) <= slots]
        assert not wrong, head


def test_every_table_fits_an_answer_of_the_domain() -> None:
    rng = Random(5)
    draws = [intent.exchange for intent in domain.intents()]
    answers = {draw(rng).answer.en for draw in draws for _ in range(60)}
    answers |= {clock_exchange(rng, known).answer.en for known in (True, False) for _ in range(400)}
    answers |= {memory_exchange(rng).answer.en for _ in range(4000)} | {spelling(rng).answer.en}
    fixed = {head for head in asked.wordings() if head not in answers}
    patterns = {pattern.pattern for pattern, _ in asked._patterns() if not any(map(pattern.fullmatch, answers))}
    assert not fixed
    assert not patterns


def test_slots_are_filled_from_the_answer() -> None:
    assert "Capital of Peru?" in asked.rephrased("The capital of Peru is Lima.")
    assert "Make a sound like a dog." in asked.rephrased("A dog says woof.")
    assert "After Monday?" in asked.rephrased("Tuesday comes after Monday.")
    assert asked.rephrased("We live on the planet earth.") != asked.rephrased("Lions live in Africa.")
    assert "What color is my favorite?" in asked.rephrased("Your favorite color is white.")
    assert asked.rephrased("Nobody laughs here.") == []


def test_no_way_of_asking_that_is_kept_for_judging_is_in_the_tables() -> None:
    kept = {SLOT.sub("", phrasing).lower() for phrasing in kept_phrasings()}
    assert not [line for lines in asked._tables().values() for line in lines if SLOT.sub("", line).lower() in kept]
