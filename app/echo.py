"""Echo cancellation: takes Parley's own voice out of the microphone.

Owns WebRTC's audio processing (through livekit, of which nothing else is used). It is told what the speaker really
plays, and cleans what the microphone heard. It must not know devices, turns or words.
"""

import threading
from collections import deque
from typing import Any

import numpy as np

from app.audio import MICROPHONE_RATE
from models.roles import Samples

FRAME = MICROPHONE_RATE // 100
"""Samples of the 10 ms that the canceller takes at a time."""
MOST_AHEAD = 1.0
"""Seconds of played sound kept while nobody cleans."""


class EchoCanceller:
    """`played` is called on the speaker's thread, `clean` and `reset` on the ear's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._played: deque[tuple[Samples, int]] = deque()
        self._played_seconds = 0.0
        self._module: Any = None
        self._resampler: Any = None
        self._rate = 0
        self._reference = np.zeros(0, np.int16)
        self._heard = np.zeros(0, np.int16)
        self._cleaned = np.zeros(0, np.int16)

    def played(self, samples: Samples, rate: int) -> None:
        """The speaker plays this now: mono, `rate` hertz. Quick; silence may be left out or not."""
        with self._lock:
            self._played.append((samples, rate))
            self._played_seconds += len(samples) / rate
            while self._played_seconds > MOST_AHEAD:
                old, old_rate = self._played.popleft()
                self._played_seconds -= len(old) / old_rate

    def clean(self, block: Samples) -> Samples:
        """The block without the echo, and as long: mono, MICROPHONE_RATE. It comes up to 10 ms later."""
        if self._module is None:
            self.reset()
        self._take_reference()
        self._heard = np.concatenate([self._heard, block])
        whole = len(self._heard) // FRAME * FRAME
        frames, self._heard = self._heard[:whole].reshape(-1, FRAME), self._heard[whole:]
        self._cleaned = np.concatenate([self._cleaned, *(self._process(frame) for frame in frames)])
        cleaned, self._cleaned = self._cleaned[: len(block)], self._cleaned[len(block) :]
        return cleaned

    def reset(self) -> None:
        """Begin anew: another microphone or speaker."""
        from livekit.rtc import AudioProcessingModule

        self._module = AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
        self._resampler, self._rate = None, 0
        self._reference = self._heard = np.zeros(0, np.int16)
        # As much silence as a frame can lack, so that every block is answered by one as long.
        self._cleaned = np.zeros(FRAME, np.int16)
        with self._lock:
            self._played.clear()
            self._played_seconds = 0.0

    def _take_reference(self) -> None:
        """Give the canceller what was played since the last block; it finds the delay by itself."""
        with self._lock:
            played, self._played, self._played_seconds = self._played, deque(), 0.0
        for samples, rate in played:
            self._reference = np.concatenate([self._reference, self._resampled(samples, rate)])
        whole = len(self._reference) // FRAME * FRAME
        for frame in self._reference[:whole].reshape(-1, FRAME):
            self._module.process_reverse_stream(_frame(frame))
        self._reference = self._reference[whole:]

    def _resampled(self, samples: Samples, rate: int) -> Samples:
        import soxr

        if rate == MICROPHONE_RATE:
            return samples
        if rate != self._rate:
            self._resampler = soxr.ResampleStream(rate, MICROPHONE_RATE, 1, dtype="int16", quality="LQ")
            self._rate = rate
        resampled: Samples = self._resampler.resample_chunk(samples)
        return resampled

    def _process(self, samples: Samples) -> Samples:
        frame = _frame(samples)
        self._module.process_stream(frame)
        return np.frombuffer(frame.data, np.int16)


def _frame(samples: Samples) -> Any:
    from livekit.rtc import AudioFrame

    return AudioFrame(samples.tobytes(), MICROPHONE_RATE, 1, FRAME)
