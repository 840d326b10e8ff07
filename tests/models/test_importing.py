"""Models of this machine become installed ones, and what is none is refused with the reason."""

import os
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from models import available, catalog
from models.pictures import load_picture
from models.residency import Residency
from models.roles import CancelToken, Message, ModelError, Role, Sampling
from models.store import importing
from models.store.importing import Told
from models.store.installed import Installed, Store, Verdict
from tests.bounds import bounded

STARTERS = catalog.starter_folder()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def bring(store: Store, *paths: Path, told: Told | None = None) -> Installed:
    return store.find(importing.bring_in(paths, store, told or Told(), CancelToken()))


def refused(store: Store, *paths: Path) -> ModelError:
    with bounded(), pytest.raises(ModelError) as raised:
        bring(store, *paths)
    assert store.installed() == ()
    assert not any(path.is_file() for path in store.root.rglob("*"))
    return raised.value


def test_a_gguf_file_is_a_second_name_of_the_same_content(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "My model.Q4.gguf"
    shutil.copy(STARTERS / "llm" / "model.gguf", source)
    one = bring(store, source, told=Told(name="Mine", source=("en", "es")))
    assert (one.id, one.card.name, one.card.role, one.card.source) == ("mine", "Mine", Role.LLM, ("en", "es"))
    assert os.path.samefile(source, one.folder / "My model.Q4.gguf")
    assert one.card.verified is False
    assert bring(store, source, told=Told(name="Mine")).id == "mine-2"


def test_where_the_disk_gives_no_second_name_it_is_copied(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    source = STARTERS / "llm" / "model.gguf"
    one = bring(store, source)
    assert not os.path.samefile(source, one.folder / "model.gguf")
    assert (one.folder / "model.gguf").read_bytes() == source.read_bytes()


def test_a_file_without_a_name_of_its_own_is_known_by_its_content(store: Store, tmp_path: Path) -> None:
    """As another app keeps it: named by its hash."""
    source = tmp_path / "sha256-0a1b2c"
    shutil.copy(STARTERS / "llm" / "model.gguf", source)
    assert bring(store, source).card.files == {"model": "model.gguf"}


def test_a_model_and_its_projector_are_a_picture_model(store: Store) -> None:
    one = bring(store, STARTERS / "vlm" / "model.gguf", STARTERS / "vlm" / "mmproj.gguf")
    assert (one.card.role, one.card.engine) == (Role.VLM, "llama-vision")
    assert one.card.files == {"model": "model.gguf", "projector": "mmproj.gguf"}
    assert bring(store, STARTERS / "vlm").card.role is Role.VLM


def test_swapped_they_are_told_apart_all_the_same(store: Store) -> None:
    one = bring(store, STARTERS / "vlm" / "mmproj.gguf", STARTERS / "vlm" / "model.gguf")
    assert one.card.files == {"model": "model.gguf", "projector": "mmproj.gguf"}
    shutil.rmtree(store.root)
    assert refused(store, STARTERS / "vlm" / "mmproj.gguf").code == "import-half"


def test_a_hub_cache_is_imported_through_its_links(store: Store, tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "models--Some--Model"
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot, blob = repository / "snapshots" / commit, repository / "blobs" / "abc"
    for folder in (snapshot, blob.parent, repository / "refs"):
        folder.mkdir(parents=True)
    shutil.copy(STARTERS / "llm" / "model.gguf", blob)
    (snapshot / "tiny.gguf").symlink_to("../../blobs/abc")
    (repository / "refs" / "main").write_text(commit)
    one = bring(store, repository)
    assert one.card.files == {"model": "tiny.gguf"}
    assert os.path.samefile(blob, one.folder / "tiny.gguf")
    assert not (one.folder / "tiny.gguf").is_symlink()


@pytest.mark.parametrize("pack", ["zip", "tar", "folder"])
def test_a_vosk_model_comes_as_folder_or_archive(store: Store, tmp_path: Path, pack: str) -> None:
    source = tmp_path / "vosk-model-small-es-0.42"
    shutil.copytree(STARTERS / "asr-en", source)
    path = source
    if pack == "zip":
        path = tmp_path / f"{source.name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in source.rglob("*"):
                archive.write(file, file.relative_to(tmp_path))
    elif pack == "tar":
        path = tmp_path / f"{source.name}.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            tar.add(source, source.name)
    one = bring(store, path)
    assert (one.card.role, one.card.source) == (Role.ASR, ("es",))
    assert (one.folder / "am" / "final.mdl").is_file()
    assert one.id == "vosk-model-small-es-0.42"


def test_a_piper_pair_is_found_by_its_voice(store: Store) -> None:
    one = bring(store, STARTERS / "tts-es" / "voice.onnx")
    assert (one.card.role, one.card.source) == (Role.TTS, ("es",))
    assert {file.path for file in one.files} == {"voice.onnx", "voice.onnx.json"}


def test_a_checkpoint_tells_its_languages(store: Store) -> None:
    one = bring(store, STARTERS / "translation-en-es")
    assert (one.card.role, one.card.source, one.card.target) == (Role.TRANSLATION, ("en",), ("es",))
    assert "README.md" not in {file.path for file in one.files}


def damaged(change: Callable[[bytearray], bytes | bytearray]) -> bytes:
    return bytes(change(bytearray((STARTERS / "llm" / "model.gguf").read_bytes()[:200_000])))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.gguf", b"", "gguf-truncated"),
        ("x.gguf", b"GGUF", "gguf-truncated"),
        ("x.gguf", b"GGUX" + bytes(100), "gguf-magic"),
        ("x.gguf", b"GGUF" + struct.pack(">IQQ", 3, 1, 1) + bytes(64), "gguf-byte-order"),
        ("x.gguf", b"GGUF" + struct.pack("<IQQ", 999, 1, 1) + bytes(64), "gguf-version"),
        ("x.gguf", b"GGUF" + struct.pack("<IQQ", 3, 1 << 63, 1) + bytes(64), "gguf-too-large"),
        ("x.gguf", damaged(lambda data: data), "gguf-truncated"),
        ("notes.txt", b"just some text", "import-unknown"),
        ("x.onnx", b"\x08\x07", "import-unknown"),
        ("x.zip", b"PK\x05\x06" + bytes(18), "archive-refused"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(
    store: Store, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(content)
    assert refused(store, path).code == code


def test_folders_and_paths_that_hold_no_single_model(store: Store, tmp_path: Path) -> None:
    assert refused(store, tmp_path / "nothing").code == "import-missing"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(store, empty).code == "import-unknown"
    for name in ("a.gguf", "b.gguf"):
        shutil.copy(STARTERS / "llm" / "model.gguf", empty / name)
    error = refused(store, empty)
    assert (error.code, "a.gguf, b.gguf" in error.message) == ("import-several", True)


def test_a_piper_voice_with_another_kind_of_phonemes_is_refused(store: Store, tmp_path: Path) -> None:
    shutil.copy(STARTERS / "tts-en" / "voice.onnx", tmp_path)
    text = (STARTERS / "tts-en" / "voice.onnx.json").read_text()
    path = tmp_path / "voice.onnx.json"
    path.write_text(text.replace('"phoneme_type": "espeak"', '"phoneme_type": "pinyin"'))
    assert path.read_text() != text
    assert refused(store, tmp_path / "voice.onnx").code == "model-broken"


def test_an_archive_that_leaves_its_folder_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "in" / "evil.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../am/final.mdl", b"x")
    assert refused(store, path).code == "archive-refused"
    assert not (tmp_path / "am").exists()


def test_an_imported_pair_answers_and_an_imported_checkpoint_translates(tmp_path: Path) -> None:
    """Through the library that the assistant uses, each tried in a process of its own first."""
    store = available.store(tmp_path)
    for name in ("vlm", "translation-es-en"):
        bring(store, STARTERS / name, told=Told(name=f"My {name}"))
    assert all(store.verdict(one.fingerprint) is None for one in store.installed())
    residency = Residency(available.library(tmp_path))
    path = tmp_path / "square.png"
    Image.new("RGB", (64, 64), "red").save(path)
    try:
        model, card = residency.chat(Role.VLM)
        assert card.id == "my-vlm"
        question = Message("user", "What is in this picture?", (load_picture(path, 96),))
        assert "".join(model.reply([question], Sampling(max_tokens=16), CancelToken())).strip()
        translator = residency.translator("es", "en")
        said = "".join(translator.translate("¿Cuántos días tiene una semana?", "es", "en", CancelToken()))
        assert "week" in said.lower()
    finally:
        residency.close()
    assert all(store.verdict(one.fingerprint) == Verdict() for one in store.installed())
    assert not any((store.root / ".opening").iterdir())
