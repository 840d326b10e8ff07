"""Word error rates, measured through Vosk itself with the engine that Parley uses.

Knows utterances and the engine; nothing of how the model was made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.catalog import Card
from models.engines.vosk_recognizer import VoskRecognizer
from models.roles import Role
from training.asr.features import SAMPLE_RATE
from training.asr.speech import Speech

CARD = Card(
    id="starter-asr-en",
    name="Starter recognizer, English",
    role=Role.ASR,
    engine="vosk",
    folder="asr-en",
    files={"model": "."},
    source=("en",),
    target=("en",),
    licence="GPL-3.0-or-later",
    description="The model under training.",
)


@dataclass(frozen=True)
class Score:
    """Errors (substitutions, insertions, deletions) and words of a set, and its sentences without any error."""

    errors: int
    words: int
    right: int
    sentences: int

    @property
    def word_error_rate(self) -> float:
        return self.errors / max(1, self.words)

    def __str__(self) -> str:
        return f"WER {100 * self.word_error_rate:.1f} %, {self.right} of {self.sentences} sentences right"


def distance(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(heard, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1]


def transcribe(folder: Path, utterances: Iterable[Speech]) -> list[str]:
    """What the model in `folder` hears, an utterance a stream, in blocks of 0.1 s."""
    engine = VoskRecognizer(CARD, folder)
    engine.load()
    heard = []
    for utterance in utterances:
        stream = engine.recognition(SAMPLE_RATE)
        for start in range(0, len(utterance.samples), SAMPLE_RATE // 10):
            stream.accept(utterance.samples[start : start + SAMPLE_RATE // 10])
        heard.append(stream.finish().text)
    engine.close()
    return heard


def score(utterances: Sequence[Speech], heard: Sequence[str]) -> Score:
    distances = [distance(u.text.split(), text.split()) for u, text in zip(utterances, heard, strict=True)]
    words = sum(len(u.text.split()) for u in utterances)
    return Score(sum(distances), words, distances.count(0), len(distances))
