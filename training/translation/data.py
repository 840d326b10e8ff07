"""Sentence pairs to train and to judge the translator with.

Owns the mixture (domain questions, answers, picture texts, refusals, the broad grammar) and the forms in which a source
sentence may arrive: written, or as a recognizer writes it. The target is always properly written. No pair with a
sentence that is held out, in any form, is ever drawn to train on.
"""

import re
from collections.abc import Callable
from random import Random

from training.domain import (
    Bilingual,
    Exchange,
    held_out,
    picture_exchange,
    random_scene,
    refusal,
    sample,
    sample_held_out,
    spoken,
)
from training.translation.grammar import sentence

Pair = tuple[str, str]
"""Source and target text of one sentence."""


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[¿¡A-Z])", text)


def _of(exchange: Exchange, rng: Random) -> Bilingual:
    text = exchange.question if rng.random() < 0.55 else exchange.answer
    parts = list(zip(_sentences(text.en), _sentences(text.es), strict=False))
    return Bilingual(*rng.choice(parts))


_SOURCES: list[tuple[Callable[[Random], Bilingual], float]] = [
    (lambda rng: _of(sample(rng), rng), 0.5),
    (lambda rng: _of(picture_exchange(random_scene(rng), rng), rng), 0.08),
    (lambda rng: _of(refusal(rng), rng), 0.1),
    (sentence, 0.32),
]


def forbidden(text: Bilingual) -> bool:
    """Whether either side of the pair is held out."""
    return held_out(text.en) or held_out(text.es)


def bilingual(rng: Random) -> Bilingual:
    """One pair to train on, both sides written."""
    while True:
        draw = rng.choices([draw for draw, _ in _SOURCES], [weight for _, weight in _SOURCES])[0]
        text = draw(rng)
        if not forbidden(text):
            return text


def directed(text: Bilingual, source: str) -> Pair:
    """The pair in the direction that starts at `source`."""
    return (text.en, text.es) if source == "en" else (text.es, text.en)


def pair(rng: Random, source: str) -> Pair:
    """One training pair from `source` ("en" or "es"); the source side is written or as heard."""
    text, target = directed(bilingual(rng), source)
    draw = rng.random()
    if draw < 0.35:
        return _heard(text, source), target
    if draw < 0.4:
        return text.lower(), target
    if draw < 0.45 and text[-1] == ".":
        return text[:-1], target[:-1]
    if draw < 0.48:
        return text.replace("¿", "").replace("¡", "").rstrip("?.") + ("?" if text[-1] == "?" else ""), target
    return text, target


def _heard(text: str, lang: str) -> str:
    # Digits stay, so that a number is never a word on one side and digits on the other.
    return text.lower().rstrip(".?") if re.search(r"\d", text) else spoken(text, lang)


def judged(rng: Random, source: str) -> tuple[Pair, str]:
    """A pair of the domain that no recipe trains on, and the form of its source: "written" or "heard"."""
    while True:
        exchange = sample_held_out(rng)
        text = exchange.question if rng.random() < 0.7 else exchange.answer
        if forbidden(text):
            break
    origin, target = directed(text, source)
    if rng.random() < 0.5:
        return (_heard(origin, source), target), "heard"
    return (origin, target), "written"


def judged_broad(rng: Random, source: str) -> Pair:
    """A pair of the broad grammar that no recipe trains on."""
    while not forbidden(text := sentence(rng)):
        pass
    return directed(text, source)
