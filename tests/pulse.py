"""A sound system of the tests' own: a PulseAudio server whose speaker and microphone nobody hears.

What Parley plays goes into a null sink, `parley_speaker`, and the test hears it. What Parley hears comes from another
one, `parley_room`, and the test plays into that. The server lives in a folder of its own and ends with the test.
Everything is timed in the seconds of time.perf_counter().

A test takes the fixture `pulse`; meanwhile PortAudio in this process knows the devices `pulse.speaker` and
`pulse.microphone`, which are also the system's defaults:

    def test_it(pulse: Pulse) -> None:
        speaker, microphone = LiveSpeaker(pulse.speaker), LiveMicrophone(pulse.microphone)
        with pulse.loopback(delay=0.08, gain=0.3):
            pulse.play(path)                        # into the microphone; returns when it is over
        heard = pulse.heard_from_speaker            # a Recording that has run since the test began
        heard.wait_for(lambda: heard.first_sound(since=asked) is not None)
        samples = heard.samples(since=asked)        # mono, 16,000 hertz

A child process is given `pulse.environment`.
"""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from app import devices
from models.roles import Samples

RATE = 16_000
QUIET = 200
"""Samples below this are silence: the null sinks add no noise, only the resamplers' dither."""

ALSA = """
pcm.!default {{ type pulse server "{server}" }}
pcm.parley_speaker {{ type asym playback.pcm {{ type pulse server "{server}" device parley_speaker }} }}
pcm.parley_microphone {{ type asym capture.pcm {{ type pulse server "{server}" device "parley_room.monitor" }} }}
"""


class Recording:
    """Listens to one source until `stop`. Mono, 16,000 hertz."""

    def __init__(self, pulse: "Pulse", source: str) -> None:
        command = ["parec", "--raw", f"--device={source}", "--latency-msec=10", *_format(RATE)]
        self._process = pulse.start(*command, stdout=subprocess.PIPE)
        self._blocks: list[bytes] = []
        self._length = 0
        self._began = time.perf_counter()
        """When its first sample was played; only a guess before there is one."""
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, name=f"recording {source}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while data := os.read(descriptor, 65_536):
            now = time.perf_counter()
            with self._changed:
                # A null sink hands on a block as it begins to play it. That may come late, never early.
                self._began = min(self._began, now - self._length / RATE) if self._length else now
                self._blocks.append(data)
                self._length += len(data) // 2
                self._changed.notify_all()

    def stop(self) -> None:
        self._process.kill()
        self._thread.join()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def wait_for(self, what: Callable[[], Any], timeout: float = 20.0) -> None:
        """Return when it is so; asked whenever more was recorded."""
        with self._changed:
            assert self._changed.wait_for(what, timeout), "what the recording was to hear did not come"

    def wait_until(self, moment: float) -> None:
        """Return when everything up to the moment was recorded."""
        self.wait_for(
            lambda: self._length and self._began + self._length / RATE >= moment, moment - time.perf_counter() + 20.0
        )

    def samples(self, since: float = 0.0, until: float = float("inf")) -> Samples:
        with self._changed:
            everything = np.frombuffer(b"".join(self._blocks), np.int16)
            first, last = (round(np.clip((at - self._began) * RATE, 0, self._length)) for at in (since, until))
        return everything[first:last]

    def first_sound(self, since: float = 0.0) -> float | None:
        """When it was first louder than QUIET after `since`."""
        return self._sound(since, float("inf"), 0)

    def last_sound(self, since: float = 0.0, until: float = float("inf")) -> float | None:
        """When it was last louder than QUIET between the two."""
        return self._sound(since, until, -1)

    def _sound(self, since: float, until: float, which: int) -> float | None:
        with self._changed:
            loud = np.flatnonzero(np.abs(self.samples(since, until).astype(np.int32)) > QUIET)
            return max(since, self._began) + float(loud[which]) / RATE if len(loud) else None


