"""Importing in the window: real files, found, named, brought in and tried, by mouse and keyboard."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QListWidget, QPushButton, QWidget

from models import available, catalog, languages
from models.roles import Role
from models.store.installed import Installed
from tests.ui.desk import until
from ui.bridge import Bridge
from ui.import_page import ImportPage
from ui.importing import Importing

STARTERS = catalog.starter_folder()


class Bench:
    """The page, and what it tells beyond itself."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.bridge = Bridge(lambda event: None)
        self.told: list[str] = []
        self.changes: list[bool] = []
        self.used: list[str] = []
        self.importing = Importing(
            self.bridge, data, self.told.append, lambda: self.changes.append(True), self.used.append
        )
        self.window = QWidget()
        self.window.show()
        self.importing.open(self.window)
        (self.page,) = self.window.findChildren(ImportPage)

    def button(self, text: str) -> QPushButton:
        return next(each for each in self.page.findChildren(QPushButton) if each.text() == text)

    def press(self, text: str) -> None:
        self.button(text).setFocus()
        QTest.keyClick(self.button(text), Qt.Key.Key_Space)

    def line(self, name: str) -> QLineEdit:
        return next(each for each in self.page.findChildren(QLineEdit) if each.accessibleName() == name)

    @property
    def list(self) -> QListWidget:
        (found,) = self.page.findChildren(QListWidget)
        return found

    @property
    def says(self) -> str:
        return " | ".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())

    @property
    def installed(self) -> tuple[Installed, ...]:
        return available.store(self.data).installed()

    def look_at(self, *paths: Path) -> None:
        self.importing.look_at([str(path) for path in paths])
        until(lambda: self.page._told.text() != "Looking at it")


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "data")
    yield made
    made.importing.close()
    made.bridge.close(10)
    made.window.close()
    made.window.deleteLater()


