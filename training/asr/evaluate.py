"""What the shipped recognizers reach, measured through Parley's own engine, as figures.

Owns the test sets and the measures. It hears through the engine that the library opens for the catalog's card; it must
not know how a model was made, nor touch its files but to weigh them.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models import catalog
from models.residency import starter_library
from models.roles import Recognizer, Role, Transcript
from training.asr import sentences, sounds, speech, unheard
from training.asr.english import ENGLISH
from training.asr.features import SAMPLE_RATE
from training.asr.language import Language, Speakers
from training.asr.spanish import SPANISH
from training.asr.speech import Speech
from training.figures import Figure

SEED = 4
BLOCK = SAMPLE_RATE // 10
"""Samples that are handed over at a time, as from a microphone."""
BARS = {"en": (2.5, 6.0, 10.0, 12.0), "es": (5.0, 12.0, 20.0, 24.0)}
"""Word errors at most: seen voices, unseen voices, these in noise, handwritten sentences."""
UNKNOWN = "[unk]"


@dataclass(frozen=True)
class Score:
    """Errors (substitutions, insertions, deletions) and words of a set, and its sentences without any error."""

    errors: int
    words: int
    right: int
    sentences: int

    @property
    def word_error_rate(self) -> float:
        """In percent."""
        return 100 * self.errors / max(1, self.words)

    def __str__(self) -> str:
        return f"WER {self.word_error_rate:.1f} %, {self.right} of {self.sentences} sentences right"


def distance(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(heard, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1]


def score(utterances: Sequence[Speech], heard: Sequence[str]) -> Score:
    distances = [distance(u.text.split(), text.split()) for u, text in zip(utterances, heard, strict=True)]
    words = sum(len(u.text.split()) for u in utterances)
    return Score(sum(distances), words, distances.count(0), len(distances))


@contextmanager
def recognizer(language: Language, folder: Path) -> Iterator[Recognizer]:
    """The starter's engine for a language, loaded, on the models in `folder`."""
    library = replace(starter_library(folder, {}), folder=folder)
    card = library.find(Role.ASR, language.code, language.code)
    if card is None:
        raise LookupError(f"the catalog has no starter recognizer for {language.name}")
    engine = cast("Recognizer", library.engine(card))
    engine.load()
    try:
        yield engine
    finally:
        engine.close()


def hear(engine: Recognizer, samples: NDArray[np.int16], phrases: Sequence[str] = ()) -> Transcript:
    """The final transcript of audio at 16 kHz that comes block by block."""
    stream = engine.recognition(SAMPLE_RATE, phrases)
    for start in range(0, len(samples), BLOCK):
        stream.accept(samples[start : start + BLOCK])
    return stream.finish()


def in_noise(utterance: Speech, decibels: float, random: Generator) -> Speech:
    """The utterance in pink noise, `decibels` below it."""
    wave = utterance.samples.astype(np.float64)
    level = np.sqrt(np.mean(wave**2)) * 10 ** (-decibels / 20)
    noisy = wave + level * unheard.pink(len(wave), random)
    return replace(utterance, samples=sounds.pcm(noisy))


def spoken(language: Language, speakers: Speakers, texts: Sequence[str], random: Random, small: bool) -> list[Speech]:
    """The texts shared out among speakers: half to espeak-ng's voices, the rest to the others evenly. Where `small`,
    Festival, which the tests do not need, stays silent.
    """
    others = [name for name in speech.names(speakers) if not small or name.startswith("flite")]
    half = len(texts) // 2 if others else len(texts)
    found = list(speech.speak(language, speakers, "espeak", texts[:half], random))
    for place, name in enumerate(others):
        found += speech.speak(language, speakers, name, texts[half + place :: len(others)], random)
    return found


def figures(
    small: bool = False, languages: Sequence[Language] = (ENGLISH, SPANISH), folder: Path | None = None
) -> Iterator[Figure]:
    """All figures of the recognizers in `folder` (the shipped ones); `small` is a slice for the tests."""
    import vosk  # noqa: F401  so that the load time is the model's alone

    for language in languages:
        where = folder or catalog.starter_folder()
        begun = time.perf_counter()
        with recognizer(language, where) as engine:
            yield Figure(f"asr-{language.code}", "load", time.perf_counter() - begun, "s", 0.5, at_most=True)
            yield from _Measures(language, engine, small).all()
        size = sum(path.stat().st_size for path in (where / f"asr-{language.code}").rglob("*") if path.is_file())
        yield Figure(f"asr-{language.code}", "size", size / 1e6, "MB", 7.0, at_most=True)


