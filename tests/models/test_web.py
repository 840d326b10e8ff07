"""Where Parley goes on the web, and what is told when it may not or cannot."""

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.roles import CancelToken, ModelError
from models.store.web import Patience, Web
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


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running() as server:
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        server.files["/x"] = b"secret"
        url = server.url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(ModelError) as raised:
            Web(patience=QUICK).text(f"{url}/x", CancelToken())
        assert raised.value.code == "not-secure"
        assert "certificate" in raised.value.message
        # A certificate that the system trusts is good.
        code = (
            "import sys; from models.store.web import Web; from models.roles import CancelToken;"
            "print(Web().text(sys.argv[1], CancelToken()))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, f"{url}/x"],
            env={**os.environ, "SSL_CERT_FILE": str(certificate)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stdout.strip() == "secret"


@pytest.mark.parametrize("mirror", ["http://127.0.0.1:9", "http://127.0.0.1:9/"])
def test_a_mirror_has_the_paths_of_the_source(mirror: str) -> None:
    assert Web(mirror).at_mirror("https://example.org/a/b%20c?d=e") == "http://127.0.0.1:9/a/b%20c?d=e"
    assert Web("https://x.org/deep").at_mirror("https://example.org/a") == "https://x.org/deep/a"
    assert Web().at_mirror("https://example.org/a") == "https://example.org/a"
