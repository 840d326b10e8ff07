"""Measures the shipped starter models: `python -m training evaluate [MODEL…] [--small]`.

Owns the order and the table. What is measured is in each recipe's own `evaluate` module, which goes through Parley's
own engines and never through the training code.
"""

import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from training import packages
from training.figures import Figure, table

STARTER = Path(__file__).parent.parent / "resources" / "starter"
MODULES = {
    "asr": ("asr-en", "asr-es"),
    "translation": ("translation-en-es", "translation-es-en"),
    "llm": ("llm",),
    "vlm": ("vlm",),
    "tts": ("tts-en", "tts-es"),
}
"""Package of a recipe to its models."""
LARGEST = 60.0
"""Megabytes of all starter models together."""


def models() -> tuple[str, ...]:
    """The names of all starter models."""
    return tuple(name for names in MODULES.values() for name in names)


def figures(package: str, small: bool = False) -> Iterator[Figure]:
    """What one recipe's models are measured to be; `small` is a slice that takes seconds."""
    yield from importlib.import_module(f"training.{package}.evaluate").figures(small)


def size() -> Figure:
    """Megabytes of all that ships as the starter pack."""
    total = sum(file.stat().st_size for file in STARTER.rglob("*") if file.is_file())
    return Figure("all", "size of all starter models together", total / 1e6, "MB", LARGEST, at_most=True)


def main(wanted: Sequence[str] = (), small: bool = False) -> bool:
    """Measure and print; true if every bar is reached."""
    began = time.perf_counter()
    chosen = [package for package, names in MODULES.items() if not wanted or set(names) & set(wanted)]
    if not small:
        packages.need(packages.SPEECH if "asr" in chosen else packages.VOICES if "tts" in chosen else ())
    found: list[Figure] = []
    for package in chosen:
        names = MODULES[package]
        started = time.perf_counter()
        print(f"measuring {', '.join(names)} …", file=sys.stderr, flush=True)
        measured = [figure for figure in figures(package, small) if not wanted or figure.model in wanted]
        for name in dict.fromkeys(figure.model for figure in measured):
            print(f"\n{name}\n{table([figure for figure in measured if figure.model == name])}", flush=True)
        print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        found += measured
    if not wanted:
        found.append(size())
        print(f"\nall\n{table(found[-1:])}")
    missed = [figure for figure in found if not figure.reached]
    bars = sum(figure.bar is not None for figure in found)
    print(f"\n{bars - len(missed)} of {bars} bars reached in {(time.perf_counter() - began) / 60:.1f} minutes.")
    for figure in missed:
        print(f"missed: {figure.model}, {figure.measure}: {figure.shown}, {figure.bar_shown} wanted")
    return not missed