class Player:
    """Plays into the microphone."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def wait(self) -> None:
        """Return when it is over."""
        assert self._process.wait(120) == 0

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Pulse:
    """The server, its devices, and what a person would do with them."""

    speaker = "parley_speaker"
    microphone = "parley_microphone"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        server = f"unix:{folder}/native"
        alsa = folder / "alsa.conf"
        alsa.write_text(ALSA.format(server=server), encoding="utf-8")
        self.environment = {
            "ALSA_CONFIG_PATH": str(alsa),
            "PULSE_SERVER": server,
            "PULSE_COOKIE": str(folder / "cookie"),
            "PULSE_RUNTIME_PATH": str(folder / "runtime"),
        }
        self._modules: list[str] = []
        self._server: subprocess.Popen[bytes] | None = None
        self._players: list[Player] = []
        self._recordings: list[Recording] = []

    def begin(self) -> None:
        """Start the server and listen."""
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes", "--log-level=error"]
        command += ["--realtime=no", "--high-priority=no", "--exit-idle-time=300"]
        path = self._folder / "native"
        command += ["-L", f"module-native-protocol-unix socket={path} auth-anonymous=1 auth-cookie-enabled=0"]
        home = {"HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self._folder)}
        self._server = subprocess.Popen(command, env={**os.environ, **self.environment, **home})
        deadline = time.monotonic() + 20
        while not _listens(path):
            assert self._server.poll() is None, "the sound server ended"
            assert time.monotonic() < deadline, "the sound server did not start"
            time.sleep(0.002)
        self.plug()

    def record(self, source: str) -> Recording:
        """Listen to a source until the test ends; returns once it listens."""
        recording = Recording(self, source)
        self._recordings.append(recording)
        recording.wait_until(time.perf_counter())
        return recording

    def end(self) -> None:
        self.thaw()
        for player in self._players:
            player.stop()
        for recording in self._recordings:
            recording.stop()
        self.kill()

    def start(self, *command: str, stdout: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Start a program that talks to the server."""
        environment = {**os.environ, **self.environment}
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=stdout)

    def control(self, *command: str) -> str:
        """Run pactl."""
        environment = {**os.environ, **self.environment}
        run = subprocess.run(["pactl", *command], env=environment, check=False, capture_output=True, text=True)
        assert run.returncode == 0, f"pactl {' '.join(command)}: {run.stderr}"
        return run.stdout.strip()

    def plug(self) -> None:
        """Plug in speaker and microphone as the system's defaults, and listen to them."""
        for sink in ("parley_speaker", "parley_room"):
            self._modules.append(self.control("load-module", "module-null-sink", f"sink_name={sink}", "norewinds=yes"))
        self.control("set-default-sink", "parley_speaker")
        self.control("set-default-source", "parley_room.monitor")
        # Only now, because the server moves streams to a new default.
        self.heard_from_speaker = self.record("parley_speaker.monitor")
        self.heard_by_microphone = self.record("parley_room.monitor")

    def unplug(self) -> None:
        """Pull out both: while there was one left, the server would move streams to it. The recordings end."""
        self.heard_from_speaker.stop()
        self.heard_by_microphone.stop()
        while self._modules:
            self.control("unload-module", self._modules.pop())

    def freeze(self) -> None:
        """The server hangs."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._server is not None
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """The server dies."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def play(self, sound: "Path | Samples", rate: int = RATE, gain: float = 1.0, wait: bool = True) -> Player:
        """Play a sound file, or mono samples, into the microphone."""
        if isinstance(sound, Path):
            floats, rate = soundfile.read(sound, dtype="float32", always_2d=True)
            sound = (floats.mean(axis=1) * 32767).astype(np.int16)
        path = self._folder / f"played-{len(self._players)}.raw"
        path.write_bytes((sound * gain).astype(np.int16).tobytes())
        player = Player(
            self.start("pacat", "--raw", "--device=parley_room", "--latency-msec=30", *_format(rate), str(path))
        )
        self._players.append(player)
        if wait:
            player.wait()
        return player

    @contextlib.contextmanager
    def loopback(self, delay: float = 0.06, gain: float = 0.3) -> Iterator[None]:
        """The room: what the speaker plays reaches the microphone `delay` seconds later, `gain` times as loud."""
        arguments = ["source=parley_speaker.monitor", "sink=parley_room", "adjust_time=0", "source_dont_move=true"]
        module = self.control("load-module", "module-loopback", f"latency_msec={round(delay * 1000)}", *arguments)
        try:
            lines = self.control("list", "short", "sink-inputs").splitlines()
            stream = max(int(line.split("\t")[0]) for line in lines)
            # Pulse counts volumes on a cubic scale; with decibels it takes what is meant.
            self.control("set-sink-input-volume", str(stream), f"{20 * np.log10(gain):.2f}dB")
            yield
        finally:
            self.control("unload-module", module)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0


def _format(rate: int) -> list[str]:
    return [f"--rate={rate}", "--channels=1", "--format=s16le"]


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    # A socket's path may not be long, and pytest's own folders are.
    with tempfile.TemporaryDirectory(prefix="parley-sound-") as folder:
        pulse = Pulse(Path(folder))
        try:
            pulse.begin()
            with monkeypatch.context() as patch:
                for name, value in pulse.environment.items():
                    patch.setenv(name, value)
                devices.refresh()
                yield pulse
        finally:
            pulse.end()
        devices.refresh()
