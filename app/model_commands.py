"""What `parley models …` does: returns the fields of its --json, prints for people without it, progress on stderr.

It must not know how words are parsed or which exit code follows.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app import settings
from app.folders import data_folder
from app.installing import Installer, Installing, State, settle
from models import available, catalog, languages, particulars
from models.catalog import Card, Origin
from models.roles import GB, CancelToken, ModelError, Role
from models.store import importing, sources
from models.store.installed import Installed, Store
from models.store.web import Web

USUAL_LINE = 50_000_000
"""Bits a second, for a guess of how long it takes before anything has come."""
LINE_SECONDS = 5.0
"""Between two lines of progress where stderr is no terminal."""


def models_list(arguments: argparse.Namespace) -> dict[str, Any]:
    """The starters, what is installed, and the catalog."""
    store = available.store(data_folder(arguments.data))
    store.settle()
    installed = {one.id: one for one in store.installed()}
    cards = {card.id: card for card in catalog.load()} | {one.id: one.card for one in installed.values()}
    rows = []
    for card in cards.values():
        known = arguments.lang is None or arguments.lang in (*card.source, *card.target)
        if known and arguments.role in (None, card.role.value):
            row = _row(card, installed.get(card.id), store)
            if row["installed"] or not arguments.installed:
                rows.append(row)
    rows.sort(key=lambda row: (list(Role).index(Role(row["role"])), not row["installed"]))
    if not arguments.json:
        for row in rows:
            _print_row(row)
        print(f"Models take {_size(store.used())} of the disk, beside the starters.")
    return {"models": rows, "disk_used": store.used(), "disk_free": _free(store)}


def _row(card: Card, one: Installed | None, store: Store) -> dict[str, Any]:
    folder = catalog.starter_folder() / card.folder if card.starter else one.folder if one else None
    told = particulars.read(folder) if folder else None
    here = folder is not None and all((folder / path).exists() for path in card.files.values())
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder else 0
    state = "starter" if card.starter else "available"
    if one is not None:
        state = "refused" if one.fault else "installed"
    elif not card.starter and store.coming(card.id).is_dir():
        state = "begun"
    return {
        "id": card.id,
        "name": card.name,
        "role": card.role.value,
        "engine": card.engine,
        "source": list(card.source),
        "target": list(card.target),
        "licence": card.licence,
        "licence_link": card.licence_link,
        "commercial": card.commercial,
        "description": card.description,
        "starter": card.starter,
        "installed": here,
        "state": state,
        "reason": one.fault if one else "",
        "remedy": one.remedy if one else "",
        "bytes": size,
        "download": card.size,
        "parameters": card.parameters,
        "context": card.context,
        "need": card.need,
        "card_gb": card.card_gb,
        "verified": card.verified,
        "folder": str(folder) if folder else "",
        "particulars": asdict(told) if told else None,
    }


def _print_row(row: dict[str, Any]) -> None:
    spoken = [_languages(row["source"]), _languages(row["target"])]
    size = _size(row["bytes"] if row["installed"] else row["download"])
    fits = f" · for {row['card_gb']} GB" if row["card_gb"] else ""
    print(f"{row['id']:<28} {row['role']:<12} {'→'.join(dict.fromkeys(spoken)):<8} {size:>9}  {row['state']}{fits}")
    unread = "" if row["verified"] else " (not verified)"
    told = row["particulars"]
    print(f"    {told['can'] if told else row['description']}")
    if told:
        print(f"    Cannot: {told['cannot']}")
        for figure in told["figures"]:
            print(f"    {figure['measure']}: {figure['value']:.3g} {figure['unit']}".rstrip())
    print(f"    Licence: {row['licence']}{_commercial(row['commercial'])}{unread}")
    if row["reason"]:
        print(f"    {row['reason']} {row['remedy']}")


def models_search(arguments: argparse.Namespace) -> dict[str, Any]:
    """GGUF models on the hub."""
    found = sources.search(
        " ".join(arguments.words),
        _web(arguments),
        CancelToken(),
        licence=arguments.licence,
        largest=None if arguments.largest is None else round(arguments.largest * GB),
        pictures=True if arguments.pictures else None,
    )
    if not arguments.json:
        for one in found:
            gate = "  (only after signing in)" if one.gated else ""
            print(f"{one.hub}  {one.licence or 'licence unknown'}  {one.downloads:,} downloads{gate}")
            for file in one.files:
                print(f"    {file.path:<60} {_size(file.size):>9}{'  projector' if file.is_projector else ''}")
        if not found:
            print("Nothing was found.")
    return {"found": [asdict(one) for one in found]}


def models_install(arguments: argparse.Namespace) -> dict[str, Any]:
    """Download and install; what was begun stays there whatever happens."""
    web, data = _web(arguments), data_folder(arguments.data)
    store = available.store(data)
    chosen = [_wanted(identity, web) for identity in arguments.ids]
    fits: bool | None = None
    if arguments.set:
        chosen_set, fits = _chosen_set(arguments)
        chosen += [card for card in chosen_set if card.id not in {other.id for other in chosen}]
    for card in chosen:
        unread = "" if card.verified else ", not verified"
        print(f"{card.id}: {_size(card.size)}, {card.licence}{_commercial(card.commercial)}{unread}", file=sys.stderr)
    total = sum(card.size for card in chosen)
    if chosen:
        time_taken = f"{_duration(total * 8 / USUAL_LINE)} at {USUAL_LINE // 1_000_000} Mbit/s"
        print(f"In all {_size(total)}, {time_taken}; {_size(_free(store))} free.", file=sys.stderr)
    if arguments.show:
        return {"models": [_brief(card, "chosen") for card in chosen], "download": total, "fits": fits}
    progress = _Progress()
    installer = Installer(store, web, available.converted(data), progress)
    try:
        installer.add(chosen)
        if not installer.queue:
            raise ModelError("nothing-to-install", "Nothing was begun that could go on.", "Name a model, or use --set.")
        installer.start()
        failed = installer.wait()
    finally:
        installer.stop()
        progress.end()
    done = [state for state in installer.states if state.state in (State.INSTALLED, State.FAILED)]
    if failed:
        last = list(failed.values())[-1]
        others = f"{len(failed)} of {len(done)} models could not be installed; the last: " if len(failed) > 1 else ""
        raise ModelError(last.code, others + last.message, last.remedy)
    if not arguments.json:
        for state in done:
            print(f"{state.id}: installed")
    return {"models": [{"id": state.id, "state": state.state.value} for state in done], "fits": fits}


def models_import(arguments: argparse.Namespace) -> dict[str, Any]:
    """Install from this machine."""
    data = data_folder(arguments.data)
    store, progress = available.store(data), _Progress()
    told = importing.Told(arguments.name, arguments.source, arguments.target, arguments.licence)

    def step(what: str, done: int) -> None:
        progress.say(f"{what} {_size(done)}")

    try:
        with store.changing():
            identity = importing.bring_in(arguments.paths, store, told, CancelToken(), step)
            settle(store, identity, available.converted(data), CancelToken(), progress)
    finally:
        progress.end()
    one = store.find(identity)
    if not arguments.json:
        print(f"{identity}: imported into {one.folder}")
    return {**_brief(one.card, "installed"), "folder": str(one.folder), "bytes": one.size}


def models_verify(arguments: argparse.Namespace) -> dict[str, Any]:
    """Hash again and try anew; a fault is a result, not an error."""
    data = data_folder(arguments.data)
    store, progress, rows = available.store(data), _Progress(), []
    with store.changing():
        for identity in arguments.ids or [one.id for one in store.installed()]:
            _refuse_starter(identity, "verified")

            def told(done: int, name: str = identity) -> None:
                progress.say(f"{name}: {_size(done)}")

            faults = list(store.verify(identity, CancelToken(), told))
            remedy = f"Install it again: parley models install {identity}" if faults else ""
            if not faults:
                try:
                    settle(store, identity, available.converted(data), CancelToken(), progress)
                except ModelError as error:
                    faults, remedy = [error.message], error.remedy
            progress.end()
            rows.append({"id": identity, "ok": not faults, "faults": faults, "remedy": remedy})
            if not arguments.json:
                print(f"{'ok  ' if not faults else 'LOOK'}  {identity}  {' '.join((*faults, remedy))}".rstrip())
    return {"models": rows}


def models_remove(arguments: argparse.Namespace) -> dict[str, Any]:
    """Remove models, and translators' converted copies."""
    data = data_folder(arguments.data)
    store, freed, cache = available.store(data), 0, available.converted(data)
    installer = Installer(store, _web(arguments), cache, lambda at: None)
    try:
        for identity in arguments.ids:
            _refuse_starter(identity, "removed")
            begun = installer.cancel(identity)
            if not begun or any(one.id == identity for one in store.installed()):
                with store.changing():
                    freed += _forget_copy(store, identity, cache) + store.remove(identity)
    finally:
        installer.stop()
    if not arguments.json:
        print(f"Removed {', '.join(arguments.ids)}: {_size(freed)}.")
    return {"removed": arguments.ids, "bytes": freed}


