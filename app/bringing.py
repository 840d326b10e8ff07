"""Models that are on this computer already: what other programs keep, what a folder has, and bringing one in.

Owns the folders of other programs, and what an import consists of: files, conversion, trial. Nothing is changed in a
stranger's folder. It must not know who asks; how files are brought in is for models.store.importing.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.installing import Listener, settle
from models.roles import Cancelled, CancelToken, ModelError, Role
from models.store import archive, disk, importing
from models.store.importing import Recognized, Told
from models.store.installed import Installed, Store, taken

MOST = 200
"""Models that are told."""
_MOST_ENTRIES = 2_000
"""Of a program's folder."""
_OLLAMA = "application/vnd.ollama.image."


@dataclass(frozen=True)
class Nearby:
    """A model that could be imported."""

    program: str
    """Who keeps it; empty for what the person has chosen."""
    paths: tuple[Path, ...]
    """What to import."""
    name: str
    size: int
    """Bytes."""
    role: Role | None
    """None for an archive: what is in it shows when it is unpacked."""
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    """Its languages; empty where it does not say them."""
    licence: str = ""


def bring_in(
    store: Store,
    paths: Sequence[Path],
    told: Told,
    cache: Path,
    cancel: CancelToken,
    step: Callable[[str, int], None],
    settling: Listener,
) -> Installed:
    """Make what lies at `paths` an installed model, and try it.

    `step` is told what is being done and the bytes done, `settling` what comes after. Called off, it leaves nothing.
    Raises ModelError, Cancelled; a model that was brought in and then failed its trial stays, and is listed as refused.
    """
    with store.changing():
        identity = importing.bring_in(paths, store, told, cancel, step)
        try:
            cancel.check()
            settle(store, identity, cache, cancel, settling)
        except Cancelled:
            store.remove(identity)
            raise
        return store.find(identity)


def folders(home: Path, environment: Mapping[str, str] = os.environ) -> dict[str, list[Path]]:
    """Where other programs keep models, by their names; most are on few machines. Remembered from their manuals, not
    compared with each of their versions."""
    cache = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    if sys.platform == "darwin":
        cache, data = home / "Library" / "Caches", home / "Library" / "Application Support"
    elif sys.platform == "win32":
        cache = data = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    hub = Path(environment.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    return {
        "Hugging Face": [Path(environment.get("HF_HUB_CACHE") or hub)],
        "LM Studio": [home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"],
        "llama.cpp": [Path(environment.get("LLAMA_CACHE") or cache / "llama.cpp")],
        "GPT4All": [data / "nomic.ai" / "GPT4All"],
        "Vosk": [home / ".cache" / "vosk"],
        "Ollama": [
            Path(environment.get("OLLAMA_MODELS") or home / ".ollama" / "models"),
            Path("/usr/share/ollama/.ollama/models"),
        ],
    }


def look(cancel: CancelToken, home: Path | None = None, environment: Mapping[str, str] = os.environ) -> list[Nearby]:
    """What other programs have. What cannot be read is left out. Takes seconds; raises Cancelled."""
    found: list[Nearby] = []
    for program, places in folders(home or Path.home(), environment).items():
        for place in places:
            for one in _ollama(place, cancel) if program == "Ollama" else _in(place, program, cancel):
                if len(found) < MOST:
                    found.append(one)
    return found


def look_in(paths: Sequence[Path], cancel: CancelToken) -> list[Nearby]:
    """What lies at paths that the person has chosen: each model of a folder, or one of several files.

    Raises ModelError that says why there is nothing to import, Cancelled.
    """
    first = paths[0]
    try:
        if len(paths) == 1 and first.is_dir():
            if found := [_nearby("", one) for one in importing.search(first, cancel)]:
                return found[:MOST]
        elif len(paths) == 1 and first.is_file() and archive.is_archive(first):
            return [Nearby("", tuple(paths), first.name, first.stat().st_size, None)]
        return [_nearby("", importing.recognize(paths, Told()))]
    except OSError as error:
        raise disk.failure(error, first) from error
    except ModelError as error:
        if error.code != "import-language":
            raise
        size = taken(first, linked=True)
        return [Nearby("", tuple(paths), first.name, size, Role.TRANSLATION)]


def _nearby(program: str, one: Recognized, name: str = "") -> Nearby:
    card = one.card
    licence = "" if card.licence == "unknown" else card.licence
    return Nearby(program, one.paths, name or card.name, one.size, card.role, card.source, card.target, licence)


def _in(place: Path, program: str, cancel: CancelToken) -> Iterator[Nearby]:
    """A folder of folders and files, each looked at by itself, so that one that is bad hides no other."""
    entries = _entries(place)
    files = [entry for entry in entries if entry.is_file()]
    eyes = [file for file in files if "mmproj" in file.name.lower()]
    for entry in entries:
        cancel.check()
        try:
            if entry.is_dir():
                for one in importing.search(entry, cancel):
                    yield _nearby(program, one, _hub_name(entry.name, one))
            elif entry not in eyes and entry.suffix.lower() in (".gguf", ".onnx"):
                yield _nearby(program, importing.recognize([entry], Told()))
        except (ModelError, OSError):
            continue


def _hub_name(folder: str, one: Recognized) -> str:
    """In a hub cache a translator's or recognizer's folder has a hash for its name; its repository says more."""
    parts = folder.split("--")
    return parts[-1] if parts[0] == "models" and len(parts) > 1 and re.fullmatch("[0-9a-f]{40}", one.card.name) else ""


def _ollama(place: Path, cancel: CancelToken) -> Iterator[Nearby]:
    """Its files are named by their content, and lists tell which belong together."""
    for source in _entries(place / "manifests"):
        for owner in _entries(source):
            for model in _entries(owner):
                for tag in _entries(model):
                    cancel.check()
                    if (one := _listed(place, tag)) is not None:
                        yield one


def _listed(place: Path, manifest: Path) -> Nearby | None:
    try:
        layers = disk.read_json(manifest, 1_000_000)["layers"]
        blobs = {str(layer["mediaType"]).removeprefix(_OLLAMA): str(layer["digest"]) for layer in layers}
        wanted = [blobs[kind] for kind in ("model", "projector") if kind in blobs]
        if not wanted or not all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in wanted):
            return None
        files = [place / "blobs" / digest.replace(":", "-") for digest in wanted]
        return _nearby("Ollama", importing.recognize(files, Told()), f"{manifest.parent.name} {manifest.name}")
    except (ModelError, OSError, ValueError, KeyError, TypeError, json.JSONDecodeError):
        return None


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))[:_MOST_ENTRIES]
    except OSError:
        return []
