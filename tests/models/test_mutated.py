"""Damaged and hostile model files: this process lives, reads little, and says what is wrong.

`python -m benchmarks.mutated_models` sends 2,000 files the way that 200 go here.
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.mutated_models import STARTER, judge
from models import catalog, child, trial
from models.catalog import Card
from models.roles import Cancelled, CancelToken, ModelError
from models.store.admission import admit
from models.store.installed import Store

FOLDERS = catalog.starter_folder()
CARDS = {card.id: card for card in catalog.load() if card.starter}


def test_two_hundred_damaged_models_are_read_or_refused_within_bounds(tmp_path: Path) -> None:
    found = judge(200, 1, tmp_path, trials=False)
    assert found.files == 200
    assert found.passed + sum(found.refused.values()) == 200
    assert found.passed > 5
    assert len(found.refused) > 5
    # The header of the file itself has 60 kB; no lie in it may cost more than the most that a header may have.
    assert found.within


def test_damaged_models_that_pass_are_tried_elsewhere(tmp_path: Path) -> None:
    found = judge(40, 5, tmp_path, trials=True)
    assert sum(found.trials.values()) == found.passed > 0


def tried(card: Card, folder: Path) -> str:
    return trial.tried(card, folder, folder / "converted", CancelToken()).reason


def copy(identity: str, tmp_path: Path) -> tuple[Card, Path]:
    card = CARDS[identity]
    return card, Path(shutil.copytree(FOLDERS / card.folder, tmp_path / card.folder))


def test_what_a_trial_found_is_remembered(tmp_path: Path) -> None:
    card, folder = copy("starter-asr-en", tmp_path)
    path = folder / "am" / "final.mdl"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "Vosk cannot read it" in tried(card, folder)
    store = Store(tmp_path / "models")
    hashes = {file.relative_to(folder).as_posix(): "0" * 64 for file in folder.rglob("*") if file.is_file()}
    store.root.mkdir()
    shutil.move(folder, store.root / "coming")
    store.adopt(replace(card, id="broken", starter=False), store.root / "coming", [], hashes)
    with pytest.raises(ModelError) as raised:
        admit(store, store.find("broken"), tmp_path, CancelToken())
    assert raised.value.code == "model-refused"
    assert store.find("broken").fault == raised.value.message
    # Once found it is not tried again: there is nothing left to try.
    shutil.rmtree(store.root / "broken" / "graph")
    assert store.verdict(store.find("broken").fingerprint) is not None


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        ("import os; os.abort()", "the library that opens it ended the process (signal 6)"),
        ("while True: pass", "it did not come to an end within 2 seconds"),
        ("x = bytearray(b'x') * 600_000_000\nwhile True: pass", "it took more than 0.3 GB of memory"),
        ("raise ValueError('odd')", "ValueError: odd"),
        ("pass", ""),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals have other numbers there")
def test_a_child_that_dies_never_ends_or_takes_all_memory_is_told(work: str, reason: str) -> None:
    seconds = 2 if "within" in reason else 60
    ended = child.run("timeit", "", ["-n", "1", "-r", "1", work], seconds=seconds, memory=300_000_000)
    assert ended.reason == reason


def test_a_child_is_ended_when_its_work_is_called_off() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        child.run("timeit", "", ["-n", "1", "import time; time.sleep(60)"], seconds=90, memory=1 << 40, cancel=cancel)


@pytest.mark.parametrize(
    ("identity", "name", "change", "words"),
    [
        ("starter-tts-en", "voice.onnx", lambda data: data[: len(data) // 2], "voice.onnx"),
        ("starter-tts-en", "voice.onnx.json", lambda data: b"{}", "voice.onnx.json"),
        ("starter-vlm", "mmproj.gguf", lambda data: data[: len(data) // 2], "cut off"),
        ("starter-llm", "model.gguf", lambda data: data[:1000], "cut off"),
        ("starter-translation-en-es", "source.spm", lambda data: b"no model", "source.spm"),
    ],
)
def test_a_damaged_part_is_named(tmp_path: Path, identity: str, name: str, change: object, words: str) -> None:
    card, folder = copy(identity, tmp_path)
    path = folder / name
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    assert words in tried(card, folder)


def test_an_unknown_architecture_is_refused_by_the_trial(tmp_path: Path) -> None:
    card, folder = copy("starter-llm", tmp_path)
    path = folder / "model.gguf"
    path.write_bytes(path.read_bytes().replace(b"llama", b"lllma"))
    assert "lllma" in tried(card, folder)


def test_a_projector_of_another_family_is_refused_by_the_trial(tmp_path: Path) -> None:
    card, folder = copy("starter-vlm", tmp_path)
    shutil.copy(FOLDERS / "llm" / "model.gguf", folder / "model.gguf")
    assert "mmproj.gguf" in tried(card, folder)


def test_a_template_without_end_is_refused_by_the_trial(tmp_path: Path) -> None:
    card, folder = copy("starter-llm", tmp_path)
    path = folder / "model.gguf"
    data = path.read_bytes()
    begin = data.index(b"{%")
    loop = b"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    path.write_bytes(data[:begin] + loop + data[begin + len(loop) :])
    assert tried(card, folder)


def test_the_starter_itself_passes(tmp_path: Path) -> None:
    assert tried(STARTER, FOLDERS / STARTER.folder) == ""