class _Measures:
    """The figures of one recognizer, in order."""

    def __init__(self, language: Language, engine: Recognizer, small: bool) -> None:
        self.language, self.engine, self.small = language, engine, small
        self.model = f"asr-{language.code}"
        self.random = Random(f"{SEED} {language.code}")
        self.processor = self.audio = 0.0

    def all(self) -> Iterator[Figure]:
        language, random = self.language, self.random
        seen_bar, unseen_bar, noise_bar, outside_bar = BARS[language.code]
        count = 16 if self.small else 180
        texts = sentences.heldout_questions(random, count, language.code)
        seen = self._speak(language.training, texts)
        yield self._errors("word errors, seen voices", seen, seen_bar)
        unseen = self._speak(language.unseen, texts)
        yield self._errors("word errors, unseen voices", unseen, unseen_bar)
        if not self.small:
            for kind in sorted({_kind(u.speaker) for u in unseen}):
                yield self._errors(f"word errors, unseen: {kind}", [u for u in unseen if _kind(u.speaker) == kind])
        noise = np.random.default_rng(SEED)
        noisy = [in_noise(u, 10.0, noise) for u in unseen]
        yield self._errors("word errors, unseen voices at 10 dB", noisy, noise_bar)
        outside = sentences.outside(language.code)[:: 8 if self.small else 1]
        yield self._errors(
            "word errors, handwritten sentences, unseen voices", self._speak(language.unseen, outside), outside_bar
        )
        if not self.small:
            yield self._errors(
                "word errors, handwritten sentences, seen voices", self._speak(language.training, outside)
            )
        numbers = sentences.heldout_numbers(random, 8 if self.small else 80, language.code)
        yield self._errors("word errors, free numbers, unseen voices", self._speak(language.unseen, numbers))
        commands = list(language.commands)[:: 5 if self.small else 1] * (1 if self.small else 3)
        said = self._speak(language.unseen, commands)
        yield self._misheard("commands of one to three words misheard, unseen voices", said)
        single = [u for u in said if " " not in u.text]
        yield self._misheard("single words misheard, unseen voices", single)
        yield self._wordless()
        yield from self._lists(said[:: 1 if self.small else 2], self._speak(language.unseen, outside[::3]))
        yield from self._times(texts[: 6 if self.small else 40])
        yield self._streaming(seen[: 8 if self.small else 60])
        yield Figure(self.model, "real-time factor", self.processor / self.audio, "", 0.05, at_most=True)

    def _speak(self, speakers: Speakers, texts: Sequence[str]) -> list[Speech]:
        return spoken(self.language, speakers, texts, self.random, self.small)

    def _hear(self, utterances: Sequence[Speech], phrases: Sequence[str] = ()) -> list[Transcript]:
        begun = time.process_time()
        heard = [hear(self.engine, u.samples, phrases) for u in utterances]
        self.processor += time.process_time() - begun
        self.audio += sum(len(u.samples) for u in utterances) / SAMPLE_RATE
        return heard

    def _errors(self, measure: str, utterances: Sequence[Speech], bar: float | None = None) -> Figure:
        result = score(utterances, [transcript.text for transcript in self._hear(utterances)])
        return Figure(self.model, measure, result.word_error_rate, "%", bar, at_most=True, of=result.words)

    def _misheard(self, measure: str, utterances: Sequence[Speech]) -> Figure:
        heard = self._hear(utterances)
        wrong = sum(transcript.text != u.text for transcript, u in zip(heard, utterances, strict=True))
        return Figure(self.model, measure, 100 * wrong / len(utterances), "%", at_most=True, of=len(utterances))

    def _wordless(self) -> Figure:
        clips = list(unheard.clips((-26.0,) if self.small else unheard.LEVELS))
        wordy = [name for name, samples in clips if hear(self.engine, samples).text]
        measure = "silence, noise and music in which words are heard"
        return Figure(self.model, measure, 100 * len(wordy) / len(clips), "%", 0.0, at_most=True, of=len(clips))

    def _lists(self, commands: Sequence[Speech], others: Sequence[Speech]) -> Iterator[Figure]:
        phrases = self.language.commands
        heard = self._hear(commands, phrases)
        right = sum(transcript.text == u.text for transcript, u in zip(heard, commands, strict=True))
        measure = "commands right, with a list of phrases, unseen voices"
        yield Figure(self.model, measure, 100 * right / len(commands), "%", of=len(commands))
        refused = sum(UNKNOWN in transcript.text for transcript in self._hear(others, phrases))
        measure = "other sentences told as unknown, with a list of phrases"
        yield Figure(self.model, measure, 100 * refused / len(others), "%", of=len(others))

    def _times(self, texts: Sequence[str]) -> Iterator[Figure]:
        """Word starts and ends against espeak-ng's own, in sentences without an error."""
        starts, ends = [], []
        for text in texts:
            voice = self.random.choice(self.language.unseen.accents)
            utterance = speech.synthesizer().speak(text, voice, 170)
            if [text[offset:].split()[0] for offset, _ in utterance.words] != text.split():
                continue
            samples = speech.to_16k(utterance.samples, utterance.sample_rate)
            heard = hear(self.engine, samples).words
            if [word.text for word in heard] != text.split():
                continue
            marks = [phoneme.start / utterance.sample_rate for phoneme in utterance.phonemes]
            edges = [first for _, first in utterance.words] + [len(marks)]
            for word, first, last in zip(heard, edges, edges[1:], strict=False):
                pauses = [k for k in range(first, last) if utterance.phonemes[k].mnemonic.startswith("_")]
                until = min([*pauses, last])
                starts.append(abs(word.start - marks[first]))
                ends.append(abs(word.end - (marks[until] if until < len(marks) else marks[-1])))
        yield Figure(
            self.model, "error of word starts", 1000 * float(np.mean(starts)), "ms", at_most=True, of=len(starts)
        )
        yield Figure(self.model, "error of word ends", 1000 * float(np.mean(ends)), "ms", at_most=True, of=len(ends))

    def _streaming(self, utterances: Sequence[Speech]) -> Figure:
        """How much of a sentence stands in the caption when its last sound is in."""
        shown = total = 0
        for utterance in utterances:
            stream = self.engine.recognition(SAMPLE_RATE)
            caption = ""
            for start in range(0, len(utterance.samples), BLOCK):
                partial = stream.accept(utterance.samples[start : start + BLOCK])
                caption = partial.text if partial is not None else caption
            final = stream.finish().text.split()
            shown += min(len(caption.split()), len(final))
            total += len(final)
        return Figure(self.model, "words in the caption before the end", 100 * shown / max(1, total), "%", of=total)


def _kind(speaker: str) -> str:
    return "espeak-ng" if "/" in speaker else speaker
