"""One model on its way from its sources to being installed.

Owns the order: look every file up and pin it, fetch, check hashes, unpack, and only then have it adopted. What has come
stays on the disk in `models/.coming/ID` whatever happens, and the next Arrival goes on from there. It starts no thread:
any number may call `work` at once. It must not know how models are opened.

    pins.json      what was asked for and what the sources said
    packed/…       an archive
    files/…        the model's folder
"""

import contextlib
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from models import catalog
from models.catalog import Card
from models.roles import CancelToken, ModelError
from models.store import archive, disk, sources
from models.store.download import Download, Wanted
from models.store.installed import MANIFEST, Store
from models.store.sources import Pinned
from models.store.web import Web

_PINS = "pins.json"
_LOOK_AGAIN = ("wrong-size", "source-changed", "source-gone")
"""Errors after which a file is looked up once more: its source may have another one now."""
UNPACKED = 2
"""So many times the size of an archive its content may have, for the check of the disk's room beforehand."""


class Arrival:
    """`prepare`, then `work` on as many threads as wished, then `finish`."""

    def __init__(self, store: Store, card: Card, web: Web) -> None:
        self.card = card
        self._store = store
        self._web = web
        self._folder = store.coming(card.id)
        self._files = self._folder / "files"
        self._lock = threading.Lock()
        self._pins: list[Pinned] = []
        self._downloads: list[Download] = []
        self._looked: set[int] = set()

    @property
    def total(self) -> int:
        """Bytes to fetch in all; what the catalog says until the sources were asked."""
        pins = self._pins
        return sum(pin.size for pin in pins) if pins else self.card.size

    @property
    def done(self) -> int:
        """Bytes that have come."""
        return sum(download.done for download in list(self._downloads))

    @property
    def trouble(self) -> str:
        """Why it waits, in a sentence; "" while bytes come."""
        return next((download.trouble for download in list(self._downloads) if download.trouble), "")

    def prepare(self, cancel: CancelToken) -> None:
        """Look up what was not looked up yet. Raises ModelError, Cancelled."""
        if not self.card.origins:
            raise ModelError(
                "no-source", f"It is not known where “{self.card.name}” comes from.", "Import it from a file or folder."
            )
        with self._errors():
            self._files.mkdir(parents=True, exist_ok=True)
        pins = self._read_pins()
        if pins is None:
            pins = [sources.pin(origin, self._web, cancel) for origin in self.card.origins]
            self._write_pins(pins)
        self._pins = pins
        with self._errors():
            self._downloads = [self._download(pin) for pin in pins]
        left = self.total - self.done
        unpacked = sum(pin.size for pin in pins if pin.unpack) * UNPACKED
        if left:
            disk.check_room(self._folder, left + unpacked)

    def work(self, cancel: CancelToken) -> None:
        """Fetch what no other thread fetches, until nothing is left. Raises ModelError, Cancelled."""
        for place in range(len(self._downloads)):
            while True:
                download = self._downloads[place]
                try:
                    download.work(cancel)
                    break
                except ModelError as error:
                    if error.code not in _LOOK_AGAIN or not self._look_again(place, download, cancel):
                        raise

    def finish(self, cancel: CancelToken, step: Callable[[str, int, int], None] = lambda what, done, of: None) -> None:
        """Check hashes, unpack, and hand the model over to the store. Raises ModelError, Cancelled.

        `step` is told what is being done ("checking", "unpacking"), how far it is and of how much.
        """
        hashes: dict[str, str] = {}
        came: list[Mapping[str, Any]] = []
        before = 0
        for place, (pin, download) in enumerate(zip(self._pins, self._downloads, strict=True)):

            def told(done: int, before: int = before) -> None:
                step("checking", before + done, self.total)

            try:
                digest = download.finish(cancel, told)
            except FileNotFoundError as error:  # something else has taken it away
                raise ModelError("disk-failed", f"“{pin.url}” is gone from the disk.", "Try again.") from error
            before += pin.size
            came.append({"url": pin.url, "commit": pin.commit, "sha256": digest, "size": pin.size})
            if pin.unpack:
                hashes = self._unpack(place, cancel, step)
            else:
                hashes[pin.to] = digest
        for part in self.card.files.values():
            if not (self._files / part).exists():
                raise self._give_up(f"it has no “{part}”")
        self._store.adopt(self.card, self._files, came, hashes)
        self.clear()

    def keep(self) -> None:
        """Note on the disk what has come until now; only needed where threads in `work` are not waited for."""
        for download in list(self._downloads):
            download.keep()

    def clear(self) -> None:
        """Throw away what has come."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _unpack(self, place: int, cancel: CancelToken, step: Callable[[str, int, int], None]) -> dict[str, str]:
        packed = self._target(self._pins[place])
        with self._errors():
            # What an earlier process may have begun.
            shutil.rmtree(self._files, ignore_errors=True)
            self._files.mkdir(parents=True)
        size = packed.stat().st_size
        try:
            archive.unpack(packed, self._files, cancel, lambda done: step("unpacking", done, UNPACKED * size))
        except ModelError as error:
            if error.code == "archive-refused":
                self.clear()
            raise
        return hashed(self._files, cancel)

    def _give_up(self, cause: str) -> ModelError:
        self.clear()
        return ModelError(
            "model-incomplete",
            f"What came for “{self.card.name}” is not a whole model: {cause}.",
            "It was thrown away. Choose another model.",
        )

    def _look_again(self, place: int, failed: Download, cancel: CancelToken) -> bool:
        """Ask the source of a file once more; whether there is something new to fetch."""
        with self._lock:
            if self._downloads[place] is not failed:
                return True
            if place in self._looked:
                return False
            self._looked.add(place)
            pin = sources.pin(self.card.origins[place], self._web, cancel)
            if pin == self._pins[place]:
                return False
            failed.drop()
            self._pins[place] = pin
            self._write_pins(self._pins)
            self._downloads[place] = self._download(pin)
            return True

    def _download(self, pin: Pinned) -> Download:
        target = self._target(pin)
        target.parent.mkdir(parents=True, exist_ok=True)
        return Download(self._web, Wanted(pin.url, pin.size, pin.hashes), target)

    def _target(self, pin: Pinned) -> Path:
        return self._folder / "packed" / "archive" if pin.unpack else self._files / pin.to

    def _read_pins(self) -> list[Pinned] | None:
        """What an earlier process pinned for the same files from the same place."""
        try:
            kept = disk.read_json(self._folder / _PINS)
            if kept["downloads"] != self._asked() or kept["mirror"] != self._web.mirror:
                return None
            pins = [Pinned.read(table) for table in kept["pins"]]
            return pins if len(pins) == len(self.card.origins) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _write_pins(self, pins: list[Pinned]) -> None:
        with self._errors():
            kept = {"downloads": self._asked(), "mirror": self._web.mirror, "pins": [vars(pin) for pin in pins]}
            disk.write_json(self._folder / _PINS, kept)

    def _asked(self) -> Any:
        return catalog.table(self.card)["downloads"]

    @contextlib.contextmanager
    def _errors(self) -> Any:
        try:
            yield
        except OSError as error:
            raise disk.failure(error, self._folder) from error


def hashed(folder: Path, cancel: CancelToken, progress: Callable[[int], None] = lambda done: None) -> dict[str, str]:
    """The SHA-256 of every file in a model's folder, by its path there. Raises ModelError, Cancelled."""
    found, before = {}, 0

    def reading(done: int) -> None:
        progress(before + done)

    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name == MANIFEST:
            continue
        found[name] = disk.digests(path, (), cancel, reading)["sha256"]
        before += path.stat().st_size
    return found
