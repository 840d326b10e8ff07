"""Names that a translator must keep as they are, and sentences about people who bear them.

Owns names that are known, names that are made up, and which of these no training step may see (`held`).
"""

import hashlib
import re
from collections.abc import Callable
from random import Random

from training.domain.names import NAMES, named
from training.domain.spelling import spelled, words
from training.domain.text import Bilingual, Fact, pairs, written
from training.translation.numbers import amount
from training.translation.words import CITIES

_FIRST = """
Anna Maria Peter John Laura Carlos Luis Sofia David Elena Paul Emma Lucas Julia Pedro Carmen Robert Alice Tom Clara Hugo
Marta Daniel Sara Mark Nina Oscar Rosa Victor Irene Max Eva Adam Lucia Ben Olga Leo Pilar Sam Diana Ivan Ruth George
Isabel Martin Teresa Felix Nora Simon Vera María José Óscar Lucía Sofía Andrés Raúl Iñaki Begoña Ángel Álvaro Inés
Jesús Joaquín Ramón Rubén Tomás Verónica Mónica Martín Hernán Germán César Belén Rocío Noelia Paloma Dolores Mercedes
Manuela Francisca Francisco Alfonso Alberto Roberto Ricardo Eduardo Enrique Emilio Ignacio Gonzalo Guillermo Gabriel
Gabriela Esteban Ernesto Cristina Catalina Beatriz Aurora Alejandro Alejandra Adriana Agustín Valentina Camila Ximena
Santiago Sebastián Mateo Nicolás Natalia Nuria Silvia Sergio Salvador Rafael Rodrigo Pascual Montserrat Mariana Luz
William Elizabeth Margaret Dorothy Richard Edward Arthur Walter Albert Philip Stephen Andrew Matthew Anthony Kenneth
Ronald Donald Jason Jeffrey Ryan Nicholas Jonathan Brandon Samantha Jessica Ashley Amanda Melissa Rebecca Michelle
Kimberly Stephanie Jennifer Heather Megan Caroline Victoria Charlotte Sophie Zoe Chloe Ella Ava Mason Logan Noah Ethan
Dylan Owen Gavin Keith Bruce Ralph Howard Ingrid Astrid Olaf Bjorn Yuki Kenji Ahmed Fatima Omar Layla Ali Chen Wei Raj
Priya Anika Dmitri Natasha Pierre Claire Louis Marie Hans Greta Fritz Heidi Giulia Luca Paolo Zara Kofi Amara Tariq
"""
_LAST = """
Smith Garcia Miller Lopez Johnson Perez Brown Wilson Torres García López Pérez Martínez Sánchez Gómez Fernández
González Rodríguez Hernández Jiménez Ruiz Moreno Muñoz Álvarez Romero Navarro Domínguez Vázquez Ramos Gil Serrano Blanco
Molina Castro Ortiz Rubio Núñez Iglesias Medina Cortés Castillo Santos Guerrero Lozano Cano Prieto Méndez Cruz Calvo
Williams Jones Davis Taylor Anderson Thomas Jackson White Harris Clark Lewis Walker Hall Young King Wright Scott Green
Baker Adams Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Cook
Rogers Reed Murphy Bailey Cooper Kelly Howard Ward Peterson Gray Watson Brooks Sanders Price Bennett Wood Barnes Ross
"""
FAMILY_NAMES = tuple(_LAST.split())
KNOWN = tuple(dict.fromkeys([*NAMES, *_FIRST.split()]))
_ONSET_TEXT = "b c d f g h j k l m n p r s t v w z ch br tr gr dr st cl pl th sh qu ll y x sk fr gl kr tz"
_NUCLEUS_TEXT = "a e i o u a e i o a o ai ei au ia io ee oo ea ie ou y á é í ó ú"
_ONSETS, _NUCLEI = _ONSET_TEXT.split(), _NUCLEUS_TEXT.split()
_CODAS = ("", "", "", "", "", "n", "s", "r", "l", "x", "m", "t", "d", "k", "th", "nd", "rk", "ck", "ng", "z", "sh")
_STEM_TEXT = """
red gat cas perr mes libr agu sol lun man blan verd neg azul dog cat hous tab book wat sun moon hand whit green black
blu app win sum num tre fou sev day week year tim dos siet och nuev vein ten for wor lik see com pen man wor ver ten
cor tra pla gran peq nom gus llam viv est hab com beb
"""
_STEMS = tuple(_STEM_TEXT.split())
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def held(name: str) -> bool:
    """Whether no recipe may train on the made-up `name`: one in ten, by its hash."""
    return hashlib.sha256(name.lower().encode()).digest()[0] % 10 == 0


def known(rng: Random) -> str:
    """A first name from the table, sometimes with a family name."""
    name = rng.choice(KNOWN)
    return f"{name} {rng.choice(FAMILY_NAMES)}" if rng.random() < 0.15 else name


