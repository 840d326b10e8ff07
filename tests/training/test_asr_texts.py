"""What the recognizers are to hear: numbers, vocabulary, the split of the sentences, and pronunciations."""

import re
from random import Random

import pytest

from training.asr import sentences
from training.asr.english import ENGLISH
from training.asr.language import Language, pronunciations
from training.asr.lexicon import words_said
from training.asr.numbers import number_text
from training.asr.spanish import SPANISH
from training.asr.speech import synthesizer

LANGUAGES = [pytest.param(ENGLISH, id="en"), pytest.param(SPANISH, id="es")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_words_that_the_recognizer_knows(language: Language) -> None:
    random, known = Random(1), set(sentences.vocabulary(language))
    for _ in range(2000):
        text = number_text(random, language.code)
        assert re.fullmatch(r"[^\W\d]+([' ][^\W\d]+)*", text), text
        assert known.issuperset(text.split()), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_training_texts_are_not_held_out(language: Language) -> None:
    lang = language.code
    drawn = sentences.for_language_model(Random(2), 400, language)
    assert set(language.commands) <= set(drawn)
    said = [text for text in drawn if text not in language.commands and len(text.split()) > 6]
    assert len(said) > 100
    assert not [text for text in said if sentences.held_out(text, lang) or text in sentences.outside(lang)]
    held = sentences.heldout_questions(Random(3), 30, lang) + sentences.heldout_numbers(Random(3), 10, lang)
    assert all(sentences.held_out(text, lang) for text in held)


@pytest.mark.parametrize("language", LANGUAGES)
def test_handwritten_sentences_are_nearly_all_of_known_words(language: Language) -> None:
    lines, known = sentences.outside(language.code), set(sentences.vocabulary(language))
    assert len(set(lines)) == 100
    words = [word for line in lines for word in line.split()]
    assert sum(word in known for word in words) > 0.94 * len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_for_speech_are_of_all_kinds(language: Language) -> None:
    texts = sentences.for_training(Random(4), 300, language, sentences.vocabulary(language))
    assert len(texts) == 300
    assert sum(text in language.commands for text in texts) > 15
    assert sum(" " not in text for text in texts) > 20
    assert sum(text.lower() != text for text in texts) > 30


def test_words_are_told_from_a_spanish_sentence() -> None:
    said = words_said(SPANISH, "la gente vieja", synthesizer().speak("la gente vieja", "roa/es-419", 200), "roa/es-419")
    assert dict(said) == {
        "la": ("L", "A"),
        "gente": ("X", "E", "N", "T", "E"),
        "vieja": ("B", "J", "E", "X", "A"),
    }


def test_a_table_of_pronunciations() -> None:
    assert pronunciations("a: AH, EY | the: DH AH\nto: T UW") == {
        "a": [("AH",), ("EY",)],
        "the": [("DH", "AH")],
        "to": [("T", "UW")],
    }
