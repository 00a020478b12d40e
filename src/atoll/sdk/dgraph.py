"""Dgraph databases of the manifest.

    from atoll.sdk import dgraph

    found = dgraph.query(
        People,
        "query q($age: int) { people(func: gt(age, $age)) { name age } }",
        {"$age": 18},
    )

Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like. Failures raise
``atoll.sdk.DatabaseError``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar, overload

from atoll.sdk import _host
from atoll.sdk._decoder import load
from atoll.sdk._encoder import NotJson, json_text
from atoll.sdk._mismatch import Mismatch
from atoll.sdk._rows import mismatch_error
from atoll.sdk._sql import checked_statement, database_error
from atoll.sdk.errors import DatabaseError, HostError

__all__ = [
    "DatabaseError",
    "Mutation",
    "Query",
    "Response",
    "alter_schema",
    "alter_schema_async",
    "drop_all",
    "drop_all_async",
    "drop_attr",
    "drop_attr_async",
    "escape_rdf",
    "execute",
    "execute_async",
    "mutate",
    "mutate_async",
    "query",
    "query_async",
]

T = TypeVar("T")

Variables = Mapping[str, str | int | float | bool | Sequence[float]]
"""By names that begin with ``$``, as in ``query q($name: string)``."""


@dataclass(frozen=True, slots=True)
class Query:
    """DQL, and the values of its variables. An upsert block's query may stand here too."""

    dql: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mutation:
    """What to set and to delete: N-Quads as text, and JSON as text or as values of Python.

    ``condition`` (``@if(gt(len(v), 0))``) is about variables of the query beside it. Put values
    into N-Quads only by ``escape_rdf``.
    """

    set_nquads: str = ""
    del_nquads: str = ""
    set_json: Any = None
    del_json: Any = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """``json`` is the query's result as text; ``uids`` are those of new blank nodes."""

    json: str
    uids: dict[str, str]

    def to(self, kind: type[T]) -> T:
        """The query's result as a dataclass, with a field for each of its blocks.

        Raises ``DatabaseError``.
        """
        found: T = _read(kind, self.json)
        return found


@overload
def query(
    kind: type[T],
    dql: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> T: ...
@overload
def query(
    kind: object,
    dql: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any: ...
def query(
    kind: Any,
    dql: str,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any:
    """The result of a query, as a dataclass with a field for each of its blocks.

    ``connection`` is a name of ``modus.json``, and may be left out if there is but one of the type.
    """
    return _read(kind, execute(Query(dql, variables or {}), connection=connection).json)


@overload
async def query_async(
    kind: type[T],
    dql: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> T: ...
@overload
async def query_async(
    kind: object,
    dql: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any: ...
async def query_async(
    kind: Any,
    dql: str,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any:
    found = await execute_async(Query(dql, variables or {}), connection=connection)
    return _read(kind, found.json)


def execute(
    query: Query | LiteralString | None, *mutations: Mutation, connection: str | None = None
) -> Response:
    """Run a query, mutations, or both (an upsert), in one transaction."""
    payload = _payload(query, mutations, connection)
    try:
        return Response(**_host.call("dgraph.query", payload))
    except HostError as error:
        raise database_error(error) from None


async def execute_async(
    query: Query | LiteralString | None, *mutations: Mutation, connection: str | None = None
) -> Response:
    payload = _payload(query, mutations, connection)
    try:
        return Response(**await _host.call_async("dgraph.query", payload))
    except HostError as error:
        raise database_error(error) from None


def mutate(*mutations: Mutation, connection: str | None = None) -> Response:
    """Run mutations, in one transaction."""
    return execute(None, *mutations, connection=connection)


async def mutate_async(*mutations: Mutation, connection: str | None = None) -> Response:
    return await execute_async(None, *mutations, connection=connection)


def alter_schema(schema: str, *, connection: str | None = None) -> None:
    """Add to the schema, or change it."""
    _maintain("dgraph.alter", connection, schema=schema)


async def alter_schema_async(schema: str, *, connection: str | None = None) -> None:
    await _maintain_async("dgraph.alter", connection, schema=schema)


def drop_attr(attribute: str, *, connection: str | None = None) -> None:
    """Drop a predicate with all of its data."""
    _maintain("dgraph.dropAttribute", connection, attribute=attribute)


async def drop_attr_async(attribute: str, *, connection: str | None = None) -> None:
    await _maintain_async("dgraph.dropAttribute", connection, attribute=attribute)


def drop_all(*, connection: str | None = None) -> None:
    """Drop all data and the schema."""
    _maintain("dgraph.dropAll", connection)


async def drop_all_async(*, connection: str | None = None) -> None:
    await _maintain_async("dgraph.dropAll", connection)


_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_rdf(text: str) -> str:
    """The text as it stands between the quotes of a literal of N-Quads."""
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", text)


def _payload(
    query: Query | str | None, mutations: Sequence[Mutation], connection: str | None
) -> dict[str, Any]:
    asked = query if isinstance(query, Query) else Query(query or "")
    checked_statement(asked.dql)
    return {
        "connection": connection or "",
        "query": asked.dql,
        "variables": {name: _variable(name, value) for name, value in asked.variables.items()},
        "mutations": [_mutation(each) for each in mutations],
    }


def _variable(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    is_vector = isinstance(value, Sequence) and all(type(each) in (int, float) for each in value)
    if isinstance(value, (bool, int, float)) or is_vector:
        return _json(value, f"the variable {name}")
    raise TypeError(
        f"the variable {name} cannot be sent: it is a {type(value).__name__}, and not a str, int, "
        "float, bool or list of floats"
    )


def _mutation(mutation: Mutation) -> dict[str, str]:
    return {
        "setJson": _json_field(mutation.set_json, "set_json"),
        "delJson": _json_field(mutation.del_json, "del_json"),
        "setNquads": mutation.set_nquads,
        "delNquads": mutation.del_nquads,
        "condition": mutation.condition,
    }


def _json_field(value: Any, name: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return _json(value, name)


def _json(value: Any, name: str) -> str:
    try:
        return json_text(value)
    except NotJson as error:
        raise TypeError(f"{name} cannot be sent: {error}") from None


def _maintain(operation: str, connection: str | None, **arguments: str) -> None:
    try:
        _host.call(operation, {"connection": connection or "", **arguments})
    except HostError as error:
        raise database_error(error) from None


async def _maintain_async(operation: str, connection: str | None, **arguments: str) -> None:
    try:
        await _host.call_async(operation, {"connection": connection or "", **arguments})
    except HostError as error:
        raise database_error(error) from None


def _read(kind: Any, text: str) -> Any:
    try:
        return load(kind, text or "{}")
    except Mismatch as mismatch:
        raise mismatch_error(kind, mismatch) from None
