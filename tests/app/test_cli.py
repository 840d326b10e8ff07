"""The command line's manners: exit codes, one line of error, one JSON document."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def parley(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["ask"],
        ["translate", "hello"],
        ["translate", "hello", "--in", "english", "--out", "es"],
        ["talk", "--in-wav", "x.wav"],
        ["models"],
        ["ask", "hello", "--unknown"],
    ],
)
def test_wrong_usage_is_exit_2_and_one_line(words: list[str]) -> None:
    done = parley(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("parley: ")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["transcribe", "missing.wav"],
        ["transcribe", __file__],
        ["transcribe", "missing.wav", "--json"],
        ["translate", "ciao", "--in", "it", "--out", "en"],
        ["ask", ""],
        ["ask", "x" * 5000],
        ["translate", " ", "--in", "en", "--out", "es"],
        ["ask", "What is this?", "--image", "missing.png"],
        ["ask", "What is this?", "--image", __file__, "--json"],
        ["speak", "...", "--out-wav", "/nonexistent/x.wav"],
        ["speak", "hello", "--out-wav", "/nonexistent/x.wav"],
        ["speak", "hello", "--out", "xx", "--out-wav", "x.wav"],
    ],
)
def test_what_cannot_be_done_is_exit_1_and_one_line(words: list[str]) -> None:
    done = parley(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_an_interrupted_command_is_exit_130_and_silent() -> None:
    # Before the interpreter minds signals, the process dies of it (-2), which a shell tells as 130, too. While it
    # imports its own first modules, it says so itself, before any line of Parley's has run.
    ours = 0
    for delay in (0.1, 0.2, 0.3, 0.5, 0.8):
        command = [sys.executable, "-m", "app", "ask", "Count to twenty.", "--json"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        if err and str(ROOT) not in err:
            continue
        ours += 1
        assert process.returncode in (130, -signal.SIGINT, 0)
        assert err == ""
        assert (process.returncode == 0) == bool(out)
    assert ours


def test_a_reader_that_leaves_ends_the_command_quietly() -> None:
    command = f"{sys.executable} -m app ask 'Count to twenty.' | head -c 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (len(done.stdout), done.stderr) == (1, "")


def test_models_list_is_one_json_document(tmp_path: Path) -> None:
    done = parley("models", "list", "--json", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (0, "")
    models = json.loads(done.stdout)["models"]
    starters = [model for model in models if model["starter"]]
    assert {"asr", "translation", "llm", "vlm", "tts"} == {model["role"] for model in starters}
    assert all(model["installed"] and model["bytes"] > 0 and model["licence"] for model in starters)
    assert sum(model["bytes"] for model in starters) <= 60_000_000
    assert not any(model["installed"] for model in models if not model["starter"])
    assert all(model["download"] > 0 and model["state"] == "available" for model in models if not model["starter"])
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("words", [["--data", "DATA", "models", "list"], ["models", "list", "--data", "DATA"]])
def test_another_data_folder_may_be_told_before_and_after_the_command(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "models" / ".coming" / "qwen3-4b").mkdir(parents=True)
    done = parley(*(str(tmp_path) if word == "DATA" else word for word in words), "--json")
    begun = [model["id"] for model in json.loads(done.stdout)["models"] if model["state"] == "begun"]
    assert begun == ["qwen3-4b"]


def test_doctor_finds_every_library_and_model() -> None:
    done = parley("doctor", "--json")
    assert done.returncode == 0
    checks = json.loads(done.stdout)["checks"]
    assert all(set(check) == {"name", "ok", "found", "remedy"} for check in checks)
    bad = [check for check in checks if not check["ok"] and check["name"] not in {"microphone", "speaker"}]
    assert bad == []
    assert all(check["ok"] or check["remedy"] for check in checks)
