"""Live microphone and speaker on a real sound server."""

import time

import numpy as np

from app import devices
from tests.pulse import Pulse


def tone(seconds: float, rate: int = 16_000, hertz: float = 440, loud: int = 8000) -> np.ndarray:
    return (loud * np.sin(np.arange(round(seconds * rate)) * 2 * np.pi * hertz / rate)).astype(np.int16)


def test_devices_are_listed_by_name(pulse: Pulse) -> None:
    assert devices.microphones() == (pulse.microphone, pulse.eight_microphones)
    assert devices.speakers() == (pulse.speaker,)


def test_what_is_played_into_the_room_is_heard_there(pulse: Pulse) -> None:
    asked = time.perf_counter()
    pulse.play(tone(1.0))
    recording = pulse.heard_by_microphone
    recording.wait_until(time.perf_counter() + 0.1)
    first, last = recording.first_sound(asked), recording.last_sound(asked)
    assert first is not None
    assert last is not None
    assert abs(last - first - 1.0) < 0.01
