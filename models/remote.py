"""Models on another computer: how their address is read, what their card says, and in what words they fail.

Owns addresses and cards of OpenAI-compatible servers (vLLM, llama-server, Ollama, llama_cpp.server). It opens no
socket, and must not know settings, nor where keys are kept.
"""

import ipaddress
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field

from models import languages
from models.catalog import Card
from models.roles import PICTURE_SIDE, ModelError, Role

ENGINE = "openai-server"
WHERE = "in the settings, under “Another computer”"
MOST_KEY = 4096


@dataclass(frozen=True)
class Address:
    """Where a server is: scheme, host, port, and the path under which its interface lies."""

    encrypted: bool
    name: str
    """Host name or number, as a resolver takes it."""
    port: int
    path: str
    """With a slash before and none behind: "/v1"."""

    @property
    def host(self) -> str:
        """For people: name, and port where it is not the usual one."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == (443 if self.encrypted else 80) else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """What a key belongs to: it goes nowhere else."""
        return f"{'https' if self.encrypted else 'http'}://{self.host}"

    @property
    def is_here(self) -> bool:
        """Whether it is this machine: nothing leaves it."""
        return self.name == "localhost" or (_number(self.name) or _ELSEWHERE).is_loopback


_ELSEWHERE = ipaddress.IPv4Address("192.0.2.1")


def address(text: str) -> Address:
    """The address that a person typed: "localhost:11434", "http://10.0.0.5:8000/v1", "https://example.org".

    Without a scheme it is unencrypted on this machine and in private networks, else encrypted; without a path it is
    /v1. Raises ModelError("address-invalid").
    """
    text = text.strip()
    try:
        if not text or len(text) > 300 or re.search(r"[\s\\\x00-\x20\x7f]", text):
            raise ValueError("it must be one word")
        scheme, told, rest = text.partition("://")
        if not told:
            scheme, rest = "", text
        elif scheme.lower() not in ("http", "https"):
            raise ValueError("it must begin with http:// or https://")
        parts = urllib.parse.urlsplit(f"//{rest}")
        if parts.username is not None or parts.password is not None:
            raise ValueError("a name or key does not belong into it")
        if parts.query or parts.fragment:
            raise ValueError("there must be no “?” or “#” in it")
        name = _name(parts.hostname or "")
        number = _number(name)
        private = name == "localhost" or name.endswith(".local") or (number is not None and number.is_private)
        encrypted = scheme.lower() == "https" or (not scheme and not private)
        port = parts.port or (443 if encrypted else 80)
        path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
        if not re.fullmatch(r"(?:/[\w.~%@:+-]+)+", path, re.ASCII):
            raise ValueError("its path has letters that do not belong there")
    except ValueError as error:
        raise ModelError(
            "address-invalid",
            f"The address “{_shown(text)}” of the other computer cannot be used: {error}.",
            f"Mend it {WHERE}; for instance: http://localhost:8000/v1.",
        ) from error
    return Address(encrypted, name, port, path)


def _name(given: str) -> str:
    if not given:
        raise ValueError("it names no computer")
    if ":" in given:
        return str(ipaddress.IPv6Address(given.partition("%")[0]))
    try:
        name = given.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError("the computer's name is none") from error
    if not re.fullmatch(r"[a-z0-9_](?:[a-z0-9._-]{0,252})", name):
        raise ValueError("the computer's name is none")
    return name


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _shown(text: str) -> str:
    """What somebody typed, without what may be a password in it."""
    text = re.sub(r"//[^/@]*@", "//…@", text)
    return "".join(letter if letter.isprintable() else "…" for letter in text)[:80]


def usable_key(text: str) -> str:
    """A key as it can be sent. Raises ModelError("key-invalid"), whose words do not tell it."""
    key = text.strip()
    if len(key) > MOST_KEY or not re.fullmatch(r"[\x21-\x7e]*", key):
        raise ModelError(
            "key-invalid",
            "That is no key: a key is one word of letters, digits and signs.",
            "Copy it anew from where the server's keys are listed.",
        )
    return key


@dataclass(frozen=True)
class RemoteCard(Card):
    """A model on another computer."""

    address: str = ""
    """As the person typed it; it is read when the model is opened, so that a wrong one is told then."""
    model: str = ""
    """The name by which the server knows it; empty for servers with a single model."""
    key: Callable[[], str] = field(default=lambda: "", repr=False)
    """Finds the key when it is needed; may take a while. "" where there is none."""

    @property
    def host(self) -> str:
        try:
            return address(self.address).host
        except ModelError:
            return _shown(self.address)


def card(role: Role, where: str, model: str, knows: tuple[str, ...], key: Callable[[], str]) -> RemoteCard:
    """The card of a chat model at an address. `knows` are the languages (ISO 639-1) that it needs no translator for;
    without any it is taken to know all that Parley has a name for."""
    codes = knows or ("en", *(code for code in languages.NAMES if code != "en"))
    return RemoteCard(
        id=f"remote-{role.value}",
        name=model or "Its model",
        role=role,
        engine=ENGINE,
        folder="",
        files={},
        source=codes,
        target=codes,
        licence="as its server says",
        description="",
        picture_side=PICTURE_SIDE if role is Role.VLM else None,
        address=where,
        model=model,
        key=key,
    )
