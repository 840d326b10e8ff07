"""The live microphone and speaker: sound as it happens, in blocks.

Owns the waiting between a device's thread and the stages' threads, and what becomes of a device that vanishes. It must
not know turns or words, and it leaves PortAudio to app.devices.
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
from app.playback import Playback, resampler
from models.roles import ModelError, Samples

log = logging.getLogger(__name__)

STALL_SECONDS = 1.5
"""A device that did nothing for so long is gone."""
KEPT_SECONDS = 30
"""What the microphone keeps while nobody reads it."""
OFFSET_BLOCKS = 16
"""Blocks over which a constant offset of the microphone is found: half a second."""
POWER_CHUNKS = 50
"""Chunks of 10 ms over which the power of a microphone's channels is compared."""
AHEAD_SECONDS = 0.080
"""What is queued for the speaker before a writer waits."""
ROOM_SECONDS = 0.3
"""How long a room goes on sounding, at most."""
IDLE_SECONDS = 10.0
"""After so much silence the speaker is let go: an open one keeps a laptop awake."""


class LiveMicrophone:
    """A microphone by its name; the empty name is the system's default. One object is one opening."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._changed = threading.Condition()
        """Holds everything below; never held while the sound system is called."""
        self._closed = False
        self._stream: devices.Stream | None = None
        self._chunks: deque[Samples] = deque()
        self._queued = 0
        """Samples in `_chunks`."""
        self._lost = 0
        """Samples that nobody read in time."""
        self._heard_at = 0.0
        self._power = np.zeros(0, np.float32)
        """Of each channel, over the last half second."""

    def blocks(self) -> Iterator[Samples]:
        """Blocks of exactly BLOCK samples at MICROPHONE_RATE from now on, until `close`.

        Raises ModelError with the codes no-microphone, sound-unavailable and, later, microphone-gone.
        """
        pending = np.zeros(0, np.int16)
        offset = _Offset()
        try:
            while (stream := self._open()) is not None:
                converter = None if stream.rate == MICROPHONE_RATE else resampler(stream.rate, MICROPHONE_RATE)
                while (sound := self._next(stream)) is not None:
                    pending = np.concatenate([pending, sound if converter is None else converter.resample_chunk(sound)])
                    while len(pending) >= BLOCK and not self._closed:
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
        if self._closed:
            return None
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
        mono = block[:, 0].copy() if block.shape[1] == 1 else self._mix(block)
        with self._changed:
            self._heard_at = time.monotonic()
            self._chunks.append(mono)
            self._queued += len(mono)
            while self._queued > KEPT_SECONDS * rate:
                oldest = len(self._chunks.popleft())
                self._queued -= oldest
                self._lost += oldest
            self._changed.notify_all()
        return True

    def _mix(self, block: "np.ndarray[Any, np.dtype[np.int16]]") -> Samples:
        """All channels, each by its part of the power: an input with nothing plugged in does not weaken the others."""
        power = np.square(block, dtype=np.float32).mean(axis=0) + np.float32(1e-3)
        known = len(self._power) == len(power)
        self._power = self._power + (power - self._power) / POWER_CHUNKS if known else power
        mono: Samples = (block @ (self._power / self._power.sum())).astype(np.int16)
        return mono

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _next(self, stream: devices.Stream) -> "Samples | None":
        """All that was heard since the last call, or None when there may be another stream."""
        with self._changed:
            while not self._closed and not self._chunks:
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
            if self._closed:
                return None
            sound = np.concatenate(self._chunks)
            self._chunks.clear()
            lost, self._queued, self._lost = self._lost, 0, 0
        if lost:
            log.warning("nobody listened to the microphone: %.1f seconds of it are lost", lost / stream.rate)
        return sound


class _Offset:
    """Finds and removes a constant offset, which some microphones have and which a detector may take for sound."""

    def __init__(self) -> None:
        self._level: float | None = None

    def remove(self, block: Samples) -> Samples:
        mean = float(block.mean())
        before = mean if self._level is None else self._level
        self._level = before + (mean - before) / OFFSET_BLOCKS
        level = np.linspace(before, self._level, len(block), dtype=np.float32)
        without: Samples = np.clip(block - level, -32768, 32767).astype(np.int16)
        return without


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
        self._playback = Playback(MICROPHONE_RATE)
        self._gone = False
        """The device vanished: look for it anew before it is opened again."""
        self._filled = 0
        """Samples that the stream took so far."""
        self._filled_at = 0.0
        self._sounded_until = 0.0
        """When the newest sound has left the device. All times are of time.monotonic."""
        self._idle_since = 0.0

    @property
    def playing(self) -> bool:
        with self._changed:
            return self._playback.unheard or time.monotonic() < self._sounded_until + ROOM_SECONDS

    def use(self, name: str) -> None:
        """Play on another speaker from now on."""
        with self._changed:
            self._name = name
            stream = self._stream
        if stream is not None:
            stream.close()

    def write(self, samples: Samples, sample_rate: int) -> None:
        """Play a short block; returns when there is room for the next.

        Raises ModelError with the codes no-speaker, sound-unavailable and speaker-gone; the next write tries anew.
        """
        if len(samples) and self._open():
            with self._changed:
                self._playback.put(samples, sample_rate)
            self._wait_while(lambda: self._playback.paused or self._playback.seconds > AHEAD_SECONDS)

    def flush(self) -> None:
        """Return when everything written was heard or dropped. Raises ModelError as `write` does."""
        with self._changed:
            self._playback.hurry()
        self._wait_while(lambda: self._playback.unheard or time.monotonic() < self._sounded_until)

    def drop(self) -> None:
        """Fall silent now: forget what was written and not yet heard. Ends a pause."""
        with self._changed:
            self._drop()

    def pause(self) -> None:
        """Fall silent now, and keep what was written and not yet heard; writing waits meanwhile."""
        with self._changed:
            self._playback.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._changed:
            self._playback.resume()
            self._changed.notify_all()

    def close(self) -> None:
        """Fall silent and let the device go; all waiting ends, and what is written afterwards is not heard."""
        with self._changed:
            self._closed = True
            self._drop()
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _drop(self) -> None:
        self._playback.drop()
        # The device still plays a little, but nobody should wait for that.
        self._sounded_until = min(self._sounded_until, time.monotonic())
        self._changed.notify_all()

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
        self._filled = 0
        stream = devices.open_speaker(self._name, self._fill, self._wake)
        self._gone = False
        with self._changed:
            if not self._closed:
                if stream.rate != self._playback.rate:
                    paused, self._playback = self._playback.paused, Playback(stream.rate)
                    self._playback.paused = paused
                self._stream = stream
                self._filled_at = self._idle_since = time.monotonic()
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
                now = time.monotonic()
                patience = self._filled_at + STALL_SECONDS - now
                if stream.open and patience > 0:
                    leaving = self._sounded_until - now
                    self._changed.wait(min(patience, leaving) if leaving > 0 else patience)
                    continue
                gone = stream.lost or patience <= 0
                if gone:
                    self._stream, self._gone = None, True
                    self._drop()
            if gone:
                stream.close()
                raise ModelError(
                    "speaker-gone",
                    "The speaker is gone.",
                    "Plug it in again or choose another one; answers go on in writing.",
                )
            # It ended because devices were looked for anew, or for another speaker.
            self._open()

    def _fill(self, block: "np.ndarray[Any, np.dtype[np.int16]]", rate: int) -> bool:
        """Called on the sound system's thread."""
        with self._changed:
            now = self._filled_at = time.monotonic()
            self._filled += len(block)
            stream, playback = self._stream, self._playback
            sound, sounds = np.zeros(len(block), np.int16), False
            # A device takes its whole buffer at once when it begins, and may lose the first milliseconds of it.
            if stream is not None and self._filled > stream.latency * rate:
                sound, sounds = playback.take(len(block))
                if sounds:
                    self._sounded_until = now + stream.latency + len(sound) / rate
            if sounds or playback.unheard:
                self._idle_since = now
            self._changed.notify_all()
            going_on = now < self._idle_since + IDLE_SECONDS or stream is None
        block[:] = sound[:, None]
        if self._reference is not None:
            self._reference(sound, rate)
        return going_on

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
