"""The live speaker on a real sound server, heard by the test."""

import statistics
import time

import numpy as np
import pytest

from app import devices, live
from app.audio import MICROPHONE_RATE
from app.live import LiveSpeaker
from models.roles import ModelError, Samples
from tests.app.sound import VOICE_RATE, ended, frequency, in_thread, say, sounding, sweep, tone
from tests.pulse import Pulse


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_everything_is_heard_from_first_to_last(pulse: Pulse, speaker: LiveSpeaker, rate: int) -> None:
    for _ in range(2):
        since = time.perf_counter()
        said = sweep(1.0, rate)
        say(speaker, said, rate)
        speaker.flush()
        pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.2)
        heard = sounding(pulse.heard_from_speaker, since)
        assert abs(len(heard) / MICROPHONE_RATE - 1.0) < 0.05
        model = sweep(1.0, MICROPHONE_RATE)
        assert likeness(heard[:2000], model[:2000]) > 0.98
        assert likeness(heard[-2000:], model[-2000:]) > 0.98


def likeness(one: Samples, other: Samples) -> float:
    """1 for the same sound, a few samples shifted at most."""
    around = range(-20, 21)
    return max(float(np.corrcoef(one[20 + lag : len(one) - 20 + lag], other[20:-20])[0, 1]) for lag in around)


def test_clauses_of_two_voices_follow_without_a_click(pulse: Pulse, speaker: LiveSpeaker) -> None:
    since = time.perf_counter()
    for rate in (22_050, 16_000, 22_050):
        say(speaker, tone(0.5, rate, hertz=400), rate)
    speaker.flush()
    pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.2)
    heard = sounding(pulse.heard_from_speaker, since).astype(float)
    assert abs(len(heard) / MICROPHONE_RATE - 1.5) < 0.01
    # A pure tone bends at most so much; a click bends more.
    bend = 8000 * (2 * np.pi * 400 / MICROPHONE_RATE) ** 2
    assert np.abs(np.diff(heard[20:-20], 2)).max() < 2 * bend


def test_the_first_sound_is_not_late_after_a_long_silence(
    pulse: Pulse, speaker: LiveSpeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "IDLE_SECONDS", 0.2)
    for _ in range(3):
        since = time.perf_counter()
        say(speaker, sweep(0.5))
        speaker.flush()
        pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.6)
        assert abs(len(sounding(pulse.heard_from_speaker, since)) / MICROPHONE_RATE - 0.5) < 0.005
        assert not next(iter(devices._streams)).open


def test_drop_silences_soon(pulse: Pulse, speaker: LiveSpeaker) -> None:
    late = []
    for _ in range(7):
        since = time.perf_counter()
        thread, errors = in_thread(say, speaker, tone(0.6))
        pulse.heard_from_speaker.wait_for(lambda since=since: pulse.heard_from_speaker.first_sound(since))
        dropped = time.perf_counter()
        speaker.drop()
        last = pulse.heard_from_speaker
        ended(thread)
        assert not errors
        speaker.drop()
        speaker.flush()
        last.wait_until(time.perf_counter() + 0.3)
        end = last.last_sound(since, dropped + 0.2)
        assert end is not None
        late.append(end - dropped)
    assert statistics.median(late) < 0.2


def test_what_is_held_is_neither_heard_nor_lost(pulse: Pulse, speaker: LiveSpeaker) -> None:
    since = time.perf_counter()
    recording = pulse.heard_from_speaker
    thread, errors = in_thread(say, speaker, sweep(1.5))
    recording.wait_for(lambda: recording.first_sound(since))
    speaker.pause()
    recording.wait_until(time.perf_counter() + 0.3)
    held = time.perf_counter()
    assert speaker.playing
    recording.wait_until(held + 0.3)
    assert recording.first_sound(held) is None
    assert thread.is_alive()
    speaker.resume()
    ended(thread)
    assert not errors
    speaker.flush()
    recording.wait_until(time.perf_counter() + 0.2)
    before = sounding(recording, since)
    first = recording.samples(recording.first_sound(since), recording.last_sound(since, held))
    rest = recording.samples(recording.first_sound(held), recording.last_sound(held))
    assert len(before) > len(first) + len(rest)
    # The fade at the end of the one is played again at the beginning of the other.
    assert abs((len(first) + len(rest)) / MICROPHONE_RATE - 1.5 - 0.005) < 0.015
    # And the sweep goes on where it stopped.
    assert abs(frequency(rest[200:1000]) - frequency(first[-1000:-200])) < 100


