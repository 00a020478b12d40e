"""The history in PostgreSQL, shared by all processes and machines that serve an app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from atoll.connections import ConnectionFailed
from atoll.connections.postgresql.address import parse_address
from atoll.connections.postgresql.failures import Failures
from atoll.history.database import Kind, Row
from atoll.history.errors import HistoryError, RowRefused

if TYPE_CHECKING:
    import psycopg

VARIABLE = "MODUS_DB"
STATEMENT_SECONDS = 60

_TYPES: dict[Kind, str] = {
    "uuid": "uuid",
    "text": "text",
    "json": "jsonb",
    "moment": "timestamptz(3)",
    "int": "integer",
    "bigint": "bigint",
    "float": "double precision",
    "bool": "boolean",
}
_LOCK = 0x61746F6C_6C686973  # "atollhis"
_ROW_CLASSES = ("22", "23", "54")
"""Of codes about the data of one row (Appendix A of PostgreSQL's documentation)."""
_HINT = "calls go on without it; check MODUS_DB, and that the database is up"


class PostgresqlDatabase:
    """The database that a URL leads to.

    Args:
        url: gives it anew for each session, since secrets may change.
    """

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url

    @property
    def place(self) -> str:
        try:
            return f"PostgreSQL at {parse_address(VARIABLE, self._url()).where}"
        except ConnectionFailed:
            return f"PostgreSQL, by {VARIABLE}"

    def open(self) -> PostgresqlSession:
        return self._open()

    def _open(self, *settings: str) -> PostgresqlSession:
        import psycopg

        try:
            address = parse_address(VARIABLE, self._url())
        except ConnectionFailed as error:
            reason = error.message.removeprefix(f"the connString of connection [{VARIABLE}] ")
            raise HistoryError(
                "HISTORY_UNAVAILABLE",
                f"{VARIABLE} {reason}",
                "write it as postgresql://user:password@host:5432/database",
                lasting=True,
            ) from None
        # Without the first, a statement to a host that has vanished would be waited for for long.
        keywords: dict[str, Any] = {"tcp_user_timeout": "30000", **address.keywords}
        try:
            connection = psycopg.connect(**keywords, autocommit=True)
        except psycopg.Error as error:
            failed = Failures(VARIABLE, address.where, 0).not_connected(error)
            reason = failed.message.removeprefix(f"connection [{VARIABLE}] ")
            raise _unavailable(reason) from None
        session = PostgresqlSession(connection)
        try:
            for setting in (f"SET statement_timeout = '{STATEMENT_SECONDS}s'", *settings):
                session.execute(setting)
        except BaseException:
            session.close()
            raise
        return session

    def open_to_read(self) -> PostgresqlSession | None:
        return self._open("SET default_transaction_read_only = on")


class PostgresqlSession:
    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Row = ()) -> int:
        with _told(), self._connection.cursor() as cursor:
            cursor.execute(_own(sql), parameters)
            return cursor.rowcount

    def insert(self, sql: str, rows: Sequence[Row]) -> None:
        with _told(), self._connection.cursor() as cursor:
            cursor.executemany(_own(sql), rows)

    def query(self, sql: str, parameters: Row = ()) -> list[tuple[Any, ...]]:
        with _told(), self._connection.cursor() as cursor:
            cursor.execute(_own(sql), parameters)
            return cursor.fetchall()

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[None]:
        with _told(), self._connection.transaction():
            if alone:
                self.execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
            yield

    def columns(self, table: str) -> set[str]:
        sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0"
        return {name for (name,) in self.query(f"{sql} AND NOT attisdropped", (table,))}

    def type_of(self, kind: Kind) -> str:
        return _TYPES[kind]

    def make_optional(self, table: str, column: str) -> None:
        self.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")

    def tidy(self) -> None:
        pass  # autovacuum does

    def sound(self) -> bool:
        return not self._connection.closed

    def close(self) -> None:
        with suppress(Exception):
            self._connection.close()


def _own(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


@contextmanager
def _told() -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        # Only the first words of a message: the others may show what was to be stored.
        words = error.diag.message_primary or type(error).__name__
        if (error.sqlstate or "").startswith(_ROW_CLASSES) or _before_sending(error):
            raise RowRefused(error.sqlstate or type(error).__name__) from None
        raise _unavailable(words) from None
    except UnicodeEncodeError:
        raise RowRefused("UnicodeEncodeError") from None


def _before_sending(error: psycopg.Error) -> bool:
    import psycopg

    return isinstance(error, psycopg.DataError) and error.sqlstate is None


def _unavailable(reason: str) -> HistoryError:
    return HistoryError(
        "HISTORY_UNAVAILABLE", f"the inference history in PostgreSQL: {reason}", _HINT
    )
