"""What the recognizer learns to hear: sentences of the domain, and their split into training, development and test.

Owns the choice of texts. It must not know how they are spoken or recognized.
"""

import functools
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from training import domain


def written(random: Random) -> str:
    """A question or an answer of the domain, as it is written; one in eight is about a picture, one in sixteen beyond
    the starter's knowledge.
    """
    kind = random.random()
    if kind < 1 / 16:
        exchange = domain.refusal(random)
    elif kind < 3 / 16:
        exchange = domain.picture_exchange(domain.random_scene(random), random)
    else:
        exchange = domain.sample(random)
    return exchange.question.en if random.random() < 0.6 else exchange.answer.en


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Every word that the recognizer knows: the domain's, and those of questions that the starter refuses."""
    words = {word for entry in domain.vocabulary("en") for word in spoken(entry).split()}
    random = Random("vocabulary")
    refused = Counter(word for _ in range(20_000) for word in spoken(domain.refusal(random).question.en).split())
    return tuple(sorted(words | {word for word, count in refused.items() if count >= 5}))


def spoken(text: str) -> str:
    """The words of `text` as the recognizer writes them."""
    return domain.spoken(text, "en")


def development(text: str) -> bool:
    """Whether a sentence belongs to the development set: one in thirty of those that are not held out."""
    digest = hashlib.sha256(b"development " + spoken(text).encode()).digest()
    return int.from_bytes(digest, "big") % 30 == 0 and not domain.held_out(text)


def training(text: str) -> bool:
    """Whether a sentence belongs to the training set: neither development nor what no recipe may train on."""
    return not domain.held_out(text) and not development(text)


def draw(random: Random, count: int, belongs: Callable[[str], bool]) -> list[str]:
    """`count` written sentences of a set, as often as the domain says them."""
    found: list[str] = []
    while len(found) < count:
        text = written(random)
        if belongs(text):
            found.append(text)
    return found


def draw_distinct(random: Random, count: int, belongs: Callable[[str], bool]) -> list[str]:
    """`count` different sentences of a set, in their spoken form."""
    found: dict[str, None] = {}
    while len(found) < count:
        found.update(dict.fromkeys(spoken(text) for text in draw(random, 20, belongs)))
    return list(found)[:count]


def draw_test(random: Random, count: int) -> list[str]:
    """`count` different questions that no recipe trains on, in their spoken form."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[spoken(domain.sample_held_out(random).question.en)] = None
    return list(found)


def for_training(random: Random, count: int, vocabulary: Sequence[str]) -> list[str]:
    """Texts for training speech: sentences of the domain, written (with pauses at commas) or as bare words, at times
    two in a row, and strings of random words so that all words meet all others.
    """
    texts = []
    for text in draw(random, count, training):
        kind = random.random()
        if kind < 0.3:
            texts.append(" ".join(random.choice(vocabulary) for _ in range(random.randint(1, 6))))
        elif kind < 0.6:
            texts.append(text)
        elif kind < 0.95:
            texts.append(spoken(text))
        else:
            texts.append(f"{spoken(text)} {spoken(draw(random, 1, training)[0])}")
    return texts


UNSEEN_PHRASINGS_DEVELOPMENT = [
    "what color is milk",
    "what's the color of a lemon",
    "how many months are in a year",
    "how many hours are in one day",
    "what day comes before friday",
    "which month comes after june",
    "what is two plus nine",
    "what is eight minus five",
    "what is the capital of italy",
    "tell me the capital of japan",
    "is the sun hot",
    "how many legs has a cat",
]
"""Written by hand for the development set; some are no sentence of the grammar."""
