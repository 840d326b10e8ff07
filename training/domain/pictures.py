"""Questions about pictures and what is true of them: drawings of shapes, large print, and photographs beyond the model.

Owns what a picture's content is, the wordings, and the true answers. It knows neither pixels nor any model.
"""

from collections.abc import Callable, Sequence
from random import Random

from training.domain.colors import COLORS
from training.domain.picture_questions import (
    BEYOND,
    BIGGEST,
    COLOR,
    COLORS_SEEN,
    COUNT,
    COUNT_ALL,
    GROUND,
    HOW_BIG,
    IS_COLOR,
    IS_THERE,
    NEXT_TO,
    OPEN,
    PHOTO,
    READ,
    SHAPE,
    SHAPE_OF,
    SIDE_OF,
    SIDES,
    SMALLEST,
    WHERE,
)
from training.domain.scenes import (
    CLEAR,
    SCENE_COLORS,
    SHAPES,
    SIZES,
    Drawing,
    Photo,
    Scene,
    Writing,
    absent,
    count_of,
    feminine,
    groups,
    listed,
    nameable,
    phrase,
    place,
    random_scene,
    references,
    some,
    the,
)
from training.domain.text import Bilingual, Exchange, Fact, ask, written

# Questions: each kind returns phrasings, the facts that fill them, and the answer; None where it does not fit.

Asked = tuple[Sequence[Bilingual], Fact, Bilingual]


def there_are(drawing: Drawing) -> Bilingual:
    """The description of a drawing."""
    items = [some(count, shape, color) for shape, color, count in groups(drawing)]
    what, be = listed(items), "is" if groups(drawing)[0][2] == 1 else "are"
    return Bilingual(f"there {be} {what.en} in the picture.", f"hay {what.es} en la imagen.")


_NOTHING = Bilingual("", "")


def _there(count: int, shape: str | None, color: str | None, lead: Bilingual = _NOTHING) -> Bilingual:
    what = some(count, shape, color)
    return Bilingual(f"{lead.en}there {'are' if count > 1 else 'is'} {what.en}.", f"{lead.es}{_hay(count)} {what.es}.")


def _counted(count: int, shape: str | None, color: str | None) -> Bilingual:
    told = _there(count, shape, color)
    return Bilingual(told.en.replace("there is a ", "there is one "), told.es)


def _hay(count: int) -> str:
    return "hay" if count else "no hay"


def _none(shape: str | None, color: str | None) -> Bilingual:
    what = some(0, shape, color)
    return Bilingual(f"there is {what.en} in the picture.", f"no hay {what.es} en la imagen.")


def _open(drawing: Drawing, rng: Random) -> Asked:
    return OPEN, {}, there_are(drawing)


def _shape(drawing: Drawing, rng: Random) -> Asked:
    return SHAPE, {}, there_are(drawing)


def _shape_of(drawing: Drawing, rng: Random) -> Asked | None:
    color = rng.choice(drawing.things).color
    if count_of(drawing, None, color) != 1:
        return None
    shape = next(thing.shape for thing in drawing.things if thing.color == color)
    named, what = the(None, color), some(1, shape, None)
    return SHAPE_OF, _colored(color), Bilingual(f"{named.en} is {what.en}.", f"{named.es} es {what.es}.")


def _color(drawing: Drawing, rng: Random) -> Asked:
    shape = rng.choice(tuple(SHAPES)) if rng.random() < 0.1 else rng.choice(drawing.things).shape
    count = count_of(drawing, shape, None)
    many = count > 1
    colors = list(dict.fromkeys(color for kind, color, _ in groups(drawing) if kind == shape))
    named, form = the(shape, None, many), feminine(shape) + 2 * many
    facts = {"the": named, "be": Bilingual("are", "son") if many else Bilingual("is", "es")}
    if not count:
        return COLOR, facts, _none(shape, None)
    told = listed([Bilingual(color, COLORS[color][form]) for color in colors])
    return COLOR, facts, Bilingual(f"{named.en} {facts['be'].en} {told.en}.", f"{named.es} {facts['be'].es} {told.es}.")


