"""The index of all words in the history's texts, kept by SQLite's FTS5, and a plain search where that is missing.

Owns the index's schema, its repair, and how a person's words become a query. The index can always be built anew from
the texts, so a damaged one is never a reason to lose a history. It must not know what an exchange is.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterable, Sequence

MAX_LENGTH = 200
"""Characters of a search that count."""
_MODULE = "fts5"
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that put no space between words: the index knows only whole runs of their letters."""


class SearchIndex:
    """The words in `columns` of `table`, whose key is `id`. One thread owns it."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        names = ", ".join(columns)
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
        forget = f"INSERT INTO words (words, rowid, {names}) VALUES ('delete', old.id, {old})"
        learn = f"INSERT INTO words (rowid, {names}) VALUES (new.id, {new})"
        begin = f"ON {table} BEGIN"
        change = f"AFTER UPDATE OF {names} {begin} {forget}; {learn}; END"
        self._words = (
            f"CREATE VIRTUAL TABLE words USING {_MODULE}({names}, content='{table}', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
        self._triggers = {
            "words_of_new": f"CREATE TRIGGER words_of_new AFTER INSERT {begin} {learn}; END",
            "words_of_old": f"CREATE TRIGGER words_of_old AFTER DELETE {begin} {forget}; END",
            "words_of_changed": f"CREATE TRIGGER words_of_changed {change}",
        }
        self._usable = False

    def statements(self, found: Iterable[tuple[object, object]]) -> set[tuple[object, object]]:
        """Of what stands in a database's schema (name, statement), that which is the index's own."""
        parts = {f"words_{part}" for part in ("data", "idx", "docsize", "config")}
        made = {(name, sql) for name, sql in found if name in parts and str(sql).startswith("CREATE TABLE ")}
        return made | {("words", self._words), *self._triggers.items()}

    def prepare(self, db: sqlite3.Connection) -> None:
        """Use the index in the database; make or mend it if need be. Triggers there mean that it is complete."""
        marks = ", ".join("?" * len(self._triggers))
        query = f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({marks})"
        complete = db.execute(query, tuple(self._triggers)).fetchone()[0] == len(self._triggers)
        try:
            db.execute("SELECT rowid FROM words LIMIT 0")
            self._usable = complete
        except sqlite3.DatabaseError:
            self._usable = False
        if not self._usable:
            self.mend(db)

    def mend(self, db: sqlite3.Connection) -> None:
        """Build the index anew; do without one where that cannot be."""
        self._usable = False
        for name in self._triggers:
            db.execute(f"DROP TRIGGER IF EXISTS {name}")
        try:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone():
                db.execute(self._words)
            db.execute("INSERT INTO words (words) VALUES ('rebuild')")
        except sqlite3.DatabaseError:
            # Nobody keeps it up to date now, so no word may stay in it: what is deleted later would.
            for statement in ("DELETE FROM words_data WHERE id > 10", "DELETE FROM words_idx"):
                with contextlib.suppress(sqlite3.DatabaseError):
                    db.execute(statement)
            return
        for statement in self._triggers.values():
            db.execute(statement)
        self._usable = True

    def forget(self, db: sqlite3.Connection) -> None:
        """Let go of deleted words: they stay in the index until its pieces are merged into one."""
        if self._usable:
            db.execute("INSERT INTO words (words) VALUES ('optimize')")

    def condition(self, search: str) -> tuple[str, tuple[str, ...]]:
        """A condition on the table, and its values: every word of `search` begins a word there, or is part of one
        where the index cannot tell words. Nothing in `search` is a command. An empty search is always true.
        """
        words = search[:MAX_LENGTH].encode("utf-8", "replace").decode("utf-8").replace("\0", " ").split()
        if not words:
            return "1", ()
        if self._usable and all(map(_indexed, words)):
            query = " ".join('"{}"*'.format(word.replace('"', '""')) for word in words)
            return f"{self._table}.id IN (SELECT rowid FROM words WHERE words MATCH ?)", (query,)
        text = " || ' ' || ".join(f"coalesce({self._table}.{column}, '')" for column in self._columns)
        patterns = tuple("%" + re.sub(r"([\\%_])", r"\\\1", word) + "%" for word in words)
        return " AND ".join([f"{text} LIKE ? ESCAPE '\\'"] * len(words)), patterns


def _indexed(word: str) -> bool:
    return any(letter.isalnum() for letter in word) and not _UNSPACED.search(word)
