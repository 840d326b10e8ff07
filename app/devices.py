"""Which microphones and speakers there are, and streams on them: all that touches PortAudio.

Owns PortAudio: its list of devices is frozen when it starts, so `refresh` starts it anew, which ends all streams;
whoever had one open is told, and opens it again. Devices are known by name, because their numbers change. It must not
know what is done with the sound.
"""

import atexit
import contextlib
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from models.roles import ModelError, Samples

Kind = Literal["input", "output"]
WHAT: dict[Kind, str] = {"input": "microphone", "output": "speaker"}
Handler: TypeAlias = Callable[[Samples, int], bool]
"""Called on the sound system's own thread with a block of shape (frames, channels), to read or to fill, and its rate.

The block is only lent for the call. False ends the stream."""

BLOCK_SECONDS = 0.010
LATENCY = 0.060
"""Seconds of sound that the system holds: what a program has before sound stops when it is late, and what is still
heard after it has fallen silent."""
PATIENCE = 5.0
"""Seconds after which a call into the sound system is taken for one that will not return; some headsets take three."""
CLOSING_PATIENCE = 0.4
"""The same for closing, whose success nobody depends on."""

API = {"win32": "Windows WASAPI", "darwin": "Core Audio"}.get(sys.platform, "ALSA")
"""PortAudio knows a device once for every interface that leads to it; this interface is the one that is used."""
VIRTUAL = re.compile(
    r"default|sysdefault|pulse|pipewire|jack|oss|null|a52|dmix|dsnoop|front|rear|center_lfe|side|surround\d+|hdmi"
    r"|iec958|spdif|modem|phoneline|samplerate|speexrate|lavrate|rate_convert|speex|upmix|vdownmix|usbstream"
)
"""Names of ALSA that are no devices but other ways to one of them."""
ADDRESS = re.compile(r" \(hw:\d+,\d+\)$")

T = TypeVar("T")


@dataclass(frozen=True)
class _Device:
    index: int
    name: str
    channels: int
    rate: int


class Stream:
    """An open stream. It ends by `close`, by `refresh`, because its handler said so, or because the device is gone."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self.rate = 0
        """Hertz."""
        self.latency = 0.0
        """Seconds between handler and air, as the sound system tells."""
        self.open = True
        self.lost = False
        """It ended by itself: the device is gone."""
        self._native: Any = None
        self._ended = ended

    def close(self) -> None:
        """End it at once. Returns soon even when the sound system hangs."""
        thread = threading.Thread(target=self._close_alone, name="sound system", daemon=True)
        thread.start()
        thread.join(CLOSING_PATIENCE)

    def _close_alone(self) -> None:
        with _gate:
            self._close()

    def _close(self) -> None:
        if self in _streams:
            _streams.discard(self)
            self.open = False
            with _quiet():
                self._native.close()
            self._ended()

    def _finished(self) -> None:
        """Called on the sound system's thread when no more blocks will come."""
        if self.open:
            self.open = False
            self.lost = True
            self._ended()


_gate = threading.Lock()
"""PortAudio may be called by one thread at a time."""
_streams: set[Stream] = set()


def microphones() -> tuple[str, ...]:
    """Names of all microphones, best first. Raises ModelError where there is no sound system."""
    return _call(lambda: _names("input"))


def speakers() -> tuple[str, ...]:
    """Names of all speakers, best first. Raises ModelError where there is no sound system."""
    return _call(lambda: _names("output"))


def default_microphone() -> str:
    """The name of the system's default; empty when the system does not say which one it is, or there is none."""
    return _call(lambda: _default_name("input"))


def default_speaker() -> str:
    """The name of the system's default; empty when the system does not say which one it is, or there is none."""
    return _call(lambda: _default_name("output"))


def refresh() -> None:
    """Look for devices anew. Open streams end and are opened again by their owners. Raises ModelError."""
    _call(_refresh)


def open_microphone(name: str, heard: Handler, ended: Callable[[], None]) -> Stream:
    """Open and start a microphone, the system's default for an empty name, at 16,000 hertz where it can do that.

    Raises ModelError with the codes no-microphone and sound-unavailable.
    """
    return _call(lambda: _open("input", name, heard, ended), Stream._close)


def open_speaker(name: str, fill: Handler, ended: Callable[[], None]) -> Stream:
    """Open and start a speaker, the system's default for an empty name, at its own rate.

    Raises ModelError with the codes no-speaker and sound-unavailable.
    """
    return _call(lambda: _open("output", name, fill, ended), Stream._close)