def _forget_copy(store: Store, identity: str, cache: Path) -> int:
    from models import conversion

    one = next((one for one in store.installed() if one.id == identity), None)
    if one is None or one.card.role is not Role.TRANSLATION or not one.whole:
        return 0
    copy = cache / conversion.key(one.folder)
    size = sum(path.stat().st_size for path in copy.rglob("*") if path.is_file())
    shutil.rmtree(copy, ignore_errors=True)
    return size


def _refuse_starter(identity: str, what: str) -> None:
    if any(card.starter and card.id == identity for card in catalog.load()):
        raise ModelError(
            "starter", f"“{identity}” ships with Parley and cannot be {what} here.", "Name an installed model."
        )


def _wanted(identity: str, web: Web) -> Card:
    """The card for an identity of the catalog, or for a file on the hub."""
    card = next((card for card in catalog.load() if card.id == identity and not card.starter), None)
    if card is not None:
        return card
    owner, _, rest = identity.partition("/")
    name, _, files = rest.partition("/")
    model, _, eye = files.partition("+")
    if not (owner and name and model):
        raise ModelError(
            "model-unknown", f"The catalog has no model “{identity[:100]}”.", "See the list: parley models list."
        )
    return _from_hub(f"{owner}/{name}", model, eye, web)


def _from_hub(hub: str, model: str, eye: str, web: Web) -> Card:
    sizes = {file.path: file.size for file in sources.files(hub, web, CancelToken())}
    lacking = [path for path in (model, eye) if path and path not in sizes]
    if lacking:
        raise ModelError(
            "model-unknown", f"“{hub}” on the hub has no “{lacking[0]}”.", "Search again: parley models search …"
        )
    return importing.named(
        Path(model).name,
        Role.VLM if eye else Role.LLM,
        {"model": Path(model).name, **({"projector": Path(eye).name} if eye else {})},
        tuple(Origin(Path(path).name, hub, path, size=sizes[path]) for path in (model, eye) if path),
        sources.licence(hub, web, CancelToken()),
    )


