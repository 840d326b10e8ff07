"""Measurements as they run: real engines, interruptions, and what is left on the disk."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest

from app.bench import rehearsal, report, soak, workspace
from app.bench.page import page
from models import shapes
from models.residency import starter_library
from models.shapes import Shape
from models.shapes.decoder import DecoderShape
from models.shapes.translator import TranslatorShape
from models.shapes.voice import VoiceShape
from tests.app.test_bench import check_page

ROOT = Path(__file__).parents[2]
ROLES = {"asr", "translation", "llm", "vlm", "tts"}


def started(*words: str, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "bench", *words, "--data", str(data)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(stream: IO[str] | None, text: str) -> None:
    assert stream is not None
    assert any(text in line for line in stream), f"“{text}” never came"


@pytest.mark.parametrize(
    "words",
    [
        ["bench"],
        ["bench", "soak", "--minutes", "0"],
        ["bench", "soak", "--minutes", "nan"],
        ["bench", "latency", "--rounds", "0"],
        ["bench", "rehearse", "--seed", "x"],
    ],
)
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from app import cli

    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["rehearse", "--shapes", "gpt-9"], "no shape"),
        (["soak", "--out", "/nonexistent/report.html"], "no folder"),
        (["latency", "--in-wav", "missing.wav", "--rounds", "1"], "No answer was heard"),
    ],
)
def test_what_cannot_be_measured_is_told(words: list[str], reason: str, tmp_path: Path) -> None:
    process = started(*words, data=tmp_path)
    out, err = process.communicate(timeout=120)
    assert reason in out + err
    assert "Traceback" not in err
    assert (process.returncode == 1) == (reason in err)


def check_soak(found: dict[str, Any]) -> None:
    """A full report of all five roles."""
    assert {row["role"] for row in found["models"]} == ROLES
    assert all(row["measured_ram"] > 0 and row["load_seconds"] > 0 for row in found["models"])
    memory = found["devices"][0]
    assert memory["peak"] >= max(taken for _, taken in memory["curve"]) > memory["base"]
    assert memory["error_percent"] == pytest.approx(100 * (memory["forecast"] / memory["peak"] - 1), abs=0.01)
    for stage in found["stages"]:
        assert stage["alone"]["count"] > 0
        assert stage["alone"]["p50"] <= stage["alone"]["p95"] <= stage["alone"]["p99"]
    assert {stage["stage"] for stage in found["stages"]} >= {"asr_final", "translation", "llm_first", "tts_second"}
    assert found["turns"]["talks"]["answered"] >= 1
    assert found["turns"]["pictures"]["answered"] >= 1
    assert found["errors"] == {"count": 0, "first": []}
    assert {"now", "most", "what", "why"} <= set(found["limits"][0])
    text = page(found)
    assert check_page(text).tags.count("svg") >= 4
    assert found["verdict"]["headline"] in text


def test_a_soak_of_the_starters_has_everything(tmp_path: Path) -> None:
    library = starter_library(tmp_path / "converted", {})
    found = soak.run(library, library, tmp_path, seconds=3)
    told = report.soaked(found)
    check_soak(json.loads(json.dumps(told)))
    assert told["kind"] == "soak"
    assert told["together_from"] > 0
    assert not list(tmp_path.glob("*.png"))


@pytest.fixture
def reduced() -> list[Shape]:
    """The smallest shapes with fewer layers: what is tested is that all parts work together."""
    chosen = []
    for name in rehearsal.SETS[-1]:
        shape = shapes.find(name)
        if isinstance(shape.form, DecoderShape):
            tower = shape.form.projector
            tower = tower and replace(tower, layers=1, longest_side=512)
            shape = replace(shape, form=replace(shape.form, layers=2, projector=tower, vocabulary=20_000))
        elif isinstance(shape.form, VoiceShape):
            shape = replace(shape, form=replace(shape.form, decoder=32, layers=1))
        elif isinstance(shape.form, TranslatorShape):
            shape = replace(shape, form=replace(shape.form, layers=1, vocabulary=8_000))
        chosen.append(shape)
    return chosen


def test_a_rehearsal_soaks_written_models(reduced: list[Shape], tmp_path: Path) -> None:
    shares = []
    with workspace.workspace(tmp_path) as folder:
        library = rehearsal.write(folder, reduced, lambda share, name: shares.append(share))
        found = soak.run(library, starter_library(tmp_path / "converted", {}), folder, seconds=2)
        told = report.soaked(found, "rehearsal")
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1, abs=0.2)
    told["shapes"] = [{"id": shape.id, "name": shape.name, "unverified": ["layers"]} for shape in reduced]
    check_soak(told)
    assert "SmolVLM" in page(told)
    assert {path.name for path in tmp_path.iterdir()} <= {"converted"}


def test_an_interrupted_soak_tells_what_it_has(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    process = started("soak", "--minutes", "0.5", "--json", "--out", str(out), data=tmp_path / "data")
    until(process.stderr, "all together")
    process.send_signal(signal.SIGINT)
    printed, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert soak.STOPPING in err.splitlines()
    found = json.loads(printed)
    assert found["interrupted"] is True
    assert {row["role"] for row in found["models"]} == ROLES
    assert "interrupted" in found["verdict"]["sentences"][0]
    check_page(out.read_text(encoding="utf-8"))


def test_an_interrupted_rehearsal_leaves_nothing(tmp_path: Path) -> None:
    process = started("rehearse", data=tmp_path)
    until(process.stderr, "writing")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130
    assert not (tmp_path / "rehearsal").exists()


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with a workspace."""
    script = (
        "import sys, time; from pathlib import Path; from app.bench.workspace import workspace\n"
        "with workspace(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'model.gguf').write_bytes(b'x'); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    until(process.stdout, "ready")
    with process:
        yield process
        process.kill()


def test_what_a_killed_run_left_is_removed_at_the_next_start(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    workspace.clear(tmp_path)
    assert len(list((tmp_path / "rehearsal").iterdir())) == 1  # it is at work
    holder.kill()
    holder.wait()
    assert len(list((tmp_path / "rehearsal").iterdir())) == 1
    workspace.clear(tmp_path)
    assert not (tmp_path / "rehearsal").exists()


def test_latency_is_told_turn_by_turn(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    process = started("latency", "--rounds", "1", "--json", "--out", str(out), data=tmp_path / "data")
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    found = json.loads(printed)
    assert len(found["questions"]) == found["turns"]["spoken"]["answered"] == 8
    assert "capital of spain" in found["questions"][1]["heard"]
    steps = [row["step"] for row in found["turns"]["steps"]]
    assert steps == ["asr_final", "first_token", "first_clause", "first_audio", "total"]
    heard = found["turns"]["spoken"]["marks_ms"]["first_audio"]
    assert 0 < heard["p50"] <= heard["p95"]
    assert "is heard" in found["verdict"]["headline"]
    check_page(out.read_text(encoding="utf-8"))
