"""Cards: what each model is, which engine opens it, which files it has, where they come from, what its licence says.

Owns reading and checking resources/catalog.toml, and a card's form as a table. It must not know whether a model's files
are present, nor how they are fetched.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from models.roles import ModelError, Role
from models.store import disk

HUB = "https://huggingface.co"
REPOSITORY = re.compile(r"\w[\w.-]{0,95}/\w[\w.-]{0,95}")
"""A repository of the hub, owner and name."""


@dataclass(frozen=True)
class Origin:
    """Where one file of a model comes from: the hub (repository, revision, path) or an address of its own."""

    to: str
    """Path inside the model's folder; "." for an archive that is unpacked there."""
    hub: str = ""
    """Repository on the Hugging Face hub, "owner/name"."""
    path: str = ""
    revision: str = "main"
    url: str = ""
    """The file's address where it does not come from the hub."""
    size: int | None = None
    """Bytes, exactly; None where only the source knows."""
    about: int = 0
    """Bytes, roughly, for people; 0 where `size` says it, or nobody does."""
    sha256: str = ""
    unpack: bool = False
    """It is a zip or tar archive that holds the model's folder."""


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
    """Context length in tokens that the model is opened with."""
    picture_side: int | None = None
    """Longest side in pixels of a picture worth handing to the model."""
    sampling: Mapping[str, float] = field(default_factory=dict)
    """Fields of roles.Sampling that suit the model."""
    beyond: str = ""
    """How an answer begins by which the model says that a question is beyond it; empty if it has no such words."""
    origins: tuple[Origin, ...] = ()
    """Where its files come from; empty for what ships with Parley or was imported."""
    licence_link: str = ""
    commercial: bool | None = None
    """Whether its licence allows commercial use; None where nobody has looked."""
    parameters: int | None = None
    active: int | None = None
    """Of the parameters, those that a token needs, where that is not all: of a mixture of experts."""
    need: int | None = None
    """Bytes of memory that it takes at `context`, roughly."""
    card_gb: int | None = None
    """Graphics memory in GB that it is meant for, its context included; None for what runs well on the CPU."""
    verified: bool = True
    """Whether somebody has read the names, sizes and licence at the source; else they are remembered or hearsay."""

    @property
    def size(self) -> int:
        """Bytes to download, as far as known."""
        return sum(origin.size or origin.about for origin in self.origins)

    def serves(self, source: str | None, target: str | None) -> bool:
        """Whether it understands one language and produces the other."""
        return (source is None or source in self.source) and (target is None or target in self.target)


