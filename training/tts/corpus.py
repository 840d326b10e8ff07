"""The speech data: utterances of the teacher with the frames of every phoneme and the pitch of every frame.

Owns choosing sentences, aligning, framing and keeping the result in shards, each seeded by its own number, so that an
interrupted run goes on with the next shard. Sentences that `training.domain.held_out` claims are never used.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from training import domain
from training.tts import alignment, pitch
from training.tts.languages import Language
from training.tts.teacher import SAMPLE_RATE

HOP = 128
"""Samples a frame, 8 ms."""
LEAD, TAIL = 0.064, 0.128
"""Seconds of silence that belong to the begin and the end symbol."""
PAUSE_LIMIT = 0.4
"""Seconds: a pause that punctuation may take."""
LONGEST = 9.0
"""Seconds: longer utterances only cost memory."""
WORST_ALIGNMENT = 0.3
"""Cost a sound above which the two dictionaries disagree too much."""
SHARD = 250

BEGIN, END, NOTHING = "^", "$", "ˑ"
"""NOTHING is a symbol that is trained to take no time: exporting maps marks that the voice never heard to it."""


@dataclass(frozen=True)
class Utterance:
    """One sentence. `ids` (n,) symbol numbers without pads; `durations` (n,) in frames; `samples` (frames × HOP,);
    `pitch` of the audio and `melody` to learn, (frames + 1,) in hertz; `voiced` (frames + 1,)."""

    text: str
    ids: NDArray[np.int16]
    durations: NDArray[np.int16]
    samples: NDArray[np.int16]
    pitch: NDArray[np.float32]
    melody: NDArray[np.float32]
    voiced: NDArray[np.bool_]

    @property
    def frames(self) -> int:
        return len(self.samples) // HOP


Phonemize = Callable[[str], list[list[str]]]


def phonemizer(voice: str) -> Phonemize:
    """Piper's own text to phonemes, a list of code points a sentence, for an espeak-ng voice such as "en-us"."""
    from piper.phonemize_espeak import EspeakPhonemizer

    espeak = EspeakPhonemizer()
    return lambda text: espeak.phonemize(voice, text)


def utterance(text: str, language: Language, phonemize: Phonemize, scratch: Path, rng: Random) -> Utterance | None:
    """`text` spoken and framed, or None where it is not one sentence or the alignment is poor."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    sentences = phonemize(text)
    if len(sentences) != 1 or not set(sentences[0]) <= set(DEFAULT_PHONEME_ID_MAP):
        return None
    phonemes = sentences[0]
    rendering = language.speak(text, scratch)
    phones = rendering.phones
    if len(phones) < 3 or phones[0].name != alignment.SILENCE or phones[-1].name != alignment.SILENCE:
        return None
    body = phones[1:-1]
    units = alignment.units(phonemes, language.sounds.table)
    assigned, cost = alignment.align(units, [phone.name for phone in body], language.sounds)
    if cost > WORST_ALIGNMENT:
        return None
    seconds = np.zeros(len(phonemes) + 2)
    for unit, indices in zip(units, assigned, strict=True):
        length = sum(body[index].end - body[index].start for index in indices)
        if not unit.sounds and length > PAUSE_LIMIT:
            return None
        for position in unit.positions:
            seconds[position + 1] = length / len(unit.positions)
    begin = max(0, round((body[0].start - LEAD) * SAMPLE_RATE))
    end = min(len(rendering.samples), round((body[-1].end + TAIL) * SAMPLE_RATE))
    frames = (end - begin) // HOP
    if frames * HOP > LONGEST * SAMPLE_RATE:
        return None
    seconds[0] = body[0].start - begin / SAMPLE_RATE
    # Cumulative ends are rounded, not durations, so that errors do not add up.
    ends = np.minimum(np.round(np.cumsum(seconds) * SAMPLE_RATE / HOP), frames).astype(np.int64)
    ends[-1] = frames
    samples = rendering.samples[begin : begin + frames * HOP]
    heard, voiced = pitch.track(samples.astype(np.float32), frames + 1, HOP, SAMPLE_RATE)
    symbols = [BEGIN, *phonemes, END]
    melody = pitch.intended(heard, text, symbols, ends) if language.shaped else heard
    durations = np.diff(ends, prepend=0)
    symbols, durations = _with_nothing(symbols, durations, rng)
    ids = np.array([DEFAULT_PHONEME_ID_MAP[symbol][0] for symbol in symbols], np.int16)
    return Utterance(text, ids, durations.astype(np.int16), samples, heard, melody, voiced)


def _with_nothing(symbols: list[str], durations: NDArray[np.int64], rng: Random) -> tuple[list[str], NDArray[np.int64]]:
    """Put the symbol that means nothing into one utterance in five, after a random phoneme."""
    if rng.random() > 0.2:
        return symbols, durations
    position = rng.randrange(1, len(symbols))
    return [*symbols[:position], NOTHING, *symbols[position:]], np.insert(durations, position, 0)


def split_sentences(text: str) -> list[str]:
    """Sentences of a domain text, each with its punctuation."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def domain_sentences(language: Language, rng: Random) -> Iterator[str]:
    """Sentences of the starter's domain, questions and answers, none of them held out."""
    while True:
        draw = rng.random()
        if draw < 0.82:
            exchange = domain.sample(rng)
        elif draw < 0.9:
            exchange = domain.refusal(rng)
        else:
            exchange = domain.picture_exchange(domain.random_scene(rng), rng)
        for pair in (exchange.question, exchange.answer):
            text = getattr(pair, language.code)
            if domain.held_out(pair.en) or domain.held_out(text):
                continue
            for sentence in split_sentences(text):
                if not domain.held_out(sentence):
                    yield sentence


