"""Variation of synthesized speech (speed, room, microphone, noise, level) and its features and labels.

Knows audio and phone times, nothing of synthesizers or networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, oaconvolve, sosfilt

from training.asr import sounds
from training.asr.features import BANDS, FRAME_LENGTH, FRAME_SHIFT, SAMPLE_RATE, log_mel
from training.asr.network import SUBSAMPLING
from training.asr.sounds import Waveform
from training.asr.speech import Speech

_STEP = SUBSAMPLING * FRAME_SHIFT / SAMPLE_RATE
_SILENT = 0
"""Every PhoneSet's silence."""


@dataclass(frozen=True)
class Example:
    """Features, float16 (frames, 40), and acoustic states, uint8 (ceil(frames / 3),)."""

    features: NDArray[np.float16]
    states: NDArray[np.uint8]


def labels(phones: Sequence[int], starts: Sequence[float], frames: int) -> NDArray[np.uint8] | None:
    """Acoustic state of each of `frames` 30 ms frames: 2p on the first frame of phone p, 2p + 1 afterwards.

    Every phone gets a frame; None where there are more phones than frames.
    """
    count = len(phones)
    if not 0 < count <= frames:
        return None
    centre = FRAME_LENGTH / 2 / SAMPLE_RATE
    first = np.maximum(0, np.ceil((np.asarray(starts) - centre) / _STEP - 1 / 3)).astype(int)
    for index in range(1, count):
        first[index] = max(first[index], first[index - 1] + 1)
    first = np.minimum(first, frames - np.arange(count, 0, -1))
    first[0] = 0
    states = np.zeros(frames, np.uint8)
    for phone, begin, end in zip(phones, first, [*first[1:], frames], strict=True):
        states[begin:end] = 2 * phone + 1
        states[begin] = 2 * phone
    return states


def _background(length: int, random: Generator, others: Sequence[Speech]) -> Waveform:
    """Noise, music, or babble of other utterances; root mean square 1."""
    kind = random.random()
    if kind < 0.7:
        return sounds.noise(length, random)
    if kind < 0.82:
        return sounds.music(length, random)
    babble = np.zeros(length)
    for _ in range(random.integers(3, 7)):
        other = others[random.integers(len(others))].samples.astype(np.float32)
        babble += np.resize(np.roll(other, random.integers(len(other))), length)
    return sounds.normal(babble)


def _room(wave: Waveform, random: Generator) -> Waveform:
    """Reverberation, in one of four from a far microphone."""
    far = random.random() < 0.25
    length = int((random.uniform(0.2, 0.7) if far else random.uniform(0.05, 0.4)) * SAMPLE_RATE)
    decay = np.exp(-6.9 * np.arange(length) / length) * (
        random.uniform(0.1, 0.35) if far else random.uniform(0.02, 0.15)
    )
    response = random.standard_normal(length) * decay
    response[0] = 1
    return np.asarray(oaconvolve(wave, response)[: len(wave)], np.float32)


def _microphone(wave: Waveform, random: Generator) -> Waveform:
    """A tilt, a telephone's band, coarse steps, clipping."""
    if random.random() < 0.4:
        wave = lfilter([1, random.uniform(-0.7, 0.7)], [1, random.uniform(-0.3, 0.3)], wave).astype(np.float32)
    if random.random() < 0.12:
        low, high = random.uniform(150, 350), random.uniform(2800, 3800)
        wave = sosfilt(butter(4, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos"), wave).astype(np.float32)
        peak = float(np.abs(wave).max()) + 1e-6
        if random.random() < 0.5:  # 8 bits on a logarithmic scale
            small = np.sign(wave) * np.log1p(255 * np.abs(wave) / peak) / np.log(256)
            wave = np.sign(small) * np.expm1(np.abs(np.round(small * 127) / 127) * np.log(256)) * peak / 255
    if random.random() < 0.08:
        limit = sounds.loudness(wave) * random.uniform(0.8, 3)
        wave = np.clip(wave, -limit, limit)
    return np.asarray(wave, np.float32)


def vary(speech: Speech, random: Generator, others: Sequence[Speech], strong: bool) -> Example | None:
    """One utterance with silence around it, at a random level; `strong` adds speed, room, microphone and noise."""
    wave = speech.samples.astype(np.float32)
    starts = speech.starts.astype(np.float64)
    if random.random() < (0.6 if strong else 0.3):
        stretch = random.uniform(0.87, 1.13)
        wave, starts = soxr.resample(wave, SAMPLE_RATE, SAMPLE_RATE * stretch, quality="MQ"), starts * stretch
    before, after = random.uniform(0.0, 0.7), random.uniform(0.05, 0.7)
    end = before + len(wave) / SAMPLE_RATE
    wave = np.pad(wave, (int(before * SAMPLE_RATE), int(after * SAMPLE_RATE)))
    phones = [_SILENT, *speech.phones.tolist(), _SILENT]
    times = [0.0, *(starts + before).tolist(), end]
    distinct = [i for i, phone in enumerate(phones) if i == 0 or phone != _SILENT or phones[i - 1] != _SILENT]
    level = 32768 * 10 ** (random.uniform(-45, -12) / 20)
    wave = sounds.normal(wave) * np.float32(level)
    if strong and random.random() < 0.4:
        wave = _room(wave, random)
    if random.random() < (0.8 if strong else 0.15):
        wave += _background(len(wave), random, others) * level * 10 ** (-random.uniform(0 if strong else 12, 30) / 20)
    else:
        wave += random.standard_normal(len(wave)).astype(np.float32) * random.choice([0.0, 0.5, 3.0])
    if strong:
        wave = _microphone(wave, random)
    return _example(wave, [phones[i] for i in distinct], [times[i] for i in distinct])


def without_speech(random: Generator) -> Example:
    """Noise or music, labelled as silence."""
    example = _example(sounds.no_speech(random), [_SILENT], [0.0])
    assert example is not None
    return example


def _example(wave: Waveform, phones: Sequence[int], times: Sequence[float]) -> Example | None:
    features = log_mel(np.clip(np.round(wave), -32768, 32767).astype(np.float32))
    states = labels(phones, times, -(-len(features) // SUBSAMPLING))
    return None if states is None else Example(features.astype(np.float16), states)


def save(path: Path, examples: Sequence[Example]) -> None:
    """Write examples to one .npz file, at once or not at all."""
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(
            file,
            features=np.concatenate([example.features for example in examples]),
            states=np.concatenate([example.states for example in examples]),
            frames=np.array([len(example.features) for example in examples]),
        )
    partial.replace(path)


def load(path: Path) -> list[Example]:
    with np.load(path) as file:
        features, states, frames = file["features"].reshape(-1, BANDS), file["states"], file["frames"]
    feature_edges = np.cumsum(frames)[:-1]
    state_edges = np.cumsum(-(-frames // SUBSAMPLING))[:-1]
    return [
        Example(*pair) for pair in zip(np.split(features, feature_edges), np.split(states, state_edges), strict=True)
    ]
