"""Vocabularies of any size out of invented words, in the forms of llama.cpp's and sentencepiece's tokenizers.

A model with random weights writes random tokens of its vocabulary; with these it writes words that can be pronounced,
with commas and periods between them, so that clauses form and a voice has something to say. Owns no file format.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwyz", "aeiou"
_SYLLABLES = ["".join(letters) for letters in product(_CONSONANTS, _VOWELS)]
_SPACE = "\u0120"
"""How a byte-level tokenizer writes a space."""


def _bytes() -> list[str]:
    """What a byte-level tokenizer writes for each byte: printable ones stand for themselves, others are moved up."""
    kept = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    moved = iter(range(0x100, 0x200))
    return [chr(byte) if byte in kept else chr(next(moved)) for byte in range(256)]


def _pairs(space: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Two pieces each of which together are a new one, without end: first the words of `texts`, then invented ones.

    A word's pieces all begin at its beginning, so that no invented piece breaks it up.
    """
    for text in texts:
        for word in re.findall(r"[^\W\d_]+", text):
            for begun in range(len(word)):
                yield (space + word)[: begun + 1], word[begun]
    yield from product(_CONSONANTS, _VOWELS)
    for syllable in _SYLLABLES:
        yield space, syllable
    twice = list(product(_SYLLABLES, _SYLLABLES))
    for begin, (first, second) in product((space, ""), twice):
        yield begin + first, second
    marks = ("", "", "", "", ",", ".")
    for place, (third, (first, second)) in enumerate(product(_SYLLABLES, twice)):
        yield space + first + second, third + marks[place % len(marks)]


def byte_level(size: int, special: list[str], texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """`size` tokens, the `special` ones last, and the merges ("left right") of a byte-level tokenizer."""
    tokens = dict.fromkeys(_bytes())
    newline = _bytes()[10]
    merges = []
    for left, right in _pairs(_SPACE, texts):
        if len(tokens) >= size - len(special) - 1:
            break
        if left + right not in tokens:
            tokens[left + right] = None
            merges.append(f"{left} {right}")
    # Some picture models look a blank line up as one token.
    tokens[newline * 2] = None
    merges.append(f"{newline} {newline}")
    return [*tokens, *special], merges


def pieces(size: int, special: list[str], texts: Iterable[str]) -> list[str]:
    """`size` pieces of a sentencepiece vocabulary, the `special` ones first, then letters, then words."""
    found = dict.fromkeys([*special, "▁", *(chr(code) for code in range(0x21, 0x7F)), *"áéíñóúü¿¡"])
    found.update(dict.fromkeys("".join(pair) for pair in islice(_pairs("▁", texts), 2 * size)))
    return list(found)[:size]
