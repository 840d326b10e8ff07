"""From Piper's phonemes to the labels that an HMM voice speaks from: sounds, syllables, words, phrases.

Owns that structure and the label format "HTS_TTS_ENG 1.0" (every phone with its neighbors and its place in syllable,
word, phrase and sentence). It must not know audio, nor any one language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

MARKS = ",;:.?!"
STRESS = {"ˈ": 2, "ˌ": 1}
SYLLABIC = "\u0329"
PAUSE = "pau"
CONTENT = "content"


@dataclass(frozen=True)
class Sounds:
    """What a language's IPA corresponds to in its teacher's notation."""

    table: Mapping[str, tuple[str, ...]]
    """IPA unit, of one or two code points, to the teacher's phones; none for what is not heard."""
    vowels: frozenset[str]
    onsets: frozenset[tuple[str, ...]]
    """The clusters of consonants that may begin a syllable inside a word."""
    hissing: frozenset[str]
    """Voiced phones that are more noise than voice above 2 kHz."""
    schwa: str
    """The phone before a syllabic consonant."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Function word in IPA to the part of speech that the teacher knows."""
    stressed_vowels: bool = False
    """Whether a stressed vowel is a phone of its own, written with a 1 behind it."""
    accents: bool = False
    """Whether the teacher knows pitch accents; every stressed content word then gets one."""
    tone: str = "NONE"
    """The tone at the end of every phrase, as the teacher writes it."""
    substitutes: Mapping[str, str] = field(default_factory=dict)
    """Phones that the teacher lacks, to the phone that it says in their place; teacher.py makes their sound."""


def table(text: str) -> dict[str, tuple[str, ...]]:
    """Rows of an IPA unit and its phones, parted by bars."""
    rows = (row.split() for row in text.replace("\n", "").split("|"))
    return {symbol: tuple(phones) for symbol, *phones in rows}


@dataclass(frozen=True)
class Phone:
    """One of the teacher's phones and the positions of the code points whose time it is part of."""

    name: str
    positions: tuple[int, ...] = ()


@dataclass
class Syllable:
    phones: list[Phone]
    vowel: str
    stressed: bool
    accented: bool


@dataclass
class Word:
    syllables: list[Syllable]
    kind: str

    @property
    def content(self) -> bool:
        return self.kind == CONTENT


@dataclass
class Phrase:
    """Words up to a mark; `mark` is the position of its code point, −1 where the sentence just ends."""

    words: list[Word]
    mark: int = -1

    @property
    def syllables(self) -> list[Syllable]:
        return [syllable for word in self.words for syllable in word.syllables]


def phrases(phonemes: Sequence[str], sounds: Sounds) -> list[Phrase]:
    """The structure of one sentence of Piper's phonemes; empty where nothing is to be heard.

    Raises KeyError for a symbol that the language's table lacks.
    """
    found: list[Phrase] = []
    words: list[Word] = []
    word = _WordBuilder(sounds)
    position = 0
    while position < len(phonemes):
        symbol = phonemes[position]
        if symbol == " " or symbol in MARKS:
            words += word.finished()
            word = _WordBuilder(sounds)
            if symbol in MARKS and words:
                found.append(Phrase(words, position))
                words = []
        elif position + 1 < len(phonemes) and symbol + phonemes[position + 1] in sounds.table:
            word.add(symbol + phonemes[position + 1], (position, position + 1))
            position += 1
        else:
            word.add(symbol, (position,))
        position += 1
    words += word.finished()
    if words:
        found.append(Phrase(words))
    return found


