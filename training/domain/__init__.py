"""What the starter models talk about: bilingual questions and answers from one grammar, and the held-out split.

Every recipe that trains on text draws from here, so that recognizer, translator, language model and voice share one
domain. It knows no recipe. `held_out` decides which sentences no recipe may train on.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Callable
from random import Random

from training.domain import (
    calendar,
    clock,
    colors,
    creatures,
    facts,
    help,
    memory,
    numbers,
    parley,
    pictures,
    refusals,
    seasons,
    setup,
    spelling,
    talk,
    told,
    trivia,
    wildlife,
)
from training.domain.pictures import picture_exchange as _picture_exchange
from training.domain.scenes import SCENE_COLORS, SHAPES, Scene, random_scene
from training.domain.spoken import held_out, listed, spoken
from training.domain.text import CLOSINGS, NOUN_LEADS, OPENINGS, QUESTION_LEADS, Bilingual, Exchange, Intent

__all__ = [
    "SCENE_COLORS",
    "SHAPES",
    "Bilingual",
    "Exchange",
    "Intent",
    "Scene",
    "dialogue",
    "held_out",
    "intents",
    "picture_exchange",
    "random_scene",
    "refusal",
    "sample",
    "sample_alone",
    "sample_held_out",
    "spelling_exchange",
    "spoken",
    "vocabulary",
]

_COMMANDS = {
    "en": "yes no stop thanks thank you okay please cancel wait help repeat again louder quieter continue",
    "es": "sí no para gracias vale por favor cancela espera ayuda repite otra vez más alto bajo continúa e u",
}
_WEIGHTS = {
    "trivia": 1.5,
    "help": 2.5,
    "setup": 0.8,
    "young": 0.5,
    "homes": 0.5,
    "food": 0.5,
    "abilities": 0.7,
    "mixing": 0.6,
    "parts": 0.8,
    "counting": 0.8,
    "comparison": 0.8,
    "seasons": 0.7,
    "colors": 1.5,
}
_MODULES = (talk, parley, help, setup, colors, facts, trivia, creatures, wildlife, numbers, calendar, seasons)
_INTENTS = tuple(intent for module in _MODULES for intent in module.INTENTS)


def intents() -> tuple[Intent, ...]:
    """All intents whose answers rest on the question alone."""
    return _INTENTS


@functools.cache
def _topics() -> tuple[list[list[Intent]], list[float]]:
    topics: dict[str, list[Intent]] = defaultdict(list)
    for intent in _INTENTS:
        topics[intent.topic].append(intent)
    return list(topics.values()), [_WEIGHTS.get(topic, 1.0) for topic in topics]


_MEMORY, _CLOCK = 0.08, 0.05
"""Shares of `sample` about what people tell of themselves, and about the present time."""


def _exchange(rng: Random, alone: bool = False) -> Exchange:
    share = 1.0 if alone else rng.random()
    if share < _MEMORY:
        return memory.memory_exchange(rng)
    if share < _MEMORY + _CLOCK:
        return clock.clock_exchange(rng, known=rng.random() < 0.8)
    topics, weights = _topics()
    intents = rng.choices(topics, weights)[0]
    # Intents with few facts would otherwise be seen as often as those with hundreds.
    size = [min(12.0, 2.0 + len(intent.facts) * len(intent.phrasings) / 20) for intent in intents]
    return rng.choices(intents, size)[0].exchange(rng)


def _forbidden(exchange: Exchange) -> bool:
    return held_out(exchange.question.en) or listed(exchange.question.es)


def sample(rng: Random) -> Exchange:
    """A random exchange to train on; topics are balanced and no held-out question comes.

    Some answers rest on what was told earlier in a talk, or on the time: for those who train on sentences.
    """
    while _forbidden(exchange := _exchange(rng)):
        pass
    return exchange


def sample_alone(rng: Random) -> Exchange:
    """As `sample`, but only exchanges whose answer rests on the question alone."""
    while _forbidden(exchange := _exchange(rng, alone=True)):
        pass
    return exchange


def dialogue(rng: Random, turns: int = 3, draw_name: Callable[[Random], str] | None = None) -> list[Exchange]:
    """A talk in which a person tells of themselves and asks later; no held-out question comes."""
    while any(map(_forbidden, steps := memory.dialogue(rng, sample_alone, turns, draw_name))):
        pass
    return steps


def sample_held_out(rng: Random) -> Exchange:
    """A random exchange of the same grammar whose question no recipe may train on."""
    while not _forbidden(exchange := _exchange(rng)):
        pass
    return exchange


def refusal(rng: Random) -> Exchange:
    """A question outside the domain with an honest answer; no held-out question comes."""
    while _forbidden(exchange := refusals.refusal_exchange(rng)):
        pass
    return exchange


def spelling_exchange(rng: Random) -> Exchange:
    """A question for a word's spelling, in English alone; no held-out question comes."""
    while _forbidden(exchange := spelling.spelling(rng)):
        pass
    return exchange


def picture_exchange(scene: Scene, rng: Random) -> Exchange:
    """A question about the scene with its true answer; no held-out question comes."""
    while _forbidden(exchange := _picture_exchange(scene, rng)):
        pass
    return exchange


@functools.cache
def _words(lang: str) -> tuple[str, ...]:
    texts = [text for intent in _INTENTS for text in intent.texts()]
    texts += [*told.texts(), *clock.texts(), *pictures.texts(), *refusals.texts()]
    texts += [*OPENINGS, *CLOSINGS, *QUESTION_LEADS, *NOUN_LEADS]
    texts += [numbers.counted(n, feminine) for n in range(1001) for feminine in (False, True)]
    lines = [getattr(text, lang) for text in texts] + [_COMMANDS[lang]]
    if lang == "en":
        lines += spelling.texts()
    words: set[str] = set()
    for line in lines:
        plain = re.sub(r"\{\w+\}s?", " ", line)
        words.update(spoken(re.sub(r"[()/|]", " ", plain), lang).split())
    return tuple(sorted(words))


def vocabulary(lang: str) -> list[str]:
    """The spoken words, sorted, that the domain's sentences in `lang` ("en" or "es") are made of.

    Numbers to 999 and years are in it, and the names of `training.domain.names`; other names of people and nonsense
    words in refused questions are left out.
    """
    return list(_words(lang))
