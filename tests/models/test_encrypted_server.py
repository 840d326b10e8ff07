"""A chat model behind https: its certificate must be trusted for its name, and all else works as without."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models import remote
from models.engines.openai_server import OpenaiServer
from models.roles import Cancelled, CancelToken, Message, ModelError, Picture, Role, Sampling
from tests.chat_server import ChatServer, chat_server, piece, waited


def certified(folder: Path, address: str) -> ssl.SSLContext:
    """A server's context with a certificate for an address that vouches for itself; it is folder/certificate.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "certificate.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChatServer]:
    with chat_server(certified(tmp_path, "127.0.0.1")) as made:
        yield made


@pytest.fixture
def trusted(tmp_path: Path, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> ChatServer:
    """The server, whose certificate the system trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    return server


def opened(url: str) -> OpenaiServer:
    engine = OpenaiServer(remote.card(Role.VLM, url, "large", ("en",), lambda: "secret-1"), Path())
    engine.load()
    return engine


def test_a_large_question_and_its_answer_go_through_whole(trusted: ChatServer) -> None:
    trusted.script = lambda asked, wire: wire.answer(*["word "] * 300)
    picture = Picture(bytes(range(256)) * 8_000, "image/png", 3, 2, "0" * 64)
    asked = [Message("user", "What is it?", (picture,))]
    assert "".join(opened(trusted.url).reply(asked, Sampling(), CancelToken())) == "word " * 300
    sent = trusted.asked[0].body["messages"][0]["content"][0]["image_url"]["url"]
    assert len(sent) > 4 * len(picture.data) // 3
    assert trusted.asked[0].headers["Authorization"] == "Bearer secret-1"


def test_stopping_hangs_up(trusted: ChatServer) -> None:
    trusted.script = lambda asked, wire: (wire.head(), wire.raw(piece("One")), wire.silence())[0]
    cancel = CancelToken()
    pieces = opened(trusted.url).reply([Message("user", "Hello?")], Sampling(), cancel)
    assert next(pieces) == "One"
    threading.Timer(0.1, cancel.cancel).start()
    with pytest.raises(Cancelled):
        next(pieces)
    assert trusted.left.acquire(timeout=10)


def refused(url: str) -> str:
    with pytest.raises(ModelError) as caught:
        list(opened(url).reply([Message("user", "Hello?")], Sampling(), CancelToken()))
    assert caught.value.code == "server-not-trusted"
    return caught.value.message


def test_a_stranger_with_a_certificate_of_its_own_gets_nothing(server: ChatServer) -> None:
    assert f"The certificate of {server.host} cannot be trusted: " in refused(server.url)
    assert server.asked == []


def test_a_certificate_of_another_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with chat_server(certified(tmp_path, "10.0.0.5")) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert "127.0.0.1" in refused(server.url)
        assert not waited(lambda: server.asked, 0.1)
