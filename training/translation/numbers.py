"""Sentences whose numbers must come out as they went in: digits of every length, number words, times, dates, sums.

Owns how a number is written in both languages and the templates around it. Digits stay digits, and words stay words.
"""

from random import Random

from training.domain.calendar import DAYS, MONTHS
from training.domain.numbers import counted, english, spanish, word
from training.domain.text import Bilingual, Fact, pairs, written

_DIGITS = "0123456789"


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


def value(rng: Random) -> int:
    """A whole number up to 999,999; small and round ones come more often, and hundreds with little after them."""
    draw = rng.random()
    if draw < 0.3:
        return rng.randint(0, 20)
    if draw < 0.6:
        return rng.randint(21, 100)
    if draw < 0.8:
        return rng.randint(101, 999) if rng.random() < 0.75 else 100 * rng.randint(1, 9) + rng.randint(1, 19)
    if draw < 0.86:
        return rng.randint(1, 99) * rng.choice((100, 1000, 10_000))
    return rng.randint(1000, 9999) if draw < 0.93 else rng.randint(10_000, 999_999)


def amount(rng: Random, feminine: bool = False) -> Bilingual:
    """A number of at least two before a noun, as words or as digits."""
    number = max(2, value(rng))
    return counted(number, feminine) if rng.random() < 0.6 else _same(str(number))


def _plain(rng: Random) -> Bilingual:
    return _same(str(rng.choice((rng.randint(0, 9), rng.randint(0, 99), rng.randint(0, 999), rng.randint(0, 99_999)))))


def _run(rng: Random) -> str:
    """A string of digits of any length; often with one digit many times, as in 1000000 or 5551234."""
    length, digits = rng.randint(1, 12), rng.sample(_DIGITS, rng.randint(1, 3))
    pool = _DIGITS if rng.random() < 0.6 else "".join(digits)
    if rng.random() < 0.15:
        return rng.choice("123456789") + "0" * (length - 1)
    return "".join(rng.choice(pool) for _ in range(length))


def figure(rng: Random) -> Bilingual:
    """Digits with whatever stands in and around them, the same in both languages."""
    whole, tens = rng.choice((rng.randint(0, 9), rng.randint(0, 99), rng.randint(0, 9999))), rng.randint(0, 99)
    group = f"{rng.randint(0, 999):03d}"
    forms = (
        *(
            _run(rng),
            _run(rng),
            str(rng.randint(0, 99)),
            str(rng.randint(100, 9999)),
            str(rng.randint(10_000, 999_999)),
        ),
        *(f"{whole}.{tens}", f"{whole}.{rng.randint(0, 9)}", f"{rng.randint(0, 9)}.{rng.randint(0, 99_999):05d}"),
        *(f"{whole},{tens}", f"{whole}.{rng.randint(0, 9)}", f"{tens}%", f"{whole}.{rng.randint(0, 9)}%"),
        *(f"-{tens}", f"{rng.randint(1, 99)},{group}", f"{rng.randint(1, 999)},{group},{rng.randint(0, 999):03d}"),
        *(f"${whole}", f"${whole}.{tens:02d}", f"{whole} €", f"{rng.randint(1, 9)}/{rng.randint(2, 16)}"),
        *(f"{rng.randint(1, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 20)}", f"555-{rng.randint(0, 9999):04d}"),
        *(f"{rng.randint(600, 799)} {group} {rng.randint(100, 999)}", f"{tens}-{rng.randint(10, 999)}"),
        *(f"{rng.choice('ABCDEFGHJKLM')}{tens}", f"{tens}{rng.choice('ABCDEF')}"),
    )
    return _same(rng.choice(forms))


def clock(rng: Random) -> Bilingual:
    """A time of the day in digits, with the Spanish article: "14:05", "las 14:05"."""
    hour = rng.randint(0, 23)
    time = f"{hour:02d}" if rng.random() < 0.25 else str(hour)
    time += f":{rng.randint(0, 59):02d}" + (f":{rng.randint(0, 59):02d}" if rng.random() < 0.05 else "")
    return Bilingual(time, f"{'la' if hour == 1 else 'las'} {time}")


def told(rng: Random) -> Bilingual:
    """A time of the day in words, with the Spanish article."""
    hour, minute = rng.randint(1, 12), rng.randint(1, 29)
    after = hour % 12 + 1
    name, then = (f"{'la' if h == 1 else 'las'} {spanish(h).replace('uno', 'una')}" for h in (hour, after))
    en, next_en, minutes = english(hour), english(after), english(minute)
    part = rng.choice(_MORNING if hour < 6 else _LATE if hour < 12 else _NOON)
    return rng.choice(
        (
            Bilingual(f"{en} o'clock", f"{name} en punto"),
            Bilingual(f"half past {en}", f"{name} y media"),
            Bilingual(f"a quarter past {en}", f"{name} y cuarto"),
            Bilingual(f"a quarter to {next_en}", f"{then} menos cuarto"),
            Bilingual(f"{minutes} past {en}", f"{name} y {spanish(minute)}"),
            Bilingual(f"{minutes} to {next_en}", f"{then} menos {spanish(minute)}"),
            Bilingual(f"{en} {english(minute + 30)}", f"{name} {spanish(minute + 30)}"),
            Bilingual(f"{en} {part.en}", f"{name} {part.es}"),
            Bilingual(f"{hour} {part.en}", f"{name.split()[0]} {hour} {part.es}"),
        )
    )


