"""GraphQL APIs: http connections of the manifest that have an ``endpoint``.

    from atoll.sdk import graphql

    data = graphql.execute(Data, "query ($id: ID!) { user(id: $id) { name } }", {"id": 1})

Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like. Failures raise
``atoll.sdk.GraphQLError``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, LiteralString, TypeVar, overload

from atoll.sdk import _host
from atoll.sdk._decoder import decoder, show
from atoll.sdk._encoder import NotJson, json_text
from atoll.sdk._mismatch import Mismatch
from atoll.sdk._sql import checked_statement
from atoll.sdk.errors import GraphQLError, HostError, HostUnavailable

__all__ = [
    "GraphQLError",
    "Problem",
    "Response",
    "execute",
    "execute_async",
    "request",
    "request_async",
]

T = TypeVar("T")

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One of the errors in an answer."""

    message: str
    path: list[str | int] = field(default_factory=list)
    locations: list[dict[str, int]] = field(default_factory=list)
    extensions: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response(Generic[T]):
    """An answer as it came. With errors, ``data`` may be there as well, in part."""

    data: T | None
    errors: list[Problem]


@overload
def execute(
    kind: type[T],
    query: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> T: ...
@overload
def execute(
    kind: object,
    query: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any: ...
def execute(
    kind: Any,
    query: str,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any:
    """The data of an answer, as a dataclass with the fields of the query (or ``dict``).

    An answer with errors raises ``GraphQLError``; ``request`` gives it instead. ``connection`` is
    a name of ``modus.json``, and may be left out if it has but one that is meant for GraphQL.
    """
    return _data(request(kind, query, variables, connection=connection))


@overload
async def execute_async(
    kind: type[T],
    query: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> T: ...
@overload
async def execute_async(
    kind: object,
    query: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any: ...
async def execute_async(
    kind: Any,
    query: str,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Any:
    return _data(await request_async(kind, query, variables, connection=connection))


def request(
    kind: type[T],
    query: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Response[T]:
    """The whole answer, with data and errors. Raises ``GraphQLError`` if there is none."""
    payload = _payload(query, variables, connection)
    try:
        return _response(kind, _host.call("graphql.execute", payload))
    except HostError as error:
        raise _error(error) from None


async def request_async(
    kind: type[T],
    query: LiteralString,
    variables: Variables | None = None,
    *,
    connection: str | None = None,
) -> Response[T]:
    payload = _payload(query, variables, connection)
    try:
        return _response(kind, await _host.call_async("graphql.execute", payload))
    except HostError as error:
        raise _error(error) from None


def _payload(query: str, variables: Variables | None, connection: str | None) -> dict[str, str]:
    checked_statement(query)
    try:
        text = json_text(dict(variables or {}))
    except NotJson as error:
        raise TypeError(f"the variables cannot be sent: {error}") from None
    return {"connection": connection or "", "query": query, "variables": text}


def _response(kind: Any, text: str) -> Response[Any]:
    found = decoder(kind)
    answer = json.loads(text, parse_float=found.number)
    if not isinstance(answer, dict):
        raise GraphQLError("GRAPHQL_FAILED", "the answer is no response of a GraphQL API")
    problems = [_problem(each) for each in answer.get("errors") or []]
    data = answer.get("data")
    if data is None:
        return Response(None, problems)
    try:
        return Response(found.decode(data), problems)
    except Mismatch as mismatch:
        if problems:  # what is missing is missing because of them
            return Response(None, problems)
        raise GraphQLError(
            "RESULT_MISMATCH", f"the data does not fit {show(kind)}: {mismatch}", mismatch.hint
        ) from None


def _problem(error: Any) -> Problem:
    if not isinstance(error, dict):
        return Problem(str(error))
    return Problem(
        str(error.get("message", "")),
        error.get("path") or [],
        error.get("locations") or [],
        error.get("extensions") or {},
    )


def _data(response: Response[Any]) -> Any:
    if response.errors:
        messages = "; ".join(problem.message for problem in response.errors)
        failed = GraphQLError("GRAPHQL_ERRORS", f"the GraphQL API answered with errors: {messages}")
        failed.problems, failed.data = response.errors, response.data
        raise failed
    if response.data is None:
        raise GraphQLError("GRAPHQL_FAILED", "the GraphQL API answered without data")
    return response.data


def _error(error: HostError) -> HostError:
    if isinstance(error, (GraphQLError, HostUnavailable)):
        return error
    return GraphQLError(error.code, error.message, error.hint, error.details)
