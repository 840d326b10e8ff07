"""Questions about the wide world, which the starter must decline: many frames around many words.

They add width to training.domain's refusals, so that the model declines what it has no facts for instead of guessing.
Their tables lie in strangers.toml. Owns only questions; the answers are the domain's. Nothing in outside.txt, which
measures this, is made here.
"""

import functools
import tomllib
from importlib import resources
from random import Random

from training.domain import vocabulary
from training.domain.refusals import ANSWERS

_TABLES = tomllib.loads((resources.files("training.llm") / "strangers.toml").read_text(encoding="utf-8"))
_NAMES, _PLACES, _VERBS = (_TABLES[key].split() for key in ("names", "places", "verbs"))
_KNOW, _DO = (_TABLES[key].strip().splitlines() for key in ("know", "do"))


@functools.cache
def _strange_nouns() -> list[str]:
    known = set(vocabulary("en"))
    return [noun for noun in _TABLES["nouns"].split() if noun not in known and f"{noun}s" not in known]


def stranger(rng: Random) -> tuple[str, str]:
    """A question from outside the domain and the domain's honest answer to it, both in English."""
    kind, frames = ("know", _KNOW) if rng.random() < 0.7 else ("do", _DO)
    nouns = rng.sample(_strange_nouns(), 2)
    slots = {
        "n": nouns[0],
        "m": nouns[1],
        "a": "an" if nouns[0][0] in "aeiou" else "a",
        "a2": "an" if nouns[1][0] in "aeiou" else "a",
        "v": rng.choice(_VERBS),
        "x": rng.choice(_NAMES),
        "y": rng.choice(_NAMES),
        "p": rng.choice(_PLACES).replace("_", " "),
        "q": rng.choice(_PLACES).replace("_", " "),
        "year": str(rng.randint(1000, 2030)),
        "big": str(rng.randint(21, 999)),
        "big2": str(rng.randint(11, 99)),
    }
    question = rng.choice(frames).format(**slots)
    return question[0].upper() + question[1:], ANSWERS[kind].en
