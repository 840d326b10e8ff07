"""The set-up's scripts: what they refuse and how, and that a second start does nothing.

The scripts run for real in a copy of the repository's skeleton; PATH holds stand-ins for the system's tools, so that
no test needs root, a network or minutes.
"""

import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ("run", "test", "packaging/setup.sh")
TOOLS = ("cut", "dirname", "du", "env", "grep", "mkdir", "readlink", "sh", "tail", "touch", "true")


class Machine:
    """A pretended machine: a folder of tools that is all of PATH, and a copy of the repository's skeleton."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "parley"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.bin.mkdir(parents=True)
        self.root.mkdir()
        shutil.copytree(ROOT / "packaging", self.root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("run", "test", "pyproject.toml"):
            shutil.copy2(ROOT / name, self.root / name)
        for name in TOOLS:
            found = shutil.which(name)
            assert found is not None
            (self.bin / name).symlink_to(found)
        self.python("python3", "3.11")
        self.tool("id", "echo 1000")
        self.tool("df", "echo header; echo /dev/disk 0 0 90000 0% /")
        self.tool("dpkg-query", "echo installed")
        self.tool("apt-get")
        for name in ("cc", "c++", "espeak-ng", "flite", "hts_engine", "Xvfb", "pulseaudio", "pactl"):
            self.tool(name)

    def tool(self, name: str, script: str = "") -> None:
        """A command that notes that it was called, and runs `script`."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.calls}"\n{script}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def python(self, name: str, version: str) -> None:
        """A Python that answers what the set-up asks of it and only notes what it is to run."""
        fits = 0 if tuple(int(part) for part in version.split(".")) >= (3, 11) else 1
        script = f'case "$1$2" in -c*version_info\\[:2\\]*|-c*"[:2]"*) echo {version} ;; -c*exit*) exit {fits} ;; esac'
        self.tool(name, script)

    def start(self, name: str = "run", *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / name, *words], env={"PATH": str(self.bin)}, capture_output=True, text=True, check=False
        )

    def noted(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines() if self.calls.exists() else []

    def called(self, name: str) -> list[str]:
        return [line for line in self.noted() if line.startswith(f"{name} ")]

    def files(self) -> set[Path]:
        return set(self.root.rglob("*"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def refuses(machine: Machine, *words: str, name: str = "run") -> str:
    """Start, and check the manners of a refusal: one sentence, exit 1, and nothing happened. Returns the sentence."""
    before = machine.files()
    result = machine.start(name, *words)
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert machine.files() == before
    assert not machine.called("apt-get")
    assert not any("setup.py" in line for line in machine.noted())
    return lines[0]


# The scripts themselves


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_posix_shell(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / script], check=True)


def test_scripts_pass_shellcheck() -> None:
    shellcheck = Path(sys.executable).parent / "shellcheck"
    subprocess.run([shellcheck, "-x", "-s", "sh", *SCRIPTS], cwd=ROOT, check=True)
    subprocess.run([shellcheck, ".ci/run"], cwd=ROOT, check=True)


# Refusals, before anything happens


def test_too_old_python(machine: Machine) -> None:
    machine.python("python3", "3.9")
    sentence = refuses(machine)
    assert "3.11 or newer" in sentence
    assert "3.9" in sentence
    assert "apt-get install" in sentence


def test_newer_python_beside_an_old_one(machine: Machine) -> None:
    machine.python("python3", "3.9")
    machine.python("python3.12", "3.12")
    machine.start()
    assert machine.called("python3.12")[-1].endswith("setup.py run")


def test_no_disk_space(machine: Machine) -> None:
    machine.tool("df", "echo header; echo /dev/disk 0 0 100 0% /")
    sentence = refuses(machine)
    assert "100 MB are free" in sentence
    assert str(machine.root) in sentence


def test_missing_library_without_root(machine: Machine) -> None:
    machine.tool("dpkg-query", 'case "$*" in *libportaudio2*) exit 1 ;; *) echo installed ;; esac')
    sentence = refuses(machine)
    assert "'sudo apt-get update && sudo apt-get install -y libportaudio2'" in sentence


def test_missing_compiler_without_root(machine: Machine) -> None:
    (machine.bin / "c++").unlink()
    assert "install -y build-essential'" in refuses(machine)


def test_missing_venv_module_without_root(machine: Machine) -> None:
    machine.tool("python3", 'case "$2" in *"[:2]"*) echo 3.11 ;; *ensurepip*) exit 1 ;; esac')
    assert "install -y python3.11-venv'" in refuses(machine)


def test_no_python_without_root(machine: Machine) -> None:
    (machine.bin / "python3").unlink()
    assert "install -y python3 python3-venv'" in refuses(machine)


def test_tests_need_more_than_a_run(machine: Machine) -> None:
    (machine.bin / "espeak-ng").unlink()
    assert "install -y espeak-ng'" in refuses(machine, name="test")
    assert machine.start("run").returncode == 127  # the set-up passed; the pretended Python made no environment


def test_missing_library_without_apt(machine: Machine) -> None:
    (machine.bin / "apt-get").unlink()
    (machine.bin / "dpkg-query").unlink()
    machine.tool("ldconfig", 'echo "	libgomp.so.1 (libc6,x86-64) => /lib/libgomp.so.1"')
    sentence = refuses(machine)
    assert "no apt-get" in sentence
    assert "libportaudio2" in sentence
    assert "libgomp1" not in sentence


# What it does


@pytest.mark.parametrize("way", ["root", "sudo"])
def test_installs_missing_packages(machine: Machine, way: str) -> None:
    if way == "root":
        machine.tool("id", "echo 0")
    else:
        machine.tool("sudo", 'shift; exec "$@"')
    machine.tool(
        "dpkg-query",
        f'[ -e "{machine.root}/installed" ] && echo installed; case "$*" in *libegl1*) ;; *) echo installed ;; esac',
    )
    machine.tool("apt-get", f'case "$*" in *install*) touch "{machine.root}/installed" ;; esac')
    machine.start()
    calls = machine.called("apt-get")
    assert len(calls) == 2
    assert calls[0] == "apt-get update"
    assert calls[1].endswith("install -y --no-install-recommends libegl1")
    assert machine.called("python3")[-1].endswith("setup.py run")


def test_failing_apt_is_told(machine: Machine) -> None:
    machine.tool("id", "echo 0")
    (machine.bin / "cc").unlink()
    machine.tool("apt-get", "echo the cause >&2; exit 100")
    result = machine.start()
    assert result.returncode == 1
    assert "the cause" in result.stderr
    assert "apt-get could not install build-essential" in result.stderr.splitlines()[-1]


def make_ready(machine: Machine) -> None:
    python = machine.root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    machine.tool("environment-python")
    python.symlink_to(machine.bin / "environment-python")
    stamp = machine.root / ".venv" / "parley" / "ready-run"
    stamp.parent.mkdir()
    stamp.write_text(f"{machine.root}\n", encoding="utf-8")


def test_second_start_does_nothing_else(machine: Machine) -> None:
    make_ready(machine)
    result = machine.start("run", "ask", "two words")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    main = machine.root / "ui" / "__main__.py"
    assert machine.noted() == [f"environment-python -P {main} ask two words"]


@pytest.mark.parametrize("change", ["pyproject", "moved", "no python"])
def test_changes_are_noticed(machine: Machine, change: str) -> None:
    make_ready(machine)
    later = time.time() + 5
    if change == "pyproject":
        os.utime(machine.root / "pyproject.toml", (later, later))
    elif change == "moved":
        (machine.root / ".venv" / "parley" / "ready-run").write_text("/elsewhere\n", encoding="utf-8")
    else:
        (machine.bin / "environment-python").unlink()
    machine.start()
    assert any(line.endswith("setup.py run") for line in machine.called("python3"))


def test_exit_status_of_the_setup(machine: Machine) -> None:
    machine.tool("python3", 'case "$2" in *"[:2]"*) echo 3.11 ;; esac; case "$1" in -c) ;; *) exit 130 ;; esac')
    assert machine.start().returncode == 130
