"""What a model is told before a talk begins."""

import locale
from datetime import datetime

from app.instructions import SIMPLE, moment, system_prompt


def test_it_tells_who_speaks_and_when() -> None:
    prompt = system_prompt(datetime(2026, 11, 25, 14, 5, 59))
    assert prompt.startswith("You are Parley")
    assert prompt.endswith(" It is Wednesday, November 25, 2026, 14:05.")


def test_simple_sentences_are_asked_for_last() -> None:
    assert system_prompt(datetime(2026, 1, 4, 0, 0), simple=True).endswith(
        f"It is Sunday, January 4, 2026, 00:00. {SIMPLE}"
    )


def test_a_model_of_many_languages_is_told_which() -> None:
    assert " Answer in Spanish. " + SIMPLE in system_prompt(datetime(2026, 1, 4, 0, 0), True, "Spanish")


def test_the_names_do_not_depend_on_the_system() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "es_ES.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert moment(datetime(2026, 12, 31, 23, 59)) == "It is Thursday, December 31, 2026, 23:59."
    finally:
        locale.setlocale(locale.LC_TIME, before)
