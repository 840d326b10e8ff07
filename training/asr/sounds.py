"""Sounds that are no speech: noises of many kinds, knocks, and music made of partials and drums.

Knows audio only. What it makes stands behind speech in training, and alone, where the recognizer shall hear nothing.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

from training.asr.features import SAMPLE_RATE

Waveform = NDArray[np.float32]
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), tuple(range(12)))


def loudness(wave: NDArray[np.floating]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(wave, dtype=np.float64))))


def normal(wave: NDArray[np.floating]) -> Waveform:
    """The wave at a root mean square of 1."""
    return np.asarray(wave / (loudness(wave) + 1e-9), np.float32)


def noise(length: int, random: Generator) -> Waveform:
    """White, pink-like, brown, band, hum, crackle, knocks or pure tones, at times swelling; root mean square 1."""
    kind = random.integers(9)
    white = random.standard_normal(length).astype(np.float32)
    if kind == 0:
        sound = white
    elif kind <= 2:
        sound = lfilter([1], [1, -random.choice([0.7, 0.9, 0.97, 0.995])], white)
    elif kind == 3:
        hertz, radius = random.uniform(100, 6000), random.uniform(0.8, 0.99)
        sound = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * hertz / SAMPLE_RATE), radius**2], white)
    elif kind == 4:
        phase = 2 * np.pi * random.choice([50, 60, 100, 120]) * np.arange(length) / SAMPLE_RATE
        sound = 0.2 * white + sum(np.sin(k * phase + random.uniform(0, 6)) / k for k in range(1, 6))
    elif kind == 5:
        sound = lfilter(
            [1], [1, -random.uniform(0, 0.9)], white * (random.random(length) < random.uniform(0.001, 0.05))
        )
        sound = sound + 0.01 * white
    elif kind == 6:
        sound = knocks(length, random) + random.uniform(0.01, 0.2) * white
    elif kind == 7:
        tones = np.exp(random.uniform(np.log(40), np.log(5000), random.integers(1, 4)))
        sound = sum(np.sin(2 * np.pi * hertz / SAMPLE_RATE * np.arange(length)) for hertz in tones)
        sound = sound + random.choice([0, 0, 0.01]) * white
    else:  # a breath, a hiss: noise that comes and goes
        edges = np.sort(random.integers(0, length, 2 * random.integers(1, 5)))
        gate = np.zeros(length)
        for first, last in edges.reshape(-1, 2):
            gate[first:last] = np.hanning(last - first)
        sound = gate * lfilter([1], [1, -random.uniform(-0.8, 0.9)], white) + 0.02 * white
    if random.random() < 0.3:
        swell = 2 * np.pi * random.uniform(0.2, 3) * np.arange(length) / SAMPLE_RATE
        sound = sound * (1 + 0.7 * np.sin(swell + random.uniform(0, 6)))
    return normal(np.asarray(sound))


def knocks(length: int, random: Generator) -> Waveform:
    """Short bursts with a decaying ring: knocks, clicks, drums."""
    sound = np.zeros(length, np.float32)
    period = random.uniform(0.1, 0.8)
    starts = np.arange(0, length, max(400, int(period * SAMPLE_RATE)))
    if random.random() < 0.5:
        starts = random.integers(0, length, len(starts))
    kits = [
        (random.uniform(40, 3000), random.uniform(0.005, 0.15), random.uniform(0, 1), random.uniform(0, 0.5))
        for _ in range(3)
    ]
    for start in starts:
        hertz, decay, rough, slide = kits[random.integers(3)]
        time = np.arange(min(length - start, int(6 * decay * SAMPLE_RATE) + 1)) / SAMPLE_RATE
        ring = (1 - rough) * np.sin(2 * np.pi * hertz * (time - slide * time**2)) + rough * random.standard_normal(
            len(time)
        )
        sound[start : start + len(time)] += (random.uniform(0.3, 1) * ring * np.exp(-time / decay)).astype(np.float32)
    return sound


def _note(
    hertz: float, count: int, partials: NDArray[np.float64], attack: float, decay: float, vibrato: float
) -> Waveform:
    time = np.arange(count) / SAMPLE_RATE
    phase = 2 * np.pi * hertz * (time + vibrato * np.sin(2 * np.pi * 5.5 * time) / 200)
    audible = partials[: max(1, int(0.45 * SAMPLE_RATE / hertz))]
    wave = sum(size * np.sin((k + 1) * phase) for k, size in enumerate(audible))
    shape = np.minimum(1, time / attack) * np.exp(-time / decay) * np.minimum(1, (count / SAMPLE_RATE - time) / 0.02)
    return np.asarray(wave * shape, np.float32)


def music(length: int, random: Generator) -> Waveform:
    """Melodies and chords of one to three instruments, often with drums; root mean square 1."""
    sound = np.zeros(length, np.float32)
    scale, key = _SCALES[random.integers(len(_SCALES))], random.uniform(80, 330)
    beat = random.uniform(0.15, 0.7)
    for _ in range(random.integers(1, 4)):
        partials = random.uniform(0.2, 1, 9) / np.arange(1, 10) ** random.uniform(0.3, 2.5)
        if random.random() < 0.25:
            partials[1::2] *= 0.1
        attack, decay = random.choice([0.003, 0.02, 0.1]), random.choice([0.15, 0.5, 2.0, 10.0])
        chord, octave = random.choice([1, 1, 2, 3, 4]), 2.0 ** random.integers(0, 3)
        vibrato = random.choice([0.0, 0.0, 0.3, 1.0])
        start, step = 0, random.choice([0.5, 1.0, 2.0, 4.0])
        while start < length:
            count = min(length - start, max(800, int(beat * step * random.choice([0.5, 1, 1, 2]) * SAMPLE_RATE)))
            if random.random() < 0.85:
                degree = int(random.integers(len(scale)))
                for tone in range(chord):
                    place = degree + 2 * tone
                    half_tones = scale[place % len(scale)] + 12 * (place // len(scale))
                    note = _note(octave * key * 2 ** (half_tones / 12), count, partials, attack, decay, vibrato)
                    sound[start : start + count] += note * random.uniform(0.5, 1)
            start += count
    if random.random() < 0.4:
        sound += random.uniform(0.3, 2) * knocks(length, random)
    return normal(sound)


def no_speech(random: Generator) -> Waveform:
    """One to six seconds of anything but speech at any level, in the scale of 16-bit PCM."""
    length = int(random.uniform(1, 6) * SAMPLE_RATE)
    kind = random.random()
    if kind < 0.05:
        return np.zeros(length, np.float32)
    wave = noise(length, random) if kind < 0.5 else music(length, random)
    if kind > 0.85:
        wave = normal(wave + random.uniform(0.05, 0.5) * noise(length, random))
    return wave * np.float32(32768 * 10 ** (random.uniform(-65, -10) / 20))


def pcm(wave: NDArray[np.floating]) -> NDArray[np.int16]:
    """Rounded to 16-bit PCM."""
    return np.clip(np.round(wave), -32768, 32767).astype(np.int16)
