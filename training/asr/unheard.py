"""Sounds for the test that hold no word: silence, noises and music, made in other ways than those of the training.

Knows audio only.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

from training.asr.features import SAMPLE_RATE
from training.asr.sounds import pcm

Wave = NDArray[np.float64]
SECONDS = 5.0
LEVELS = (-42.0, -26.0, -12.0)
"""Decibels of the root mean square, to full scale."""
_COUNT = int(SECONDS * SAMPLE_RATE)
_TIME = np.arange(_COUNT) / SAMPLE_RATE


def pink(count: int, random: Generator, slope: float = 0.5) -> Wave:
    """Noise whose amplitude falls with frequency to the power `slope`: 0 white, 0.5 pink, 1 brown; rms 1."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** slope
    spectrum[0] = 0
    wave = np.fft.irfft(spectrum, count)
    return np.asarray(wave / np.sqrt(np.mean(wave**2)))


def _pluck(hertz: float, count: int, random: Generator) -> Wave:
    """A plucked string by Karplus and Strong: noise in a delay line with an averaging filter."""
    period = round(SAMPLE_RATE / hertz)
    burst = np.zeros(count)
    burst[:period] = random.uniform(-1, 1, min(period, count))[:period] if count >= period else 0
    feedback = np.zeros(period + 2)
    feedback[0], feedback[period], feedback[period + 1] = 1, -0.498, -0.498
    return np.asarray(lfilter([1], feedback, burst))


def _tune(random: Generator, steps: int = 12) -> Iterator[tuple[int, int, float]]:
    """Start, length and pitch of the notes of a melody."""
    edges = np.sort(np.append(random.choice(np.arange(1, 40), steps - 1, replace=False), [0, 40])) * _COUNT // 40
    for start, end in pairwise(edges):
        yield int(start), int(end - start), 220.0 * 2 ** (random.choice([0, 2, 3, 5, 7, 9, 10, 12, 14]) / 12)


def _strings(random: Generator) -> Wave:
    wave = np.zeros(_COUNT)
    for start, count, hertz in _tune(random):
        wave[start : start + count] += _pluck(hertz, count, random)
        wave[start : start + count] += 0.5 * _pluck(hertz / 2, count, random)
    return wave


def _bells(random: Generator) -> Wave:
    wave = np.zeros(_COUNT)
    for start, _, hertz in _tune(random, 8):
        time = _TIME[: _COUNT - start]
        index = 5 * np.exp(-2 * time)
        wave[start:] += np.exp(-1.5 * time) * np.sin(
            2 * np.pi * 2 * hertz * time + index * np.sin(2 * np.pi * 2.8 * hertz * time)
        )
    return wave


