"""Another computer that answers instead of this machine's models, as the settings say; off until they do.

Owns what the settings of it mean, the sentences that warn, and trying it. It must not know how one talks to it.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from app import vault
from app.settings import Settings
from models import engines, remote
from models.exchange import Patience
from models.remote import RemoteCard
from models.residency import Library
from models.roles import CancelToken, ChatModel, Message, ModelError, Picture, Role, Sampling

TEST_QUESTION = "Say hello in one word."
TEST_PICTURE_QUESTION = "Which color is this picture? Answer in one word."
TEST_TOKENS = 16
TEST_PATIENCE = Patience(first=120.0)
"""It may have to load the model first."""


def with_remote(library: Library, settings: Settings) -> Library:
    """The library with the models on the other computer, as the settings are now, before those that are here."""
    here = (card for card in library.cards if not isinstance(card, RemoteCard))
    return replace(library, cards=(*cards(settings), *here))


def cards(settings: Settings) -> tuple[RemoteCard, ...]:
    """The models that the settings leave to another computer; none while it is off."""
    return tuple(_cards(settings))


def _cards(settings: Settings) -> Iterator[RemoteCard]:
    where = settings.remote_address.strip()
    if not where:
        return
    knows = languages(settings)
    key = partial(_key, where, settings.remote_key_for)
    model = settings.remote_model.strip()
    if settings.remote_text:
        yield remote.card(Role.LLM, where, model, knows, key)
    if settings.remote_pictures:
        yield remote.card(Role.VLM, where, settings.remote_picture_model.strip() or model, knows, key)


def languages(settings: Settings) -> tuple[str, ...]:
    """Codes of the languages that it is said to know; none where it is taken to know all."""
    return tuple(dict.fromkeys(re.findall(r"\b[a-z]{2}\b", settings.remote_languages.lower())))


def _key(where: str, kept_for: str) -> str:
    """The keyring, which may ask the person for a password, is only opened where a key was put into it."""
    origin = remote.address(where).origin
    return vault.find(origin) if origin == kept_for or vault.holds(origin) else ""


def state(settings: Settings) -> str:
    """What is on and what that means, in sentences."""
    found = cards(settings)
    where = settings.remote_address.strip()
    if not where or not found:
        wish = settings.remote_text or settings.remote_pictures
        return "It needs an address." if wish else "Off: every model runs on this machine."
    try:
        address = remote.address(where)
    except ModelError as error:
        return str(error)
    what = " and ".join(
        words
        for role, words in (
            (Role.LLM, "what you ask and the talk before it"),
            (Role.VLM, "pictures with their questions"),
        )
        if any(card.role is role for card in found)
    )
    what = what[:1].upper() + what[1:]
    if address.is_here:
        return f"On: {address.host} answers. It is a server on this machine: nothing leaves it."
    sentence = f"On. {what} leave this machine and go to {address.host}"
    return (
        f"{sentence}, encrypted."
        if address.encrypted
        else f"{sentence}, not encrypted: anybody on the way can read it."
    )


def leaves(settings: Settings) -> str:
    """The computer that gets what is said; empty if nothing leaves this machine."""
    for card in cards(settings):
        try:
            address = remote.address(card.address)
        except ModelError:
            continue  # nothing goes to what is no address
        if not address.is_here:
            return address.host
    return ""


def has_key(settings: Settings) -> bool:
    """Whether there is a key for the server; the keyring is not opened for it."""
    try:
        origin = remote.address(settings.remote_address).origin
    except ModelError:
        return False
    return origin == settings.remote_key_for or vault.holds(origin)


def set_key(settings: Settings, key: str) -> tuple[Settings, str]:
    """Keep a key for the address in the settings, or forget it (""). Returns the settings to be saved, and a sentence.

    Raises ModelError for an address or a key that cannot be used.
    """
    origin = remote.address(settings.remote_address).origin
    key = remote.usable_key(key)
    trouble = vault.keep(origin, key)
    told = replace(settings, remote_key_for=origin if key and not trouble else "")
    if not key:
        return told, "The key is forgotten."
    return told, trouble or "The key is in the system's keyring."


def tried(settings: Settings, cancel: CancelToken) -> str:
    """Ask the other computer something, with a picture where it gets pictures; returns what was found, in a sentence.

    Raises ModelError, Cancelled.
    """
    found = cards(settings)
    if not found:
        raise ModelError("remote-off", "There is nothing to try.", "Give an address, and let it answer something.")
    told = [ask(card, cancel, TEST_PATIENCE) for card in found]
    return f"It works: {' and '.join(told)}."


def ask(card: RemoteCard, cancel: CancelToken, patience: Patience) -> str:
    """Ask one model something short; returns how that went, as part of a sentence. Raises ModelError, Cancelled."""
    engine = engines.engine(card, Path(), Path())
    engine.patience = patience  # type: ignore[attr-defined]
    engine.load()
    try:
        asked = Message("user", TEST_QUESTION)
        if card.role is Role.VLM:
            asked = Message("user", TEST_PICTURE_QUESTION, (_red(),))
        started = time.monotonic()
        model: ChatModel = engine  # type: ignore[assignment]
        pieces = "".join(model.reply([asked], Sampling(max_tokens=TEST_TOKENS), cancel))
        seconds = time.monotonic() - started
    finally:
        engine.close()
    what = "looked at a picture" if card.role is Role.VLM else "answered"
    name = f"“{card.model}”" if card.model else "its model"
    silent = "" if pieces.strip() else ", without a word"
    return f"{name} at {card.host} {what} in {seconds:.1f} s{silent}"


def _red() -> Picture:
    import hashlib
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    data = file.getvalue()
    return Picture(data, "image/png", 64, 64, hashlib.sha256(data).hexdigest())
