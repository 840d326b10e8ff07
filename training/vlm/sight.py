"""What the tower sees of a picture file: Parley's own scaling, then llama.cpp's padding to a square.

The second half repeats, pixel for pixel, `mtmd_image_preprocessor_fixed_size` of llama.cpp's tools/mtmd/mtmd-image.cpp
with the settings it takes for the projector type "gemma3nv": bilinear as in Pillow, sizes rounded up, black around.
"""

import io
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.pictures import picture_from_bytes

SIDE = 128
"""Pixels of the square, and the card's picture_side."""

PADDING = (0, 0, 0)
"""llama.cpp's color around a picture that is not square."""


def seen(data: bytes, marks: Image.Image | None = None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pixels [SIDE, SIDE, 3] that a picture file becomes before it is normalized, and where its `marks` then lie."""
    picture = picture_from_bytes(data, SIDE)
    pixels = square(Image.open(io.BytesIO(picture.data)).convert("RGB"))
    canvas = Image.new("L", (SIDE, SIDE))
    if marks is not None:
        width, height = fitted(picture.width, picture.height)
        corner = (SIDE - width) // 2, (SIDE - height) // 2
        canvas.paste(marks.resize((width, height), Image.Resampling.NEAREST), corner)
    return pixels, np.asarray(canvas)


def fitted(width: int, height: int) -> tuple[int, int]:
    """The width and height that a picture gets in the square."""
    scale = np.float32(min(np.float32(SIDE) / np.float32(width), np.float32(SIDE) / np.float32(height)))
    return min(SIDE, ceil(float(np.float32(width) * scale))), min(SIDE, ceil(float(np.float32(height) * scale)))


def square(image: Image.Image) -> NDArray[np.uint8]:
    """llama.cpp's half of it: pixels [SIDE, SIDE, 3]."""
    if image.size == (SIDE, SIDE):
        return np.asarray(image)
    width, height = fitted(*image.size)
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    canvas = Image.new("RGB", (SIDE, SIDE), PADDING)
    canvas.paste(image, ((SIDE - width) // 2, (SIDE - height) // 2))
    return np.asarray(canvas)
