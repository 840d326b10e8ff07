"""kill -9 at random moments of a conversation: nothing that was shown as done is missing."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.history import Exchange, History
from models.pictures import picture_from_bytes
from models.residency import Library
from models.roles import Picture

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50

# It asks and asks; of every question and answer it prints what it was told, when it was told that it is on disk.
CHILD = """
import itertools, json, os, sys, time
from pathlib import Path

from app.assistant import Assistant
from app.events import AnswerPiece, ProblemRaised, QuestionKept, TurnEnded, TurnStarted
from app.turn import Request
from models.pictures import picture_from_bytes
from models.residency import starter_library
from models.roles import CPU, Role

folder, converted, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
pictures = [picture_from_bytes(Path(path).read_bytes(), 1024) for path in sys.argv[4:]]
requests, exchanges = {}, {}

def tell(**what):
    os.write(1, json.dumps(what).encode() + b"\\n")

def listen(event):
    if isinstance(event, TurnStarted):
        requests[event.turn] = event.request
    elif isinstance(event, QuestionKept):
        exchanges[event.turn] = event.exchange
        request = requests[event.turn]
        tell(
            exchange=event.exchange,
            conversation=event.conversation,
            question=request.text,
            pictures=[picture.sha256 for picture in request.pictures],
        )
    elif isinstance(event, TurnEnded):
        answer = event.answer
        tell(
            exchange=exchanges[event.turn],
            role=answer.role and answer.role.value,
            answer=answer.answer,
            heard=answer.heard,
            outcome=answer.outcome.value,
            timings_ms=answer.timings_ms,
        )
    elif isinstance(event, AnswerPiece) and event.turn % 5 == 4:
        assistant.interrupt()
    elif isinstance(event, ProblemRaised):
        tell(problem=event.problem.message)

assistant = Assistant(starter_library(converted, dict.fromkeys(Role, CPU)), history=folder)
assistant.bus.subscribe(listen)
assistant.start()
for shown in ((), tuple(pictures[:1])):
    assert assistant.warm(Request("Hello", shown, speak=False)) is None
tell(ready=True)
numbers = ["one", "two", "three", "four", "five", "six"]
for number in itertools.count(seed):
    if number % 4 == 0:
        assistant.open_conversation(None)
    first, second = numbers[number % 6], numbers[number // 6 % 6]
    texts = [f"What is {first} plus {second}?", "What shapes are in the picture?"]
    shown = number % 3 == 2
    waiting = [assistant.ask(Request(texts[shown], tuple(pictures[: 1 + number % 2] if shown else ()), speak=False))]
    if number % 7 == 0:
        waiting.append(assistant.ask(Request(f"And what is {second} plus {first}?", speak=False)))
    for turn in waiting:
        assistant.wait(turn)
    time.sleep(number % 3 * 0.01)  # the person thinks, so that some kills come between two turns
"""


@pytest.fixture
def pictures(tmp_path: Path) -> dict[Path, Picture]:
    """A drawing, kept as PNG, and noise, kept as JPEG, with what Parley makes of them."""
    from PIL import Image, ImageDraw

    drawing = Image.new("RGB", (96, 96), "white")
    ImageDraw.Draw(drawing).ellipse((20, 20, 70, 70), fill="red")
    noise = Image.frombytes("RGB", (640, 640), random.Random(1).randbytes(3 * 640 * 640))
    made: dict[Path, Picture] = {}
    for name, image in (("drawing.png", drawing), ("noise.png", noise)):
        image.save(tmp_path / name)
        made[tmp_path / name] = picture_from_bytes((tmp_path / name).read_bytes(), 1024)
    assert [picture.mime for picture in made.values()] == ["image/png", "image/jpeg"]
    return made


def test_nothing_that_was_shown_as_done_is_missing(
    tmp_path: Path, library: Library, pictures: dict[Path, Picture]
) -> None:
    generator = random.Random(20)
    told: dict[int, dict[str, Any]] = {}
    moments: Counter[str] = Counter()
    for kill in range(KILLS):
        told |= (new := talk_and_kill(tmp_path, library, list(pictures), kill * 100, generator.uniform(0, 0.5)))
        kept = everything(tmp_path / "history", list(pictures.values()))
        for number, what in told.items():
            exchange = kept[number]
            assert {name: getattr(exchange, name) for name in what} == what
        # What was not told may be there too: at most one thing was on its way to being told.
        assert len([number for number in kept if number not in told]) <= kill + 1
        last = kept[max(kept)] if kept else None
        moments["nothing asked" if not new else f"last {last.outcome}" if last else "nothing kept"] += 1
        moments["written in part"] += last is not None and last.outcome == "unfinished" and last.answer != ""
    outcomes = Counter(exchange.outcome for exchange in kept.values())
    print(f"{KILLS} kills: {dict(moments)}; exchanges kept: {dict(outcomes)}")
    assert moments["last unfinished"]
    assert moments["last answered"] + moments["last cancelled"]
    assert outcomes["answered"]
    assert outcomes["cancelled"]
    assert {exchange.role for exchange in kept.values()} == {"llm", "vlm", None}


def talk_and_kill(
    folder: Path, library: Library, pictures: list[Path], seed: int, seconds: float
) -> dict[int, dict[str, Any]]:
    """Let an assistant talk, kill it after `seconds`; returns what it had told of each exchange."""
    command = [sys.executable, "-P", "-c", CHILD, str(folder / "history"), str(library.cache), str(seed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "errors").open("w") as errors:
        process = subprocess.Popen(
            [*command, *map(str, pictures)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors
        )
    try:
        assert process.stdout
        ready = process.stdout.readline()
        assert ready, (folder / "errors").read_text()
        assert json.loads(ready) == {"ready": True}
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        process.kill()
        output, _ = process.communicate()
    assert process.returncode == -9, (folder / "errors").read_text()
    told: dict[int, dict[str, Any]] = {}
    for line in output.splitlines(keepends=True):
        if line.endswith(b"\n"):
            what = json.loads(line)
            assert "problem" not in what
            told.setdefault(what.pop("exchange"), {}).update(what)
    for what in told.values():
        what["pictures"] = tuple(what["pictures"])
    return told


def everything(folder: Path, pictures: list[Picture]) -> dict[int, Exchange]:
    """All exchanges of the history, whose pictures were looked at."""
    with closing(History(folder)) as history:
        assert history.notice is None
        kept = {
            exchange.id: exchange
            for conversation in history.conversations(limit=10_000)
            for exchange in history.exchanges(conversation.id, limit=10_000)
        }
        for sha256 in {sha256 for exchange in kept.values() for sha256 in exchange.pictures}:
            given = next(picture for picture in pictures if picture.sha256 == sha256)
            back = history.picture(sha256)
            assert back
            assert (back.mime, back.width, back.height) == (given.mime, given.width, given.height)
            ending = {"image/png": "png", "image/jpeg": "jpg"}[given.mime]
            assert (folder / "pictures" / f"{sha256}.{ending}").read_bytes() == given.data
        return kept
