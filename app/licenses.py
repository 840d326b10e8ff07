"""The licences of what others made and Parley carries, as the package's bill of materials lists them.

Owns reading that bill and its texts. It must not know how they were made: packaging/notices.py does.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from models.roles import ModelError

BILL = "sbom.cdx.json"


@dataclass(frozen=True)
class Component:
    """One work of others."""

    name: str
    version: str
    """Empty where only the component that it lies in has one."""
    licence: str
    homepage: str
    within: str
    """Name of the component that it lies in; empty for most."""
    texts: tuple[Path, ...]
    """Files with its licence and notices."""


def folder() -> Path:
    """Where a package keeps its bill and texts."""
    return Path(str(resources.files("resources") / "notices"))


def components(place: Path) -> tuple[Component, ...]:
    """What the bill in the folder lists. Raises ModelError where there is none."""
    try:
        bill = json.loads((place / BILL).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            "no-notices",
            "This copy of Parley has no list of others' licences; packages of Parley have one.",
            "Read the licences in the folder of each library, below .venv; Parley's own is in the file LICENSE.",
        ) from error
    return tuple(_component(entry, place) for entry in bill["components"])


def _component(entry: Mapping[str, Any], place: Path) -> Component:
    told = [(each["name"], each["value"]) for each in entry.get("properties", [])]
    licence = entry["licenses"][0]
    return Component(
        name=str(entry["name"]),
        version=str(entry.get("version", "")),
        licence=str(licence["license"]["name"]),
        homepage=next((each["url"] for each in entry.get("externalReferences", [])), ""),
        within=next((value for name, value in told if name == "parley:within"), ""),
        texts=tuple(place / value for name, value in told if name == "parley:text"),
    )


def named(found: tuple[Component, ...], name: str) -> Component:
    """Raises ModelError where no component has the name."""
    for each in found:
        if each.name.lower() == name.lower():
            return each
    raise ModelError("no-component", f"Parley carries nothing that is called “{name}”.", "Run: parley licenses")


def licenses(arguments: argparse.Namespace) -> dict[str, Any]:
    """The command of that name: a table of all components, or the texts of one."""
    place = folder()
    found = components(place)
    if arguments.component is not None:
        found = (named(found, arguments.component),)
    rows = [
        {
            "name": each.name,
            "version": each.version,
            "licence": each.licence,
            "homepage": each.homepage,
            "within": each.within,
            "texts": [str(text) for text in each.texts],
        }
        for each in found
    ]
    if not arguments.json:
        for each in found:
            version = each.version or f"in {each.within}"
            print(f"{each.name:<28} {version:<22} {each.licence}")
        for text in found[0].texts if arguments.component is not None else ():
            print(f"\n{text.read_text(encoding='utf-8')}")
    return {"bill": str(place / BILL), "components": rows}
