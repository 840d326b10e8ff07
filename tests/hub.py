"""A local HTTP server in the place of the hub, which behaves badly when a test wants it to.

It serves repositories as the Hugging Face hub does (a resolve address whose HEAD tells revision, size and hash, and
which redirects to the file's own address) and plain files. `script` is asked before every answer what to do wrong.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Asked:
    """What a client asked for; `number` counts the GETs of file contents from 0."""

    method: str
    path: str
    range: str
    number: int


@dataclass(frozen=True)
class Bad:
    """What to do wrong in one answer."""

    cut: int | None = None
    """Close the connection after so many bytes of the body."""
    stall: int | None = None
    """Send nothing more after so many bytes, until the client or the test goes."""
    drip: float | None = None
    """Send single bytes with so many seconds between them."""
    status: int | None = None
    """Answer with this and no file."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    """The body that goes with `status`."""
    content: bytes | None = None
    """Serve this in the file's place."""
    length: int | None = None
    """Announce this length."""
    ranges: bool = True
    """Whether ranges are honored."""
    etag: str | None = None
    hold: threading.Event | None = None
    """Send nothing before this is set."""


GOOD = Bad()


class Hub:
    """The server. `files` maps a path to what is there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.heads: dict[str, dict[str, str]] = {}
        """Path to the headers that a HEAD of it gets, with the redirect that they go with."""
        self.script: Callable[[Asked], Bad] = lambda asked: GOOD
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._contents = 0
        hub = self

        class Handler(_Handler):
            owner = hub

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that goes away in the middle is what is tested."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(poll_interval=0.02))

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def add(self, repository: str, path: str, content: bytes, large: bool = True) -> None:
        """A file of a repository; a large one lies elsewhere and has its SHA-256 told, a small one its git hash."""
        sha256 = hashlib.sha256(content).hexdigest()
        for revision in ("main", COMMIT):
            resolve = f"/{repository}/resolve/{revision}/{path}"
            if large:
                self.heads[resolve] = {
                    "X-Repo-Commit": COMMIT,
                    "X-Linked-Size": str(len(content)),
                    "X-Linked-ETag": f'"{sha256}"',
                    "Location": f"{self.url}/cdn/{sha256}",
                }
            else:
                blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
                self.heads[resolve] = {"X-Repo-Commit": COMMIT, "ETag": f'"{blob}"'}
                self.files[resolve] = content
        self.files[f"/cdn/{sha256}"] = content

    def note(self, method: str, path: str, wanted: str) -> Asked:
        with self._lock:
            content = method == "GET" and path in self.files
            asked = Asked(method, path, wanted, self._contents if content else -1)
            self._contents += content
            self.asked.append(asked)
            return asked


class _Handler(BaseHTTPRequestHandler):
    owner: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        self.close_connection = True
        # A proxy is asked for whole addresses.
        path = re.sub(r"^http://[^/]+", "", self.path)
        asked = self.owner.note(method, path, self.headers.get("Range", ""))
        bad = self.owner.script(asked)
        if bad.hold is not None:
            bad.hold.wait(30)
        if bad.status is not None:
            self._head(bad.status, {"Content-Length": str(len(bad.body)), **bad.headers})
            self._send(bad.body, bad)
            return
        special = self.owner.heads.get(path)
        if special is not None and "Location" in special:
            self._head(302, {**special, "Content-Length": "0"})
            return
        content = self.owner.files.get(path.partition("?")[0]) if bad.content is None else bad.content
        if content is None:
            self._head(404, {"Content-Length": "0"})
            return
        headers = {"ETag": bad.etag or f'"{hashlib.md5(content).hexdigest()}"', **(special or {})}
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.range) if bad.ranges else None
        status = 200
        if part:
            first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
            if first >= len(content):
                self._head(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
                return
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            status, content = 206, content[first : last + 1]
        headers["Content-Length"] = str(len(content) if bad.length is None else bad.length)
        self._head(status, {**headers, **bad.headers})
        if method == "GET":
            self._send(content, bad)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()

    def _send(self, content: bytes, bad: Bad) -> None:
        if bad.drip is not None:
            for byte in content:
                self.wfile.write(bytes([byte]))
                if self.owner.closing.wait(bad.drip):
                    return
            return
        if bad.stall is not None:
            self.wfile.write(content[: bad.stall])
            self.wfile.flush()
            # Wait for the client to go (its end of the connection becomes readable) or for the test's end.
            self.connection.settimeout(0.05)
            until = time.monotonic() + 60
            while not self.owner.closing.is_set() and time.monotonic() < until:
                try:
                    if not self.connection.recv(1):
                        return
                except TimeoutError:
                    continue
            return
        self.wfile.write(content if bad.cut is None else content[: bad.cut])


@contextmanager
def running() -> Iterator[Hub]:
    """A server that runs for the length of the block."""
    hub = Hub()
    hub.start()
    try:
        yield hub
    finally:
        hub.close()
