"""What is installed: one folder a model, whole or not there at all.

Owns the data folder's `models` room: manifests, what was found when a model was tried, hashes again on wish, removal.
A model's folder gets its name only when everything in it has arrived and was checked, its manifest last of all. It must
not know where files come from or how models are opened. Any number of processes may read; one at a time changes
(`changing`).

    models/ID/…               the model's files and its manifest, model.json
    models/.coming/ID/…       what is on its way
    models/verdicts.json      what was found when models were tried, by the hash of their content
    models/.opening/…         marks of models that some process is opening right now
"""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models import catalog
from models.catalog import Card
from models.roles import CancelToken, ModelError
from models.store import disk

MANIFEST = "model.json"
_FORMAT = 1
_TRIAL = 1
"""A new number makes every model be tried again."""
_VERDICTS = "verdicts.json"
_judging = threading.Lock()
"""One thread at a time writes what was found."""
_COMING, _OPENING, _REMOVED = ".coming", ".opening", ".removed-"


def _after(done: int, progress: Callable[[int], None]) -> Callable[[int], None]:
    """The progress of a file that is read after `done` bytes of others."""
    return lambda read: progress(done + read)


def taken(folder: Path, linked: bool = False) -> int:
    """Bytes of all files below, on wish with those that are links; what is removed meanwhile counts or not."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                found = os.stat(os.path.join(place, name), follow_symlinks=linked)
                total += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return total


@dataclass(frozen=True)
class Stored:
    """A file of an installed model."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """What was found when a model was tried. No reason: it works."""

    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Installed:
    """A model that is there."""

    card: Card
    """Its folder is absolute."""
    files: tuple[Stored, ...]
    since: float
    """Seconds since 1970."""
    fault: str = ""
    """Why it is not used, in a sentence; "" where it may be."""
    remedy: str = ""
    whole: bool = True
    """Whether all its files are there."""

    @property
    def id(self) -> str:
        return self.card.id

    @property
    def folder(self) -> Path:
        return Path(self.card.folder)

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def fingerprint(self) -> str:
        """The same for the same content under the same engine."""
        return fingerprint(self.card.engine, [file.sha256 for file in self.files])


def again(card: Card) -> str:
    """What helps where a model's files are not what was installed, as a sentence."""
    return "Install it again." if card.origins else "Import it again, or remove it."


def fingerprint(engine: str, hashes: Sequence[str]) -> str:
    return hashlib.sha256(" ".join([str(_TRIAL), engine, *sorted(hashes)]).encode()).hexdigest()


