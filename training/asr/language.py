"""What the recipe has to know of a language: phones, accents, speakers, function words.

Owns the type; english.py and spanish.py hold the tables. It must not know how anything is synthesized or learned.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from training.asr.phones import PhoneSet


@dataclass(frozen=True)
class Diphones:
    """A Festival diphone voice that is handed phones, durations and pitch, to speak other languages than its own."""

    voice: str
    """Festival's name of the voice."""
    index: str
    """File below Festival's voice folder that begins with the list of its diphones."""
    pitch: float
    """Its usual pitch in hertz."""
    phones: Mapping[str, Sequence[str]]
    """The language's phones in those of the voice. A text with any other phone is left out."""
    stand_ins: Mapping[str, str]
    """Phones of the voice that may take another's place where a diphone is missing."""
    silence: str = "#"


@dataclass(frozen=True)
class Speakers:
    """Who speaks in one set. Accents and variants are espeak-ng's; they are drawn independently."""

    accents: Sequence[str]
    variants: Sequence[str]
    """Timbres; "." is the plain voice."""
    flite: Sequence[str] = ()
    festival: Sequence[str] = ()
    """Voices of this language."""
    diphones: Sequence[Diphones] = ()
    others: bool = False
    """Whether Flite's and Festival's voices are made to sound like further people, of other sizes and pitches."""


@dataclass(frozen=True, eq=False)
class Language:
    """The tables of one language; each is only equal to itself."""

    code: str
    """ISO 639-1."""
    name: str
    phones: PhoneSet
    accent: Callable[[str], Mapping[str, Sequence[str]]]
    """espeak-ng's mnemonics to phones, for the accent that is given ("gmw/en-US")."""
    linking: frozenset[str]
    """Vowels that have an r in them already, so that a linking r behind them is none of its own; "R" among them."""
    training: Speakers
    development: Speakers
    """Speakers that no training step heard, to choose scales by."""
    unseen: Speakers
    """Speakers that no training step and no choice heard."""
    lexicon_accents: Sequence[str]
    """Whose pronunciations the lexicon gets."""
    reduced: Mapping[str, Sequence[tuple[str, ...]]]
    """Function words as they sound in running speech, and other pronunciations to add."""
    commands: Sequence[str]
    """What is said alone, briefly."""
    hear_flite: bool = False
    """Whether Flite knows the language's words."""


def pronunciations(text: str) -> dict[str, list[tuple[str, ...]]]:
    """A table "word: P H O N E S, O TH E R | word: ..." of pronunciations."""
    entries = (entry.split(":") for entry in text.replace("\n", "|").split("|") if entry.strip())
    return {word.strip(): [tuple(said.split()) for said in ways.split(",")] for word, ways in entries}
