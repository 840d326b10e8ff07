"""Where Parley goes on the web, and what is told when it may not or cannot."""

import http.server
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from models.roles import CancelToken, ModelError
from models.store.web import Patience, Tries, Trouble, Web
from tests.hub import Hub, running

QUICK = Patience(stall=0.3, least=64, tries=4, waits=(0.001,))


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        yield server


def test_nobody_there_is_told() -> None:
    with running() as gone:
        url = gone.url
    web = Web(url, QUICK)
    with pytest.raises(ModelError) as raised:
        web.text(f"{url}/x", CancelToken())
    assert raised.value.code == "source-unreachable"


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "file:///etc/passwd", "ftp://example.org/x", "https://u:p@x/y"]
)
def test_only_encrypted_addresses_are_asked(url: str) -> None:
    with pytest.raises(ModelError) as raised:
        Web().open(url)
    assert raised.value.code == "not-secure"


def test_the_systems_proxy_is_used(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", hub.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    mirror = "http://mirror.invalid"
    hub.files["/list"] = b"through the proxy"
    assert Web(mirror, QUICK).text(f"{mirror}/list", CancelToken()) == "through the proxy"
    assert len(hub.asked) == 1


@pytest.fixture
def encrypted(hub: Hub, tmp_path: Path) -> Hub:
    """The server behind https, as localhost and as hub.invalid, with a certificate (certificate.pem) that vouches for
    itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:hub.invalid"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    hub._server.socket = context.wrap_socket(hub._server.socket, server_side=True)
    hub.files["/x"] = b"secret"
    hub.url = hub.url.replace("http:", "https:")
    return hub


def fetched(url: str, folder: Path, **environment: str) -> str:
    """What a process gets that trusts the certificate in a folder, as the system's."""
    code = (
        "import sys; from models.store.web import Web; from models.roles import CancelToken;"
        "print(Web().text(sys.argv[1], CancelToken()))"
    )
    trusted = {"SSL_CERT_FILE": str(folder / "certificate.pem"), "no_proxy": "", **environment}
    done = subprocess.run(
        [sys.executable, "-c", code, url],
        env={**os.environ, **trusted},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_a_certificate_is_good_if_the_system_trusts_it_and_else_refused_at_once(encrypted: Hub, tmp_path: Path) -> None:
    url = encrypted.url.replace("127.0.0.1", "localhost")
    with pytest.raises(ModelError) as raised:
        Web(patience=QUICK).text(f"{url}/x", CancelToken())
    assert raised.value.code == "not-secure"
    assert "certificate" in raised.value.message
    assert encrypted.asked == []
    assert fetched(f"{url}/x", tmp_path) == "secret"


class Tunnels(http.server.BaseHTTPRequestHandler):
    """A proxy as companies have it: it finds the host, and what is encrypted goes through it unseen."""

    asked: ClassVar[list[str]] = []

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_CONNECT(self) -> None:
        self.asked.append(self.path)
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2])), 20) as there:
            self.send_response(200)
            self.end_headers()
            other = {self.connection: there, there: self.connection}
            while ready := select.select(list(other), [], [], 20)[0]:
                for end in ready:
                    if not (data := end.recv(65_536)):
                        return
                    other[end].sendall(data)


def test_what_is_encrypted_goes_through_the_systems_proxy(encrypted: Hub, tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tunnels) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        url = encrypted.url.replace("127.0.0.1", "hub.invalid")
        try:
            address = f"http://127.0.0.1:{proxy.server_address[1]}"
            assert fetched(f"{url}/x", tmp_path, https_proxy=address) == "secret"
        finally:
            proxy.shutdown()
            thread.join()
    assert Tunnels.asked == [url.removeprefix("https://")]


def test_waits_grow_and_what_a_source_asks_for_counts() -> None:
    class Impatient(CancelToken):
        """Notes how long is waited, and does not."""

        def __init__(self) -> None:
            super().__init__()
            self.waits: list[float] = []

        def wait(self, seconds: float) -> bool:
            self.waits.append(seconds)
            return False

    cancel, tries = Impatient(), Tries(Patience(tries=9))
    busy = ModelError("source-busy", "It is busy.", "Wait.")
    for _ in range(7):
        tries.again(Trouble(busy), cancel)
    tries.again(Trouble(busy, 45.0), cancel)
    assert cancel.waits == [1, 2, 4, 8, 15, 30, 30, 45]
    with pytest.raises(ModelError, match="It is busy"):
        tries.again(Trouble(busy), cancel)
    tries.again(Trouble(busy, 9999.0), cancel, progress=1 << 20)  # something came meanwhile: it begins anew
    assert cancel.waits[-1] == 60


@pytest.mark.parametrize("mirror", ["http://127.0.0.1:9", "http://127.0.0.1:9/"])
def test_a_mirror_has_the_paths_of_the_source(mirror: str) -> None:
    assert Web(mirror).at_mirror("https://example.org/a/b%20c?d=e") == "http://127.0.0.1:9/a/b%20c?d=e"
    assert Web("https://x.org/deep").at_mirror("https://example.org/a") == "https://x.org/deep/a"
    assert Web().at_mirror("https://example.org/a") == "https://example.org/a"
