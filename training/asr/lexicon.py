"""Pronunciations of the vocabulary: as the synthesizers say the words, in and out of sentences.

Knows espeak-ng, Flite and phones; writes nothing.
"""

import math
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random

from training.asr.graph import Pronunciation
from training.asr.phones import SILENCE, from_espeak, from_festival
from training.espeak import Espeak, Utterance

_ACCENTS = ["gmw/en-US"] * 3 + ["gmw/en"] * 2 + ["gmw/en-GB-scotland", "gmw/en-029", "gmw/en-GB-x-gbcwmd"]
_ALONE = ("gmw/en-US", "gmw/en")
_MOST = 6
"""Pronunciations kept a word."""
_REDUCED = """
a: AH, EY | the: DH AH, DH IY | to: T AH, T UW, T IH | and: AH N D, AE N D, AH N | of: AH V | an: AH N, AE N
for: F ER, F AO R, F AO, F AH | can: K AH N, K AE N | is: IH Z | you: Y UW, Y AH | are: AA R, ER, AH, AA
from: F R AH M
what: W AH T, W AA T | that: DH AE T, DH AH T | at: AE T, AH T | it: IH T | in: IH N | oh: OW | do: D UW, D AH
your: Y ER, Y AO R, Y UH R, Y AO | zero: Z IH R OW, Z IY R OW | was: W AH Z, W AA Z | i: AY | i'm: AY M
"""
"""Function words as they sound in running speech."""


def _reduced() -> dict[str, list[tuple[str, ...]]]:
    entries = (entry.split(":") for entry in re.split(r"[|\n]", _REDUCED) if entry.strip())
    return {word.strip(): [tuple(said.split()) for said in text.split(",")] for word, text in entries}


def words_said(text: str, utterance: Utterance, voice: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every word of a sentence with its phones; empty where espeak-ng joined or split words of its own accord."""
    places = {match.start(): match.group() for match in re.finditer(r"\S+", text)}
    if [offset for offset, _ in utterance.words] != list(places):
        return []
    edges = [first for _, first in utterance.words] + [len(utterance.phonemes)]
    said = []
    for (offset, first), last in zip(utterance.words, edges[1:], strict=True):
        phones: list[str] = []
        for index in range(first, last):
            nearly_none = utterance.sample_rate * 4 // 1000
            if index + 1 < len(utterance.phonemes):
                length = utterance.phonemes[index + 1].start - utterance.phonemes[index].start
                if length < nearly_none:
                    continue
            found = from_espeak(utterance.phonemes[index].mnemonic, voice) or []
            if not (found == ["R"] and phones[-1:] in (["R"], ["ER"])):  # a linking r that is there already
                phones += found
        if phones:
            said.append((places[offset], tuple(phones)))
    return said


def _flite(word: str) -> tuple[str, ...]:
    command = ["flite", "-ps", "-voice", "kal16", "-t", word, "none"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return tuple(phone for phone in map(from_festival, shown) if phone != SILENCE)


def lexicon(vocabulary: Sequence[str], sentences: Sequence[str], random: Random) -> list[Pronunciation]:
    """Pronunciations of every word: those that espeak-ng uses in `sentences` in several accents and for the word
    alone, Flite's, and reduced forms of function words.
    """
    synthesizer = Espeak()
    known = set(vocabulary)
    counts: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    spoken = [(sentence, random.choice(_ACCENTS)) for sentence in sentences]
    spoken += [(word, voice) for word in vocabulary for voice in _ALONE]
    for text, voice in spoken:
        for word, phones in words_said(text, synthesizer.speak(text, voice, 200), voice):
            if word in known:
                counts[word][phones] += 1
    reduced = _reduced()
    entries = []
    for word in vocabulary:
        total = counts[word].total()
        weight = {said: float(n) for said, n in counts[word].most_common(5) if n >= max(1, 0.05 * total)}
        by_flite = _flite(word)
        if by_flite:
            weight[by_flite] = weight.get(by_flite, 0.0) + max(1.0, 0.5 * total)
        floor = 0.2 * max(weight.values(), default=1.0)
        for said in reduced.get(word, []):
            weight[said] = max(weight.get(said, 0.0), floor)
        if not weight:
            raise ValueError(f"no synthesizer says {word!r}")
        best = sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
        entries += [Pronunciation(word, said, min(1.5, 0.5 * math.log(best[0][1] / n))) for said, n in best]
    return entries
