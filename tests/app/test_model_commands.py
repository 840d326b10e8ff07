"""`parley models …`: one JSON document, one line of error, and what the data folder holds afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import settings
from app.cli import main
from models import catalog
from tests.hub import Hub, running
from tests.nvml import T4, StandInNvml

STARTERS = catalog.starter_folder()
MODEL = (STARTERS / "llm" / "model.gguf").read_bytes()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        server.add("Some/Tiny-GGUF", "tiny.gguf", MODEL)
        tree = [{"type": "file", "path": "tiny.gguf", "size": len(MODEL)}]
        about = {"id": "Some/Tiny-GGUF", "downloads": 3, "tags": ["gguf", "es", "xx", "en", 7, "license:mit"]}
        server.files["/api/models/Some/Tiny-GGUF/tree/main"] = json.dumps(tree).encode()
        server.files["/api/models/Some/Tiny-GGUF"] = json.dumps(about).encode()
        server.files["/api/models"] = json.dumps([about]).encode()
        yield server


@pytest.fixture
def data(hub: Hub, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "settings.toml").write_text(f'mirror = "{hub.url}"\n')
    return folder


class Parley:
    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data, self._capsys = data, capsys

    def __call__(self, *words: str) -> dict[str, Any]:
        """What a command that succeeds prints as JSON."""
        assert main(["--data", str(self._data), "models", *words, "--json"]) == 0
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return found

    def fails(self, *words: str) -> str:
        """The line of a command that fails."""
        assert main(["--data", str(self._data), "models", *words, "--json"]) == 1
        out, err = self._capsys.readouterr()
        assert out == ""
        return err.splitlines()[-1]


@pytest.fixture
def parley(data: Path, capsys: pytest.CaptureFixture[str]) -> Parley:
    return Parley(data, capsys)


def test_what_search_finds_can_be_installed_by_its_name(parley: Parley, data: Path) -> None:
    (found,) = parley("search", "tiny", "--licence", "mit", "--largest", "1")["found"]
    assert (found["hub"], found["licence"]) == ("Some/Tiny-GGUF", "mit")
    (file,) = found["files"]
    (one,) = parley("install", f"{found['hub']}/{file['path']}")["models"]
    assert one == {"id": "tiny", "state": "installed"}
    (row,) = [row for row in parley("list", "--installed", "--role", "llm")["models"] if not row["starter"]]
    assert (row["id"], row["state"], row["licence"], row["verified"]) == ("tiny", "installed", "mit", False)
    assert row["bytes"] > len(MODEL)
    # What it says that it knows; English first, because to that all else is translated.
    assert (found["languages"], row["source"]) == (["es", "en"], ["en", "es"])
    assert parley.fails("install", "Some/Tiny-GGUF/other.gguf").startswith("parley: “Some/Tiny-GGUF” on the hub has no")


def test_a_model_of_the_hub_is_told_apart_by_where_it_comes_from(parley: Parley, hub: Hub, data: Path) -> None:
    parley("install", "Some/Tiny-GGUF/tiny.gguf", "--lang", "de,en,fr")
    (row,) = [row for row in parley("list", "--installed", "--role", "llm")["models"] if not row["starter"]]
    assert row["source"] == ["en", "de", "fr"]  # as the person says
    hub.add("Other/Tiny-GGUF", "tiny.gguf", MODEL + b"another")
    for path in ("/api/models/{}/tree/main", "/api/models/{}"):
        content = hub.files[path.format("Some/Tiny-GGUF")].replace(str(len(MODEL)).encode(), b"%d" % (len(MODEL) + 7))
        hub.files[path.format("Other/Tiny-GGUF")] = content
    assert parley("install", "Other/Tiny-GGUF/tiny.gguf")["models"] == [{"id": "tiny-2", "state": "installed"}]
    assert parley("install", "Some/Tiny-GGUF/tiny.gguf")["models"] == [{"id": "tiny", "state": "installed"}]
    # Broken, it comes again by its name in the list.
    (data / "models" / "tiny-2" / "tiny.gguf").write_bytes(b"x")
    (row,) = parley("verify", "tiny-2")["models"]
    assert (row["ok"], row["remedy"]) == (False, "Install it again.")
    parley("install", "tiny-2")
    assert parley("verify", "tiny-2")["models"][0]["ok"]


def test_import_verify_remove(parley: Parley, data: Path) -> None:
    made = parley("import", str(STARTERS / "llm"), "--name", "My model", "--in", "en,es")
    assert (made["id"], made["role"], made["state"]) == ("my-model", "llm", "installed")
    assert parley("use", "starter-llm", "my-model")["models"] == ["starter-llm", "my-model"]
    assert parley("use", "my-model")["models"] == ["my-model", "starter-llm"]
    assert settings.load(data)[0].models == "my-model starter-llm"
    assert parley.fails("use", "qwen3-4b") == "parley: “qwen3-4b” is not on this computer. Install it first."
    assert parley("verify")["models"] == [{"id": "my-model", "ok": True, "faults": [], "remedy": ""}]
    file = Path(made["folder"]) / "model.gguf"
    file.unlink()  # its content is the starter's own
    file.write_bytes(MODEL[:-1] + b"x")
    (row,) = parley("verify", "my-model")["models"]
    assert parley.fails("use", "my-model").endswith(
        "has changed since it was installed. Import it again, or remove it."
    )
    assert (row["ok"], row["faults"]) == (False, ["“model.gguf” has changed since it was installed."])
    assert row["remedy"] == "Import it again, or remove it."
    assert parley("remove", "my-model")["removed"] == ["my-model"]
    assert parley("list", "--installed", "--lang", "es", "--role", "llm")["models"] == []
    assert "ships with Parley" in parley.fails("remove", "starter-llm")
    assert "no installed model" in parley.fails("verify", "my-model")


def test_a_set_is_shown_before_anything_is_fetched(parley: Parley, hub: Hub, data: Path) -> None:
    shown = parley("install", "--set", "--lang", "en,fr", "--show")
    assert {row["role"] for row in shown["models"]} == {"asr", "tts", "llm", "vlm", "translation"}
    assert isinstance(shown["fits"], bool)
    assert shown["download"] == sum(row["download"] for row in shown["models"]) > 1_000_000_000
    assert hub.asked == []
    assert [path.name for path in data.iterdir()] == ["settings.toml"]


def test_what_cannot_be_done_is_one_line(parley: Parley, hub: Hub) -> None:
    assert "no model “poet”" in parley.fails("install", "poet")
    assert "Nothing was begun" in parley.fails("install")
    assert "There is no" in parley.fails("import", "/nonexistent/model.gguf")
    assert "no models for the language “xx”" in parley.fails("install", "--set", "--lang", "en,xx")
    assert hub.asked == []
    hub.files.clear()
    assert "does not have" in parley.fails("search", "x")


def test_what_fits_and_how_fast_it_is_is_told_when_asked(
    parley: Parley, stand_in_nvml: StandInNvml, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in_nvml.show(T4)
    rows = {row["id"]: row for row in parley("list", "--fit", "--role", "llm")["models"]}
    assert rows["qwen3-8b"]["fit"]["verdict"] == "fits"
    assert rows["qwen3-8b"]["fit"]["sentence"].startswith("Fits. On GPU 0; ")
    speed = rows["qwen3-8b"]["speed"]
    assert (round(speed["least"]), round(speed["most"]), speed["measured"]) == (31, 41, False)
    assert rows["qwen3-32b"]["fit"]["verdict"] != "fits"
    assert "fit" not in parley("list", "--role", "asr")["models"][0]
    assert main(["--data", str(data), "models", "list", "--fit", "--role", "tts", "--lang", "en"]) == 0
    assert "    Fits. On GPU 0; " in capsys.readouterr().out
