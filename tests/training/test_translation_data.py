"""The translators' training text and the measures they are judged with."""

import random

import pytest

from training.domain import held_out
from training.translation.chrf import chrf
from training.translation.data import bilingual, judged, pair
from training.translation.report import numbers


def test_no_held_out_sentence_is_trained_on() -> None:
    rng = random.Random(1)
    for _ in range(800):
        text = bilingual(rng)
        assert not held_out(text.en)
        assert not held_out(text.es)


def test_what_is_judged_is_never_trained_on() -> None:
    trained = {text for seed in range(2) for text, _ in (pair(random.Random(f"{seed}-{n}"), "es") for n in range(500))}
    judgement = {judged(random.Random(n), "es")[0][0] for n in range(100)}
    assert len(judgement) > 60
    assert not trained & judgement


def test_chrf_of_equal_and_of_foreign_text() -> None:
    assert chrf(["El cielo es azul."], ["El cielo es azul."]) == pytest.approx(100)
    assert chrf(["xyz"], ["abc"]) == 0
    assert chrf([""], ["abc"]) == 0
    # One of two letters, no pair: precision and recall are the means of 1/2 and 0.
    assert chrf(["ab"], ["ac"]) == pytest.approx(25)


def test_numbers_are_found_as_words_and_as_digits() -> None:
    assert numbers("There are seven days and 1234 cats.", "en") == ["7", "1234"]
    assert numbers("Hay treinta y cinco gatos y doscientas casas.", "es") == ["35", "200"]
    assert numbers("El tren sale a las 7:45.", "es") == ["7:45"]
    assert numbers("Twenty four hours", "en") == ["24"]
