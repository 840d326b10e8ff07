"""The command `remote`: let another computer answer, or this one again; its key; whether it works.

It must not know how words are parsed or which exit code follows. The key comes over standard input, so that it stands
in no list of processes.
"""

import argparse
import getpass
import sys
from dataclasses import replace
from typing import Any

from app import elsewhere
from app import settings as settings_file
from app.folders import data_folder
from app.settings import Settings
from models import remote as addresses
from models.roles import CancelToken, ModelError

OFF = "off"


def remote(arguments: argparse.Namespace) -> dict[str, Any]:
    """Set, tell and try."""
    data = data_folder(arguments.data)
    before, _ = settings_file.load(data)
    settings, key_told = _changed(before, arguments), ""
    if arguments.key:
        settings, key_told = elsewhere.set_key(settings, _key())
    if settings != before:
        settings_file.save_from_terminal(data, settings)
    state = elsewhere.state(settings)
    found = elsewhere.tried(settings, CancelToken()) if arguments.test else ""
    if not arguments.json:
        print(*filter(None, (state, key_told, found)), sep="\n")
    return {
        "on": bool(elsewhere.cards(settings)),
        "address": settings.remote_address,
        "roles": [card.role.value for card in elsewhere.cards(settings)],
        "models": [card.model for card in elsewhere.cards(settings)],
        "key": elsewhere.has_key(settings),
        "leaves_machine": bool(elsewhere.leaves(settings)),
        "state": state,
        "key_told": key_told or None,
        "found": found or None,
    }


def _changed(settings: Settings, arguments: argparse.Namespace) -> Settings:
    if arguments.address == OFF:
        return replace(settings, remote_text=False, remote_pictures=False)
    changes: dict[str, Any] = {}
    if arguments.address is not None:
        addresses.address(arguments.address)
        changes["remote_address"] = arguments.address.strip()
        if not (settings.remote_text or settings.remote_pictures):
            changes["remote_text"] = True
    if arguments.what is not None:
        changes["remote_text"] = arguments.what in ("text", "both")
        changes["remote_pictures"] = arguments.what in ("pictures", "both")
    for name, value in (
        ("remote_model", arguments.model),
        ("remote_picture_model", arguments.picture_model),
        ("remote_languages", arguments.knows),
    ):
        if value is not None:
            if len(value) > settings_file.MAX_TEXT or not value.isprintable():
                raise ModelError("name-invalid", "That name cannot be used.", "Give it as the server tells it.")
            changes[name] = value
    return replace(settings, **changes)


def _key() -> str:
    return getpass.getpass("Key: ") if sys.stdin.isatty() else sys.stdin.readline(addresses.MOST_KEY + 2)
