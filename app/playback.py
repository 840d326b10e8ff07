"""What waits to be played: a queue of sound that is cut off, held and gone on with without a click.

Owns resampling to the device's rate and fades. Pure: it must not know devices, threads or time.
"""

from collections import deque
from typing import Any

import numpy as np

from models.roles import Samples

START_SECONDS = 0.030
"""What is queued before playing begins, so that it does not stumble over the first block."""
FADE_SECONDS = 0.005


def resampler(rate: int, to: int) -> Any:
    """A stream of 16-bit samples from one rate to another; up to 40 ms of it are still inside."""
    import soxr

    return soxr.ResampleStream(rate, to, 1, dtype="int16", quality="HQ")


class Playback:
    """A queue of sound at the device's rate, in hertz."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.paused = False
        self._queue: deque[Samples] = deque()
        self._queued = 0
        """Samples in `_queue`."""
        self._resampler: Any = None
        """Exists while it may hold the end of what was put in."""
        self._resampled = 0
        """The rate that it takes."""
        self._tail = np.zeros(0, np.int16)
        """The faded end of what was cut off, played before all else."""
        self._begun = False
        """The queue is being played."""
        self._hurried = False
        """Begin with whatever is there."""

    @property
    def seconds(self) -> float:
        """What is queued."""
        return self._queued / self.rate

    @property
    def unheard(self) -> bool:
        """Something was put in that was not taken out."""
        return self._queued > 0 or self._resampler is not None

    def put(self, samples: Samples, rate: int) -> None:
        """Queue a block of any rate."""
        if rate != self._resampled:
            self._drain()
        if rate != self.rate:
            if self._resampler is None:
                self._resampler, self._resampled = resampler(rate, self.rate), rate
            samples = self._resampler.resample_chunk(samples)
        self._append(samples)

    def hurry(self) -> None:
        """Nothing more will come: begin with what there is."""
        self._hurried = self.unheard

    def take(self, count: int) -> tuple[Samples, bool]:
        """The next samples, silence where there are none; and whether there were any."""
        sound = np.zeros(count, np.int16)
        done = min(len(self._tail), count)
        sound[:done] = self._tail[:done]
        self._tail = self._tail[done:]
        if self.unheard and not self.paused:
            if not self._begun:
                self._begun = self._hurried or self.seconds >= START_SECONDS
                self._hurried = True
            if self._begun:
                done = self._take_queued(sound, done)
        return sound, done > 0

    def drop(self) -> None:
        """Forget what is queued; ends a pause."""
        self._fade_out()
        self._queue.clear()
        self._queued = 0
        self._resampler = None
        self._begun = self._hurried = self.paused = False

    def pause(self) -> None:
        """Give silence, and keep what is queued."""
        self._fade_out()
        self.paused = True

    def resume(self) -> None:
        """Go on after `pause` where it stopped."""
        if self.paused and self._queue:
            everything = np.concatenate(self._queue)
            beginning = self._faded(everything, up=True)
            self._queue = deque([beginning, everything[len(beginning) :]])
        self.paused = False

    def _take_queued(self, sound: Samples, done: int) -> int:
        while done < len(sound):
            if not self._queue:
                self._drain()
            if not self._queue:
                self._begun = self._hurried = False
                break
            piece = self._queue.popleft()
            length = min(len(piece), len(sound) - done)
            sound[done : done + length] = piece[:length]
            done += length
            self._queued -= length
            if length < len(piece):
                self._queue.appendleft(piece[length:])
        return done

    def _append(self, samples: Samples) -> None:
        if len(samples):
            self._queue.append(samples)
            self._queued += len(samples)

    def _drain(self) -> None:
        """The resampler gives what it still holds."""
        if self._resampler is not None:
            self._append(self._resampler.resample_chunk(np.zeros(0, np.int16), last=True))
            self._resampler = None

    def _fade_out(self) -> None:
        """What would come next is played, fading; it stays in the queue."""
        if self._begun and not self.paused and self._queue:
            self._tail = self._faded(np.concatenate(self._queue), up=False)

    def _faded(self, samples: Samples, up: bool) -> Samples:
        length = min(len(samples), round(FADE_SECONDS * self.rate))
        ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
        faded: Samples = (samples[:length] * (ramp if up else ramp[::-1])).astype(np.int16)
        return faded
