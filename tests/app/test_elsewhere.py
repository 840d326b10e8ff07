"""Another computer in the settings: off until it is set, its key in the keyring, and what the person is told."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from app import elsewhere, settings, vault
from app.cli import main
from app.settings import Settings
from models.residency import starter_library
from models.roles import CancelToken, ModelError, Role
from tests.app.keyrings import Forgetful, Locked, Working
from tests.chat_server import ChatServer, chat_server

ON = Settings(remote_address="10.0.0.5:8000", remote_text=True, remote_model="large")
ORIGIN = "http://10.0.0.5:8000"
Use = Callable[[KeyringBackend], None]


@pytest.fixture
def use() -> Iterator[Use]:
    """Makes a keyring the system's."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)
    vault._held.clear()


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as made:
        yield made


def test_it_is_off_until_the_person_sets_it(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    for off in (Settings(), replace(ON, remote_text=False), replace(ON, remote_address=" ")):
        assert elsewhere.with_remote(library, off) == library
        assert elsewhere.leaves(off) == ""


def test_each_of_both_roles_can_go_there(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    both = replace(ON, remote_pictures=True, remote_picture_model="seeing", remote_languages="en, es; EN x eng")
    for chosen, roles in (
        (ON, {Role.LLM}),
        (replace(both, remote_text=False), {Role.VLM}),
        (both, {Role.LLM, Role.VLM}),
    ):
        with_it = elsewhere.with_remote(library, chosen)
        for role in (Role.LLM, Role.VLM):
            card = with_it.find(role)
            assert card is not None
            assert (card.engine == "openai-server") == (role in roles)
        assert with_it.find(Role.TTS, "en", "en") == library.find(Role.TTS, "en", "en")
    text, pictures = elsewhere.cards(both)
    assert (text.model, pictures.model) == ("large", "seeing")
    assert text.source == ("en", "es")
    assert elsewhere.cards(replace(both, remote_picture_model=""))[1].model == "large"
    assert "de" in elsewhere.cards(ON)[0].source


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Settings(), "Off: every model runs on this machine."),
        (replace(ON, remote_address=""), "It needs an address."),
        (replace(ON, remote_address="localhost:8000"), "nothing leaves it"),
        (ON, "What you ask and the talk before it leave this machine and go to 10.0.0.5:8000, not encrypted"),
        (replace(ON, remote_address="https://example.org"), "leave this machine and go to example.org, encrypted."),
        (replace(ON, remote_text=False, remote_pictures=True), "Pictures with their questions leave this machine"),
        (replace(ON, remote_address="ftp://x"), "must begin with http:// or https://"),
    ],
)
def test_what_leaves_the_machine_is_said(chosen: Settings, words: str) -> None:
    assert words in elsewhere.state(chosen)


def test_a_key_goes_into_the_keyring_and_never_into_the_settings(use: Use, tmp_path: Path) -> None:
    ring = Working()
    use(ring)
    told, sentence = elsewhere.set_key(ON, " secret-1\n")
    assert sentence == "The key is in the system's keyring."
    assert ring.kept == {("Parley", ORIGIN): "secret-1"}
    settings.save(tmp_path, told)
    assert "secret-1" not in (tmp_path / settings.FILE).read_text(encoding="utf-8")
    again, problem = settings.load(tmp_path)
    assert problem is None
    assert elsewhere.cards(again)[0].key() == "secret-1"
    assert "secret-1" not in repr(again) + repr(elsewhere.cards(again))


def test_a_key_goes_to_no_other_server_and_the_keyring_is_not_opened_for_nothing(use: Use) -> None:
    ring = Working()
    use(ring)
    assert elsewhere.cards(ON)[0].key() == ""
    assert ring.asked == 0
    told, _ = elsewhere.set_key(ON, "secret-1")
    ring.asked = 0
    for other in ("10.0.0.6:8000", "10.0.0.5:8001", "https://10.0.0.5:8000"):
        assert elsewhere.cards(replace(told, remote_address=other))[0].key() == ""
    assert ring.asked == 0


def test_a_forgotten_key_is_gone(use: Use) -> None:
    ring = Working()
    use(ring)
    told, _ = elsewhere.set_key(ON, "secret-1")
    told, sentence = elsewhere.set_key(told, "")
    assert sentence == "The key is forgotten."
    assert ring.kept == {}
    assert told.remote_key_for == elsewhere.cards(told)[0].key() == ""
    assert elsewhere.set_key(told, "")[1] == "The key is forgotten."


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        (NoKeyring(), "This system has no keyring."),
        (Locked(), "The system's keyring did not take the key: the person closed the prompt."),
        (Forgetful(), "The system's keyring did not keep the key."),
    ],
)
def test_without_a_keyring_the_key_is_for_this_run_only(use: Use, ring: KeyringBackend, why: str) -> None:
    use(ring)
    told, sentence = elsewhere.set_key(ON, "secret-1")
    assert sentence == f"{why} The key is kept until Parley ends."
    assert told.remote_key_for == ""
    card = elsewhere.cards(told)[0]
    assert card.key() == "secret-1"
    vault._held.clear()  # as the next start does
    assert card.key() == ""


def test_a_locked_keyring_is_told(use: Use) -> None:
    use(Locked())
    with pytest.raises(ModelError, match="closed the prompt") as caught:
        elsewhere.cards(replace(ON, remote_key_for=ORIGIN))[0].key()
    assert caught.value.code == "keyring-failed"


def test_trying_it_asks_what_it_will_be_asked(server: ChatServer) -> None:
    chosen = Settings(remote_address=server.host, remote_text=True, remote_pictures=True, remote_model="large")
    sentence = elsewhere.tried(chosen, CancelToken())
    assert sentence.startswith(f"It works: “large” at {server.host} answered in ")
    assert "looked at a picture" in sentence
    contents = [asked.body["messages"][0]["content"] for asked in server.asked]
    assert isinstance(contents[0], str)
    assert contents[1][0]["image_url"]["url"].startswith("data:image/png;base64,")
    server.script = lambda asked, wire: wire.refuse(401, {"detail": "Invalid API key"})
    with pytest.raises(ModelError, match="does not accept questions without a key"):
        elsewhere.tried(chosen, CancelToken())
    with pytest.raises(ModelError, match="nothing to try"):
        elsewhere.tried(Settings(), CancelToken())


def test_it_is_set_told_tried_and_turned_off_in_the_terminal(
    server: ChatServer,
    use: Use,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def told(*words: str) -> dict[str, Any]:
        assert main(["remote", *words, "--json", "--data", str(tmp_path)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert isinstance(found, dict)
        return found

    use(Working())
    monkeypatch.setattr(sys, "stdin", io.StringIO("secret-1\n"))
    assert not told()["on"]
    found = told(server.host, "--model", "large", "--for", "both", "--knows", "en", "--key", "--test")
    assert found["roles"] == ["llm", "vlm"]
    assert found["models"] == ["large", "large"]
    assert found["key"]
    assert not found["leaves_machine"]
    assert found["found"].startswith("It works: “large”")
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer secret-1"}
    assert "secret-1" not in (tmp_path / settings.FILE).read_text(encoding="utf-8")
    assert not told("off")["on"]
    assert told("10.0.0.5:8000")["leaves_machine"]
    assert not told()["key"]
    assert main(["remote", "ftp://x", "--data", str(tmp_path)]) == 1
    assert "must begin with http:// or https://" in capsys.readouterr().err
