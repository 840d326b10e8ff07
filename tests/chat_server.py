"""A loopback server in the place of another computer's, which says and does what a test wants."""

import json
import select
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DONE = b"data: [DONE]\n\n"


def piece(text: str | None, finish: str | None = None) -> bytes:
    """An event with a piece of an answer."""
    delta = {} if text is None else {"content": text}
    return b"data: " + json.dumps({"choices": [{"delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Wire:
    """What a script answers with."""

    def __init__(self, handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
        self._handler, self._closing = handler, closing

    def raw(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} It", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.raw("\r\n".join([*lines, "", ""]).encode())

    def refuse(self, status: int, body: Any, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.head(status, "application/json", Content_Length=str(len(data)), **headers)
        self.raw(data)

    def answer(self, *texts: str) -> None:
        """A whole and correct answer."""
        self.head()
        for text in texts:
            self.raw(piece(text))
        self.raw(piece(None, "stop") + DONE)

    def forever(self, data: bytes, seconds: float = 0.0) -> None:
        """The same again and again until the client goes."""
        while not self._closing.wait(seconds):
            self.raw(data)

    def silence(self) -> None:
        """Nothing, until the client goes or the test ends."""
        connection = self._handler.connection
        while not self._closing.is_set():
            if select.select([connection], [], [], 0.02)[0] and connection.recv(65_536) == b"":
                return


Script = Callable[[Asked, Wire], None]


class ChatServer:
    """The server; with a `context` it is encrypted."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.script: Script = lambda asked, wire: wire.answer("Hello.")
        self.asked: list[Asked] = []
        self.left = threading.Semaphore(0)
        """Released once for every answer that is over, or whose client went away."""
        self.closing = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                self._do(b"")

            def do_POST(self) -> None:
                self._do(self.rfile.read(int(self.headers["Content-Length"])))

            def _do(self, body: bytes) -> None:
                self.close_connection = True
                asked = Asked(self.command, self.path, dict(self.headers), json.loads(body) if body else None)
                owner.asked.append(asked)
                try:
                    owner.script(asked, Wire(self, owner.closing))
                except OSError:
                    pass
                finally:
                    owner.left.release()

        class Server(ThreadingHTTPServer):
            daemon_threads = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that goes away is what is tested."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http{'' if context is None else 's'}://{self.host}/v1"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(poll_interval=0.02))
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def chat_server(context: ssl.SSLContext | None = None) -> Iterator[ChatServer]:
    server = ChatServer(context)
    try:
        yield server
    finally:
        server.close()


def free_port() -> int:
    """A port at which nobody listens."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def waited(predicate: Callable[[], object], seconds: float = 10) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not predicate() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(predicate())