_MORNING = pairs("""
in the morning | de la mañana
in the afternoon | de la tarde
""")
_LATE = pairs("""
in the morning | de la mañana
in the evening | de la noche
""")
_NOON = pairs("at night | de la noche")


def year(rng: Random) -> int:
    """A year that people speak of."""
    return rng.choice((rng.randint(1900, 2050), rng.randint(1990, 2035), rng.randint(1100, 1899)))


def year_words(number: int) -> Bilingual:
    """A year in words: English in pairs before 2000 ("nineteen eighty four"), Spanish as a number."""
    century, rest = divmod(number, 100)
    if number % 1000 < 10 or 2000 <= number < 2100:
        return word(number)
    if not rest:
        return Bilingual(f"{english(century)} hundred", spanish(number))
    return Bilingual(f"{english(century)} {'oh ' if rest < 10 else ''}{english(rest)}", spanish(number))


_ORDINAL_TEXT = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
_ORDINALS = tuple(_ORDINAL_TEXT.split())


def ordinal(number: int) -> str:
    """The English ordinal of a day of a month."""
    if number <= 20:
        return _ORDINALS[number - 1]
    return "thirtieth" if number == 30 else f"{english(number // 10 * 10)} {_ORDINALS[number % 10 - 1]}"


def date(rng: Random) -> Bilingual:
    """A date in digits or in words, with the Spanish article where the form has one."""
    month, day, written_year = rng.choice(MONTHS), rng.randint(1, 31), year(rng)
    weekday, number = rng.choice(DAYS), rng.randint(1, 12)
    spelled = year_words(written_year)
    return rng.choice(
        (
            Bilingual(f"{month.en} {day}", f"el {day} de {month.es}"),
            Bilingual(f"{month.en} {day}, {written_year}", f"el {day} de {month.es} de {written_year}"),
            Bilingual(f"{month.en} {day}, {written_year}", f"el {day} de {month.es} de {written_year}"),
            Bilingual(f"{weekday.en}, {month.en} {day}", f"el {weekday.es} {day} de {month.es}"),
            Bilingual(
                f"{weekday.en}, {month.en} {day}, {written_year}",
                f"el {weekday.es} {day} de {month.es} de {written_year}",
            ),
            Bilingual(f"{month.en} {ordinal(day)}", f"el {spanish(day)} de {month.es}"),
            Bilingual(f"the {ordinal(day)} of {month.en}", f"el día {spanish(day)} de {month.es}"),
            Bilingual(f"{month.en} {ordinal(day)}, {spelled.en}", f"el {spanish(day)} de {month.es} de {spelled.es}"),
            _same(f"{day}/{number}/{written_year}"),
            _same(f"{written_year}-{number:02d}-{day:02d}"),
            Bilingual(f"{month.en} {written_year}", f"{month.es} de {written_year}"),
        )
    )


def _listed(rng: Random) -> Bilingual:
    """Numbers one after the other: a count up or down of at most twenty, or up to six of any kind."""
    if rng.random() < 0.6:
        first, step = rng.choice((1, 1, rng.randint(0, 90))), rng.choice((1, 1, 1, 2, 5, 10))
        row = [first + step * place for place in range(rng.randint(2, 20))]
        if rng.random() < 0.2:
            row.reverse()
    else:
        most = rng.choice((9, 20, 100, 999))
        row = [rng.randint(0, most) for _ in range(rng.randint(2, 6))]
    mode = rng.random()
    if mode < 0.7:
        return Bilingual(", ".join(map(english, row)), ", ".join(map(spanish, row)))
    return _same((", " if mode < 0.9 else " ").join(map(str, row)))


