"""Echo cancellation: takes Parley's own voice out of the microphone.

Owns WebRTC's audio processing (through livekit, of which nothing else is used), and the order in which it gets what
the speaker played and what the microphone heard. It must not know devices, turns or words.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from app.audio import MICROPHONE_RATE
from models.roles import Samples

FRAME = MICROPHONE_RATE // 100
"""Samples of the 10 ms that the canceller takes at a time."""
GAP_SECONDS = 0.1
"""A speaker that played nothing at all for so long was opened anew, and its delay is another one."""
KEPT_SECONDS = 30.0
"""Of played sound while nobody cleans."""
BLOCKS_COMPARED = 64
"""Blocks, two seconds of them, by which it is known how late the newest one is."""


class EchoCanceller:
    """`played` is called on the speaker's thread, `clean` and `reset` on the ear's.

    It learns the delay and the room from what it hears, in the first second of an answer, and takes about 2 % of a
    core. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._played: deque[tuple[float, Samples, int]] = deque()
        self._module: Any = None
        self._resampler: Any = None
        self._rate = 0
        self._reference = np.zeros(0, np.int16)
        self._referred_at = 0.0
        self._lateness: deque[float] = deque(maxlen=BLOCKS_COMPARED)
        self._heard_seconds = 0.0
        self._heard = np.zeros(0, np.int16)
        self._cleaned = np.zeros(0, np.int16)

    def played(self, samples: Samples, rate: int) -> None:
        """The speaker plays this now: mono, `rate` hertz; silence is not left out while it is open. Quick."""
        now = self._clock()
        with self._lock:
            self._played.append((now, samples, rate))
            while now - self._played[0][0] > KEPT_SECONDS:
                self._played.popleft()

    def clean(self, block: Samples) -> Samples:
        """The block without the echo, and as long: mono, MICROPHONE_RATE. It comes 18 ms later."""
        if self._module is None:
            self.reset()
        self._refer(self._heard_at(len(block) / MICROPHONE_RATE))
        self._heard = np.concatenate([self._heard, block])
        whole = len(self._heard) // FRAME * FRAME
        frames, self._heard = self._heard[:whole].reshape(-1, FRAME), self._heard[whole:]
        self._cleaned = np.concatenate([self._cleaned, *(self._process(frame) for frame in frames)])
        cleaned, self._cleaned = self._cleaned[: len(block)], self._cleaned[len(block) :]
        return cleaned

    def reset(self) -> None:
        """Begin anew: another microphone."""
        with self._lock:
            self._played.clear()
        self._heard = np.zeros(0, np.int16)
        # As much silence as a frame can lack, so that every block is answered by one as long.
        self._cleaned = np.zeros(FRAME, np.int16)
        self._heard_seconds = 0.0
        self._lateness.clear()
        self._forget()

    def _forget(self) -> None:
        """Learn delay and room anew."""
        from livekit.rtc import AudioProcessingModule

        self._module = AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
        self._resampler, self._rate = None, 0
        self._reference = np.zeros(0, np.int16)

    def _heard_at(self, seconds: float) -> float:
        """When the block would have come had the ear never been busy.

        Blocks are as regular as the device, so those that came soonest tell it of the others.
        """
        self._heard_seconds += seconds
        self._lateness.append(self._clock() - self._heard_seconds)
        return self._heard_seconds + min(self._lateness)

    def _refer(self, until: float) -> None:
        """Give the canceller what was played up to this time; it finds the delay from there by itself."""
        with self._lock:
            played = []
            while self._played and self._played[0][0] <= until:
                played.append(self._played.popleft())
        for at, samples, rate in played:
            if at - self._referred_at > GAP_SECONDS:
                self._forget()
            self._referred_at = at
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
            # The best quality would come 40 ms late, and the echo must not be faster than this.
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
