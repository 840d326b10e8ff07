"""The synthesizers that the voices learn from, with the time of every phone: flite's free "slt" voice and espeak-ng.

Owns running them and reading their phone times. It must not know phonemes as Piper writes them.
"""

import functools
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from training.espeak import Espeak
from training.tts.alignment import SILENCE

SAMPLE_RATE = 16_000
EDGE = 0.2
"""Seconds of silence put around what espeak-ng says, which begins and ends with the speech."""


@dataclass(frozen=True)
class Phone:
    """One phone in the synthesizer's own notation; `start` and `end` in seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Rendering:
    """What the teacher said: 16-bit samples, shape (n,), at SAMPLE_RATE, and its phones without gaps, silence
    first and last."""

    samples: NDArray[np.int16]
    phones: tuple[Phone, ...]


def flite(text: str, scratch: Path) -> Rendering:
    """Speak `text` with flite's slt voice; `scratch` is a file that may be overwritten.

    flite prints `name:end` for every phone with `-psdur`; a silence is called "pau", which is SILENCE.
    """
    command = ["flite", "-voice", "slt", "-psdur", "-t", text, "-o", str(scratch)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    phones: list[Phone] = []
    start = 0.0
    for item in output.split():
        name, _, end = item.rpartition(":")
        phones.append(Phone(name, start, float(end)))
        start = float(end)
    with wave.open(str(scratch)) as file:
        if file.getframerate() != SAMPLE_RATE:
            raise RuntimeError(f"flite wrote {file.getframerate()} Hz instead of {SAMPLE_RATE}.")
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return Rendering(samples, tuple(phones))


@functools.cache
def _espeak() -> Espeak:
    return Espeak()


def espeak_spanish(text: str, scratch: Path) -> Rendering:
    """Speak `text` in Latin American Spanish with espeak-ng; `scratch` is not needed.

    The phones are espeak-ng's mnemonics, its pauses ("_", "_:") joined.
    """
    spoken = _espeak().speak(text, "roa/es-419+f2", rate=160, span=70)
    samples = np.pad(soxr.resample(spoken.samples, spoken.sample_rate, SAMPLE_RATE), int(EDGE * SAMPLE_RATE))
    phones = [Phone(SILENCE, 0.0, EDGE)]
    ends = [phoneme.start for phoneme in spoken.phonemes[1:]] + [len(spoken.samples)]
    for phoneme, end in zip(spoken.phonemes, ends, strict=True):
        name = SILENCE if phoneme.mnemonic.startswith("_") else phoneme.mnemonic
        finish = EDGE + end / spoken.sample_rate
        if name == phones[-1].name == SILENCE:
            phones[-1] = Phone(SILENCE, phones[-1].start, finish)
        else:
            phones.append(Phone(name, phones[-1].end, finish))
    last = phones.pop() if phones[-1].name == SILENCE else Phone(SILENCE, phones[-1].end, phones[-1].end)
    phones.append(Phone(SILENCE, last.start, len(samples) / SAMPLE_RATE))
    return Rendering(samples, tuple(phones))
