"""Questions about drawn pictures: shapes of one color on a plain ground, and what is true of them."""

from dataclasses import dataclass
from random import Random

from training.domain.colors import COLORS
from training.domain.numbers import counted
from training.domain.text import Bilingual, Exchange, Fact, ask, pairs, written


@dataclass(frozen=True)
class Scene:
    """A picture with `count` (1 to 4) equal shapes of one color."""

    shape: str
    color: str
    count: int


SHAPES = {
    "circle": Bilingual("circle", "círculo"),
    "square": Bilingual("square", "cuadrado"),
    "triangle": Bilingual("triangle", "triángulo"),
    "star": Bilingual("star", "estrella"),
}
SCENE_COLORS = ("red", "green", "blue", "yellow", "orange", "purple", "black", "white")

_OPEN = pairs("""
what is in (this/the) picture? | ¿qué hay en (esta/la) imagen?
what is in this (image/photo)? | ¿qué hay en esta imagen?
what's in this picture? | ¿qué hay en esta imagen?
what do you see? | ¿qué ves?
what can you see? | ¿qué puedes ver?
what do you see in (this/the) picture? | ¿qué ves en (esta/la) imagen?
what can you see in (this/the) picture? | ¿qué puedes ver en (esta/la) imagen?
what is this? | ¿qué es esto?
what is that? | ¿qué es eso?
what does (this/the) picture show? | ¿qué muestra (esta/la) imagen?
what is shown here? | ¿qué se muestra aquí?
what is on the picture? | ¿qué hay en la imagen?
what am I looking at? | ¿qué estoy mirando?
describe (this/the) picture. | describe (esta/la) imagen.
describe what you see. | describe lo que ves.
look at this picture. | mira esta imagen.
tell me what you see. | dime lo que ves.
explain the picture. | explica la imagen.
what is in this picture~ | qué hay en esta imagen~
what you see~ | qué ves~
what you see in this picture~ | qué ves en esta imagen~
""")
_SHAPE = pairs("""
(what/which) shape is (this/it/that)? | ¿qué forma es esta?
(what/which) shape is in the picture? | ¿qué forma hay en la imagen?
(what/which) shapes are in the picture? | ¿qué formas hay en la imagen?
(what/which) shape do you see? | ¿qué forma ves?
(what/which) shapes do you see? | ¿qué formas ves?
what kind of shape is (this/it)? | ¿qué tipo de forma es esta?
what shape you see~ | qué forma ves~
name the shape. | nombra la forma.
""")
_COLOR = pairs("""
what color {be} {the} {shapes}? | ¿de qué color {be} {the} {shapes}?
what color {be} {the} {shapes} in the picture? | ¿de qué color {be} {the} {shapes} de la imagen?
what color is (this/it/that)? | ¿de qué color es esto?
which color do you see? | ¿qué color ves?
what color do you see? | ¿qué color ves?
what color {the} {shapes} {be}~ | de qué color {be} {the} {shapes}~
the color of {the} {shapes}^ | el color {of} {shapes}^
the color^ | el color^
""")
_COUNT = pairs("""
how many {many} are there? | ¿{how} {many} hay?
how many {many} are in (this/the) picture? | ¿{how} {many} hay en (esta/la) imagen?
how many {many} do you see? | ¿{how} {many} ves?
how many {many} can you see? | ¿{how} {many} puedes ver?
how many shapes are there? | ¿cuántas formas hay?
how many shapes do you see? | ¿cuántas formas ves?
how many shapes are in the picture? | ¿cuántas formas hay en la imagen?
how many are there? | ¿cuántos hay?
count the shapes. | cuenta las formas.
count {the_many} {many}. | cuenta {the_many} {many}.
how many {many} there are~ | {how} {many} hay~
the number of {many}^ | el número de {many}^
""")
_IS_SHAPE = pairs("""
is there a {asked} in the picture? | ¿hay {a} {asked} en la imagen?
is there a {asked}? | ¿hay {a} {asked}?
do you see a {asked}? | ¿ves {a} {asked}?
can you see a {asked}? | ¿puedes ver {a} {asked}?
is (this/it/that) a {asked}? | ¿es esto {a} {asked}?
are there any {askeds}? | ¿hay {askeds}?
""")
_IS_COLOR = pairs("""
is it {tone}? | ¿es {tone}?
is (this/that) {tone}? | ¿es esto {tone}?
{be} {the} {shapes} {tone}? | ¿{be} {tones} {the} {shapes}?
is there anything {tone}? | ¿hay algo {tone}?
do you see anything {tone}? | ¿ves algo {tone}?
is there something {tone} in the picture? | ¿hay algo {tone} en la imagen?
""")
_BEYOND = pairs("""
who is in the picture? | ¿quién está en la imagen?
who drew this? | ¿quién dibujó esto?
who is this? | ¿quién es este?
where was this picture taken? | ¿dónde se hizo esta imagen?
when was this picture taken? | ¿cuándo se hizo esta imagen?
what is the person doing? | ¿qué hace la persona?
how old is this person? | ¿cuántos años tiene esta persona?
what is written in the picture? | ¿qué está escrito en la imagen?
read the text in the picture. | lee el texto de la imagen.
what animal is this? | ¿qué animal es este?
what kind of dog is this? | ¿qué tipo de perro es este?
what plant is this? | ¿qué planta es esta?
what is the weather in the picture? | ¿qué tiempo hace en la imagen?
is this picture beautiful? | ¿es hermosa esta imagen?
how big is the picture? | ¿cómo de grande es la imagen?
what does this picture mean? | ¿qué significa esta imagen?
why is it there? | ¿por qué está ahí?
what car is this? | ¿qué coche es este?
is this food healthy? | ¿es sana esta comida?
is the person happy? | ¿está feliz la persona?
what is in the background? | ¿qué hay en el fondo?
how much does this cost? | ¿cuánto cuesta esto?
is this a real photo? | ¿es una foto real?
draw another picture. | dibuja otra imagen.
""")
_THERE = pairs("there {be_there} {n} {color} {shapes} in the picture. | hay {n} {shapes} {color} en la imagen.")
_YES = pairs("yes, there {be_there} {n} {color} {shapes}. | sí, hay {n} {shapes} {color}.")
_NO = pairs("no, there {be_there} {n} {color} {shapes}. | no, hay {n} {shapes} {color}.")
_HONEST = pairs(
    "I am only the starter model and see only simple shapes. | soy solo el modelo inicial y solo veo formas sencillas."
)
_KINDS = (
    (_OPEN, 5),
    (_SHAPE, 2),
    (_COLOR, 2),
    (_COUNT, 2),
    (_IS_SHAPE, 2),
    (_IS_COLOR, 2),
    (_BEYOND, 1),
)


