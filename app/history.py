"""Conversations on disk: every question and answer, in SQLite, and the pictures that belong to them.

Owns the database's schema and the folder of pictures. It must not know stages, threads or windows; one thread owns a
History. Whatever is read from the disk is outside input: a value of the wrong kind is read as its empty value, and no
path is ever formed from it but a sha256 that was checked.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.database import BEGUN_ANEW, Database, NotOurs
from app.picture_files import PictureFiles, is_sha256
from app.search import SearchIndex
from app.turn import MARKS, Answer, Outcome
from models.roles import ModelError, Picture, Role

FILE = "history.sqlite"
PICTURES = "pictures"
VERSION = 1
UNFINISHED = "unfinished"

_TITLE_LENGTH = 60
_ROLES = frozenset(role.value for role in (Role.LLM, Role.VLM))
_OUTCOMES = frozenset(outcome.value for outcome in Outcome)
_LAST_TIME = datetime(9999, 1, 1, tzinfo=UTC).timestamp()

# A file is Parley's own only if these stand in it letter for letter: a changed statement needs a new VERSION.
_TABLES = {
    "conversations": "CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, changed_at REAL)",
    "exchanges": """CREATE TABLE exchanges (id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE, asked_at REAL, spoken INTEGER,
    question TEXT, question_translated TEXT, language_in TEXT, language_out TEXT, role TEXT, answer TEXT,
    answer_translated TEXT, heard TEXT, speak INTEGER, outcome TEXT, problem TEXT, timings_ms TEXT)""",
    "pictures": "CREATE TABLE pictures (sha256 TEXT PRIMARY KEY, data_sha256 TEXT)",
    "exchange_pictures": """CREATE TABLE exchange_pictures (exchange INTEGER REFERENCES exchanges ON DELETE CASCADE,
    position INTEGER, sha256 TEXT REFERENCES pictures, PRIMARY KEY (exchange, position))""",
    "exchanges_of": "CREATE INDEX exchanges_of ON exchanges (conversation)",
    "uses_of": "CREATE INDEX uses_of ON exchange_pictures (sha256)",
}
_SEARCHED = ("question", "question_translated", "answer", "answer_translated")
_COLUMNS = ", ".join(_SEARCHED)


@dataclass(frozen=True)
class Conversation:
    """One row of the list of conversations."""

    id: int
    title: str
    """The beginning of its first question."""
    changed_at: datetime
    """When the last question was asked, in UTC."""
    exchanges: int


@dataclass(frozen=True)
class Exchange:
    """A question and what became of it."""

    id: int
    conversation: int
    asked_at: datetime
    """In UTC."""
    spoken: bool
    """The question was spoken, not typed."""
    question: str
    question_translated: str | None
    pictures: tuple[str, ...]
    """Their sha256."""
    language_in: str
    language_out: str
    role: str | None
    """Of the model that answered: "llm" or "vlm"."""
    answer: str
    """As the model wrote it."""
    answer_translated: str | None
    heard: str
    """The part of the answer that was really spoken aloud."""
    speak: bool
    """The answer was to be spoken."""
    outcome: str
    """"unfinished" (Parley ended before the answer did), or an app.turn.Outcome."""
    problem: str | None
    """The sentence about what went wrong."""
    timings_ms: dict[str, float | None]


class History:
    """The conversations in a folder. Every change is on disk when its method returns.

    All methods raise ModelError: history-locked, history-read-only, history-full, history-unreadable; and
    history-damaged or history-lost when a new file had to be begun, which is in use afterwards.
    """

    def __init__(self, folder: Path) -> None:
        """Open or make the history in `folder`; also raises ModelError history-newer, and leaves that file as it is."""
        self._pictures = PictureFiles(folder / PICTURES)
        self._index = SearchIndex("exchanges", _SEARCHED)
        self._database = Database(folder / FILE, VERSION, self._prepare, self._index.mend)
        try:
            if self._database.read(_unreferenced):  # a deletion was cut off before its pictures went
                self._database.write(self._drop_pictures)
        except ModelError:
            self._database.close()
            raise
        self.notice = self._database.notice
        """Why the history began anew, where no error told so: look after opening, and after keep_question."""

    def close(self) -> None:
        """Harmless when closed."""
        self._database.close()

    def keep_question(
        self,
        conversation: int | None,
        *,
        spoken: bool,
        question: str,
        pictures: tuple[Picture, ...],
        language_in: str,
        language_out: str,
        speak: bool,
    ) -> tuple[int, int]:
        """Keep a question with its pictures; returns the ids of its conversation and exchange.

        A new conversation is begun when none is given, or when that one was deleted meanwhile. A history that is found
        damaged or gone begins anew, with this question in it.
        """

        def job(db: sqlite3.Connection, into: int | None) -> tuple[int, int]:
            now = time.time()
            touch = "UPDATE conversations SET changed_at = ? WHERE id = ?"
            if into is None or not db.execute(touch, (now, into)).rowcount:
                into = _insert(db, "conversations", title=_title(question), changed_at=now)
            exchange = _insert(
                db,
                "exchanges",
                conversation=into,
                asked_at=now,
                spoken=spoken,
                question=_storable(question),
                language_in=_storable(language_in),
                language_out=_storable(language_out),
                speak=speak,
            )
            for position, picture in enumerate(pictures):
                self._keep_picture(db, picture)
                _insert(db, "exchange_pictures", exchange=exchange, position=position, sha256=picture.sha256)
            return into, exchange

        try:
            return self._database.write(lambda db: job(db, conversation))
        except ModelError as error:
            if error.code not in BEGUN_ANEW:
                raise
            self.notice = self._database.notice
            return self._database.write(lambda db: job(db, None))

    def keep_progress(self, exchange: int, answer: str, answer_translated: str | None) -> None:
        """Keep what is written of an answer so far; nothing happens once the whole answer is kept or all is deleted."""
        values = (_storable(answer), answer_translated and _storable(answer_translated), exchange)
        statement = "UPDATE exchanges SET answer = ?, answer_translated = ? WHERE id = ? AND outcome IS NULL"
        self._database.write(lambda db: db.execute(statement, values))

    def keep_answer(self, exchange: int, answer: Answer) -> None:
        """Keep what became of the question; its text stays as it was kept. Nothing happens if it was deleted."""
        timings = {name: _finite(value) for name, value in answer.timings_ms.items()}
        values = (
            answer.question_translated and _storable(answer.question_translated),
            answer.role.value if answer.role else None,
            _storable(answer.answer),
            answer.answer_translated and _storable(answer.answer_translated),
            _storable(answer.heard),
            answer.outcome.value,
            answer.problem and _storable(answer.problem.message),
            json.dumps(timings),
            exchange,
        )
        statement = """UPDATE exchanges SET question_translated = ?, role = ?, answer = ?, answer_translated = ?,
            heard = ?, outcome = ?, problem = ?, timings_ms = ? WHERE id = ?"""
        self._database.write(lambda db: db.execute(statement, values))

    def conversations(self, search: str = "", limit: int = 200) -> tuple[Conversation, ...]:
        """The newest first; with `search`, those with an exchange in which every word of it occurs.

        A word is found by its beginning, whatever its case and accents; nothing in `search` is a command.
        """

        def job(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
            condition, values = self._index.condition(search)
            return db.execute(
                f"""SELECT c.id, c.title, c.changed_at, count(e.id), max(e.id) AS newest
                FROM conversations c JOIN exchanges e ON e.conversation = c.id
                WHERE c.id IN (SELECT conversation FROM exchanges WHERE {condition})
                GROUP BY c.id ORDER BY newest DESC LIMIT ?""",
                (*values, limit),
            ).fetchall()

        rows = self._database.read(job)
        return tuple(Conversation(id_, _text(title), _time(at), count) for id_, title, at, count, _ in rows)

    def exchanges(self, conversation: int, before: int | None = None, limit: int = 50) -> tuple[Exchange, ...]:
        """The last `limit` exchanges of a conversation (before the exchange `before`), in the order of time."""

        def job(db: sqlite3.Connection) -> list[Exchange]:
            rows = db.execute(
                f"""SELECT id, conversation, asked_at, spoken, language_in, language_out, role, heard, speak, outcome,
                problem, timings_ms, {_COLUMNS} FROM exchanges WHERE conversation = ? AND id < ?
                ORDER BY id DESC LIMIT ?""",
                (conversation, 2**62 if before is None else before, limit),
            ).fetchall()
            uses = "SELECT sha256 FROM exchange_pictures WHERE exchange = ? ORDER BY position"
            return [_exchange(row, db.execute(uses, (row[0],)).fetchall()) for row in rows]

        return tuple(reversed(self._database.read(job)))

    def picture(self, sha256: str) -> Picture | None:
        """A kept picture by the sha256 of the file that the user gave; None if it is not there as it was kept."""
        if not is_sha256(sha256):
            return None
        query = "SELECT data_sha256 FROM pictures WHERE sha256 = ?"
        row = self._database.read(lambda db: db.execute(query, (sha256,)).fetchone())
        return self._pictures.read(sha256, row[0]) if row is not None else None

    def delete_exchange(self, exchange: int) -> None:
        """Delete a question, its answer and its pictures; a conversation without any other goes with it."""

        def job(db: sqlite3.Connection) -> None:
            row = db.execute("SELECT conversation FROM exchanges WHERE id = ?", (exchange,)).fetchone()
            db.execute("DELETE FROM exchanges WHERE id = ?", (exchange,))
            if row is not None:
                first = "SELECT question FROM exchanges WHERE conversation = ? ORDER BY id LIMIT 1"
                left = db.execute(first, row).fetchone()
                if left is None:
                    db.execute("DELETE FROM conversations WHERE id = ?", row)
                else:  # the title may be what was deleted
                    title = _title(_text(left[0]))
                    db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, *row))

        self._delete(job)

    def delete_conversation(self, conversation: int) -> None:
        """Delete a conversation with all its exchanges and pictures."""
        self._delete(lambda db: db.execute("DELETE FROM conversations WHERE id = ?", (conversation,)))

    def delete_all(self) -> None:
        """Delete every conversation and picture, and damaged histories that were set aside."""

        def job(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM conversations")
            db.execute("DELETE FROM exchanges")

        self._delete(job, self._drop_all_pictures)
        self._database.delete_set_aside()

    def _delete(
        self,
        job: Callable[[sqlite3.Connection], object],
        drop: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        def forget(db: sqlite3.Connection) -> None:
            job(db)
            self._index.forget(db)

        self._database.write(forget)
        # Only now, so that a picture never goes while an exchange that names it might come back.
        self._database.write(drop or self._drop_pictures)
        self._database.truncate_log()

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Make the schema, or check that it is Parley's: a foreign view or trigger could do anything."""
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name IS NOT 'sqlite_sequence'"
        found = db.execute(query).fetchall()
        if not found and not db.execute("PRAGMA user_version").fetchone()[0]:
            for statement in _TABLES.values():
                db.execute(statement)
            # No id of a lost file may be taken for one of this file.
            for table in ("conversations", "exchanges"):
                db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, secrets.randbelow(2**30)))
            db.execute(f"PRAGMA user_version={VERSION}")
            found = list(_TABLES.items())
        if not set(_TABLES.items()) <= set(found) <= set(_TABLES.items()) | self._index.statements(found):
            raise NotOurs("not a history of Parley")
        self._index.prepare(db)
        self._pictures.make()

    def _keep_picture(self, db: sqlite3.Connection, picture: Picture) -> None:
        """Have the picture on disk, whole, before any row names it."""
        self._pictures.check(picture)
        row = db.execute("SELECT data_sha256 FROM pictures WHERE sha256 = ?", (picture.sha256,)).fetchone()
        kept = self._pictures.keep(picture, row[0] if row is not None else None)
        db.execute(
            """INSERT INTO pictures (sha256, data_sha256) VALUES (?, ?)
            ON CONFLICT (sha256) DO UPDATE SET data_sha256 = excluded.data_sha256""",
            (picture.sha256, kept),
        )

    def _drop_pictures(self, db: sqlite3.Connection) -> None:
        """Delete the pictures that no exchange names any more."""
        for (sha256,) in _unreferenced(db):
            self._pictures.drop(sha256)
            db.execute("DELETE FROM pictures WHERE sha256 IS ?", (sha256,))

    def _drop_all_pictures(self, db: sqlite3.Connection) -> None:
        self._drop_pictures(db)
        self._pictures.drop_others({sha256 for (sha256,) in db.execute("SELECT sha256 FROM pictures")})


