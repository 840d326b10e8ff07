"""What a packaged program takes of the disk, by component: `python packaging/sizes.py build/package/dist/parley`.

Prints the table of packaging/README.md. Links count nothing, and every file its own length.
"""

import sys
from collections import Counter
from pathlib import Path

LEAST_MB = 4.0
"""Smaller components are told together."""
NAMES = {
    "resources": "starter models, texts, licences",
    "share": "starter translators, converted",
    "livekit": "echo cancellation (livekit)",
    "": "the program itself and Python's modules, packed",
}


def component(place: Path) -> str:
    """The component that a file of the program belongs to, by its place."""
    parts = place.parts
    if parts[0] != "_internal" or (len(parts) == 2 and place.suffix == ".zip"):
        return NAMES[""]
    if len(parts) == 2:
        return "libraries of the system and of Python"
    name = parts[1].removesuffix(".libs")
    if name.endswith(".dist-info"):
        name = name.partition("-")[0]
    name = {"shiboken6": "PySide6", "PySide6_Essentials": "PySide6", "PIL": "pillow"}.get(name, name)
    return NAMES.get(name, name)


def main() -> int:
    """Print the table; returns 0."""
    folder = Path(sys.argv[1])
    sizes: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sizes[component(path.relative_to(folder))] += path.stat().st_size
    small = {name: size for name, size in sizes.items() if size < LEAST_MB * 1e6}
    print("| component | MB |\n|---|---|")
    for name, size in sizes.most_common(len(sizes) - len(small)):
        print(f"| {name} | {size / 1e6:.0f} |")
    print(f"| {len(small)} smaller ones | {sum(small.values()) / 1e6:.0f} |")
    print(f"| **together** | **{sum(sizes.values()) / 1e6:.0f}** |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