def picture_exchange(scene: Scene, rng: Random) -> Exchange:
    """A question about the scene and its true answer."""
    phrasings = rng.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    answers, facts = _THERE, facts_of(scene, rng)
    if phrasings is _BEYOND:
        answers = _HONEST
    elif phrasings is _IS_SHAPE:
        answers = _YES if facts["asked"].en == scene.shape else _NO
    elif phrasings is _IS_COLOR:
        answers = _YES if facts["tone"].en == scene.color else _NO
    question = ask(rng.choice(phrasings), facts, rng)
    return Exchange("pictures", question, written(rng.choice(answers), facts, rng))


def facts_of(scene: Scene, rng: Random) -> Fact:
    """The slots of a scene; about half of the time a question asks for the true shape or color."""
    shape, many = SHAPES[scene.shape], scene.count > 1
    feminine = scene.shape == "star"
    form = 2 * many + feminine
    asked = shape if rng.random() < 0.4 else rng.choice(list(SHAPES.values()))
    tone = scene.color if rng.random() < 0.4 else rng.choice(SCENE_COLORS)
    articles = ("el", "la", "los", "las")
    return {
        "be": Bilingual("are", "son") if many else Bilingual("is", "es"),
        "be_there": Bilingual("are" if many else "is", ""),
        "the": Bilingual("the", articles[form]),
        "of": Bilingual("of the", f"de {articles[form]}"),
        "the_many": Bilingual("the", articles[2 + feminine]),
        "shapes": _plural(shape) if many else shape,
        "many": _plural(shape),
        "how": Bilingual("how many", "cuántas" if feminine else "cuántos"),
        "n": counted(scene.count, feminine),
        "color": Bilingual(scene.color, COLORS[scene.color][form]),
        "asked": asked,
        "askeds": _plural(asked),
        "a": Bilingual("a", "una" if asked.en == "star" else "un"),
        "tone": Bilingual(tone, COLORS[tone][0]),
        "tones": Bilingual(tone, COLORS[tone][form]),
    }


def _plural(shape: Bilingual) -> Bilingual:
    return Bilingual(shape.en + "s", shape.es + "s")


def texts() -> list[Bilingual]:
    """Every text that a sentence about a picture can be made of."""
    tables = [kind for kind, _ in _KINDS] + [_THERE, _YES, _NO, _HONEST]
    scenes = [Scene(shape, color, count) for shape in SHAPES for color in SCENE_COLORS for count in range(1, 5)]
    slots = [value for scene in scenes for value in facts_of(scene, Random(0)).values()]
    return [line for table in tables for line in table] + slots
