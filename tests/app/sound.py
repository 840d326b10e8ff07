"""Sounds, and threads that speak and listen, for the tests of live audio."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from app.audio import BLOCK, MICROPHONE_RATE
from app.live import LiveMicrophone, LiveSpeaker
from models.roles import ModelError, Samples
from tests.pulse import Recording

VOICE_RATE = 22_050
"""What many voices speak at."""


def tone(seconds: float, rate: int = VOICE_RATE, hertz: float = 440.0, loud: int = 8000) -> Samples:
    return (loud * np.sin(np.arange(round(seconds * rate)) * 2 * np.pi * hertz / rate)).astype(np.int16)


def sweep(seconds: float, rate: int = VOICE_RATE) -> Samples:
    """From 300 to 1500 hertz: no part of it is like another."""
    at = np.arange(round(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * (300 * at + 600 * at * at / seconds))).astype(np.int16)


def say(speaker: LiveSpeaker, samples: Samples, rate: int = VOICE_RATE) -> None:
    """Write as the mouth does, in blocks of 20 ms."""
    for start in range(0, len(samples), rate // 50):
        speaker.write(samples[start : start + rate // 50], rate)


def sounding(recording: Recording, since: float) -> Samples:
    """What was heard, without the silence around it."""
    first, last = recording.first_sound(since), recording.last_sound(since)
    assert first is not None
    assert last is not None
    return recording.samples(first, last)


def frequency(samples: Samples, rate: int = MICROPHONE_RATE) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


class Ear:
    """A thread that listens at a microphone."""

    def __init__(self, microphone: LiveMicrophone) -> None:
        self.microphone = microphone
        self.error: ModelError | None = None
        self._blocks: list[Samples] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for block in self.microphone.blocks():
                with self._changed:
                    self._blocks.append(block)
                    self._changed.notify_all()
        except ModelError as error:
            self.error = error
        with self._changed:
            self._changed.notify_all()

    def hear(self, seconds: float) -> Samples:
        """The next so many seconds."""
        with self._changed:
            begin = len(self._blocks)
            enough = begin + round(seconds * MICROPHONE_RATE / BLOCK)
            assert self._changed.wait_for(lambda: len(self._blocks) >= enough or self.error, 20)
            assert self.error is None
            return np.concatenate(self._blocks[begin:])

    def everything(self) -> Samples:
        with self._changed:
            assert all(block.dtype == np.int16 and block.shape == (BLOCK,) for block in self._blocks)
            return np.concatenate(self._blocks)

    def end(self) -> ModelError | None:
        """Wait for the end of the listening."""
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.error

    def close(self) -> None:
        self.microphone.close()
        self.end()


def in_thread(job: Callable[..., None], *arguments: Any) -> tuple[threading.Thread, list[ModelError]]:
    """Start a job; the list gets what it raised."""
    errors: list[ModelError] = []

    def run() -> None:
        try:
            job(*arguments)
        except ModelError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def ended(thread: threading.Thread) -> None:
    thread.join(20)
    assert not thread.is_alive()