def _organ(random: Generator) -> Wave:
    wave = np.zeros(_COUNT)
    for place, root in enumerate((130.8, 174.6, 196.0, 130.8)):
        part = slice(place * _COUNT // 4, (place + 1) * _COUNT // 4)
        for tone in (1, 5 / 4, 3 / 2, 2):
            for stop in (1, 2, 3, 4, 6, 8):
                wave[part] += np.sin(2 * np.pi * root * tone * stop * _TIME[part] + random.uniform(0, 6)) / stop
    return wave * (1 + 0.2 * np.sin(2 * np.pi * 6 * _TIME))


def _lead(random: Generator) -> Wave:
    """A sawtooth melody under a filter that opens and closes."""
    wave = np.zeros(_COUNT)
    for start, count, hertz in _tune(random):
        phase = np.cumsum(np.full(count, hertz / SAMPLE_RATE)) % 1
        wave[start : start + count] = 2 * phase - 1
    blocks = np.array_split(wave, 50)
    state, filtered = np.zeros(2), []
    for place, block in enumerate(blocks):
        angle = 2 * np.pi * (900 + 700 * np.sin(place / 3)) / SAMPLE_RATE
        sound, state = lfilter([1 - 0.9], [1, -1.8 * np.cos(angle), 0.81], block, zi=state)
        filtered.append(sound)
    return np.concatenate(filtered)


def _pad(random: Generator) -> Wave:
    """Slow chords of many detuned saws."""
    wave = np.zeros(_COUNT)
    for root in (110.0, 138.6, 164.8, 220.0):
        for _ in range(5):
            phase = root * (1 + random.normal(0, 0.003)) * _TIME + random.random()
            wave += 2 * (phase % 1) - 1
    return np.asarray(lfilter([0.15], [1, -0.85], wave) * np.minimum(1, _TIME) * np.minimum(1, SECONDS - _TIME))


def _arpeggio(random: Generator) -> Wave:
    """The square waves of an old game."""
    notes = 262.0 * 2 ** (np.tile([0, 4, 7, 12, 7, 4], 100) / 12)
    hertz = notes[(_TIME / 0.09).astype(int)]
    melody = np.sign(np.sin(2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE))
    return np.asarray(melody + 0.7 * np.sign(np.sin(2 * np.pi * np.cumsum(hertz / 4) / SAMPLE_RATE)))


def _drums(random: Generator) -> Wave:
    wave = np.zeros(_COUNT)
    for place in range(int(SECONDS / 0.25)):
        start = int(place * 0.25 * SAMPLE_RATE)
        time = _TIME[: min(4000, _COUNT - start)]
        if place % 4 == 0:
            hit = np.sin(2 * np.pi * (50 * time - 8 * np.exp(-30 * time))) * np.exp(-12 * time)
        elif place % 4 == 2:
            hit = (0.6 * random.standard_normal(len(time)) + np.sin(2 * np.pi * 190 * time)) * np.exp(-18 * time)
        else:
            hit = 0.4 * np.diff(random.standard_normal(len(time) + 1)) * np.exp(-60 * time)
        wave[start : start + len(time)] += hit
    return wave


def _whistle(random: Generator) -> Wave:
    path = np.interp(_TIME, np.linspace(0, SECONDS, 12), random.uniform(900, 2400, 12))
    return np.sin(2 * np.pi * np.cumsum(path) / SAMPLE_RATE) + 0.02 * random.standard_normal(_COUNT)


def _band(random: Generator) -> Wave:
    """Strings, lead and drums together."""
    return sum((_unit(make(random)) for make in (_strings, _lead, _drums)), np.zeros(_COUNT))


def _rain(random: Generator) -> Wave:
    drops = (random.random(_COUNT) < 0.004) * random.exponential(1, _COUNT)
    return np.asarray(lfilter([1], [1, -1.2, 0.6], drops)) + 0.05 * random.standard_normal(_COUNT)


def _wind(random: Generator) -> Wave:
    gust = np.interp(_TIME, np.linspace(0, SECONDS, 8), random.uniform(0.1, 1, 8))
    return np.asarray(pink(_COUNT, random, 0.8) * gust)


def _mains(random: Generator) -> Wave:
    return np.asarray(np.clip(3 * np.sin(2 * np.pi * 50 * _TIME), -1, 1) + 0.05 * random.standard_normal(_COUNT))


def _unit(wave: Wave) -> Wave:
    return wave / (np.sqrt(np.mean(wave**2)) + 1e-12)


KINDS = {
    "silence": lambda random: np.zeros(_COUNT),
    "white noise": lambda random: pink(_COUNT, random, 0.0),
    "pink noise": lambda random: pink(_COUNT, random),
    "brown noise": lambda random: pink(_COUNT, random, 1.0),
    "rain": _rain,
    "wind": _wind,
    "mains hum": _mains,
    "plucked strings": _strings,
    "bells": _bells,
    "organ chords": _organ,
    "synthesizer melody": _lead,
    "slow chords": _pad,
    "arpeggio": _arpeggio,
    "drums": _drums,
    "whistling": _whistle,
    "a band": _band,
}


def clips(levels: tuple[float, ...] = LEVELS) -> Iterator[tuple[str, NDArray[np.int16]]]:
    """Every kind at every level, 5 s at 16 kHz, with its name."""
    for name, make in KINDS.items():
        for level in levels:
            wave = _unit(make(np.random.default_rng([7, *name.encode(), int(-level)])))
            yield f"{name} at {level:.0f} dB", pcm(wave * 32768 * 10 ** (level / 20))
