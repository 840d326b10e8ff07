"""Which of the teacher's phones each of Piper's phonemes corresponds to.

Owns the kinds of sounds and the alignment. Piper's phonemes are single code points of espeak-ng's IPA; the teacher
has its own names and perhaps another dictionary, so both strings differ a little and are aligned by edit distance. It
must not know audio, nor any one language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PUNCTUATION = " ,.;:?!"
SILENCE = "pau"


@dataclass(frozen=True)
class Sounds:
    """What a language's IPA corresponds to in its teacher's notation."""

    table: Mapping[str, tuple[str, ...]]
    """IPA unit to the teacher's phones, the usual one first."""
    vowels: frozenset[str]
    """The teacher's phones that are vowels."""
    classes: tuple[frozenset[str], ...]
    """The teacher's consonants that sound alike, in sets that may overlap."""
    merges: frozenset[tuple[str, str]] = frozenset()
    """(phone, IPA unit) that may stand for each other although one is a vowel."""

    def substitution_cost(self, symbol: str, phone: str) -> float:
        """How ill `phone` suits the IPA unit `symbol`: 0 is the listed match."""
        if symbol not in self.table:
            if phone != SILENCE:
                return 3.0
            return 0.3 if symbol == " " else 0.0
        listed = self.table[symbol]
        if phone in listed:
            return 0.0 if phone == listed[0] else 0.15
        vowel_symbol, vowel_phone = listed[0] in self.vowels, phone in self.vowels
        if vowel_symbol and vowel_phone:
            return 0.5
        if vowel_symbol != vowel_phone:
            return 0.8 if (phone, symbol) in self.merges else 1.6
        return 0.7 if any(phone in kind and listed[0] in kind for kind in self.classes) else 1.2


def table(text: str) -> dict[str, tuple[str, ...]]:
    """Rows of an IPA unit and its phones, parted by bars."""
    rows = (row.split() for row in text.replace("\n", "").split("|"))
    return {symbol: tuple(phones) for symbol, *phones in rows}


@dataclass
class Unit:
    """One sound: its code points (a diphthong, an affricate or a long vowel has two) and their positions."""

    symbol: str
    positions: list[int]

    @property
    def sounds(self) -> bool:
        return self.symbol not in PUNCTUATION


def units(phonemes: Sequence[str], table: Mapping[str, tuple[str, ...]]) -> list[Unit]:
    """Group code points into sounds and punctuation; stress marks belong to nothing."""
    found: list[Unit] = []
    position = 0
    while position < len(phonemes):
        symbol = phonemes[position]
        pair = symbol + phonemes[position + 1] if position + 1 < len(phonemes) else ""
        if pair in table:
            found.append(Unit(pair, [position, position + 1]))
            position += 1
        elif symbol in table or symbol in PUNCTUATION:
            found.append(Unit(symbol, [position]))
        elif symbol in "ː̩" and found:
            found[-1].positions.append(position)
        position += 1
    return found


def align(units: Sequence[Unit], phones: Sequence[str], sounds: Sounds) -> tuple[list[list[int]], float]:
    """Cheapest alignment: for each unit the indices of its phones, and the total cost divided by the number of sounds.

    A phone without a unit of its own is given to the sound before it, so that no time is lost.
    """
    rows, columns = len(units), len(phones)
    substitute = np.array([[sounds.substitution_cost(unit.symbol, phone) for phone in phones] for unit in units])
    delete = [1.0 if unit.sounds else 0.0 for unit in units]
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
    assigned: list[list[int]] = [[] for _ in units]
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
            while owner > 0 and not units[owner].sounds:
                owner -= 1
            assigned[max(owner, 0)].insert(0, column - 1)
            column -= 1
    total = float(cost[rows, columns])
    return [sorted(indices) for indices in assigned], total / max(1, sum(unit.sounds for unit in units))
