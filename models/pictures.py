"""Pictures from outside: checked, turned upright, made plain RGB, scaled down and encoded anew by Parley.

Owns everything between a file (or pasted bytes) of unknown origin and a `roles.Picture`. What a model gets is never
the user's file but an image that was decoded and encoded again here. It must not know models, engines or chats.
"""

import hashlib
import io
import logging
import os
import stat
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from models.roles import ModelError, Picture

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""What is read, told by a file's content and never by its name; of an animation only the first frame."""

MAX_BYTES = 50_000_000
"""Largest file in bytes."""

MAX_PIXELS = 50_000_000
"""Most pixels, width times height, that are ever decoded: 200 MB as RGBA."""

MAX_PNG_BYTES = 1_000_000
"""A scaled picture whose PNG would be larger than this is handed on as JPEG."""

# Pillow logs what it dislikes about a file, over and over; whoever chose the file is told by a ModelError, once.
logging.getLogger("PIL").setLevel(logging.CRITICAL)

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation (TIFF 6.0, tag 274) to the operation that undoes it."""

_CHOOSE = "Choose a PNG, JPEG, WebP, GIF, BMP or TIFF picture."
_SMALLER = "Save a smaller copy of the picture and choose that."


def load_picture(path: Path, max_side: int) -> Picture:
    """The picture in the file `path`, its longest side at most `max_side` pixels.

    Only a regular file is opened: a folder, a pipe or a device is refused before anything could wait on it. Raises
    ModelError with the codes picture-missing, picture-not-a-file, picture-unreadable, picture-too-large and
    picture-invalid.
    """
    return picture_from_bytes(_read(path), max_side)


def picture_from_bytes(data: bytes, max_side: int) -> Picture:
    """The picture in `data`, the content of a picture file (from the clipboard, say); like load_picture."""
    if len(data) > MAX_BYTES:
        raise _too_many_bytes(len(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, about damage that it gets around
            image = _decode(data, max_side)
    except ModelError:
        raise
    except UnidentifiedImageError as error:
        raise ModelError("picture-invalid", "This is not a picture of a kind that Parley can read.", _CHOOSE) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ModelError("picture-too-large", "The picture has too many pixels to open safely.", _SMALLER) from error
    except Exception as error:  # on damaged files Pillow's decoders raise nearly every kind there is
        raise ModelError("picture-invalid", "The picture is damaged and cannot be read.", _CHOOSE) from error
    encoded, mime = _encode(image)
    return Picture(encoded, mime, image.width, image.height, hashlib.sha256(data).hexdigest())


def shrunk(picture: Picture, max_side: int) -> Picture:
    """The same picture, its longest side at most `max_side` pixels; for a model that sees no more."""
    if max(picture.width, picture.height) <= max_side:
        return picture
    image = _shrink(Image.open(io.BytesIO(picture.data)).convert("RGB"), max_side)
    data, mime = _encode(image)
    return Picture(data, mime, image.width, image.height, picture.sha256)


def _read(path: Path) -> bytes:
    try:
        _require_regular(os.stat(path))
        # Without blocking, and looked at once more: the file may have been exchanged for a pipe since the first look.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            _require_regular(status)
            if status.st_size > MAX_BYTES:
                raise _too_many_bytes(status.st_size)
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ModelError("picture-missing", "The picture file does not exist any more.", "Choose it again.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelError(
            "picture-unreadable",
            f"The picture file cannot be read: {reason}.",
            "Check that you may read the file, or choose another one.",
        ) from error


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device, not a file"
        raise ModelError("picture-not-a-file", f"What was chosen as a picture is {kind}.", _CHOOSE)


def _too_many_bytes(size: int) -> ModelError:
    return ModelError(
        "picture-too-large",
        f"The picture file has {size / 1e6:.0f} MB and the limit is {MAX_BYTES / 1e6:.0f} MB.",
        _SMALLER,
    )


def _decode(data: bytes, max_side: int) -> Image.Image:
    """Upright RGB with alpha laid onto white, the longest side at most `max_side`."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise ModelError(
            "picture-too-large",
            f"The picture has {image.width} × {image.height} pixels and the limit is {MAX_PIXELS / 1e6:.0f} million.",
            _SMALLER,
        )
    orientation = _orientation(image)
    # A JPEG can be decoded at 1/2, 1/4 or 1/8 for a fraction of the time; four times the wanted size loses nothing.
    image.draft(None, (4 * max_side, 4 * max_side))
    image.load()
    image = _shrink(_plain(image), max_side)
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # damaged EXIF data is no reason to refuse a sound picture
        return 1
    return value if isinstance(value, int) else 1


def _plain(image: Image.Image) -> Image.Image:
    """Mode RGB, or RGBA if anything in it is transparent."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Gray of 16 or 32 bits or floating point as gray of 8 bits. Pillow itself would clip at 255 instead of scaling."""
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0.0, neginf=0.0)
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65535.0
    else:  # no scale is laid down for these, so the picture's own range becomes black to white
        low, high = float(values.min()), float(values.max())
    scaled = (values - low) * (255.0 / max(high - low, 1e-6))
    return Image.fromarray(scaled.round().clip(0, 255).astype(np.uint8))


def _shrink(image: Image.Image, max_side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= max_side:
        return image
    size = (max(1, round(image.width * max_side / longest)), max(1, round(image.height * max_side / longest)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=4.0)


def _encode(image: Image.Image) -> tuple[bytes, str]:
    image.info.clear()  # nothing but pixels: no color profile, no text, no transparency of the old file
    file = io.BytesIO()
    image.save(file, "PNG")
    if file.tell() <= MAX_PNG_BYTES:
        return file.getvalue(), "image/png"
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue(), "image/jpeg"
