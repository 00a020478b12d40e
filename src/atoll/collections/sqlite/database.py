"""The open file: one connection that writes, and as many that read as are needed at once."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from atoll.collections.sqlite import tables
from atoll.collections.sqlite.failures import failure, folder_failure, unavailable
from atoll.collections.sqlite.writer import Job, Writer
from atoll.store.sqlite import identity, open_to_write, prepare_file

T = TypeVar("T")

_PAGE: Final = 8192
"""Holds five vectors of 384 numbers."""
_CHECKPOINT_PAGES: Final = 4000
"""In the log, until they are written where they belong."""
_STATEMENTS: Final = 512
"""That a connection keeps prepared; each generation has its own."""
_READERS: Final = 16
"""That are kept open."""
READ_SECONDS = 120.0
"""That what is asked at once may take. A filter can be work for hours, which nobody else could end:
the calls of functions end in time, but not the threads that work for them."""
_STEPS: Final = 1_000_000
"""Of SQLite's machine between two looks at the clock: some hundredths of a second."""


class _Reader(sqlite3.Connection):
    """What is asked with it fails at a time."""

    def end_at(self, moment: float) -> None:
        self.set_progress_handler(lambda: time.monotonic() > moment, _STEPS)


class Database:
    """App lifetime. All methods may be called from any thread; they raise CollectionError.

    Args:
        file: is made if there is none.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            prepare_file(file)
        except OSError as error:
            raise folder_failure(file, error) from error
        self._closed = False
        self._readers: list[_Reader] = []
        self._watching = threading.Lock()
        with self._told():
            self._writer = Writer(self._open_writer())
            try:
                self._writer.write(self._migrate)
                self._watch = self._open_reader()
            except BaseException:
                self._writer.close()
                raise
        self._identity = identity(file)

    def close(self) -> None:
        self._closed = True
        self._writer.close()
        with self._watching, suppress(sqlite3.Error):
            self._watch.close()
        while self._readers:
            with suppress(IndexError):
                self._give_back(self._readers.pop())

    def sound(self) -> bool:
        """Whether the file is still the one that has this name."""
        return identity(self.file) == self._identity is not None

    def moment(self) -> int:
        """Another number than before once anything was committed, by whichever process."""
        with self._told(), self._watching:
            found: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
        return found

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask once."""
        with self._told():
            connection = self._reader()
            try:
                return connection.execute(sql, parameters).fetchall()
            finally:
                self._give_back(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Ask several times of the same moment."""
        with self._told():
            connection = self._reader()
            try:
                connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    connection.rollback()
            finally:
                self._give_back(connection)

    def write(self, job: Job[T]) -> T:
        """As `Writer.write`."""
        with self._told():
            return self._writer.write(job)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if self._closed:
                raise unavailable(self.file, "the store is closed", None) from error
            raise failure(self.file, error) from error

    def _open_writer(self) -> sqlite3.Connection:
        return open_to_write(
            self.file,
            synchronous="FULL",
            page_size=_PAGE,
            shared=True,
            statements=_STATEMENTS,
        )

    def _migrate(self, connection: sqlite3.Connection) -> None:
        found = tables.migrate(connection)
        if found > len(tables.MIGRATIONS):
            raise unavailable(
                self.file,
                f"a later version of Atoll made it ({found}; this one knows"
                f" {len(tables.MIGRATIONS)})",
                "use that version of Atoll",
            )

    def _reader(self) -> _Reader:
        try:
            found = self._readers.pop()
        except IndexError:
            found = self._open_reader()
        found.end_at(time.monotonic() + READ_SECONDS)
        return found

    def _open_reader(self) -> _Reader:
        if self._closed:
            raise sqlite3.ProgrammingError("closed")
        connection = sqlite3.connect(
            self.file,
            timeout=5,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
            factory=_Reader,
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: _Reader) -> None:
        if self._closed or len(self._readers) >= _READERS:
            with suppress(sqlite3.Error):
                connection.close()
        else:
            self._readers.append(connection)
