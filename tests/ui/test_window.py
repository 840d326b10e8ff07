"""The window with everything behind it: real engines, real mouse and keyboard events, on a display of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.desk import Parley, answer, until

Open = Callable[..., Parley]


@pytest.fixture
def parley(qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Opens windows with a data folder of the test's own."""
    opened: list[Parley] = []

    def make(wait: bool = True, **size: int) -> Parley:
        opened.append(Parley(tmp_path / "data", **size))
        if wait:
            until(lambda: opened[-1].ready)
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def drawing(color: str = "red") -> QImage:
    """What the starter picture model knows: a circle."""
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(40, 40, 120, 120)
    painter.end()
    return image


def test_a_typed_question_is_answered_on_the_screen(parley: Open) -> None:
    here = parley()
    here.type("What is the capital of Japan?")
    assert here.window.composer.text() == "What is the capital of Japan?"
    QTest.mouseClick(here.window.composer.send, Qt.MouseButton.LeftButton)
    until(lambda: here.turns and here.turns[0].finished)
    assert here.turns[0].question.whole == "What is the capital of Japan?"
    assert "Tokyo" in answer(here.turns[0])
    assert here.window.composer.text() == ""
    assert "four" in answer(here.ask("What is two plus two?")).lower()


def test_questions_asked_while_the_models_load_wait_visibly(parley: Open) -> None:
    here = parley(wait=False)
    for question in ("What is two plus two?", "What is the capital of Japan?"):
        here.type(question)
        here.press(Qt.Key.Key_Return)
    states: list[set[str]] = [set(), set()]

    def note() -> bool:
        for turn, seen in zip(here.turns, states, strict=False):
            seen.add(turn.state)
        return len(here.turns) == 2 and all(turn.finished for turn in here.turns)

    until(note)
    assert states[1] >= {"waiting"}
    assert "four" in answer(here.turns[0]).lower()
    assert "Tokyo" in answer(here.turns[1])


def test_a_dropped_picture_is_asked_about(parley: Open, tmp_path: Path) -> None:
    here = parley()
    drawing("red").save(str(tmp_path / "drawing.png"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "drawing.png"))])
    assert here.drop(mime)
    until(lambda: here.window.composer.tray.thumbnail("1").shown)
    (tmp_path / "drawing.png").unlink()
    turn = here.ask("What is in the picture?")
    assert "circle" in answer(turn).lower()
    assert here.window.composer.pictures == ()


def test_a_pasted_picture_is_asked_about(parley: Open) -> None:
    here = parley()
    QApplication.clipboard().setImage(drawing("blue"))
    here.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    until(lambda: here.window.composer.pictures)
    turn = here.ask("What color is the circle?")
    assert "blue" in answer(turn).lower()
