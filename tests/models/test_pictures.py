"""Every kind of picture file, sound and hostile, through the one door they all come in by."""

import io
import os
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.pictures import MAX_BYTES, MAX_PIXELS, MAX_PNG_BYTES, load_picture, picture_from_bytes
from models.roles import ModelError, Picture

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def pixels(picture: Picture) -> Image.Image:
    """What a model would see; also checks that the picture tells the truth about itself."""
    image = Image.open(io.BytesIO(picture.data))
    assert image.size == (picture.width, picture.height)
    assert Image.MIME[image.format or ""] == picture.mime
    assert image.mode == "RGB"
    assert not image.info.keys() & {"transparency", "icc_profile", "exif"}
    return image


def refused(act: Callable[[], object]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        act()
    error = caught.value
    assert error.message.endswith(".")
    assert error.remedy.endswith(".")
    assert "\n" not in error.message
    return error


def near(color: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(a - b) <= 8 for a, b in zip(color, wanted, strict=True))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that claims a size."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(b"\0" * 999)) + part(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_format_is_told_by_content_not_by_name(form: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(encoded(Image.new("RGB", (40, 20), RED), form))
    picture = load_picture(path, 96)
    assert (picture.width, picture.height) == (40, 20)
    assert near(pixels(picture).getpixel((20, 10)), RED)


def test_is_scaled_down_to_its_longest_side_and_never_up() -> None:
    image = Image.new("RGB", (300, 100), BLUE)
    picture = picture_from_bytes(encoded(image, "PNG"), 96)
    assert (picture.width, picture.height) == (96, 32)
    assert near(pixels(picture).getpixel((48, 16)), BLUE)
    assert picture_from_bytes(encoded(image, "PNG"), 1000).width == 300
    thin = picture_from_bytes(encoded(Image.new("RGB", (2000, 2)), "PNG"), 96)
    assert (thin.width, thin.height) == (96, 1)


def test_hash_is_of_the_file_as_it_came() -> None:
    data = encoded(Image.new("RGB", (5, 5)), "PNG")
    import hashlib

    assert picture_from_bytes(data, 96).sha256 == hashlib.sha256(data).hexdigest()


def test_one_pixel() -> None:
    picture = picture_from_bytes(encoded(Image.new("RGB", (1, 1), RED), "PNG"), 96)
    assert pixels(picture).getpixel((0, 0)) == RED


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_upright(orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), WHITE)
    upright.paste(RED, (0, 0, 30, 20))  # red top left, blue top right
    upright.paste(BLUE, (30, 0, 60, 20))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that turns upright into what is stored
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = pixels(picture_from_bytes(encoded(stored, "JPEG", quality=95, exif=exif.tobytes()), 96))
    assert image.size == (60, 40)
    assert near(image.getpixel((15, 10)), RED)
    assert near(image.getpixel((45, 10)), BLUE)
    assert near(image.getpixel((15, 30)), WHITE)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_odd_or_damaged_exif_is_no_reason_to_refuse(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    data = encoded(Image.new("RGB", (20, 10), RED), "JPEG", exif=exif.tobytes())
    assert picture_from_bytes(data, 96).width == 20
    assert picture_from_bytes(data.replace(b"Exif\0\0MM", b"Exif\0\0XX"), 96).width == 20


def test_cmyk() -> None:
    image = Image.new("RGB", (30, 30), RED).convert("CMYK")
    for form in ("JPEG", "TIFF"):
        assert near(pixels(picture_from_bytes(encoded(image, form), 96)).getpixel((15, 15)), RED)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    ramp = Image.fromarray(np.linspace(0, 65535, 64).astype(np.uint16)[None, :].repeat(8, 0))
    image = pixels(picture_from_bytes(encoded(ramp, "PNG"), 96))
    assert near(image.getpixel((0, 4)), (0, 0, 0))
    assert near(image.getpixel((32, 4)), (129, 129, 129))
    assert near(image.getpixel((63, 4)), WHITE)


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_wider_grays_use_their_own_range(kind: type) -> None:
    ramp = Image.fromarray(np.linspace(-1000, 3000, 64).astype(kind)[None, :].repeat(8, 0))
    image = pixels(picture_from_bytes(encoded(ramp, "TIFF"), 96))
    assert near(image.getpixel((0, 4)), (0, 0, 0))
    assert near(image.getpixel((63, 4)), WHITE)


def test_not_a_number_in_a_picture() -> None:
    values = np.full((8, 8), np.nan, np.float32)
    values[:, 4:] = np.inf
    pixels(picture_from_bytes(encoded(Image.fromarray(values), "TIFF"), 96))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_every_mode(mode: str) -> None:
    image = pixels(picture_from_bytes(encoded(Image.new("RGB", (30, 30), WHITE).convert(mode), "PNG"), 96))
    assert near(image.getpixel((15, 15)), WHITE)


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (50, 50, 150, 150))
    for form in ("PNG", "WEBP", "GIF", "TIFF"):
        image = pixels(picture_from_bytes(encoded(clear, form), 96))
        assert near(image.getpixel((4, 4)), WHITE)
        assert near(image.getpixel((48, 48)), RED)
    half = Image.new("RGBA", (20, 20), (255, 0, 0, 128))
    assert near(pixels(picture_from_bytes(encoded(half, "PNG"), 96)).getpixel((9, 9)), (255, 127, 127))


