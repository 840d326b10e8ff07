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

from app import bringing, inventory, set_offer, settings
from app.elsewhere import with_remote
from app.folders import data_folder
from app.installing import Installer, Installing, State
from app.inventory import Entry, size
from app.planning import placed, spoken
from app.prospects import Prospect, prospect
from app.set_offer import SetOffer
from models import available, languages
from models.catalog import Card
from models.residency import Library
from models.roles import GB, CancelToken, ModelError, Role
from models.store import importing, sources

LINE_SECONDS = 5.0
"""Between two lines of progress where stderr is no terminal."""


def models_list(arguments: argparse.Namespace) -> dict[str, Any]:
    """The starters, what is installed, and the catalog."""
    data = data_folder(arguments.data)
    store, rows = available.store(data), []
    for entry in inventory.entries(store):
        card = entry.card
        known = arguments.lang is None or arguments.lang in (*card.source, *card.target)
        if known and arguments.role in (None, card.role.value) and (entry.here or not arguments.installed):
            rows.append(entry)
    used, expected = store.used(), _expected(rows, data) if arguments.fit else {}
    if not arguments.json:
        for entry in rows:
            _print_entry(entry)
            if (told := expected.get(entry.card.id)) is not None:
                print(f"    {told.fit.sentence}" + (f" {told.speed.sentence}" if told.speed is not None else ""))
        print(f"Models take {size(used)} of the disk, beside the starters.")
    fields = [{**_fields(entry), **_prospect_fields(expected.get(entry.card.id))} for entry in rows]
    return {"models": fields, "disk_used": used, "disk_free": inventory.free(store)}


def _expected(entries: Sequence[Entry], data: Path) -> dict[str, Prospect]:
    """What to expect of models beside those in use, by identity."""
    library, progress, found = _in_use(data), _Progress(), dict[str, Prospect]()
    for place, entry in enumerate(entries):
        progress.say(f"judging {place + 1} of {len(entries)}")
        if not entry.reason:
            folder = entry.folder if entry.here else None
            found[entry.card.id] = prospect(entry.card, folder, library, data)
    progress.end()
    return found


def _prospect_fields(told: Prospect | None) -> dict[str, Any]:
    if told is None:
        return {}
    speed = told.speed
    return {
        "fit": {"verdict": told.fit.verdict.value, "sentence": told.fit.sentence},
        "speed": None if speed is None else asdict(speed),
    }


def _fields(entry: Entry) -> dict[str, Any]:
    card = entry.card
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
        "installed": entry.here,
        "state": entry.standing.value,
        "reason": entry.reason,
        "remedy": entry.remedy,
        "bytes": entry.size,
        "download": card.size,
        "parameters": card.parameters,
        "context": card.context,
        "need": card.need,
        "card_gb": card.card_gb,
        "verified": card.verified,
        "folder": str(entry.folder) if entry.folder else "",
        "particulars": asdict(entry.told) if entry.told else None,
    }


def _print_entry(entry: Entry) -> None:
    card, told = entry.card, entry.told
    spoken = "→".join(dict.fromkeys((_languages(card.source), _languages(card.target))))
    fits = f" · for {card.card_gb} GB" if card.card_gb else ""
    room = size(entry.size if entry.here else card.size)
    print(f"{card.id:<28} {card.role.value:<12} {spoken:<8} {room:>9}  {entry.standing.value}{fits}")
    print(f"    {told.can if told else card.description}")
    if told:
        print(f"    Cannot: {told.cannot}")
        for figure in told.figures:
            print(f"    {figure.measure}: {figure.value:.3g} {figure.unit}".rstrip())
    print(f"    Licence: {inventory.licence(card)}{'' if card.verified else ' (not verified)'}")
    if entry.folder and not card.starter:
        print(f"    Folder: {entry.folder}")
    if entry.reason:
        print(f"    {entry.reason} {entry.remedy}")


