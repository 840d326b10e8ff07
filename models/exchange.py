"""One request over HTTP and its answer, read line by line; it ends at once when it is called off.

Owns the connection (system's proxy and certificates, none of them for this machine), patience, bounds, and the words
for what goes wrong on the line. It must not know what is asked. On http.client, which lets one watch the socket: a
library above it waits for a silent server in a place that nothing reaches.
"""

import base64
import http.client
import io
import socket
import ssl
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from models.remote import WHERE, Address
from models.roles import CancelToken, ModelError

TICK = 0.05
"""Seconds between two looks at the flag while a server is silent."""
LONGEST_LINE = 1 << 20
"""Bytes; and so many of a stream altogether."""
MOST_BYTES = 16 << 20
MOST_WORDS = 65_536
"""Bytes that are read of an answer which is not a stream."""
INSTEAD = f"Start the server, or mend its address {WHERE}; there you can also go back to the models on this machine."

R = TypeVar("R")


@dataclass(frozen=True)
class Patience:
    """How long a server may be silent, in seconds."""

    connect: float = 10.0
    first: float = 300.0
    """Until its answer begins: it may have to load the model, and to read a long talk on a slow processor."""
    silence: float = 60.0
    """Between two whole lines."""
    longest: float = 3600.0
    """An answer altogether."""


class Reply:
    """An answer whose head has come. Close it."""

    def __init__(self, line: "_Line", answer: http.client.HTTPResponse, address: Address, patience: Patience) -> None:
        self._line, self._answer, self._address, self._patience = line, answer, address, patience
        self.status = answer.status
        self.kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        self.packed = (answer.getheader("Content-Encoding") or "identity").strip().lower() != "identity"
        self.location = answer.getheader("Location") or ""

    def lines(self) -> Iterator[bytes]:
        """The lines of a stream without their ends. Raises ModelError, Cancelled."""
        rest, count, end = bytearray(), 0, time.monotonic() + self._patience.longest
        while piece := self._read():
            count += len(piece)
            rest += piece
            if b"\n" in piece:
                *whole, last = rest.split(b"\n")
                rest = bytearray(last)
                self._line.until = time.monotonic() + self._patience.silence
                for line in whole:
                    yield bytes(line.rstrip(b"\r"))
            if len(rest) > LONGEST_LINE or count > MOST_BYTES or time.monotonic() > end:
                raise odd(self._address, "it sends without end")
        if rest:
            yield bytes(rest)

    def words(self) -> bytes:
        """The beginning of an answer that is not a stream. Raises ModelError, Cancelled."""
        body = bytearray()
        while len(body) < MOST_WORDS and (piece := self._read()):
            body += piece
        return bytes(body[:MOST_WORDS])

    def _read(self) -> bytes:
        try:
            return self._answer.read1(65_536)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise cut(self._address, error) from error

    def close(self) -> None:
        self._line.hang_up()

    def __enter__(self) -> "Reply":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(
    address: Address, path: str, key: str, body: bytes | None, cancel: CancelToken, patience: Patience | None = None
) -> Reply:
    """Send `body` (JSON; None only asks) to `path` below the address; returns the answer, whatever its status.

    The key goes to this address alone: redirects are not followed. Raises ModelError("server-…"), Cancelled.
    """
    patience = patience or Patience()
    cancel.check()
    proxy = _proxy(address)
    line = _Line(_connected(address, proxy, patience, cancel), cancel)
    try:
        line.until = time.monotonic() + patience.first
        connection = http.client.HTTPConnection(address.name, address.port)
        connection.sock = line
        headers = {"Host": address.host, "User-Agent": "Parley", "Accept-Encoding": "identity", "Connection": "close"}
        headers["Accept"] = "application/json" if body is None else "text/event-stream, application/json"
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Authorization"] = f"Bearer {key}"
        target = address.path + path
        if proxy is not None and not address.encrypted:
            target, headers = f"{address.origin}{target}", headers | proxy.headers
        connection.request("GET" if body is None else "POST", target, body, headers)
        return Reply(line, connection.getresponse(), address, patience)
    except (OSError, http.client.HTTPException, ValueError) as error:
        line.hang_up()
        raise _unanswered(address, error) from error
    except BaseException:
        line.hang_up()
        raise


