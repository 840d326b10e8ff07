"""One SQLite file that outlives whatever happens to it: damage, loss, a second process, a full disk.

Owns opening the file, setting a damaged one aside, transactions, and the sentences about what went wrong. It must not
know the tables in the file. One thread owns a Database.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.problems import Problem
from models.roles import ModelError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

BUSY_SECONDS = 3.0
"""How long another process's transaction is waited for."""
BEGUN_ANEW = frozenset({"history-damaged", "history-lost"})
"""Codes of the errors after which a new, empty file is in use."""

_MAGIC = b"SQLite format 3\0"
_KEEP_ALONE = "Close other programs that use it, then try again."
_FREE_SPACE = "Free some space on the disk, then try again."


class NotOurs(sqlite3.DatabaseError):
    """The file is a database, but not as Parley left it."""


class Database:
    """A file that jobs read and write; each `write` is one transaction, on disk when it returns.

    Jobs get the connection and raise what sqlite3 and the file system raise; callers get ModelError with the codes
    history-newer, history-locked, history-read-only, history-full, history-unreadable and those in BEGUN_ANEW.
    """

    def __init__(self, path: Path, version: int, prepare: Job[None], mend: Job[None]) -> None:
        """`prepare` makes or checks the schema, in a transaction at every opening, and raises NotOurs for a foreign
        one; `mend` repairs the search index after SQLite found it damaged.
        """
        self.notice: Problem | None = None
        """Why a new file had to be begun, if it had to."""
        self._path = path
        self._version = version
        self._prepare = prepare
        self._mend = mend
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            raise self._told(error) from error

    def read(self, job: Job[T]) -> T:
        """Run a job that changes nothing."""
        return self._run(job)

    def write(self, job: Job[T]) -> T:
        """Run a job as one transaction: all of it is on disk afterwards, or nothing."""
        return self._run(lambda connection: transaction(connection, job))

    def truncate_log(self) -> None:
        """Move everything into the main file, so that what was deleted stays in no log."""
        self._run(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    def delete_set_aside(self) -> None:
        """Delete the damaged files that were set aside, earlier or now."""
        try:
            for path in self._damaged_files():
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._told(error) from error

    def close(self) -> None:
        """Harmless when closed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, job: Job[T]) -> T:
        try:
            return self._attempt(job)
        except sqlite3.ProgrammingError:
            raise
        except (sqlite3.Error, OSError) as error:
            raise self._told(error) from error

    def _attempt(self, job: Job[T]) -> T:
        connection = self._connected()
        try:
            try:
                return job(connection)
            except sqlite3.DatabaseError as error:
                if _code(error) != sqlite3.SQLITE_CORRUPT_VTAB:
                    raise
                self._mend(connection)
                return job(connection)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not _damaged(error):
                raise
            notice = self._set_aside()
            self._open()
            raise ModelError(notice.code, notice.message, notice.remedy) from error

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and not self._in_place():
            self.close()
            self.notice = notice = Problem(
                "history",
                "history-lost",
                "The file of the history was deleted or moved while Parley was running; a new one was begun.",
                "To have the old one again, put it back while Parley is closed.",
                details=str(self._path),
            )
            self._open()
            raise ModelError(notice.code, notice.message, notice.remedy)
        return self._connection or self._open()

    def _in_place(self) -> bool:
        """The path still leads to the file that was opened: writes to a deleted one would be lost without a word."""
        try:
            status = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._connection = self._connect()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not _damaged(error):
                raise
            self._set_aside()
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        self._peek()
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.text_factory = _decoded
            for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "foreign_keys=ON", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}")
            if connection.execute("PRAGMA user_version").fetchone()[0] > self._version:
                raise self._newer()
            # FULL, because what is shown as done must be there after a power cut too.
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            faults = [fault for (fault,) in connection.execute("PRAGMA quick_check") if fault != "ok"]
            index_faults = [fault for fault in faults if "FTS5" in fault]  # newer versions of SQLite look there too
            if len(faults) > len(index_faults):
                raise NotOurs(faults[0])
            transaction(connection, self._prepare)
            _use_log(connection)  # only now: a file that is not Parley's stays as it is
            connection.execute("PRAGMA trusted_schema=ON")  # it is Parley's; its triggers must reach the search index
            if index_faults:
                transaction(connection, self._mend)
        except BaseException:
            connection.close()
            raise
        return connection

    def _peek(self) -> None:
        """Look at the file before SQLite does: it would wait on a pipe for ever, and write into a newer file's log."""
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        status = os.stat(self._path)
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(
                "history-unreadable",
                f"{self._path} is not a file, so there is no history.",
                "Move it away, then start Parley again.",
            )
        self._identity = (status.st_dev, status.st_ino)
        with self._path.open("r+b") as file:  # SQLite would only read, without a word, what may not be written
            head = file.read(64)
        if head.startswith(_MAGIC) and int.from_bytes(head[60:64], "big", signed=True) > self._version:
            raise self._newer()

    def _newer(self) -> ModelError:
        return ModelError(
            "history-newer",
            "The history was written by a newer version of Parley, so this one leaves it alone.",
            "Install the newer version to see and continue it.",
        )

    def _set_aside(self) -> Problem:
        """Rename the damaged file and its log, so that nothing in them is lost."""
        self.close()
        name = f"{self._path.name}.damaged-{time.strftime('%Y-%m-%d-%H%M%S')}"
        others = {path.name for path in self._damaged_files()}
        while name in others:
            name += "-again"
        if self._in_place():  # another Parley may have been quicker
            for ending in ("-wal", "-shm", "-journal", ""):
                with contextlib.suppress(FileNotFoundError):
                    os.rename(f"{self._path}{ending}", self._path.with_name(f"{name}{ending}"))
        self.notice = Problem(
            "history",
            "history-damaged",
            "The history is damaged and cannot be read; it was set aside, and a new one was begun.",
            f"Try to recover {name} with a tool for SQLite, or delete it.",
            details=str(self._path.with_name(name)),
        )
        return self.notice

    def _damaged_files(self) -> tuple[Path, ...]:
        return tuple(self._path.parent.glob(f"{self._path.name}.damaged-*"))

    def _told(self, error: sqlite3.Error | OSError) -> ModelError:
        """The sentence for a person."""
        if isinstance(error, sqlite3.Error):
            code, number, reason = _code(error) & 0xFF, None, str(error)
        else:
            code, number, reason = 0, error.errno, error.strerror or str(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ModelError("history-locked", "Another program keeps the history locked.", _KEEP_ALONE)
        if code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT) or self._no_space(code):
            return ModelError("history-full", "The disk is full, so the history cannot be written.", _FREE_SPACE)
        if code == sqlite3.SQLITE_READONLY or number in (errno.EACCES, errno.EPERM, errno.EROFS) or self._fixed(code):
            return ModelError(
                "history-read-only",
                f"Parley may not write the history in {self._path.parent}.",
                "Give yourself the right to write there, then start Parley again.",
            )
        return ModelError(
            "history-unreadable",
            f"The history cannot be read or written: {reason}.",
            f"Check the disk and the folder {self._path.parent}, then start Parley again.",
        )

    def _no_space(self, code: int) -> bool:
        """SQLite tells some failures for want of space as failures of the disk."""
        if code not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            return False
        with contextlib.suppress(OSError):
            return shutil.disk_usage(self._path.parent).free < 100_000
        return False

    def _fixed(self, code: int) -> bool:
        places = (self._path, self._path.parent)
        return code == sqlite3.SQLITE_CANTOPEN and not all(os.access(place, os.W_OK) for place in places)


def transaction(connection: sqlite3.Connection, job: Job[T]) -> T:
    """Run the job with the write lock held from its beginning; commit what it did, or undo it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # some errors have undone it already
            connection.execute("ROLLBACK")
        raise
    return result


def _use_log(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging. SQLite does not wait for another process that does the same at this moment."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
            return
        except sqlite3.OperationalError as error:
            if _code(error) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _code(error: sqlite3.Error) -> int:
    """SQLite's extended result code; 0 for what Python itself raises."""
    return getattr(error, "sqlite_errorcode", 0) or 0


def _damaged(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    if isinstance(error, UnicodeDecodeError):  # SQLite's message quotes a damaged name
        return True
    return isinstance(error, NotOurs) or _code(error) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
