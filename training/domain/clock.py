"""Questions about the present time and date, which the system prompt tells, and the sentence that tells it there."""

import datetime
from random import Random
from typing import NamedTuple

from training.domain.calendar import DAYS, MONTHS
from training.domain.text import Bilingual, Exchange, Fact, ask, pairs, written

_FIRST, _LAST = datetime.datetime(2020, 1, 1), datetime.datetime(2049, 12, 31)

_TIME = pairs("""
what time is it? | ¿qué hora es?
what time is it now? | ¿qué hora es ahora?
what's the time? | ¿qué hora es?
what is the time? | ¿qué hora es?
what is the time right now? | ¿qué hora es ahora mismo?
what time do you have? | ¿qué hora tienes?
what time it is~ | qué hora es~
what time is it at the moment? | ¿qué hora es en este momento?
do you have the time? | ¿tienes hora?
could you check the time? | ¿puedes mirar la hora?
how late is it? | ¿qué hora es?
what does the clock say? | ¿qué dice el reloj?
what does your clock say? | ¿qué dice tu reloj?
the time^ | la hora^
the time now^ | la hora ahora^
""")
_DATE = pairs("""
what is the date? | ¿qué fecha es?
what is today's date? | ¿cuál es la fecha de hoy?
what's the date today? | ¿qué fecha es hoy?
what is the date today? | ¿qué fecha es hoy?
which date is it? | ¿qué fecha es?
what date is it today? | ¿qué fecha es hoy?
what date do we have? | ¿a qué fecha estamos?
what date it is~ | qué fecha es~
the date^ | la fecha^
today's date^ | la fecha de hoy^
which day of the month is it? | ¿a qué día del mes estamos?
what is the full date? | ¿cuál es la fecha completa?
""")
_DAY = pairs("""
(what/which) day is it? | ¿qué día es?
(what/which) day is it today? | ¿qué día es hoy?
(what/which) day is today? | ¿qué día es hoy?
what day of the week is it? | ¿qué día de la semana es?
what day of the week is today? | ¿qué día de la semana es hoy?
which weekday is it? | ¿qué día de la semana es?
which weekday is it today? | ¿qué día de la semana es hoy?
is it Monday today? | ¿hoy es lunes?
what day it is today~ | qué día es hoy~
what day do we have today? | ¿qué día tenemos hoy?
today is which day? | ¿hoy es qué día?
""")
_TOMORROW = pairs("""
(what/which) day is tomorrow? | ¿qué día es mañana?
(what/which) day is it tomorrow? | ¿qué día es mañana?
(what/which) day will it be tomorrow? | ¿qué día será mañana?
what day of the week is tomorrow? | ¿qué día de la semana es mañana?
what day will tomorrow be? | ¿qué día será mañana?
what day tomorrow is~ | qué día es mañana~
which weekday is tomorrow? | ¿qué día de la semana es mañana?
tomorrow is which day? | ¿mañana es qué día?
""")
_YESTERDAY = pairs("""
(what/which) day was yesterday? | ¿qué día fue ayer?
(what/which) day was it yesterday? | ¿qué día fue ayer?
what day of the week was yesterday? | ¿qué día de la semana fue ayer?
what day did we have yesterday? | ¿qué día tuvimos ayer?
what day yesterday was~ | qué día fue ayer~
which weekday was yesterday? | ¿qué día de la semana fue ayer?
yesterday was which day? | ¿ayer fue qué día?
""")
_MONTH = pairs("""
(what/which) month is it? | ¿qué mes es?
(what/which) month is it now? | ¿qué mes es ahora?
what is the month? | ¿en qué mes estamos?
(what/which) month are we in? | ¿en qué mes estamos?
what month it is~ | qué mes es~
the current month^ | el mes actual^
""")
_YEAR = pairs("""
(what/which) year is it? | ¿qué año es?
(what/which) year is it now? | ¿qué año es ahora?
what is the year? | ¿en qué año estamos?
(what/which) year are we in? | ¿en qué año estamos?
what year do we have? | ¿en qué año estamos?
what year it is~ | qué año es~
the current year^ | el año actual^
""")


class _Kind(NamedTuple):
    questions: tuple[Bilingual, ...]
    answer: Bilingual
    brief: Bilingual
    unknown: Bilingual
    unknown_brief: Bilingual


