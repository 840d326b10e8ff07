"""Cards: what each model is, which engine opens it, which files it has and what its licence says.

Owns reading and checking resources/catalog.toml. It must not know whether a model's files are present.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from models.roles import ModelError, Role


@dataclass(frozen=True)
class Card:
    """One model, as the catalog describes it."""

    id: str
    name: str
    role: Role
    engine: str
    folder: str
    """Name of the model's folder."""
    files: Mapping[str, str]
    """Part ("model", "projector", "config", ...) to path inside the folder; "." is the folder itself."""
    source: tuple[str, ...]
    """ISO 639-1 codes it understands."""
    target: tuple[str, ...]
    """ISO 639-1 codes it produces; the same as `source` but for translation."""
    licence: str
    description: str
    starter: bool = False
    context: int | None = None
    """Context length in tokens that the model was made for."""
    picture_side: int | None = None
    """Longest side in pixels of a picture worth handing to the model."""
    sampling: Mapping[str, float] = field(default_factory=dict)
    """Fields of roles.Sampling that suit the model."""
    beyond: str = ""
    """How an answer begins by which the model says that a question is beyond it; empty if it has no such words."""


def parse(text: str) -> tuple[Card, ...]:
    """Cards from the catalog's TOML. Raises ModelError("catalog-invalid") that names the model and the field."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(
            "catalog-invalid", f"The model catalog cannot be read: {error}.", "Reinstall Parley."
        ) from error
    return tuple(_card(identity, table) for identity, table in tables.items())


def _card(identity: str, table: Mapping[str, Any]) -> Card:
    try:
        source = tuple(table["source"])
        return Card(
            id=identity,
            name=table["name"],
            role=Role(table["role"]),
            engine=table["engine"],
            folder=table.get("folder", identity),
            files=dict(table["files"]),
            source=source,
            target=tuple(table.get("target", source)),
            licence=table["licence"],
            description=table["description"],
            starter=bool(table.get("starter", False)),
            context=table.get("context"),
            picture_side=table.get("picture_side"),
            sampling=dict(table.get("sampling", {})),
            beyond=str(table.get("beyond", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "catalog-invalid",
            f"The catalog entry for “{identity}” is not valid: {error}.",
            "Reinstall Parley, or mend resources/catalog.toml.",
        ) from error


def load() -> tuple[Card, ...]:
    """The cards of the catalog that ships with Parley."""
    return parse((resources.files("resources") / "catalog.toml").read_text(encoding="utf-8"))


def starter_folder() -> Path:
    """Where the starter models lie."""
    return Path(str(resources.files("resources") / "starter"))
