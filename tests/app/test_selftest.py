"""`parley --self-test`, `parley --version`, and what the packaged program does first."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__, frozen, selftest
from models import cuda
from models.residency import starter_library
from models.roles import ModelError

ROOT = Path(__file__).parents[2]


def parley(*words: str, room: str = "ui") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", room, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_whole_program_passes(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "ui", "--self-test"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    document = json.loads(done.stdout)
    failed = [trial for trial in document["trials"] if not trial["ok"]]
    assert (done.returncode, failed, document["ok"]) == (0, [], True)
    assert (document["version"], document["built_for"]) == (__version__, cuda.built_for())
    names = {trial["name"] for trial in document["trials"]}
    assert names >= {"spoken turn", "picture", "window", "conversion in a child process", "engine transformers"}
    assert not (tmp_path / "data").exists()


def test_what_does_not_work_is_told_and_is_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def dark(folder: Path) -> str:
        raise ModelError("no-window", "The window opens and shows nothing.", "Install Parley again.")

    def broken() -> str:
        raise OSError("libsomething.so is missing")

    actions = [("first", lambda: "well"), ("second", broken), ("window", lambda: dark(Path()))]
    monkeypatch.setattr(selftest, "_actions", lambda folder, look: actions)
    assert selftest.run(dark) == 1
    document = json.loads(capsys.readouterr().out)
    assert not document["ok"]
    assert [(trial["name"], trial["ok"], trial["found"]) for trial in document["trials"]] == [
        ("first", True, "well"),
        ("second", False, "OSError: libsomething.so is missing"),
        ("window", False, "The window opens and shows nothing."),
    ]


def test_a_damaged_model_fails(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    actions = dict(selftest._actions(tmp_path, None))
    assert {f"model {card.id}" for card in library.cards} < set(actions)
    assert "window" not in actions
    card = next(card for card in library.cards if card.engine == "llama-chat" or card.role == "llm")
    empty = starter_library(tmp_path, {})
    object.__setattr__(empty, "folder", tmp_path)
    trial = selftest._tried("model", lambda: selftest._loaded(empty, card))
    assert (trial.ok, bool(trial.remedy)) == (False, True)


def test_version_and_usage() -> None:
    done = parley("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"parley {__version__}\n", "")
    done = parley("--self-test", "ask", "Hello?")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_every_child_has_its_word_in_the_packaged_program() -> None:
    found = {}
    for file in (ROOT / "models").rglob("*.py"):
        word = re.search(r'^_CHILD = "([\w-]+)"$', file.read_text(encoding="utf-8"), re.MULTILINE)
        if word:
            found[word[1]] = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    assert found
    assert found == frozen.CHILDREN


PACKAGED = "import sys; sys.frozen = True; from ui.__main__ import main; sys.exit(main())"


def packaged(*words: str, close: str = "") -> subprocess.CompletedProcess[str]:
    """The program as if it were packaged; `close` closes streams, as a windowed program has none."""
    shell = ["sh", "-c", f'exec "$@" {close}', "sh", sys.executable, "-c", PACKAGED, *words]
    return subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_the_packaged_program_is_its_own_child(tmp_path: Path) -> None:
    done = packaged("convert-checkpoint", str(tmp_path / "none"), str(tmp_path / "target"))
    assert done.returncode == 1
    assert "none" in done.stderr.splitlines()[-1]
    done = packaged("ask")
    assert done.returncode == 2


def test_without_streams_the_packaged_program_works(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    done = packaged("speak", "Hello.", "--out-wav", str(wav), close=">&- 2>&-")
    assert done.returncode == 0
    assert wav.stat().st_size > 1000


@pytest.mark.parametrize("before", [None, "/own/libraries"])
def test_what_the_packaged_program_opens_finds_its_own_libraries(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.setattr(sys, "argv", ["parley"])
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib/parley/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    assert frozen.begin() is None
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


@pytest.mark.parametrize(
    ("told", "lacking"),
    [
        ("flags\t\t: fpu sse4_2 avx f16c fma bmi2 avx2 avx512f\nbugs\t\t: none\n", ""),
        ("processor\t: 0\nflags\t\t: fpu sse4_2 avx f16c\n", "AVX2, BMI2, FMA"),
        ("processor\t: 0\nFeatures\t: fp asimd\n", ""),
    ],
)
def test_a_processor_that_is_too_old_is_told(tmp_path: Path, told: str, lacking: str) -> None:
    (tmp_path / "cpuinfo").write_text(told, encoding="utf-8")
    reason = frozen.unfit(tmp_path / "cpuinfo")
    assert (lacking in reason, bool(reason)) == (True, bool(lacking))
    assert frozen.unfit(tmp_path / "none") == ""


def test_the_packages_are_compiled_for_what_is_asked_of_processors() -> None:
    for script in ("build.sh", "windows/build.ps1"):
        text = (ROOT / "packaging" / script).read_text(encoding="utf-8")
        named = {name for name in frozen.NEEDED if re.search(rf"(\b|GGML_){name}\b", text, re.IGNORECASE)}
        assert named == frozen.NEEDED, script


def test_on_a_processor_that_is_too_old_nothing_starts() -> None:
    command = PACKAGED.replace("from ui", "from app import frozen; frozen._lacking = lambda _: {'avx2'}; from ui", 1)
    for words in ([], ["ask", "Hello?"]):
        done = subprocess.run(
            [sys.executable, "-c", command, *words],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("parley: This package of Parley needs a processor with AVX2, ")
        assert len(done.stderr.splitlines()) == 1


def test_a_person_without_a_terminal_sees_why_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QMessageBox

    from ui import __main__ as start
    from ui import display

    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(sys, "argv", ["parley"])
    monkeypatch.setattr(display, "open_display", lambda _: None)
    monkeypatch.setattr(QMessageBox, "critical", lambda _, *words: told.append(words))
    assert start.stop("This processor is too old.") == 1
    assert told == [("Parley", "This processor is too old.")]