def broad_sentences(language: Language, rng: Random) -> Iterator[str]:
    """Sentences of the language's own grammar, none of them held out."""
    return (sentence for sentence in language.broad(rng) if not domain.held_out(sentence))


def build(folder: Path, language: Language, shards: int, seed: int) -> None:
    """Speak `shards` shards into `folder`; those that are already there stay. Every second shard is of the domain."""
    folder.mkdir(parents=True, exist_ok=True)
    phonemize = phonemizer(language.espeak_voice)
    for number in range(shards):
        path = folder / f"{number:03d}.npz"
        if path.exists():
            continue
        rng = Random(f"{seed}-{number}")
        source = domain_sentences(language, rng) if number % 2 else broad_sentences(language, rng)
        found: list[Utterance] = []
        tried = 0
        seen: set[str] = set()
        with tempfile.TemporaryDirectory() as scratch:
            for text in source:
                # A domain repeats itself: a sentence is spoken again only once the new ones run out.
                if text in seen and tried < 4 * SHARD:
                    tried += 1
                    continue
                seen.add(text)
                tried += 1
                if (made := utterance(text, language, phonemize, Path(scratch) / "speech.wav", rng)) is not None:
                    found.append(made)
                if len(found) == SHARD:
                    break
        _write(path, found)
        minutes = sum(len(item.samples) for item in found) / SAMPLE_RATE / 60
        print(f"shard {number}: {len(found)} of {tried} sentences, {minutes:.1f} minutes", flush=True)


def _write(path: Path, utterances: list[Utterance]) -> None:
    fields = ("ids", "durations", "samples", "pitch", "melody", "voiced")
    arrays = {name: np.concatenate([getattr(item, name) for item in utterances]) for name in fields}
    lengths = {f"{name}_length": np.array([len(getattr(item, name)) for item in utterances]) for name in fields}
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, text=np.array([item.text for item in utterances]), **arrays, **lengths)
    os.replace(partial, path)


def read(folder: Path) -> list[Utterance]:
    """All utterances of all shards, in order."""
    found: list[Utterance] = []
    for path in sorted(folder.glob("[0-9]*.npz")):
        if path.name.endswith(".partial.npz"):
            continue
        with np.load(path) as stored:
            columns = {
                name: np.split(stored[name], np.cumsum(stored[f"{name}_length"])[:-1])
                for name in ("ids", "durations", "samples", "pitch", "melody", "voiced")
            }
            texts = stored["text"]
        found.extend(
            Utterance(str(text), **{name: column[index] for name, column in columns.items()})
            for index, text in enumerate(texts)
        )
    return found
