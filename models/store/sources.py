"""Where files lie and what their source says of them: the Hugging Face hub, Vosk's list, and plain addresses.

Owns asking for a file's size and hash before it is fetched, and the search for GGUF models on the hub. It must not know
how files are fetched, nor what a model is made of.

The hub tells revision, size and hash in the headers of the resolve address itself, which redirects to the content; the
redirect is not followed. Reference: huggingface.co/docs/huggingface_hub (get_hf_file_metadata).
"""

import json
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models import languages
from models.catalog import HUB, REPOSITORY, Origin
from models.roles import CancelToken, ModelError
from models.store import disk
from models.store.web import Response, Web, host

VOSK_LIST = "https://alphacephei.com/vosk/models/model-list.json"
MOST_FOUND = 20
"""Repositories in an answer to a search."""


@dataclass(frozen=True)
class Pinned:
    """A file as its source described it: what is fetched from now on is this and nothing else."""

    to: str
    url: str
    size: int
    hashes: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    """The hub's revision."""
    unpack: bool = False

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Pinned":
        """From a table that `vars` made. Raises KeyError, TypeError, ValueError."""
        hashes = {str(name): str(digest) for name, digest in dict(table["hashes"]).items()}
        to, url, commit = (str(table[name]) for name in ("to", "url", "commit"))
        if to != ".":
            disk.safe(to)
        return cls(to, url, int(table["size"]), hashes, commit, bool(table["unpack"]))


def pin(origin: Origin, web: Web, cancel: CancelToken) -> Pinned:
    """Ask the source of a file for its size and hash. Raises ModelError, Cancelled."""
    if not origin.hub:
        return _pin_address(origin, web, cancel)
    answer = web.head(web.at_mirror(_resolve(origin, origin.revision)), cancel)
    _refuse_page(answer)
    commit = answer.header("X-Repo-Commit")
    digest = (answer.header("X-Linked-ETag") or answer.header("ETag")).removeprefix("W/").strip('"').lower()
    told = answer.header("X-Linked-Size")
    size = int(told) if re.fullmatch(r"\d{1,18}", told) else answer.length if answer.status == 200 else None
    hashes = {}
    if re.fullmatch(r"[0-9a-f]{64}", digest):
        hashes["sha256"] = digest
    elif re.fullmatch(r"[0-9a-f]{40}", digest):
        hashes["git-blob"] = digest
    revision = commit if re.fullmatch(r"[0-9a-f]{40}", commit) else origin.revision
    return _pinned(origin, web.at_mirror(_resolve(origin, revision)), size, hashes, revision)


def _pin_address(origin: Origin, web: Web, cancel: CancelToken) -> Pinned:
    url = web.at_mirror(origin.url)
    answer = web.head(url, cancel)
    _refuse_page(answer)
    hashes: dict[str, str] = {}
    size = answer.length
    if origin.url.startswith(VOSK_LIST.rpartition("/")[0]):
        listed = _vosk_entry(origin.url, web, cancel)
        digest = str(listed.get("md5", "")).lower()
        if re.fullmatch(r"[0-9a-f]{32}", digest):
            hashes["md5"] = digest
        if size is None and type(listed.get("size")) is int:
            size = listed["size"]
    return _pinned(origin, url, size, hashes, "")


def _pinned(origin: Origin, url: str, size: int | None, hashes: dict[str, str], commit: str) -> Pinned:
    if size is None:
        raise ModelError(
            "source-odd", f"{host(url)} does not say how large “{_name(url)}” is.", "Try again later, or set a mirror."
        )
    told = hashes.get("sha256", origin.sha256)
    if (origin.size is not None and origin.size != size) or (origin.sha256 and origin.sha256 != told):
        raise ModelError(
            "source-other",
            f"“{_name(url)}” at {host(url)} is not the file that the catalog describes.",
            "Update Parley, or choose another model.",
        )
    if origin.sha256:
        hashes = {**hashes, "sha256": origin.sha256}
    return Pinned(origin.to, url, size, hashes, commit, origin.unpack)


def _resolve(origin: Origin, revision: str) -> str:
    path = "/".join(urllib.parse.quote(part) for part in (*origin.hub.split("/"), "resolve", revision))
    return f"{HUB}/{path}/{urllib.parse.quote(origin.path)}"


def _refuse_page(answer: Response) -> None:
    # A redirect's own body may be a page; what counts is where it leads.
    if answer.status == 200 and answer.is_page:
        raise ModelError(
            "not-the-file",
            f"{host(answer.url)} has a web page in the place of “{_name(answer.url)}”.",
            "Perhaps this network wants you to sign in first: open a page in the browser, then try again.",
        )


def _vosk_entry(url: str, web: Web, cancel: CancelToken) -> Mapping[str, Any]:
    """What Vosk's list says of a model; nothing where the list cannot be had, for it only adds a second check."""
    try:
        listed = json.loads(web.text(web.at_mirror(VOSK_LIST), cancel))
        name = _name(url).removesuffix(".zip")
        return next((each for each in listed if isinstance(each, dict) and each.get("name") == name), {})
    except (ModelError, ValueError, TypeError, RecursionError):
        return {}


