"""What the store does to the disk: room, writing, hashes, and names that may be trusted.

Owns the check of paths that come from outside. It must not know where files come from or what they are.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from models.roles import GB, CancelToken, ModelError

SPARE = 200_000_000
"""Bytes of the disk that stay free."""
TITLES = {"sha256": "SHA-256", "md5": "MD5", "git-blob": "git hash"}
KEPT = "What has arrived is kept; go on later."
LONGEST_PATH = 200
DEEPEST_PATH = 8

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that mean devices on Windows."""


def safe(path: str) -> PurePosixPath:
    """A relative path with "/" from outside, checked. Raises ValueError that says what is wrong with it."""
    if not path or len(path) > LONGEST_PATH or not path.isprintable():
        raise ValueError("a file's name is empty, too long or has control characters")
    if any(letter in path for letter in '\\:*?"<>|'):
        raise ValueError(f"the name “{path}” has characters that not every system allows")
    parts = path.split("/")
    if len(parts) > DEEPEST_PATH or any(part in ("", ".", "..") or part != part.rstrip(". ") for part in parts):
        raise ValueError(f"the name “{path}” leaves its folder or cannot be one")
    if any(_RESERVED.fullmatch(part) for part in parts):
        raise ValueError(f"the name “{path}” means a device on some systems")
    return PurePosixPath(path)


def write_json(path: Path, content: Any) -> None:
    """Write a small file whole or not at all, and see that it is on the disk."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def read_json(path: Path, largest: int = 4_000_000) -> Any:
    """Raises OSError and ValueError."""
    with path.open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise ValueError("it is too large")
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def sync_folder(folder: Path) -> None:
    """See that names made in the folder are on the disk, where the system can tell."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write(file: BinaryIO, position: int, piece: bytes) -> None:
    """Write all of `piece` at `position`."""
    file.seek(position)
    view = memoryview(piece)
    while view:
        view = view[file.write(view) :]


def digests(
    path: Path, names: Collection[str], cancel: CancelToken, progress: Callable[[int], None] = lambda done: None
) -> dict[str, str]:
    """The hashes `names` of a file, and always "sha256". Raises Cancelled, ModelError."""
    try:
        makers: dict[str, Any] = {"sha256": hashlib.sha256()}
        if "md5" in names:
            makers["md5"] = hashlib.md5(usedforsecurity=False)
        if "git-blob" in names:
            makers["git-blob"] = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
        done = 0
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                cancel.check()
                for maker in makers.values():
                    maker.update(piece)
                progress(done := done + len(piece))
        return {name: maker.hexdigest() for name, maker in makers.items()}
    except OSError as error:
        raise failure(error, path.parent) from error


def check_room(folder: Path, needed: int) -> None:
    """Raise ModelError("disk-full") unless the disk has room for `needed` bytes more, and to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + (SPARE if needed else SPARE // 4):
        raise ModelError(
            "disk-full",
            f"The disk that holds {folder} has {free / GB:.1f} GB free, "
            + (f"and {(needed + SPARE) / GB:.1f} GB are needed." if needed else "too little to go on."),
            f"Free some room, then go on. {KEPT}",
        )


def failure(error: OSError, folder: Path) -> ModelError:
    """What a person is told of an error of the disk."""
    return ModelError(
        "disk-full" if error.errno in _FULL else "disk-failed",
        f"The disk that holds {folder} takes no more: {error.strerror or error}.",
        f"Free some room, or check the disk, then go on. {KEPT}",
    )


_held: dict[Path, tuple[int, int]] = {}
"""Locks of this process: the file's handle, and how often it is held."""
_holding = threading.Lock()


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock that no other process holds; it ends with this one. Raises ModelError("store-busy")."""
    path = path.absolute()
    with _holding:
        if path in _held:
            handle, times = _held[path]
        else:
            handle, times = _locked(path), 0
        _held[path] = (handle, times + 1)
    try:
        yield
    finally:
        with _holding:
            handle, times = _held.pop(path)
            if times > 1:
                _held[path] = (handle, times - 1)
            else:
                os.close(handle)


def _locked(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise failure(error, path.parent) from error
    try:
        _take(handle)
    except OSError as error:
        os.close(handle)
        raise ModelError(
            "store-busy",
            "Another Parley is changing the installed models at this moment.",
            "Wait until it is done, or close it.",
        ) from error
    return handle


if sys.platform == "win32":

    def _take(handle: int) -> None:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:

    def _take(handle: int) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def bring(source: Path, target: Path, cancel: CancelToken, progress: Callable[[int], None] = lambda done: None) -> None:
    """Have a file of this machine at `target` too: as another name of the same content where the disk allows that,
    else as a copy. `progress` is told the bytes copied. Raises ModelError, Cancelled.
    """
    try:
        real = source.resolve(strict=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            os.link(real, target)
            return
        check_room(target.parent, real.stat().st_size)
        done = 0
        with real.open("rb") as reading, target.open("xb") as writing:
            while piece := reading.read(1 << 20):
                cancel.check()
                writing.write(piece)
                progress(done := done + len(piece))
            writing.flush()
            os.fsync(writing.fileno())
    except OSError as error:
        raise failure(error, target.parent) from error
