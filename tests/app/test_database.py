"""A history whose file is damaged, foreign, newer, lost or locked."""

import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app import database
from app.history import FILE, PICTURES, VERSION, History
from models.roles import ModelError
from tests.app.kept import ANSWER, answered, ask, drawn, files, titles

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history of 40 exchanges and a picture, closed."""
    folder = tmp_path / "history"
    with closing(History(folder)) as history:
        for number in range(40):
            answered(history, f"question {number}", f"answer {number} " * 50)
        ask(history, "what is this", pictures=(drawn("red"),))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def set_aside(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{FILE}.damaged-*"))


def check_begun_anew(folder: Path, before: bytes) -> None:
    """The damaged file is kept as it was, this is told, and a new history works, also at the next start."""
    picture = drawn("red")
    with closing(History(folder)) as history:
        assert history.notice
        assert history.notice.code == "history-damaged"
        (kept,) = set_aside(folder)
        assert kept.name in history.notice.remedy
        assert kept.read_bytes() == before
        assert history.conversations() == ()
        assert files(folder) == {f"{picture.sha256}.png"}  # who recovers the old file wants its pictures
        ask(history, "new", pictures=(picture,))
    with closing(History(folder)) as history:
        assert history.notice is None
        assert titles(history) == ["new"]
        assert history.picture(picture.sha256) == picture


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    with closing(History(tmp_path / "new")) as history:
        ask(history, "secret", pictures=(drawn("red"),))
        modes = {path.stat().st_mode & 0o077 for path in [tmp_path / "new", *(tmp_path / "new").rglob("*")]}
    assert modes == {0}


def test_a_file_of_zero_length_becomes_a_fresh_history(folder: Path) -> None:
    (folder / FILE).write_bytes(b"")
    (folder / f"{FILE}-wal").write_bytes(random.Random(1).randbytes(5000))
    with closing(History(folder)) as history:
        assert history.notice is None
        assert history.conversations() == ()
        ask(history, "new")
        assert titles(history) == ["new"]
    assert set_aside(folder) == []


@pytest.mark.parametrize("length", [100, 511, 4096, 70_000])
def test_random_bytes_are_set_aside(folder: Path, length: int) -> None:
    data = random.Random(length).randbytes(length)
    (folder / FILE).write_bytes(data)
    check_begun_anew(folder, data)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_file_that_was_cut_is_set_aside(folder: Path, tenth: int) -> None:
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[: len(whole) * tenth // 10])
    check_begun_anew(folder, whole[: len(whole) * tenth // 10])


def test_no_harm_to_a_page_is_a_crash(folder: Path) -> None:
    whole = (folder / FILE).read_bytes()
    generator = random.Random(7)
    outcomes = set()
    for _ in range(60):
        harmed = bytearray(whole)
        at, length = generator.randrange(len(whole)), generator.choice([1, 4, 100, 5000])
        harmed[at : at + length] = generator.randbytes(len(harmed[at : at + length]))
        (folder / FILE).write_bytes(harmed)
        try:
            with closing(History(folder)) as history:
                for conversation in history.conversations():
                    history.exchanges(conversation.id)
                titles(history, "answer 7")
                ask(history, "new")
                assert titles(history)[0] == "new"
                outcomes.add(history.notice is None)
        except ModelError as error:
            outcomes.add(error.code)
    assert {True, False} <= outcomes <= {True, False, "history-damaged", "history-newer"}


FOREIGN = {
    "another program's": "CREATE TABLE bookmarks (url)",
    "no tables": f"PRAGMA user_version={VERSION}",
    "a view": "CREATE VIEW all_exchanges AS SELECT * FROM exchanges",
    "a trigger": "CREATE TRIGGER exchanges AFTER INSERT ON exchanges BEGIN DELETE FROM conversations; END",
    "a trigger in an index's name": "CREATE TRIGGER words_data AFTER INSERT ON exchanges BEGIN SELECT 1; END",
    "an index": "CREATE INDEX heavy ON exchanges (length(replace(question, 'a', answer)))",
    "a column": "ALTER TABLE exchanges ADD COLUMN more TEXT",
    "a table less": "DROP TABLE exchange_pictures",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_database_that_is_not_parleys_is_set_aside(folder: Path, what: str) -> None:
    if what in ("another program's", "no tables"):
        (folder / FILE).unlink()
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute(FOREIGN[what])
    check_begun_anew(folder, (folder / FILE).read_bytes())


@pytest.mark.parametrize("in_log", [False, True])
def test_a_newer_version_is_left_untouched(folder: Path, in_log: bool) -> None:
    newer = sqlite3.connect(folder / FILE, isolation_level=None)
    newer.execute(f"PRAGMA user_version={VERSION + 1}")
    newer.execute("CREATE TABLE of_the_future (x)")
    if in_log:  # as when the newer version was killed
        files = contents(folder)
        newer.close()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        assert files[f"{FILE}-wal"]
    else:
        newer.close()
    before = contents(folder)
    with pytest.raises(ModelError) as caught:
        History(folder)
    assert caught.value.code == "history-newer"
    if not in_log:
        assert contents(folder) == before
    with closing(sqlite3.connect(folder / FILE)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
        assert database.execute("SELECT count(*) FROM of_the_future, exchanges").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM exchanges").fetchone() == (41,)


def test_something_else_in_the_place_of_the_file_or_folder(tmp_path: Path) -> None:
    def code(folder: Path) -> str:
        with pytest.raises(ModelError) as caught:
            History(folder)
        assert caught.value.message.endswith(".")
        return caught.value.code

    (tmp_path / "a" / FILE).mkdir(parents=True)
    assert code(tmp_path / "a") == "history-unreadable"
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / FILE)
    assert code(tmp_path / "b") == "history-unreadable"
    (tmp_path / "c").write_text("a file")
    assert code(tmp_path / "c") == "history-unreadable"
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / FILE).symlink_to(tmp_path / "nowhere" / "at all")
    assert code(tmp_path / "d") == "history-unreadable"
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / PICTURES).write_text("a file")
    assert code(tmp_path / "e") == "history-unreadable"


def test_a_lock_is_told_and_passes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with closing(History(folder)) as history, closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for attempt in (lambda: ask(history, "new"), lambda: History(folder)):
            with pytest.raises(ModelError) as caught:
                attempt()
            assert caught.value.code == "history-locked"
        assert len(history.conversations()) == 41  # reading goes on
        other.execute("COMMIT")
        ask(history, "new")
        assert titles(history)[0] == "new"


def test_a_deleted_file_is_told_and_a_new_one_begun(folder: Path) -> None:
    with closing(History(folder)) as history:
        conversation, exchange = ask(history, "before")
        (folder / FILE).unlink()
        with pytest.raises(ModelError) as caught:
            history.keep_answer(exchange, ANSWER)
        assert caught.value.code == "history-lost"
        history.keep_answer(exchange, ANSWER)
        new, _ = ask(history, "after", conversation)
        assert titles(history) == ["after"]
        shutil.rmtree(folder)
        newest, other = ask(history, "the question is not lost", new, (drawn("blue"),))
        assert history.notice
        assert history.notice.code == "history-lost"
        assert titles(history) == ["the question is not lost"]
        assert len({conversation, new, newest}) == 3  # no answer to an old question can reach a new one
        assert other != exchange
        assert history.picture(drawn("blue").sha256)
        shutil.rmtree(folder)
        with pytest.raises(ModelError):
            history.conversations()
    with closing(History(folder)) as history:
        assert titles(history) == []


def spoil(folder: Path) -> None:
    """Overwrite all but the first page, behind the back of whoever has the file open, and have them read it again."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE conversations SET changed_at = changed_at + 1")
        with (folder / FILE).open("r+b") as file:  # the same file, not another one in its place
            size = file.seek(0, os.SEEK_END)
            file.seek(4096)
            file.write(random.Random(1).randbytes(size - 4096))
        other.execute("COMMIT")


def test_damage_while_it_is_open_is_told_and_a_new_one_begun(folder: Path) -> None:
    with closing(History(folder)) as history:
        (conversation,) = history.conversations("question 7")
        spoil(folder)
        with pytest.raises(ModelError) as caught:
            history.exchanges(conversation.id)
        assert caught.value.code == "history-damaged"
        assert history.notice is None  # it was told
        assert history.conversations() == ()
        ask(history, "new")
    with closing(History(folder)) as history:
        assert titles(history) == ["new"]
        assert history.notice is None
    assert set_aside(folder)


def test_a_question_is_kept_though_the_file_is_found_damaged(folder: Path) -> None:
    with closing(History(folder)) as history:
        (conversation,) = history.conversations("question 7")
        spoil(folder)
        new, exchange = ask(history, "new", conversation.id)
        assert history.notice
        assert history.notice.code == "history-damaged"
        history.keep_answer(exchange, ANSWER)
        assert history.exchanges(new)[0].answer == ANSWER.answer
