"""The translators' training text and the measures they are judged with."""

import random
import re

import pytest

from training.domain import held_out, sample_held_out
from training.domain.names import named
from training.domain.spoken import normalized
from training.translation import contexts, kept, names, phrases
from training.translation.chrf import chrf
from training.translation.data import bilingual, everyday, heard, judged, judged_names, judged_numbers, pair, varied


def test_no_held_out_sentence_is_trained_on() -> None:
    rng = random.Random(1)
    by_hand = {normalized(text.en) for text in everyday()}
    for _ in range(800):
        text = bilingual(rng)
        assert not held_out(text.en)
        assert not held_out(text.es)
        assert normalized(text.en) not in by_hand


def test_what_is_judged_is_never_trained_on() -> None:
    trained = {text for seed in range(2) for text, _ in (pair(random.Random(f"{seed}-{n}"), "es") for n in range(500))}
    rng = random.Random(2)
    judgement = {judged(rng, "es")[0][0] for _ in range(100)}
    judgement |= {judged_numbers(rng, "es", kind)[0][0] for kind in ("digits", "words", "times", "dates")}
    assert len(judgement) > 60
    assert not trained & judgement


def test_words_of_held_out_sentences_stand_in_others() -> None:
    """Of the words of sentences about Parley that nothing may train on, hardly one is never shown."""
    rng = random.Random(7)
    shown = {word for _ in range(12_000) for word in normalized(contexts.sentence(rng).es, "es").split()}
    shown |= {word for _ in range(6_000) for word in normalized(bilingual(rng).es, "es").split()}
    judged_words = {
        word
        for exchange in (sample_held_out(rng) for _ in range(1500))
        if exchange.topic in ("help", "setup", "parley", "greetings")
        for word in normalized(exchange.question.es, "es").split()
    }
    assert len(judged_words) > 100
    assert len(judged_words - shown) < 0.04 * len(judged_words), sorted(judged_words - shown)


def test_choices_of_contexts_are_as_many_in_both_languages() -> None:
    for text in contexts.TEMPLATES:
        en, es = ([group.count("/") for group in re.findall(r"\(([^)]*)\)", line)] for line in (text.en, text.es))
        assert en == es, text


def test_a_name_is_either_trained_on_or_judged() -> None:
    rng = random.Random(3)
    assert not any(names.held(names.invented(rng)) for _ in range(200))
    for _ in range(50):
        (_, target), wanted = judged_names(rng, "en", unseen=True)
        assert any(map(names.held, wanted))
        assert all(name in target for name in wanted)


def test_both_languages_of_a_pair_have_the_same_digits() -> None:
    rng = random.Random(4)
    for _ in range(600):
        text = bilingual(rng)
        digits = [
            sorted(token for token in kept.numbers(line, "en") if token[0].isdigit()) for line in (text.en, text.es)
        ]
        assert digits[0] == digits[1], text


def test_spanish_joins_words_as_it_sounds() -> None:
    rng = random.Random(5)
    for _ in range(300):
        text = phrases.phrase(rng)
        assert "{" not in text.en + text.es
        assert " a el " not in text.es
        assert " de el " not in text.es
    assert names.euphonic(named("Ana y Irene")).es == "Ana e Irene"
    assert names.euphonic(named("Ana o Olga")).es == "Ana u Olga"
    assert names.euphonic(named("Ana y Iana")).es == "Ana y Iana"


def test_a_heard_list_keeps_its_numbers_apart() -> None:
    assert heard("Twenty, one and thirty two.", "en") == "twenty, one and thirty two"
    assert heard("Hola, Ana. ¿Qué tal?", "es") == "hola ana qué tal"
    assert heard("It is 14:05, Ana.", "en") == "it is 14:05 ana"


def test_variations_keep_the_number() -> None:
    rng = random.Random(6)
    found = {varied("I am twenty four, not one hundred five.", "en", rng) for _ in range(400)}
    assert "I'm twenty-four, not one hundred and five." in found
    assert {varied("tres coma cinco", "es", rng) for _ in range(30)} == {"tres coma cinco", "tres punto cinco"}


def test_chrf_of_equal_and_of_foreign_text() -> None:
    assert chrf(["El cielo es azul."], ["El cielo es azul."]) == pytest.approx(100)
    assert chrf(["xyz"], ["abc"]) == 0
    assert chrf([""], ["abc"]) == 0
    # One of two letters, no pair: precision and recall are the means of 1/2 and 0.
    assert chrf(["ab"], ["ac"]) == pytest.approx(25)


def test_numbers_are_found_as_words_and_as_digits() -> None:
    assert kept.numbers("There are seven days and 1234 cats.", "en") == ["seven", "1234"]
    assert kept.numbers("Hay treinta y cinco gatos y doscientas casas.", "es") == [
        "treinta",
        "cinco",
        "doscientos",
    ]
    assert kept.numbers("El tren sale a las 7:45.", "es") == ["7:45"]
    assert kept.numbers("Veintiuna y un gato", "es") != kept.numbers("Veintidós y un gato", "es")
    assert kept.numbers("Hay una casa.", "es") == []
    assert kept.numbers("March twenty first", "en") == ["twenty", "one"]
