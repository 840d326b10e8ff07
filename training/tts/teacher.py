"""The synthesizer that the English voice learns from: flite's free "slt" voice, with the time of every phone.

Owns running flite and reading its phone times. It must not know phonemes as Piper writes them.
"""

import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000


@dataclass(frozen=True)
class Phone:
    """One phone in the synthesizer's own notation; `start` and `end` in seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Rendering:
    """What the teacher said: 16-bit samples, shape (n,), at SAMPLE_RATE, and its phones without gaps."""

    samples: NDArray[np.int16]
    phones: tuple[Phone, ...]


def flite(text: str, scratch: Path) -> Rendering:
    """Speak `text` with flite's slt voice; `scratch` is a file that may be overwritten.

    flite prints `name:end` for every phone with `-psdur`; a silence is called "pau".
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