_OPERATIONS = pairs("""
plus | más
minus | menos
times | por
divided by | entre
""")
_SIGNS = ("+", "-", "×", "*", "/")
# {n} and {m} are numbers that stand alone, {c} and {f} come before a masculine and a feminine noun.
_SENTENCES = pairs("""
{n}. | {n}.
{n}? | ¿{n}?
the number {n}. | el número {n}.
the number is {n}. | el número es {n}.
my number is {n}. | mi número es el {n}.
my favorite number is {n}. | mi número favorito es el {n}.
your favorite number is {n}. | tu número favorito es el {n}.
remember the number {n}. | recuerda el número {n}.
what number comes after {n}? | ¿qué número viene después de {n}?
{n} comes after {m}. | {n} viene después de {m}.
is {n} bigger than {m}? | ¿es {n} mayor que {m}?
{n} is bigger than {m}. | {n} es mayor que {m}.
{n} is smaller than {m}. | {n} es menor que {m}.
which is bigger, {n} or {m}? | ¿cuál es mayor, {n} o {m}?
{n} is an even number. | {n} es un número par.
the answer is {n}. | la respuesta es {n}.
the result is {n}. | el resultado es {n}.
the code is {n}. | el código es {n}.
write {n}. | escribe {n}.
between {n} and {m}. | entre {n} y {m}.
from {n} to {m}. | de {n} a {m}.
count from {n} to {m}. | cuenta de {n} a {m}.
{n}, {m}. | {n}, {m}.
no, not {n}, {m}. | no, {n} no, {m}.
it was {n}, now it is {m}. | era {n}, ahora es {m}.
I said {n}. | dije {n}.
half of {n} is {m}. | la mitad de {n} es {m}.
page {n}. | página {n}.
read page {n}. | lee la página {n}.
I am in room {n}. | estoy en la habitación {n}.
bus number {n}. | el autobús número {n}.
the bus number {n} goes to the station. | el autobús número {n} va a la estación.
I live at number {n}. | vivo en el número {n}.
call {n}. | llama al {n}.
my phone number is {n}. | mi número de teléfono es el {n}.
{l}. | {l}.
{l}. | {l}.
{l}. | {l}.
{l}. | {l}.
the numbers {l}. | los números {l}.
the numbers are {l}. | los números son {l}.
I count {l}. | cuento {l}.
I am {c} years old. | tengo {c} años.
she is {c} years old. | ella tiene {c} años.
my brother is {c} years old. | mi hermano tiene {c} años.
he is {c} years old, and I am {d}. | él tiene {c} años y yo tengo {d}.
it costs {c} euros. | cuesta {c} euros.
the book costs {c} euros. | el libro cuesta {c} euros.
the ticket costs {c} dollars. | el billete cuesta {c} dólares.
it is {c} degrees. | hace {c} grados.
it weighs {c} kilograms. | pesa {c} kilogramos.
it weighs {c} grams. | pesa {c} gramos.
it is {c} kilometers from here. | está a {c} kilómetros de aquí.
the house is {c} meters high. | la casa mide {c} metros de alto.
wait {c} minutes. | espera {c} minutos.
in {c} minutes. | en {c} minutos.
{c} years ago. | hace {c} años.
it lasts {c} days. | dura {c} días.
I have {c} books and {f} tables. | tengo {c} libros y {f} mesas.
there are {c} students in the school. | hay {c} estudiantes en la escuela.
there are {f} people in the room. | hay {f} personas en la sala.
the city has {c} inhabitants. | la ciudad tiene {c} habitantes.
a year has {c} days. | un año tiene {c} días.
a day has {f} hours. | un día tiene {f} horas.
there are {c} minutes in {f} hours. | hay {c} minutos en {f} horas.
there are {c} days in {f} weeks. | hay {c} días en {f} semanas.
there are {f} stars in the picture. | hay {f} estrellas en la imagen.
I see {c} circles. | veo {c} círculos.
what is {n} {op} {m}? | ¿cuánto es {n} {op} {m}?
how much is {n} {op} {m}? | ¿cuánto es {n} {op} {m}?
{n} {op} {m} is {r}. | {n} {op} {m} es {r}.
{n} {op} {m} equals {r}. | {n} {op} {m} es igual a {r}.
{n} {op} {m}. | {n} {op} {m}.
what is {x} {sign} {y}? | ¿cuánto es {x} {sign} {y}?
how much is {x} {sign} {y}? | ¿cuánto es {x} {sign} {y}?
{x} {sign} {y} = {z}. | {x} {sign} {y} = {z}.
{x} {sign} {y} | {x} {sign} {y}
{x} {op} {y} is {z}. | {x} {op} {y} es {z}.
add {n} and {m}. | suma {n} y {m}.
subtract {n} from {m}. | resta {n} de {m}.
{x} percent. | {x} por ciento.
{n} percent of the people. | el {n} por ciento de la gente.
{n} point {m} is a decimal number. | {n} coma {m} es un número decimal.
the value is {n} point {m}. | el valor es {n} coma {m}.
the value is {a}. | el valor es {a}.
the price is {a}. | el precio es {a}.
it costs {a}. | cuesta {a}.
version {a}. | versión {a}.
I need {a}. | necesito {a}.
the number is {a}. | el número es {a}.
the code is {a} and the room is {b}. | el código es {a} y la habitación es la {b}.
{a} is more than {b}. | {a} es más que {b}.
{a}. | {a}.
what is {a}? | ¿qué es {a}?
""")
_TIMES = pairs("""
it is {t}. | {are} {t}.
it is {t} now. | ahora {are} {t}.
the train leaves at {t}. | el tren sale a {t}.
the train arrives at {t}. | el tren llega a {t}.
at {t}. | a {t}.
I get up at {t}. | me levanto a {t}.
I eat at {t}. | como a {t}.
wake me up at {t}. | despiértame a {t}.
the store opens at {t} and closes at {u}. | la tienda abre a {t} y cierra a {u}.
from {t} to {u}. | de {t} a {u}.
we meet at {t}. | nos vemos a {t}.
see you at {t}. | nos vemos a {t}.
the film begins at {t}. | la película empieza a {t}.
I work until {t}. | trabajo hasta {t}.
before {t}. | antes de {t}.
after {t}. | después de {t}.
is it {t} already? | ¿ya {are} {t}?
the meeting is at {t} on {day}. | la reunión es a {t} el {day}.
come at {t}, not at {u}. | ven a {t}, no a {u}.
what time is it, {t} or {u}? | ¿qué hora es, {t} o {u}?
""")
_DATES = pairs("""
today is {d}. | hoy es {d}.
today is {d}. | hoy es {d}.
tomorrow is {d}. | mañana es {d}.
my birthday is {d}. | mi cumpleaños es {d}.
the date is {d}. | la fecha es {d}.
the meeting is {d}. | la reunión es {d}.
from {d} to {e}. | de {d} a {e}.
it is {d}. | es {d}.
it is {d}, {k}. | es {d}, {k}.
{d}. | {d}.
it is the year {y}. | es el año {y}.
in the year {y}. | en el año {y}.
in {y}. | en {y}.
I was born in {y}. | nací en {y}.
she was born in {y}. | ella nació en {y}.
the house was built in {y}. | la casa fue construida en {y}.
he lived from {y} to {w}. | él vivió de {y} a {w}.
the war ended in {y}. | la guerra terminó en {y}.
that was in {y}. | eso fue en {y}.
the day {p}. | el día {p}.
""")
_LISTS = [text for text in _SENTENCES if "{l}" in text.en]


