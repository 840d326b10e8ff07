"""What the tests of the history ask, keep and look at."""

import io
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from PIL import Image

from app.history import FILE, PICTURES, History
from app.problems import Problem
from app.turn import MARKS, Answer, Outcome
from models.pictures import picture_from_bytes
from models.roles import Picture, Role

PROBLEM = Problem("brain", "model-missing", "There is no model.", "Install one.")
ANSWER = Answer(
    turn=1,
    outcome=Outcome.ANSWERED,
    role=Role.LLM,
    transcript=None,
    question="What is three plus four?",
    question_translated=None,
    answer="Three plus four is seven.",
    answer_translated=None,
    heard="",
    tokens=7,
    audio_seconds=0.0,
    timings_ms=dict.fromkeys(MARKS),
    problem=None,
)


def ask(
    history: History, question: str, conversation: int | None = None, pictures: tuple[Picture, ...] = ()
) -> tuple[int, int]:
    return history.keep_question(
        conversation,
        spoken=False,
        question=question,
        pictures=pictures,
        language_in="en",
        language_out="en",
        speak=False,
    )


def answered(history: History, question: str, answer: str, conversation: int | None = None) -> tuple[int, int]:
    conversation, exchange = ask(history, question, conversation)
    history.keep_answer(exchange, replace(ANSWER, answer=answer))
    return conversation, exchange


def titles(history: History, search: str = "") -> list[str]:
    return [conversation.title for conversation in history.conversations(search)]


def drawn(color: str, form: str = "PNG") -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(file, form)
    return picture_from_bytes(file.getvalue(), 1024)


def photograph() -> Picture:
    file = io.BytesIO()
    Image.frombytes("RGB", (700, 700), os.urandom(3 * 700 * 700)).save(file, "PNG")
    picture = picture_from_bytes(file.getvalue(), 1024)
    assert picture.mime == "image/jpeg"
    return picture


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / PICTURES).iterdir()}


def found_in_files(folder: Path, words: list[str]) -> list[tuple[str, str]]:
    """Which of the words stand anywhere in the folder's files, byte for byte."""
    contents = {path.name: path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()}
    return [(name, word) for name, data in contents.items() for word in words if word.encode() in data]


def damage(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as database:
        database.execute(statement, values)
