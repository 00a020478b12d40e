"""The history in a file, which several processes may write at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from atoll.history.database import Kind, Row
from atoll.history.errors import HistoryError, RowRefused
from atoll.store.sqlite import identity, is_lasting, open_to_read, open_to_write, prepare_file

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


class SqliteDatabase:
    """A file, and the folder around it, both for the owner alone."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def place(self) -> str:
        return str(self._file)

    def open(self) -> SqliteSession:
        try:
            prepare_file(self._file)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise _unusable(self._file, reason, lasting=True) from error
        with _told(self._file):
            connection = open_to_write(self._file, synchronous="NORMAL")
            return SqliteSession(self._file, connection)

    def open_to_read(self) -> SqliteSession | None:
        if not self._file.exists():
            return None
        with _told(self._file):
            return SqliteSession(self._file, open_to_read(self._file))


class SqliteSession:
    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self._file = file
        self._connection = connection
        self._identity = identity(file)

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
        return identity(self._file) == self._identity is not None

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except _ROW as error:
        raise RowRefused(type(error).__name__) from None
    except sqlite3.Error as error:
        raise _unusable(file, str(error), lasting=is_lasting(error)) from error


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
