"""Statements of SQL, for all databases that speak it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar, overload

from atoll.sdk import _host
from atoll.sdk._encoder import Convert, NotJson, json_text
from atoll.sdk._rows import Row, RowReader, row_reader, scalar_reader
from atoll.sdk.errors import DatabaseError, HostError, HostUnavailable

T = TypeVar("T")

Parameters = Sequence[Any]


@dataclass(frozen=True, slots=True)
class ExecuteResult:
    """What a statement did."""

    rows_affected: int
    last_insert_id: int
    """The key that the database made for the (first) new row. PostgreSQL tells it only by
    ``returning``: 0."""


class SqlDatabase:
    """The operations of one type of database.

    Each statement runs in a transaction of its own. ``parameters`` are the values of its
    placeholders, in their order; values never go into the text itself. ``connection`` is a name
    of ``modus.json``, and may be left out if there is but one of the type. All raise
    ``DatabaseError``, and ``TypeError`` for what cannot be sent or read.
    """

    def __init__(self, type: str, placeholder: Callable[[int], str], convert: Convert) -> None:
        self._type = type
        self._placeholder = placeholder
        self._convert = convert

    @overload
    def query(
        self,
        kind: type[T],
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> list[T]: ...
    @overload
    def query(
        self,
        kind: object,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> list[Any]: ...
    def query(
        self,
        kind: Any,
        statement: str,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> list[Any]:
        """The rows of a statement, each as a ``kind``.

        A dataclass, TypedDict or NamedTuple takes columns by the names of its fields (``born_on``
        also takes ``bornOn``); ``dict`` takes a row as it is, ``tuple[...]`` by the order of its
        columns, and any other type takes rows of one column.
        """
        reader = row_reader(kind)
        return reader.read(self._rows(statement, parameters, connection, reader))

    @overload
    async def query_async(
        self,
        kind: type[T],
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> list[T]: ...
    @overload
    async def query_async(
        self,
        kind: object,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> list[Any]: ...
    async def query_async(
        self,
        kind: Any,
        statement: str,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> list[Any]:
        reader = row_reader(kind)
        return reader.read(await self._rows_async(statement, parameters, connection, reader))

    @overload
    def query_one(
        self,
        kind: type[T],
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> T | None: ...
    @overload
    def query_one(
        self,
        kind: object,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any: ...
    def query_one(
        self,
        kind: Any,
        statement: str,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any:
        """The only row of a statement, or None if there is none. Several are an error."""
        reader = row_reader(kind)
        return _only_row(reader, self._rows(statement, parameters, connection, reader))

    @overload
    async def query_one_async(
        self,
        kind: type[T],
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> T | None: ...
    @overload
    async def query_one_async(
        self,
        kind: object,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any: ...
    async def query_one_async(
        self,
        kind: Any,
        statement: str,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any:
        reader = row_reader(kind)
        rows = await self._rows_async(statement, parameters, connection, reader)
        return _only_row(reader, rows)

    @overload
    def query_scalar(
        self,
        kind: type[T],
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> T: ...
    @overload
    def query_scalar(
        self,
        kind: object,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any: ...
    def query_scalar(
        self,
        kind: Any,
        statement: str,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any:
        """The value in the first column of the first row. No row at all is an error."""
        reader = scalar_reader(kind)
        return _first_value(reader, self._rows(statement, parameters, connection, reader))

    @overload
    async def query_scalar_async(
        self,
        kind: type[T],
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> T: ...
    @overload
    async def query_scalar_async(
        self,
        kind: object,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any: ...
    async def query_scalar_async(
        self,
        kind: Any,
        statement: str,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> Any:
        reader = scalar_reader(kind)
        rows = await self._rows_async(statement, parameters, connection, reader)
        return _first_value(reader, rows)

    def execute(
        self,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> ExecuteResult:
        """Run a statement whose rows, if any, are not wanted."""
        payload = self._payload(statement, parameters, connection, rows=False)
        try:
            return _executed(_host.call("sql.query", payload))
        except HostError as error:
            raise database_error(error) from None

    async def execute_async(
        self,
        statement: LiteralString,
        parameters: Parameters = (),
        *,
        connection: str | None = None,
    ) -> ExecuteResult:
        payload = self._payload(statement, parameters, connection, rows=False)
        try:
            return _executed(await _host.call_async("sql.query", payload))
        except HostError as error:
            raise database_error(error) from None

    def _rows(
        self, statement: str, parameters: Parameters, connection: str | None, reader: RowReader
    ) -> list[Row]:
        payload = self._payload(statement, parameters, connection, rows=True)
        try:
            return _rows_of(_host.call("sql.query", payload, reader.number))
        except HostError as error:
            raise database_error(error) from None

    async def _rows_async(
        self, statement: str, parameters: Parameters, connection: str | None, reader: RowReader
    ) -> list[Row]:
        payload = self._payload(statement, parameters, connection, rows=True)
        try:
            return _rows_of(await _host.call_async("sql.query", payload, reader.number))
        except HostError as error:
            raise database_error(error) from None

    def _payload(
        self, statement: str, parameters: Parameters, connection: str | None, *, rows: bool
    ) -> dict[str, Any]:
        checked_statement(statement)
        return {
            "connection": connection or "",
            "type": self._type,
            "statement": statement,
            "parameters": self._encoded(parameters),
            "rows": rows,
        }

    def _encoded(self, parameters: Parameters) -> str:
        if isinstance(parameters, (str, bytes, Mapping)) or not isinstance(parameters, Sequence):
            raise TypeError(
                "the parameters of a statement are a list, with one value for each placeholder, "
                f"not a {type(parameters).__name__}"
            )
        texts = []
        for position, value in enumerate(parameters, 1):
            try:
                texts.append(json_text(value, self._convert))
            except NotJson as error:
                where = self._placeholder(position)
                raise TypeError(f"parameter {position} ({where}) cannot be sent: {error}") from None
        return f"[{','.join(texts)}]"


def checked_statement(statement: object) -> None:
    """Raises ``TypeError`` for what is no text."""
    if not isinstance(statement, str):
        raise TypeError(f"a statement is a str with placeholders, not a {type(statement).__name__}")


def database_error(error: HostError) -> HostError:
    if isinstance(error, (DatabaseError, HostUnavailable)):
        return error
    return DatabaseError(error.code, error.message, error.hint, error.details)


def at_most(number: int, rows: Sequence[Any]) -> None:
    """Raises ``DatabaseError`` if there are more rows."""
    if len(rows) > number:
        raise DatabaseError(
            "RESULT_MISMATCH",
            f"the result has {len(rows)} rows, and at most {number} was asked for",
            "Narrow the statement, or use query().",
        )


def _only_row(reader: RowReader, rows: list[Row]) -> Any:
    at_most(1, rows)
    return reader.read(rows)[0] if rows else None


def _first_value(reader: RowReader, rows: list[Row]) -> Any:
    if not rows or not rows[0]:
        raise DatabaseError(
            "RESULT_MISMATCH",
            "the result has no rows, and one value was asked for",
            "Use query_one(), which gives None then.",
        )
    return reader.read(rows[:1])[0]


def _rows_of(answer: dict[str, Any]) -> list[Row]:
    return answer["rows"] or []


def _executed(answer: dict[str, Any]) -> ExecuteResult:
    return ExecuteResult(answer["rowsAffected"], answer["lastInsertId"])
