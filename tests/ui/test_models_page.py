"""The models page: what it tells of each model, what it leaves out, and what a row says, by mouse and keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)

from app import inventory
from app.inventory import Entry, Standing
from models import available, catalog, particulars
from models.residency import starter_library
from tests.ui.desk import until as wait_until
from training.card import Card, write
from training.figures import Figure
from ui import shelf
from ui.models_page import ModelsPage
from ui.shelf import Act, Shelved, Work

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


def catalogued(folder: Path) -> tuple[Shelved, ...]:
    """Every model of the catalog, with the starters in use."""
    return shelf.models(inventory.entries(available.store(folder)), starter_library(folder, {}))


def choose(page: ModelsPage, name: str, words: str) -> None:
    """Choose an entry of a box by typing its first letters, as by keyboard."""
    box = next(each for each in page.findChildren(QComboBox) if each.accessibleName() == name)
    assert box.findText(words) >= 0
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(words)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == words


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
    shown = [model for model in catalogued(tmp_path) if model.here]
    assert {model.id for model in shown if model.in_use} == {card.id for card in library.cards}
    assert all(model.about and model.languages and Path(model.folder).is_dir() for model in shown)
    order = list(dict.fromkeys(model.role for model in shown))
    assert order == [role for role in shelf.ROLES.values() if role in order]


def test_only_what_is_seen_is_built(page: ModelsPage, tmp_path: Path) -> None:
    page.show_models(catalogued(tmp_path))
    page.present()
    wait_until(lambda: not page._build_soon.isActive())
    assert len(page.shown) > 80
    assert 5 < sum(row.built for row in page.shown) < 40
    last = page.shown[-1]
    page._scroll.verticalScrollBar().setValue(page._scroll.verticalScrollBar().maximum())
    wait_until(lambda: last.built)


def test_the_list_is_searched_and_sifted(page: ModelsPage, tmp_path: Path) -> None:
    page.show_models(catalogued(tmp_path))
    page.present()
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.sieve.search, "spanish piper")
    assert {row.model.id for row in page.shown} == {"piper-es", "piper-es-mx"} & {row.model.id for row in page.shown}
    assert page.shown
    QTest.keyClick(page.sieve.search, Qt.Key.Key_Escape)
    assert page.isVisible()
    assert len(page.shown) > 80
    choose(page, "What it is for", "Translation")
    choose(page, "Language", "French")
    assert {row.model.role for row in page.shown} == {"Translation"}
    assert all("fr" in row.model.codes for row in page.shown)
    choose(page, "Where it is", "On this computer")
    assert not page.shown
    assert "No model of the list is like that. Ask for less, or find more on the hub." in _texts(page)
    for name in ("What it is for", "Language"):
        choose(page, name, next(b for b in page.findChildren(QComboBox) if b.accessibleName() == name).itemText(0))
    assert {row.model.id for row in page.shown} == {card.id for card in catalog.load() if card.starter}
    choose(page, "Where it is", "Everywhere")
    (box,) = page.findChildren(QCheckBox)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert page.shown
    assert all(row.model.commercial is True for row in page.shown)


def test_the_tab_key_goes_down_the_page(page: ModelsPage, tmp_path: Path) -> None:
    page.show_models(catalogued(tmp_path))
    page.present()
    wait_until(lambda: not page._build_soon.isActive())
    page._scroll.verticalScrollBar().setValue(page._scroll.verticalScrollBar().maximum())
    wait_until(lambda: page.shown[-1].built)
    page.shown[1].findChildren(QPushButton)[-1].click()
    page.sieve.search.setFocus()
    seen: list[QWidget] = []
    while not seen or page.focusWidget().accessibleName() != "Search models":  # type: ignore[union-attr]
        seen.append(page.focusWidget())  # type: ignore[arg-type]
        QTest.keyClick(seen[-1], Qt.Key.Key_Tab)
        assert len(seen) < 300
    rows = [row for row in page.shown if row.built]
    stops = [stop for row in rows for stop in row.stops if stop.isVisible()]
    assert seen[5:-2] == stops
    assert [each.accessibleName() or each.text() for each in seen[-2:]] == ["Find more…", "Close"]  # type: ignore[attr-defined]


def test_every_control_has_a_name(page: ModelsPage, tmp_path: Path) -> None:
    page.show_models(catalogued(tmp_path))
    page.present()
    wait_until(lambda: not page._build_soon.isActive())
    row = page.shown[0]
    row.findChildren(QPushButton)[-1].click()
    for kind in (QPushButton, QComboBox, QLineEdit):
        for each in page.findChildren(kind):
            assert each.accessibleName() or each.text() or not each.isVisible(), each


def test_what_is_done_with_a_model_stands_in_its_row(page: ModelsPage) -> None:
    page.show_models([MIND._replace(acts=(Act.INSTALL,), here=False), VOICE])
    page.present()
    told: list[tuple[str, str]] = []
    page.acted.connect(lambda identity, word: told.append((identity, word)))
    install = next(b for b in page.findChildren(QPushButton) if b.text() == "Install")
    assert install.accessibleName() == "Install: A mind"
    install.setFocus()
    QTest.keyClick(install, Qt.Key.Key_Space)
    assert told == [("m", "Install")]
    page.show_work({"m": Work("1.0 MB of 2.0 MB", 0.5, acts=(Act.PAUSE, Act.CANCEL))})
    assert page.focusWidget() is install
    assert install.text() == "Pause"
    assert page.findChildren(QProgressBar)[0].value() == 500
    page.show_work({"m": Work("The source is gone. Try again later.", busy=False, failed=True, acts=(Act.AGAIN,))})
    assert "The source is gone. Try again later." in _texts(page)
    page.show_work({})
    page.show_models([MIND._replace(in_use=True), VOICE])
    assert "In use" in _texts(page)
    assert not install.isVisible()
    assert page.focusWidget().accessibleName() == "Details of A mind"  # type: ignore[union-attr]


def test_a_card_says_more_than_the_catalog(tmp_path: Path) -> None:
    card = starter_library(tmp_path, {}).cards[0]
    told = Card("Title", "Hear.", "See.", "Speech.", "python -m training x", 3, 60.0)
    write(tmp_path, told, [Figure(card.folder, "word errors", 1.234, "%", 2.5, True, 10)])
    entry = Entry(card, Standing.STARTER, tmp_path, True, 5, particulars.read(tmp_path))
    (shown,) = shelf.models([entry], None)
    assert (shown.about, shown.cannot) == ("Hear.", "See.")
    assert shown.figures == (("Word errors", "1.23 % (wanted: at most 2.5 %)"),)
    assert "python -m training x" in shown.made
