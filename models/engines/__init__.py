"""One engine per file. This package finds its own engines by walking the folder; nothing else lists them."""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

from models.catalog import Card
from models.roles import Engine, ModelError, Role


def module_names() -> list[str]:
    """Dotted names of all engine modules; the packaging spec bundles exactly these."""
    return [f"{__name__}.{info.name}" for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]


def engine_classes() -> dict[str, type[Engine]]:
    """Engine classes by the name that catalog cards use."""
    found: dict[str, type[Engine]] = {}
    for module_name in module_names():
        module = importlib.import_module(module_name)
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module_name and hasattr(value, "role"):
                engine = cast("type[Engine]", value)
                found[engine.name] = engine
    return found


def engine(card: Card, folder: Path, cache: Path) -> Engine:
    """The engine for the model in `folder`, not yet loaded. Raises ModelError."""
    engine_class = engine_classes().get(card.engine)
    if engine_class is None:
        raise ModelError(
            "engine-unknown",
            f"“{card.name}” needs the engine “{card.engine}”, which this version of Parley does not have.",
            "Update Parley, or choose another model.",
        )
    for path in card.files.values():
        if not (folder / path).exists():
            raise ModelError(
                "model-missing",
                f"“{card.name}” is not there: {folder / path} is missing.",
                "Install it again, or choose another model.",
            )
    make = cast("Callable[..., Engine]", engine_class)
    # Only translators are made from another format at first use, so only they are told where to keep that.
    return make(card, folder, cache=cache) if card.role is Role.TRANSLATION else make(card, folder)
