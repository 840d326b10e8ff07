"""The pictures of the history: one file each, named after the sha256 of what the person gave.

Owns the folder. The folder is outside input when it is read again: a name is only ever formed from a checked sha256,
and a picture that is not what was kept, byte for byte, is none. It must not know what a picture belongs to.
"""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from models.roles import ModelError, Picture

LONGEST_SIDE = 1024
"""Pixels of a picture that is read back."""
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"([0-9a-f]{64})\.(png|jpg)")
_PART = "part-"
"""Begins the name of a file that is being written."""


class PictureFiles:
    """The folder. Methods that write raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self) -> None:
        """Make the folder if it is missing."""
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def check(self, picture: Picture) -> None:
        """Raise ModelError for a picture that did not come from models.pictures."""
        if picture.mime not in _ENDINGS or not is_sha256(picture.sha256):
            raise ModelError("history-picture", "The picture is of no kind that can be kept.", "Choose it again.")

    def keep(self, picture: Picture, kept: str | None) -> str:
        """Have the picture on disk when this returns; returns the sha256 of the file's bytes.

        `kept` is what an earlier call returned for the same picture: a file that is still that is left alone.
        """
        self.check(picture)
        if kept is not None and any(_digest(path) == kept for path in self._files(picture.sha256)):
            return kept
        self.make()
        _write(self._folder / f"{picture.sha256}{_ENDINGS[picture.mime]}", picture.data)
        return hashlib.sha256(picture.data).hexdigest()

    def read(self, sha256: str, kept: str) -> Picture | None:
        """The picture as it was kept, decoded and encoded anew; None if it is missing, changed or damaged."""
        from models.pictures import load_picture

        for path in self._files(sha256):
            with contextlib.suppress(ModelError):
                picture = load_picture(path, LONGEST_SIDE)
                if picture.sha256 == kept:
                    return replace(picture, sha256=sha256)
        return None

    def drop(self, sha256: str) -> None:
        """Delete the picture's file."""
        for path in self._files(sha256):
            path.unlink(missing_ok=True)

    def drop_others(self, named: Set[str]) -> None:
        """Delete all pictures but these sha256, and what a sudden end left behind. Other files stay."""
        for path in self._folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if path.name.startswith(_PART) or (match and match[1] not in named):
                path.unlink(missing_ok=True)

    def _files(self, sha256: str) -> tuple[Path, ...]:
        """Where the picture may lie; nowhere, when `sha256` is no sha256."""
        if not is_sha256(sha256):
            return ()
        return tuple(self._folder / f"{sha256}{ending}" for ending in _ENDINGS.values())


def is_sha256(value: object) -> bool:
    """It is one in lower-case hexadecimal."""
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _digest(path: Path) -> str | None:
    """The sha256 of a file; None if it cannot be read as one."""
    with contextlib.suppress(OSError):
        if stat.S_ISREG(path.lstat().st_mode):
            with path.open("rb") as file:
                return str(hashlib.file_digest(file, "sha256").hexdigest())
    return None


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and on disk when it returns."""
    handle, part = tempfile.mkstemp(prefix=_PART, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the new name is in the folder, which is written by itself
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
