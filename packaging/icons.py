"""Paints Parley's sign into files: `python packaging/icons.py FOLDER` writes SIZE.png, parley.ico and parley.icns."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(ROOT))
    from PIL import Image
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter

    from ui import emblem

    application = QGuiApplication([])
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as painter:
            emblem.draw(painter, QRectF(0, 0, size, size))
        if not image.save(str(folder / f"{size}.png")):
            print(f"{folder / f'{size}.png'} could not be written.", file=sys.stderr)
            return 1
    application.quit()
    with Image.open(folder / "256.png") as large:
        large.save(folder / "parley.ico", sizes=[(size, size) for size in SIZES if size <= 256])
    with Image.open(folder / "512.png") as largest:
        largest.save(folder / "parley.icns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
