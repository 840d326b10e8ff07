"""What the tower sees of a picture file: Parley's own scaling, then llama.cpp's padding to a square.

The second half repeats, pixel for pixel, `mtmd_image_preprocessor_fixed_size` of llama.cpp's tools/mtmd/mtmd-image.cpp
with the settings it takes for the projector type "mlp": bicubic as in Pillow, sizes rounded up, centered on one color.
"""

import io
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.pictures import picture_from_bytes

SIDE = 96
"""Pixels of the square, and the card's picture_side."""

PADDING = (122, 116, 104)
"""llama.cpp's color around a picture that is not square."""


def seen(data: bytes) -> NDArray[np.uint8]:
    """Pixels [SIDE, SIDE, 3] that a picture file becomes before it is normalized."""
    picture = picture_from_bytes(data, SIDE)
    return square(Image.open(io.BytesIO(picture.data)).convert("RGB"))


def square(image: Image.Image) -> NDArray[np.uint8]:
    """llama.cpp's half of it: pixels [SIDE, SIDE, 3]."""
    if image.size == (SIDE, SIDE):
        return np.asarray(image)
    scale = np.float32(min(np.float32(SIDE) / np.float32(image.width), np.float32(SIDE) / np.float32(image.height)))
    width, height = (min(SIDE, ceil(float(np.float32(side) * scale))) for side in image.size)
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    canvas = Image.new("RGB", (SIDE, SIDE), PADDING)
    canvas.paste(image, ((SIDE - width) // 2, (SIDE - height) // 2))
    return np.asarray(canvas)
