"""The models page: what it tells of each model, by mouse and keyboard, and what a library looks like on it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from models.residency import starter_library
from training.card import Card, write
from training.figures import Figure
from ui import shelf
from ui.models_page import LARGER, ModelsPage
from ui.shelf import Shelved

VOICE = Shelved(
    "v", "A voice", "Speaking", "English", "4.2 MB", "GPL", "Speaks.", "Sing.", (("Errors", "1 %"),), "", "/v"
)
MIND = Shelved("m", "A mind", "Answering", "English", "2.4 MB", "GPL", "Answers.", "", (), "", "/m")


@pytest.fixture
def page(qapp: QApplication) -> Iterator[ModelsPage]:
    made = ModelsPage()
    yield made
    made.close()
    made.deleteLater()


def _texts(page: ModelsPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_models_stand_below_what_they_are_for(page: ModelsPage) -> None:
    page.show_models([MIND, VOICE])
    page.present()
    texts = _texts(page)
    places = [texts.index(text) for text in ("Answering", "A mind", "Answers.", "Speaking", "A voice", "Speaks.")]
    assert places == sorted(places)
    assert "It cannot: Sing." not in texts


def test_details_unfold_and_fold_by_keyboard(page: ModelsPage) -> None:
    page.show_models([VOICE])
    page.present()
    button = next(b for b in page.findChildren(QPushButton) if b.accessibleName() == "Details of A voice")
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert {"It cannot: Sing.", "Licence: GPL", "Errors", "1 %", "Folder: /v"} <= set(_texts(page))
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert "It cannot: Sing." not in _texts(page)


def test_what_is_shown_again_keeps_what_is_unfolded(page: ModelsPage) -> None:
    page.show_models([VOICE])
    page.present()
    next(b for b in page.findChildren(QPushButton) if b.text() == "Details").click()
    page.show_models([VOICE])
    assert "It cannot: Sing." in _texts(page)
    page.show_models([MIND])
    assert "A voice" not in _texts(page)


def test_strangers_words_are_plain_text(page: ModelsPage) -> None:
    page.show_models([MIND._replace(name="<b>big</b>\u202eevil", about="line\nline")])
    page.present()
    names = [label for label in page.findChildren(QLabel) if "big" in label.text()]
    assert [label.textFormat() for label in names] == [Qt.TextFormat.PlainText]
    assert "\u202e" not in names[0].text()


def test_every_starter_model_is_on_the_page(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    shown = shelf.models(library)
    assert {model.id for model in shown} == {card.id for card in library.cards}
    assert all(model.about and model.languages and Path(model.folder).is_dir() for model in shown)
    order = list(dict.fromkeys(model.role for model in shown))
    assert order == [role for role in shelf.ROLES.values() if role in order]


def test_the_page_tells_how_to_get_larger_models(page: ModelsPage, tmp_path: Path) -> None:
    page.show_models([MIND])
    page.present()
    assert LARGER in _texts(page)
    command = next(line for line in re.findall("“([^”]*)”", LARGER) if line.startswith("parley "))
    whole = [sys.executable, "-m", "app", *command.split()[1:], "--data", str(tmp_path)]
    done = subprocess.run(whole, check=True, capture_output=True, text=True)
    assert "In all" in done.stderr


def test_a_card_says_more_than_the_catalog(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    card = library.cards[0]
    (tmp_path / card.folder).mkdir()
    told = Card("Title", "Hear.", "See.", "Speech.", "python -m training x", 3, 60.0)
    write(tmp_path / card.folder, told, [Figure(card.folder, "word errors", 1.234, "%", 2.5, True, 10)])
    shown = next(model for model in shelf.models(replace(library, folder=tmp_path)) if model.id == card.id)
    assert (shown.about, shown.cannot) == ("Hear.", "See.")
    assert shown.figures == (("Word errors", "1.23 % (wanted: at most 2.5 %)"),)
    assert "python -m training x" in shown.made
