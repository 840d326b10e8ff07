"""Questions about the wide world, which the starter must decline: many frames around thousands of words.

They add width to training.domain's refusals, so that the model declines what it has no facts for instead of guessing;
the frames of near.toml and close.toml ask of the domain's own things what it does not know of them, those of
helped.toml ask in the words of Parley's help about other things, those of everyday.toml and tasks.toml for what people
ask an assistant for. The words lie in words.toml and beside the frames. Owns only
questions; the answers are the domain's. Nothing that resembles a question of outside.txt, which measures this, is
ever given.
"""

import functools
import tomllib
from collections import defaultdict
from collections.abc import Callable
from importlib import resources
from random import Random

from training.domain import intents, spoken, vocabulary
from training.domain.calendar import DAYS, MONTHS, UNIT_FACTS
from training.domain.colors import COLORED, COLORS
from training.domain.creatures import ANIMALS
from training.domain.facts import CAPITALS, OPPOSITES
from training.domain.names import NAMES
from training.domain.numbers import english
from training.domain.refusals import ANSWERS
from training.domain.spelling import words as spelled_words
from training.domain.wildlife import LIFE_FACTS
from training.llm.asked import wordings

_FOLDER = resources.files("training.llm")
_TABLES: dict[str, str] = {}
for _file in ("words.toml", "frames.toml", "near.toml", "close.toml", "helped.toml", "everyday.toml", "tasks.toml"):
    _TABLES |= tomllib.loads((_FOLDER / _file).read_text(encoding="utf-8"))
_NAMES, _VERBS, _ACTIONS, _FIELDS = (_TABLES[key].split() for key in ("names", "verbs", "actions", "fields"))
_HELP, _MOST, _LANGUAGES = (_TABLES[key].split() for key in ("help", "most", "language"))
_KNOW, _DO, _NEAR, _LIFE, _TASKS, _CLOSE, _HELPED = (
    _TABLES[key].strip().splitlines() for key in ("know", "do", "near", "life", "tasks", "close", "helped")
)
_KINDS = (_KNOW, _DO, _NEAR, _LIFE, _TASKS, _CLOSE, _HELPED)
_SHARES = (0.25, 0.1, 0.14, 0.14, 0.1, 0.13, 0.14)
_SUBJECTS = ("people", "I", "we", "they", "children", "some people", "most people", "doctors", "men", "women")


def _parts(text: str) -> tuple[str, ...]:
    """Parts of syllables with a space between; nothing between two spaces, or before the first, is no part at all."""
    return tuple(text.split(" "))


_ONSETS = _parts("b bl br c ch d dr f fl g gr h j k kl l m n p pl qu r s sh st sk t th tr v w x y z  ")
_VOWELS = _parts("a e i o u a e i o ee ai ou ia io y")
_CODAS = _parts("    n r l s m t d k ck nd rt x th ng")
_ALIKE = 0.6
"""Share of common words from which on two questions are taken for alike."""


def outside() -> list[str]:
    """The questions, written by hand, that measure whether strangers are declined."""
    return (_FOLDER / "outside.txt").read_text(encoding="utf-8").splitlines()


@functools.cache
def _strange_nouns() -> list[str]:
    known = set(vocabulary("en"))
    return [noun for noun in _TABLES["nouns"].split() if noun not in known and f"{noun}s" not in known]


@functools.cache
def _strange_adjectives() -> list[str]:
    known = set(vocabulary("en"))
    return [adjective for adjective in _TABLES["adjectives"].split() if adjective not in known]


@functools.cache
def _strange_places() -> list[str]:
    known = {value.en for fact in CAPITALS for value in fact.values()}
    return [place for place in _TABLES["places"].split() if place not in known]


@functools.cache
def _answered() -> frozenset[str]:
    """The questions without slots that have an answer, in spoken form: they are no strangers."""
    phrasings = [line.en for intent in intents() for line in intent.phrasings if "{" not in line.en]
    phrasings += [line for lines in wordings().values() for line in lines]
    return frozenset(spoken(line, "en") for line in phrasings)


@functools.cache
def _measured() -> dict[str, list[frozenset[str]]]:
    """The word sets of outside.txt by their words."""
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    for line in outside():
        words = frozenset(spoken(line, "en").split())
        for word in words:
            found[word].append(words)
    return found


def resembles_measured(question: str) -> bool:
    """Whether a question shares most of its words with one of outside.txt."""
    words = frozenset(spoken(question, "en").split())
    return any(len(words & other) >= _ALIKE * len(words | other) for word in words for other in _measured()[word])


def made_up(rng: Random) -> str:
    """A word that does not exist, in small letters."""
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.choice((1, 2, 2, 2, 3)))
    )


def stranger(rng: Random) -> tuple[str, str]:
    """A question from outside the domain and the domain's honest answer to it, both in English."""
    while True:
        frames = rng.choices(_KINDS, _SHARES)[0]
        frame = rng.choice(frames)
        question = frame.format_map(_Slots(rng))
        form = spoken(question, "en")
        if not resembles_measured(question) and not {form, form.replace(" the ", " ")} & _answered():
            orders = frames is _DO or frames is _TASKS or (frames in (_NEAR, _HELPED) and frame[-1] != "?")
            return question[0].upper() + question[1:], ANSWERS["do" if orders else "know"].en


