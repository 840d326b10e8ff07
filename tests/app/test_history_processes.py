"""A history in processes of their own: without rights, without space, beside another Parley, and killed."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.history import History
from tests.app.kept import ANSWER, answered, ask, drawn, files, titles

ROOT = Path(__file__).resolve().parents[2]

# What a process of its own does: it prints a line after each thing that is on disk.
CHILD = """
import contextlib, os, sys
from pathlib import Path
from app.history import History
from models.roles import ModelError
from tests.app.kept import ANSWER, answered, ask, drawn, titles

folder = Path(sys.argv[1])
red = drawn("red")

def told(attempt):
    try:
        attempt()
    except ModelError as error:
        print(error.code, flush=True)
    else:
        print("fine", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history of 40 exchanges and a picture, closed."""
    folder = tmp_path / "history"
    with closing(History(folder)) as history:
        for number in range(40):
            answered(history, f"question {number}", f"answer {number} " * 50)
        ask(history, "what is this", pictures=(drawn("red"),))
    return folder


def child(folder: Path, script: str, *before: str) -> list[str]:
    command = [*before, sys.executable, "-P", "-c", CHILD + script, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def test_what_may_not_be_written_is_told(folder: Path) -> None:
    # Root may write anything, so the child becomes nobody; it has imported all it needs by then.
    script = """
if os.geteuid() == 0:
    os.chown(folder, 65534, 65534)
    for path in folder.rglob("*"):
        os.chown(path, 65534, 65534)
    os.setuid(65534)
told(lambda: History(folder).close())
history = History(folder)
os.chmod(folder / "pictures", 0o500)
told(lambda: ask(history, "new", pictures=(red, drawn("blue"))))
told(lambda: ask(history, "new"))
history.close()
os.chmod(folder / "pictures", 0o700)
os.chmod(folder / "history.sqlite", 0o400)
told(lambda: History(folder))
os.chmod(folder / "history.sqlite", 0o000)
told(lambda: History(folder))
os.chmod(folder / "history.sqlite", 0o600)
os.chmod(folder, 0o500)
told(lambda: History(folder))
told(lambda: History(folder / "within"))
os.chmod(folder, 0o700)
told(lambda: History(folder).close())
"""
    folder.parent.chmod(0o755)
    for parent in (folder.parent.parent, folder.parent.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o055)
    assert child(folder, script) == ["fine", "history-read-only", "fine", *["history-read-only"] * 4, "fine"]
    with closing(History(folder)) as history:
        assert titles(history)[0] == "new"
        assert len(titles(history)) == 42


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    mount = ["unshare", "--mount", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*mount, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a file system of their own")
    script = """
ballast = folder / "ballast"
ballast.write_bytes(bytes(1_000_000))
history = History(folder)
kept = 0
with contextlib.suppress(ModelError):
    while True:
        answered(history, f"question {kept}", "words " * 500)
        kept += 1
assert kept > 5
with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
    while True:
        file.write(b"x" * 100)
told(lambda: ask(history, "this has no place", pictures=(red,)))
told(lambda: [answered(history, "neither has this", "words " * 500) for _ in range(100)])
count = len(titles(history))
assert count in (kept, kept + 1)
told(lambda: history.delete_conversation(history.conversations()[-1].id))
assert len(titles(history)) == count
history.close()
told(lambda: History(folder / "another"))
ballast.unlink()
history = History(folder)
assert history.notice is None
(found,) = history.conversations("question 0")
assert history.exchanges(found.id)[0].answer == "words " * 500
history.delete_conversation(found.id)
told(lambda: ask(history, "now there is room", pictures=(red,)))
assert history.picture(red.sha256) == red
history.close()
"""
    disk = tmp_path / "disk"
    disk.mkdir()
    inner = ["sh", "-c", 'mount -t tmpfs -o size=4m none "$0" && exec "$@"', str(disk)]
    assert child(disk, script, *mount, *inner) == [*["history-full"] * 4, "fine"]


def spawned(folder: Path, script: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", CHILD + script, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    made: list[subprocess.Popen[str]] = []
    yield made
    for process in made:
        process.kill()
        process.communicate()


def test_two_parleys_write_at_once(tmp_path: Path, processes: list[subprocess.Popen[str]]) -> None:
    script = """
print("ready", flush=True)
name = input()
history = History(folder)
conversation = None
for number in range(60):
    conversation, exchange = ask(history, f"{name} {number}", conversation, (red,))
    history.keep_progress(exchange, "part", None)
    history.keep_answer(exchange, ANSWER)
    if number % 10 == 9:
        other, exchange = ask(history, f"{name} to be deleted", None, (drawn("blue"),))
        history.delete_conversation(other)
history.close()
"""
    folder = tmp_path / "history"  # which they make at once too
    processes += [spawned(folder, script) for _ in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for name, process in zip("abc", processes, strict=True):
        assert process.stdin
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with closing(History(folder)) as history:
        assert history.notice is None
        found = {each.title: each for each in history.conversations()}
        assert set(found) == {"a 0", "b 0", "c 0"}
        for name in "abc":
            exchanges = history.exchanges(found[f"{name} 0"].id, limit=100)
            assert [exchange.question for exchange in exchanges] == [f"{name} {number}" for number in range(60)]
            assert {exchange.answer for exchange in exchanges} == {ANSWER.answer}
            assert {exchange.pictures for exchange in exchanges} == {(drawn("red").sha256,)}
        assert history.picture(drawn("red").sha256) == drawn("red")
        assert files(folder) == {f"{drawn('red').sha256}.png"}


def test_being_killed_at_any_step_leaves_a_history_that_opens(
    tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    script = """
history = History(folder)
number = 0
while True:
    picture = drawn((number % 250, 0, 0))
    conversation, exchange = ask(history, f"question {number}", None, (picture,))
    print(f"asked {number}", flush=True)
    history.keep_answer(exchange, ANSWER)
    print(f"answered {number}", flush=True)
    if number % 3:
        history.delete_exchange(exchange)
        print(f"deleted {number}", flush=True)
    number += 1
"""
    generator = random.Random(5)
    last = set()
    for attempt in range(15):
        folder = tmp_path / str(attempt % 5)
        with closing(History(folder)) as history:
            history.delete_all()
        process = spawned(folder, script)
        processes.append(process)
        assert process.stdout
        lines = [process.stdout.readline()]  # it is at work
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(generator.uniform(0, 0.1))
        process.kill()
        lines += process.communicate()[0].splitlines()
        told = [line.split() for line in lines]
        last.add(told[-1][0])
        deleted = {f"question {number}" for what, number in told if what == "deleted"}
        asked = {f"question {number}" for what, number in told if what == "asked"} - deleted
        complete = {f"question {number}" for what, number in told if what == "answered"} - deleted
        with closing(History(folder)) as history:
            assert history.notice is None
            found = history.conversations(limit=10_000)
            exchanges = [history.exchanges(conversation.id)[0] for conversation in found]
            names = {exchange.question for exchange in exchanges}
            # A deletion may have been done and not yet told.
            assert asked - names <= {f"question {told[-1][1]}" if told[-1][0] == "answered" else ""}
            assert not names & deleted
            for exchange in exchanges:
                if exchange.question in complete:
                    assert exchange.answer == ANSWER.answer
                assert history.picture(exchange.pictures[0])
            assert files(folder) >= {f"{exchange.pictures[0]}.png" for exchange in exchanges}
            history.delete_all()
        assert files(folder) == set()
    assert len(last) > 1
