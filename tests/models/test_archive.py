"""Archives: what is sound is unpacked, what is not is refused and writes nothing outside its folder."""

import contextlib
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.roles import Cancelled, CancelToken, ModelError
from models.store import archive, disk
from models.store.archive import Limits, unpack
from tests.bounds import bounded

SMALL = Limits(files=20, size=200_000, ratio=100, free=10_000)


def zipped(
    path: Path, members: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda entry: None
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            made.writestr(entry, content)
    return path


def tarred(path: Path, members: dict[str, bytes], kind: bytes = tarfile.REGTYPE, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as made:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.type = kind
            entry.size = len(content) if kind == tarfile.REGTYPE else 0
            entry.linkname = "/etc/passwd"
            made.addfile(entry, io.BytesIO(content))
    return path


def unpacked(path: Path, folder: Path, limits: Limits = SMALL) -> dict[str, bytes]:
    folder.mkdir()
    unpack(path, folder, CancelToken(), limits=limits)
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_sound_archive_is_unpacked_without_its_outer_folder(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make(tmp_path / "model", {"model-1.0/am/final.mdl": b"a" * 500, "model-1.0/conf/mfcc.conf": b"b"})
    assert archive.is_archive(path)
    assert unpacked(path, tmp_path / "out") == {"am/final.mdl": b"a" * 500, "conf/mfcc.conf": b"b"}
    path = make(tmp_path / "flat", {"am/final.mdl": b"a", "README": b"b"})
    assert unpacked(path, tmp_path / "flat-out") == {"am/final.mdl": b"a", "README": b"b"}


NAMES = [
    "../x", "a/../../x", "/x", "//x", "C:\\x", "C:x", "..\\x", "a/./x", "a//x", "x\n", "x\x1b[31m", "aux", "a/NUL.txt",
    "x.", "x ", "a/b/c/d/e/f/g/h/i", "x" * 300, "~/x\u202e",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, make: Callable[..., Path], name: str) -> None:
    path = make(tmp_path / "in", {"good": b"", name: b"evil"})
    with bounded(), pytest.raises(ModelError) as raised:
        unpacked(path, tmp_path / "out")
    assert raised.value.code == "archive-refused"
    assert {file.name for file in tmp_path.iterdir()} == {"in", "out"}
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    path = tarred(tmp_path / "in", {"x": b""}, kind)
    with bounded(), pytest.raises(ModelError, match="a link or a device"):
        unpacked(path, tmp_path / "out")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, kind: int) -> None:
    def change(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = (kind | 0o644) << 16

    path = zipped(tmp_path / "in", {"x": b"/etc/passwd"}, change)
    with bounded(), pytest.raises(ModelError, match="a link or a device"):
        unpacked(path, tmp_path / "out")


@pytest.mark.parametrize("make", [zipped, tarred])
def test_bombs_are_refused(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make(tmp_path / "in", {"x": bytes(5_000_000)})
    with bounded(), pytest.raises(ModelError, match="far more"):
        unpacked(path, tmp_path / "out")
    assert sum(file.stat().st_size for file in (tmp_path / "out").iterdir()) <= 200_000
    path = make(tmp_path / "in-2", {f"x{number}": bytes(50) for number in range(30)})
    with bounded(), pytest.raises(ModelError, match="too many files"):
        unpacked(path, tmp_path / "out-2")


def test_a_thousand_to_one_is_refused_with_the_usual_limits_too(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in", {"x": bytes(40_000_000)})
    with bounded(), pytest.raises(ModelError, match="far more"):
        unpacked(path, tmp_path / "out", Limits())


def test_a_size_that_lies_helps_nobody(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in", {"x": bytes(100_000)})
    data = path.read_bytes()
    # The claimed sizes stand in the local head and in the directory.
    path.write_bytes(data.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with bounded(), pytest.raises(ModelError):
        unpacked(path, tmp_path / "out")


@pytest.mark.parametrize("make", [zipped, tarred])
@pytest.mark.parametrize("names", [("x", "X"), ("a/x", "A/X"), ("a", "a/b")])
def test_two_files_under_one_name_are_refused(
    tmp_path: Path, make: Callable[..., Path], names: tuple[str, str]
) -> None:
    path = make(tmp_path / "in", dict.fromkeys(names, b"1"))
    with bounded(), pytest.raises(ModelError, match="same name"):
        unpacked(path, tmp_path / "out")


def test_wrong_bytes_in_a_zip_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "in"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        made.writestr("x", b"abcdefgh" * 100)
    path.write_bytes(path.read_bytes().replace(b"abcdefgh", b"abcdefgX", 1))
    with bounded(), pytest.raises(ModelError, match="was not unpacked"):
        unpacked(path, tmp_path / "out")


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in", {"x": b"abc"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with bounded(), pytest.raises(ModelError, match="encrypted"):
        unpacked(path, tmp_path / "out")


def test_called_off_it_stops(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in", {"x": b"abc"})
    cancel = CancelToken()
    cancel.cancel()
    (tmp_path / "out").mkdir()
    with pytest.raises(Cancelled):
        unpack(path, tmp_path / "out", cancel)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_anywhere_is_a_refusal_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    make = data.draw(st.sampled_from([zipped, tarred]))
    path = make(folder / "in", {"m/x": b"abc" * 50, "m/y": b"z"})
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    with contextlib.suppress(ModelError):
        unpacked(path, folder / "out")
    assert {file.name for file in folder.iterdir()} == {"in", "out"}


@pytest.mark.parametrize("name", [*NAMES, "a\0b", ""])
def test_unsafe_names_are_refused_everywhere(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        disk.safe(name)


@pytest.mark.parametrize("name", ["x", "a/b.onnx.json", ".gitattributes", "a-b_c.d/Ünï", "con-1"])
def test_usual_names_are_safe(name: str) -> None:
    assert str(disk.safe(name)) == name