class _Line:
    """A connected socket in the form that http.client wants, which looks at the flag while it waits."""

    def __init__(self, connected: socket.socket, cancel: CancelToken) -> None:
        connected.settimeout(TICK)
        self._socket, self._cancel = connected, cancel
        self.until = 0.0
        """Moment (time.monotonic) until which it waits."""

    def sendall(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            self._look()
            try:
                left = left[self._socket.send(left[:65_536]) :]
            except TimeoutError:
                continue

    def receive_into(self, buffer: Any) -> int:
        while True:
            self._look()
            try:
                return self._socket.recv_into(buffer)
            except TimeoutError:
                continue

    def _look(self) -> None:
        self._cancel.check()
        if time.monotonic() > self.until:
            raise TimeoutError("it fell silent")

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """http.client has what it wants; the answer is still to be read."""

    def hang_up(self) -> None:
        self._socket.close()


class _Incoming(io.RawIOBase):
    """The bytes that come over a line."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive_into(buffer)


@dataclass(frozen=True)
class _Proxy:
    name: str
    port: int
    headers: dict[str, str]


def _proxy(address: Address) -> _Proxy | None:
    """The system's proxy for an address. What is on this machine is asked directly."""
    if address.is_here or urllib.request.proxy_bypass(address.name):
        return None
    told = urllib.request.getproxies().get("https" if address.encrypted else "http")
    parts = urllib.parse.urlsplit(told if told and "//" in told else f"//{told or ''}")
    if not parts.hostname:
        return None
    headers = {}
    if parts.username is not None:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return _Proxy(parts.hostname, parts.port or 80, headers)


def awaited(job: Callable[[], R], cancel: CancelToken, seconds: float, late: Callable[[R], object]) -> R:
    """What a job returns that cannot be called off, done on a thread of its own.

    Raises TimeoutError after so many seconds, and Cancelled; what it returns after that goes to `late`.
    """
    found: Future[R] = Future()

    def work() -> None:
        try:
            found.set_result(job())
        except BaseException as error:
            found.set_exception(error)

    threading.Thread(target=work, name="parley-wait", daemon=True).start()
    end = time.monotonic() + seconds
    while not wait([found], TICK).done:
        if cancel.cancelled or time.monotonic() > end:
            found.add_done_callback(lambda done: done.exception() or late(done.result()))
            cancel.check()
            raise TimeoutError
    return found.result()


def _connected(address: Address, proxy: _Proxy | None, patience: Patience, cancel: CancelToken) -> socket.socket:
    """Connect; neither the name's look-up nor a handshake can be called off."""
    seconds = 3 * patience.connect  # a name may have several numbers
    try:
        return awaited(lambda: _dialled(address, proxy, patience.connect), cancel, seconds, lambda late: late.close())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unanswered(address, error) from error


def _dialled(address: Address, proxy: _Proxy | None, seconds: float) -> socket.socket:
    if proxy is not None and address.encrypted:
        tunnel = http.client.HTTPConnection(proxy.name, proxy.port, timeout=seconds)
        tunnel.set_tunnel(address.name, address.port, proxy.headers)
        tunnel.connect()
        found = cast("socket.socket", tunnel.sock)
    else:
        found = socket.create_connection(
            (address.name, address.port) if proxy is None else (proxy.name, proxy.port), seconds
        )
    try:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not address.encrypted:
            return found
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_socket(found, server_hostname=address.name)
    except BaseException:
        found.close()
        raise


def odd(address: Address, what: str) -> ModelError:
    """It is no such server, or it is out of order."""
    return ModelError(
        "server-odd",
        f"{address.host} does not answer as an OpenAI-compatible server does: {what}.",
        f"Check the address {WHERE}: it usually ends in /v1.",
    )


def cut(address: Address, error: Exception | None = None) -> ModelError:
    """It broke off in the middle."""
    if isinstance(error, TimeoutError):
        return ModelError(
            "server-silent", f"{address.host} fell silent in the middle of the answer.", "What came is kept. Ask again."
        )
    return ModelError(
        "server-cut", f"{address.host} broke off in the middle of the answer.", "What came is kept. Ask again."
    )


def _unanswered(address: Address, error: Exception) -> ModelError:
    """What went wrong before there was an answer."""
    host = address.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return ModelError(
            "server-not-trusted",
            f"The certificate of {host} cannot be trusted: {error.verify_message}.",
            "Check the clock of this computer, or have the server's certificate installed in the system.",
        )
    if isinstance(error, ssl.SSLError):
        return ModelError(
            "server-not-encrypted",
            f"{host} does not speak the encrypted language of https ({error.reason or 'no reason given'}).",
            f"If you trust the network, begin its address with http:// {WHERE}.",
        )
    if isinstance(error, socket.gaierror):
        return ModelError("server-unreachable", f"There is no computer called “{address.name}”.", INSTEAD)
    if isinstance(error, ConnectionRefusedError):
        return ModelError("server-unreachable", f"No server listens at {host}.", INSTEAD)
    if isinstance(error, TimeoutError):
        return ModelError("server-unreachable", f"{host} does not answer.", INSTEAD)
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):  # http.client's RemoteDisconnected is one
        return ModelError("server-unreachable", f"{host} closed the connection without an answer.", INSTEAD)
    if isinstance(error, OSError):
        return ModelError("server-unreachable", f"{host} cannot be reached: {error.strerror or error}.", INSTEAD)
    return odd(address, f"what it sends is no HTTP ({type(error).__name__})")
