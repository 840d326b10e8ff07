"""Verdicts and speeds on the models page: for what is in view, by the real plan on the cards of a stand-in driver."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app import fits, inventory
from app.fits import Fit, Fix
from app.planning import placed
from app.speed import FILE, Speeds
from models import available, hardware
from models.catalog import Card
from models.languages import Pair
from models.residency import Library, starter_library
from models.roles import GB, Placement
from tests.nvml import T4, StandInNvml
from tests.ui.desk import pause, until
from ui import shelf
from ui.bridge import Bridge
from ui.hints import Hints
from ui.model_row import ModelRow
from ui.models_page import ModelsPage


class Shop:
    """The page of the whole catalog, on a machine that the test plays."""

    def __init__(self, folder: Path) -> None:
        self.bridge = Bridge(lambda event: None)
        self.library: Library | None = placed(starter_library(folder / "converted", {}), pair=Pair("en", "en"))
        entries = inventory.entries(available.store(folder))
        self.page = ModelsPage()
        self.fixes: list[Fix] = []
        self.page.fixWanted.connect(self.fixes.append)
        self.hints = Hints(
            self.bridge,
            folder,
            self.page,
            lambda: self.library,
            lambda: {entry.card.id: entry for entry in entries},
        )
        self.page.show_models(shelf.models(entries, self.library))
        self.page.present()

    def row(self, identity: str) -> ModelRow:
        """The row, scrolled to."""
        (row,) = [row for row in self.page.shown if row.model.id == identity]

        def seen() -> bool:
            # What is built above it moves it.
            self.page._scroll.ensureWidgetVisible(row, 0, 0)
            return row.built and identity in self.page.in_view and not self.page._build_soon.isActive()

        until(seen)
        return row

    def verdict(self, identity: str) -> str:
        row = self.row(identity)
        until(lambda: row.prospect is not None or self.row(identity).prospect is not None)
        return row._verdict.text()


@pytest.fixture
def shop(qapp: QApplication, stand_in_nvml: StandInNvml, tmp_path: Path) -> Iterator[Callable[[], Shop]]:
    stand_in_nvml.show(T4)
    opened: list[Shop] = []

    def make() -> Shop:
        opened.append(Shop(tmp_path))
        return opened[-1]

    yield make
    for each in opened:
        each.bridge.close(10)
        each.page.close()
        each.page.deleteLater()


def texts(row: ModelRow) -> str:
    return " | ".join(label.text() for label in row.findChildren(QLabel) if label.isVisible())


def unfold(row: ModelRow) -> None:
    button = next(each for each in row.findChildren(QPushButton) if each.text() in ("Details", "Less"))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def test_each_model_in_view_says_whether_it_fits_and_its_details_how_fast_it_is(shop: Callable[[], Shop]) -> None:
    here = shop()
    assert here.verdict("qwen3-4b") == "Fits"
    row = here.row("qwen3-4b")
    unfold(row)
    assert "Fits. On GPU 0; " in texts(row)
    assert "Speed: About 63 to 82 tokens a second on GPU 0: an estimate" in texts(row)
    told = here.verdict("qwen3-32b")
    assert told in ("Does not fit", "Fits with less")
    unfold(here.row("qwen3-32b"))
    assert f"{told}: " in texts(here.row("qwen3-32b"))
    # A voice has no speed.
    assert here.verdict("starter-tts-en") == "Fits"
    unfold(here.row("starter-tts-en"))
    assert "Speed" not in texts(here.row("starter-tts-en"))


def test_only_what_is_in_view_is_judged(shop: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    threads: set[threading.Thread] = set()
    real = fits.judged

    def watched(card: Card, library: Library) -> Fit:
        judged.append(card.id)
        threads.add(threading.current_thread())
        return real(card, library)

    monkeypatch.setattr(fits, "judged", watched)
    here = shop()
    until(lambda: judged and all(here.page._rows[name].prospect is not None for name in here.page.in_view))
    pause(0.2)
    assert threading.main_thread() not in threads
    assert set(judged) <= set(here.page.in_view)
    assert len(judged) < 20 < len(here.page.shown)
    count = len(judged)
    here.page.sieve.search.setText("no such model")
    pause(0.2)
    here.page.sieve.search.clear()
    until(lambda: here.page.in_view)
    pause(0.2)
    assert len(judged) == count, "what is known is not judged again"
    here.hints.forget()
    until(lambda: len(judged) == 2 * count)


def test_what_is_free_now_decides_and_a_button_mends(shop: Callable[[], Shop], stand_in_nvml: StandInNvml) -> None:
    here = shop()
    assert here.verdict("qwen3-8b") == "Fits"
    unfold(here.row("qwen3-8b"))
    stand_in_nvml.set(0, others=12 * GB)
    here.hints.forget()
    row = here.row("qwen3-8b")
    until(lambda: row._verdict.text() != "Fits")
    assert "Other programs hold 12" in texts(row) or "less" in texts(row)
    fix = next(each for each in row.findChildren(QPushButton) if each.isVisible() and each in _buttons_of_fit(row))
    QTest.keyClick(fix, Qt.Key.Key_Space)
    assert [each.label for each in here.fixes] == [fix.text()]
    stand_in_nvml.set(0, others=0)
    here.hints.forget()
    until(lambda: row._verdict.text() == "Fits")


def _buttons_of_fit(row: ModelRow) -> list[QPushButton]:
    assert row._fit is not None
    return row._fit.findChildren(QPushButton)


def test_a_speed_that_was_measured_is_told_as_such(shop: Callable[[], Shop], tmp_path: Path) -> None:
    speeds = Speeds(available.converted(tmp_path) / FILE)
    speeds.note("starter-llm", Placement(gpu=0), hardware.read(), 321.0)
    here = shop()
    row = here.row("starter-llm")
    unfold(row)
    until(lambda: "Speed: " in texts(row))
    assert "Speed: 321 tokens a second, as measured here on GPU 0." in texts(row)


def test_before_the_models_in_use_are_known_nothing_is_judged(shop: Callable[[], Shop]) -> None:
    here = shop()
    library, here.library = here.library, None
    here.hints.forget()
    pause(0.1)
    assert library is not None
    here.library = replace(library, places=None)
    here.hints.forget()
    pause(0.1)
    here.library = library
    here.hints.forget()
    until(lambda: here.page._rows["starter-asr-en"].prospect is not None)
