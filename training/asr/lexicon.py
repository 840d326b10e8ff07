"""Pronunciations of the vocabulary: as the synthesizers say the words, in and out of sentences.

Knows espeak-ng, Flite and phones; writes nothing.
"""

import math
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random

from training.asr.english import from_festival
from training.asr.graph import Pronunciation
from training.asr.language import Language
from training.asr.phones import SILENCE, from_espeak
from training.asr.speech import synthesizer
from training.espeak import Utterance

_MOST = 6
"""Pronunciations kept a word."""


def words_said(language: Language, text: str, utterance: Utterance, accent: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every word of a sentence with its phones; empty where espeak-ng joined or split words of its own accord."""
    places = {match.start(): match.group() for match in re.finditer(r"\S+", text)}
    if [offset for offset, _ in utterance.words] != list(places):
        return []
    mapping = language.accent(accent)
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
            found = from_espeak(mapping, utterance.phonemes[index].mnemonic) or ()
            linked = list(found) == ["R"] and phones and phones[-1] in language.linking
            phones += [] if linked else [phone for phone in found if phone != SILENCE]
        if phones:
            said.append((places[offset], tuple(phones)))
    return said


def _flite(word: str) -> tuple[str, ...]:
    command = ["flite", "-ps", "-voice", "kal16", "-t", word, "none"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return tuple(phone for phone in map(from_festival, shown) if phone != SILENCE)


def lexicon(
    language: Language, vocabulary: Sequence[str], sentences: Sequence[str], random: Random
) -> list[Pronunciation]:
    """Pronunciations of every word: those that espeak-ng uses in `sentences` in several accents and for the word
    alone, Flite's where it knows the language, and those of the language's own table.
    """
    known = set(vocabulary)
    counts: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    spoken = [(sentence, random.choice(language.lexicon_accents)) for sentence in sentences]
    spoken += [(word, accent) for word in vocabulary for accent in tuple(dict.fromkeys(language.lexicon_accents))[:2]]
    for text, accent in spoken:
        for word, phones in words_said(language, text, synthesizer().speak(text, accent, 200), accent):
            if word in known:
                counts[word][phones] += 1
    entries = []
    for word in vocabulary:
        total = counts[word].total()
        weight = {said: float(n) for said, n in counts[word].most_common(5) if n >= max(1, 0.05 * total)}
        by_flite = _flite(word) if language.hear_flite else ()
        if by_flite:
            weight[by_flite] = weight.get(by_flite, 0.0) + max(1.0, 0.5 * total)
        floor = 0.2 * max(weight.values(), default=1.0)
        for said in language.reduced.get(word, ()):
            weight[said] = max(weight.get(said, 0.0), floor)
        if not weight:
            raise ValueError(f"no synthesizer says {word!r}")
        best = sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
        entries += [Pronunciation(word, said, min(1.5, 0.5 * math.log(best[0][1] / n))) for said, n in best]
    return entries