class Store:
    """The room of the installed models."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the right to change what is installed. Raises ModelError("store-busy") where another process has it."""
        with _disk_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with disk.lock(self.root / ".lock"):
            for left in self.root.glob(f"{_REMOVED}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    def installed(self) -> tuple[Installed, ...]:
        """Every model that is there, the newest first; those that cannot be used say why."""
        verdicts = self._verdicts()
        found = []
        try:
            folders = [folder for folder in self.root.iterdir() if not folder.name.startswith(".") and folder.is_dir()]
        except OSError:
            return ()
        for folder in folders:
            one = _read(folder)
            if one is not None and not one.fault and (verdict := verdicts.get(one.fingerprint)) and verdict.reason:
                one = replace(one, fault=verdict.reason, remedy=verdict.remedy)
            if one is not None:
                found.append(one)
        return tuple(sorted(found, key=lambda one: (-one.since, one.id)))

    def find(self, identity: str) -> Installed:
        """Raises ModelError("not-installed")."""
        for one in self.installed():
            if one.id == identity:
                return one
        raise ModelError("not-installed", f"There is no installed model “{identity[:80]}”.", "See the list of models.")

    def holds(self, card: Card) -> Installed | None:
        """The installed model behind a card; None for a starter."""
        folder = Path(card.folder)
        return _read(folder) if folder.parent == self.root.absolute() else None

    def coming(self, identity: str) -> Path:
        """The folder in which a model arrives."""
        return self.root / _COMING / str(disk.safe(identity))

    def adopt(self, card: Card, folder: Path, sources: Sequence[Mapping[str, Any]], hashes: Mapping[str, str]) -> None:
        """Make the files in `folder`, which lies in this room, an installed model.

        `hashes` has the SHA-256 of each file by its path in the folder.
        """
        with _disk_errors(self.root):
            files = [
                {"path": path, "size": (folder / path).stat().st_size, "sha256": digest}
                for path, digest in sorted(hashes.items())
            ]
            manifest = {
                "format": _FORMAT,
                "id": card.id,
                "card": catalog.table(replace(card, folder=card.id)),
                "files": files,
                "sources": list(sources),
                "since": time.time(),
            }
            disk.write_json(folder / MANIFEST, manifest)
            disk.sync_folder(folder)
            target = self.root / card.id
            if target.exists():
                self._put_away(target)
            os.replace(folder, target)
            disk.sync_folder(self.root)

    def verify(
        self, identity: str, cancel: CancelToken, progress: Callable[[int], None] = lambda done: None
    ) -> tuple[str, ...]:
        """Hash every file of a model again; returns what is wrong, a sentence a file. Raises ModelError, Cancelled.

        What was found when the model was tried is forgotten, so that it is tried anew.
        """
        one = self.find(identity)
        faults, changed, done = list[str](), list[str](), 0
        for file in one.files:
            path = one.folder / file.path
            if not path.is_file():
                faults.append(f"“{file.path}” is missing.")
                continue
            if path.stat().st_size != file.size:
                faults.append(f"“{file.path}” has {path.stat().st_size:,} bytes instead of {file.size:,}.")
                continue
            found = disk.digests(path, (), cancel, _after(done, progress))
            done += file.size
            if found["sha256"] != file.sha256:
                changed.append(file.path)
                faults.append(f"“{file.path}” has changed since it was installed.")
        self._note_changed(one, changed)
        self.judge(one.fingerprint, None)
        return tuple(faults)

    def _note_changed(self, one: Installed, changed: Sequence[str]) -> None:
        """Remember which files are not what was installed: their size does not tell it."""
        with _disk_errors(self.root), contextlib.suppress(ValueError, TypeError, KeyError):
            manifest = disk.read_json(one.folder / MANIFEST)
            if manifest.get("changed", []) != list(changed):
                disk.write_json(one.folder / MANIFEST, {**manifest, "changed": list(changed)})

    def remove(self, identity: str) -> int:
        """Remove a model, what is on its way of it, and what is known of it; returns the bytes of its files."""
        coming = self.coming(identity)
        target = self.root / str(disk.safe(identity))
        if not target.is_dir() and not coming.is_dir():
            self.find(identity)
        one = _read(target)
        with _disk_errors(self.root):
            shutil.rmtree(coming, ignore_errors=True)
            if target.is_dir():
                self._put_away(target)
        if one is not None:
            self.judge(one.fingerprint, None)
        return one.size if one is not None else 0

    def verdict(self, key: str) -> Verdict | None:
        """What was found when this content was tried; None where it never was."""
        return self._verdicts().get(key)

    def judge(self, key: str, verdict: Verdict | None) -> None:
        """Remember what was found, or forget it."""
        with _judging, _disk_errors(self.root):
            verdicts = self._verdicts()
            if verdict is None:
                verdicts.pop(key, None)
            else:
                verdicts[key] = verdict
            self.root.mkdir(parents=True, exist_ok=True)
            table = {each: vars(found) for each, found in verdicts.items()}
            disk.write_json(self.root / _VERDICTS, table)

    @contextlib.contextmanager
    def opening(self, card: Card) -> Iterator[None]:
        """Mark that this process opens the model; a mark whose process has died says that opening it is dangerous."""
        one = self.holds(card)
        if one is None:
            yield
            return
        import psutil

        mark = self.root / _OPENING / f"{card.id}.{os.getpid()}"
        # Without a mark all works; only a death would not be noticed.
        with contextlib.suppress(OSError):
            mark.parent.mkdir(parents=True, exist_ok=True)
            disk.write_json(mark, [one.fingerprint, card.name, os.getpid(), psutil.Process().create_time()])
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                mark.unlink(missing_ok=True)

    def settle(self) -> None:
        """Remember which models were being opened when a process died: these are not opened by themselves again."""
        try:
            marks = list((self.root / _OPENING).iterdir())
        except OSError:
            return
        for mark in marks:
            try:
                key, name, process, born = disk.read_json(mark)
                if _lives(int(process), float(born)):
                    continue
                self.judge(
                    str(key),
                    Verdict(
                        f"Parley ended while it opened “{str(name)[:200]}”.",
                        "Verify it to have it tried again, or choose another model.",
                    ),
                )
            except (OSError, ValueError, TypeError, ModelError):
                pass
            with contextlib.suppress(OSError):
                mark.unlink(missing_ok=True)

    def used(self) -> int:
        """Bytes of everything in the room, what is on its way included."""
        return taken(self.root)

    def _put_away(self, folder: Path) -> None:
        # Renamed first, so that no half of it is ever there under its name.
        aside = self.root / f"{_REMOVED}{folder.name}-{time.time_ns()}"
        try:
            os.replace(folder, aside)
        except PermissionError as error:  # Windows moves no folder in which a file is open
            raise ModelError(
                "model-in-use",
                f"“{folder.name}” is in use, or its folder may not be changed: {error.strerror}.",
                "Close every other window of Parley, then try again.",
            ) from error
        shutil.rmtree(aside, ignore_errors=True)

    def _verdicts(self) -> dict[str, Verdict]:
        try:
            table = disk.read_json(self.root / _VERDICTS)
            return {
                str(key): Verdict(str(value["reason"])[:1000], str(value["remedy"])[:1000])
                for key, value in table.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}


def _read(folder: Path) -> Installed | None:
    """The model in a folder; None where no manifest says that there is one."""
    try:
        manifest = disk.read_json(folder / MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError):
        manifest = None
    try:
        if manifest["format"] != _FORMAT:
            raise ValueError
        card = replace(catalog.card(folder.name, manifest["card"]), folder=str(folder.absolute()))
        files = tuple(
            Stored(str(disk.safe(file["path"])), int(file["size"]), str(file["sha256"])) for file in manifest["files"]
        )
        changed = set(manifest.get("changed", []))
        one = Installed(card, files, float(manifest["since"]))
    except (ModelError, ValueError, TypeError, KeyError, json.JSONDecodeError):
        return None
    for file in files:
        path = folder / file.path
        try:
            sound = path.stat().st_size == file.size and path.is_file() and file.path not in changed
        except OSError:
            sound = False
        if not sound:
            what = "has changed since it was installed" if file.path in changed else "is missing or not whole"
            return replace(
                one,
                fault=f"The file “{file.path}” of “{card.name}” {what}.",
                remedy=again(card),
                whole=False,
            )
    return one


def _lives(process: int, born: float) -> bool:
    import psutil

    try:
        return abs(psutil.Process(process).create_time() - born) < 1.0
    except psutil.Error:
        return False


@contextlib.contextmanager
def _disk_errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk.failure(error, root) from error
