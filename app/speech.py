"""Pure rules of speech: where a person's speech ends, where an answer can be cut for speaking, what can be read aloud.

Knows neither audio devices nor models nor threads; time comes in as seconds of audio.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Endpoint(Enum):
    """What a block of audio did to the state of speech."""

    NONE = 0
    STARTED = 1
    ENDED = 2


@dataclass(frozen=True)
class EndpointRules:
    """When speech has begun and when it is over."""

    threshold: float = 0.5
    """Probability of voice that begins speech; it goes on down to `threshold - 0.15` (hysteresis)."""
    start_seconds: float = 0.06
    """Voice needed before speech counts as begun."""
    end_seconds: float | None = 0.6
    """Silence that ends the turn; None never ends it (a file ends by itself)."""
    pre_roll_seconds: float = 0.5
    """Audio from before the start that belongs to the speech, so that first sounds are not cut."""


class Segmenter:
    """Finds the beginning and the end of one utterance from voice probabilities."""

    def __init__(self, rules: EndpointRules) -> None:
        self._rules = rules
        self._voiced = 0.0
        self._silent = 0.0
        self.speaking = False

    def feed(self, seconds: float, probability: float) -> Endpoint:
        """Take the voice probability of the next `seconds` of audio."""
        rules = self._rules
        voiced = probability >= rules.threshold - (0.15 if self.speaking else 0.0)
        if not self.speaking:
            self._voiced = self._voiced + seconds if voiced else 0.0
            if self._voiced < rules.start_seconds:
                return Endpoint.NONE
            self.speaking, self._silent = True, 0.0
            return Endpoint.STARTED
        self._silent = 0.0 if voiced else self._silent + seconds
        if rules.end_seconds is None or self._silent < rules.end_seconds:
            return Endpoint.NONE
        self.speaking, self._voiced = False, 0.0
        return Endpoint.ENDED

    @property
    def voiced_now(self) -> bool:
        """The newest audio belongs to speech (no trailing silence yet)."""
        return self.speaking and self._silent == 0.0


_SENTENCE = re.compile(r"[.!?…]+[\"'»”)\]]*(?=\s)|[。！？]|\n+")
_CLAUSE = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|[、，；]")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|Sr|Sra|p\.ej)\.$")
_MIN_CLAUSE_WORDS = 3
_MAX_CLAUSE_CHARACTERS = 240


class ClauseCutter:
    """Cuts streamed text into pieces that can be spoken while the rest is still being written.

    Sentences always end a piece; with `clauses`, a comma, a semicolon, a colon or a dash does too once the piece has
    three words. Nothing is lost: the pieces joined with single spaces are the text with its white space folded.
    """

    def __init__(self, clauses: bool = True) -> None:
        self._clauses = clauses
        self._pending = ""

    def feed(self, text: str) -> Iterator[str]:
        """Take the next token's text; yields the pieces that it completes."""
        self._pending += text
        while (cut := self._cut()) is not None:
            piece, self._pending = self._pending[:cut], self._pending[cut:]
            if piece.strip():
                yield " ".join(piece.split())

    def finish(self) -> Iterator[str]:
        """The rest, at the end of the text."""
        rest, self._pending = " ".join(self._pending.split()), ""
        if rest:
            yield rest

    def _cut(self) -> int | None:
        ends = [match.end() for match in _SENTENCE.finditer(self._pending) if self._is_sentence(match.end())]
        if self._clauses:
            ends += [
                match.end()
                for match in _CLAUSE.finditer(self._pending)
                if len(self._pending[: match.end()].split()) >= _MIN_CLAUSE_WORDS
            ]
        if ends:
            return min(ends)
        if len(self._pending) > _MAX_CLAUSE_CHARACTERS:
            space = self._pending.rfind(" ", 1, _MAX_CLAUSE_CHARACTERS)
            return space if space > 0 else _MAX_CLAUSE_CHARACTERS
        return None

    def _is_sentence(self, end: int) -> bool:
        return not _ABBREVIATION.search(self._pending[:end])


_FENCE = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"\b(?:https?|file)://\S+")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKUP = re.compile(r"[*_`#>|~\[\]<\\]+")


def speakable(text: str) -> str:
    """What of an answer is read aloud: Markdown's marks, addresses, code blocks and emoji are left out."""
    text = _FENCE.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = _ADDRESS.sub(" ", text)
    text = _MARKUP.sub(" ", text)
    text = "".join(" " if unicodedata.category(letter) in {"So", "Cs", "Cc", "Cf", "Co"} else letter for letter in text)
    return " ".join(text.split())


def clean(text: str) -> str:
    """A typed text without what no model can read: lone surrogates, NUL and other controls but line breaks and tabs."""
    return "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    ).strip()


def spoken_part(text: str, fraction: float) -> str:
    """The words of a clause that were heard when `fraction` (0 to 1) of its sound was played; whole words only."""
    words = text.split()
    letters = fraction * sum(len(word) for word in words)
    heard: list[str] = []
    for word in words:
        letters -= len(word)
        if letters < -0.5:
            break
        heard.append(word)
    return " ".join(heard)


STOP_PHRASES = {
    "en": {"stop", "stop it", "stop talking", "stop please", "please stop", "quiet", "be quiet", "silence", "enough"},
    "es": {"para", "basta", "silencio", "alto", "para ya", "cállate"},
}
"""What ends an answer when it is all that somebody says over it. ISO 639-1 code → phrases in lower case."""


def words(text: str) -> list[str]:
    """Lower-case words, without punctuation and without what a recognizer writes for noise."""
    return [word for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*|\[\w+\]", text.lower()) if not word.startswith("[")]


def is_stop(text: str, language: str) -> bool:
    """The text is nothing but a wish for silence, said once or more often."""
    phrases = STOP_PHRASES.get(language, set())
    spoken = words(text)
    return bool(spoken) and (" ".join(spoken) in phrases or all(word in phrases for word in spoken))


def stop_words(language: str) -> tuple[str, ...]:
    """The wishes for silence that are a single word."""
    return tuple(sorted(phrase for phrase in STOP_PHRASES.get(language, set()) if " " not in phrase))


def repeats(heard: str, said: str) -> bool:
    """All words heard were said, in the same order (other words may lie between): an echo, as far as words can tell."""
    rest = iter(words(said))
    return all(word in rest for word in words(heard))


def new_words(heard: str, said: str) -> list[str]:
    """The words heard that are not among those said."""
    known = set(words(said))
    return [word for word in words(heard) if word not in known]
