"""What other programs keep on this computer is found by its content, and what is none is left out."""

import json
import os
import shutil
from pathlib import Path

import pytest

from app import bringing
from app.installing import Installing
from models import catalog
from models.roles import Cancelled, CancelToken, ModelError, Role
from models.store import importing
from models.store.installed import Installed, Store

STARTERS = catalog.starter_folder()
DIGEST = "0a" * 32


def put(source: str, target: Path) -> Path:
    """A starter's file or folder at another place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if (STARTERS / source).is_dir() else shutil.copy)(STARTERS / source, target)
    return target


def told(home: Path, **environment: str) -> list[tuple[str, str, str]]:
    found = bringing.look(CancelToken(), home, environment)
    return [(one.program, one.name, one.role.value if one.role else "") for one in found]


def test_each_program_has_its_folder(tmp_path: Path) -> None:
    put("llm/model.gguf", tmp_path / ".lmstudio" / "models" / "someone" / "tiny-GGUF" / "tiny.Q4.gguf")
    put("vlm", tmp_path / ".lmstudio" / "models" / "someone" / "seeing-GGUF")
    put("llm/model.gguf", tmp_path / ".cache" / "llama.cpp" / "flat.gguf")
    put("asr-es", tmp_path / ".cache" / "vosk" / "vosk-model-small-es-0.42")
    put("translation-en-es", tmp_path / ".cache/huggingface/hub/models--Some--opus-en-es" / "snapshots" / ("ab" * 20))
    voice = put("tts-en/voice.onnx", tmp_path / ".local/share/nomic.ai/GPT4All/en_US-me.onnx")
    put("tts-en/voice.onnx.json", voice.with_name("en_US-me.onnx.json"))
    names = importing.recognize([STARTERS / "llm" / "model.gguf"], importing.Told()).card.name
    eyes = importing.recognize([STARTERS / "vlm"], importing.Told()).card.name
    assert sorted(told(tmp_path)) == sorted(
        [
            ("Hugging Face", "opus-en-es", "translation"),
            ("LM Studio", eyes, "vlm"),
            ("LM Studio", names, "llm"),
            ("llama.cpp", names, "llm"),
            ("GPT4All", "en_US-me", "tts"),
            ("Vosk", "vosk-model-small-es-0.42", "asr"),
        ]
    )


def test_the_environment_says_where_else(tmp_path: Path) -> None:
    put("llm/model.gguf", tmp_path / "elsewhere" / "models--a--b" / "snapshots" / ("ab" * 20) / "m.gguf")
    assert told(tmp_path) == []
    assert [one[0] for one in told(tmp_path, HF_HUB_CACHE=str(tmp_path / "elsewhere"))] == ["Hugging Face"]


def ollama(home: Path, manifest: object) -> None:
    tag = home / ".ollama/models/manifests/registry.ollama.ai/library/tiny/1b"
    tag.parent.mkdir(parents=True, exist_ok=True)
    tag.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))


def layer(kind: str, digest: str = DIGEST) -> dict[str, str]:
    return {"mediaType": f"application/vnd.ollama.image.{kind}", "digest": f"sha256:{digest}"}


def test_what_ollama_lists_is_imported_without_a_copy(tmp_path: Path) -> None:
    blob = put("vlm/model.gguf", tmp_path / ".ollama/models/blobs" / f"sha256-{DIGEST}")
    put("vlm/mmproj.gguf", blob.with_name(f"sha256-{'1b' * 32}"))
    ollama(tmp_path, {"layers": [layer("license"), layer("model"), layer("projector", "1b" * 32)]})
    (one,) = bringing.look(CancelToken(), tmp_path, {})
    assert (one.program, one.name, one.role) == ("Ollama", "tiny 1b", Role.VLM)
    store = Store(tmp_path / "store")
    installed = store.find(importing.bring_in(one.paths, store, importing.Told(one.name), CancelToken()))
    assert installed.card.name == "tiny 1b"
    assert os.path.samefile(blob, installed.folder / installed.card.files["model"])


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[1]",
        "[" * 50_000,
        {"layers": 3},
        {"layers": [{"mediaType": 3}]},
        {"layers": [layer("model", "../../../../etc/passwd")]},
        {"layers": [layer("model", "cc" * 32)]},
    ],
)
def test_a_list_that_is_not_sound_is_left_out(tmp_path: Path, manifest: object) -> None:
    ollama(tmp_path, manifest)
    assert told(tmp_path) == []


def test_what_is_broken_hides_nothing_else(tmp_path: Path) -> None:
    models = tmp_path / ".lmstudio" / "models"
    put("llm/model.gguf", models / "b" / "good" / "good.gguf")
    (models / "a").mkdir()
    (models / "a" / "bad.gguf").write_bytes(b"GGUF" + b"\xff" * 100)
    (models / "c").symlink_to(models / "c")
    assert [one[0] for one in told(tmp_path)] == ["LM Studio"]


def test_a_folder_of_several_models_offers_each(tmp_path: Path) -> None:
    for name in ("one", "two"):
        put("llm/model.gguf", tmp_path / "all" / f"{name}.gguf")
    put("asr-en", tmp_path / "all" / "vosk-model-en")
    found = bringing.look_in([tmp_path / "all"], CancelToken())
    assert [path.name for one in found for path in one.paths] == ["one.gguf", "two.gguf", "vosk-model-en"]
    assert all(one.size > 100_000 for one in found)
    cancelled = CancelToken()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        bringing.look_in([tmp_path / "all"], cancelled)


def test_where_nothing_can_be_imported_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ModelError) as raised:
        bringing.look_in([tmp_path], CancelToken())
    assert raised.value.code == "import-unknown"
    put("vlm/mmproj.gguf", tmp_path / "half" / "mmproj.gguf")
    with pytest.raises(ModelError) as raised:
        bringing.look_in([tmp_path / "half"], CancelToken())
    assert raised.value.code == "import-half"
    # Two files that belong together, chosen together.
    eye, model = STARTERS / "vlm" / "mmproj.gguf", STARTERS / "vlm" / "model.gguf"
    assert [one.role for one in bringing.look_in([eye, model], CancelToken())] == [Role.VLM]


def test_what_shows_only_when_it_is_unpacked_or_told(tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "vosk-model-es"), "zip", put("asr-es", tmp_path / "es")))
    (one,) = bringing.look_in([packed], CancelToken())
    assert (one.name, one.role, one.paths, one.size) == (packed.name, None, (packed,), packed.stat().st_size)
    folder = put("translation-en-es", tmp_path / "some")
    tokenizer = folder / "tokenizer_config.json"
    tokenizer.unlink()
    (one,) = bringing.look_in([folder], CancelToken())
    assert (one.name, one.role, one.source, one.target) == ("some", Role.TRANSLATION, (), ())
    assert one.size > 1_000_000


def brought(folder: Path, path: Path, cancel: CancelToken, told: list[str]) -> Installed:
    def step(what: str, done: int) -> None:
        told.append(what)

    def settling(at: Installing) -> None:
        told.append(at.state.value)
        if "cancel" in path.name:
            cancel.cancel()

    store = Store(folder / "models")
    return bringing.bring_in(store, [path], importing.Told(name="Mine"), folder / "converted", cancel, step, settling)


def test_a_model_is_brought_in_and_tried(tmp_path: Path) -> None:
    told: list[str] = []
    one = brought(tmp_path, put("llm/model.gguf", tmp_path / "any.gguf"), CancelToken(), told)
    assert (one.id, one.fault) == ("mine", "")
    assert told[-1] == "trying"
    assert "checking" in told


def test_called_off_while_it_is_tried_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        brought(tmp_path, put("llm/model.gguf", tmp_path / "cancel.gguf"), CancelToken(), [])
    assert Store(tmp_path / "models").installed() == ()
    assert not list((tmp_path / "models").rglob("*.gguf"))


def test_one_that_fails_its_trial_is_listed_with_the_reason(tmp_path: Path) -> None:
    folder = put("asr-en", tmp_path / "vosk-model-en")
    weights = folder / "am" / "final.mdl"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    with pytest.raises(ModelError, match="Vosk cannot read it") as raised:
        brought(tmp_path, folder, CancelToken(), [])
    (listed,) = Store(tmp_path / "models").installed()
    assert listed.fault == raised.value.message