def _colors_seen(drawing: Drawing, rng: Random) -> Asked:
    colors = list(dict.fromkeys(color for _, color, _ in groups(drawing)))
    told = listed([Bilingual(color, COLORS[color][0]) for color in colors])
    return COLORS_SEEN, {}, Bilingual(f"I see {told.en}.", f"veo {told.es}.")


def _how_many(drawing: Drawing, rng: Random) -> Asked:
    thing = rng.choice(drawing.things)
    shape, color = rng.choice(
        ((thing.shape, None), (thing.shape, None), (None, thing.color), (thing.shape, thing.color))
    )
    if rng.random() < 0.15:
        shape, color = absent(drawing, rng)
    many = phrase(shape, color, True)
    how = Bilingual("how many", "cuántas" if feminine(shape) else "cuántos")
    article = "las" if feminine(shape) else "los"
    facts = {"many": many, "how": how, "the_many": Bilingual(f"the {many.en}", f"{article} {many.es}")}
    return COUNT, facts, _counted(count_of(drawing, shape, color), shape, color)


def _count_all(drawing: Drawing, rng: Random) -> Asked:
    return COUNT_ALL, {}, _counted(len(drawing.things), None, None)


def _is_there(drawing: Drawing, rng: Random) -> Asked:
    thing = rng.choice(drawing.things)
    shape, color = rng.choice(
        ((thing.shape, None), (thing.shape, None), (thing.shape, thing.color), (None, thing.color))
    )
    if rng.random() < 0.55:
        shape, color = absent(drawing, rng)
    count = count_of(drawing, shape, color)
    facts = {"a": some(1, shape, color), "many": phrase(shape, color, True)}
    return (
        IS_THERE,
        facts,
        _there(count, shape, color, Bilingual("yes, ", "sí, ") if count else Bilingual("no, ", "no, ")),
    )


def _is_color(drawing: Drawing, rng: Random) -> Asked | None:
    single = [thing for thing in drawing.things if count_of(drawing, thing.shape, None) == 1]
    if not single:
        return None
    thing = rng.choice(single)
    color = thing.color if rng.random() < 0.5 else rng.choice(SCENE_COLORS)
    named, form = the(thing.shape, None), feminine(thing.shape)
    facts = {"the": named, "tone": Bilingual(color, COLORS[color][form])}
    en, es = ("yes", "sí") if color == thing.color else ("no", "no")
    return (
        IS_COLOR,
        facts,
        Bilingual(f"{en}, {named.en} is {thing.color}.", f"{es}, {named.es} es {COLORS[thing.color][form]}."),
    )


def _where(drawing: Drawing, rng: Random) -> Asked | None:
    if rng.random() < 0.08:
        way = absent(drawing, rng)
        return WHERE, {"the": the(*way)}, _none(*way)
    if not (found := nameable(drawing, rng)):
        return None
    thing, named = found
    full = the(thing.shape, thing.color)
    if not (there := place(thing)):
        return None
    return WHERE, {"the": named}, Bilingual(f"{full.en} is {there.en}.", f"{full.es} está {there.es}.")


def _side(drawing: Drawing, rng: Random) -> Asked | None:
    """Is this left of that?"""
    pairs = [(one, other) for one in drawing.things for other in drawing.things if one is not other]
    pairs = [pair for pair in pairs if all(references(drawing, thing) for thing in pair)]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    way = rng.randrange(4)
    apart = other.x - one.x if way < 2 else other.y - one.y
    if abs(apart) < CLEAR:
        return None
    true = (apart > 0) == (way % 2 == 0)
    names = [the(*rng.choice(references(drawing, thing))) for thing in (one, other)]
    seen = way if true else way ^ 1
    en, es = ("yes", "sí") if true else ("no", "no")
    (one_name, other_name), side = (the(thing.shape, thing.color) for thing in (one, other)), SIDES[seen]
    answer = Bilingual(
        f"{en}, {one_name.en} is {side.en} {other_name.en}.", f"{es}, {one_name.es} está {side.es} {other_name.es}."
    )
    return SIDE_OF, {"the": names[0], "side": SIDES[way], "other": names[1]}, answer


