"""The window with everything behind it: real engines, real mouse and keyboard events, on a display of its own."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QRect, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QWidget,
)

from app.events import Bus, EngineReady, Event
from app.settings import Settings
from models.roles import Role
from tests.ui.desk import Parley, answer, drawing, pause, until
from ui import opening
from ui.preferences import Preferences
from ui.thumbnails import Thumbnail

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


def test_models_that_load_faster_than_the_window_looks_are_ready(parley: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = opening.open_all

    def open_and_load(folder: Path, settings: Settings, bus: Bus) -> opening.Opened:
        left = {Role.ASR, Role.LLM, Role.VLM, Role.TTS}
        loaded = threading.Event()

        def hear(event: Event) -> None:
            if isinstance(event, EngineReady):
                left.discard(event.role)
                if not left:
                    loaded.set()

        bus.subscribe(hear)
        opened = begin(folder, settings, bus)
        assert loaded.wait(30)
        return opened

    monkeypatch.setattr(opening, "open_all", open_and_load)
    assert "four" in answer(parley().ask("What is two plus two?")).lower()


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


def choose(picker: QComboBox, name: str) -> None:
    """By the keyboard: open the list, go to the name by its first letter, take it."""
    picker.setFocus()
    QTest.keyClick(picker, Qt.Key.Key_Space)
    until(picker.view().isVisible)
    QTest.keyClicks(picker.view(), name[0])
    QTest.keyClick(picker.view(), Qt.Key.Key_Return)
    until(lambda: picker.currentText() == name)


def test_a_question_in_spanish_is_answered_in_spanish(parley: Open) -> None:
    here = parley()
    choose(here.window.header.spoken, "Spanish")
    choose(here.window.header.answered, "Spanish")
    until(lambda: here.ready)
    turn = here.ask("¿Cuál es la capital de Francia?")
    assert "París" in answer(turn)
    assert turn.translated is not None
    assert "What is the capital of France" in turn.translated.text()
    assert "typed only" not in here.window.header.spoken.toolTip()


def test_languages_are_remembered(parley: Open) -> None:
    here = parley()
    choose(here.window.header.answered, "Spanish")
    here.close()
    again = parley(wait=False)
    until(lambda: again.window.header.answered.currentText() == "Spanish")


@pytest.mark.parametrize(("width", "height"), [(640, 480), (800, 600), (1100, 700), (1600, 1200)])
def test_nothing_is_cut_off_or_overlaps(parley: Open, width: int, height: int) -> None:
    here = parley(width=1280, height=800)
    here.ask("What are the days of the week?")
    here.window.resize(width, height)
    until(lambda: here.window.size().width() == width)
    for side in (here.window.header.conversations, here.window.header.resources):
        QTest.mouseClick(side, Qt.MouseButton.LeftButton)
        pause(0.05)
        check_places(here.window)
    here.window.resize(1280, 800)
    until(lambda: here.window.size().width() == 1280)
    pause(0.05)
    check_places(here.window)


def check_places(window: QWidget) -> None:
    """Every control is whole inside the window, shows all of its words, and lies over no other one."""
    kinds = (QAbstractButton, QComboBox, QLabel, QPlainTextEdit, QLineEdit)
    controls = [
        (widget, QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size()))
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds) and widget.isVisible() and not in_scrolled(widget)
    ]
    assert len(controls) > 6
    for widget, place in controls:
        assert window.rect().contains(place), f"{widget} is cut off: {place}"
        if isinstance(widget, QAbstractButton | QComboBox):
            assert widget.width() >= widget.minimumSizeHint().width(), f"{widget} is too narrow"
    for number, (widget, place) in enumerate(controls):
        for other, other_place in controls[number + 1 :]:
            related = widget.isAncestorOf(other) or other.isAncestorOf(widget)
            assert related or not place.intersects(other_place), f"{widget} lies over {other}"


def in_scrolled(widget: QWidget) -> bool:
    """What is scrolled may be partly out of view."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QAbstractScrollArea):
        parent = parent.parentWidget()
    return parent is not None


def test_earlier_conversations_are_there_and_go_on(parley: Open) -> None:
    here = parley()
    here.ask("What is the capital of Japan?")
    here.close()
    here = parley()
    model = here.window.conversations.findChild(QListView).model()
    until(lambda: model.rowCount() >= 1)
    rows = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert "What is the capital of Japan?" in rows
    here.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    here.press(Qt.Key.Key_Down)
    here.press(Qt.Key.Key_Return)
    until(lambda: here.turns)
    assert "Tokyo" in answer(here.turns[0])
    here.ask("What is two plus two?")
    assert [turn.question.whole for turn in here.turns] == ["What is the capital of Japan?", "What is two plus two?"]
    here.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert here.turns == []
    # Both questions are in one conversation.
    until(lambda: [model.index(row, 0).data() for row in range(model.rowCount())] == rows)


def test_a_deleted_turn_is_forgotten(parley: Open, tmp_path: Path) -> None:
    here = parley()
    here.ask("What is the capital of Japan?")
    turn = here.ask("What is two plus two?")
    turn.deleteWanted.emit()
    until(lambda: len(here.turns) == 1)
    here.ask("What is the capital of France?")
    here.close()
    with closing(sqlite3.connect(tmp_path / "data" / "history.sqlite")) as history:
        kept = [row[0] for row in history.execute("SELECT question FROM exchanges ORDER BY id")]
    assert kept == ["What is the capital of Japan?", "What is the capital of France?"]


def test_a_picture_is_shown_again_with_its_conversation(parley: Open, tmp_path: Path) -> None:
    here = parley()
    drawing("red").save(str(tmp_path / "drawing.png"))
    here.window.composer.filesChosen.emit([str(tmp_path / "drawing.png")])
    here.ask("What is in the picture?")
    here.close()
    here = parley()
    here.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    until(lambda: here.window.conversations.findChild(QListView).model().rowCount() > 0)
    here.press(Qt.Key.Key_Down)
    here.press(Qt.Key.Key_Return)
    until(lambda: here.turns and [thumbnail.shown for thumbnail in here.turns[0].findChildren(Thumbnail)] == [True])


def test_a_setting_is_changed_on_the_page_and_kept(parley: Open, tmp_path: Path) -> None:
    here = parley()
    here.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    page = here.window.findChild(Preferences)
    until(lambda: page is not None and page.isVisible())
    switch = next(box for box in page.findChildren(QAbstractButton) if box.accessibleName() == "Speak answers")
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect().center())
    until((tmp_path / "data" / "settings.toml").exists)
    assert "speak = false" in (tmp_path / "data" / "settings.toml").read_text(encoding="utf-8")
    here.ask("What is two plus two?")
    assert here.sentences == ["There is no microphone."]  # a speaker is not missed
    page.close()


def test_two_windows_share_a_history(parley: Open) -> None:
    one, other = parley(), parley()
    assert "Tokyo" in answer(one.ask("What is the capital of Japan?"))
    assert "four" in answer(other.ask("What is two plus two?")).lower()
    model = other.window.conversations.findChild(QListView).model()
    until(
        lambda: (
            {model.index(row, 0).data() for row in range(model.rowCount())}
            >= {"What is the capital of Japan?", "What is two plus two?"}
        )
    )