def parse(text: str) -> tuple[Card, ...]:
    """Cards from the catalog's TOML. Raises ModelError("catalog-invalid") that names the model and the field."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(
            "catalog-invalid", f"The model catalog cannot be read: {error}.", "Reinstall Parley."
        ) from error
    return tuple(card(identity, table) for identity, table in tables.items())


def card(identity: str, table: Mapping[str, Any]) -> Card:
    """A card from its table. Raises ModelError("catalog-invalid")."""
    try:
        return _card(identity, table)
    except (KeyError, TypeError, ValueError) as error:
        cause = f"the field {error} is missing" if isinstance(error, KeyError) else error
        raise ModelError(
            "catalog-invalid",
            f"The catalog entry for “{identity[:80]}” is not valid: {cause}.",
            "Reinstall Parley, or mend resources/catalog.toml.",
        ) from error


def table(card: Card) -> dict[str, Any]:
    """A card as the table that `card` reads."""
    found: dict[str, Any] = {"role": card.role.value}
    for each in fields(card):
        value = getattr(card, each.name)
        if each.name in ("id", "role", "origins") or value is None:
            continue
        found[each.name] = list(value) if isinstance(value, tuple) else dict(value) if each.name in _MAPS else value
    found["downloads"] = [
        {name: value for name, value in vars(origin).items() if value not in (None, "", 0, False)}
        for origin in card.origins
    ]
    return found


_MAPS = ("files", "sampling")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SAMPLING = ("temperature", "top_p", "max_tokens", "seed")
_WORDS = {"name": 200, "engine": 80, "licence": 200, "description": 1000}


def _card(identity: str, table: Mapping[str, Any]) -> Card:
    if not isinstance(table, dict):
        raise TypeError("it is not a table")
    known = {each.name for each in fields(Card)} - {"id", "origins"} | {"downloads", "hub", "revision"}
    if unknown := sorted(set(table) - known):
        raise ValueError(f"it has the unknown field “{unknown[0]}”")
    source = _languages(table["source"])
    words = {name: _text(table[name], name, most) for name, most in _WORDS.items()}
    sampling = dict(table.get("sampling", {}))
    if any(name not in _SAMPLING or type(value) not in (int, float) for name, value in sampling.items()):
        raise ValueError("its sampling is not understood")
    files = {str(part): _path(path) for part, path in dict(table["files"]).items()}
    if not files:
        raise ValueError("it has no files")
    origins = tuple(_origin(each, table) for each in table.get("downloads", []))
    if len({origin.to for origin in origins}) < len(origins):
        raise ValueError("two of its downloads go to the same place")
    if len(origins) > 1 and any(origin.unpack for origin in origins):
        raise ValueError("an archive must be its only download")
    commercial = table.get("commercial")
    if commercial is not None and not isinstance(commercial, bool):
        raise ValueError("“commercial” must be true or false")
    return Card(
        id=_name(identity),
        role=Role(table["role"]),
        folder=_name(table.get("folder", identity)),
        files=files,
        source=source,
        target=_languages(table["target"]) if "target" in table else source,
        starter=_flag(table, "starter", False),
        context=_count(table, "context"),
        picture_side=_count(table, "picture_side"),
        sampling=sampling,
        beyond=_text(table["beyond"], "beyond", 200) if table.get("beyond") else "",
        origins=origins,
        licence_link=_link(table.get("licence_link", "")),
        commercial=commercial,
        parameters=_count(table, "parameters"),
        active=_count(table, "active"),
        need=_count(table, "need"),
        card_gb=_count(table, "card_gb"),
        verified=_flag(table, "verified", True),
        **words,
    )


def _origin(given: Mapping[str, Any], table: Mapping[str, Any]) -> Origin:
    if unknown := sorted(set(given) - {each.name for each in fields(Origin)}):
        raise ValueError(f"a download has the unknown field “{unknown[0]}”")
    url = _link(given.get("url", ""))
    hub = "" if url else _text(given.get("hub", table.get("hub", "")), "hub", 200)
    path = "" if url else str(disk.safe(given["path"]))
    if (hub and not REPOSITORY.fullmatch(hub)) or not (hub or url):
        raise ValueError(f"“{hub}” is no repository of the hub")
    unpack = _flag(given, "unpack", False)
    sha256 = given.get("sha256", "")
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("a download's sha256 is not one")
    to = _path(given.get("to", "." if unpack else path))
    if (to == ".") != unpack:
        raise ValueError("a download needs “to”: where in the folder it goes")
    return Origin(
        to=to,
        hub=hub,
        path=path,
        revision=_text(given.get("revision", table.get("revision", "main")), "revision", 80),
        url=url,
        size=_count(given, "size"),
        about=_count(given, "about") or 0,
        sha256=sha256,
        unpack=unpack,
    )


def _text(value: Any, name: str, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
        raise ValueError(f"“{name}” must be a short text")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError(f"“{str(value)[:80]}” cannot be the name of a model's folder")
    return str(disk.safe(value))


def _path(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a file's name must be a text")
    return value if value == "." else str(disk.safe(value))


def _link(value: Any) -> str:
    if value == "":
        return ""
    text = _text(value, "address", 500)
    if not re.match(r"https?://[^/@\s]+/", text):
        raise ValueError(f"“{text}” is no address")
    return text


def _languages(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or any(not _LANGUAGE.fullmatch(str(code)) for code in value):
        raise TypeError("its languages must be a list of two-letter codes")
    return tuple(value)


def _flag(table: Mapping[str, Any], name: str, default: bool) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"“{name}” must be true or false")
    return value


def _count(table: Mapping[str, Any], name: str) -> int | None:
    value = table.get(name)
    if value is not None and (type(value) is not int or not 0 < value < 1 << 50):
        raise ValueError(f"“{name}” must be a whole number")
    return value


@functools.cache
def load() -> tuple[Card, ...]:
    """The cards of the catalog that ships with Parley."""
    return parse((resources.files("resources") / "catalog.toml").read_text(encoding="utf-8"))


def starter_folder() -> Path:
    """Where the starter models lie."""
    return Path(str(resources.files("resources") / "starter"))
