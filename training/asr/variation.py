"""Variation of synthesized speech (speed, room, microphone, noise, level) and its features and labels.

Knows audio and phone times, nothing of synthesizers or networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter, resample_poly

from training.asr.features import BANDS, FRAME_LENGTH, FRAME_SHIFT, SAMPLE_RATE, log_mel
from training.asr.network import SUBSAMPLING
from training.asr.phones import BASE_INDEX, SILENCE
from training.asr.speech import Speech

Waveform = NDArray[np.float32]
_SPEEDS = [(9, 10), (19, 20), (21, 20), (11, 10), (23, 25), (27, 25)]
_STEP = SUBSAMPLING * FRAME_SHIFT / SAMPLE_RATE
_SILENT = BASE_INDEX[SILENCE]


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


def _noise(length: int, random: Generator, others: Sequence[Speech]) -> Waveform:
    """White, pink-like, band, hum or babble of other utterances; root mean square 1."""
    kind = random.integers(6)
    white = random.standard_normal(length)
    if kind == 0:
        noise = white
    elif kind <= 2:
        noise = lfilter([1], [1, -0.97 if kind == 1 else -0.7], white)
    elif kind == 3:
        hertz, radius = random.uniform(100, 6000), random.uniform(0.8, 0.99)
        noise = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * hertz / SAMPLE_RATE), radius**2], white)
    elif kind == 4:
        phase = 2 * np.pi * random.choice([50, 60, 100, 120]) * np.arange(length) / SAMPLE_RATE
        noise = 0.2 * white + sum(np.sin(k * phase + random.uniform(0, 6)) / k for k in range(1, 6))
    else:
        noise = np.zeros(length)
        for _ in range(random.integers(3, 7)):
            other = others[random.integers(len(others))].samples.astype(np.float32)
            noise += np.resize(np.roll(other, random.integers(len(other))), length)
    if random.random() < 0.3:
        noise = noise * (1 + 0.7 * np.sin(2 * np.pi * random.uniform(0.2, 3) * np.arange(length) / SAMPLE_RATE))
    return (noise / (np.sqrt(np.mean(noise**2)) + 1e-9)).astype(np.float32)


def _room_and_microphone(wave: Waveform, random: Generator) -> Waveform:
    if random.random() < 0.35:
        length = int(random.uniform(0.05, 0.4) * SAMPLE_RATE)
        decay = np.exp(-6.9 * np.arange(length) / length) * random.uniform(0.02, 0.15)
        response = random.standard_normal(length) * decay
        response[0] = 1
        wave = fftconvolve(wave, response)[: len(wave)].astype(np.float32)
    if random.random() < 0.35:
        wave = lfilter([1, random.uniform(-0.7, 0.7)], [1, random.uniform(-0.3, 0.3)], wave).astype(np.float32)
    if random.random() < 0.08:  # a telephone's band
        wave = resample_poly(resample_poly(wave, 1, 2), 2, 1)[: len(wave)].astype(np.float32)
    return wave


def vary(speech: Speech, random: Generator, others: Sequence[Speech], strong: bool) -> Example | None:
    """One utterance with silence around it, at a random level; `strong` adds speed, room, microphone and noise."""
    wave = speech.samples.astype(np.float32)
    starts = speech.starts.astype(np.float64)
    if random.random() < (0.6 if strong else 0.3):
        up, down = _SPEEDS[random.integers(len(_SPEEDS))]
        wave, starts = resample_poly(wave, up, down).astype(np.float32), starts * up / down
    before, after = random.uniform(0.0, 0.7), random.uniform(0.05, 0.7)
    end = before + len(wave) / SAMPLE_RATE
    wave = np.pad(wave, (int(before * SAMPLE_RATE), int(after * SAMPLE_RATE)))
    phones = [_SILENT, *speech.phones.tolist(), _SILENT]
    times = [0.0, *(starts + before).tolist(), end]
    distinct = [i for i, phone in enumerate(phones) if i == 0 or phone != _SILENT or phones[i - 1] != _SILENT]
    if strong:
        wave = _room_and_microphone(wave, random)
    level = 32768 * 10 ** (random.uniform(-42, -14) / 20)
    wave *= level / (np.sqrt(np.mean(wave**2)) + 1e-6)
    if random.random() < (0.8 if strong else 0.15):
        wave += _noise(len(wave), random, others) * level * 10 ** (-random.uniform(3 if strong else 15, 35) / 20)
    else:
        wave += random.standard_normal(len(wave)).astype(np.float32) * random.choice([0.0, 0.5, 3.0])
    features = log_mel(np.clip(np.round(wave), -32768, 32767).astype(np.float32))
    frames = -(-len(features) // SUBSAMPLING)
    states = labels([phones[i] for i in distinct], [times[i] for i in distinct], frames)
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