def test_a_pause_ends_by_drop_and_by_closing(pulse: Pulse, speaker: LiveSpeaker) -> None:
    for end in (speaker.drop, speaker.close):
        thread, errors = in_thread(say, speaker, tone(0.4))
        pulse.heard_from_speaker.wait_for(lambda: speaker.playing)
        speaker.pause()
        if end == speaker.drop:
            end()
            speaker.flush()
        else:
            end()
        ended(thread)
        assert not errors


def test_closing_ends_all_waiting(pulse: Pulse, speaker: LiveSpeaker) -> None:
    thread, errors = in_thread(lambda: (say(speaker, tone(2.0)), speaker.flush()))  # type: ignore[func-returns-value]
    pulse.heard_from_speaker.wait_for(lambda: speaker.playing)
    speaker.close()
    ended(thread)
    assert not errors
    assert not devices._streams
    speaker.write(tone(0.02), VOICE_RATE)
    assert not devices._streams


def test_playing_lasts_until_the_room_is_quiet(pulse: Pulse, speaker: LiveSpeaker) -> None:
    assert not speaker.playing
    since = time.perf_counter()
    say(speaker, tone(0.3))
    assert speaker.playing
    speaker.flush()
    assert speaker.playing
    pulse.heard_from_speaker.wait_for(lambda: not speaker.playing)
    quiet = time.perf_counter()
    last = pulse.heard_from_speaker.last_sound(since)
    assert last is not None
    assert quiet - last > 0.2


def test_the_reference_is_exactly_what_is_played(pulse: Pulse) -> None:
    told: list[Samples] = []
    rates = set()

    def reference(samples: Samples, rate: int) -> None:
        told.append(samples)
        rates.add(rate)

    speaker = LiveSpeaker(pulse.speaker, reference)
    since = time.perf_counter()
    say(speaker, sweep(0.7))
    pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.3)
    say(speaker, sweep(0.3))
    speaker.flush()
    speaker.close()
    pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.3)
    (rate,) = rates
    played = np.concatenate(told)
    loud = np.flatnonzero(np.abs(played.astype(int)) > 200)
    heard = sounding(pulse.heard_from_speaker, since)
    assert abs((loud[-1] - loud[0]) / rate - len(heard) / MICROPHONE_RATE) < 0.03


@pytest.mark.parametrize("how", ["unplug", "kill", "freeze"])
def test_a_speaker_that_vanishes_is_one_sentence(pulse: Pulse, speaker: LiveSpeaker, how: str) -> None:
    thread, errors = in_thread(say, speaker, tone(10.0))
    pulse.heard_from_speaker.wait_for(pulse.heard_from_speaker.first_sound)
    if how == "unplug":
        pulse.unplug()
    elif how == "kill":
        pulse.kill()
    else:
        pulse.freeze()
    ended(thread)
    pulse.thaw()
    assert [error.code for error in errors] == ["speaker-gone"]
    assert not speaker._playback.unheard
    if how == "unplug":
        with pytest.raises(ModelError):
            speaker.write(tone(0.02), VOICE_RATE)
        pulse.plug()
        since = time.perf_counter()
        say(speaker, tone(0.3))
        speaker.flush()
        pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.2)
        assert abs(len(sounding(pulse.heard_from_speaker, since)) / MICROPHONE_RATE - 0.3) < 0.01


def test_the_next_answer_goes_to_a_new_default(pulse: Pulse) -> None:
    speaker = LiveSpeaker()
    pulse.control("load-module", "module-null-sink", "sink_name=headset", "norewinds=yes")
    headset = pulse.record("headset.monitor")
    say(speaker, tone(0.2))
    speaker.flush()
    pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.1)
    assert pulse.heard_from_speaker.first_sound() is not None
    assert headset.first_sound() is None
    pulse.control("set-default-sink", "headset")
    say(speaker, tone(0.2))
    speaker.flush()
    speaker.close()
    headset.wait_for(headset.first_sound)


def test_another_speaker_can_be_used_in_mid_sentence(pulse: Pulse, speaker: LiveSpeaker) -> None:
    thread, errors = in_thread(say, speaker, tone(1.0))
    pulse.heard_from_speaker.wait_for(pulse.heard_from_speaker.first_sound)
    pulse.control("load-module", "module-null-sink", "sink_name=headset", "norewinds=yes")
    headset = pulse.record("headset.monitor")
    pulse.control("set-default-sink", "headset")
    speaker.use("")
    headset.wait_for(headset.first_sound)
    ended(thread)
    assert not errors
