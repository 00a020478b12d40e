"""The history in a file, which several processes may write at once."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from atoll.history.database import Kind, Row
from atoll.history.errors import HistoryError, RowRefused

BUSY_SECONDS = 5.0
"""For which a process waits while another one writes."""

_TYPES: dict[Kind, str] = {
    "uuid": "TEXT",
    "text": "TEXT",
    "json": "TEXT",
    "moment": "TEXT",
    "int": "INTEGER",
    "bigint": "INTEGER",
    "float": "REAL",
    "bool": "INTEGER",
}
_ROW = (sqlite3.DataError, sqlite3.IntegrityError, OverflowError, UnicodeEncodeError)
_LASTING = {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_NOTADB", "SQLITE_CORRUPT"}
_IGNORE_ALL = "# The history of this app's calls, made by Atoll.\n*\n"


class SqliteDatabase:
    """A file, and the folder around it, both for the owner alone."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def place(self) -> str:
        return str(self._file)

    def open(self) -> SqliteSession:
        try:
            self._prepare()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise _unusable(self._file, reason, lasting=True) from error
        with _told(self._file):
            connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                _use_wal(connection)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA foreign_keys = ON")
            except BaseException:
                connection.close()
                raise
            return SqliteSession(self._file, connection)

    def open_to_read(self) -> SqliteSession | None:
        if not self._file.exists():
            return None
        with _told(self._file):
            address = f"file:{quote(str(self._file.resolve()))}?mode=ro"
            connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
            return SqliteSession(self._file, connection)

    def _prepare(self) -> None:
        folder = self._file.parent
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.name == ".atoll":
                with suppress(FileExistsError), (folder / ".gitignore").open("x") as ignored:
                    ignored.write(_IGNORE_ALL)
        # SQLite's own files beside it get the same mode.
        with suppress(FileExistsError):
            os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


class SqliteSession:
    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self._file = file
        self._connection = connection
        self._identity = _identity(file)

    def execute(self, sql: str, parameters: Row = ()) -> int:
        with _told(self._file):
            return self._connection.execute(sql, parameters).rowcount

    def insert(self, sql: str, rows: Sequence[Row]) -> None:
        with _told(self._file):
            self._connection.executemany(sql, rows)

    def query(self, sql: str, parameters: Row = ()) -> list[tuple[Any, ...]]:
        with _told(self._file):
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[None]:
        self.execute("BEGIN IMMEDIATE")  # so that nobody else writes, in any case
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise

    def columns(self, table: str) -> set[str]:
        return {name for (name,) in self.query("SELECT name FROM pragma_table_info(?)", (table,))}

    def type_of(self, kind: Kind) -> str:
        return _TYPES[kind]

    def make_optional(self, table: str, column: str) -> None:
        pass  # no other program makes such files

    def tidy(self) -> None:
        with _told(self._file):
            # A script, since a statement that gives no rows is run for one step only.
            self._connection.executescript("PRAGMA incremental_vacuum(2000)")

    def sound(self) -> bool:
        return _identity(self._file) == self._identity is not None

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()


def _use_wal(connection: sqlite3.Connection) -> None:
    """Has readers and the writer not wait for each other, and a kill leave a sound file."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself where two switch a new file at once.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(0.005)


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except _ROW as error:
        raise RowRefused(type(error).__name__) from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        lasting = any(name.startswith(each) for each in _LASTING)
        raise _unusable(file, str(error), lasting=lasting) from error


def _unusable(file: Path, reason: str, *, lasting: bool) -> HistoryError:
    return HistoryError(
        "HISTORY_UNAVAILABLE",
        f"the inference history in {file} cannot be used: {reason}",
        "make its folder writable, name another file by ATOLL_INFERENCES_FILE, a PostgreSQL"
        " database by MODUS_DB, or turn the history off by ATOLL_INFERENCES=off"
        if lasting
        else "check that the disk has room, and that the file is on a local disk",
        lasting=lasting,
    )