def models_search(arguments: argparse.Namespace) -> dict[str, Any]:
    """GGUF models on the hub."""
    found = sources.search(
        " ".join(arguments.words),
        inventory.web(data_folder(arguments.data)),
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
                print(f"    {file.path:<60} {size(file.size):>9}{'  projector' if file.is_projector else ''}")
        if not found:
            print("Nothing was found.")
    return {"found": [asdict(one) for one in found]}


def models_install(arguments: argparse.Namespace) -> dict[str, Any]:
    """Download and install; what was begun stays there whatever happens."""
    data = data_folder(arguments.data)
    web = inventory.web(data)
    store = available.store(data)
    spoken = () if arguments.set else arguments.lang or ()
    chosen = [inventory.wanted(identity, store, web, CancelToken(), spoken) for identity in arguments.ids]
    fits: bool | None = None
    if arguments.set:
        offered = _offered_set(data, arguments.lang)
        fits = offered.together
        named = {card.id for card in chosen}
        chosen += [member.card for member in offered.members if member.card.id not in named]
    for card in chosen:
        unread = "" if card.verified else ", not verified"
        print(f"{card.id}: {size(card.size)}, {inventory.licence(card)}{unread}", file=sys.stderr)
    total = sum(card.size for card in chosen)
    if chosen:
        print(f"{set_offer.coming(total)} {size(inventory.free(store))} of the disk are free.", file=sys.stderr)
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
        progress.say(f"{what} {size(done)}")

    try:
        cache = available.converted(data)
        one = bringing.bring_in(store, arguments.paths, told, cache, CancelToken(), step, progress)
    finally:
        progress.end()
    if not arguments.json:
        print(f"{one.id}: imported into {one.folder}")
    return {**_brief(one.card, "installed"), "folder": str(one.folder), "bytes": one.size}


def models_use(arguments: argparse.Namespace) -> dict[str, Any]:
    """Put models before the others in the settings."""
    data = data_folder(arguments.data)
    found = {entry.card.id: entry for entry in inventory.entries(available.store(data))}
    for identity in arguments.ids:
        entry = found.get(identity)
        if entry is None or not entry.here:
            raise ModelError("not-installed", f"“{identity[:80]}” is not on this computer.", "Install it first.")
        if entry.reason:
            raise ModelError("model-refused", entry.reason, entry.remedy)
    before, _ = settings.load(data)
    after = inventory.preferring(arguments.ids, before, found.values())
    settings.save_from_terminal(data, after)
    if not arguments.json:
        print(f"Used from the next start on: {', '.join(arguments.ids)}.")
    return {"models": after.models.split()}


def models_verify(arguments: argparse.Namespace) -> dict[str, Any]:
    """Hash again and try anew; a fault is a result, not an error."""
    data = data_folder(arguments.data)
    store, progress, rows = available.store(data), _Progress(), []
    for identity in arguments.ids or [one.id for one in store.installed()]:

        def told(done: int, name: str = identity) -> None:
            progress.say(f"{name}: {size(done)}")

        faults, remedy = inventory.verify(store, identity, available.converted(data), CancelToken(), told, progress)
        progress.end()
        rows.append({"id": identity, "ok": not faults, "faults": list(faults), "remedy": remedy})
        if not arguments.json:
            print(f"{'ok  ' if not faults else 'LOOK'}  {identity}  {' '.join((*faults, remedy))}".rstrip())
    return {"models": rows}


def models_remove(arguments: argparse.Namespace) -> dict[str, Any]:
    """Remove models, and translators' converted copies."""
    data = data_folder(arguments.data)
    store, freed, cache = available.store(data), 0, available.converted(data)
    installer = Installer(store, inventory.web(data), cache, lambda at: None)
    try:
        for identity in arguments.ids:
            inventory.refuse_starter(identity, "removed")
            begun = installer.cancel(identity)
            if not begun or any(one.id == identity for one in store.installed()):
                freed += inventory.remove(store, identity, cache)
    finally:
        installer.stop()
    if not arguments.json:
        print(f"Removed {', '.join(arguments.ids)}: {size(freed)}.")
    return {"removed": arguments.ids, "bytes": freed}


def _offered_set(data: Path, wanted: Sequence[str] | None) -> SetOffer:
    """The set for this machine as it is now and these languages, by default those of the settings; told on stderr."""
    chosen, _ = settings.load(data)
    tongues = tuple(dict.fromkeys(wanted or (chosen.language_in, chosen.language_out)))
    if strange := [code for code in tongues if code not in languages.NAMES]:
        raise ModelError(
            "language-unknown",
            f"The catalog has no models for the language “{strange[0]}”.",
            f"Choose of these: {', '.join(languages.NAMES)}.",
        )
    places = _in_use(data).places
    assert places is not None
    found = set_offer.offer(data, places, tongues)
    told = [f"A set for this machine and {', '.join(map(languages.name, tongues))}:"]
    for role in Role:
        if members := [member for member in found.members if member.card.role is role]:
            names = " + ".join(member.card.name for member in members)
            speeds = [member.speed.sentence for member in members if member.speed is not None]
            told.append(f"  {role.value:<12} {' '.join((f'{names}: {members[0].where}', *speeds))}")
    told += [
        f"  {sentence}" for sentence in (found.missing, found.licences, found.fit.sentence, found.lack) if sentence
    ]
    print("\n".join(told), file=sys.stderr)
    return found


def _in_use(data: Path) -> Library:
    """The models in use, placed for a talk in the languages that are set."""
    chosen, _ = settings.load(data)
    library = with_remote(available.library(data, chosen.models.split()), chosen)
    return placed(library, chosen, spoken(chosen))


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
            words.append(f"{size(at.done)} of {size(at.total)}")
        if at.speed is not None and at.state is State.FETCHING:
            words.append(f"{size(round(at.speed))}/s")
        if at.seconds_left is not None and at.state is State.FETCHING:
            words.append(f"{inventory.duration(at.seconds_left)} left")
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


def _languages(codes: Sequence[str]) -> str:
    return "/".join(codes) if len(codes) < 4 else f"{len(codes)} languages"