def _next(drawing: Drawing, rng: Random) -> Asked | None:
    """What is left of this?"""
    if not (found := nameable(drawing, rng)):
        return None
    thing, named = found
    way = rng.randrange(4)
    sign = 1 if way % 2 == 0 else -1
    apart = [
        (sign * ((thing.x - other.x) if way < 2 else (thing.y - other.y)), other)
        for other in drawing.things
        if other is not thing
    ]
    there = [other for distance, other in apart if distance >= CLEAR]
    if len(there) > 1 or any(abs(distance) < CLEAR for distance, _ in apart):
        return None
    full, side = the(thing.shape, thing.color), SIDES[way]
    if there:
        what = the(there[0].shape, there[0].color)
        answer = Bilingual(f"{what.en} is {side.en} {full.en}.", f"{what.es} está {side.es} {full.es}.")
    else:
        answer = Bilingual(f"there is nothing {side.en} {full.en}.", f"no hay nada {side.es} {full.es}.")
    return NEXT_TO, {"side": side, "the": named}, answer


def _extreme(drawing: Drawing, rng: Random) -> Asked | None:
    big = rng.random() < 0.5
    ordered = sorted(drawing.things, key=lambda thing: -thing.width if big else thing.width)
    if len(ordered) < 2:
        return None
    first, second = ordered[:2]
    if max(first.width, second.width) < 1.25 * min(first.width, second.width):
        return None
    what = the(first.shape, first.color)
    en, es = ("biggest", "más grande") if big else ("smallest", "más pequeña")
    return (BIGGEST if big else SMALLEST), {}, Bilingual(f"the {en} is {what.en}.", f"la {es} es {what.es}.")


def _how_big(drawing: Drawing, rng: Random) -> Asked | None:
    if not (found := nameable(drawing, rng)):
        return None
    thing, named = found
    full, size = the(thing.shape, thing.color), SIZES[thing.size]
    ending = "a" if feminine(thing.shape) else "o"
    return HOW_BIG, {"the": named}, Bilingual(f"{full.en} is {size.en}.", f"{full.es} es {size.es.format(ending)}.")


def _ground(scene: Drawing | Writing, rng: Random) -> Asked | None:
    if not scene.ground:
        return None
    told = COLORS[scene.ground][0]
    return GROUND, {}, Bilingual(f"the background is {scene.ground}.", f"el fondo es {told}.")


_NO_TEXT = Bilingual("there is no text in the picture.", "no hay texto en la imagen.")
_DRAWING = Bilingual("no, it is a drawing.", "no, es un dibujo.")
HONEST = Bilingual(
    "I am only the starter model and see only simple shapes, numbers and short words.",
    "soy solo el modelo inicial y solo veo formas sencillas, números y palabras cortas.",
)


def _colored(color: str) -> Fact:
    return {"color": Bilingual(color, COLORS[color][1])}


DRAWING_KINDS: dict[str, tuple[Callable[[Drawing, Random], Asked | None], float]] = {
    "open": (_open, 5),
    "shape": (_shape, 1),
    "shape of": (_shape_of, 1.5),
    "color": (_color, 2),
    "colors": (_colors_seen, 0.7),
    "count": (_how_many, 3),
    "count all": (_count_all, 1),
    "is there": (_is_there, 3),
    "is color": (_is_color, 0.7),
    "where": (_where, 2.5),
    "side": (_side, 2.5),
    "next": (_next, 2),
    "extreme": (_extreme, 2),
    "how big": (_how_big, 1),
    "ground": (_ground, 1),
    "read": (lambda drawing, rng: (READ, {}, _NO_TEXT), 0.2),
    "photo": (lambda drawing, rng: (PHOTO, {}, _DRAWING), 0.2),
    "beyond": (lambda drawing, rng: (BEYOND, {}, HONEST), 0.6),
}
"""The kinds of questions about a drawing and how often each is asked."""