def _unreferenced(db: sqlite3.Connection) -> list[tuple[Any]]:
    query = (
        "SELECT sha256 FROM pictures p WHERE NOT EXISTS (SELECT 1 FROM exchange_pictures u WHERE u.sha256 IS p.sha256)"
    )
    return db.execute(query).fetchall()


def _insert(db: sqlite3.Connection, table: str, **values: object) -> int:
    """Insert a row; returns its id."""
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    row = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values())).lastrowid
    assert row is not None
    return row


def _title(question: str) -> str:
    """The beginning of a question, as one line that ends at a word's end."""
    line = " ".join(_storable(question).split())
    if len(line) <= _TITLE_LENGTH:
        return line
    cut = line[:_TITLE_LENGTH]
    return (cut[: cut.rfind(" ")] if " " in cut else cut[:-1]) + "…"


def _storable(text: str) -> str:
    """The text as UTF-8 can hold it: a lone surrogate, which a damaged source may bring, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _exchange(row: tuple[Any, ...], uses: list[tuple[Any]]) -> Exchange:
    outcome = row[9]
    return Exchange(
        id=row[0],
        conversation=row[1],
        asked_at=_time(row[2]),
        spoken=row[3] == 1,
        language_in=_text(row[4]),
        language_out=_text(row[5]),
        role=row[6] if row[6] in _ROLES else None,
        heard=_text(row[7]),
        speak=row[8] == 1,
        outcome=outcome if outcome in _OUTCOMES else UNFINISHED,
        problem=_text(row[10]) or None,
        timings_ms=_timings(row[11]),
        question=_text(row[12]),
        question_translated=_text(row[13]) or None,
        answer=_text(row[14]),
        answer_translated=_text(row[15]) or None,
        pictures=tuple(sha256 for (sha256,) in uses if is_sha256(sha256)),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> datetime:
    if isinstance(value, int | float) and 0 <= value < _LAST_TIME:
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromtimestamp(0, UTC)


def _timings(value: object) -> dict[str, float | None]:
    try:
        table = json.loads(_text(value) or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(table, dict):
        return {}
    return {name: _finite(table[name]) for name in MARKS if name in table}


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else None