def _name(url: str) -> str:
    return urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])


@dataclass(frozen=True)
class HubFile:
    path: str
    size: int

    @property
    def is_projector(self) -> bool:
        return "mmproj" in self.path.rpartition("/")[2].lower()


@dataclass(frozen=True)
class About:
    """What a repository on the hub tells of its model."""

    licence: str = ""
    """As the hub calls it; "" where it names none."""
    languages: tuple[str, ...] = ()
    """Those that Parley knows (ISO 639-1)."""


@dataclass(frozen=True)
class Found:
    """A repository on the hub with models in GGUF."""

    hub: str
    licence: str
    downloads: int
    gated: bool
    """Whether one has to sign in and agree to something first; Parley cannot fetch it then."""
    files: tuple[HubFile, ...]
    languages: tuple[str, ...] = ()
    """As far as it names any that Parley knows (ISO 639-1)."""

    @property
    def pictures(self) -> bool:
        return any(file.is_projector for file in self.files)


def search(
    words: str,
    web: Web,
    cancel: CancelToken,
    *,
    licence: str = "",
    largest: int | None = None,
    pictures: bool | None = None,
    most: int = MOST_FOUND,
) -> tuple[Found, ...]:
    """GGUF models on the hub, the most used ones first.

    Keeps those of a licence (as the hub calls it, "apache-2.0"), files of at most `largest` bytes, and repositories
    that have, or lack, a picture projector. Raises ModelError, Cancelled.
    """
    filters = [("filter", "gguf"), *([("filter", f"license:{licence.lower()}")] if licence else [])]
    query = [("search", words), *filters, ("sort", "downloads"), ("direction", "-1"), ("limit", str(min(most, 100)))]
    listed = _json(f"{HUB}/api/models?{urllib.parse.urlencode(query)}", web, cancel)
    found: list[Found] = []
    for entry in listed[:most]:
        one = _found(entry, web, cancel)
        if one is None or (licence and one.licence != licence.lower()):
            continue
        if pictures is not None and one.pictures != pictures:
            continue
        files = tuple(file for file in one.files if largest is None or file.size <= largest)
        if any(not file.is_projector for file in files):
            found.append(replace(one, files=files))
    return tuple(found)


def files(hub: str, web: Web, cancel: CancelToken) -> tuple[HubFile, ...]:
    """The GGUF files of a repository. Raises ModelError, Cancelled."""
    listed = _json(f"{HUB}/api/models/{urllib.parse.quote(hub)}/tree/main?recursive=true", web, cancel)
    found = []
    for entry in listed:
        path, size = entry.get("path"), entry.get("size")
        if isinstance(path, str) and path.lower().endswith(".gguf") and type(size) is int:
            try:
                found.append(HubFile(str(disk.safe(path)), size))
            except ValueError:
                continue
    return tuple(found)


def about(hub: str, web: Web, cancel: CancelToken) -> About:
    """What a repository tells of its model. Raises ModelError, Cancelled."""
    try:
        return _about(json.loads(web.text(web.at_mirror(f"{HUB}/api/models/{urllib.parse.quote(hub)}"), cancel)))
    except (ValueError, AttributeError, RecursionError):
        return About()


def _about(entry: Mapping[str, Any]) -> About:
    listed = entry.get("tags")
    tags = [tag for tag in listed if isinstance(tag, str)] if isinstance(listed, list) else []
    licence = next((tag.partition(":")[2][:60] for tag in tags if tag.startswith("license:")), "")
    # Languages stand among all other tags, as bare codes.
    return About(licence, tuple(dict.fromkeys(tag for tag in tags if tag in languages.NAMES)))


def _found(entry: Mapping[str, Any], web: Web, cancel: CancelToken) -> Found | None:
    hub = entry.get("id")
    if not isinstance(hub, str) or not re.fullmatch(REPOSITORY, hub):
        return None
    told, downloads = _about(entry), entry.get("downloads", 0)
    return Found(
        hub=hub,
        licence=told.licence,
        languages=told.languages,
        downloads=downloads if type(downloads) is int else 0,
        gated=bool(entry.get("gated")),
        files=files(hub, web, cancel),
    )


def _json(url: str, web: Web, cancel: CancelToken) -> list[Mapping[str, Any]]:
    try:
        listed = json.loads(web.text(web.at_mirror(url), cancel))
        if not isinstance(listed, list):
            raise ValueError
        return [entry for entry in listed if isinstance(entry, dict)]
    except (ValueError, RecursionError) as error:
        raise ModelError(
            "source-odd",
            f"{host(web.at_mirror(url))} gave an answer that is no list.",
            "Try again later, or set another mirror.",
        ) from error