def test_a_file_is_named_brought_in_tried_and_used(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "tiny.Q4.gguf"
    shutil.copy(STARTERS / "llm" / "model.gguf", path)
    assert not bench.button("Import").isEnabled()
    bench.look_at(path)
    assert bench.list.count() == 1
    assert "Answering · English · " in bench.list.item(0).text()
    assert bench.page.focusWidget() is bench.list
    QTest.keyClick(bench.list, Qt.Key.Key_Return)
    assert bench.page.focusWidget() is bench.line("Name")
    bench.line("Name").clear()
    QTest.keyClicks(bench.line("Name"), "Mine")
    QTest.keyClick(bench.line("Name"), Qt.Key.Key_Return)
    assert not bench.button("Import").isEnabled()
    assert bench.button("Cancel").isVisible()
    until(lambda: "“Mine” is imported, and it works." in bench.says)
    (one,) = bench.installed
    assert (one.id, one.card.name, one.card.role, one.fault) == ("mine", "Mine", Role.LLM, "")
    assert os.path.samefile(path, one.folder / "tiny.Q4.gguf")
    assert bench.changes
    assert bench.page.focusWidget() is bench.button("Use it")
    QTest.keyClick(bench.button("Use it"), Qt.Key.Key_Space)
    assert bench.used == ["mine"]
    assert "It is used from the next question on." in bench.says


def test_of_a_folder_with_several_models_one_is_chosen(bench: Bench, tmp_path: Path) -> None:
    shutil.copytree(STARTERS / "asr-es", tmp_path / "all" / "vosk-model-small-es")
    shutil.copytree(STARTERS / "vlm", tmp_path / "all" / "seeing")
    bench.look_at(tmp_path / "all")
    texts = [bench.list.item(place).text() for place in range(bench.list.count())]
    assert len(texts) == 2
    place = next(place for place, text in enumerate(texts) if "Understanding speech · Spanish" in text)
    bench.list.setCurrentRow(place)
    assert bench.line("Name").text() == "vosk-model-small-es"
    assert bench.line("Understands").text() == "Spanish"
    assert not bench.line("Translates into").isVisible()
    bench.press("Import")
    until(lambda: "is imported, and it works." in bench.says)
    assert [(one.card.role, one.card.source) for one in bench.installed] == [(Role.ASR, ("es",))]


def test_a_translator_that_does_not_say_its_languages_is_told_them(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "some"
    shutil.copytree(STARTERS / "translation-en-es", folder)
    (folder / "tokenizer_config.json").unlink()
    bench.look_at(folder)
    assert bench.line("Translates into").isVisible()
    bench.press("Import")
    assert "This translator does not say its languages. Name them above." in bench.says
    assert bench.page.focusWidget() is bench.line("Understands")
    QTest.keyClicks(bench.line("Understands"), "Klingon")
    bench.press("Import")
    assert "Parley knows no language “klingon”." in bench.says
    assert bench.installed == ()
    bench.line("Understands").setText("English")
    bench.line("Translates into").setText("es")
    bench.press("Import")
    until(lambda: "is imported, and it works." in bench.says, 120)
    (one,) = bench.installed
    assert (one.card.source, one.card.target) == (("en",), ("es",))


def test_an_archive_is_unpacked_when_it_is_imported(bench: Bench, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "vosk-model-small-es-0.42"), "zip", STARTERS / "asr-es"))
    bench.look_at(packed)
    assert "Packed: what it is shows when it is unpacked" in bench.list.item(0).text()
    bench.line("Name").setText("Spanish ears")
    bench.press("Import")
    until(lambda: "“Spanish ears” is imported, and it works." in bench.says)
    assert [one.card.source for one in bench.installed] == [("es",)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("notes.txt", "There is no model in “notes.txt” that Parley knows."),
        ("broken.gguf", "“broken.gguf” is not in GGUF format"),
        ("gone.gguf", "There is no"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(bench: Bench, tmp_path: Path, name: str, words: str) -> None:
    if name != "gone.gguf":
        (tmp_path / name).write_bytes(b"hello, hello")
    bench.look_at(tmp_path / name)
    assert words in bench.says
    assert bench.list.count() == 0
    assert not bench.button("Import").isEnabled()
    assert bench.button("Choose files…").isEnabled()


def test_half_a_picture_model_is_told_what_it_lacks(bench: Bench) -> None:
    bench.look_at(STARTERS / "vlm" / "mmproj.gguf")
    assert "which is half a picture model. Choose its language model together with it." in bench.says
    bench.look_at(STARTERS / "vlm" / "mmproj.gguf", STARTERS / "vlm" / "model.gguf")
    assert "Looking at pictures" in bench.list.item(0).text()


def test_one_that_fails_its_trial_says_why_and_is_listed(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "vosk-model-en"
    shutil.copytree(STARTERS / "asr-en", folder)
    weights = folder / "am" / "final.mdl"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    bench.look_at(folder)
    bench.press("Import")
    until(lambda: "Vosk cannot read it" in bench.says)
    assert not bench.button("Use it").isVisible()
    (one,) = bench.installed
    assert "Vosk cannot read it" in one.fault
    assert bench.changes


def test_called_off_nothing_is_left(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "opus-mt-en-es"
    shutil.copytree(STARTERS / "translation-en-es", folder)
    # One byte that means nothing: set-up has converted the starters as they are, which would be done at once.
    with (folder / "config.json").open("a") as file:
        file.write("\n")
    bench.look_at(folder)
    bench.press("Import")
    until(lambda: "Converting" in bench.says)
    bench.press("Cancel")
    assert "Called off; nothing of it is left." in bench.says
    assert bench.button("Choose files…").isEnabled()
    until(lambda: not bench.installed and not list(bench.data.rglob("*.safetensors")))


def test_what_ends_while_nobody_watches_is_told_elsewhere(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    shutil.copy(STARTERS / "llm" / "model.gguf", path)
    bench.look_at(path)
    bench.line("Name").setText("Mine")
    bench.press("Import")
    QTest.keyClick(bench.page, Qt.Key.Key_Escape)
    assert not bench.page.isVisible()
    until(lambda: bench.told)
    assert bench.told == ["“Mine” is imported, and it works."]


def test_what_other_programs_have_is_found(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME", "LLAMA_CACHE", "OLLAMA_MODELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    bench.press("Look in other programs")
    until(lambda: "No other program that Parley knows has models here that it could use." in bench.says)
    shutil.copytree(STARTERS / "asr-en", tmp_path / "home" / ".cache" / "vosk" / "vosk-model-en")
    bench.press("Look in other programs")
    until(lambda: bench.list.count() == 1)
    assert bench.list.item(0).text().endswith(" · Vosk")


def test_files_are_dropped_or_chosen_in_a_dialog(bench: Bench, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(STARTERS / "llm" / "model.gguf"))])
    bench.page.dropEvent(
        QDropEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    until(lambda: bench.list.count() == 1)
    for text, mode in (
        ("Choose files…", QFileDialog.FileMode.ExistingFiles),
        ("Choose a folder…", QFileDialog.FileMode.Directory),
    ):
        bench.press(text)
        (dialog,) = bench.page.findChildren(QFileDialog)
        assert dialog.fileMode() is mode
        dialog.filesSelected.emit([str(STARTERS / "asr-en")])
        dialog.close()
        until(lambda: not bench.page.findChildren(QFileDialog))
        until(lambda: bench.list.count() and "Understanding speech" in bench.list.item(0).text())


def test_every_control_has_a_name(bench: Bench) -> None:
    for kind in (QPushButton, QLineEdit, QListWidget):
        for each in bench.page.findChildren(kind):
            assert each.accessibleName() or (isinstance(each, QPushButton) and each.text()), each


@pytest.mark.parametrize(
    ("text", "found"),
    [("", ()), ("English", ("en",)), ("es, German ,FRENCH", ("es", "de", "fr")), ("en en", None), ("x", None)],
)
def test_languages_by_name_or_code(text: str, found: tuple[str, ...] | None) -> None:
    if found is None:
        with pytest.raises(ValueError, match=text.lower()):
            languages.codes(text)
    else:
        assert languages.codes(text) == found
