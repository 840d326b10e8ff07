"""A broad grammar of simple sentences in English and Spanish, so that the translator knows more than its domain.

Sentences are composed from words.py and nouns.py beside it: subjects, verbs in three tenses, objects, places, times,
names and numbers; every draw is one sentence in both languages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from training.domain.numbers import counted
from training.domain.text import Bilingual, written
from training.translation.names import euphonic, name
from training.translation.nouns import NOUNS, Noun
from training.translation.phrases import phrase
from training.translation.words import (
    ADJECTIVES,
    CITIES,
    COMPARATIVES,
    FUTURE_TIMES,
    PAST_TIMES,
    STATES,
    SUBJECTS,
    TIMES,
    VERBS,
    Verb,
)


@dataclass(frozen=True)
class Subject:
    """A subject; `person` counts the Spanish forms yo, tú, él, nosotros, ellos from 0."""

    en: str
    es: str
    person: int
    form: int = 0
    """Of adjectives: masculine, feminine, and both as plurals, 0 to 3."""

    @property
    def am(self) -> str:
        return "am" if self.en == "I" else "is" if self.third else "are"

    @property
    def was(self) -> str:
        return "was" if self.en == "I" or self.third else "were"

    @property
    def third(self) -> bool:
        return self.person == 2

    @property
    def do(self) -> str:
        return "does" if self.third else "do"


_PRONOUNS = (
    Subject("I", "", 0),
    Subject("you", "", 1),
    Subject("he", "él", 2),
    Subject("she", "ella", 2, 1),
    Subject("we", "", 3, 2),
    Subject("they", "ellos", 4, 2),
)
_ESTAR = ("estoy", "estás", "está", "estamos", "están")
_TENER = ("tengo", "tienes", "tiene", "tenemos", "tienen")
_PODER = ("puedo", "puedes", "puede", "podemos", "pueden")
_IR = ("voy", "vas", "va", "vamos", "van")
_QUERER = ("quiero", "quieres", "quiere", "queremos", "quieren")
_ESTABA = ("estaba", "estabas", "estaba", "estábamos", "estaban")
_POSSESSIVES = (("my", "mi", "mis"), ("your", "tu", "tus"), ("his", "su", "sus"), ("her", "su", "sus"))
_OUR = ("our", ("nuestro", "nuestra", "nuestros", "nuestras"))


def _subject(rng: Random) -> Subject:
    draw = rng.random()
    if draw < 0.55:
        return rng.choice(_PRONOUNS)
    if draw < 0.7:
        called = name(rng)
        return Subject(called, called, 2)
    noun = rng.choice(NOUNS[rng.choice(["person", "person", "animal"])])
    if draw < 0.8:
        return Subject(f"the {noun.ens}", f"{noun.los} {noun.ess}", 4, 2 + noun.feminine)
    if draw < 0.9:
        phrase = _possessed(noun, rng)
        return Subject(phrase.en, phrase.es, 2, int(noun.feminine))
    return Subject(f"the {noun.en}", f"{noun.el} {noun.es}", 2, int(noun.feminine))


def _possessed(noun: Noun, rng: Random) -> Bilingual:
    if rng.random() < 0.15:
        return Bilingual(f"our {noun.en}", f"{_OUR[1][noun.feminine]} {noun.es}")
    en, es, _ = rng.choice(_POSSESSIVES)
    return Bilingual(f"{en} {noun.en}", f"{es} {noun.es}")


def _number(rng: Random, feminine: bool = False, least: int = 2) -> Bilingual:
    draw = rng.random()
    if draw < 0.55:
        return counted(rng.randint(least, 20), feminine)
    if draw < 0.7:
        return counted(rng.randint(21, 999), feminine)
    digits = str(rng.choice([rng.randint(least, 20), rng.randint(21, 99), rng.randint(100, 9999)]))
    return Bilingual(digits, digits)


def _phrase(noun: Noun, rng: Random) -> Bilingual:
    """A noun phrase: article, possessive, number or adjective."""
    draw = rng.random()
    if draw < 0.2:
        return Bilingual(f"the {noun.en}", f"{noun.el} {noun.es}")
    if draw < 0.4:
        return Bilingual(f"a {noun.en}", f"{noun.un} {noun.es}")
    if draw < 0.5:
        return _possessed(noun, rng)
    if draw < 0.6:
        this = "esta" if noun.feminine else "este"
        return Bilingual(f"this {noun.en}", f"{this} {noun.es}")
    if draw < 0.75:
        n = _number(rng, noun.feminine)
        return Bilingual(f"{n.en} {noun.ens}", f"{n.es} {noun.ess}")
    adjective = rng.choice(ADJECTIVES)
    if draw < 0.85:
        return Bilingual(f"the {adjective[0]} {noun.en}", f"{noun.el} {noun.es} {adjective[1 + noun.feminine]}")
    if draw < 0.93:
        return Bilingual(f"a {adjective[0]} {noun.en}", f"{noun.un} {noun.es} {adjective[1 + noun.feminine]}")
    n = _number(rng, noun.feminine)
    return Bilingual(f"{n.en} {adjective[0]} {noun.ens}", f"{n.es} {noun.ess} {adjective[3 + noun.feminine]}")


def _object(verb: Verb, rng: Random) -> Bilingual:
    if not verb.takes:
        return Bilingual("", "")
    if verb.takes == "subject":
        return rng.choice(SUBJECTS)
    if verb.takes == "person":
        if rng.random() < 0.35:
            called = name(rng)
            return Bilingual(called, f"a {called}")
        noun = rng.choice(NOUNS["person"])
        if rng.random() < 0.5:
            phrase = _possessed(noun, rng)
            return Bilingual(phrase.en, f"a {phrase.es}")
        return Bilingual(f"the {noun.en}", f"a {noun.el} {noun.es}")
    return _phrase(rng.choice(NOUNS[verb.takes]), rng)


def _where(rng: Random) -> Bilingual:
    if rng.random() < 0.3:
        city = rng.choice(CITIES)
        return Bilingual(f"in {city.en}", f"en {city.es}")
    noun = rng.choice(NOUNS["place"])
    return Bilingual(f"{noun.at} the {noun.en}", f"en {noun.el} {noun.es}")


def _rest(rng: Random, times: tuple[Bilingual, ...]) -> Bilingual:
    """A place, a time, both or nothing."""
    draw = rng.random()
    where, when = _where(rng), rng.choice(times)
    if draw < 0.35:
        return Bilingual("", "")
    if draw < 0.6:
        return where
    return when if draw < 0.85 else Bilingual(f"{where.en} {when.en}", f"{where.es} {when.es}")


def _statement(rng: Random) -> Bilingual:
    subject, verb = _subject(rng), rng.choice(VERBS)
    thing = _object(verb, rng)
    draw, person = rng.random(), subject.person
    if draw < 0.4:
        rest = _rest(rng, TIMES)
        if rng.random() < 0.2:
            en = f"{subject.en} {subject.do} not {verb.base} {thing.en} {rest.en}."
            return Bilingual(en, f"{subject.es} no {verb.present[person]} {thing.es} {rest.es}.")
        form = verb.third if subject.third else verb.base
        if " for" in verb.base and subject.third:
            form = "looks for"
        return Bilingual(
            f"{subject.en} {form} {thing.en} {rest.en}.", f"{subject.es} {verb.present[person]} {thing.es} {rest.es}."
        )
    if draw < 0.65:
        rest = _rest(rng, PAST_TIMES)
        if rng.random() < 0.2:
            en = f"{subject.en} did not {verb.base} {thing.en} {rest.en}."
            return Bilingual(en, f"{subject.es} no {verb.preterite[person]} {thing.es} {rest.es}.")
        return Bilingual(
            f"{subject.en} {verb.past} {thing.en} {rest.en}.",
            f"{subject.es} {verb.preterite[person]} {thing.es} {rest.es}.",
        )
    rest = _rest(rng, FUTURE_TIMES)
    en, es = rng.choice(
        [
            ("will", f"{_IR[person]} a"),
            (f"{subject.am} going to", f"{_IR[person]} a"),
            ("can", _PODER[person]),
            ("cannot", f"no {_PODER[person]}"),
            ("must", f"{_TENER[person]} que"),
            ("has to" if subject.third else "have to", f"{_TENER[person]} que"),
            ("wants to" if subject.third else "want to", _QUERER[person]),
        ]
    )
    return Bilingual(
        f"{subject.en} {en} {verb.base} {thing.en} {rest.en}.",
        f"{subject.es} {es} {verb.infinitive} {thing.es} {rest.es}.",
    )


def _asked(rng: Random) -> Bilingual:
    subject, verb = _subject(rng), rng.choice(VERBS)
    thing, person = _object(verb, rng), subject.person
    word_en, word_es = rng.choice(
        [("", ""), ("", ""), ("why", "por qué"), ("when", "cuándo"), ("where", "dónde"), ("how", "cómo")]
    )
    draw = rng.random()
    if draw < 0.45:
        return Bilingual(
            f"{word_en} {subject.do} {subject.en} {verb.base} {thing.en}?",
            f"¿{word_es} {verb.present[person]} {subject.es} {thing.es}?",
        )
    if draw < 0.65:
        return Bilingual(
            f"{word_en} did {subject.en} {verb.base} {thing.en}?",
            f"¿{word_es} {verb.preterite[person]} {subject.es} {thing.es}?",
        )
    if draw < 0.85:
        return Bilingual(
            f"{word_en} can {subject.en} {verb.base} {thing.en}?",
            f"¿{word_es} {_PODER[person]} {subject.es} {verb.infinitive} {thing.es}?",
        )
    asking = verb.takes not in ("", "person") and verb.base not in ("have", "want", "need", "look for")
    return Bilingual(
        f"what {subject.am} {subject.en} {verb.gerund if asking else 'doing'}?",
        f"¿qué {_ESTAR[person]} {verb.participle if asking else 'haciendo'} {subject.es}?",
    )


def _copula(rng: Random) -> Bilingual:
    subject, draw = _subject(rng), rng.random()
    person, form = subject.person, 1 + subject.form
    if draw < 0.2:
        state = rng.choice(STATES)
        return Bilingual(f"{subject.en} {subject.am} {state[0]}.", f"{subject.es} {_ESTAR[person]} {state[form]}.")
    if draw < 0.3:
        state = rng.choice(STATES)
        if rng.random() < 0.5:
            return Bilingual(f"{subject.am} {subject.en} {state[0]}?", f"¿{_ESTAR[person]} {state[form]} {subject.es}?")
        return Bilingual(f"{subject.en} {subject.was} {state[0]}.", f"{subject.es} {_ESTABA[person]} {state[form]}.")
    if draw < 0.45:
        where = _where(rng)
        return Bilingual(f"{subject.en} {subject.am} {where.en}.", f"{subject.es} {_ESTAR[person]} {where.es}.")
    noun, adjective = rng.choice(NOUNS[rng.choice(["thing", "food", "animal", "place"])]), rng.choice(ADJECTIVES)
    if draw < 0.65:
        return Bilingual(f"the {noun.en} is {adjective[0]}.", f"{noun.el} {noun.es} es {adjective[1 + noun.feminine]}.")
    if draw < 0.75:
        return Bilingual(
            f"the {noun.ens} are {adjective[0]}.", f"{noun.los} {noun.ess} son {adjective[3 + noun.feminine]}."
        )
    if draw < 0.85:
        return Bilingual(
            f"is the {noun.en} {adjective[0]}?", f"¿es {adjective[1 + noun.feminine]} {noun.el} {noun.es}?"
        )
    other, (en, es) = rng.choice(NOUNS["animal"] + NOUNS["thing"]), rng.choice(list(COMPARATIVES.items()))
    adjective = next(row for row in ADJECTIVES if row[0] == es)
    return Bilingual(
        f"the {noun.en} is {en} than the {other.en}.",
        f"{noun.el} {noun.es} es más {adjective[1 + noun.feminine]} que {other.el} {other.es}.",
    )


def _existence(rng: Random) -> Bilingual:
    noun = rng.choice(NOUNS[rng.choice(["thing", "animal", "person", "food", "place"])])
    where, n, draw = _where(rng), _number(rng, noun.feminine), rng.random()
    color = rng.choice(ADJECTIVES)
    if draw < 0.3:
        return Bilingual(f"there are {n.en} {noun.ens} {where.en}.", f"hay {n.es} {noun.ess} {where.es}.")
    if draw < 0.45:
        return Bilingual(f"there is a {noun.en} {where.en}.", f"hay {noun.un} {noun.es} {where.es}.")
    if draw < 0.6:
        return Bilingual(
            f"there are {n.en} {color[0]} {noun.ens} {where.en}.",
            f"hay {n.es} {noun.ess} {color[3 + noun.feminine]} {where.es}.",
        )
    if draw < 0.8:
        how = "cuántas" if noun.feminine else "cuántos"
        return rng.choice(
            [
                Bilingual(f"how many {noun.ens} are there {where.en}?", f"¿{how} {noun.ess} hay {where.es}?"),
                Bilingual(f"how many {noun.ens} are {where.en}?", f"¿{how} {noun.ess} hay {where.es}?"),
                Bilingual(f"how many {noun.ens} do you have?", f"¿{how} {noun.ess} tienes?"),
                Bilingual(f"how many {noun.ens} do you see?", f"¿{how} {noun.ess} ves?"),
            ]
        )
    if draw < 0.9:
        return Bilingual(f"is there a {noun.en} {where.en}?", f"¿hay {noun.un} {noun.es} {where.es}?")
    return Bilingual(f"there are no {noun.ens} {where.en}.", f"no hay {noun.ess} {where.es}.")


def _about(rng: Random) -> Bilingual:
    """Set patterns about one noun, a person and a city."""
    noun, person = rng.choice(NOUNS[rng.choice(["thing", "food", "animal"])]), rng.choice(NOUNS["person"])
    n, his, mine, city = _number(rng), _possessed(person, rng), _possessed(noun, rng), rng.choice(CITIES)
    patterns = [
        (f"{his.en} is {n.en} years old.", f"{his.es} tiene {n.es} años."),
        (f"the {noun.en} costs {n.en} euros.", f"{noun.el} {noun.es} cuesta {n.es} euros."),
        (f"how much does the {noun.en} cost?", f"¿cuánto cuesta {noun.el} {noun.es}?"),
        (f"where is {mine.en}?", f"¿dónde está {mine.es}?"),
        (f"where is the {noun.en}?", f"¿dónde está {noun.el} {noun.es}?"),
        (f"where are the {noun.ens}?", f"¿dónde están {noun.los} {noun.ess}?"),
        (f"what color is the {noun.en}?", f"¿de qué color es {noun.el} {noun.es}?"),
        (f"what color are the {noun.ens}?", f"¿de qué color son {noun.los} {noun.ess}?"),
        (f"what color is {mine.en}?", f"¿de qué color es {mine.es}?"),
        (f"what is a {noun.en}?", f"¿qué es {noun.un} {noun.es}?"),
        (f"this is my {noun.en}.", f"{'esta' if noun.feminine else 'este'} es mi {noun.es}."),
        (f"I like the {noun.en}.", f"me gusta {noun.el} {noun.es}."),
        (f"who is the {person.en}?", f"¿quién es {person.el} {person.es}?"),
        (f"how do you say {noun.en} in Spanish?", f"¿cómo se dice {noun.es} en español?"),
        (f"how do you spell {noun.en}?", f"¿cómo se deletrea {noun.es}?"),
        (f"spell the word {noun.en}.", f"deletrea la palabra {noun.es}."),
        (f"it is {n.en} degrees in {city.en}.", f"hace {n.es} grados en {city.es}."),
        (f"the {noun.en} and the {person.en}.", f"{noun.el} {noun.es} y {person.el} {person.es}."),
        (f"the {noun.en} of the {person.en}.", f"{noun.el} {noun.es} de {person.el} {person.es}."),
        (f"the {person.en}'s {noun.en}.", f"{noun.el} {noun.es} de {person.el} {person.es}."),
        (f"{noun.ens} are here.", f"{noun.los} {noun.ess} están aquí."),
        (f"{noun.en}.", f"{noun.es}."),
        (f"the {noun.ens}.", f"{noun.los} {noun.ess}."),
    ]
    return Bilingual(*rng.choice(patterns))


def _compound(rng: Random) -> Bilingual:
    first, second = _statement(rng), _statement(rng)
    en, es = rng.choice([("and", "y"), ("but", "pero"), ("because", "porque"), ("when", "cuando"), ("if", "si")])
    if en == "if":
        first, second = second, first
    return Bilingual(f"{first.en[:-1]} {en} {second.en}", f"{first.es[:-1]} {es} {second.es}")


_PATTERNS: list[tuple[Callable[[Random], Bilingual], float]] = [
    (_statement, 4.0),
    (_asked, 2.0),
    (_copula, 2.0),
    (_existence, 2.0),
    (_about, 2.0),
    (phrase, 4.0),
    (_compound, 1.0),
]


def sentence(rng: Random) -> Bilingual:
    """A random simple sentence in both languages."""
    pattern = rng.choices([pattern for pattern, _ in _PATTERNS], [weight for _, weight in _PATTERNS])[0]
    drawn = pattern(rng)
    return euphonic(written(Bilingual(_tidy(drawn.en), _tidy(drawn.es)), {}, rng))


def _tidy(text: str) -> str:
    return " ".join(text.split()).replace(" .", ".").replace(" ?", "?").replace("¿ ", "¿")