def test_palette_with_transparency() -> None:
    image = Image.new("P", (20, 20), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(1, (10, 0, 20, 20))
    seen = pixels(picture_from_bytes(encoded(image, "PNG", transparency=0), 96))
    assert near(seen.getpixel((2, 10)), WHITE)
    assert near(seen.getpixel((15, 10)), RED)


def test_only_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in (RED, BLUE)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=[frames[1]])
    assert near(pixels(picture_from_bytes(data, 96)).getpixel((10, 10)), RED)


def test_a_hundred_thousand_frames_cost_nothing() -> None:
    one = encoded(Image.new("P", (8, 8), 1), "GIF")
    start = one.index(b"\x2c")  # the first image block; all that follows it but the trailer is one frame
    data = one[:start] + one[start:-1] * 100_000 + one[-1:]
    assert picture_from_bytes(data, 96).width == 8


def test_a_large_result_is_handed_on_as_jpeg() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (700, 700, 3), np.uint8)
    picture = picture_from_bytes(encoded(Image.fromarray(noise), "PNG"), 700)
    assert picture.mime == "image/jpeg"
    pixels(picture)
    assert picture_from_bytes(encoded(Image.new("RGB", (700, 700)), "PNG"), 700).mime == "image/png"
    assert len(picture.data) < MAX_PNG_BYTES


def test_metadata_does_not_pass() -> None:
    image = Image.new("RGB", (10, 10), RED)
    data = encoded(image, "PNG", icc_profile=b"secret profile", exif=b"Exif\0\0secret")
    assert b"secret" not in picture_from_bytes(data, 96).data


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 8_000), (2**31 - 1, 2**31 - 1), (10_000, 10_000)])
@pytest.mark.filterwarnings("error")
def test_too_many_pixels(size: tuple[int, int]) -> None:
    assert size[0] * size[1] > MAX_PIXELS
    assert refused(lambda: picture_from_bytes(png_claiming(*size), 96)).code in ("picture-too-large", "picture-invalid")


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 8_000)])
def test_too_many_pixels_are_called_so(size: tuple[int, int]) -> None:
    assert refused(lambda: picture_from_bytes(png_claiming(*size), 96)).code == "picture-too-large"


def test_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refused(lambda: load_picture(path, 96)).code == "picture-too-large"
    assert refused(lambda: picture_from_bytes(bytes(MAX_BYTES + 1), 96)).code == "picture-too-large"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_truncated_at_each_tenth(form: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8))
    whole = encoded(noise, form)
    for tenth in range(10):
        part = whole[: len(whole) * tenth // 10]
        assert refused(lambda part=part: picture_from_bytes(part, 96)).code == "picture-invalid"  # type: ignore[misc]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just some text",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://127.0.0.1:9/x.png'/></svg>",
        b"%PDF-1.4\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        b"II*\0\xff\xff\xff\xff",
        os.urandom(4096),
    ],
)
def test_what_is_not_a_picture(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    assert refused(lambda: load_picture(path, 96)).code == "picture-invalid"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]))
    file = bytearray(encoded(Image.new("RGB", (24, 16), RED), form))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(file) - 1), st.integers(0, 255)), max_size=6)):
        file[place] = value
    try:
        picture = picture_from_bytes(bytes(file), 96)
    except ModelError:
        return
    pixels(picture)


def test_missing(tmp_path: Path) -> None:
    assert refused(lambda: load_picture(tmp_path / "gone.png", 96)).code == "picture-missing"
    assert refused(lambda: load_picture(Path("a\0b.png"), 96)).code == "picture-unreadable"
    assert refused(lambda: load_picture(Path("http://127.0.0.1:9/x.png"), 96)).code == "picture-missing"
    assert refused(lambda: load_picture(Path("file:///etc/passwd"), 96)).code == "picture-missing"


def test_folder(tmp_path: Path) -> None:
    assert refused(lambda: load_picture(tmp_path, 96)).code == "picture-not-a-file"


def test_pipe_and_device_are_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    link = tmp_path / "link.png"
    link.symlink_to("/dev/zero")
    for path in (pipe, link, Path("/dev/null")):
        assert not stat.S_ISREG(path.stat().st_mode)
        assert refused(lambda path=path: load_picture(path, 96)).code == "picture-not-a-file"  # type: ignore[misc]


def test_a_link_to_a_picture_is_followed_and_a_loop_is_not(tmp_path: Path) -> None:
    file = tmp_path / "file.png"
    file.write_bytes(encoded(Image.new("RGB", (9, 9), RED), "PNG"))
    link, loop = tmp_path / "link.png", tmp_path / "loop.png"
    link.symlink_to(file)
    loop.symlink_to(loop)
    assert load_picture(link, 96).width == 9
    assert refused(lambda: load_picture(loop, 96)).code == "picture-unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "file.png"
    file.write_bytes(encoded(Image.new("RGB", (9, 9), RED), "PNG"))
    file.chmod(0)
    assert refused(lambda: load_picture(file, 96)).code == "picture-unreadable"
