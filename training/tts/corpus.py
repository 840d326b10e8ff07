"""The speech data: sentences as the teacher speaks them, with the frames of every phoneme and the melody to learn.

Owns choosing sentences, framing, leveling and keeping the result in shards, each seeded by its own number, so that an
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
import torch
from numpy.typing import NDArray

from training import domain
from training.tts import labels, pitch, teacher
from training.tts.languages import Language
from training.tts.vocoder import (
    HISSING,
    HOP,
    SAMPLE_RATE,
    SILENT,
    UNVOICED,
    VOICED,
    Vocoder,
    interpolation,
    mixture,
    pulses,
)

LEAD, TAIL = 0.064, 0.128
"""Seconds of silence that belong to the begin and the end symbol."""
PAUSES = {",": 0.2, ";": 0.3, ":": 0.28, ".": 0.35, "?": 0.35, "!": 0.35}
"""Seconds that a mark inside a sentence takes."""
FADE = 100.0
"""Nepers a second by which a pause falls silent from both its sides."""
LONGEST = 9.0
"""Seconds: longer utterances only cost memory."""
LEVEL = -2.3
"""Log of the mean amplitude that every sentence gets: −20 dB to full scale."""
LOUD = 2.0
"""Nepers below the loudest frame within which frames count for the level."""
COMPRESSION = 0.3
"""Part of what a frame is louder than LEVEL less LOUD that is taken away, so that no vowel sticks out and all
sentences, whose peaks the engine makes equal, are about equally loud."""
SHARD = 250

BEGIN, END, NOTHING = "^", "$", "ˑ"
"""NOTHING is a symbol that is trained to take no time: exporting maps marks that the voice never heard to it."""


@dataclass(frozen=True)
class Utterance:
    """One sentence. `ids` (n,) symbol numbers without pads; `durations` (n,) in frames; `spectrum` (frames, KNOTS) log
    amplitudes and `kind` (frames,) what excites them (vocoder.py); `melody` (frames + 1,) log hertz."""

    text: str
    ids: NDArray[np.int16]
    durations: NDArray[np.int16]
    spectrum: NDArray[np.float16]
    kind: NDArray[np.uint8]
    melody: NDArray[np.float32]

    @property
    def frames(self) -> int:
        return len(self.kind)


Phonemize = Callable[[str], list[list[str]]]


def phonemizer(voice: str) -> Phonemize:
    """Piper's own text to phonemes, a list of code points a sentence, for an espeak-ng voice such as "en-us"."""
    from piper.phonemize_espeak import EspeakPhonemizer

    espeak = EspeakPhonemizer()
    return lambda text: espeak.phonemize(voice, text)


@dataclass(frozen=True)
class Framed:
    """A sentence in the vocoder's frames: `seconds` a symbol with begin and end; the rest as in Utterance."""

    seconds: NDArray[np.float64]
    spectrum: NDArray[np.float64]
    kind: NDArray[np.uint8]
    melody: NDArray[np.float64]


def framed(phonemes: list[str], language: Language, scratch: Path) -> Framed | None:
    """The teacher's speech for one sentence's phonemes, or None where it has no sound for one or there is no sound.

    Pauses get their lengths from PAUSES, beginning and end from LEAD and TAIL; the teacher's own are longer or shorter.
    """
    try:
        sentence = labels.phrases(phonemes, language.sounds)
    except KeyError:
        return None
    if not sentence:
        return None
    speech = teacher.speak(sentence, language.sounds, language.speaker, scratch)
    seconds = np.zeros(len(phonemes) + 2)
    # Breakpoints of the map from the voice's time to the teacher's.
    ours: list[float] = [0.0]
    theirs: list[float] = [max(0.0, speech.ends[0] - LEAD)]
    start, now = 0.0, 0.0
    for index, (phone, end) in enumerate(zip(speech.phones, speech.ends, strict=True)):
        length = end - start
        if phone.name != labels.PAUSE:
            for position in phone.positions:
                seconds[position + 1] += length / len(phone.positions)
        elif index == 0:
            length = seconds[0] = LEAD
        elif index == len(speech.phones) - 1:
            length = seconds[-1] = TAIL
        else:
            (position,) = phone.positions
            length = seconds[position + 1] = PAUSES[phonemes[position]]
            kept = min(length, end - start) / 2
            ours += [now + kept, now + length - kept + 1e-9]
            theirs += [start + kept, end - kept]
        now += length
        ours.append(now)
        theirs.append(start + TAIL if index == len(speech.phones) - 1 else end)
        start = end
    frames = round(now * SAMPLE_RATE / HOP)
    edges = np.interp(np.arange(frames + 1) * HOP / SAMPLE_RATE, ours, theirs)
    middles = np.interp((np.arange(frames) + 0.5) * HOP / SAMPLE_RATE, ours, theirs)
    last = len(speech.voiced) - 1
    place = (middles / teacher.STEP - 0.5).clip(0, last)
    lower = np.minimum(place.astype(int), max(last - 1, 0))
    part = (place - lower)[:, None]
    spectrum = speech.spectrum[lower] * (1 - part) + speech.spectrum[np.minimum(lower + 1, last)] * part
    owner = np.minimum(np.searchsorted(speech.ends, middles, side="right"), len(speech.phones) - 1)
    hissing = np.array([phone.name in language.sounds.hissing for phone in speech.phones])[owner]
    kind = np.where(hissing, HISSING, VOICED)
    kind[~speech.voiced[np.round(place).astype(int)]] = UNVOICED
    _silence(spectrum, np.array([phone.name == labels.PAUSE for phone in speech.phones])[owner])
    melody = np.interp(edges / teacher.STEP - 0.5, np.arange(last + 1), speech.log_pitch)
    return Framed(seconds, np.maximum(spectrum, SILENT), kind.astype(np.uint8), melody)


