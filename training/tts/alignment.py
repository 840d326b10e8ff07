"""Which of the teacher's phones each of Piper's phonemes corresponds to.

Owns the table of sounds and the alignment. Piper's phonemes are single code points of espeak-ng's IPA; the teacher
has its own names (flite: ARPAbet in lower case, "pau" for silence) and another dictionary, so both strings differ a
little and are aligned by edit distance. It must not know audio.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PUNCTUATION = " ,.;:?!"
SILENCE = "pau"

_ENGLISH = """b b|c k|d d|f f|h hh|j y|k k|l l|m m|n n|p p|q k|r r|s s|t t|v v|w w|x k|z z|ð dh|ŋ ng|ɡ g|ɹ r|ɾ t d|ʃ sh|
ʒ zh|ʔ t|θ th|tʃ ch|dʒ jh|ɬ l|ɫ l|a ae aa|e eh ey|i iy ih|o ow ao|u uw uh|æ ae|ɐ ax ah|ɑ aa ao|ɒ aa ao|ɔ ao aa ow|
ə ax ah ih er eh|ɚ er|ɛ eh ey ae|ɜ er|ɝ er|ɪ ih iy ax|ᵻ ih ax|ʊ uh uw|ʌ ah ax aa|aɪ ay|aʊ aw|ɔɪ oy|eɪ ey|oʊ ow"""
_VOWEL_LETTERS = frozenset("aeiouæɐɑɒɔəɚɛɜɝɪᵻʊʌ")
_VOWELS = frozenset(["aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw"])
_CLASSES = (
    frozenset(["s", "sh", "z", "zh", "f", "v", "th", "dh", "ch", "jh", "hh"]),
    frozenset(["p", "b", "t", "d", "k", "g", "ch", "jh", "dh", "th"]),
    frozenset(["l", "r", "w", "y", "m", "n", "ng", "er"]),
)


def _table(text: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split() for row in text.replace("\n", "").split("|"))
    return {symbol: tuple(phones) for symbol, *phones in rows}


ENGLISH = _table(_ENGLISH)
"""IPA unit to flite's phones, the usual one first."""


@dataclass
class Unit:
    """One sound: its code points (a diphthong, an affricate or a long vowel has two) and their positions."""

    symbol: str
    positions: list[int]

    @property
    def sounds(self) -> bool:
        return self.symbol in ENGLISH


def units(phonemes: Sequence[str]) -> list[Unit]:
    """Group code points into sounds and punctuation; stress marks belong to nothing."""
    found: list[Unit] = []
    position = 0
    while position < len(phonemes):
        symbol = phonemes[position]
        pair = symbol + phonemes[position + 1] if position + 1 < len(phonemes) else ""
        if pair in ENGLISH:
            found.append(Unit(pair, [position, position + 1]))
            position += 1
        elif symbol in ENGLISH or symbol in PUNCTUATION:
            found.append(Unit(symbol, [position]))
        elif symbol in "ː̩" and found:
            found[-1].positions.append(position)
        position += 1
    return found


def substitution_cost(symbol: str, phone: str) -> float:
    """How ill `phone` suits the IPA unit `symbol`: 0 is the listed match."""
    if symbol not in ENGLISH:
        if phone != SILENCE:
            return 3.0
        return 0.3 if symbol == " " else 0.0
    listed = ENGLISH[symbol]
    if phone in listed:
        return 0.0 if phone == listed[0] else 0.15
    vowel_symbol, vowel_phone = symbol[0] in _VOWEL_LETTERS, phone in _VOWELS
    if vowel_symbol and vowel_phone:
        return 0.5
    if vowel_symbol != vowel_phone:
        # An r-colored vowel may stand against a plain r.
        return 0.8 if (phone, symbol) in {("er", "ɹ"), ("r", "ɚ"), ("r", "ɜ")} else 1.6
    return 0.7 if any(phone in kind and listed[0] in kind for kind in _CLASSES) else 1.2


def align(sounds: Sequence[Unit], phones: Sequence[str]) -> tuple[list[list[int]], float]:
    """Cheapest alignment: for each unit the indices of its phones, and the total cost divided by the number of sounds.

    A phone without a unit of its own is given to the sound before it, so that no time is lost.
    """
    rows, columns = len(sounds), len(phones)
    substitute = np.array([[substitution_cost(unit.symbol, phone) for phone in phones] for unit in sounds])
    delete = [1.0 if unit.sounds else 0.0 for unit in sounds]
    insert = [1.3 if phone == SILENCE else 1.0 for phone in phones]
    cost: NDArray[np.float64] = np.full((rows + 1, columns + 1), np.inf)
    step = np.zeros((rows + 1, columns + 1), np.int8)
    cost[0, 0] = 0.0
    for row in range(rows + 1):
        for column in range(columns + 1):
            best = cost[row, column]
            if row and column and (value := cost[row - 1, column - 1] + substitute[row - 1, column - 1]) < best:
                best, step[row, column] = value, 1
            if row and (value := cost[row - 1, column] + delete[row - 1]) < best:
                best, step[row, column] = value, 2
            if column and (value := cost[row, column - 1] + insert[column - 1]) < best:
                best, step[row, column] = value, 3
            cost[row, column] = best
    assigned: list[list[int]] = [[] for _ in sounds]
    row, column = rows, columns
    while row or column:
        move = step[row, column]
        if move == 1:
            assigned[row - 1].insert(0, column - 1)
            row, column = row - 1, column - 1
        elif move == 2:
            row -= 1
        else:
            owner = row - 1
            while owner > 0 and not sounds[owner].sounds:
                owner -= 1
            assigned[max(owner, 0)].insert(0, column - 1)
            column -= 1
    total = float(cost[rows, columns])
    return [sorted(indices) for indices in assigned], total / max(1, sum(unit.sounds for unit in sounds))
