"""Sentence pairs to train and to judge the translator with.

Owns the mixture (domain questions, answers, picture texts, refusals, numbers, names, the domain's words in other
sentences, the broad grammar) and the forms in which a source sentence may arrive: written, carelessly typed, or as a
recognizer writes it. The target is always properly written. No pair with a sentence that is held out, in any form, is
ever drawn to train on.
"""

import functools
import re
from collections.abc import Callable
from importlib import resources
from random import Random

from training.domain import Bilingual, Exchange, dialogue, held_out, random_scene, sample, sample_held_out, spoken
from training.domain.pictures import picture_exchange
from training.domain.refusals import refusal_exchange
from training.domain.spoken import normalized
from training.domain.text import pairs
from training.translation import contexts, grammar, kept, names, numbers

Pair = tuple[str, str]
"""Source and target text of one sentence."""


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[¿¡A-ZÁÉÍÓÚÑ])", text)


def _parts(text: Bilingual) -> list[Bilingual]:
    """The sentences of a text, one by one where both languages have as many of them."""
    en, es = _sentences(text.en), _sentences(text.es)
    return [Bilingual(*part) for part in zip(en, es, strict=True)] if len(en) == len(es) else [text]


def _of(exchange: Exchange, rng: Random) -> Bilingual:
    """A sentence of the question or of either answer."""
    draw = rng.random()
    text = exchange.question if draw < 0.5 else exchange.answer if draw < 0.85 else exchange.short
    return rng.choice(_parts(text))


def _picture(rng: Random) -> Exchange:
    return picture_exchange(random_scene(rng), rng)


_EXCHANGES: list[tuple[Callable[[Random], Exchange], float]] = [
    (sample, 0.3),
    (lambda rng: rng.choice(dialogue(rng, 1, names.name)), 0.04),
    (_picture, 0.07),
    (refusal_exchange, 0.03),
]
_SOURCES: list[tuple[Callable[[Random], Bilingual], float]] = [
    *((lambda rng, draw=draw: _of(draw(rng), rng), share) for draw, share in _EXCHANGES),
    (contexts.sentence, 0.1),
    (grammar.sentence, 0.18),
    (numbers.sentence, 0.28),
    (lambda rng: names.sentence(rng)[0], 0.18),
]
_JOINED = 0.06
"""How often two sentences come as one text, as a recognizer writes them when nobody pauses."""


@functools.cache
def everyday() -> tuple[Bilingual, ...]:
    """Sentences written by hand, outside all grammars; the first half is for English to Spanish, the rest for back."""
    return pairs((resources.files("training.translation") / "everyday.txt").read_text(encoding="utf-8"))


@functools.cache
def _everyday_forms() -> frozenset[str]:
    return frozenset(normalized(line, lang) for text in everyday() for line, lang in ((text.en, "en"), (text.es, "es")))


def forbidden(text: Bilingual) -> bool:
    """Whether either side of the pair is held out."""
    if held_out(text.en) or held_out(text.es):
        return True
    return normalized(text.en) in _everyday_forms() or normalized(text.es, "es") in _everyday_forms()


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
    """One training pair from `source` ("en" or "es"); the source side is written, typed carelessly or as heard."""
    text, target = directed(bilingual(rng), source)
    if rng.random() < _JOINED and len(text) < 50:
        more, rest = directed(bilingual(rng), source)
        if len(more) < 50:
            text, target = f"{text} {more}", f"{target} {rest}"
    text, draw = varied(text, source, rng), rng.random()
    if draw < 0.38:
        return heard(text, source), target
    if draw < 0.42:
        return text.lower(), target
    if draw < 0.46 and text[-1] == "." and target[-1] == ".":
        return text[:-1], target[:-1]
    if draw < 0.5:
        return text.replace("¿", "").replace("¡", "").rstrip("?.") + ("?" if text[-1] == "?" else ""), target
    if draw < 0.53 and source == "es":
        return _unaccented(text, target), target
    return text, target


_SHORT = (
    ("I am", "I'm"), ("it is", "it's"), ("It is", "It's"), ("you are", "you're"), ("we are", "we're"),
    ("they are", "they're"), ("is not", "isn't"), ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"),
    ("cannot", "can't"), ("What is", "What's"), ("what is", "what's"), ("Where is", "Where's"), ("that is", "that's"),
)  # fmt: skip
_TENS = r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_YEAR = r"the year|born in|built in|ended in|was in"
_ONES = r"one|two|three|four|five|six|seven|eight|nine"