_KINDS = tuple(
    _Kind(questions, *pairs(answers))
    for questions, answers in (
        (
            _TIME,
            """
            it is {time}. | {are} {time}.
            {time}. | {time}.
            I do not know what time it is. | no sé qué hora es.
            I do not know. | no lo sé.
            """,
        ),
        (
            _DATE,
            """
            today is {month} {n}, {year}. | hoy es {n} de {month} de {year}.
            {month} {n}. | {n} de {month}.
            I do not know today's date. | no sé la fecha de hoy.
            I do not know. | no lo sé.
            """,
        ),
        (
            _DAY,
            """
            today is {day}. | hoy es {day}.
            {day}. | {day}.
            I do not know what day it is today. | no sé qué día es hoy.
            I do not know. | no lo sé.
            """,
        ),
        (
            _TOMORROW,
            """
            tomorrow is {after}. | mañana es {after}.
            {after}. | {after}.
            I do not know what day it is today. | no sé qué día es hoy.
            I do not know. | no lo sé.
            """,
        ),
        (
            _YESTERDAY,
            """
            yesterday was {before}. | ayer fue {before}.
            {before}. | {before}.
            I do not know what day it is today. | no sé qué día es hoy.
            I do not know. | no lo sé.
            """,
        ),
        (
            _MONTH,
            """
            it is {month}. | es {month}.
            {month}. | {month}.
            I do not know what month it is. | no sé qué mes es.
            I do not know. | no lo sé.
            """,
        ),
        (
            _YEAR,
            """
            it is the year {year}. | es el año {year}.
            {year}. | {year}.
            I do not know what year it is. | no sé qué año es.
            I do not know. | no lo sé.
            """,
        ),
    )
)
_WEIGHTS = (3, 2, 2, 1.5, 1, 1, 1)


def moment(rng: Random) -> datetime.datetime:
    """A random minute of thirty years."""
    return _FIRST + datetime.timedelta(minutes=rng.randrange(int((_LAST - _FIRST).total_seconds()) // 60))


def given(when: datetime.datetime) -> str:
    """The sentence of the system prompt that tells the time: "It is Wednesday, November 25, 2026, 14:05."."""
    return f"It is {DAYS[when.weekday()].en}, {MONTHS[when.month - 1].en} {when.day}, {when.year}, {when:%H:%M}."


def clock_exchange(rng: Random, known: bool = True, when: datetime.datetime | None = None) -> Exchange:
    """A question about the present, at `when` or a random moment; the exchange says which, where it is `known`."""
    questions, answer, brief, unknown, unknown_brief = rng.choices(_KINDS, _WEIGHTS)[0]
    phrasing = rng.choice(questions)
    when = when or moment(rng)
    fact = _fact(when)
    if phrasing.en.startswith("is it"):
        answer, brief = _asked_day(when)
        unknown_brief = Bilingual("I do not know.", "no lo sé.")
    question = ask(phrasing, fact, rng)
    if not known:
        return Exchange("clock", question, written(unknown, {}, rng), written(unknown_brief, {}, rng), phrasing.en)
    return Exchange("clock", question, written(answer, fact, rng), written(brief, fact, rng), phrasing.en, given(when))


def _asked_day(when: datetime.datetime) -> tuple[Bilingual, Bilingual]:
    if when.weekday() == 0:
        return Bilingual("yes, today is {day}.", "sí, hoy es {day}."), Bilingual("yes.", "sí.")
    return Bilingual("no, today is {day}.", "no, hoy es {day}."), Bilingual("no, {day}.", "no, {day}.")


def _fact(when: datetime.datetime) -> Fact:
    day = when.weekday()
    time = f"{when:%H:%M}"
    return {
        "time": Bilingual(time, time),
        "are": Bilingual("", "es la" if when.hour == 1 else "son las"),
        "day": DAYS[day],
        "after": DAYS[(day + 1) % 7],
        "before": DAYS[(day - 1) % 7],
        "month": MONTHS[when.month - 1],
        "n": Bilingual(str(when.day), str(when.day)),
        "year": Bilingual(str(when.year), str(when.year)),
    }


def texts() -> list[Bilingual]:
    """Every text that these sentences are made of; numbers are left out."""
    fixed = [text for questions, *answers in _KINDS for text in (*questions, *answers)]
    return [*fixed, Bilingual("yes no", "sí no es la son las"), *DAYS, *MONTHS]