def _chosen_set(arguments: argparse.Namespace) -> tuple[tuple[Card, ...], bool]:
    """The set for this machine, told on stderr."""
    from app.sets import choose
    from models import hardware

    chosen_settings, _ = settings.load(data_folder(arguments.data))
    wanted = arguments.lang or (chosen_settings.language_in, chosen_settings.language_out)
    found = choose(catalog.load(), hardware.read(), tuple(dict.fromkeys(wanted)))
    names = ", ".join(languages.name(code) for code in dict.fromkeys(wanted))
    print(f"A set for this machine and {names}:", file=sys.stderr)
    for role in Role:
        cards = [card for card in found.cards if card.role is role]
        if cards:
            plan = found.plan.roles[role]
            print(f"  {role.value:<12} {' + '.join(card.name for card in cards)}: {plan.reason}", file=sys.stderr)
    for what in found.missing:
        print(f"  There is no {what.removeprefix('a ')} in the catalog.", file=sys.stderr)
    fit = "All of it stays in memory at once." if found.fits else "Not all of it can stay in memory at once."
    print(f"  {_size(found.size)} in all. {fit}", file=sys.stderr)
    return found.cards, found.fits


class _Progress:
    """Progress on stderr: one line that is written over in a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._open = False
        self._state: tuple[str, State] | None = None
        self._last = -LINE_SECONDS

    def __call__(self, at: Installing) -> None:
        new = self._state != (at.id, at.state)
        self._state = (at.id, at.state)
        words = [f"{at.id}: {at.state.value}"]
        if at.step:
            words.append(at.step)
        if at.total and at.state in (State.FETCHING, State.CHECKING, State.UNPACKING):
            words.append(f"{_size(at.done)} of {_size(at.total)}")
        if at.speed is not None and at.state is State.FETCHING:
            words.append(f"{_size(round(at.speed))}/s")
        if at.seconds_left is not None and at.state is State.FETCHING:
            words.append(f"{_duration(at.seconds_left)} left")
        if at.trouble:
            words.append(at.trouble)
        self.say("  ".join(words), new or at.state.final)

    def say(self, line: str, now: bool = False) -> None:
        moment = time.monotonic()
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{line[:width]}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif now or moment - self._last >= LINE_SECONDS:
            self._last = moment
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line that is written over."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._open = False


def _web(arguments: argparse.Namespace) -> Web:
    chosen, _ = settings.load(data_folder(arguments.data))
    return Web(chosen.mirror)


def _brief(card: Card, state: str) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "role": card.role.value,
        "download": card.size,
        "licence": card.licence,
        "commercial": card.commercial,
        "state": state,
    }


def _commercial(allowed: bool | None) -> str:
    return {True: ", commercial use allowed", False: ", no commercial use", None: ""}[allowed]


def _languages(codes: Sequence[str]) -> str:
    return "/".join(codes) if len(codes) < 4 else f"{len(codes)} languages"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count < GB else f"{count / GB:,.1f} GB"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _free(store: Store) -> int:
    place = next(folder for folder in (store.root, *store.root.parents) if folder.exists())
    return shutil.disk_usage(place).free