def invented(rng: Random, unseen: bool = False) -> str:
    """A made-up name: one that training may see, or one that it never does."""
    while held(name := _invented(rng)) is not unseen:
        pass
    return name


def _invented(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.5:
        name = "".join(_syllable(rng) for _ in range(rng.choice((1, 2, 2, 2, 3, 3, 4)))) + rng.choice(_CODAS)
    elif draw < 0.75:
        consonants = "bcdfghjklmnprstvz"
        name = "".join(rng.choice(consonants) + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))
        name += rng.choice(["", "", "n", "s", "r", "l", "x", "m"])
    elif draw < 0.94:
        # Begins like a word, and must not be translated for that.
        name = rng.choice(_STEMS) + "".join(_syllable(rng) for _ in range(rng.randint(1, 2)))
    else:
        name = "".join(rng.choice(_LETTERS) for _ in range(rng.randint(3, 8)))
    name = name.capitalize() if len(name) > 1 else f"{name}a".capitalize()
    if rng.random() < 0.03:
        name += f"-{_syllable(rng)}{rng.choice(_CODAS)}".title()
    return name


def _syllable(rng: Random) -> str:
    return rng.choice(_ONSETS) + rng.choice(_NUCLEI)


def name(rng: Random) -> str:
    """Any name that training may see."""
    return known(rng) if rng.random() < 0.4 else invented(rng)


_SENTENCES = pairs("""
my name is {name}. | me llamo {name}.
my name is {name}. | mi nombre es {name}.
I am {name}. | soy {name}.
hello, I am {name}. | hola, soy {name}.
hello, my name is {name}. | hola, me llamo {name}.
my name is {name} and I live in {city}. | me llamo {name} y vivo en {city}.
my name is {name} and I am {n} years old. | me llamo {name} y tengo {n} años.
call me {name}. | llámame {name}.
you can call me {name}. | puedes llamarme {name}.
my friends call me {name}. | mis amigos me llaman {name}.
your name is {name}. | te llamas {name}.
your name is {name}. | tu nombre es {name}.
her name is {name}. | se llama {name}.
nice to meet you, {name}. | mucho gusto, {name}.
hello, {name}. | hola, {name}.
hello {name}, how are you? | hola, {name}, ¿cómo estás?
good morning, {name}. | buenos días, {name}.
good night, {name}. | buenas noches, {name}.
thank you, {name}. | gracias, {name}.
goodbye, {name}. | adiós, {name}.
{name}, where are you? | {name}, ¿dónde estás?
{name}, come here. | {name}, ven aquí.
{name} is my {person}. | {name} es mi {person}.
my {person} is called {name}. | mi {person} se llama {name}.
my {person}'s name is {name}. | mi {person} se llama {name}.
my {animal} is called {name}. | mi {animal} se llama {name}.
my {animal}'s name is {name}. | mi {animal} se llama {name}.
I have {a_animal} called {name}. | tengo {a_animal} que se llama {name}.
{name} lives in {city}. | {name} vive en {city}.
{name} comes from {city}. | {name} viene de {city}.
{name} and {other} live in {city}. | {name} y {other} viven en {city}.
{name} and {other} are in {city}. | {name} y {other} están en {city}.
{name}, {other} and {third} are here. | {name}, {other} y {third} están aquí.
{name} is here. | {name} está aquí.
{name} is not here. | {name} no está aquí.
{name} is {n} years old. | {name} tiene {n} años.
{name} has {counted}. | {name} tiene {counted}.
how old is {name}? | ¿cuántos años tiene {name}?
who is {name}? | ¿quién es {name}?
where is {name}? | ¿dónde está {name}?
where does {name} live? | ¿dónde vive {name}?
where did {name} go? | ¿adónde fue {name}?
what did {name} say? | ¿qué dijo {name}?
is {name} at home? | ¿está {name} en casa?
do you know {name}? | ¿conoces a {name}?
do you know {name} and {other}? | ¿conoces a {name} y a {other}?
have you seen {name}? | ¿has visto a {name}?
I saw {name} yesterday. | ayer vi a {name}.
I saw {name} in {city}. | vi a {name} en {city}.
I am looking for {name}. | estoy buscando a {name}.
call {name}, please. | llama a {name}, por favor.
tell {name} that I am here. | dile a {name} que estoy aquí.
give this to {name}. | dale esto a {name}.
I live with {name}. | vivo con {name}.
I go to {city} with {name}. | voy a {city} con {name}.
this is for {name}. | esto es para {name}.
this is {name}. | este es {name}.
this book is by {name}. | este libro es de {name}.
{name}'s {thing} is here. | {el_thing} de {name} está aquí.
where is {name}'s {thing}? | ¿dónde está {el_thing} de {name}?
{name} gave {other} {a_thing}. | {name} le dio {a_thing} a {other}.
{name} said that {other} is in {city}. | {name} dijo que {other} está en {city}.
is your name {name} or {other}? | ¿te llamas {name} o {other}?
no, my name is {name}, not {other}. | no, me llamo {name}, no {other}.
remember that my name is {name}. | recuerda que me llamo {name}.
do you remember {name}? | ¿recuerdas a {name}?
say hello to {name}. | saluda a {name}.
{name} Street is in {city}. | la calle {name} está en {city}.
I live in {name}. | vivo en {name}.
I live in {city}. | vivo en {city}.
I come from {city}. | vengo de {city}.
I am from {city}. | soy de {city}.
I want to go to {city}. | quiero ir a {city}.
where is {city}? | ¿dónde está {city}?
is it cold in {city}? | ¿hace frío en {city}?
{city} is a beautiful city. | {city} es una ciudad hermosa.
we went to {city} yesterday. | ayer fuimos a {city}.
the train to {city} leaves at {hour}. | el tren a {city} sale a {hour}.
how far is it from {city} to {town}? | ¿a qué distancia está {town} de {city}?
what is the weather like in {city}? | ¿qué tiempo hace en {city}?
the company is called {name}. | la empresa se llama {name}.
the city is called {name}. | la ciudad se llama {name}.
{name} is spelled {letters}. | {name} se deletrea {letters}.
{word} is spelled {word_letters}. | {word} se deletrea {word_letters}.
{word} is spelled {word_letters}. | {word} se deletrea {word_letters}.
{word_letters}. | {word_letters}.
how do you spell {name}? | ¿cómo se deletrea {name}?
the picture says "{name}". | la imagen dice «{name}».
{name}. | {name}.
{name} {other}. | {name} {other}.
{name}, {other}, {third}. | {name}, {other}, {third}.
""")
_PEOPLE = pairs("""
brother | hermano
sister | hermana
friend | amigo
mother | madre
father | padre
son | hijo
daughter | hija
teacher | profesor
neighbor | vecino
uncle | tío
aunt | tía
boss | jefe
doctor | médico
cousin | primo
wife | esposa
husband | esposo
""")
_ANIMALS = pairs("""
dog | perro
cat | gato
horse | caballo
rabbit | conejo
bird | pájaro
fish | pez
""")
_FEMININE = frozenset({"house", "table", "suitcase", "guitar", "bag"})
_THINGS = pairs("""
book | libro
car | coche
phone | teléfono
house | casa
table | mesa
hat | sombrero
computer | ordenador
suitcase | maleta
guitar | guitarra
bag | bolsa
coat | abrigo
""")


