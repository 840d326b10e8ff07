"""The live microphone on a real sound server."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app import devices, live
from app.audio import BLOCK, MICROPHONE_RATE
from app.live import LiveMicrophone
from tests.app.sound import VOICE_RATE, Ear, frequency, sounding, tone
from tests.pulse import Pulse


@pytest.mark.parametrize("name", [Pulse.microphone, ""])
def test_sound_in_the_room_comes_in_blocks(pulse: Pulse, listen: Callable[[str], Ear], name: str) -> None:
    ear = listen(name)
    ear.hear(0.1)
    since = time.perf_counter()
    pulse.play(tone(1.0), VOICE_RATE)
    ear.hear(0.3)
    heard = ear.everything()
    loud = np.flatnonzero(np.abs(heard.astype(int)) > 200)
    played = len(sounding(pulse.heard_by_microphone, since))
    assert abs(loud[-1] - loud[0] - played) / MICROPHONE_RATE < 0.01
    assert abs(frequency(heard[loud[0] : loud[-1]]) - 440) < 2
    assert 7500 < np.abs(heard.astype(int)).max() < 8500


def test_a_microphone_of_another_rate_sounds_the_same(
    pulse: Pulse, listen: Callable[[str], Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sounddevice

    class Only44100(sounddevice.RawInputStream):  # type: ignore[misc]
        """Refuses, as a card without a sound server does."""

        def __init__(self, **wanted: Any) -> None:
            if wanted["samplerate"] != 44_100:
                raise sounddevice.PortAudioError("Invalid sample rate", -9997)
            super().__init__(**wanted)

    monkeypatch.setattr(sounddevice, "RawInputStream", Only44100)
    test_sound_in_the_room_comes_in_blocks(pulse, listen, pulse.microphone)


@pytest.mark.parametrize("channels", [2, 8])
def test_a_microphone_of_many_channels_is_as_loud_as_any(
    pulse: Pulse, listen: Callable[[str], Ear], monkeypatch: pytest.MonkeyPatch, channels: int
) -> None:
    import sounddevice

    # The server offers any number of channels; a card has as many as it has. Only two of eight hear the room.
    real = sounddevice.query_devices
    monkeypatch.setattr(sounddevice, "query_devices", lambda index: {**real(index), "max_input_channels": channels})
    opened = []
    start = devices._start
    monkeypatch.setattr(devices, "_start", lambda *given: (opened.append(given[4]), start(*given))[1])
    test_sound_in_the_room_comes_in_blocks(pulse, listen, pulse.microphone)
    assert opened == [channels]


def test_offset_and_clipping_are_survived(pulse: Pulse, listen: Callable[[str], Ear]) -> None:
    ear = listen(pulse.microphone)
    ear.hear(0.1)
    offset = np.clip(tone(3.0).astype(int) + 12_000, -32_768, 32_767).astype(np.int16)
    pulse.play(offset, VOICE_RATE, wait=False)
    pulse.heard_by_microphone.wait_for(pulse.heard_by_microphone.first_sound)
    # It falls to a third every half second: after 2.2 seconds the next half has 90 of the 12,000 left.
    ear.hear(2.2)
    heard = ear.hear(0.5)
    assert abs(float(heard.mean())) < 400
    assert abs(frequency(heard) - 440) < 4
    pulse.play(np.sign(tone(0.5)) * np.int16(32_767), VOICE_RATE)
    ear.hear(0.3)
    assert np.abs(ear.everything().astype(int)).max() > 30_000


def test_closing_from_another_thread_ends_it_at_once(pulse: Pulse, listen: Callable[[str], Ear]) -> None:
    ear = listen(pulse.microphone)
    ear.hear(0.1)
    ear.microphone.close()
    assert ear.end() is None
    assert not devices._streams
    ear.microphone.close()
    assert list(ear.microphone.blocks()) == []


def test_closing_before_it_was_opened(pulse: Pulse) -> None:
    microphone = LiveMicrophone(pulse.microphone)
    microphone.close()
    assert list(microphone.blocks()) == []
    assert not devices._streams


def test_whoever_stops_reading_closes_it(pulse: Pulse) -> None:
    blocks = LiveMicrophone(pulse.microphone).blocks()
    next(blocks)
    assert len(devices._streams) == 1
    blocks.close()
    assert not devices._streams


@pytest.mark.logs("seconds of it are lost")
def test_what_nobody_reads_is_bounded(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "KEPT_SECONDS", 0.5)
    microphone = LiveMicrophone(pulse.microphone)
    blocks = microphone.blocks()
    next(blocks)
    pulse.heard_by_microphone.wait_until(time.perf_counter() + 1.0)
    kept = microphone._queued
    assert 0.4 * MICROPHONE_RATE < kept <= 0.5 * MICROPHONE_RATE
    for _ in range(kept // BLOCK + 5):
        next(blocks)
    blocks.close()


@pytest.mark.parametrize("how", ["unplug", "kill", "freeze"])
def test_a_microphone_that_vanishes_is_one_sentence(pulse: Pulse, listen: Callable[[str], Ear], how: str) -> None:
    ear = listen(pulse.microphone)
    ear.hear(0.1)
    if how == "unplug":
        pulse.unplug()
    elif how == "kill":
        pulse.kill()
    else:
        pulse.freeze()
    error = ear.end()
    pulse.thaw()
    assert error is not None
    assert error.code == "microphone-gone"
