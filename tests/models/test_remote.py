"""Addresses and keys of other computers, as people type them."""

import pytest

from models import remote
from models.roles import ModelError, Role


@pytest.mark.parametrize(
    ("typed", "origin", "path", "here"),
    [
        ("localhost:11434", "http://localhost:11434", "/v1", True),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000", "/v1", True),
        ("[::1]:8080", "http://[::1]:8080", "/v1", True),
        ("192.168.1.7:8000", "http://192.168.1.7:8000", "/v1", False),
        ("workshop.local:8000", "http://workshop.local:8000", "/v1", False),
        ("example.org", "https://example.org", "/v1", False),
        ("HTTPS://Example.org:443/api/v1/chat/completions", "https://example.org", "/api/v1", False),
        ("http://bücher.example/x", "http://xn--bcher-kva.example", "/x", False),
        ("8.8.8.8", "https://8.8.8.8", "/v1", False),
        ("localhost.evil.example", "https://localhost.evil.example", "/v1", False),
    ],
)
def test_addresses(typed: str, origin: str, path: str, here: bool) -> None:
    found = remote.address(typed)
    assert (found.origin, found.path, found.is_here) == (origin, path, here)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "http://", "ftp://x", "http://a b", "http://me:secret@x", "http://x:99999", "http://x:0x", "http://x/?k=1",
     "http://x/#a", "http://x\r\nHost: y", "http://x/a\\b", "http://[::1", "http://[fe80::1%eth0", "http://..", "http://-",
     "file:///etc/passwd", "http://x/" + "a" * 400, "http://\ud800", "http://x/ä"],
)  # fmt: skip
def test_addresses_that_are_none(typed: str) -> None:
    with pytest.raises(ModelError) as caught:
        remote.address(typed)
    assert caught.value.code == "address-invalid"
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("key", ["two words", "a\r\nX: y", "ключ", "k" * 5000])
def test_a_key_that_cannot_be_sent_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(ModelError) as caught:
        remote.usable_key(key)
    assert caught.value.code == "key-invalid"
    assert key not in str(caught.value)
    assert key not in repr(remote.card(Role.LLM, "localhost", "", (), lambda: key))
