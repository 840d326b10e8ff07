"""The order of the set-up's steps, and the memory of which are done; setup.sh calls it.

Each step leaves a stamp in .venv/parley/ with the hash of what it was made from. A step whose stamp is up to date is
skipped, so an interrupted set-up goes on where it stopped. All words go to stderr. steps.py does the work.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphics import find_driver
from steps import (
    LOGS,
    NO_TILES,
    ROOT,
    VENV,
    Log,
    StepFailed,
    convert_starter,
    environment_works,
    install,
    install_llama,
    install_packages,
    install_project,
    install_torch,
    make_environment,
    say,
)

STAMPS = VENV / "parley"


def requirements() -> tuple[dict[str, str], list[str]]:
    """What pyproject.toml asks for: name to requirement for the program, and those of its developers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    program = {}
    for line in project["project"]["dependencies"]:
        name = line
        for mark in "<>=!~[; ":
            name = name.split(mark)[0]
        program[name] = line
    groups = project["dependency-groups"]
    return program, [*groups["dev"], *groups["training"]]


@dataclass(frozen=True)
class Step:
    """One step: its stamp's name, what it does in words, how long that takes, what it is made from, and the doing.

    `action` may return a sentence worth saying. Raises StepFailed.
    """

    name: str
    title: str
    expected: str
    inputs: str
    action: Callable[[Log], str | None]

    @property
    def stamp(self) -> Path:
        return STAMPS / self.name

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.inputs.encode()).hexdigest()

    @property
    def done(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text(encoding="utf-8") == self.digest


def starter_inputs() -> str:
    """Names and hashes of the files that the conversion of the starter translators depends on."""
    models = sorted(ROOT.glob("resources/starter/translation-*/*"))
    files = [ROOT / "resources" / "catalog.toml", ROOT / "models" / "conversion.py", *models]
    return "\n".join(f"{file.relative_to(ROOT)} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files)


def plan(goal: str) -> Iterator[Step]:
    """The steps towards `goal`, "run" or "test", in order."""
    program, developers = requirements()
    driver = find_driver()
    torch, llama = program.pop("torch"), program.pop("llama-cpp-python")
    card = str(driver)
    yield Step("venv", "a Python environment in .venv", "10 s", sys.version.split()[0], make_environment)
    yield Step("torch", "PyTorch for the CPU", "1 min", torch, lambda log: install_torch(log, torch))
    yield Step("llama", "llama.cpp", "5 min", llama + card + NO_TILES, lambda log: install_llama(log, llama, driver))
    yield Step(
        "packages",
        "the other libraries",
        "2 min",
        "\n".join([*program.values(), card]),
        lambda log: install_packages(log, program, driver),
    )
    yield Step("project", "the command parley", "1 s", str(ROOT), install_project)
    yield Step("starter", "the starter translation models", "20 s", starter_inputs(), convert_starter)
    if goal == "test":
        yield Step(
            "dev",
            "the tools for tests",
            "1 min",
            "\n".join(developers),
            lambda log: install(log, *developers, what="The tools for tests"),
        )


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock of the set-up; waits while another set-up of this folder runs."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work in this folder; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(goal: str) -> None:
    """Do what is not done yet. Raises StepFailed."""
    begun = time.time()
    if not environment_works():
        shutil.rmtree(STAMPS, ignore_errors=True)
    steps = list(plan(goal))
    pending = [step for step in steps if not step.done]
    if pending:
        say(f"Setting Parley up in {VENV}: {len(pending)} of {len(steps)} steps to do.")
    for number, step in enumerate(pending, 1):
        say(f"[{number}/{len(pending)}] {step.title} (about {step.expected}) …")
        log, started = Log(step.name), time.monotonic()
        try:
            remark = step.action(log)
        except StepFailed:
            say(log.tail())
            raise
        STAMPS.mkdir(parents=True, exist_ok=True)
        step.stamp.write_text(step.digest, encoding="utf-8")
        if remark:
            say(f"    {remark}")
        say(f"    done in {time.monotonic() - started:.0f} s")
    if pending:
        seconds = time.time() - begun
        say(f"Parley is set up; that took {f'{seconds / 60:.1f} min' if seconds > 90 else f'{seconds:.0f} s'}.")
    for ready in ("run", "test") if goal == "test" else ("run",):
        stamp = STAMPS / f"ready-{ready}"
        stamp.write_text(f"{ROOT}\n", encoding="utf-8")
        os.utime(stamp, (begun, begun))  # a file changed since then has not been seen


def main() -> int:
    parser = argparse.ArgumentParser(prog="setup.py", description="Set Parley up in .venv.")
    parser.add_argument("goal", choices=["run", "test"])
    goal = parser.parse_args().goal
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with only_one():
            set_up(goal)
    except KeyboardInterrupt:
        say("\nInterrupted; the same command goes on where it stopped.")
        return 130
    except StepFailed as failure:
        say(f"{failure} Then run the same command again: it goes on where it stopped.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
