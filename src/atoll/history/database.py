"""What the history asks of a database, whichever it is.

SQL is written once, with ``?`` for parameters, in what SQLite and PostgreSQL have in common. UUIDs,
JSON and moments are texts on their way in; a database gives them back as texts, but PostgreSQL's
moments, which are datetimes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

Kind = Literal["uuid", "text", "json", "moment", "int", "bigint", "float", "bool"]
"""Of a column; each database has its own word for it."""

Value = str | int | float | bool | None
Row = Sequence[Value]


class Session(Protocol):
    """One connection to a database; of one thread.

    All that it does raises HistoryError when the database is of no use at the moment. The session
    is to be closed then.
    """

    def execute(self, sql: str, parameters: Row = ()) -> int:
        """How many rows it changed. Raises RowRefused as well."""

    def insert(self, sql: str, rows: Sequence[Row]) -> None:
        """Run ``sql`` for each of ``rows``. Raises RowRefused as well: of which is not known."""

    def query(self, sql: str, parameters: Row = ()) -> list[tuple[Any, ...]]: ...

    def transaction(self, *, alone: bool = False) -> AbstractContextManager[None]:
        """All or nothing of what is done inside; with ``alone``, while no other process does so."""

    def columns(self, table: str) -> Collection[str]:
        """The names of a table's columns; none if there is no such table."""

    def type_of(self, kind: Kind) -> str:
        """The type of a column."""

    def make_optional(self, table: str, column: str) -> None:
        """Let a column be null that another program may have made."""

    def tidy(self) -> None:
        """Give back what deleted rows took, as far as that is quick."""

    def sound(self) -> bool:
        """Whether what is written still goes where others look for it."""

    def close(self) -> None:
        """Never raises."""


class Database(Protocol):
    """A place for the history. Of any thread."""

    @property
    def place(self) -> str:
        """For people: a file, or a host. Without credentials."""

    def open(self) -> Session:
        """A session to write with. Raises HistoryError. May take seconds."""

    def open_to_read(self) -> Session | None:
        """One that changes nothing; None when nothing has been written yet. Raises HistoryError."""