def _call(job: Callable[[], T], undo: Callable[[T], None] | None = None) -> T:
    """Do the job with PortAudio to oneself, on a thread that can be left behind when the sound system hangs.

    What a job gave that came too late is undone.
    """
    results: list[T] = []
    errors: list[Exception] = []
    abandoned = threading.Event()
    handover = threading.Lock()

    def work() -> None:
        with _gate:
            if abandoned.is_set():
                return
            try:
                result = job()
            except Exception as error:
                errors.append(error)
                return
            with handover:
                if not abandoned.is_set():
                    results.append(result)
                    return
            if undo is not None:
                undo(result)

    thread = threading.Thread(target=work, name="sound system", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    with handover:
        if not results and not errors:
            abandoned.set()
    if errors:
        raise errors[0]
    if not results:
        if "sounddevice" in sys.modules:
            # What hangs now would hang again when the process ends.
            atexit.unregister(sys.modules["sounddevice"]._exit_handler)
        raise ModelError(
            "sound-unavailable",
            "The sound system does not answer.",
            "Check that sound works in other programs, or start the computer anew.",
        )
    return results[0]


def _portaudio() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise ModelError(
            "sound-unavailable",
            f"The sound library PortAudio cannot be used: {str(error).rstrip('.')}.",
            "Install it (on Debian and Ubuntu the package libportaudio2), then start Parley again.",
        ) from error
    except Exception as error:  # sounddevice.PortAudioError, which only exists once the import worked
        raise _unavailable("The sound system cannot be used", error) from error
    return sounddevice


def _refresh() -> None:
    if "sounddevice" not in sys.modules:
        _portaudio()
        return
    sounddevice = _portaudio()
    for stream in tuple(_streams):
        stream._close()
    try:
        sounddevice._terminate()
        sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        raise _unavailable("The sound system cannot be used", error) from error


def _unavailable(what: str, error: BaseException) -> ModelError:
    reason = str(error.args[0] if error.args else error).rstrip(".")
    return ModelError(
        "sound-unavailable", f"{what}: {reason}.", "Close other programs that use it, or choose another device."
    )


def _all(kind: Kind) -> tuple[list[_Device], int]:
    """All devices of the interface, and the default's index."""
    sounddevice = _portaudio()
    interfaces = sounddevice.query_hostapis()
    number = next((n for n, each in enumerate(interfaces) if each["name"] == API and each["devices"]), 0)
    found: list[_Device] = []
    seen: Counter[str] = Counter()
    for index in interfaces[number]["devices"] if interfaces else ():
        info = sounddevice.query_devices(index)
        channels = info[f"max_{kind}_channels"]
        if channels > 0:
            name = ADDRESS.sub("", info["name"])
            seen[name] += 1
            told = f"{name} #{seen[name]}" if seen[name] > 1 else name
            found.append(_Device(index, told, channels, int(info["default_samplerate"])))
    return found, interfaces[number][f"default_{kind}_device"] if found else -1


def _names(kind: Kind) -> tuple[str, ...]:
    found = [device.name for device in _all(kind)[0]]
    real = [name for name in found if API != "ALSA" or not VIRTUAL.fullmatch(name)]
    # Where all sound goes through a sound server, its names may be all there is.
    return tuple(real or found[-1:])


def _default_name(kind: Kind) -> str:
    found, default = _all(kind)
    name = next((device.name for device in found if device.index == default), "")
    return name if name in _names(kind) else ""


def _find(kind: Kind, name: str) -> _Device:
    found, default = _all(kind)
    what = WHAT[kind]
    if not found:
        meanwhile = "typing works without it" if kind == "input" else "answers are written meanwhile"
        raise ModelError(f"no-{what}", f"There is no {what}.", f"Plug one in; {meanwhile}.")
    if not name:
        return next((device for device in found if device.index == default), found[0])
    for device in found:
        if device.name == name:
            return device
    raise ModelError(
        f"no-{what}", f"The {what} {name} is not there.", f"Plug it in, or choose another {what} in the settings."
    )


def _open(kind: Kind, name: str, handler: Handler, ended: Callable[[], None]) -> Stream:
    sounddevice = _portaudio()
    device = _find(kind, name)
    refused = {-9998, -9997, -9994}  # channels, rate, sample format
    failure: BaseException | None = None
    for rate, channels in _attempts(kind, device):
        stream = Stream(ended)
        try:
            with _quiet():
                stream._native = _start(sounddevice, kind, device.index, rate, channels, handler, stream)
        except sounddevice.PortAudioError as error:
            failure = error
            if len(error.args) > 1 and error.args[1] in refused:
                continue
            break
        stream.rate, stream.latency = rate, stream._native.latency
        _streams.add(stream)
        return stream
    assert failure is not None
    what = WHAT[kind]
    raise _unavailable(f"The {what} {device.name} cannot be opened", failure) from failure


def _attempts(kind: Kind, device: _Device) -> list[tuple[int, int]]:
    """Rates and channels to open with, in order. More than eight channels are no device but a sound server's offer."""
    rates = [16_000, device.rate] if kind == "input" else [device.rate]
    counts = [device.channels, 1] if device.channels <= 8 else [1, 2]
    if kind == "output":
        counts = [1, 2, device.channels]
    return list(dict.fromkeys((rate, count) for rate in rates for count in counts))


def _start(sounddevice: Any, kind: Kind, index: int, rate: int, channels: int, handler: Handler, stream: Stream) -> Any:
    def call(data: Any, frames: int, time: Any, status: Any) -> None:
        block = np.frombuffer(data, np.int16).reshape(frames, channels)
        if not handler(block, rate):
            stream.open = False
            raise sounddevice.CallbackStop

    make = sounddevice.RawInputStream if kind == "input" else sounddevice.RawOutputStream
    native = make(
        samplerate=rate,
        blocksize=round(rate * BLOCK_SECONDS),
        device=index,
        channels=channels,
        dtype="int16",
        latency=LATENCY,
        callback=call,
        finished_callback=stream._finished,
    )
    try:
        native.start()
    except BaseException:
        native.close()
        raise
    return native


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what PortAudio and ALSA print on a refusal out of the terminal; it comes as an exception anyway."""
    try:
        kept = os.dup(2)
    except OSError:
        # A program without a terminal may have no such file at all.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
