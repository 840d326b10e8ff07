"""The live microphone and speaker: sound as it happens, in blocks.

Owns what lies between a device and the stages: buffers, resampling, fades, waiting, and a device that vanishes. It
must not know turns or words, and it leaves PortAudio to app.devices.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from app import devices
from app.audio import BLOCK, MICROPHONE_RATE
from models.roles import ModelError, Samples

log = logging.getLogger(__name__)

STALL_SECONDS = 1.5
"""A device from which nothing was heard for so long is gone."""
KEPT_SECONDS = 30
"""What the microphone keeps while nobody reads it."""
DC_BLOCKS = 16
"""Blocks over which a constant offset of the microphone is found and taken away: half a second."""
AHEAD_SECONDS = 0.080
"""What is queued for the speaker before a writer waits."""
START_SECONDS = 0.030
"""What is queued before the speaker begins, so that it does not stumble over its first block."""
FADE_SECONDS = 0.005
ROOM_SECONDS = 0.3
"""How long a room goes on sounding, at most."""
IDLE_SECONDS = 10.0
"""After so much silence the speaker is let go: an open one keeps a laptop awake."""


class LiveMicrophone:
    """A microphone by its name; the empty name is the system's default. One object is one opening."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._changed = threading.Condition()
        self._closed = False
        self._stream: devices.Stream | None = None
        self._chunks: deque[Samples] = deque()
        self._queued = 0
        """Samples in `_chunks`."""
        self._lost = 0
        """Samples that nobody read in time."""
        self._heard_at = 0.0

    def blocks(self) -> Iterator[Samples]:
        """Blocks of exactly BLOCK samples at MICROPHONE_RATE from now on, until `close`.

        Raises ModelError with the codes no-microphone, sound-unavailable and, later, microphone-gone.
        """
        pending = np.zeros(0, np.int16)
        offset = _Offset()
        try:
            while (stream := self._open()) is not None:
                resampler = None if stream.rate == MICROPHONE_RATE else _resampler(stream.rate, MICROPHONE_RATE)
                while (chunk := self._next(stream)) is not None:
                    if resampler is not None:
                        chunk = resampler.resample_chunk(chunk)
                    pending = np.concatenate([pending, chunk])
                    while len(pending) >= BLOCK:
                        yield offset.remove(pending[:BLOCK])
                        pending = pending[BLOCK:]
        finally:
            self.close()

    def close(self) -> None:
        """End `blocks` at once, from any thread."""
        with self._changed:
            self._closed = True
            stream, self._stream = self._stream, None
            self._changed.notify_all()
        if stream is not None:
            stream.close()

    def _open(self) -> devices.Stream | None:
        """A stream, or None once closed."""
        with self._changed:
            if self._closed:
                return None
            self._chunks.clear()
            self._queued = 0
        stream = devices.open_microphone(self._name, self._hear, self._wake)
        with self._changed:
            self._heard_at = time.monotonic()
            if not self._closed:
                self._stream = stream
                return stream
        stream.close()
        return None

    def _hear(self, block: "np.ndarray[Any, np.dtype[np.int16]]", rate: int) -> bool:
        """Called on the sound system's thread."""
        mono = block[:, 0].copy() if block.shape[1] == 1 else block.mean(axis=1).astype(np.int16)
        with self._changed:
            self._heard_at = time.monotonic()
            self._chunks.append(mono)
            self._queued += len(mono)
            while self._queued > KEPT_SECONDS * rate:
                oldest = self._chunks.popleft()
                self._queued -= len(oldest)
                self._lost += len(oldest)
            self._changed.notify_all()
        return True

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _next(self, stream: devices.Stream) -> "Samples | None":
        """All that was heard since the last call, or None when the stream is over and there may be another one."""
        with self._changed:
            while not self._closed:
                if self._chunks:
                    chunks = list(self._chunks)
                    self._chunks.clear()
                    self._queued = 0
                    lost, self._lost = self._lost, 0
                    break
                patience = self._heard_at + STALL_SECONDS - time.monotonic()
                if stream.lost or (stream.open and patience <= 0):
                    raise ModelError(
                        "microphone-gone",
                        "The microphone is gone.",
                        "Plug it in again or choose another one; typing goes on working.",
                    )
                if not stream.open:
                    return None
                self._changed.wait(patience)
            else:
                return None
        if lost:
            log.warning("nobody listened to the microphone: %.1f seconds of it are lost", lost / stream.rate)
        return np.concatenate(chunks)