def _silence(spectrum: NDArray[np.float64], pause: NDArray[np.bool_]) -> None:
    """Let pauses fade to silence: the teacher hisses a little."""
    distance = np.where(pause, np.inf, 0.0)
    for order in (range(1, len(pause)), range(len(pause) - 2, -1, -1)):
        step = 1 if order.step > 0 else -1
        for frame in order:
            distance[frame] = min(distance[frame], distance[frame - step] + 1)
    distance = np.where(np.isfinite(distance), distance, 0.0)
    spectrum -= (FADE * HOP / SAMPLE_RATE * distance)[:, None]


def level(spectrum: NDArray[np.float64]) -> NDArray[np.float64]:
    """(frames,) log amplitude of every frame of log spectra."""
    return 0.5 * np.log(np.exp(2 * spectrum @ interpolation()).mean(1))


def leveled(spectrum: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same sentence at LEVEL, its loudest frames made a little less loud."""
    found = level(spectrum)
    found = np.convolve(np.pad(found, 2, mode="edge"), np.full(5, 0.2), "valid")
    for _ in range(3):
        over = np.maximum(0.0, found - (LEVEL - LOUD))
        mean = 0.5 * np.log(np.exp(2 * found)[found > found.max() - LOUD].mean())
        change = LEVEL - mean
        spectrum = spectrum + change
        found = found + change
    over = np.maximum(0.0, found - (LEVEL - LOUD))
    return np.maximum(spectrum - (COMPRESSION * (over - LOUD * 0.75))[:, None], SILENT)


def utterance(text: str, language: Language, phonemize: Phonemize, scratch: Path, rng: Random) -> Utterance | None:
    """`text` spoken and framed, or None where it is not one sentence, too long, or not to be spoken."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    sentences = phonemize(text)
    if len(sentences) != 1 or not set(sentences[0]) <= set(DEFAULT_PHONEME_ID_MAP):
        return None
    found = framed(sentences[0], language, scratch)
    if found is None or len(found.kind) * HOP > LONGEST * SAMPLE_RATE:
        return None
    # Cumulative ends are rounded, not durations, so that errors do not add up.
    ends = np.minimum(np.round(np.cumsum(found.seconds) * SAMPLE_RATE / HOP), len(found.kind)).astype(np.int64)
    ends[-1] = len(found.kind)
    symbols = [BEGIN, *sentences[0], END]
    melody = pitch.intended(found.melody, text, symbols, ends, language)
    durations = np.diff(ends, prepend=0)
    symbols, durations = _with_nothing(symbols, durations, rng)
    ids = np.array([DEFAULT_PHONEME_ID_MAP[symbol][0] for symbol in symbols], np.int16)
    return Utterance(
        text,
        ids,
        durations.astype(np.int16),
        leveled(found.spectrum).astype(np.float16),
        found.kind,
        melody.astype(np.float32),
    )


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
        if draw < 0.8:
            exchange = domain.sample(rng)
        elif draw < 0.88:
            exchange = domain.refusal(rng)
        elif draw < 0.93 and language.code == "en":
            exchange = domain.spelling_exchange(rng)
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
                if (made := utterance(text, language, phonemize, Path(scratch), rng)) is not None:
                    found.append(made)
                if len(found) == SHARD:
                    break
        _write(path, found)
        minutes = sum(item.frames for item in found) * HOP / SAMPLE_RATE / 60
        print(f"shard {number}: {len(found)} of {tried} sentences, {minutes:.1f} minutes", flush=True)


_FIELDS = ("ids", "durations", "spectrum", "kind", "melody")


def _write(path: Path, utterances: list[Utterance]) -> None:
    arrays = {name: np.concatenate([getattr(item, name) for item in utterances]) for name in _FIELDS}
    lengths = {f"{name}_length": np.array([len(getattr(item, name)) for item in utterances]) for name in _FIELDS}
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
            columns = {name: np.split(stored[name], np.cumsum(stored[f"{name}_length"])[:-1]) for name in _FIELDS}
            texts = stored["text"]
        found.extend(
            Utterance(str(text), **{name: column[index] for name, column in columns.items()})
            for index, text in enumerate(texts)
        )
    return found


def teacher_samples(text: str, language: Language, phonemize: Phonemize) -> NDArray[np.int16]:
    """What the teacher makes of `text`, in 16 bit at SAMPLE_RATE: its own spectra, melody and level through the
    vocoder that the voice has too (hts_engine's own sound is heard no better, and lacks the Spanish jota)."""
    found = [np.zeros(0)]
    with tempfile.TemporaryDirectory() as scratch:
        for phonemes in phonemize(text):
            if (speech := framed(phonemes, language, Path(scratch))) is not None:
                found.append(_sound(speech))
    samples = np.concatenate(found)
    return np.round(samples / max(float(np.abs(samples).max(initial=0.0)), 1e-4) * 23000).astype(np.int16)


def _sound(speech: Framed) -> NDArray[np.float64]:
    generator = torch.Generator().manual_seed(len(speech.kind))
    envelopes = np.tile(speech.spectrum, 2) + mixture()[speech.kind]
    hertz = torch.tensor(np.exp(speech.melody), dtype=torch.float32)
    excitation = pulses(hertz[:-1], hertz[1:]).reshape(1, -1)
    noise = torch.randn(excitation.shape, generator=generator)
    made = Vocoder()(torch.tensor(envelopes.T[None], dtype=torch.float32), excitation, noise)
    return np.asarray(made[0].numpy(), np.float64)
