"""What the recognizer learns to hear: sentences of the domain and beyond, and their split.

Owns the choice of texts. It must not know how they are spoken or recognized.

No text of `training` is held out by the domain's rule (in this language's own words), and what is written by hand in
outside_en.txt and outside_es.txt is for the test alone. Single words and short commands are not held out: there the
test asks for unheard voices only.
"""

import functools
import hashlib
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import resources
from random import Random

from training import domain
from training.asr.language import Language
from training.asr.numbers import number_text

_LETTERS = {"en": string.ascii_lowercase, "es": string.ascii_lowercase + "ñ"}
_REFUSED_WORDS = 40_000
"""Refused questions that are looked at for words worth knowing."""


@functools.cache
def _lines(name: str) -> tuple[str, ...]:
    text = (resources.files("training.asr") / name).read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def outside(lang: str) -> tuple[str, ...]:
    """The sentences of the test that no grammar makes, written by hand."""
    return _lines(f"outside_{lang}.txt")


def everyday(random: Random, lang: str) -> str:
    """A phrase that is heard every day, of any subject; "(a/b/)" is one of several wordings."""
    line = random.choice(_lines(f"everyday_{lang}.txt"))
    return " ".join(re.sub(r"\(([^)]*)\)", lambda group: random.choice(group[1].split("/")), line).split())


def written(random: Random, lang: str) -> str:
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
    side = exchange.question if random.random() < 0.6 else exchange.answer
    return str(getattr(side, lang))


@functools.cache
def vocabulary(language: Language) -> tuple[str, ...]:
    """Every word that the recognizer knows: the domain's, those of questions that the starter refuses, of numbers,
    commands and everyday phrases, and the letters.
    """
    lang = language.code
    words = {word for entry in domain.vocabulary(lang) for word in domain.spoken(entry, lang).split()}
    random = Random("vocabulary")
    refused = Counter(
        word
        for _ in range(_REFUSED_WORDS)
        for word in domain.spoken(getattr(domain.refusal(random).question, lang), lang).split()
    )
    words |= {word for word, count in refused.items() if count >= 5}
    texts = [number_text(random, lang) for _ in range(20_000)] + list(language.commands)
    texts += [re.sub("[()/]", " ", line) for line in _lines(f"everyday_{lang}.txt")]
    return tuple(sorted(words.union(_LETTERS[lang], *(domain.spoken(text, lang).split() for text in texts))))


def development(text: str, lang: str) -> bool:
    """Whether a sentence belongs to the development set: one in thirty of those that are not held out."""
    digest = hashlib.sha256(b"development " + domain.spoken(text, lang).encode()).digest()
    return int.from_bytes(digest, "big") % 30 == 0 and not held_out(text, lang)


def held_out(text: str, lang: str) -> bool:
    """Whether no recipe may train on a sentence, or this one for being in the handwritten test."""
    form = domain.spoken(text, lang)
    return domain.held_out(form) or form in outside(lang)


def training(text: str, lang: str) -> bool:
    """Whether a sentence belongs to the training set: neither development nor what no recipe may train on."""
    return not held_out(text, lang) and not development(text, lang)


def draw(make: Callable[[], str], count: int, belongs: Callable[[str], bool]) -> list[str]:
    """`count` texts that `make` gives and that belong."""
    found: list[str] = []
    while len(found) < count:
        if belongs(text := make()):
            found.append(text)
    return found


def draw_distinct(make: Callable[[], str], count: int, belongs: Callable[[str], bool]) -> list[str]:
    """`count` different ones."""
    found: dict[str, None] = {}
    while len(found) < count:
        found.update(dict.fromkeys(draw(make, 20, belongs)))
    return list(found)[:count]


def sentence(random: Random, lang: str) -> str:
    """A sentence of the domain in its spoken form."""
    return domain.spoken(written(random, lang), lang)


def heldout_questions(random: Random, count: int, lang: str) -> list[str]:
    """`count` different questions of the domain that no recipe trains on, in their spoken form."""

    def make() -> str:
        draw_one = domain.sample_held_out if random.random() < 0.5 else domain.sample
        return domain.spoken(getattr(draw_one(random).question, lang), lang)

    return draw_distinct(make, count, lambda text: held_out(text, lang) and text not in outside(lang))


def heldout_numbers(random: Random, count: int, lang: str) -> list[str]:
    """`count` different texts of numbers that no recipe trains on."""
    return draw_distinct(lambda: number_text(random, lang), count, lambda text: held_out(text, lang))


def for_training(random: Random, count: int, language: Language, vocabulary: Sequence[str]) -> list[str]:
    """Texts for training speech: sentences of the domain, written (with pauses at commas) or as bare words, at times
    two in a row; strings of random words, so that all words meet all others; single words and commands; numbers;
    letters; everyday phrases, of which there are more than of anything else but the domain.
    """
    lang = language.code

    def belongs(text: str) -> bool:
        return training(text, lang)

    def of(make: Callable[[], str]) -> str:
        return draw(make, 1, belongs)[0]

    def domain_text() -> str:
        return written(random, lang)

    texts = []
    for _ in range(count):
        kind = random.random()
        if kind < 0.17:
            texts.append(" ".join(random.choice(vocabulary) for _ in range(random.randint(2, 7))))
        elif kind < 0.21:
            texts.append(random.choice(vocabulary))
        elif kind < 0.30:
            texts.append(random.choice(language.commands))
        elif kind < 0.40:
            texts.append(of(lambda: number_text(random, lang)))
        elif kind < 0.42:
            texts.append(" ".join(random.choice(_LETTERS[lang]) for _ in range(random.randint(1, 6))))
        elif kind < 0.55:
            texts.append(of(lambda: everyday(random, lang)))
        elif kind < 0.75:
            texts.append(of(domain_text))
        elif kind < 0.95:
            texts.append(domain.spoken(of(domain_text), lang))
        else:
            texts.append(f"{domain.spoken(of(domain_text), lang)} {domain.spoken(of(domain_text), lang)}")
    return texts


def for_language_model(random: Random, count: int, language: Language) -> list[str]:
    """Sentences for the language model, in spoken form: `count` drawn from the domain, each different one once (how
    often a grammar repeats itself says nothing about a user), and numbers, everyday phrases, spelling and commands in
    fixed shares; commands repeat, for they are what is said most.
    """
    lang = language.code
    found = set(draw(lambda: sentence(random, lang), count, lambda text: training(text, lang)))
    found |= set(draw(lambda: number_text(random, lang), count // 8, lambda text: training(text, lang)))
    found |= set(draw(lambda: everyday(random, lang), count // 2, lambda text: training(text, lang)))
    letters = [" ".join(random.choices(_LETTERS[lang], k=random.randint(2, 6))) for _ in range(count // 100)]
    return sorted(found) + letters + list(language.commands) * max(1, len(found) // 25 // len(language.commands))
