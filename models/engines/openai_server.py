"""Chat models on another computer that speaks as OpenAI's do (vLLM, llama-server, Ollama, llama_cpp.server)."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models import exchange, remote
from models.catalog import Card
from models.exchange import Patience, Reply
from models.prompt import shortened
from models.remote import WHERE, Address, RemoteCard
from models.roles import CPU, CancelToken, Memory, Message, ModelError, Need, Placement, Role, Sampling, Scope

CHARACTERS_A_TOKEN = 64
"""More than that an answer never has, whatever its tokens are: what goes on is not the answer that was asked for."""
UNLOCK_SECONDS = 120.0
"""How long the person has to unlock the keyring."""
MOST_NAMED = 5
"""Models of a server that an error names."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLIND = re.compile(r"image|picture|vision|multi-?modal|mmproj", re.IGNORECASE)
_TOO_LONG = re.compile(r"context|too (?:long|many|large)|maximum.{0,20}(?:length|tokens)|exceed", re.IGNORECASE)


class OpenaiServer:
    """Chats; see roles.ChatModel. Opening it goes nowhere: the first question does.

    A talk that the server finds too long is asked again without its earlier exchanges.
    """

    name = remote.ENGINE
    role = Role.VLM
    """With or without pictures: its card says."""
    patience = Patience()

    def __init__(self, card: Card, folder: Path) -> None:
        assert isinstance(card, RemoteCard)
        self._card = card
        self._address: Address | None = None

    @property
    def loaded(self) -> bool:
        return self._address is not None

    def need(self, placement: Placement) -> Need:
        return Need(Memory())

    def scope(self) -> Scope:
        return Scope(host=self._card.host)

    def load(self, placement: Placement = CPU) -> None:
        self._address = remote.address(self._card.address)

    def close(self) -> None:
        self._address = None

    def reply(self, messages: Sequence[Message], sampling: Sampling, cancel: CancelToken) -> Iterator[str]:
        if self._address is None:
            raise ModelError("not-loaded", "The model on the other computer is not opened.", "Open it first.")
        key = self._key(cancel)
        try:
            stream = self._ask(self._address, key, messages, sampling, cancel)
        except ModelError as error:
            *_, shortest = shortened(messages)
            if error.code != "too-long" or len(shortest) == len(messages):
                raise
            stream = self._ask(self._address, key, shortest, sampling, cancel)
        with stream:
            yield from _aloud(_pieces(stream, self._address, sampling.max_tokens * CHARACTERS_A_TOKEN))

    def _ask(
        self, address: Address, key: str, messages: Sequence[Message], sampling: Sampling, cancel: CancelToken
    ) -> Reply:
        """The stream of the answer. Raises ModelError."""
        asked = {
            "messages": [_message(message) for message in messages],
            "stream": True,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "seed": sampling.seed,
        }
        if self._card.model:
            asked["model"] = self._card.model
        body = json.dumps(asked).encode()
        stream = exchange.ask(address, "/chat/completions", key, body, cancel, self.patience)
        if stream.status == 200 and stream.kind == "text/event-stream" and not stream.packed:
            return stream
        with stream:
            if stream.packed:
                raise exchange.odd(address, "it packs its answer, which it was asked not to")
            if stream.status == 200:
                raise exchange.odd(address, f"it sends “{_line(stream.kind, 40) or 'nothing'}” in place of a stream")
            pictures = any(message.pictures for message in messages)
            raise self._refusal(address, stream, bool(key), pictures, lambda: self._models(address, key, cancel))

    def _key(self, cancel: CancelToken) -> str:
        """The key as it is at this question; to give it, the system may have to ask the person for a password."""
        try:
            return remote.usable_key(exchange.awaited(self._card.key, cancel, UNLOCK_SECONDS, lambda late: None))
        except TimeoutError as error:
            raise ModelError(
                "keyring-failed",
                f"The system's keyring did not give the key for {self._card.host} in time.",
                "Unlock the keyring and ask again, or set the key anew in the settings.",
            ) from error

    def _refusal(
        self, address: Address, stream: Reply, keyed: bool, pictures: bool, models: Callable[[], list[str]]
    ) -> ModelError:
        """What an answer that is none means."""
        status, host = stream.status, address.host
        if 300 <= status < 400:
            where = _line(stream.location, 100) or "nowhere"
            return exchange.odd(address, f"it sends on to {where}, where Parley does not follow by itself")
        said = _told(stream.words())
        words = f" It says: “{said}”" if said else ""
        if status in (401, 403):
            key = "the key" if keyed else "questions without a key"
            return ModelError("server-refused", f"{host} does not accept {key}.{words}", f"Set the right key {WHERE}.")
        if status == 404:
            return self._missing(address, models())
        if status == 429 or status == 503:
            return ModelError("server-busy", f"{host} is busy (HTTP {status}).{words}", "Ask again in a moment.")
        if pictures and (_BLIND.search(said) or status == 415):
            return ModelError(
                "no-pictures",
                f"The model at {host} does not take pictures.{words}",
                f"Choose another model for pictures {WHERE}, or let the one on this machine look at them.",
            )
        if status == 413 or (status < 500 and _TOO_LONG.search(said)):
            return ModelError(
                "too-long",
                f"The question is too long for the model at {host}.{words}",
                "Ask a shorter question, or about a smaller picture.",
            )
        return ModelError(
            "server-failed",
            f"{host} could not answer (HTTP {status}).{words}",
            "Look into the server's own messages, or choose another model there.",
        )

    def _missing(self, address: Address, names: list[str]) -> ModelError:
        wanted = self._card.model
        if not names or wanted in names:
            return exchange.odd(address, "it has nothing at that address (HTTP 404)")
        some = ", ".join(f"“{_line(name, 60)}”" for name in names[:MOST_NAMED])
        return ModelError(
            "model-unknown",
            f"{address.host} has no model “{_line(wanted, 80)}”."
            if wanted
            else f"{address.host} wants to know which model.",
            f"Set one of its models {WHERE}: {some}{' and others' if len(names) > MOST_NAMED else ''}.",
        )

    def _models(self, address: Address, key: str, cancel: CancelToken) -> list[str]:
        """The names of the models that the server has; empty if it does not tell."""
        try:
            with exchange.ask(address, "/models", key, None, cancel, self.patience) as answer:
                found = _parsed(answer.words()) if answer.status == 200 else None
        except ModelError:
            return []
        rows = found.get("data") if isinstance(found, dict) else None
        names = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return [name for name in names if isinstance(name, str) and name]


