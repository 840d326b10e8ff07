"""One file from an address to the disk: resumed, in parallel parts, and checked by its hash.

Owns the partial file `NAME.part`, the journal `NAME.part.json` that says which bytes of it have come, and the order in
which the rest is fetched. It starts no thread: any number of threads may call `work` at once, and each fetches another
stretch. It must not know what the file is, nor where its address comes from.

The file has its final name only after all its bytes were hashed, so a file with that name is whole.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from models.roles import CancelToken, ModelError
from models.store import disk
from models.store.web import Response, Tries, Trouble, Web, cut, host

BLOCK = 1 << 18
MOST_RESTARTS = 2
"""So often a file may change at its source while it is fetched."""
LEAST_STRETCH = 8 << 20
"""Bytes: a stretch shorter than twice this is not shared with another thread."""
SECONDS_BETWEEN_SAVES = 1.0


@dataclass(frozen=True)
class Wanted:
    """A file at its source."""

    url: str
    size: int
    hashes: Mapping[str, str] = field(default_factory=dict)
    """What is known of it beforehand: "sha256", "md5", "git-blob" (SHA-1 as git takes it) to hexadecimal digits."""

    @property
    def name(self) -> str:
        return self.url.partition("?")[0].rpartition("/")[2]


@dataclass
class _Stretch:
    """Bytes [position, end) of the file are still to come; one thread at most works on them."""

    position: int
    end: int
    taken: bool = False


class _Restart(Exception):
    """What has come does not fit what comes now: begin anew, with `ranges` or without."""

    def __init__(self, ranges: bool) -> None:
        super().__init__()
        self.ranges = ranges


class Download:
    """A file on its way. `target` is where it will lie; its folder exists."""

    def __init__(self, web: Web, wanted: Wanted, target: Path, least_stretch: int = LEAST_STRETCH) -> None:
        self.wanted = wanted
        self._web = web
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._journal = target.with_name(f"{target.name}.part.json")
        self._least = least_stretch
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._saved_at = 0.0
        self._etag = ""
        self._ranges = True
        self._restarts = 0
        self._age = 0
        """Counts restarts: a thread that began before the last one writes no more."""
        self._failed: ModelError | None = None
        self._stretches = [_Stretch(0, wanted.size)]
        self.trouble = ""
        """Why it is waiting, in a sentence; "" while bytes come."""
        if self.whole:
            self._stretches = []
        else:
            self._resume()

    @property
    def whole(self) -> bool:
        """Whether the file has come; it was checked then, against what was known of it at that time."""
        return self._target.is_file() and self._target.stat().st_size == self.wanted.size

    @property
    def done(self) -> int:
        """Bytes that have come."""
        with self._lock:
            return self.wanted.size - sum(stretch.end - stretch.position for stretch in self._stretches)

    def work(self, cancel: CancelToken) -> None:
        """Fetch what nobody else fetches, until nothing is left. Raises ModelError, Cancelled.

        What has come is kept, whatever happens; when one thread fails, the others stop as well.
        """
        tries = Tries(self._web.patience)
        while (taken := self._take()) is not None:
            stretch, age = taken
            before, passing = stretch.position, None
            try:
                self._fetch(stretch, age, cancel)
            except Trouble as trouble:
                passing, self.trouble = trouble, trouble.error.message
            except _Restart as restart:
                self._restart(age, restart.ranges)
            except ModelError as error:
                self._failed = error
                raise
            except OSError as error:
                self._failed = disk.failure(error, self._target.parent)
                raise self._failed from error
            finally:
                self._give_back(stretch)
                self.keep()
            if passing is not None:
                try:
                    tries.again(passing, cancel, stretch.position - before)
                except ModelError as error:
                    self._failed = error
                    raise

    def finish(self, cancel: CancelToken, progress: Callable[[int], None] = lambda done: None) -> str:
        """Hash what has come and give the file its name; returns its SHA-256. Raises ModelError, Cancelled.

        What does not have the hashes that it should have is thrown away. `progress` is told the bytes hashed.
        """
        whole = self.whole
        path = self._target if whole else self._part
        found = disk.digests(path, self.wanted.hashes, cancel, progress)
        for name, digest in self.wanted.hashes.items():
            if found[name] != digest.lower():
                path.unlink(missing_ok=True)
                self.drop()
                raise ModelError(
                    "wrong-hash",
                    f"What came as “{self.wanted.name}” is not the file that was announced: its {disk.TITLES[name]} is "
                    f"{found[name][:12]}…, not {digest[:12].lower()}….",
                    "It was thrown away. Try again; if it comes again, do not trust this source.",
                )
        if whole:
            return found["sha256"]
        with self._part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(self._part, self._target)
        self._journal.unlink(missing_ok=True)
        return found["sha256"]

    def drop(self) -> None:
        """Throw away what has come."""
        self._part.unlink(missing_ok=True)
        self._journal.unlink(missing_ok=True)

    def _take(self) -> tuple[_Stretch, int] | None:
        with self._lock:
            if self._failed is not None:
                raise self._failed
            self._stretches = [each for each in self._stretches if each.position < each.end]
            if not self._stretches:
                return None
            longest = max(self._stretches, key=lambda each: (not each.taken, each.end - each.position))
            if not longest.taken:
                longest.taken = True
                return longest, self._age
            if not self._ranges or longest.end - longest.position < 2 * self._least:
                return None
            half = _Stretch((longest.position + longest.end) // 2, longest.end, taken=True)
            longest.end = half.position
            self._stretches.append(half)
            return half, self._age

    def _give_back(self, stretch: _Stretch) -> None:
        with self._lock:
            stretch.taken = False

    def _restart(self, age: int, ranges: bool) -> None:
        with self._saving, self._lock:
            if age == self._age:
                self._age += 1
                self._ranges = ranges
                self._stretches = [_Stretch(0, self.wanted.size)]
                self._etag = ""
                self._journal.unlink(missing_ok=True)

    def _fetch(self, stretch: _Stretch, age: int, cancel: CancelToken) -> None:
        cancel.check()
        with self._lock:
            if not self._ranges:
                stretch.position = 0
            begin, ranges = stretch.position, self._ranges
            asked = {"Range": f"bytes={begin}-{stretch.end - 1}"} if ranges else {}
        try:
            response = self._web.open(self.wanted.url, asked)
        except ModelError as error:
            if error.code != "source-range" or not ranges:
                raise
            # What it has may be shorter now than what we have; or it only says that it knows ranges.
            raise self._changed(error, ranges=False) from error
        with response:
            self._compare(response, begin, ranges)
            self.trouble = ""
            self._receive(response, stretch, age, cancel)

    def _compare(self, response: Response, begin: int, ranges: bool) -> None:
        """Raise ModelError or _Restart unless the answer is the stretch that was asked for, of the same file."""
        if response.is_page and not self.wanted.name.endswith((".html", ".htm")):
            raise ModelError(
                "not-the-file",
                f"{host(response.url)} sent a web page instead of “{self.wanted.name}”.",
                "Perhaps this network wants you to sign in first: open a page in the browser, then try again.",
            )
        size = self.wanted.size
        unit, _, total = response.header("Content-Range").partition("/")
        if response.status == 206:
            if not ranges or unit.replace("bytes ", "").partition("-")[0] != str(begin):
                raise ModelError("source-odd", f"{host(response.url)} sent another part than asked for.", "Try again.")
            found = int(total) if total.isdecimal() else size
        else:
            found = size if response.length is None else response.length
        if found != size:
            raise ModelError(
                "wrong-size",
                f"“{self.wanted.name}” has {found:,} bytes at {host(response.url)}, but {size:,} were announced.",
                "Try again later, or choose another mirror.",
            )
        etag = response.header("ETag")
        with self._lock:
            changed = bool(self._etag and etag and etag != self._etag)
            if not changed and not etag.startswith("W/"):
                self._etag = self._etag or etag
        if changed:
            name = f"“{self.wanted.name}” changes at {host(response.url)} while it is downloaded."
            raise self._changed(ModelError("source-changed", name, "Try again later."), ranges)
        if response.status == 200 and ranges:
            # It knows no ranges: one thread takes the whole file, from its beginning at every try.
            with self._lock:
                alone = begin == 0 and len(self._stretches) == 1
                self._ranges = self._ranges and not alone
            if not alone:
                raise _Restart(ranges=False)

    def _changed(self, error: ModelError, ranges: bool) -> Exception:
        """Begin anew, or give up with `error` when that happens too often."""
        with self._lock:
            self._restarts += 1
            return error if self._restarts > MOST_RESTARTS else _Restart(ranges)

    def _receive(self, response: Response, stretch: _Stretch, age: int, cancel: CancelToken) -> None:
        patience = self._web.patience
        since, came = time.monotonic(), 0
        with self._open_part() as file:
            while True:
                cancel.check()
                piece = response.read(BLOCK)
                if not piece:
                    break
                # Under the lock, so that no byte is written for a stretch that was given up or cut short meanwhile.
                with self._lock:
                    if age != self._age or self._failed is not None:
                        return
                    begin, end = stretch.position, stretch.end
                    disk.write(file, begin, piece[: end - begin])
                    stretch.position = min(begin + len(piece), end)
                if stretch.position == end:
                    if begin + len(piece) > end == self.wanted.size:
                        raise self._too_long(response.url)
                    return
                came += len(piece)
                if (now := time.monotonic()) - since >= patience.stall:
                    if came < patience.least:
                        raise Trouble(
                            ModelError(
                                "source-slow",
                                f"{host(response.url)} sends only {came / (now - since):.0f} bytes a second.",
                                f"Try again later, or set another mirror. {disk.KEPT}",
                            )
                        )
                    since, came = now, 0
                if now - self._saved_at >= SECONDS_BETWEEN_SAVES:
                    self.keep()
                    disk.check_room(self._target.parent, 0)
        raise Trouble(cut(response.url))

    def _too_long(self, url: str) -> ModelError:
        return ModelError(
            "wrong-size",
            f"{host(url)} sends more than the {self.wanted.size:,} bytes of “{self.wanted.name}” that were announced.",
            "Try again later, or choose another mirror.",
        )

    def _open_part(self) -> BinaryIO:
        return os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "rb+", 0)

    def _resume(self) -> None:
        """Take up what an earlier process has left; anything odd about it means to begin anew."""
        try:
            journal = disk.read_json(self._journal)
            if journal["size"] != self.wanted.size or journal["hashes"] != dict(self.wanted.hashes):
                return
            length = self._part.stat().st_size
            rest, position = [], 0
            for begin, end in sorted((int(begin), int(end)) for begin, end in journal["done"]):
                if not position <= begin <= end <= length:
                    return
                if position < begin:
                    rest.append(_Stretch(position, begin))
                position = end
            if position < self.wanted.size:
                rest.append(_Stretch(position, self.wanted.size))
            self._etag = str(journal["etag"])
            self._stretches = rest
        except (OSError, ValueError, TypeError, KeyError):
            return

    def keep(self) -> None:
        """Write the journal: first the bytes, then the note that they are there. Done now and then by itself."""
        with self._saving:
            self._saved_at = time.monotonic()
            with self._lock:
                if not self._ranges or not self._part.exists():
                    return
                rest = sorted((stretch.position, stretch.end) for stretch in self._stretches)
                etag = self._etag
            done, position = [], 0
            for begin, end in rest:
                if position < begin:
                    done.append([position, begin])
                position = max(position, end)
            if position < self.wanted.size:
                done.append([position, self.wanted.size])
            journal: dict[str, Any] = {
                "size": self.wanted.size,
                "hashes": dict(self.wanted.hashes),
                "etag": etag,
                "done": done,
            }
            try:
                with self._part.open("rb+") as file:
                    os.fsync(file.fileno())
                disk.write_json(self._journal, journal)
            except OSError:
                # Then less is known to have come. A disk that is full says so at the next write.
                return
