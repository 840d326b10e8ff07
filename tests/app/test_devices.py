"""Lists of devices, and what is told when there are none."""

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import devices
from app.live import LiveMicrophone, LiveSpeaker
from models.roles import ModelError
from tests.app.sound import VOICE_RATE, Ear, ended, in_thread, say, tone
from tests.pulse import Pulse


def test_devices_are_listed_by_name(pulse: Pulse) -> None:
    assert devices.microphones() == (pulse.microphone,)
    assert devices.speakers() == (pulse.speaker,)
    # A sound server's default has no name of its own.
    assert devices.default_microphone() == devices.default_speaker() == ""


def test_a_name_that_is_not_there_is_one_sentence(pulse: Pulse) -> None:
    with pytest.raises(ModelError, match="The microphone Headset is not there") as caught:
        next(LiveMicrophone("Headset").blocks())
    assert caught.value.code == "no-microphone"
    with pytest.raises(ModelError, match="The speaker Headset is not there") as caught:
        LiveSpeaker("Headset").write(tone(0.02), VOICE_RATE)
    assert caught.value.code == "no-speaker"


class PortAudio:
    """Stands in for the sound system of a machine with these devices."""

    PortAudioError = RuntimeError

    def __init__(self, *names: str) -> None:
        self._names = names

    def query_hostapis(self) -> Any:
        count = len(self._names)
        defaults = {"default_input_device": count - 1, "default_output_device": count - 1}
        return ({"name": devices.API, "devices": list(range(count)), **defaults},)

    def query_devices(self, index: int) -> Any:
        channels = {"max_input_channels": 2, "max_output_channels": 2}
        return {"name": self._names[index], "default_samplerate": 48_000.0, **channels}


@pytest.mark.parametrize(
    ("found", "listed"),
    [
        (
            ["HDA Intel PCH: ALC257 Analog (hw:0,0)", "sysdefault", "front", "surround40", "dmix", "default"],
            ("HDA Intel PCH: ALC257 Analog",),
        ),
        (["USB Audio: - (hw:1,0)", "USB Audio: - (hw:2,0)", "default"], ("USB Audio: -", "USB Audio: - #2")),
        (["pulse", "default"], ("default",)),
        ([], ()),
    ],
)
def test_only_devices_are_listed(monkeypatch: pytest.MonkeyPatch, found: list[str], listed: tuple[str, ...]) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", PortAudio(*found))
    assert devices.speakers() == devices.microphones() == listed


def test_without_any_device_each_side_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", PortAudio())
    assert devices.default_microphone() == devices.default_speaker() == ""
    with pytest.raises(ModelError, match="There is no microphone") as caught:
        next(LiveMicrophone().blocks())
    assert caught.value.code == "no-microphone"
    with pytest.raises(ModelError, match="There is no speaker") as caught:
        LiveSpeaker().write(tone(0.02), VOICE_RATE)
    assert caught.value.code == "no-speaker"


def test_a_machine_whose_sound_server_is_away_stays_silent_on_the_terminal(tmp_path: Path) -> None:
    script = """if True:
        from app import devices
        from app.live import LiveMicrophone
        from models.roles import ModelError
        devices.microphones()
        devices.refresh()
        try:
            next(LiveMicrophone().blocks())
        except ModelError as error:
            print(error.code)
    """
    (tmp_path / "alsa.conf").write_text('pcm.!default { type pulse server "unix:/nowhere" }\n', encoding="utf-8")
    environment = {"ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf"), "PULSE_COOKIE": str(tmp_path / "cookie")}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() in {"no-microphone", "sound-unavailable", ""}
    assert run.stderr == ""


def test_without_the_sound_library_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    for job in (devices.microphones, devices.speakers, lambda: next(LiveMicrophone().blocks())):
        with pytest.raises(ModelError, match="PortAudio cannot be used") as caught:
            job()
        assert caught.value.code == "sound-unavailable"
        assert "libportaudio2" in caught.value.remedy


def test_a_sound_system_that_hangs_is_left_behind(
    pulse: Pulse, speaker: LiveSpeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "PATIENCE", 0.3)
    pulse.freeze()
    with pytest.raises(ModelError, match="does not answer") as caught:
        speaker.write(tone(0.02), VOICE_RATE)
    assert caught.value.code == "sound-unavailable"
    with pytest.raises(ModelError, match="does not answer"):
        devices.microphones()
    pulse.thaw()
    monkeypatch.setattr(devices, "PATIENCE", 20.0)
    say(speaker, tone(0.3))
    speaker.flush()
    pulse.heard_from_speaker.wait_for(pulse.heard_from_speaker.first_sound)


def test_devices_can_be_looked_for_while_both_are_in_use(
    pulse: Pulse, speaker: LiveSpeaker, listen: Callable[[str], Ear]
) -> None:
    ear = listen(pulse.microphone)
    ear.hear(0.1)
    since = time.perf_counter()
    thread, errors = in_thread(say, speaker, tone(1.5))
    for count in itertools.count(1):
        pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.3)
        devices.refresh()
        ear.hear(0.1)
        if count == 3:
            break
    ended(thread)
    speaker.flush()
    assert not errors
    pulse.heard_from_speaker.wait_until(time.perf_counter() + 0.2)
    last = pulse.heard_from_speaker.last_sound(since)
    assert last is not None
    assert last - since > 1.3
