"""Numbers that a translation has to keep, in digits and in words."""

from collections.abc import Iterator
from random import Random

import pytest

from models.numerals import any_in, keeping
from training.domain.numbers import counted, english, spanish
from training.translation.numbers import ordinal, year_words


def test_a_text_that_keeps_the_numbers_goes_before_a_likelier_one() -> None:
    asked: list[str] = []

    def others(*texts: str) -> Iterator[str]:
        for text in texts:
            asked.append(text)
            yield text

    found = keeping("Room 1,250, at 17:05.", "en", "es", "Sala 1.250, a las 17:05.", others("no"))
    assert found == "Sala 1.250, a las 17:05."
    assert not asked
    found = keeping("4 of 10", "en", "es", "4 de 1", others("10 de 4.", "4 de 10 y 10", "de 10, 4"))
    assert found == "10 de 4."
    assert asked == ["10 de 4."]
    assert keeping("At 3 p.m.", "en", "es", "A las 15", others("A las 15 h", "A las tres")) == "A las 15"


def test_a_long_number_that_came_in_part_is_made_whole() -> None:
    said = "There are 5505 books and 9805 cars."
    assert keeping("Hay 5505 libros y 9805075 coches.", "es", "en", said, ["Cars."]) == said.replace("9805", "9805075")
    assert keeping("Hay 9.805.075 coches.", "es", "en", "There are 9805 cars.", []) == "There are 9.805.075 cars."
    for source, other in (("En 1984 y 1985.", "In 1984 and 1994."), ("Hay 98050.", "98051 98050 are there.")):
        assert keeping(source, "es", "en", other, []) == other


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        ("What is thirteen plus thirty?", "¿Cuánto es treinta?", "¿Cuánto es trece más treinta?"),
        ("From nineteen to five to ten.", "De diecinueve a diez.", "De las cinco menos diecinueve a las diez."),
        ("I am twenty one years old.", "Tengo treinta y un años.", "Tengo veintiún años."),
        ("January thirtieth.", "El veinte de enero.", "El treinta de enero."),
        ("In nineteen oh five.", "En mil novecientos cincuenta.", "En mil novecientos cinco."),
    ],
)
def test_number_words_are_kept_both_ways(source: str, wrong: str, right: str) -> None:
    assert keeping(source, "en", "es", wrong, [wrong, right]) == right
    assert keeping(source, "en", "es", right, [wrong]) == right
    assert keeping(right, "es", "en", source, [wrong]) == source


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("A quarter to six.", "Las seis menos cuarto."),
        ("The third month has one more.", "El tercer mes tiene uno más."),
        ("Wait a second, there are two.", "Espera un segundo, hay dos."),
        ("One dog and three cats.", "Un perro y tres gatos."),
        ("It is 14:05 on May second.", "Son las 14:05 del dos de mayo."),
        ("Twelve.", "12."),
        ("Forty percent of it.", "El cuarenta por ciento de eso."),
        ("Two times one hundred seventy.", "Dos por ciento setenta."),
        ("Sixty four point fourteen.", "Sesenta y cuatro coma catorce."),
    ],
)
def test_ordinals_articles_and_digits_may_stand_for_one_another(source: str, translation: str) -> None:
    assert keeping(source, "en", "es", translation, ["otra"]) == translation
    assert keeping(translation, "es", "en", source, ["other"]) == source


def test_every_number_is_the_same_in_both_languages() -> None:
    rng = Random(1)
    for number in (*range(2, 1200), *(rng.randrange(1200, 10**6) for _ in range(800))):
        en, es, feminine = english(number), spanish(number), counted(number, feminine=True).es
        assert keeping(f"{en}.", "en", "es", f"{es}.", ["x"]) == f"{es}.", number
        assert keeping(f"{feminine} mesas.", "es", "en", f"{en} tables.", ["x"]) == f"{en} tables.", number
        assert keeping(f"{en}.", "en", "es", f"{spanish(number + 2)}.", [f"{es}."]) == f"{es}.", number
    for number in range(1800, 2030):
        words = year_words(number)
        assert keeping(words.en, "en", "es", words.es, ["x"]) == words.es, number
    for day in range(1, 32):
        assert keeping(f"May {ordinal(day)}", "en", "es", f"el {spanish(day)} de mayo", ["x"]) != "x", day


def test_numbers_in_words_are_read_in_english_and_spanish_alone() -> None:
    assert any_in("I have two.", "en")
    assert any_in("May thirtieth", "en")
    assert any_in("Room 1", "en")
    assert not any_in("Un perro y una casa.", "es")
    assert any_in("A las 15 h", "xx")
    assert not any_in("J'en ai neuf.", "fr")
    assert not any_in("Hello there.", "en")
    assert keeping("Quatre livres neufs, 4.", "fr", "en", "Four new books, 4.", ["x"]) == "Four new books, 4."
