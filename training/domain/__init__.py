"""What the starter models talk about: bilingual questions and answers from one grammar, and the held-out split.

Every recipe that trains on text draws from here, so that recognizer, translator, language model and voice share one
domain. It knows no recipe. `held_out` decides which sentences no recipe may train on.
"""

import functools
import re
from collections import defaultdict
from random import Random

from training.domain import calendar, colors, creatures, facts, numbers, parley, pictures, refusals, seasons, talk
from training.domain.pictures import picture_exchange as _picture_exchange
from training.domain.scenes import SCENE_COLORS, SHAPES, Scene, random_scene
from training.domain.spoken import held_out, listed, spoken
from training.domain.text import CLOSINGS, NOUN_LEADS, OPENINGS, QUESTION_LEADS, Bilingual, Exchange, Intent

__all__ = [
    "SCENE_COLORS",
    "SHAPES",
    "Bilingual",
    "Exchange",
    "Scene",
    "held_out",
    "picture_exchange",
    "random_scene",
    "refusal",
    "sample",
    "sample_held_out",
    "spoken",
    "vocabulary",
]

_COMMANDS = {
    "en": "yes no stop thanks thank you okay please cancel wait help repeat again louder quieter continue",
    "es": "sí no para gracias vale por favor cancela espera ayuda repite otra vez más alto bajo continúa e u",
}
_WEIGHTS = {
    "trivia": 0.7,
    "mixing": 0.6,
    "parts": 0.8,
    "counting": 0.8,
    "comparison": 0.8,
    "seasons": 0.7,
    "colors": 1.5,
}
_INTENTS = tuple(
    intent
    for module in (talk, parley, colors, facts, creatures, numbers, calendar, seasons)
    for intent in module.INTENTS
)


@functools.cache
def _topics() -> tuple[list[list[Intent]], list[float]]:
    topics: dict[str, list[Intent]] = defaultdict(list)
    for intent in _INTENTS:
        topics[intent.topic].append(intent)
    return list(topics.values()), [_WEIGHTS.get(topic, 1.0) for topic in topics]


def _exchange(rng: Random) -> Exchange:
    topics, weights = _topics()
    intents = rng.choices(topics, weights)[0]
    # Intents with few facts would otherwise be seen as often as those with hundreds.
    size = [min(12.0, 2.0 + len(intent.facts) * len(intent.phrasings) / 20) for intent in intents]
    return rng.choices(intents, size)[0].exchange(rng)


def _forbidden(exchange: Exchange) -> bool:
    return held_out(exchange.question.en) or listed(exchange.question.es)


def sample(rng: Random) -> Exchange:
    """A random exchange to train on; topics are balanced and no held-out question comes."""
    while _forbidden(exchange := _exchange(rng)):
        pass
    return exchange


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


def picture_exchange(scene: Scene, rng: Random) -> Exchange:
    """A question about the scene with its true answer; no held-out question comes."""
    while _forbidden(exchange := _picture_exchange(scene, rng)):
        pass
    return exchange


@functools.cache
def _words(lang: str) -> tuple[str, ...]:
    texts = [text for intent in _INTENTS for text in intent.texts()]
    texts += [*pictures.texts(), *refusals.texts(), *OPENINGS, *CLOSINGS, *QUESTION_LEADS, *NOUN_LEADS]
    lines = [getattr(text, lang) for text in texts] + [_COMMANDS[lang]]
    words: set[str] = set()
    for line in lines:
        plain = re.sub(r"\{\w+\}s?", " ", line)
        words.update(spoken(re.sub(r"[()/|]", " ", plain), lang).split())
    return tuple(sorted(words))


def vocabulary(lang: str) -> list[str]:
    """The spoken words, sorted, that the domain's sentences in `lang` ("en" or "es") are made of.

    Names of people and nonsense words in refused questions are left out.
    """
    return list(_words(lang))
