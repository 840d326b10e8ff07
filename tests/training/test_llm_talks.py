"""The language model's training talks: true to what was told in them, and never of what is judged."""

import re
from random import Random

from training import domain
from training.domain.refusals import ANSWERS
from training.llm.strangers import outside, resembles_measured, stranger
from training.llm.talks import SHORT, UNSEEN_NAMES, Mix, draw_talk, judged, kept_phrasings, paraphrases
from training.llm.wording import reworded, varied

TALKS = [draw_talk(Random(seed), Mix(lengths=(3, 6))) for seed in range(250)]


def asked_and_answered(talk: list[dict[str, str]]) -> list[tuple[str, str]]:
    texts = [message["content"] for message in talk if message["role"] != "system"]
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_no_talk_has_a_question_that_is_judged() -> None:
    assert judged("What color is the sky?")
    assert all(judged(question) for question in paraphrases())
    for question, answer in (pair for talk in TALKS for pair in asked_and_answered(talk)):
        assert answer
        assert not judged(question)
        assert not resembles_measured(question) or answer not in {text.en for text in ANSWERS.values()}


def test_names_of_the_evaluation_are_never_told() -> None:
    said = " ".join(message["content"] for talk in TALKS for message in talk).lower()
    assert not [name for name in UNSEEN_NAMES if re.search(rf"\\b{name.lower()}\\b", said)]
    assert not {name.lower() for name in UNSEEN_NAMES} & set(domain.vocabulary("en"))


def test_ways_of_asking_are_kept_for_judging_but_not_the_first() -> None:
    kept = kept_phrasings()
    lines = [phrasing.en for intent in domain.intents() for phrasing in intent.phrasings]
    assert 60 < len(kept) < len(lines) / 5
    assert not kept & {intent.phrasings[0].en for intent in domain.intents()}
    few = [intent for intent in domain.intents() if len(intent.phrasings) < 4]
    assert not kept & {phrasing.en for intent in few for phrasing in intent.phrasings}


def test_a_name_that_was_told_is_what_is_given_back() -> None:
    checked = 0
    for talk in TALKS:
        name = ""
        for question, answer in asked_and_answered(talk):
            if found := re.search(r"(?:Nice to meet you, |Hello, |your name is )(\w+)\.$", answer):
                name = found[1]
                assert name.lower() in question.lower()
            if (found := re.fullmatch(r"Your name is (\w+)\.", answer)) and name:
                checked += 1
                assert found[1] == name
    assert checked > 5


def test_what_was_told_last_counts_and_corrections_are_asked_for() -> None:
    asked = 0
    for talk in (draw_talk(Random(f"corrected {seed}"), Mix(lengths=(8,))) for seed in range(300)):
        told: dict[str, list[str]] = {"favorite color": [], "number": []}
        for _, answer in asked_and_answered(talk):
            if found := re.fullmatch(r"Okay, your (favorite color|number) is (.+)\.", answer):
                told[found[1]].append(found[2])
            if found := re.fullmatch(r"Your (favorite color|number) is (.+)\.", answer):
                assert found[2] == told[found[1]][-1]
                asked += len(told[found[1]]) > 1
    assert asked > 7  # two, where talks did not return to a correction


def test_the_time_is_answered_from_the_prompt_alone() -> None:
    checked = 0
    for talk in TALKS:
        system = talk[0]["content"] if talk[0]["role"] == "system" else ""
        for _, answer in asked_and_answered(talk):
            if found := re.search(r"\d\d:\d\d", answer):
                checked += 1
                assert found[0] in system
            elif answer == "I do not know what time it is.":
                assert ":" not in system
    assert checked > 5


def test_the_level_decides_the_length() -> None:
    lengths: dict[bool, list[int]] = {True: [], False: []}
    for talk in TALKS:
        short = SHORT in talk[0]["content"] and talk[0]["role"] == "system"
        lengths[short] += [len(answer) for _, answer in asked_and_answered(talk)]
    mean = {short: sum(values) / len(values) for short, values in lengths.items()}
    assert mean[True] < 0.6 * mean[False]


def test_strangers_are_declined_and_unlike_the_judged_ones() -> None:
    rng = Random(5)
    drawn = [stranger(rng) for _ in range(500)]
    assert len({question for question, _ in drawn}) > 480
    assert {answer for _, answer in drawn} == {text.en for text in ANSWERS.values()}
    assert not any(resembles_measured(question) for question, _ in drawn)
    assert len(outside()) >= 200
    assert all(resembles_measured(question) for question in outside())


def test_variants_keep_the_numbers() -> None:
    rng = Random(3)
    for _ in range(300):
        text = varied("What is fifty six plus five?", rng)
        assert re.search(r"(56|fifty[ -]six)\D*?\b(5|five)\b", text.lower())


def test_rewording_keeps_what_is_asked_for() -> None:
    rng = Random(4)
    forms = {reworded("What is the capital of Peru?", False, rng) for _ in range(200)}
    assert len(forms) > 10
    assert all("Peru" in form and re.search("capital|city", form.lower()) for form in forms)
    forms = {reworded("How do I delete a conversation?", True, rng) for _ in range(200)}
    assert len(forms) > 25
    assert all(re.search("conversation|chat|talk", form) for form in forms)
