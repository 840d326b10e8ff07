"""Packed models: zip and tar, unpacked member by member, each checked before anything is written.

Owns what an archive may hold: plain files and folders, under names that stay in the folder, no more than the limits,
whatever sizes the archive claims. It must not know what the files are.
"""

import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from models.roles import CancelToken, ModelError
from models.store import disk

BLOCK = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error,
    EOFError, NotImplementedError, RuntimeError, LookupError, ArithmeticError,
)  # fmt: skip
"""What the standard library raises on damaged archives; the last ones are its own slips on absurd numbers."""


@dataclass(frozen=True)
class Limits:
    """What an archive may unpack to. Vosk's largest model has 4 GB in 30 files."""

    files: int = 5_000
    size: int = 20_000_000_000
    ratio: int = 100
    """Bytes unpacked for a byte of the archive, beyond the first `free`."""
    free: int = 10_000_000


class _Bad(Exception):
    """What is wrong with an archive."""


@dataclass(frozen=True)
class _Member:
    path: PurePosixPath
    open: Callable[[], IO[bytes] | None]


def is_archive(path: Path) -> bool:
    """Whether the file is a zip or a tar by its content."""
    return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)


def unpack(
    path: Path,
    folder: Path,
    cancel: CancelToken,
    progress: Callable[[int], None] = lambda done: None,
    limits: Limits = Limits(),
) -> None:
    """Unpack the archive into the empty folder `folder`; a single folder that holds everything is left out.

    `progress` is told the bytes written. Raises ModelError("archive-..."), Cancelled; then the folder holds rubbish.
    """
    try:
        packed = path.stat().st_size
        with _opened(path) as archive:
            members = _plan(_members(archive, limits), limits)
            done = 0
            for member in members:
                target = folder.joinpath(*member.path.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                source = member.open()
                if source is None:
                    raise _Bad(f"“{member.path}” cannot be read")
                # "x": no member replaces another, and none is written through a link.
                with source, target.open("xb") as file:
                    while piece := source.read(BLOCK):
                        cancel.check()
                        done += len(piece)
                        if done > limits.size or done > limits.free + limits.ratio * packed:
                            raise _Bad("it unpacks to far more than a model of its size would")
                        file.write(piece)
                        progress(done)
                        disk.check_room(folder, 0)
    except _DAMAGE as error:
        raise _refused(path, str(error) or "it is damaged") from error
    except (_Bad, ValueError) as error:
        raise _refused(path, str(error)) from error
    except OSError as error:
        if isinstance(error, (FileExistsError, NotADirectoryError, IsADirectoryError)):
            raise _refused(path, "two of its files have the same name") from error
        if error.errno is None:  # what the decompressors raise on damaged data
            raise _refused(path, str(error)) from error
        raise disk.failure(error, folder) from error


def _opened(path: Path) -> zipfile.ZipFile | tarfile.TarFile:
    if zipfile.is_zipfile(path):
        return zipfile.ZipFile(path)
    return tarfile.open(path)


def _members(archive: zipfile.ZipFile | tarfile.TarFile, limits: Limits) -> Iterator[_Member]:
    """The plain files of an archive. Raises _Bad, ValueError on anything that is neither that nor a folder."""
    if isinstance(archive, zipfile.ZipFile):
        for entry in archive.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.flag_bits & 0x1:
                raise _Bad("it is encrypted")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _Bad(f"“{entry.filename}” is a link or a device")
            if entry.is_dir():
                disk.safe(entry.filename.rstrip("/"))
                continue
            # zipfile mends names; what stands in the file is what is judged.
            disk.safe(entry.orig_filename)
            yield _Member(disk.safe(entry.filename), partial(archive.open, entry))
        return
    for count, found in enumerate(archive):
        if count > 2 * limits.files:
            raise _Bad("it has too many files")
        name = found.name.removeprefix("./").rstrip("/")
        if found.isdir():
            if name not in ("", "."):
                disk.safe(name)
            continue
        if not found.isreg() or found.issparse():
            raise _Bad(f"“{found.name}” is a link or a device")
        yield _Member(disk.safe(name), partial(archive.extractfile, found))


def _plan(members: Iterator[_Member], limits: Limits) -> list[_Member]:
    found: list[_Member] = []
    names: set[str] = set()
    for member in members:
        found.append(member)
        # Some systems do not tell A from a.
        names.add(str(member.path).lower())
        if len(found) > limits.files:
            raise _Bad("it has too many files")
    if not found:
        raise _Bad("it has no files")
    if len(names) < len(found):
        raise _Bad("two of its files have the same name")
    tops = {member.path.parts[0] for member in found}
    if len(tops) == 1 and all(len(member.path.parts) > 1 for member in found):
        return [_Member(PurePosixPath(*member.path.parts[1:]), member.open) for member in found]
    return found


def _refused(path: Path, cause: str) -> ModelError:
    return ModelError(
        "archive-refused",
        f"The archive {path.name} was not unpacked: {cause.rstrip('.')}.",
        "Get it from its own source again, or choose another model.",
    )