def varied(text: str, lang: str, rng: Random) -> str:
    """The text as others would write it: short forms, hyphens and "and" in numbers, a point for a decimal comma."""
    if lang == "en":
        if rng.random() < 0.3:
            for long, short in _SHORT:
                text = re.sub(rf"\b{long}\b(?![.?,])", short, text)
        if rng.random() < 0.3:
            text = re.sub(rf"\b({_TENS}) ({_ONES})\b", r"\1-\2", text, flags=re.IGNORECASE)
        if rng.random() < 0.2:
            text = re.sub(
                rf"\b(hundred|thousand) (?=(?:{_TENS}|{_ONES}|ten|eleven|twelve|\w+teen)\b)", r"\1 and ", text
            )
        if rng.random() < 0.3:
            text = re.sub(rf"\b({_YEAR}) two thousand (?=(?:{_TENS}|ten|eleven|twelve|\w+teen)\b)", r"\1 twenty ", text)
    elif rng.random() < 0.3:
        text = re.sub(r"(?<=[\w]) coma (?=\w)", " punto ", text)
    return text


def heard(text: str, lang: str) -> str:
    """The text as a recognizer would write it, but what that would make ambiguous stays.

    Digits stay, lest a word stand for digits on the other side, and the commas between number words: "twenty, one" is
    not twenty one.
    """
    if re.search(r"\d|\w-[A-ZÁÉÍÓÚÑ]", text):
        return " ".join(re.sub(r"[¿¡!?\"]|[.,:;](?=\s|$)", " ", text.lower()).split())
    said: list[str] = []
    for part in re.split(r"[,.;:?!] ", text):
        words = spoken(part, lang).split()
        if said and words and kept.is_number(said[-1], lang) and kept.is_number(words[0], lang):
            said[-1] += ","
        said += words
    return " ".join(said)


def _unaccented(text: str, target: str) -> str:
    """The text without accents, except on words that the target has too: these are names."""
    kept = set(re.findall(r"\w+", target))
    return re.sub(r"\w+", lambda word: word[0] if word[0] in kept else _bare(word[0]), text)


def _bare(word: str) -> str:
    return word.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU"))


def judged(rng: Random, source: str) -> tuple[Pair, str]:
    """A pair of the domain that no recipe trains on, and the form of its source: "written" or "heard"."""
    draw = rng.choices((sample_held_out, _picture, refusal_exchange), (0.75, 0.15, 0.1))[0]
    return _formed(_held(lambda rng: _of(draw(rng), rng), rng), source, rng)


def judged_broad(rng: Random, source: str) -> Pair:
    """A pair of the broad grammar that no recipe trains on."""
    return directed(_held(grammar.sentence, rng), source)


def judged_numbers(rng: Random, source: str, kind: str) -> tuple[Pair, str]:
    """A pair with numbers of a `kind` ("digits", "words", "times", "dates") that no recipe trains on, and its form."""
    draw = {"times": numbers.times, "dates": numbers.dates}.get(kind, numbers.numbers)
    while True:
        text = _held(draw, rng)
        if kind in ("times", "dates") or bool(re.search(r"\d", text.en)) is (kind == "digits"):
            return _formed(text, source, rng)


def judged_names(rng: Random, source: str, unseen: bool) -> tuple[Pair, list[str]]:
    """A pair that no recipe trains on, and how its names are written in the target.

    The names are known ones, or made-up ones that are `unseen` in all training.
    """
    while True:
        text, borne = names.sentence(rng, functools.partial(names.invented, unseen=True) if unseen else names.known)
        # A sentence about cities alone has no name that is made up.
        if any(names.held(name.en) and name.en == name.es for name in borne) if unseen else forbidden(text):
            return _formed(text, source, rng)[0], [directed(name, source)[1] for name in borne]


def _held(draw: Callable[[Random], Bilingual], rng: Random) -> Bilingual:
    while not forbidden(text := draw(rng)):
        pass
    return text


def _formed(text: Bilingual, source: str, rng: Random) -> tuple[Pair, str]:
    origin, target = directed(text, source)
    if rng.random() < 0.5:
        return (heard(origin, source), target), "heard"
    return (origin, target), "written"