def _fact(rng: Random, names: list[str]) -> Fact:
    thing, animal, hour = rng.choice(_THINGS), rng.choice(_ANIMALS), f"{rng.randint(2, 23)}:{rng.randint(0, 59):02d}"
    feminine = thing.en in _FEMININE
    several, word = amount(rng, feminine), rng.choice(words())
    plural = f"{thing.es}{'s' if thing.es[-1] in 'aeo' else 'es'}"
    return {
        **{slot: named(name) for slot, name in zip(("name", "other", "third"), names, strict=True)},
        "city": rng.choice(CITIES),
        "town": rng.choice(CITIES),
        "person": rng.choice(_PEOPLE),
        "animal": animal,
        "a_animal": Bilingual(f"a {animal.en}", f"un {animal.es}"),
        "thing": thing,
        "a_thing": Bilingual(f"a {thing.en}", f"{'una' if feminine else 'un'} {thing.es}"),
        "el_thing": named(f"{'la' if feminine else 'el'} {thing.es}"),
        "n": amount(rng),
        "letters": named(spelled(names[0])),
        "word": named(word),
        "word_letters": named(spelled(word)),
        "hour": Bilingual(hour, f"las {hour}"),
        "counted": Bilingual(f"{several.en} {thing.en}s", f"{several.es} {plural}"),
    }


def euphonic(text: Bilingual) -> Bilingual:
    """The text with Spanish "e" for "y" before an i, and "u" for "o" before an o, also where a name begins with it."""
    es = re.sub(r"\by (?=[Hh]?[IiÍí](?![aeoáéó]))", "e ", text.es)
    return Bilingual(text.en, re.sub(r"\bo (?=[Hh]?[OoÓó])", "u ", es))


def sentence(rng: Random, draw: Callable[[Random], str] = name) -> tuple[Bilingual, list[Bilingual]]:
    """A sentence with names of people as `draw` gives them, and the names in it, cities among them."""
    template = rng.choice(_SENTENCES)
    fact = _fact(rng, [draw(rng) for _ in range(3)])
    borne = [fact[slot] for slot in ("name", "other", "third", "city", "town") if f"{{{slot}}}" in template.en]
    return euphonic(written(template, fact, rng)), borne