class _Offset:
    """Finds and removes a constant offset, which some microphones have and which a detector may take for sound."""

    def __init__(self) -> None:
        self._level: float | None = None

    def remove(self, block: Samples) -> Samples:
        mean = float(block.mean())
        before = mean if self._level is None else self._level
        self._level = before + (mean - before) / DC_BLOCKS
        level = np.linspace(before, self._level, len(block), dtype=np.float32)
        without: Samples = np.clip(block - level, -32768, 32767).astype(np.int16)
        return without


def _resampler(rate: int, to: int) -> Any:
    import soxr

    return soxr.ResampleStream(rate, to, 1, dtype="int16", quality="HQ")


class LiveSpeaker:
    """A speaker by its name; the empty name is the system's default. It is opened when it has something to play.

    `reference` is told, on the sound system's thread, exactly what is played and at which rate, silence included.
    """

    def __init__(self, name: str = "", reference: Callable[[Samples, int], None] | None = None) -> None:
        self._name = name
        self._reference = reference
        self._changed = threading.Condition()
        """Holds everything below; never held while the sound system is called."""
        self._closed = False
        self._stream: devices.Stream | None = None
        self._rate = 0
        self._latency = 0.0
        self._gone = False
        """The device vanished: look for it anew before it is opened again."""
        self._queue: deque[Samples] = deque()
        """At the device's rate."""
        self._queued = 0
        self._resampler: Any = None
        """Exists while it may hold the end of what was written."""
        self._resampled = 0
        """The rate that it takes."""
        self._tail = np.zeros(0, np.int16)
        """The faded end of what was cut off; played before all else."""
        self._started = False
        """The queue is being played."""
        self._hurried = False
        """Begin with whatever is there."""
        self._paused = False
        self._opened_at = self._filled_at = 0.0
        self._sounded_until = 0.0
        """When the newest sound has left the device, in the seconds of time.monotonic."""

    @property
    def playing(self) -> bool:
        with self._changed:
            return self._unheard or time.monotonic() < self._sounded_until + ROOM_SECONDS

    @property
    def _unheard(self) -> bool:
        return bool(self._queue) or self._resampler is not None

    def write(self, samples: Samples, sample_rate: int) -> None:
        """Play a short block; returns when there is room for the next.

        Raises ModelError with the codes no-speaker, sound-unavailable and speaker-gone; the next write tries anew.
        """
        if not len(samples) or not self._open():
            return
        with self._changed:
            self._enqueue(samples, sample_rate)
        self._wait_while(lambda: self._paused or self._queued > AHEAD_SECONDS * self._rate)

    def flush(self) -> None:
        """Return when everything written was heard or dropped. Raises ModelError with the code speaker-gone."""
        with self._changed:
            self._hurried = self._unheard
        self._wait_while(lambda: self._unheard or time.monotonic() < self._sounded_until)

    def drop(self) -> None:
        """Fall silent now: forget what was written and not yet heard. Ends a pause."""
        with self._changed:
            self._fade_out()
            self._forget()

    def pause(self) -> None:
        """Fall silent now, and keep what was written and not yet heard; writing waits meanwhile."""
        with self._changed:
            if not self._paused:
                self._fade_out()
                self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._changed:
            if self._paused:
                self._paused = False
                self._fade_in()
                self._changed.notify_all()

    def use(self, name: str) -> None:
        """Play on another device from now on."""
        with self._changed:
            self._name = name
            stream = self._stream
        if stream is not None:
            stream.close()

    def close(self) -> None:
        """Fall silent and let the device go; all waiting ends, and what is written afterwards is not heard."""
        with self._changed:
            self._closed = True
            self._forget()
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _forget(self) -> None:
        self._empty()
        self._paused = False
        # The device still plays a little, but nobody should wait for that.
        self._sounded_until = min(self._sounded_until, time.monotonic())
        self._changed.notify_all()

    def _empty(self) -> None:
        self._queue.clear()
        self._queued = 0
        self._resampler = None
        self._started = self._hurried = False

    def _open(self) -> bool:
        """Have a stream that runs; False once closed."""
        with self._changed:
            stream = self._stream
            if self._closed or (stream is not None and stream.open):
                return not self._closed
            self._stream = None
        if stream is not None:
            self._gone = self._gone or stream.lost
            stream.close()
        if self._gone:
            devices.refresh()
        self._gone = True
        stream = devices.open_speaker(self._name, self._fill, self._wake)
        self._gone = False
        with self._changed:
            if not self._closed:
                if stream.rate != self._rate:
                    self._empty()
                self._stream, self._rate, self._latency = stream, stream.rate, stream.latency
                self._opened_at = self._filled_at = time.monotonic()
                return True
        stream.close()
        return False

    def _wait_while(self, busy: Callable[[], bool]) -> None:
        """Wait for the speaker while it is busy. Raises ModelError when it is gone."""
        while True:
            with self._changed:
                stream = self._stream
                if stream is None or not busy():
                    return
                patience = self._filled_at + STALL_SECONDS - time.monotonic()
                if stream.open and patience > 0:
                    remaining = self._sounded_until - time.monotonic()
                    self._changed.wait(min(patience, remaining) if remaining > 0 else patience)
                    continue
                gone = stream.lost or patience <= 0
                if gone:
                    self._stream, self._gone = None, True
                    self._forget()
            if gone:
                stream.close()
                raise ModelError(
                    "speaker-gone",
                    "The speaker is gone.",
                    "Plug it in again or choose another one; answers go on in writing.",
                )
            # It ended because devices were looked for anew, or for another speaker.
            self._open()

    def _enqueue(self, samples: Samples, rate: int) -> None:
        if rate != self._resampled:
            self._drain()
        if rate != self._rate:
            if self._resampler is None:
                self._resampler, self._resampled = _resampler(rate, self._rate), rate
            samples = self._resampler.resample_chunk(samples)
        self._append(samples)

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
        """What would come next is played once more, fading, and stays in the queue."""
        if self._started and not self._paused:
            self._tail = self._faded(np.concatenate([np.zeros(0, np.int16), *self._queue]), down=True)

    def _fade_in(self) -> None:
        if self._queue:
            everything = np.concatenate(self._queue)
            beginning = self._faded(everything, down=False)
            self._queue = deque([beginning, everything[len(beginning) :]])

    def _faded(self, samples: Samples, down: bool) -> Samples:
        length = min(len(samples), round(FADE_SECONDS * self._rate))
        ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
        faded: Samples = (samples[:length] * (ramp[::-1] if down else ramp)).astype(np.int16)
        return faded

    def _fill(self, block: "np.ndarray[Any, np.dtype[np.int16]]", rate: int) -> bool:
        """Called on the sound system's thread."""
        sound = np.zeros(len(block), np.int16)
        with self._changed:
            now = self._filled_at = time.monotonic()
            taken = self._take(sound)
            if taken:
                self._sounded_until = now + self._latency + len(sound) / rate
                self._changed.notify_all()
            elif not self._unheard and now > self._sounded_until:
                self._changed.notify_all()
            going_on = self._unheard or now < max(self._opened_at, self._sounded_until) + IDLE_SECONDS
        block[:] = sound[:, None]
        if self._reference is not None:
            self._reference(sound, rate)
        return going_on

    def _take(self, sound: Samples) -> bool:
        """Fill `sound` from the beginning with what is to be heard; False when that is nothing."""
        done = min(len(self._tail), len(sound))
        sound[:done] = self._tail[:done]
        self._tail = self._tail[done:]
        if not self._paused and self._unheard:
            if not self._started:
                self._started = self._hurried or self._queued >= START_SECONDS * self._rate
                self._hurried = True
            if self._started:
                done = self._take_queue(sound, done)
        return done > 0

    def _take_queue(self, sound: Samples, done: int) -> int:
        while done < len(sound):
            if not self._queue:
                self._drain()
            if not self._queue:
                self._started = self._hurried = False
                break
            piece = self._queue[0]
            length = min(len(piece), len(sound) - done)
            sound[done : done + length] = piece[:length]
            done += length
            self._queued -= length
            if length == len(piece):
                self._queue.popleft()
            else:
                self._queue[0] = piece[length:]
        return done

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
