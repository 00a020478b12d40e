"""Running Cypher queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, LiteralString, TypeVar, get_origin, overload

from atoll.sdk import _host
from atoll.sdk._decoder import decoder
from atoll.sdk._encoder import NotJson, duration_text, json_text, plain_value
from atoll.sdk._mismatch import Mismatch
from atoll.sdk._rows import mismatch_error, row_reader
from atoll.sdk._sql import at_most, checked_statement, database_error
from atoll.sdk.errors import HostError
from atoll.sdk.neo4j.graph import Point2D, Point3D
from atoll.sdk.neo4j.result import EagerResult, Record, lone_parts

T = TypeVar("T")

Parameters = Mapping[str, Any]


def execute_query(
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> EagerResult:
    """Run a query in a transaction of its own, and get all of its records.

    ``parameters`` are the values of ``$name`` in it. ``connection`` is a name of ``modus.json``,
    and may be left out if there is but one of the type; ``database`` is ``neo4j`` by default.
    Raises ``DatabaseError``.
    """
    return _result(_call(_payload(query, parameters, connection, database)))


async def execute_query_async(
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> EagerResult:
    return _result(await _call_async(_payload(query, parameters, connection, database)))


@overload
def query(
    kind: type[T],
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> list[T]: ...
@overload
def query(
    kind: object,
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> list[Any]: ...
def query(
    kind: Any,
    query: str,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> list[Any]:
    """The records of a query, each as a ``kind``.

    A dataclass, TypedDict or NamedTuple is made of a record's values by their names, or of the
    properties of a node that is all there is (``RETURN p``). Other types are made as by
    ``postgresql.query``.
    """
    return _typed(kind, _call(_payload(query, parameters, connection, database)))


@overload
async def query_async(
    kind: type[T],
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> list[T]: ...
@overload
async def query_async(
    kind: object,
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> list[Any]: ...
async def query_async(
    kind: Any,
    query: str,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> list[Any]:
    return _typed(kind, await _call_async(_payload(query, parameters, connection, database)))


@overload
def query_one(
    kind: type[T],
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> T | None: ...
@overload
def query_one(
    kind: object,
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> Any: ...
def query_one(
    kind: Any,
    query: str,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> Any:
    """The only record of a query, or None if there is none. Several are an error."""
    answer = _call(_payload(query, parameters, connection, database))
    at_most(1, answer["records"])
    return next(iter(_typed(kind, answer)), None)


@overload
async def query_one_async(
    kind: type[T],
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> T | None: ...
@overload
async def query_one_async(
    kind: object,
    query: LiteralString,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> Any: ...
async def query_one_async(
    kind: Any,
    query: str,
    parameters: Parameters | None = None,
    *,
    connection: str | None = None,
    database: str | None = None,
) -> Any:
    answer = await _call_async(_payload(query, parameters, connection, database))
    at_most(1, answer["records"])
    return next(iter(_typed(kind, answer)), None)


def _payload(
    query: str, parameters: Parameters | None, connection: str | None, database: str | None
) -> dict[str, Any]:
    checked_statement(query)
    if parameters is not None and not isinstance(parameters, Mapping):
        raise TypeError(
            "the parameters of a query are a dict, with a value for each $name, "
            f"not a {type(parameters).__name__}"
        )
    texts = []
    for name, value in (parameters or {}).items():
        try:
            # As a member of an object, so that the name is written as JSON as well.
            texts.append(json_text({name: value}, _value)[1:-1])
        except NotJson as error:
            raise TypeError(f"the parameter ${name} cannot be sent: {error}") from None
    return {
        "connection": connection or "",
        "database": database or "",
        "query": query,
        "parameters": f"{{{','.join(texts)}}}",
    }


def _value(value: Any) -> Any:
    match value:
        case bytes() | bytearray() | memoryview():
            raise NotJson("bytes have no form here: send base64, and keep it as text")
        case timedelta():
            return duration_text(value)
        case Point2D():
            return {"x": value.x, "y": value.y, "srid": value.spatial_ref_id}
        case Point3D():
            return {"x": value.x, "y": value.y, "z": value.z, "srid": value.spatial_ref_id}
    return plain_value(value)


def _call(payload: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = _host.call("neo4j.query", payload)
    except HostError as error:
        raise database_error(error) from None
    return answer


async def _call_async(payload: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = await _host.call_async("neo4j.query", payload)
    except HostError as error:
        raise database_error(error) from None
    return answer


def _result(answer: dict[str, Any]) -> EagerResult:
    return EagerResult(answer["keys"], _records(answer))


def _records(answer: dict[str, Any]) -> list[Record]:
    keys = answer["keys"]
    return [Record(dict(zip(keys, values, strict=True))) for values in answer["records"]]


def _typed(kind: Any, answer: dict[str, Any]) -> list[Any]:
    if (get_origin(kind) or kind) in (dict, Any, object):
        return [record.as_dict() for record in _records(answer)]
    keys, rows = answer["keys"], answer["records"]
    lone = lone_parts(kind, keys, rows)
    if lone is None:
        return row_reader(kind).read([dict(zip(keys, row, strict=True)) for row in rows])
    decode = decoder(kind).decode
    found: list[Any] = []
    try:
        for value in lone:
            found.append(decode(value))
    except Mismatch as mismatch:
        raise mismatch_error(kind, mismatch.under(keys[0]), len(found) + 1) from None
    return found