class _Slots(dict[str, str]):
    """Draws what fills a frame's slots, each when it is first asked for."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self._rng = rng

    def __missing__(self, slot: str) -> str:
        self[slot] = value = self._drawn(slot)
        return value

    def _drawn(self, slot: str) -> str:
        rng = self._rng
        if slot in ("a", "a2"):
            return "an" if self["n" if slot == "a" else "m"][0] in "aeiou" else "a"
        if slot in ("do_", "did_"):
            third = self["s"].split()[0] in ("my", "the", "a", "an") and not self["s"].endswith("s")
            return "did" if slot == "did_" else "does" if third else "do"
        if slot == "s_":
            return "s" if self["do_"] == "does" else ""
        if slot in ("unit", "unit2"):
            return rng.choice(UNIT_FACTS)["whole" if slot == "unit" else "unit"].en
        if slot in ("home", "food", "animals"):
            self.update({key: value.en for key, value in rng.choice(LIFE_FACTS).items()})
            return self[slot]
        return _DRAWS[slot](rng)


def _noun(rng: Random) -> str:
    return rng.choice(_strange_nouns())


def _adjective(rng: Random) -> str:
    return rng.choice(_strange_adjectives())


@functools.cache
def _helped() -> frozenset[str]:
    """The words of questions and answers about Parley and all else that the wordings ask for."""
    lines = [*wordings(), *(line for lines in wordings().values() for line in lines)]
    return frozenset(word for line in lines for word in spoken(line, "en").split())


@functools.cache
def _far_nouns() -> list[str]:
    """Nouns that no question of the domain has."""
    return [noun for noun in _strange_nouns() if not {noun, f"{noun}s"} & _helped()]


@functools.cache
def _household() -> list[str]:
    """Everyday things that the domain knows, but for those that its help is about."""
    colors = {*COLORS, *(english(number) for number in range(21))}
    return [word for word in spelled_words() if word.islower() and word not in _helped() and word not in colors]


def _thing(rng: Random) -> str:
    return rng.choice(_household()) if rng.random() < 0.3 else _noun(rng)


def _phrase(rng: Random) -> str:
    """An object: "the loud clarinet", "my visa", "goats of Tuscany"."""
    noun = _thing(rng)
    described = f"{_adjective(rng)} {noun}" if rng.random() < 0.35 else noun
    form = rng.random()
    if form < 0.35:
        text = f"the {described}"
    elif form < 0.6:
        text = f"{'an' if described[0] in 'aeiou' else 'a'} {described}"
    elif form < 0.75:
        text = f"my {described}"
    else:
        text = f"{described}s"
    if rng.random() < 0.12:
        text += f" {rng.choice(('of', 'from', 'in', 'for', 'with'))} {rng.choice((_place, _noun))(rng)}"
    return text


def _someone(rng: Random) -> str:
    form = rng.random()
    if form < 0.35:
        return rng.choice(_SUBJECTS)
    if form < 0.6:
        return f"{_thing(rng)}s"
    return f"{rng.choice(('my', 'the', 'the'))} {_thing(rng)}"


def _person(rng: Random) -> str:
    first = rng.choice(NAMES) if rng.random() < 0.6 else made_up(rng).capitalize()
    return f"{first} {made_up(rng).capitalize()}"


def _title(rng: Random) -> str:
    form = rng.random()
    if form < 0.4:
        return f"The {_adjective(rng).capitalize()} {_noun(rng).capitalize()}"
    if form < 0.7:
        return f"The {_noun(rng).capitalize()} of {rng.choice((_place, _noun))(rng).capitalize()}"
    return f"{_noun(rng).capitalize()} and {_noun(rng).capitalize()}"


def _place(rng: Random) -> str:
    return rng.choice(_strange_places()) if rng.random() < 0.8 else made_up(rng).capitalize()


def _name(rng: Random) -> str:
    return rng.choice(_NAMES) if rng.random() < 0.6 else _person(rng)


def _number(rng: Random) -> str:
    number = rng.randint(3, 100)  # twice something is the domain's
    return english(number) if rng.random() < 0.6 else str(number)


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


_DRAWS: dict[str, Callable[[Random], str]] = {
    "n": lambda rng: _noun(rng) if rng.random() < 0.9 else made_up(rng),
    "m": _noun,
    "far": lambda rng: rng.choice(_far_nouns()),
    "help": lambda rng: rng.choice(_HELP),
    "most": lambda rng: rng.choice(_MOST),
    "language": lambda rng: rng.choice(_LANGUAGES),
    "j": _adjective,
    "v": lambda rng: rng.choice(_VERBS),
    "act": lambda rng: rng.choice(_ACTIONS),
    "f": lambda rng: rng.choice(_FIELDS),
    "f2": lambda rng: rng.choice(_FIELDS),
    "whole": lambda rng: rng.choice(UNIT_FACTS)["whole"].en,
    "o": _phrase,
    "o2": _phrase,
    "s": _someone,
    "x": _name,
    "y": _name,
    "p": _place,
    "q": _place,
    "title": _title,
    "person": _person,
    "word": made_up,
    "year": lambda rng: str(rng.randint(1000, 2030)),
    "big": lambda rng: str(rng.randint(101, 999)),
    "big2": lambda rng: str(rng.randint(11, 999)),
    "number": _number,
    "number2": _number,
    "country": lambda rng: rng.choice(CAPITALS)["country"].en,
    "city": lambda rng: rng.choice(CAPITALS)["city"].en,
    "animal": lambda rng: _article(rng.choice(ANIMALS)[0]),
    "thing": lambda rng: rng.choice(COLORED)[0],
    "color": lambda rng: rng.choice(list(COLORS)),
    "opposite": lambda rng: rng.choice(OPPOSITES).en,
    "day": lambda rng: rng.choice(DAYS).en,
    "month": lambda rng: rng.choice(MONTHS).en,
}
