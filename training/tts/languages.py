"""The languages that the recipe knows: whose voice is learned, from which sentences, and how sounds correspond.

Owns this choice as data. It must not know how data, training or export work.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from training.tts import sentences_es, teacher
from training.tts.alignment import Sounds, table
from training.tts.sentences import Grammar
from training.tts.teacher import Rendering


@dataclass(frozen=True)
class Language:
    """What the recipe needs to know of a language."""

    code: str
    """ISO 639-1, also the field of domain.Bilingual."""
    espeak_voice: str
    """What Piper phonemizes with."""
    locale: str
    speak: Callable[[str, Path], Rendering]
    sounds: Sounds
    broad: Callable[[Random], Iterator[str]]
    """Sentences from outside the domain."""
    shaped: bool
    """Whether the teacher speaks . ? and ! alike, so that the melody is shaped by rule (pitch.intended)."""


def _english(rng: Random) -> Iterator[str]:
    grammar = Grammar(rng)
    while True:
        yield grammar.sentence()


ENGLISH = Language(
    code="en",
    espeak_voice="en-us",
    locale="en_US",
    speak=teacher.flite,
    sounds=Sounds(
        table=table(
            """b b|c k|d d|f f|h hh|j y|k k|l l|m m|n n|p p|q k|r r|s s|t t|v v|w w|x k|z z|ð dh|ŋ ng|ɡ g|ɹ r|ɾ t d|
ʃ sh|ʒ zh|ʔ t|θ th|tʃ ch|dʒ jh|ɬ l|ɫ l|a ae aa|e eh ey|i iy ih|o ow ao|u uw uh|æ ae|ɐ ax ah|ɑ aa ao|ɒ aa ao|
ɔ ao aa ow|ə ax ah ih er eh|ɚ er|ɛ eh ey ae|ɜ er|ɝ er|ɪ ih iy ax|ᵻ ih ax|ʊ uh uw|ʌ ah ax aa|aɪ ay|aʊ aw|ɔɪ oy|
eɪ ey|oʊ ow"""
        ),
        vowels=frozenset(
            ["aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw"]
        ),
        classes=(
            frozenset(["s", "sh", "z", "zh", "f", "v", "th", "dh", "ch", "jh", "hh"]),
            frozenset(["p", "b", "t", "d", "k", "g", "ch", "jh", "dh", "th"]),
            frozenset(["l", "r", "w", "y", "m", "n", "ng", "er"]),
        ),
        merges=frozenset([("er", "ɹ"), ("r", "ɚ"), ("r", "ɜ")]),
    ),
    broad=_english,
    shaped=True,
)

SPANISH = Language(
    code="es",
    espeak_voice="es-419",
    locale="es_419",
    speak=teacher.espeak_spanish,
    sounds=Sounds(
        table=table(
            """b b B|d d D|f f|j j i|k k|l l|m m n|n n m N|p p|r R2|s s z|t t|w w u|x x|z z s|ð D d|ŋ N n|ɡ g Q|ɣ Q g|
ɲ n^|ɾ ** r R2|β B b|ʝ J^|ʃ S|tʃ tS|ʲ ;|θ T s|ʎ l^|v v|h h|ɹ r|a a|e e E|i i j|o o O|u u w|ɛ E e|ɔ O o|ɪ I i|ʊ U u|
eɪ eI|aɪ aI|oɪ oI|aʊ aU|eʊ eU|oʊ oU"""
        ),
        vowels=frozenset(["a", "e", "i", "o", "u", "E", "O", "I", "U", "eI", "aI", "oI", "aU", "eU", "oU"]),
        classes=(
            frozenset(["s", "z", "S", "f", "T", "D", "B", "Q", "x", "h", "v", "J^", "tS"]),
            frozenset(["p", "b", "t", "d", "k", "g", "tS", "B", "D", "Q"]),
            frozenset(["l", "l^", "**", "r", "R2", "m", "n", "n^", "N", "j", "w", ";", "J^"]),
        ),
        merges=frozenset([("i", "j"), ("j", "i"), ("u", "w"), ("w", "u"), (";", "i")]),
    ),
    broad=sentences_es.sentences,
    shaped=False,
)
