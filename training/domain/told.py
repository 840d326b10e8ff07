"""Tables of what people tell of themselves and ask later: name, favorite color, number, city, age, pet, food."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from training.domain.colors import COLORS
from training.domain.facts import CAPITALS
from training.domain.names import FOODS, NAMES, PET_NAMES, PETS, named
from training.domain.numbers import word
from training.domain.text import Bilingual, Fact, pairs

Table = tuple[Bilingual, ...]


@dataclass(frozen=True)
class Subject:
    """One thing that a person may tell. Slot {v} is what is told, {old} what was told before."""

    draw: Callable[[Random], Fact]
    told: Table
    noted: Table
    """The answer to being told, and the brief one."""
    corrected: Table
    noted_anew: Table
    asked: Table
    answered: Table
    untold: Table


def _subject(draw: Callable[[Random], Fact], *tables: str) -> Subject:
    return Subject(draw, *map(pairs, tables))


def _name(rng: Random) -> Fact:
    return {"v": named(rng.choice(NAMES))}


def _color(rng: Random) -> Fact:
    color = rng.choice(list(COLORS))
    return {"v": Bilingual(color, COLORS[color][0])}


def _number(rng: Random) -> Fact:
    number = rng.randint(0, 100)
    return {"v": word(number), "x": Bilingual(str(number), str(number))}


def _city(rng: Random) -> Fact:
    return {"v": rng.choice(CAPITALS)["city"]}


def _age(rng: Random) -> Fact:
    age = rng.randint(5, 95)
    age += age % 10 == 1  # Spanish would need "veintiún años"
    return {"v": word(age), "x": Bilingual(str(age), str(age))}


def _pet(rng: Random) -> Fact:
    return {"v": named(rng.choice(PET_NAMES)), "pet": rng.choice(PETS)}


def _food(rng: Random) -> Fact:
    return {"v": rng.choice(FOODS)}


SUBJECTS = {
    "name": _subject(
        _name,
        """
        my name is {v}. | me llamo {v}.
        my name's {v}. | mi nombre es {v}.
        I am {v}. | soy {v}.
        I'm {v}. | soy {v}.
        hello, I am {v}. | hola, soy {v}.
        hello, my name is {v}. | hola, me llamo {v}.
        hi, I'm {v}. | hola, soy {v}.
        call me {v}. | llámame {v}.
        please call me {v}. | por favor, llámame {v}.
        you can call me {v}. | puedes llamarme {v}.
        people call me {v}. | la gente me llama {v}.
        my friends call me {v}. | mis amigos me llaman {v}.
        I am called {v}. | me llaman {v}.
        this is {v} speaking. | habla {v}.
        remember that my name is {v}. | recuerda que me llamo {v}.
        {v} is my name. | {v} es mi nombre.
        """,
        "nice to meet you, {v}. | mucho gusto, {v}.\nhello, {v}. | hola, {v}.",
        """
        no, my name is {v}. | no, me llamo {v}.
        no, I am {v}. | no, soy {v}.
        that is wrong, my name is {v}. | eso no es correcto, me llamo {v}.
        sorry, my name is {v}. | perdón, me llamo {v}.
        my name is not {old}, it is {v}. | no me llamo {old}, me llamo {v}.
        I am not {old}, I am {v}. | no soy {old}, soy {v}.
        actually, my name is {v}. | en realidad me llamo {v}.
        I meant {v}. | quería decir {v}.
        """,
        "okay, your name is {v}. | vale, te llamas {v}.\nokay, {v}. | vale, {v}.",
        """
        what is my name? | ¿cuál es mi nombre?
        what's my name? | ¿cómo me llamo?
        do you know my name? | ¿sabes mi nombre?
        do you remember my name? | ¿recuerdas mi nombre?
        who am I? | ¿quién soy?
        what am I called? | ¿cómo me llamo?
        what did I say my name was? | ¿cómo dije que me llamaba?
        what my name is~ | cómo me llamo~
        who I am~ | quién soy~
        my name^ | mi nombre^
        say my name. | di mi nombre.
        can you say my name? | ¿puedes decir mi nombre?
        have you forgotten my name? | ¿has olvidado mi nombre?
        what do people call me? | ¿cómo me llama la gente?
        """,
        "your name is {v}. | te llamas {v}.\n{v}. | {v}.",
        "you have not told me your name yet. | todavía no me has dicho tu nombre.\nI do not know. | no lo sé.",
    ),
    "color": _subject(
        _color,
        """
        my favorite color is {v}. | mi color favorito es el {v}.
        {v} is my favorite color. | el {v} es mi color favorito.
        I like {v} best. | el {v} es el que más me gusta.
        I love the color {v}. | me encanta el color {v}.
        the color I like most is {v}. | el color que más me gusta es el {v}.
        remember that my favorite color is {v}. | recuerda que mi color favorito es el {v}.
        of all colors I like {v} most. | de todos los colores el que más me gusta es el {v}.
        """,
        "okay, your favorite color is {v}. | vale, tu color favorito es el {v}.\nokay, {v}. | vale, {v}.",
        """
        no, my favorite color is {v}. | no, mi color favorito es el {v}.
        sorry, my favorite color is {v}. | perdón, mi color favorito es el {v}.
        my favorite color is not {old}, it is {v}. | mi color favorito no es el {old}, es el {v}.
        now my favorite color is {v}. | ahora mi color favorito es el {v}.
        actually, I like {v} best. | en realidad el {v} es el que más me gusta.
        """,
        "okay, your favorite color is {v}. | vale, tu color favorito es el {v}.\nokay, {v}. | vale, {v}.",
        """
        what is my favorite color? | ¿cuál es mi color favorito?
        what's my favorite color? | ¿cuál es mi color favorito?
        which color is my favorite? | ¿qué color es mi favorito?
        which color do I like best? | ¿qué color me gusta más?
        what color do I like most? | ¿qué color me gusta más?
        do you know my favorite color? | ¿sabes cuál es mi color favorito?
        do you remember my favorite color? | ¿recuerdas mi color favorito?
        what my favorite color is~ | cuál es mi color favorito~
        my favorite color^ | mi color favorito^
        """,
        "your favorite color is {v}. | tu color favorito es el {v}.\n{v}. | {v}.",
        "you have not told me your favorite color yet. | todavía no me has dicho tu color favorito.\n"
        "I do not know. | no lo sé.",
    ),
    "number": _subject(
        _number,
        """
        remember the number {v}. | recuerda el número {v}.
        remember the number {x}. | recuerda el número {x}.
        please remember the number {v}. | por favor, recuerda el número {v}.
        can you remember the number {v}? | ¿puedes recordar el número {v}?
        my number is {v}. | mi número es el {v}.
        my number is {x}. | mi número es el {x}.
        my lucky number is {v}. | mi número de la suerte es el {v}.
        my favorite number is {v}. | mi número favorito es el {v}.
        I think of the number {v}. | pienso en el número {v}.
        keep the number {v} in mind. | ten en cuenta el número {v}.
        don't forget the number {v}. | no olvides el número {v}.
        the number is {v}. | el número es el {v}.
        """,
        "okay, your number is {v}. | vale, tu número es el {v}.\nokay, {v}. | vale, {v}.",
        """
        no, my number is {v}. | no, mi número es el {v}.
        no, the number is {v}. | no, el número es el {v}.
        sorry, the number is {v}. | perdón, el número es el {v}.
        the number is not {old}, it is {v}. | el número no es el {old}, es el {v}.
        change the number to {v}. | cambia el número a {v}.
        """,
        "okay, your number is {v}. | vale, tu número es el {v}.\nokay, {v}. | vale, {v}.",
        """
        what is my number? | ¿cuál es mi número?
        what was my number? | ¿cuál era mi número?
        what was the number? | ¿cuál era el número?
        which number did I tell you? | ¿qué número te dije?
        which number did you remember? | ¿qué número recordaste?
        what number did I say? | ¿qué número dije?
        do you remember my number? | ¿recuerdas mi número?
        do you still know the number? | ¿todavía sabes el número?
        what is my lucky number? | ¿cuál es mi número de la suerte?
        what is my favorite number? | ¿cuál es mi número favorito?
        what my number is~ | cuál es mi número~
        my number^ | mi número^
        """,
        "your number is {v}. | tu número es el {v}.\n{v}. | {v}.",
        "you have not told me a number yet. | todavía no me has dicho un número.\nI do not know. | no lo sé.",
    ),
    "city": _subject(
        _city,
        """
        I live in {v}. | vivo en {v}.
        my home is in {v}. | mi casa está en {v}.
        I am from {v}. | soy de {v}.
        I come from {v}. | vengo de {v}.
        my city is {v}. | mi ciudad es {v}.
        """,
        "okay, you live in {v}. | vale, vives en {v}.\nokay, {v}. | vale, {v}.",
        """
        no, I live in {v}. | no, vivo en {v}.
        sorry, I live in {v}. | perdón, vivo en {v}.
        I do not live in {old}, I live in {v}. | no vivo en {old}, vivo en {v}.
        now I live in {v}. | ahora vivo en {v}.
        """,
        "okay, you live in {v}. | vale, vives en {v}.\nokay, {v}. | vale, {v}.",
        """
        where do I live? | ¿dónde vivo?
        which city do I live in? | ¿en qué ciudad vivo?
        in which city do I live? | ¿en qué ciudad vivo?
        do you know where I live? | ¿sabes dónde vivo?
        do you remember where I live? | ¿recuerdas dónde vivo?
        where is my home? | ¿dónde está mi casa?
        what is my city? | ¿cuál es mi ciudad?
        where I live~ | dónde vivo~
        """,
        "you live in {v}. | vives en {v}.\n{v}. | {v}.",
        "you have not told me where you live yet. | todavía no me has dicho dónde vives.\nI do not know. | no lo sé.",
    ),
    "age": _subject(
        _age,
        """
        I am {v} years old. | tengo {v} años.
        I am {x} years old. | tengo {x} años.
        my age is {v}. | mi edad es {v}.
        I'm {v} years old. | tengo {v} años.
        """,
        "okay, you are {v} years old. | vale, tienes {v} años.\nokay, {v}. | vale, {v}.",
        """
        no, I am {v} years old. | no, tengo {v} años.
        sorry, I am {v} years old. | perdón, tengo {v} años.
        I am not {old}, I am {v} years old. | no tengo {old}, tengo {v} años.
        """,
        "okay, you are {v} years old. | vale, tienes {v} años.\nokay, {v}. | vale, {v}.",
        """
        how old am I? | ¿cuántos años tengo?
        what is my age? | ¿cuál es mi edad?
        do you know how old I am? | ¿sabes cuántos años tengo?
        do you remember my age? | ¿recuerdas mi edad?
        how old I am~ | cuántos años tengo~
        my age^ | mi edad^
        """,
        "you are {v} years old. | tienes {v} años.\n{v}. | {v}.",
        "you have not told me your age yet. | todavía no me has dicho tu edad.\nI do not know. | no lo sé.",
    ),
    "pet": _subject(
        _pet,
        """
        my {pet} is called {v}. | mi {pet} se llama {v}.
        I have a {pet} called {v}. | tengo un {pet} que se llama {v}.
        I have a {pet}, its name is {v}. | tengo un {pet}, su nombre es {v}.
        the name of my {pet} is {v}. | el nombre de mi {pet} es {v}.
        """,
        "okay, your {pet} is called {v}. | vale, tu {pet} se llama {v}.\nokay, {v}. | vale, {v}.",
        """
        no, my {pet} is called {v}. | no, mi {pet} se llama {v}.
        sorry, my {pet} is called {v}. | perdón, mi {pet} se llama {v}.
        my {pet} is not called {old}, it is called {v}. | mi {pet} no se llama {old}, se llama {v}.
        """,
        "okay, your {pet} is called {v}. | vale, tu {pet} se llama {v}.\nokay, {v}. | vale, {v}.",
        """
        what is my {pet} called? | ¿cómo se llama mi {pet}?
        what is the name of my {pet}? | ¿cuál es el nombre de mi {pet}?
        do you remember the name of my {pet}? | ¿recuerdas el nombre de mi {pet}?
        what my {pet} is called~ | cómo se llama mi {pet}~
        the name of my {pet}^ | el nombre de mi {pet}^
        """,
        "your {pet} is called {v}. | tu {pet} se llama {v}.\n{v}. | {v}.",
        "you have not told me the name of your {pet} yet. | todavía no me has dicho el nombre de tu {pet}.\n"
        "I do not know. | no lo sé.",
    ),
    "food": _subject(
        _food,
        """
        my favorite food is {v}. | mi comida favorita es {v}.
        {v} is my favorite food. | {v} es mi comida favorita.
        the food I like most is {v}. | la comida que más me gusta es {v}.
        of all foods I like {v} most. | de todas las comidas la que más me gusta es {v}.
        """,
        "okay, your favorite food is {v}. | vale, tu comida favorita es {v}.\nokay, {v}. | vale, {v}.",
        """
        no, my favorite food is {v}. | no, mi comida favorita es {v}.
        sorry, my favorite food is {v}. | perdón, mi comida favorita es {v}.
        my favorite food is not {old}, it is {v}. | mi comida favorita no es {old}, es {v}.
        """,
        "okay, your favorite food is {v}. | vale, tu comida favorita es {v}.\nokay, {v}. | vale, {v}.",
        """
        what is my favorite food? | ¿cuál es mi comida favorita?
        which food do I like best? | ¿qué comida me gusta más?
        what do I like to eat most? | ¿qué es lo que más me gusta comer?
        do you remember my favorite food? | ¿recuerdas mi comida favorita?
        what my favorite food is~ | cuál es mi comida favorita~
        my favorite food^ | mi comida favorita^
        """,
        "your favorite food is {v}. | tu comida favorita es {v}.\n{v}. | {v}.",
        "you have not told me your favorite food yet. | todavía no me has dicho tu comida favorita.\n"
        "I do not know. | no lo sé.",
    ),
}


def texts() -> Iterable[Bilingual]:
    """Every text that these sentences are made of, the tables' names among them; numbers are left out."""
    for subject in SUBJECTS.values():
        yield from (*subject.told, *subject.noted, *subject.corrected, *subject.noted_anew)
        yield from (*subject.asked, *subject.answered, *subject.untold)
    yield from (named(name) for name in (*NAMES, *PET_NAMES))
    yield from (*PETS, *FOODS, *(fact["city"] for fact in CAPITALS))
    yield from (Bilingual(color, forms[0]) for color, forms in COLORS.items())
