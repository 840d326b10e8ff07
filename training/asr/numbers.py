"""Free numbers as they are said: counts up to 999,999, years, strings of digits, and the sentences they stand in.

Knows both languages' habits; it must not know who says them.
"""

from collections.abc import Callable
from random import Random

from training.domain.numbers import english, spanish

_DIGITS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
}
_CARRIERS = {
    "en": """
        {n} | {n} | {n} | the number {n} | what is {n} plus {m} | what is {n} minus {m} | {n} plus {m} | {n} times {m}
        my number is {n} | my favorite number is {n} | my code is {s} | the code is {s} | call {s} | {s}
        {s} | dial {s}
        how much is {n} and {m} | is {n} bigger than {m} | in {y} | in the year {y} | {y} | i was born in {y}
        count from {n} to {m} | it is {n} o'clock | there are {n} of them | i have {n} | {n} people | {n} {m}
        remember the number {n} | what comes after {n} | {n} point {s} | {n} percent | room {n} | i am {n} years old
    """,
    "es": """
        {n} | {n} | {n} | el número {n} | cuánto es {n} más {m} | cuánto es {n} menos {m} | {n} más {m} | {n} por {m}
        mi número es el {n} | mi número favorito es el {n} | mi código es {s} | el código es {s}
        llama al {s} | {s} | {s}
        marca {s} | cuánto son {n} y {m} | es {n} mayor que {m} | en {y} | en el año {y} | {y} | nací en {y}
        cuenta de {n} a {m} | son las {n} | hay {n} | tengo {n} | {n} personas | {n} {m} | recuerda el número {n}
        qué viene después de {n} | {n} coma {s} | {n} por ciento | tengo {n} años
    """,
}


def _digits(random: Random, lang: str) -> str:
    names = _DIGITS[lang]
    words = [random.choice(names) for _ in range(random.choice((2, 3, 3, 4, 4, 5, 6, 7, 8, 9)))]
    if lang == "en" and random.random() < 0.2:
        words = ["oh" if word == "zero" else word for word in words]
    return " ".join(words)


def _year(random: Random, lang: str) -> str:
    year = random.randint(1100, 2099) if random.random() < 0.4 else random.randint(1900, 2040)
    if lang == "es" or 2000 <= year < 2010 or random.random() < 0.1:
        return _count_of(year, random, lang)
    century, rest = divmod(year, 100)
    if rest == 0:
        return f"{english(century)} hundred"
    return f"{english(century)} {f'oh {english(rest)}' if rest < 10 else english(rest)}"


def _count(random: Random, lang: str) -> str:
    top = random.choice((20, 100, 100, 1000, 1000, 10_000, 100_000, 1_000_000))
    number = random.randrange(top)
    if random.random() < 0.1:  # round ones are commoner than chance has them
        number = number // 100 * 100
    return _count_of(number, random, lang)


def _count_of(number: int, random: Random, lang: str) -> str:
    if lang == "en":
        words = english(number).split()
        if random.random() < 0.2:  # two hundred and five
            words = [
                f"{word} and" if word == "hundred" and after not in ("thousand", "") else word
                for word, after in zip(words, [*words[1:], ""], strict=True)
            ]
        if words[:1] == ["one"] and words[1:2] in (["hundred"], ["thousand"]) and random.random() < 0.3:
            words[0] = "a"
        return " ".join(words)
    text = spanish(number)
    if random.random() < 0.15:  # before a feminine noun
        text = text.replace("cientos", "cientas").replace("quinientos", "quinientas").removesuffix("uno")
        text = text + "una" if spanish(number).endswith("uno") else text
    return text


def number_text(random: Random, lang: str) -> str:
    """Numbers alone or in a short sentence, in spoken form."""
    carriers = [carrier.strip() for carrier in _CARRIERS[lang].replace("\n", "|").split("|") if carrier.strip()]
    text = random.choice(carriers)
    fill: dict[str, Callable[[Random, str], str]] = {"{n}": _count, "{m}": _count, "{y}": _year, "{s}": _digits}
    for slot, make in fill.items():
        if slot in text:
            text = text.replace(slot, make(random, lang))
    return text
