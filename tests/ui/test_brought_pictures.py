"""Every bad picture that can reach the window, dropped on it: one clear notice or a picture, and the window lives."""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication

from tests.ui.desk import Parley, answer, drawing, until

Make = Callable[[Path], object]


@pytest.fixture
def parley(qapp: QApplication, tmp_path: Path) -> Iterator[Parley]:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.toml").write_text("keep_ready = false\nspeak = false\n", encoding="utf-8")
    here = Parley(tmp_path / "data")
    until(lambda: here.ready)
    yield here
    here.close()


def drop(here: Parley, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert here.drop(mime)


def picture(size: tuple[int, int] = (200, 200), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size)


def huge_png(path: Path) -> None:
    """30000 by 30000 pixels in a few kilobytes, whole and valid: gray of one bit."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes(30000 // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(30000)) + packer.flush()
    header = struct.pack(">IIBBBBB", 30000, 30000, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def long_gif(path: Path) -> None:
    """100,000 frames."""
    picture((8, 8), "P").save(path, save_all=True, append_images=[picture((8, 8), "P").point(lambda _: 1)], duration=20)
    data = path.read_bytes()
    frame = data[data.rindex(b"\x21\xf9") : -1]
    path.write_bytes(data[:-1] + frame * 100_000 + b"\x3b")


def truncated(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)
    Image.fromarray(noise).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:4000])


def rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture((300, 100)).save(path, "JPEG", exif=exif)


def svg(path: Path) -> None:
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<image href="http://127.0.0.1:9/x.png" width="9" height="9"/></svg>',
        encoding="utf-8",
    )


TAKEN: dict[str, tuple[str, Make]] = {
    "one pixel": ("one.png", lambda path: picture((1, 1)).save(path)),
    "100,000 frames": ("long.gif", long_gif),
    "CMYK": ("cmyk.jpg", lambda path: picture(mode="CMYK").save(path)),
    "16 bits": ("deep.png", lambda path: Image.fromarray(np.full((50, 50), 40_000, np.uint16)).save(path)),
    "rotated by EXIF": ("rotated.jpg", rotated),
    "wrong extension": ("really-a-png.jpg", lambda path: picture().save(path, "PNG")),
}
REFUSED: dict[str, tuple[str, Make]] = {
    "30000 by 30000": ("huge.png", huge_png),
    "truncated": ("half.jpg", truncated),
    "SVG with an outside reference": ("drawing.svg", svg),
    "text named .png": ("text.png", lambda path: path.write_text("Not a picture.", encoding="utf-8")),
    "empty": ("empty.png", lambda path: path.write_bytes(b"")),
    "a folder": ("folder.png", lambda path: path.mkdir()),
    "a FIFO": ("pipe.png", os.mkfifo),
    "gone before it is read": ("gone.png", lambda path: None),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_an_odd_picture_is_taken(parley: Parley, tmp_path: Path, kind: str) -> None:
    name, make = TAKEN[kind]
    make(tmp_path / name)
    drop(parley, tmp_path / name)
    tray = parley.window.composer.tray
    assert tray is not None
    until(lambda: tray.thumbnail("1").shown)
    assert answer(parley.ask("What is in the picture?"))
    assert parley.window.composer.pictures == ()


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_is_one_notice(parley: Parley, tmp_path: Path, kind: str) -> None:
    name, make = REFUSED[kind]
    make(tmp_path / name)
    drop(parley, tmp_path / name)
    until(lambda: parley.sentences)
    assert len(parley.sentences) == 1
    assert parley.sentences[0].startswith(f"{name}: ")
    assert parley.window.composer.pictures == ()
    assert "Tokyo" in answer(parley.ask("What is the capital of Japan?"))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "https://example.org/x.png", "file://server/x.png"])
def test_an_address_is_not_followed(parley: Parley, address: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl(address)])
    assert parley.drop(mime)
    until(lambda: any("opens nothing from the network" in words for words in parley.notices))
    assert parley.window.composer.pictures == ()


def test_fifty_files_at_once(parley: Parley, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(50)]
    for path in paths:
        picture().save(path)
    drop(parley, *paths)
    until(lambda: any("first 8 of 50" in words for words in parley.notices))
    assert len(parley.window.composer.pictures) == 8
    drop(parley, paths[10])
    until(lambda: any("Only 8 pictures" in words for words in parley.notices))
    assert len(parley.window.composer.pictures) == 8


def test_files_deleted_between_drop_and_send(parley: Parley, tmp_path: Path) -> None:
    drawing("green").save(str(tmp_path / "drawing.png"))
    drop(parley, tmp_path / "drawing.png")
    tray = parley.window.composer.tray
    assert tray is not None
    until(lambda: tray.thumbnail("1").shown)
    (tmp_path / "drawing.png").unlink()
    assert "green" in answer(parley.ask("What color is the circle?")).lower()


def test_bad_ones_among_good_ones(parley: Parley, tmp_path: Path) -> None:
    drawing("blue").save(str(tmp_path / "good.png"))
    (tmp_path / "bad.png").write_text("no", encoding="utf-8")
    (tmp_path / "worse.png").write_text("no", encoding="utf-8")
    drop(parley, tmp_path / "bad.png", tmp_path / "good.png", tmp_path / "worse.png")
    until(lambda: len(parley.window.composer.pictures) == 1)
    assert len(parley.sentences) == 1
    assert "blue" in answer(parley.ask("What color is the circle?")).lower()


def test_a_question_that_names_an_address_opens_nothing(parley: Parley) -> None:
    """Any connection that leaves the machine, or is tried, fails the test."""
    turn = parley.ask("What is at http://127.0.0.1:9/x.png and ![x](file:///etc/passwd)?")
    assert turn.finished
    assert parley.window.composer.isEnabled()
    parley.press(Qt.Key.Key_Escape)
