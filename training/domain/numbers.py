"""Number words in English and Spanish, and the intents about counting, order and arithmetic up to a hundred."""

from collections.abc import Callable
from operator import gt, lt, ne

from training.domain.text import Bilingual, Fact, intent

_EN_TEXT = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_EN = tuple(_EN_TEXT.split())
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ES_TEXT = """
cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho
diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve
"""
_ES = tuple(_ES_TEXT.split())
_ES_TENS = ("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_ES_HUNDREDS = ("", "ciento", *(f"{stem}cientos" for stem in ("dos", "tres", "cuatro")), "quinientos")
_ES_HUNDREDS += ("seiscientos", "setecientos", "ochocientos", "novecientos")


def english(number: int) -> str:
    """Words for 0 ≤ number < 10¹², as they are spoken in American English, without hyphens."""
    if number < 20:
        return _EN[number]
    if number < 100:
        return _EN_TENS[number // 10] + (f" {_EN[number % 10]}" if number % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            return f"{english(number // size)} {name}" + (f" {english(rest)}" if rest else "")
    raise ValueError(number)


def spanish(number: int) -> str:
    """Words for 0 ≤ number < 10¹², masculine and standing alone ("veintiuno")."""
    if number < 30:
        return _ES[number]
    if number < 100:
        return _ES_TENS[number // 10] + (f" y {_ES[number % 10]}" if number % 10 else "")
    if number == 100:
        return "cien"
    if number < 1000:
        return _ES_HUNDREDS[number // 100] + (f" {spanish(number % 100)}" if number % 100 else "")
    if number < 10**6:
        head = "mil" if number < 2000 else f"{_before_noun(number // 1000)} mil"
        return head + (f" {spanish(number % 1000)}" if number % 1000 else "")
    millions, rest = divmod(number, 10**6)
    head = "un millón" if millions == 1 else f"{_before_noun(millions)} millones"
    return head + (f" {spanish(rest)}" if rest else "")


def _before_noun(number: int) -> str:
    words = spanish(number)
    if words.endswith("veintiuno"):
        return words.removesuffix("uno") + "ún"
    return words.removesuffix("o") if words.endswith("uno") else words


def word(number: int) -> Bilingual:
    """The number's words in both languages."""
    return Bilingual(english(number), spanish(number))


def counted(number: int, feminine: bool = False) -> Bilingual:
    """The number's words before a noun: Spanish "un", "una", "veintiuna"."""
    es = spanish(number)
    if feminine:
        es = (
            es[:-1] + "a"
            if es.endswith("uno")
            else es.replace("cientos", "cientas").replace("quinientos", "quinientas")
        )
    else:
        es = _before_noun(number)
    return Bilingual(english(number), es)


def _digits(number: int) -> Bilingual:
    return Bilingual(str(number), str(number))


def _sums() -> list[Fact]:
    return [
        {"a": word(a), "b": word(b), "c": word(a + b), "x": _digits(a), "y": _digits(b)}
        for a in range(101)
        for b in range(101 - a)
    ]


def _differences() -> list[Fact]:
    return [
        {"a": word(a), "b": word(b), "c": word(a - b), "x": _digits(a), "y": _digits(b)}
        for a in range(101)
        for b in range(a + 1)
    ]


def _orders(relation: Callable[[int, int], bool]) -> list[Fact]:
    """Two numbers of which the relation holds, as words and as digits, and which is the bigger."""
    return [
        {"a": word(a), "b": word(b), "x": _digits(a), "y": _digits(b), "big": word(max(a, b)), "small": word(min(a, b))}
        for a in range(101)
        for b in range(101)
        if relation(a, b)
    ]


def _series(first: int, last: int) -> Bilingual:
    numbers = range(first, last + 1)
    return Bilingual(", ".join(map(english, numbers)), ", ".join(map(spanish, numbers)))


_NEIGHBORS: list[Fact] = [{"n": word(n), "m": word(n + 1), "x": _digits(n), "y": _digits(n + 1)} for n in range(100)]
_MIDDLE: list[Fact] = [{"a": word(n - 1), "b": word(n + 1), "n": word(n)} for n in range(1, 100)]
_PARITY = [Bilingual("even", "par"), Bilingual("odd", "impar")]

INTENTS = (
    intent(
        "sums",
        """
        what is {a} plus {b}? | ¿cuánto es {a} más {b}?
        what's {a} plus {b}? | ¿cuánto es {a} más {b}?
        how much is {a} plus {b}? | ¿cuánto es {a} más {b}?
        {a} plus {b}? | ¿{a} más {b}?
        what do you get if you add {a} and {b}? | ¿cuánto da si sumas {a} y {b}?
        what do {a} and {b} make? | ¿cuánto hacen {a} y {b}?
        how much do {a} and {b} make? | ¿cuánto hacen {a} y {b}?
        what is the sum of {a} and {b}? | ¿cuál es la suma de {a} y {b}?
        what is {x} + {y}? | ¿cuánto es {x} + {y}?
        {x} + {y} | {x} + {y}
        how much is {x} + {y}? | ¿cuánto es {x} + {y}?
        what is {x} plus {y}? | ¿cuánto es {x} más {y}?
        add {a} and {b}. | suma {a} y {b}.
        add {b} to {a}. | suma {b} a {a}.
        calculate {a} plus {b}. | calcula {a} más {b}.
        what does {a} plus {b} equal? | ¿a cuánto equivale {a} más {b}?
        what is {a} and {b} together? | ¿cuánto son {a} y {b} juntos?
        how much {a} plus {b} is~ | cuánto es {a} más {b}~
        {a} plus {b} equals what? | ¿{a} más {b} es igual a qué?
        can you add {a} and {b}? | ¿puedes sumar {a} y {b}?
        I have {a} and get {b} more, how many do I have? | tengo {a} y me dan {b} más, ¿cuántos tengo?
        if I add {b} to {a}, what do I get? | si sumo {b} a {a}, ¿cuánto da?
        what is the total of {a} and {b}? | ¿cuál es el total de {a} y {b}?
        the sum of {a} and {b}^ | la suma de {a} y {b}^
        """,
        "{a} plus {b} is {c}. | {a} más {b} es {c}.",
        _sums(),
        brief="{c}. | {c}.",
    ),
    intent(
        "differences",
        """
        what is {a} minus {b}? | ¿cuánto es {a} menos {b}?
        what's {a} minus {b}? | ¿cuánto es {a} menos {b}?
        how much is {a} minus {b}? | ¿cuánto es {a} menos {b}?
        {a} minus {b}? | ¿{a} menos {b}?
        what is {a} less {b}? | ¿cuánto es {a} menos {b}?
        how much is {a} less {b}? | ¿cuánto es {a} menos {b}?
        what is left if you take {b} from {a}? | ¿cuánto queda si quitas {b} de {a}?
        how much is left if I take {b} away from {a}? | ¿cuánto queda si quito {b} de {a}?
        what is the difference between {a} and {b}? | ¿cuál es la diferencia entre {a} y {b}?
        what is {x} - {y}? | ¿cuánto es {x} - {y}?
        {x} - {y} | {x} - {y}
        how much is {x} - {y}? | ¿cuánto es {x} - {y}?
        what is {x} minus {y}? | ¿cuánto es {x} menos {y}?
        take {b} from {a}. | quita {b} de {a}.
        take {b} away from {a}. | quita {b} de {a}.
        subtract {b} from {a}. | resta {b} de {a}.
        calculate {a} minus {b}. | calcula {a} menos {b}.
        {a} minus {b} equals what? | ¿{a} menos {b} es igual a qué?
        can you subtract {b} from {a}? | ¿puedes restar {b} de {a}?
        I have {a} and give away {b}, how many are left? | tengo {a} y regalo {b}, ¿cuántos me quedan?
        if I take {b} from {a}, what is left? | si quito {b} de {a}, ¿cuánto queda?
        what do you get if you subtract {b} from {a}? | ¿cuánto da si restas {b} de {a}?
        what does {a} minus {b} equal? | ¿a cuánto equivale {a} menos {b}?
        how much {a} minus {b} is~ | cuánto es {a} menos {b}~
        """,
        "{a} minus {b} is {c}. | {a} menos {b} es {c}.",
        _differences(),
        brief="{c}. | {c}.",
    ),
    intent(
        "order",
        """
        what comes after {n}? | ¿qué viene después de {n}?
        what number comes after {n}? | ¿qué número viene después de {n}?
        which number comes after {n}? | ¿qué número viene después de {n}?
        what is the next number after {n}? | ¿cuál es el número siguiente a {n}?
        what comes next after {n}? | ¿qué viene después de {n}?
        what number follows {n}? | ¿qué número sigue a {n}?
        what number is after {n}? | ¿qué número está después de {n}?
        which number comes after {n}~ | qué número viene después de {n}~
        which number follows {n}? | ¿qué número sigue a {n}?
        what comes right after {n}? | ¿qué viene justo después de {n}?
        what comes after {x}? | ¿qué viene después de {x}?
        what number comes after {x}? | ¿qué número viene después de {x}?
        when I count, what comes after {n}? | cuando cuento, ¿qué viene después de {n}?
        the number after {n}^ | el número después de {n}^
        """,
        "the number {m} comes after {n}. | el número {m} viene después de {n}.",
        _NEIGHBORS,
        brief="{m}. | {m}.",
    ),
    intent(
        "order",
        """
        what comes before {m}? | ¿qué viene antes de {m}?
        what number comes before {m}? | ¿qué número viene antes de {m}?
        which number comes before {m}? | ¿qué número viene antes de {m}?
        what number is before {m}? | ¿qué número está antes de {m}?
        which number comes just before {m}? | ¿qué número viene justo antes de {m}?
        which number comes before {m}~ | qué número viene antes de {m}~
        what comes right before {m}? | ¿qué viene justo antes de {m}?
        what comes before {y}? | ¿qué viene antes de {y}?
        what number comes before {y}? | ¿qué número viene antes de {y}?
        what is the number just before {m}? | ¿cuál es el número justo antes de {m}?
        when I count, what comes before {m}? | cuando cuento, ¿qué viene antes de {m}?
        the number before {m}^ | el número antes de {m}^
        """,
        "the number {n} comes before {m}. | el número {n} viene antes de {m}.",
        _NEIGHBORS,
        brief="{n}. | {n}.",
    ),
    intent(
        "order",
        """
        what number is between {a} and {b}? | ¿qué número está entre {a} y {b}?
        which number is between {a} and {b}? | ¿qué número está entre {a} y {b}?
        what comes between {a} and {b}? | ¿qué viene entre {a} y {b}?
        the number between {a} and {b}^ | el número entre {a} y {b}^
        """,
        "the number {n} is between {a} and {b}. | el número {n} está entre {a} y {b}.",
        _MIDDLE,
        brief="{n}. | {n}.",
    ),
    intent(
        "comparison",
        """
        which is bigger, {a} or {b}? | ¿cuál es mayor, {a} o {b}?
        which number is bigger, {a} or {b}? | ¿qué número es mayor, {a} o {b}?
        what is bigger, {a} or {b}? | ¿qué es mayor, {a} o {b}?
        what is more, {a} or {b}? | ¿qué es más, {a} o {b}?
        which is larger, {a} or {b}? | ¿cuál es más grande, {a} o {b}?
        which is greater, {a} or {b}? | ¿cuál es mayor, {a} o {b}?
        which one is bigger, {a} or {b}? | ¿cuál es mayor, {a} o {b}?
        which of {a} and {b} is the bigger number? | ¿cuál de {a} y {b} es el número mayor?
        which is bigger, {x} or {y}? | ¿cuál es mayor, {x} o {y}?
        which is higher, {a} or {b}? | ¿cuál es más alto, {a} o {b}?
        which number is bigger, {a} or {b}~ | qué número es mayor, {a} o {b}~
        """,
        "{big} is bigger than {small}. | {big} es mayor que {small}.",
        _orders(ne),
        brief="{big}. | {big}.",
    ),
    intent(
        "comparison",
        """
        which is smaller, {a} or {b}? | ¿cuál es menor, {a} o {b}?
        which number is smaller, {a} or {b}? | ¿qué número es menor, {a} o {b}?
        what is smaller, {a} or {b}? | ¿qué es menor, {a} o {b}?
        what is less, {a} or {b}? | ¿qué es menos, {a} o {b}?
        which number is smaller, {a} or {b}? | ¿qué número es menor, {a} o {b}?
        which one is smaller, {a} or {b}? | ¿cuál es menor, {a} o {b}?
        which of {a} and {b} is the smaller number? | ¿cuál de {a} y {b} es el número menor?
        which is smaller, {x} or {y}? | ¿cuál es menor, {x} o {y}?
        which is lower, {a} or {b}? | ¿cuál es más bajo, {a} o {b}?
        which number is smaller, {a} or {b}~ | qué número es menor, {a} o {b}~
        """,
        "{small} is smaller than {big}. | {small} es menor que {big}.",
        _orders(ne),
        brief="{small}. | {small}.",
    ),
    intent(
        "comparison",
        """
        is {a} bigger than {b}? | ¿es {a} mayor que {b}?
        is {a} more than {b}? | ¿es {a} más que {b}?
        is {a} larger than {b}? | ¿es {a} más grande que {b}?
        is {a} greater than {b}? | ¿es {a} mayor que {b}?
        is {x} bigger than {y}? | ¿es {x} mayor que {y}?
        whether {a} is bigger than {b}~ | si {a} es mayor que {b}~
        """,
        "yes, {a} is bigger than {b}. | sí, {a} es mayor que {b}.",
        _orders(gt),
        brief="yes. | sí.",
    ),
    intent(
        "comparison",
        """
        is {a} bigger than {b}? | ¿es {a} mayor que {b}?
        is {a} more than {b}? | ¿es {a} más que {b}?
        is {a} larger than {b}? | ¿es {a} más grande que {b}?
        is {a} greater than {b}? | ¿es {a} mayor que {b}?
        is {x} bigger than {y}? | ¿es {x} mayor que {y}?
        whether {a} is bigger than {b}~ | si {a} es mayor que {b}~
        """,
        "no, {a} is smaller than {b}. | no, {a} es menor que {b}.",
        _orders(lt),
        brief="no. | no.",
    ),
    intent(
        "comparison",
        """
        is {a} smaller than {b}? | ¿es {a} menor que {b}?
        is {a} less than {b}? | ¿es {a} menos que {b}?
        is {x} smaller than {y}? | ¿es {x} menor que {y}?
        is {a} lower than {b}? | ¿es {a} más bajo que {b}?
        whether {a} is smaller than {b}~ | si {a} es menor que {b}~
        """,
        "yes, {a} is smaller than {b}. | sí, {a} es menor que {b}.",
        _orders(lt),
        brief="yes. | sí.",
    ),
    intent(
        "comparison",
        """
        is {a} smaller than {b}? | ¿es {a} menor que {b}?
        is {a} less than {b}? | ¿es {a} menos que {b}?
        is {x} smaller than {y}? | ¿es {x} menor que {y}?
        is {a} lower than {b}? | ¿es {a} más bajo que {b}?
        whether {a} is smaller than {b}~ | si {a} es menor que {b}~
        """,
        "no, {a} is bigger than {b}. | no, {a} es mayor que {b}.",
        _orders(gt),
        brief="no. | no.",
    ),
    intent(
        "counting",
        """
        count to {n}. | cuenta hasta {n}.
        count up to {n}. | cuenta hasta {n}.
        can you count to {n}? | ¿puedes contar hasta {n}?
        please count to {n}. | por favor, cuenta hasta {n}.
        say the numbers up to {n}. | di los números hasta {n}.
        I want you to count to {n}. | quiero que cuentes hasta {n}.
        let me hear you count to {n}. | déjame oírte contar hasta {n}.
        count to {x}. | cuenta hasta {x}.
        count from one to {n}. | cuenta de uno a {n}.
        """,
        "{series}. | {series}.",
        [{"n": word(n), "x": _digits(n), "series": _series(1, n)} for n in range(2, 21)],
    ),
    intent(
        "counting",
        """
        count from {a} to {b}. | cuenta de {a} a {b}.
        can you count from {a} to {b}? | ¿puedes contar de {a} a {b}?
        say the numbers from {a} to {b}. | di los números de {a} a {b}.
        what are the numbers from {a} to {b}? | ¿cuáles son los números de {a} a {b}?
        """,
        "{series}. | {series}.",
        [{"a": word(a), "b": word(b), "series": _series(a, b)} for a in range(2, 18) for b in range(a + 2, 21)],
    ),
    intent(
        "counting",
        """
        is {n} (odd or even/even or odd)? | ¿{n} es par o impar?
        is {n} (an odd or an even/an even or an odd) number? | ¿es {n} un número par o impar?
        is the number {n} even or odd? | ¿el número {n} es par o impar?
        is {x} even or odd? | ¿{x} es par o impar?
        whether {n} is odd or even~ | si {n} es par o impar~
        """,
        "{n} is an {parity} number. | {n} es un número {parity}.",
        [{"n": word(n), "parity": _PARITY[n % 2], "x": _digits(n)} for n in range(101)],
        brief="{parity}. | {parity}.",
    ),
    intent(
        "counting",
        """
        what is half of {a}? | ¿cuál es la mitad de {a}?
        how much is half of {a}? | ¿cuánto es la mitad de {a}?
        what do I get if I cut {a} in half? | ¿cuánto da si parto {a} por la mitad?
        half of {a}^ | la mitad de {a}^
        """,
        "half of {a} is {b}. | la mitad de {a} es {b}.",
        [{"a": word(2 * n), "b": word(n)} for n in range(1, 51)],
        brief="{b}. | {b}.",
    ),
    intent(
        "counting",
        """
        what is double {a}? | ¿cuál es el doble de {a}?
        what is twice {a}? | ¿cuánto es el doble de {a}?
        how much is two times {a}? | ¿cuánto es dos por {a}?
        what is two times {a}? | ¿cuánto es dos por {a}?
        """,
        "two times {a} is {b}. | dos por {a} es {b}.",
        [{"a": word(n), "b": word(2 * n)} for n in range(1, 51)],
        brief="{b}. | {b}.",
    ),
)
