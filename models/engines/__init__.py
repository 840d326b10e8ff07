"""One engine per file. This package finds its own engines by walking the folder; nothing else lists them."""

import importlib
import pkgutil
from typing import cast

from models.roles import Engine


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
