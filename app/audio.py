"""Where sound comes from and goes to: the protocols of microphone and speaker, and both on WAV files.

Owns reading and writing of audio files, with everything hostile that can be in them. It must not know recognizers,
voices or turns. Sound inside Parley is mono 16-bit PCM; microphones deliver 16,000 hertz in blocks of 512 samples,
which is what the voice activity detector takes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from models.roles import ModelError, Samples

MICROPHONE_RATE = 16_000
BLOCK = 512
"""Samples in a microphone block: 32 ms."""


class Microphone(Protocol):
    """A source of sound, read by one thread."""

    def blocks(self) -> Iterator[Samples]:
        """Blocks of exactly BLOCK samples at MICROPHONE_RATE, until the source ends or is closed. Raises ModelError."""
        ...

    def close(self) -> None:
        """End the blocks at once; from any thread."""
        ...


class Speaker(Protocol):
    """A sink of sound, written by one thread; all else may come from any."""

    @property
    def playing(self) -> bool:
        """Something that was written is still to be heard, or was heard a moment ago."""
        ...

    def write(self, samples: Samples, sample_rate: int) -> None:
        """Play a short block; returns when there is room for the next. Raises ModelError."""
        ...

    def drop(self) -> None:
        """Fall silent now: forget what was written and not yet heard. Ends a pause."""
        ...

    def pause(self) -> None:
        """Fall silent now, and keep what was written and not yet heard; writing waits meanwhile."""
        ...

    def resume(self) -> None:
        """Go on after `pause`."""
        ...

    def flush(self) -> None:
        """Return when everything written was heard or dropped."""
        ...


class WavMicrophone:
    """A sound file as a microphone, at the speed of the machine. Takes whatever libsndfile reads, at any rate."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = False
        self.seconds = 0.0
        """Seconds of audio delivered so far."""

    def close(self) -> None:
        self._closed = True

    def blocks(self) -> Iterator[Samples]:
        import soundfile
        import soxr

        if not self._path.is_file():
            raise ModelError(
                "audio-missing", f"There is no sound file {self._path}.", "Check the name and give a WAV file."
            )
        try:
            with soundfile.SoundFile(self._path) as file:
                if not 1000 <= file.samplerate <= 768_000:
                    raise _unreadable(self._path, f"its sample rate is {file.samplerate} Hz")
                resampler = soxr.ResampleStream(file.samplerate, MICROPHONE_RATE, 1, dtype="float32", quality="HQ")
                pending = np.zeros(0, np.int16)
                delivered = False
                for last, mono in _with_last(_mono(file)):
                    pending = np.concatenate([pending, _pcm(resampler.resample_chunk(mono, last=last))])
                    while len(pending) >= BLOCK:
                        if self._closed:
                            return
                        self.seconds += BLOCK / MICROPHONE_RATE
                        delivered = True
                        yield pending[:BLOCK]
                        pending = pending[BLOCK:]
                if len(pending):
                    self.seconds += len(pending) / MICROPHONE_RATE
                    delivered = True
                    yield np.concatenate([pending, np.zeros(BLOCK - len(pending), np.int16)])
        except (soundfile.LibsndfileError, OSError, ValueError, RuntimeError) as error:
            raise _unreadable(self._path, str(error)) from error
        if not delivered:
            raise _unreadable(self._path, "it holds no sound")


def _mono(file: Any) -> Iterator[np.ndarray[Any, np.dtype[np.float32]]]:
    """About a second at a time, channels averaged; never trusts the header's length."""
    while len(block := file.read(16_384, dtype="float32", always_2d=True)):
        yield block.mean(axis=1, dtype=np.float32)


def _with_last(
    blocks: Iterator[np.ndarray[Any, np.dtype[np.float32]]],
) -> Iterator[tuple[bool, np.ndarray[Any, np.dtype[np.float32]]]]:
    yield from ((False, block) for block in blocks)
    yield True, np.zeros(0, np.float32)


def _pcm(mono: np.ndarray[Any, np.dtype[np.float32]]) -> Samples:
    """Full scale is 1.0; what is not a number becomes silence, what is too loud is clipped."""
    bounded = np.clip(np.nan_to_num(mono, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0)
    samples: Samples = (bounded * 32767).astype(np.int16)
    return samples


def _unreadable(path: Path, why: str) -> ModelError:
    return ModelError(
        "audio-unreadable",
        f"The sound file {path.name} cannot be read: {why.rstrip('.')}.",
        "Save it again as a WAV file and try that.",
    )


class _Instant:
    """What plays at once has nothing to pause."""

    playing = False

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class WavSpeaker(_Instant):
    """A WAV file as a speaker, at the speed of the machine. The file appears, whole, at `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._file: Any = None

    def write(self, samples: Samples, sample_rate: int) -> None:
        import soundfile

        try:
            if self._file is None:
                self._file = soundfile.SoundFile(
                    self._part, "w", samplerate=sample_rate, channels=1, subtype="PCM_16", format="WAV"
                )
            self._file.write(samples)
        except (soundfile.LibsndfileError, OSError) as error:
            raise ModelError(
                "audio-unwritable",
                f"The sound file {self._path} cannot be written: {str(error).rstrip('.')}.",
                "Choose another place with room for it.",
            ) from error

    def drop(self) -> None:
        """A file keeps what was written."""

    def flush(self) -> None:
        """A file has heard everything at once."""

    def close(self) -> None:
        """Finish the file; nothing appears when nothing was written."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._part.replace(self._path)


class NoSpeaker(_Instant):
    """Where the answer goes when it is only read."""

    def write(self, samples: Samples, sample_rate: int) -> None:
        """Nobody listens."""

    def drop(self) -> None:
        """Nothing to drop."""

    def flush(self) -> None:
        """Nothing to wait for."""
