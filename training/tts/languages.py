"""The languages that the recipe knows: whose voice is learned, from which sentences, and how sounds correspond.

Owns this choice as data. It must not know how data, training or export work.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from training.tts import sentences_es
from training.tts.labels import Sounds, table
from training.tts.sentences import Grammar
from training.tts.teacher import Speaker

VOICES = Path("/usr/share/festival/voices")


@dataclass(frozen=True)
class Language:
    """What the recipe needs to know of a language."""

    code: str
    """ISO 639-1, also the field of domain.Bilingual."""
    espeak_voice: str
    """What Piper phonemizes with."""
    locale: str
    speaker: Speaker
    sounds: Sounds
    broad: Callable[[Random], Iterator[str]]
    """Sentences from outside the domain."""
    question_words: frozenset[str]
    fillers: frozenset[str]
    """Words that may stand before a question word."""
    alternative: str
    """The word between two things to choose from."""
    melody_width: float
    """What the teacher's melody is widened by."""


def _english(rng: Random) -> Iterator[str]:
    grammar = Grammar(rng)
    while True:
        yield grammar.sentence()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _onsets(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(cluster.split()) for cluster in text.replace("\n", "").split("|"))


def _kinds(**words: str) -> dict[str, str]:
    return {word: kind for kind, text in words.items() for word in text.split()}


ENGLISH = Language(
    code="en",
    espeak_voice="en-us",
    locale="en_US",
    speaker=Speaker(VOICES / "us/cmu_us_slt_arctic_hts/hts/cmu_us_slt_arctic_hts.htsvoice", 32_000, 45, 0.45),
    sounds=Sounds(
        table=table(
            """b b|c k|d d|f f|h hh|j y|k k|l l|m m|n n|p p|q k|r r|s s|t t|v v|w w|x k|z z|ð dh|ŋ ng|ɡ g|ɹ r|ɾ t|
ʃ sh|ʒ zh|ʔ t|θ th|tʃ ch|dʒ jh|ɬ l|ɫ l|a ae|e eh|i iy|o ao|u uw|æ ae|ɐ ax|ɑ aa|ɒ aa|ɔ ao|ə ax|ɚ er|ɛ eh|ɜ er|ɝ er|
ɪ ih|ᵻ ih|ʊ uh|ʌ ah|aɪ ay|aʊ aw|ɔɪ oy|eɪ ey|oʊ ow|ʲ"""
        ),
        vowels=_set("aa ae ah ao aw ax ay eh er ey ih iy ow oy uh uw"),
        onsets=_onsets(
            """p r|b r|t r|d r|k r|g r|f r|th r|sh r|p l|b l|k l|g l|f l|s l|s p|s t|s k|s m|s n|s w|t w|d w|k w|g w|
s p r|s t r|s k r|s p l|s k w|p y|b y|k y|f y|m y|v y|hh y|g y"""
        ),
        hissing=_set("z zh dh v jh"),
        schwa="ax",
        kinds=_kinds(
            det="ðə ðɪ ɐ ɐn æn ðɪs ðæt",
            to="tə tʊ tuː",
            cc="ænd ən ɔːɹ bʌt",
            pps="aɪ juː hiː ʃiː ɪt wiː ðeɪ",
            aux="ɪz wʌz ɑːɹ wɜː hæz hæv biː bɪn duː dʌz dɪd",
            md="kæn kən wɪl wʊd kʊd ʃʊd",
            wp="wʌt wˌʌt huː",
        ),
        accents=True,
        tone="L-L%",
    ),
    broad=_english,
    question_words=_set("what who whom whose how where when which why what's who's where's how's when's"),
    fillers=_set("and so but okay ok well then now please in on at to of for from"),
    alternative="or",
    melody_width=1.25,
)

SPANISH = Language(
    code="es",
    espeak_voice="es-419",
    locale="es_419",
    # A Catalan speaker: Debian has no free Spanish one, and Catalan has all sounds of Latin American Spanish but one.
    speaker=Speaker(VOICES / "catalan/upc_ca_ona_hts/hts/upc_ca_ona.htsvoice", 16_000, 25, 0.42),
    sounds=Sounds(
        table=table(
            """b b|d d|f f|j j|k k|l l|m m|n n|p p|r rr|s s|ss s|t t|w w|x x|h x|z z|ð d|ŋ n|ɡ g|ɣ g|ɲ J|ɾ r|β b|v b|
ʝ j|jj j|ʃ S|tʃ t S|dʒ Z|ʒ Z|θ s|ʎ L|ɹ r|a a|e e|i i|o o|u u|ɛ e|ɔ o|ɪ i|ʊ u|aɪ a j|eɪ e j|oɪ o j|aʊ a w|eʊ e w|
oʊ o w|ʲ"""
        ),
        vowels=frozenset("aeiou"),
        onsets=_onsets(
            """p r|b r|t r|d r|k r|g r|f r|p l|b l|k l|g l|f l|t S|t r j|p r j|p j|b j|t j|d j|k j|g j|f j|s j|m j|n j|
l j|r j|rr j|x j|p w|b w|t w|d w|k w|g w|f w|s w|m w|n w|l w|r w|rr w|x w"""
        ),
        hissing=frozenset("zZ"),
        schwa="e",
        stressed_vowels=True,
        # Between k and a vowel the tongue is where it is for this sound.
        substitutes={"x": "k"},
    ),
    broad=sentences_es.sentences,
    question_words=frozenset(
        [
            "qué",
            "quién",
            "quiénes",
            "cuál",
            "cuáles",
            "cómo",
            "dónde",
            "adónde",
            "cuándo",
            "cuánto",
            "cuánta",
            "cuántos",
            "cuántas",
        ]
    ),
    fillers=_set("y e pero entonces bueno oye a de en por para con desde hasta"),
    alternative="o",
    melody_width=1.0,
)
