"""What the first release kept is read, used and added to by every later one.

The files in kept_by_0_1_0 were written by version 0.1.0 and never change: whoever changes how something is kept makes
these tests pass by reading the old form, not by new files. packaging/try-deb.sh upgrades over the same folder.
"""

import hashlib
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from app import history, settings
from app.settings import Settings
from tests.app.kept import ask, titles
from ui import appearance

KEPT = Path(__file__).parent / "kept_by_0_1_0"
SETTINGS = Settings(
    language_in="es", speak=False, end_silence=1.5, microphone="Jabra «Link» 380", theme="dark", language_out="en"
)

WRITTEN = "c9171c9a5184b14fde4b6e70450d75710e12da837eeab0a8d271efc7bd330b24"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy, for to open is to write."""
    return Path(shutil.copytree(KEPT, tmp_path / "data"))


def test_settings_are_kept(folder: Path) -> None:
    assert settings.load(folder) == (SETTINGS, None)
    settings.save(folder, Settings(language_in="es"))
    assert settings.load(folder) == (Settings(language_in="es"), None)


def test_the_window_looks_as_it_did(folder: Path) -> None:
    looked = appearance.Appearance(40, 30, 1100, 700, False, True, True, "dark", "es", "en")
    assert appearance.load(folder) == looked


def test_conversations_are_kept(folder: Path) -> None:
    with closing(history.History(folder)) as kept:
        assert kept.notice is None
        picture_talk, sums = kept.conversations()
        assert (picture_talk.title, sums.title) == ("What is in this picture?", "¿Cuánto es tres más cuatro?")
        first, second = kept.exchanges(sums.id)
        assert (first.spoken, first.question, first.question_translated) == (
            True,
            "¿Cuánto es tres más cuatro?",
            "How much is three plus four?",
        )
        assert (first.answer, first.heard, first.outcome) == (
            "Three plus four is seven.",
            "Three plus four",
            "cancelled",
        )
        assert (first.language_in, first.language_out, first.timings_ms["total"]) == ("es", "en", 912.5)
        assert (second.answer, second.outcome) == ("Five times six is thirty.", "answered")
        third, last = kept.exchanges(picture_talk.id)
        assert (third.role, third.answer, last.outcome) == ("vlm", "A red circle.", history.UNFINISHED)
        (sha256,) = third.pictures
        picture = kept.picture(sha256)
        assert picture is not None
        assert (picture.mime, picture.data) == ("image/png", (KEPT / "pictures" / f"{sha256}.png").read_bytes())


def test_conversations_are_found_added_to_and_deleted(folder: Path) -> None:
    with closing(history.History(folder)) as kept:
        assert titles(kept, "thirty") == ["¿Cuánto es tres más cuatro?"]
        (sums,) = kept.conversations("cuanto")
        ask(kept, "And eight times nine?", sums.id)
        assert titles(kept, "nine") == ["¿Cuánto es tres más cuatro?"]
        (picture_talk,) = kept.conversations("picture")
        kept.delete_conversation(picture_talk.id)
    with closing(history.History(folder)) as kept:
        assert titles(kept) == ["¿Cuánto es tres más cuatro?"]
        assert len(kept.exchanges(sums.id)) == 3
    assert list((folder / "pictures").iterdir()) == []


def test_nobody_wrote_the_files_anew_with_a_later_version() -> None:
    assert sorted(path.name for path in KEPT.iterdir()) == ["history.sqlite", "pictures", "settings.toml", "window.txt"]
    assert hashlib.sha256((KEPT / "history.sqlite").read_bytes()).hexdigest() == WRITTEN
