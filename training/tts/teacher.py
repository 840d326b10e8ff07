"""The speaker that the voices learn from: a free HMM voice, as spectra and pitch instead of sound.

Owns running Debian's hts_engine on a voice file, reading what it generates, and the one sound that the Spanish voice's
speaker lacks. It must not know where sentences come from nor how the voice is trained.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.tts.labels import PAUSE, Phone, Phrase, Sounds, labels, segments
from training.tts.vocoder import knot_frequencies

STEP = 0.005
"""Seconds a frame of the teacher's."""
TEMPO = 0.96
"""To the speakers' own, who hurry a little."""
MEAN_PITCH = 170.0
"""Hertz, for a sentence without any voice."""
SHORTEST_VOICE, WILDEST = 6, 0.5
"""Frames of voice whose pitch is trusted, and how far it may be from the sentence's median, in log hertz."""
FRICATIVE = "x"
"""The Spanish sound of "jota", spoken where the teacher lacks it as a whisper with its neighbors' formants: −20 dB to
their voice below 700 Hz, where the tongue lets nothing out, and −9 dB above."""
WHISPER_LOW, WHISPER_HIGH, WHISPER_EDGE = -2.3, -1.0, 700.0


@dataclass(frozen=True)
class Speaker:
    """A voice file in hts_engine's format and what has to be known of it."""

    file: Path
    sample_rate: int
    order: int
    """Cepstral coefficients a frame."""
    warping: float
    """All-pass constant of their frequency scale."""


@dataclass(frozen=True)
class Speech:
    """What the teacher says, at STEP; t frames."""

    phones: list[Phone]
    ends: NDArray[np.float64]
    """(phones,) seconds."""
    spectrum: NDArray[np.float64]
    """(t, KNOTS) log amplitude for an excitation of unit power; 0 is full scale."""
    log_pitch: NDArray[np.float64]
    """(t,) log hertz, interpolated where there is no voice."""
    voiced: NDArray[np.bool_]


def speak(sentence: Sequence[Phrase], sounds: Sounds, speaker: Speaker, scratch: Path) -> Speech:
    """Let the teacher speak one sentence; `scratch` is a folder for a few files."""
    names = ("label", "spectrum", "pitch", "durations")
    label, spectrum, pitch, durations = (scratch / name for name in names)
    label.write_text("\n".join(labels(sentence, sounds)) + "\n", encoding="ascii")
    options = [
        "-m",
        str(speaker.file),
        "-r",
        str(TEMPO),
        "-om",
        str(spectrum),
        "-of",
        str(pitch),
        "-od",
        str(durations),
    ]
    subprocess.run(["hts_engine", *options, str(label)], check=True, capture_output=True)
    phones = segments(sentence)
    ends = np.array([int(line.split()[1]) * 1e-7 for line in durations.read_text().splitlines()])
    cepstrum = np.fromfile(spectrum, np.float32).reshape(-1, speaker.order).astype(np.float64)
    envelope = cepstrum @ _cosines(speaker) - np.log(32768.0)
    log_pitch = np.fromfile(pitch, np.float32).astype(np.float64)
    voiced = log_pitch > 0
    log_pitch = _continued(log_pitch, voiced)
    edges = np.round(np.append(0.0, ends) / STEP).astype(int).clip(0, len(voiced))
    for phone, start, end in zip(phones, edges, edges[1:], strict=False):
        # Some vowels at the end of a sentence are whispered: heard in a good recording, swallowed in a small voice.
        if phone.name.rstrip("1") in sounds.vowels:
            voiced[start:end] = True
    _whisper(envelope, voiced, phones, edges)
    return Speech(phones, ends, envelope, log_pitch, voiced)


def _continued(log_pitch: NDArray[np.float64], voiced: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The melody through what has no voice, without stretches too short to be trusted and without wild values."""
    bounds = np.flatnonzero(np.diff(voiced.astype(np.int8), prepend=0, append=0))
    trusted = np.zeros(len(voiced), np.bool_)
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        trusted[start:end] = end - start >= SHORTEST_VOICE
    if not trusted.any():
        return np.full(len(voiced), np.log(MEAN_PITCH))
    frames = np.arange(len(voiced))
    median = np.median(log_pitch[trusted])
    known = log_pitch[trusted].clip(median - WILDEST, median + WILDEST)
    return np.asarray(np.interp(frames, frames[trusted], known))


def _cosines(speaker: Speaker) -> NDArray[np.float64]:
    """(order, KNOTS): mel-cepstrum to log amplitude at the knots (Tokuda et al. 1994, the all-pass frequency scale)."""
    angle = 2 * np.pi * knot_frequencies() / speaker.sample_rate
    warped = angle + 2 * np.arctan(speaker.warping * np.sin(angle) / (1 - speaker.warping * np.cos(angle)))
    return np.asarray(np.cos(np.outer(np.arange(speaker.order), warped)))


def _whisper(
    envelope: NDArray[np.float64], voiced: NDArray[np.bool_], phones: Sequence[Phone], edges: NDArray[np.int64]
) -> None:
    """Put FRICATIVE in the place of what the teacher said for it."""
    low = 1 / (1 + np.exp((knot_frequencies() - WHISPER_EDGE) / 100))
    tilt = WHISPER_HIGH + (WHISPER_LOW - WHISPER_HIGH) * low
    for index, phone in enumerate(phones):
        start, end = edges[index], edges[index + 1]
        if phone.name != FRICATIVE or end - start < 2:
            continue
        # The formants of the sounds around, a little inside them.
        sides = [
            envelope[min(max(frame, 0), len(envelope) - 1)]
            for frame, side in ((start - 4, index - 1), (end + 5, index + 1))
            if phones[side].name != PAUSE
        ]
        part = np.linspace(0, 1, end - start)[:, None]
        formants = sides[0] * (1 - part) + sides[-1] * part
        edge = np.minimum(1.0, np.minimum(np.arange(end - start), np.arange(end - start)[::-1]) / 3 + 0.4)
        envelope[start:end] = formants + tilt + np.log(edge)[:, None]
        voiced[start:end] = False
