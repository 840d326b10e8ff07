"""The echo canceller: in a reckoned room with a clock of its own, and in the sound server's."""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from app.audio import BLOCK, MICROPHONE_RATE
from app.echo import EchoCanceller
from app.live import LiveMicrophone, LiveSpeaker
from models.residency import Library, Residency, starter_library
from models.roles import CPU, Role, Samples
from models.vad import VoiceActivity
from tests.app.sound import say
from tests.pulse import Pulse

ANSWER = (
    "The weather will be fine tomorrow, with some clouds in the afternoon and a light wind from the west. "
    "In the evening it may rain a little. The river is long and the mountain is high."
)
DEVICE_SECONDS = 0.06
"""Between what the speaker is given and what the room hears."""


class Voice:
    """espeak-ng, at the microphone's rate; what was said once is remembered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: dict[tuple[str, str], Samples] = {}

    def __call__(self, text: str, voice: str = "en-us") -> Samples:
        if (text, voice) not in self._said:
            path = self._folder / "voice.wav"
            subprocess.run(["espeak-ng", "-v", voice, "-s", "160", "-w", path, text], check=True, capture_output=True)
            floats, rate = soundfile.read(path, dtype="float32")
            self._said[text, voice] = (soxr.resample(floats, rate, MICROPHONE_RATE) * 32_000).astype(np.int16)
        return self._said[text, voice]


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return Voice(tmp_path_factory.mktemp("voices"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return starter_library(tmp_path_factory.mktemp("converted"), dict.fromkeys(Role, CPU))


class Room:
    """A table with a speaker and a microphone, and one canceller, in reckoned time."""

    def __init__(self, gain: float = 0.3, tail: float = 0.1, rate: int = MICROPHONE_RATE) -> None:
        self.now = 0.0
        self.canceller = EchoCanceller(lambda: self.now)
        self._rate = rate
        noise = np.random.default_rng(0)
        decay = noise.standard_normal(round(tail * MICROPHONE_RATE))
        decay *= 10 ** (-3 * np.arange(len(decay)) / len(decay))
        decay[0] = 3.0
        self._response = gain * decay / np.sqrt(np.sum(decay**2))
        self._noise = noise

    def hear(
        self,
        far: Samples,
        near: "Samples | None" = None,
        device: float = DEVICE_SECONDS,
        busy: Callable[[int], float] = lambda _: 0.0,
    ) -> tuple[Samples, Samples]:
        """Play `far` while somebody says `near`; `busy` tells how many seconds late the ear takes a block.

        Returns what the microphone heard, and that without the echo.
        """
        length = max(len(far), 0 if near is None else len(near)) // BLOCK * BLOCK
        echo = np.zeros(length)
        played = np.zeros(length, np.int16)
        played[: len(far)] = far[:length]
        arriving = np.convolve(played, self._response)
        delay = round(device * MICROPHONE_RATE)
        echo[delay:] = arriving[: length - delay]
        heard = echo + self._noise.standard_normal(length) * 3
        if near is not None:
            heard[: len(near)] += near[:length]
        microphone = np.clip(heard, -32_768, 32_767).astype(np.int16)
        resampled = soxr.resample(played, MICROPHONE_RATE, self._rate)
        step = self._rate // 100
        happenings: list[tuple[float, int, Samples]] = [
            (at / self._rate, 0, resampled[at : at + step]) for at in range(0, len(resampled), step)
        ]
        free = 0.0
        for number, at in enumerate(range(0, length, BLOCK)):
            free = max(free, (at + BLOCK) / MICROPHONE_RATE) + busy(number)
            happenings.append((free, 1, microphone[at : at + BLOCK]))
        begin = self.now
        cleaned = []
        for moment, is_heard, samples in sorted(happenings, key=lambda happening: happening[:2]):
            self.now = begin + moment
            if is_heard:
                cleaned.append(self.canceller.clean(samples))
                assert cleaned[-1].shape == (BLOCK,)
                assert cleaned[-1].dtype == np.int16
            else:
                self.canceller.played(samples, self._rate)
        return microphone, np.concatenate(cleaned)

    def rest(self, seconds: float) -> None:
        """Nobody speaks, and the speaker is closed."""
        for _ in range(round(seconds * MICROPHONE_RATE / BLOCK)):
            self.now += BLOCK / MICROPHONE_RATE
            self.canceller.clean((self._noise.standard_normal(BLOCK) * 3).astype(np.int16))


def decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples.astype(float))) + 1e-9))


def band(samples: Samples, low: int, high: int) -> float:
    """How loud it is between two frequencies, in decibels."""
    spectrum = np.abs(np.fft.rfft(samples.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / MICROPHONE_RATE)
    return float(10 * np.log10(spectrum[(hertz >= low) & (hertz < high)].sum()))


def voiced(samples: Samples) -> float:
    """The part of it that sounds like a voice."""
    detector = VoiceActivity()
    whole = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return float(np.mean([detector.probability(block) > 0.5 for block in whole]))


@pytest.mark.parametrize("gain", [0.1, 1.0])
@pytest.mark.parametrize("tail", [0.02, 0.2])
@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_parleys_own_voice_is_taken_away(voice: Voice, gain: float, tail: float, rate: int) -> None:
    heard, cleaned = Room(gain, tail, rate).hear(voice(ANSWER))
    assert voiced(heard) > 0.6
    assert voiced(cleaned) < 0.01
    assert decibels(heard) - decibels(cleaned) > 25


def test_without_a_playing_speaker_nothing_is_changed(voice: Voice) -> None:
    said = voice("what is the capital of france")
    heard, cleaned = Room().hear(np.zeros(len(said), np.int16), said)
    for low, high in ((300, 1000), (1000, 2000), (2000, 4000)):
        assert abs(band(heard, low, high) - band(cleaned, low, high)) < 1


@pytest.mark.parametrize("after", [0.5, 5.0])
def test_who_speaks_over_the_answer_is_understood(voice: Voice, library: Library, after: float) -> None:
    question = voice("what is three plus four", "en-gb")
    near = np.concatenate([np.zeros(round(after * MICROPHONE_RATE), np.int16), question])
    answer = voice(ANSWER)[: len(near) + MICROPHONE_RATE]
    heard, cleaned = Room(gain=0.3, tail=0.05).hear(answer, near)
    residency = Residency(library)
    try:
        texts = []
        for sound in (heard, cleaned):
            recognition = residency.recognizer("en").recognition(MICROPHONE_RATE)
            recognition.accept(sound[len(near) - len(question) - 2000 : len(near) + 6000])
            texts.append(recognition.finish().text)
    finally:
        residency.close()
    assert texts[1].endswith("three plus four")
    assert not texts[0].endswith("three plus four")


def test_a_busy_ear_does_not_bring_the_echo_back(voice: Voice) -> None:
    room = Room()
    room.hear(voice(ANSWER))
    heard, cleaned = room.hear(voice(ANSWER), busy=lambda number: 1.5 if number == 60 else 0.0)
    assert voiced(heard) > 0.6
    assert voiced(cleaned) == 0.0
    assert decibels(heard) - decibels(cleaned) > 25


def test_a_speaker_opened_anew_has_another_delay(voice: Voice) -> None:
    room = Room()
    for device in (0.06, 0.03, 0.09):
        heard, cleaned = room.hear(voice(ANSWER), device=device)
        assert voiced(heard) > 0.6
        assert voiced(cleaned) < 0.01
        room.rest(1.0)


def test_what_nobody_cleans_is_bounded() -> None:
    now = 0.0
    canceller = EchoCanceller(lambda: now)
    for number in range(10_000):
        now = number / 100
        canceller.played(np.zeros(160, np.int16), MICROPHONE_RATE)
    assert len(canceller._played) <= 3001


def test_it_begins_anew(voice: Voice) -> None:
    room = Room()
    room.hear(voice(ANSWER)[:MICROPHONE_RATE])
    room.canceller.reset()
    _, cleaned = room.hear(voice(ANSWER))
    assert voiced(cleaned) == 0.0


def test_in_a_room_with_real_devices_the_microphone_does_not_hear_the_speaker(voice: Voice, pulse: Pulse) -> None:
    canceller = EchoCanceller()
    speaker = LiveSpeaker(pulse.speaker, canceller.played)
    microphone = LiveMicrophone(pulse.microphone)
    heard, cleaned = [], []

    def listen() -> None:
        for block in microphone.blocks():
            heard.append(block)
            cleaned.append(canceller.clean(block))

    ear = threading.Thread(target=listen)
    ear.start()
    with pulse.loopback(delay=0.08, gain=0.5):
        for _ in range(2):
            say(speaker, voice(ANSWER)[: 5 * MICROPHONE_RATE], MICROPHONE_RATE)
            speaker.flush()
        pulse.heard_by_microphone.wait_until(time.perf_counter() + 0.3)
    microphone.close()
    ear.join()
    speaker.close()
    assert voiced(np.concatenate(heard)) > 0.5
    assert voiced(np.concatenate(cleaned)) == 0.0