def _alone(rng: Random, digits: bool) -> Bilingual:
    if digits:
        return figure(rng) if rng.random() < 0.2 else _plain(rng)
    return word(value(rng))


def _counted(rng: Random, digits: bool, feminine: bool = False) -> Bilingual:
    number = max(2, value(rng))
    return _same(str(number)) if digits else counted(number, feminine)


def _number_fact(rng: Random) -> Fact:
    digits = rng.random() < 0.4
    x, y, z = (_plain(rng) for _ in range(3))
    return {
        **{slot: _alone(rng, digits) for slot in "nmr"},
        **{slot: _counted(rng, digits) for slot in "cd"},
        "f": _counted(rng, digits, feminine=True),
        "l": _listed(rng),
        "op": rng.choice(_OPERATIONS),
        "sign": _same(rng.choice(_SIGNS)),
        "x": x,
        "y": y,
        "z": z,
        "a": figure(rng),
        "b": figure(rng),
    }


def numbers(rng: Random) -> Bilingual:
    """A sentence with digits or number words."""
    return written(rng.choice(_SENTENCES), _number_fact(rng), rng)


def lists(rng: Random) -> Bilingual:
    """Numbers one after the other. In long ones a number is lost most easily, and `numbers` draws them too seldom."""
    return written(rng.choice(_LISTS), {"l": _listed(rng)}, rng)


def times(rng: Random) -> Bilingual:
    """A sentence with a time of the day."""
    first, second = (clock(rng) if rng.random() < 0.6 else told(rng) for _ in range(2))
    are = "es" if first.es.split()[0] == "la" else "son"
    fact = {"t": first, "u": second, "are": _same(are), "day": rng.choice(DAYS)}
    return written(rng.choice(_TIMES), fact, rng)


def dates(rng: Random) -> Bilingual:
    """A sentence with a date or a year."""
    spelled = rng.random() < 0.4
    y, w = (year_words(number) if spelled else _same(str(number)) for number in (year(rng), year(rng)))
    time = f"{rng.randint(0, 23)}:{rng.randint(0, 59):02d}"
    fact = {"d": date(rng), "e": date(rng), "y": y, "w": w, "k": _same(time), "p": _same(str(rng.randint(1, 31)))}
    return written(rng.choice(_DATES), fact, rng)


def sentence(rng: Random) -> Bilingual:
    """A sentence with a number of any kind."""
    return rng.choices((numbers, lists, times, dates), (0.53, 0.14, 0.17, 0.16))[0](rng)
