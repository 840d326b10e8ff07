"""Every model that there is: those that ship with Parley, installed ones, those on their way, and the catalog's.

Owns how a model stands on this machine, finding the card of one that is wanted, verifying and removing one, and words
for its size and times. Shared by terminal and window; it must not know either.
"""

import itertools
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from app import settings
from app.installing import Installing, kept, settle
from app.settings import Settings
from models import catalog, particulars
from models.catalog import Card, Origin
from models.particulars import Particulars
from models.roles import GB, CancelToken, ModelError, Role
from models.store import importing, sources
from models.store.installed import Installed, Store, again, taken
from models.store.sources import Found, HubFile
from models.store.web import Web

MOST_PARTS = 200
"""Files of one model."""
_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf")


class Standing(StrEnum):
    """How a model stands on this machine."""

    STARTER = "starter"
    INSTALLED = "installed"
    REFUSED = "refused"
    """It is here, and is not used; the reason says why."""
    BEGUN = "begun"
    """Some of it has come."""
    AVAILABLE = "available"


@dataclass(frozen=True)
class Entry:
    """One model."""

    card: Card
    standing: Standing
    folder: Path | None
    """Where it lies; None where it is not here."""
    here: bool
    """Whether all its files are here."""
    size: int
    """Bytes that it takes of the disk; 0 where it is not here."""
    told: Particulars | None
    """What the card beside it tells."""
    reason: str = ""
    """Why it is not used, in a sentence."""
    remedy: str = ""
    whole: bool = True
    """Of one that is refused: whether all its files are as they were."""


def entries(store: Store, also: Iterable[Card] = ()) -> tuple[Entry, ...]:
    """Every model by role, what is here before what is not; `also` those that only the caller knows. Reads the disk."""
    store.settle()
    installed = {one.id: one for one in store.installed()}
    cards = {card.id: card for card in (*also, *(card for card, _ in kept(store)), *catalog.load())}
    cards |= {one.id: one.card for one in installed.values()}
    order = list(Role)
    found = [_entry(card, installed.get(card.id), store) for card in cards.values()]
    return tuple(sorted(found, key=lambda entry: (order.index(entry.card.role), not entry.here)))


def _entry(card: Card, one: Installed | None, store: Store) -> Entry:
    folder = catalog.starter_folder() / card.folder if card.starter else one.folder if one else None
    standing = Standing.STARTER if card.starter else Standing.AVAILABLE
    if one is not None:
        standing = Standing.REFUSED if one.fault else Standing.INSTALLED
    elif not card.starter and store.coming(card.id).is_dir():
        standing = Standing.BEGUN
    return Entry(
        card,
        standing,
        folder,
        here=folder is not None and all((folder / path).exists() for path in card.files.values()),
        size=taken(folder, linked=True) if folder else 0,
        told=particulars.read(folder) if folder else None,
        reason=one.fault if one else "",
        remedy=one.remedy if one else "",
        whole=one is None or one.whole,
    )


def web(data: Path) -> Web:
    """The way to the sources, as the settings in a data folder say."""
    chosen, _ = settings.load(data)
    return Web(chosen.mirror)


def wanted(identity: str, store: Store, web: Web, cancel: CancelToken, spoken: Sequence[str] = ()) -> Card:
    """The card for an identity of the catalog or of what came from a source before, or for a file on the hub, whose
    languages are `spoken` where the person says so. Raises ModelError, Cancelled."""
    came = (one.card for one in store.installed() if one.card.origins)
    card = next((card for card in (*catalog.load(), *came) if card.id == identity and not card.starter), None)
    if card is not None:
        return card
    owner, _, rest = identity.partition("/")
    name, _, files = rest.partition("/")
    model, _, eye = files.partition("+")
    if not (owner and name and model):
        raise ModelError(
            "model-unknown", f"The catalog has no model “{identity[:100]}”.", "See the list: parley models list."
        )
    return from_hub(f"{owner}/{name}", model, eye, store, web, cancel, spoken)


def from_hub(
    hub: str, model: str, eye: str, store: Store, web: Web, cancel: CancelToken, spoken: Sequence[str] = ()
) -> Card:
    """The card for a model in a repository of the hub, named by its first file, and its picture projector (or "").

    It knows the languages `spoken` (ISO 639-1); where nobody names any, those that its repository tells, else English.
    Raises ModelError, Cancelled.
    """
    sizes = {file.path: file.size for file in sources.files(hub, web, cancel)}
    wanted = (*parts(model), *([eye] if eye else []))
    lacking = [path for path in wanted if path not in sizes]
    if lacking:
        raise ModelError(
            "model-unknown", f"“{hub}” on the hub has no “{lacking[0]}”.", "Search the hub again for what it has now."
        )
    about = sources.about(hub, web, cancel)
    card = importing.named(
        Path(model).name,
        Role.VLM if eye else Role.LLM,
        {"model": Path(model).name, **({"projector": Path(eye).name} if eye else {})},
        tuple(Origin(Path(path).name, hub, path, size=sizes[path]) for path in wanted),
        about.licence or "unknown",
        tuple(spoken) or about.languages,
    )
    return _apart(card, store)