def _message(message: Message) -> dict[str, Any]:
    if not message.pictures:
        return {"role": message.author, "content": message.text}
    # Before the text, where models on this machine see them too.
    pictures = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode()}"},
        }
        for picture in message.pictures
    ]
    return {"role": message.author, "content": [*pictures, {"type": "text", "text": message.text}]}


def _pieces(stream: Reply, address: Address, most: int) -> Iterator[str]:
    """The pieces of an answer from a stream of server-sent events. Raises ModelError when it is not whole."""
    ended, count = False, 0
    for line in stream.lines():
        name, _, value = line.partition(b":")
        if name not in (b"data", b"error") or not value.strip():
            continue  # comments keep the line open; other fields say nothing
        if value.strip() == b"[DONE]":
            return
        text, last = _piece(_parsed(value), address)
        ended = ended or last
        count += len(text)
        if count > most:
            raise exchange.odd(address, "it writes far more than it was asked for")
        if text:
            yield text
    if not ended:
        raise exchange.cut(address)


def _piece(event: Any, address: Address) -> tuple[str, bool]:
    """The text of an event, and whether the model is done. Raises ModelError."""
    if not isinstance(event, dict):
        raise exchange.odd(address, "its stream is not made of events")
    if "choices" not in event:
        said = _said(event)
        words = f" It says: “{said}”" if said else ""
        raise ModelError(
            "server-failed",
            f"{address.host} failed in the middle of the answer.{words}",
            "What came is kept. Ask again, or look into the server's own messages.",
        )
    choices = event["choices"]
    if choices == []:
        return "", False  # some count the tokens at the end
    choice = choices[0] if isinstance(choices, list) else None
    delta = choice.get("delta") if isinstance(choice, dict) else None
    content = delta.get("content") if isinstance(delta, dict) else None
    if not isinstance(choice, dict) or not isinstance(content, str | None):
        raise exchange.odd(address, "its stream is not made of pieces of text")
    # A half of a character, which JSON can hold, could neither be shown nor kept; a terminal would obey controls.
    text = _CONTROLS.sub("", (content or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return text, isinstance(choice.get("finish_reason"), str)


def _aloud(pieces: Iterator[str]) -> Iterator[str]:
    """The answer without the thoughts that some models write before it: Parley speaks every word."""
    begin, end = "<think>", "</think>"
    held = ""
    for piece in pieces:
        held += piece
        start = held.lstrip()
        if begin.startswith(start[: len(begin)]) and end not in start:
            if start.startswith(begin):
                held = begin + held[-len(end) :]  # no more is needed to see the end
            continue
        first = held.partition(end)[2].lstrip() if start.startswith(begin) else held
        yield from (first,) if first else ()
        yield from pieces
        return
    if held and not held.lstrip().startswith(begin):
        yield held


def _parsed(text: bytes) -> Any:
    """What JSON there is in strangers' bytes, else None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _told(body: bytes) -> str:
    """What the body of an error says, in one line for people."""
    return _said(_parsed(body))


def _said(found: Any) -> str:
    for name in ("error", "detail", "message"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return _line(found, 200) if isinstance(found, str) else ""


def _line(text: str, most: int) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
