"""Phone sets: the sounds of a language, Kaldi's phones with positions in the word, and acoustic states.

Knows nothing of words, audio, files or particular languages. Word times need phones that know their position in the
word, so every phone comes in four positions (begin, end, internal, singleton) that share one pair of acoustic states.
"""

from collections.abc import Mapping, Sequence

SILENCE = "SIL"
POSITIONS = {"_B": "begin", "_E": "end", "_I": "internal", "_S": "singleton"}


class PhoneSet:
    """The phones of one language."""

    def __init__(self, sounds: str) -> None:
        """`sounds`: the names of the phones, without silence, between spaces."""
        self.sounds = tuple(sounds.split())
        self.base = (SILENCE, *self.sounds)
        self.index = {phone: index for index, phone in enumerate(self.base)}
        self.states = 2 * len(self.base)
        """Acoustic states ("pdfs"): 2i is the first frame of phone i, 2i + 1 every later frame."""
        self.phones = (SILENCE, *(phone + position for phone in self.sounds for position in POSITIONS))
        self.ids = {phone: index + 1 for index, phone in enumerate(self.phones)}
        """Kaldi's phone ids: from 1, silence first."""

    def forward_state(self, phone: str) -> int:
        """Acoustic state of the first frame of a phone with position."""
        return 2 * self.index[phone.split("_")[0]]

    def positioned(self, phones: Sequence[str]) -> list[int]:
        """Ids of a word's phones, each with its position in the word."""
        if len(phones) == 1:
            return [self.ids[phones[0] + "_S"]]
        inner = [self.ids[phone + "_I"] for phone in phones[1:-1]]
        return [self.ids[phones[0] + "_B"], *inner, self.ids[phones[-1] + "_E"]]

    def word_boundary(self) -> str:
        """Kaldi's word_boundary.int: which phone begins or ends a word."""
        rows = ((self.ids[p], "nonword" if p == SILENCE else POSITIONS[p[-2:]]) for p in self.phones)
        return "".join(f"{number} {kind}\n" for number, kind in rows)


def table(text: str) -> dict[str, list[str]]:
    """A mapping of a synthesizer's phones: "n n-=N, a aI2=A Y" maps n and n- to N, a and aI2 to A Y."""
    mapped: dict[str, list[str]] = {}
    for entry in text.split(","):
        others, phones = entry.split("=")
        mapped |= dict.fromkeys(others.split(), phones.split())
    return mapped


PAUSES = frozenset({"_", "_:", "_!", "_::", "_|", "_^_", "_S", "_X1"})
MARKS = frozenset({"", ";", "|", "||", "*", "?2", "-"})
"""espeak-ng's mnemonics that are no sound of their own: they lengthen or soften the phone before."""


def from_espeak(mapping: Mapping[str, Sequence[str]], mnemonic: str) -> Sequence[str] | None:
    """Phones of an espeak-ng mnemonic: silence, none for a mark, or by the table; None when it is not known."""
    if mnemonic in PAUSES:
        return (SILENCE,)
    return () if mnemonic in MARKS else mapping.get(mnemonic)
