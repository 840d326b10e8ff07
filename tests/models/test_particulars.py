"""What is told about a model beside its card: written by a recipe, read by Parley, and hostile files."""

import json
from pathlib import Path

import pytest

from models import particulars
from models.particulars import Measured, Particulars
from training.card import Card, write
from training.figures import Figure

CARD = Card("Starter", "Hear words.", "See.", "Synthetic speech.", "python -m training asr-en", 20, 61.5)


def test_what_a_recipe_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x" * 1000)
    write(tmp_path, CARD, [Figure("asr-en", "word errors, seen voices", 1.25, "%", 2.5, True, 380)])
    assert particulars.read(tmp_path) == Particulars(
        can="Hear words.",
        cannot="See.",
        data="Synthetic speech.",
        command="python -m training asr-en",
        seed=20,
        cost=61.5,
        licence="GPL-3.0-or-later, as Parley.",
        size=1000,
        figures=(Measured("word errors, seen voices", 1.25, "%", 2.5, True, 380),),
    )
    assert "| word errors, seen voices | 1.25 % | ≤ 2.50 % | 380 |" in (tmp_path / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("bar", "at_most", "reached"), [(None, False, True), (2.0, True, True), (1.0, True, False), (2.0, False, False)]
)
def test_whether_a_bar_is_reached(bar: float | None, at_most: bool, reached: bool) -> None:
    assert Measured("m", 1.5, "", bar, at_most, 0).reached is reached
    assert Figure("m", "m", 1.5, "", bar, at_most).reached is reached


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"a": ' + b"[" * 100_000,
        json.dumps({"can": 1, "cannot": 2, "data": 3, "command": 4, "licence": 5, "seed": "x"}).encode(),
        b" " * (particulars.LARGEST + 1),
    ],
)
def test_a_file_of_another_form_tells_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / particulars.FILE).write_bytes(content)
    assert particulars.read(tmp_path) is None


def test_no_file_tells_nothing(tmp_path: Path) -> None:
    assert particulars.read(tmp_path) is None