def said(writing: Writing) -> Bilingual:
    """The answer that reads a text out."""
    return Bilingual(f'the picture says "{writing.text}".', f"la imagen dice «{writing.text}».")


def _about_writing(writing: Writing, rng: Random) -> Asked | None:
    lot = rng.random()
    if lot < 0.72:
        return (OPEN if rng.random() < 0.5 else READ), {}, said(writing)
    if lot < 0.8:
        return _ground(writing, rng)
    if lot < 0.86:
        return COLORS_SEEN, {}, Bilingual(f"I see {writing.color}.", f"veo {COLORS[writing.color][0]}.")
    if lot < 0.94:
        shape = rng.choice((*SHAPES, None))
        lead = Bilingual("no, ", "no, ")
        return IS_THERE, {"a": some(1, shape, None), "many": phrase(shape, None, True)}, _there(0, shape, None, lead)
    if lot < 0.97:
        return COUNT_ALL, {}, _there(0, None, None)
    return BEYOND, {}, HONEST


def told_of(photo: Photo) -> Bilingual:
    """The one answer about a photograph."""
    colors = listed([Bilingual(color, COLORS[color][0]) for color in photo.colors])
    if len(photo.colors) == 1:
        en, es = "Its main color is", "Su color principal es"
    else:
        en, es = "Its main colors are", "Sus colores principales son"
    return Bilingual(
        f"I am only the starter model and cannot tell what is in a photograph. {en} {colors.en}.",
        f"soy solo el modelo inicial y no sé decir qué hay en una fotografía. {es} {colors.es}.",
    )


def _about_photo(photo: Photo, rng: Random) -> Asked:
    lot = rng.random()
    shape, color = rng.choice((*SHAPES, None)), rng.choice(SCENE_COLORS)
    facts = {
        "a": some(1, shape, color if rng.random() < 0.2 else None),
        "many": phrase(shape, None, True),
        "how": Bilingual("how many", "cuántas" if feminine(shape) else "cuántos"),
        "the_many": the(shape, None, True),
        "the": the(shape, None),
        "be": Bilingual("is", "es"),
    }
    tables = (
        (0.4, OPEN),
        (0.6, BEYOND),
        (0.68, PHOTO),
        (0.76, COLORS_SEEN),
        (0.8, SHAPE),
        (0.85, COUNT),
        (0.9, IS_THERE),
        (0.94, READ),
        (0.97, WHERE),
        (1.0, COLOR),
    )
    return next(table for share, table in tables if lot < share), facts, told_of(photo)


def asked(scene: Scene, kind: str | None, rng: Random) -> Exchange | None:
    """A question of one kind about a scene with its true answer; None where the kind does not fit the scene."""
    if isinstance(scene, Drawing):
        made = DRAWING_KINDS[kind or "open"][0](scene, rng)
    else:
        made = _about_writing(scene, rng) if isinstance(scene, Writing) else _about_photo(scene, rng)
    if made is None:
        return None
    phrasings, facts, answer = made
    return Exchange("pictures", ask(rng.choice(phrasings), facts, rng), written(answer, {}, rng))


def picture_exchange(scene: Scene, rng: Random) -> Exchange:
    """A question about the scene and its true answer."""
    kinds, weights = list(DRAWING_KINDS), [weight for _, weight in DRAWING_KINDS.values()]
    while not (exchange := asked(scene, rng.choices(kinds, weights)[0], rng)):
        pass
    return exchange


def texts() -> list[Bilingual]:
    """Every text that a sentence about a picture can be made of."""
    rng = Random("pictures")
    made = [picture_exchange(random_scene(rng), rng) for _ in range(6000)]
    return [text for exchange in made for text in (exchange.question, exchange.answer)]