class _WordBuilder:
    """The phones of one word as its symbols come, then its syllables."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds = sounds
        self._phones: list[Phone] = []
        self._stress: list[int] = []
        self._next_stress = 0
        self._text = ""

    def add(self, symbol: str, positions: tuple[int, ...]) -> None:
        sounds = self._sounds
        self._text += symbol
        if symbol in STRESS:
            self._next_stress = STRESS[symbol]
        elif symbol in ("ː", SYLLABIC):
            if not self._phones:
                return
            last = self._phones.pop()
            joined = Phone(last.name, last.positions + positions)
            if symbol == SYLLABIC:
                self._phones.append(Phone(sounds.schwa, joined.positions))
                self._stress.insert(-1, 0)
            self._phones.append(joined)
        else:
            for name in sounds.table[symbol]:
                stress = 0
                if name in sounds.vowels:
                    stress, self._next_stress = self._next_stress, 0
                mark = "1" if stress and sounds.stressed_vowels else ""
                self._phones.append(Phone(name + mark, positions))
                self._stress.append(stress)

    def finished(self) -> list[Word]:
        """The word, in a list that is empty where no sound came."""
        if not self._phones:
            return []
        sounds, phones, stress = self._sounds, self._phones, self._stress
        kind = sounds.kinds.get(self._text) or (CONTENT if 2 in stress else "in")
        vowels = [index for index, phone in enumerate(phones) if phone.name.rstrip("1") in sounds.vowels]
        starts = [0]
        for left, right in pairwise(vowels):
            names = [phone.name for phone in phones[left + 1 : right]]
            # As many consonants as may begin a syllable go with the later vowel, at least one.
            sizes = [size for size in range(len(names), 1, -1) if tuple(names[-size:]) in sounds.onsets]
            starts.append(right - (sizes[0] if sizes else min(1, len(names))))
        syllables = []
        for start, end in pairwise([*starts, len(phones)]):
            vowel = next((index for index in vowels if start <= index < end), None)
            marked = stress[vowel] if vowel is not None else 0
            # A function word of one full syllable counts as stressed in the teachers' dictionaries.
            full = len(starts) == 1 and kind not in (CONTENT, "in", "det", "to") and sounds.accents
            accented = marked == 2 and kind == CONTENT and sounds.accents
            name = phones[vowel].name if vowel is not None else "x"
            syllables.append(Syllable(phones[start:end], name, bool(marked) or full, accented))
        return [Word(syllables, kind)]


def segments(sentence: Sequence[Phrase]) -> list[Phone]:
    """All phones with a pause first, between phrases (owned by the mark before it) and last."""
    found = [Phone(PAUSE)]
    for phrase in sentence:
        found += [phone for syllable in phrase.syllables for phone in syllable.phones]
        found.append(Phone(PAUSE, (phrase.mark,) if phrase.mark >= 0 else ()))
    found[-1] = Phone(PAUSE)
    return found


def labels(sentence: Sequence[Phrase], sounds: Sounds) -> list[str]:
    """A full-context label for each of `segments(sentence)`."""
    names = [sounds.substitutes.get(phone.name, phone.name) for phone in segments(sentence)]
    syllables = [syllable for phrase in sentence for syllable in phrase.syllables]
    words = [word for phrase in sentence for word in phrase.words]
    whole = f"{len(syllables)}+{len(words)}-{len(sentence)}"
    found: list[str] = []
    syllable_number = word_number = 0

    def add(place: str, syllable: str, word: str, phrase: str, following: int) -> None:
        """One label; the numbers point at the current syllable and word, `following` places farther is the next."""
        index = len(found)
        near = [names[i] if 0 <= i < len(names) else "x" for i in range(index - 2, index + 3)]
        found.append(
            f"{near[0]}^{near[1]}-{near[2]}+{near[3]}={near[4]}@{place}"
            f"/A:{_outline(syllables, syllable_number - 1, '_')}/B:{syllable}"
            f"/C:{_outline(syllables, syllable_number + following, '+')}"
            f"/D:{_kind(words, word_number - 1)}/E:{word}/F:{_kind(words, word_number + following)}/{phrase}/J:{whole}"
        )

    def pause(before: int) -> None:
        """The pause before phrase `before`."""
        phrase = f"G:{_size(sentence, before - 1, '_')}/H:x=x@1={len(sentence)}|0/I:{_size(sentence, before, '=')}"
        add("x_x", "x-x-x@x-x&x-x#x-x$x-x!x-x;x-x|x", "x+x@x+x&x+x#x+x", phrase, 0)

    pause(0)
    for number, phrase in enumerate(sentence):
        around = (
            f"G:{_size(sentence, number - 1, '_')}/H:{_size(sentence, number, '=')}@{number + 1}="
            f"{len(sentence) - number}|{sounds.tone}/I:{_size(sentence, number + 1, '=')}"
        )
        place_in_phrase = 0
        for place, word in enumerate(phrase.words):
            for index, syllable in enumerate(word.syllables):
                in_word = f"{index + 1}-{len(word.syllables) - index}"
                for count in range(len(syllable.phones)):
                    add(
                        f"{count + 1}_{len(syllable.phones) - count}",
                        _syllable(phrase.syllables, place_in_phrase, in_word),
                        _word(phrase.words, place),
                        around,
                        1,
                    )
                place_in_phrase += 1
                syllable_number += 1
            word_number += 1
        pause(number + 1)
    return found


def _outline(syllables: Sequence[Syllable], index: int, part: str) -> str:
    if not 0 <= index < len(syllables):
        return f"0{part}0{part}0"
    found = syllables[index]
    return f"{int(found.stressed)}{part}{int(found.accented)}{part}{len(found.phones)}"


def _kind(words: Sequence[Word], index: int) -> str:
    return f"{words[index].kind}_{len(words[index].syllables)}" if 0 <= index < len(words) else "0_0"


def _size(sentence: Sequence[Phrase], index: int, part: str) -> str:
    if not 0 <= index < len(sentence):
        return f"0{part}0"
    return f"{len(sentence[index].syllables)}{part}{len(sentence[index].words)}"


def _distance(flags: Sequence[bool]) -> int:
    """How many places on the first true one lies, from 1; 0 where there is none."""
    return flags.index(True) + 1 if True in flags else 0


def _syllable(syllables: Sequence[Syllable], index: int, in_word: str) -> str:
    here = syllables[index]
    stressed, accented = [item.stressed for item in syllables], [item.accented for item in syllables]
    counts = [f"{sum(flags[:index]) + 1}-{sum(flags[index + 1 :]) + 1}" for flags in (stressed, accented)]
    ways = [f"{_distance(flags[:index][::-1])}-{_distance(flags[index + 1 :])}" for flags in (stressed, accented)]
    return (
        f"{int(here.stressed)}-{int(here.accented)}-{len(here.phones)}@{in_word}&{index + 1}-{len(syllables) - index}"
        f"#{counts[0]}${counts[1]}!{ways[0]};{ways[1]}|{here.vowel}"
    )


def _word(words: Sequence[Word], index: int) -> str:
    content = [word.content for word in words]
    return (
        f"{words[index].kind}+{len(words[index].syllables)}@{index + 1}+{len(words) - index}"
        f"&{sum(content[:index])}+{sum(content[index + 1 :])}"
        f"#{_distance(content[:index][::-1])}+{_distance(content[index + 1 :])}"
    )