def _apart(card: Card, store: Store) -> Card:
    """The card under an identity that no other model has: files of the same name lie in many repositories."""
    waiting, here = (other for other, _ in kept(store)), (one.card for one in store.installed())
    known = {other.id: other for other in (*catalog.load(), *waiting, *here)}
    names = (card.id if number == 1 else f"{card.id}-{number}" for number in itertools.count(1))
    identity = next(name for name in names if name not in known or _places(known[name]) == _places(card))
    return replace(card, id=identity, folder=identity)


def _places(card: Card) -> list[tuple[str, str]]:
    return [(origin.hub, origin.path) for origin in card.origins]


def parts(first: str) -> tuple[str, ...]:
    """The files of a model on the hub by its first one: a large one may be split."""
    name = _PART.fullmatch(first)
    if name is None or int(name[2]) != 1:
        return (first,)
    return tuple(f"{name[1]}-{number:05}-of-{name[3]}.gguf" for number in range(1, min(int(name[3]), MOST_PARTS) + 1))


def choices(found: Found) -> tuple[HubFile, ...]:
    """The models in a repository of the hub, the smallest first, each by its first file with the size of all its parts;
    one that lacks a part is left out."""
    sizes = {file.path: file.size for file in found.files if not file.is_projector}
    firsts = [path for path in sizes if (name := _PART.fullmatch(path)) is None or int(name[2]) == 1]
    whole = [
        HubFile(path, sum(sizes[part] for part in all_of))
        for path in firsts
        if sizes.keys() >= set(all_of := parts(path))
    ]
    return tuple(sorted(whole, key=lambda file: file.size))


def refuse_starter(identity: str, what: str) -> None:
    """Raise ModelError for a model that ships with Parley; `what` cannot be done with it ("removed")."""
    if any(card.starter and card.id == identity for card in catalog.load()):
        raise ModelError(
            "starter", f"“{identity}” ships with Parley and cannot be {what} here.", "Name an installed model."
        )


def verify(
    store: Store,
    identity: str,
    cache: Path,
    cancel: CancelToken,
    hashed: Callable[[int], None],
    settling: Callable[[Installing], None],
) -> tuple[tuple[str, ...], str]:
    """Hash an installed model again and try it anew; returns what is wrong, in sentences, and a remedy.

    `hashed` is told the bytes that were read, `settling` what is done after that. Raises ModelError, Cancelled.
    """
    refuse_starter(identity, "verified")
    with store.changing():
        faults = store.verify(identity, cancel, hashed)
        if faults:
            return faults, again(store.find(identity).card)
        try:
            settle(store, identity, cache, cancel, settling)
        except ModelError as error:
            return (error.message,), error.remedy
    return (), ""


def remove(store: Store, identity: str, cache: Path) -> int:
    """Remove an installed model and its converted copy in `cache`; returns the bytes. Raises ModelError."""
    refuse_starter(identity, "removed")
    with store.changing():
        return _forget_copy(store, identity, cache) + store.remove(identity)


def _forget_copy(store: Store, identity: str, cache: Path) -> int:
    from models import conversion

    one = next((one for one in store.installed() if one.id == identity), None)
    if one is None or one.card.role is not Role.TRANSLATION or not one.whole:
        return 0
    copy = cache / conversion.key(one.folder)
    size = taken(copy, linked=True)
    shutil.rmtree(copy, ignore_errors=True)
    return size


def preferring(identities: Sequence[str], before: Settings, entries: Iterable[Entry]) -> Settings:
    """Settings by which these models are used before all others that do the same; of those that were preferred before,
    what is no longer here is left out."""
    here = {*identities, *(entry.card.id for entry in entries if entry.here)}
    order = [each for each in dict.fromkeys((*identities, *before.models.split())) if each in here]
    while len(" ".join(order)) > settings.MAX_TEXT:
        order.pop()
    return replace(before, models=" ".join(order))


def free(store: Store) -> int:
    """Bytes that are free on the disk that holds the models."""
    place = next(folder for folder in (store.root, *store.root.parents) if folder.exists())
    return shutil.disk_usage(place).free


def licence(card: Card) -> str:
    """Its licence, and whether it allows commercial use where somebody has looked."""
    allowed = {True: ", commercial use allowed", False: ", no commercial use", None: ""}[card.commercial]
    return f"{card.licence}{allowed}"


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e6:,.1f} MB" if count < GB else f"{count / GB:,.1f} GB"


def duration(seconds: float) -> str:
    """Seconds for people."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
