"""Connections of a test's host."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

from atoll.sdk._encoder import duration_text, json_text, plain_value
from atoll.sdk.errors import HostError


@dataclass(frozen=True, slots=True)
class Statement:
    """What a database or GraphQL API is asked."""

    connection: str
    """Empty if the function names none."""
    operation: str
    """``sql.query``, ``neo4j.query``, ``dgraph.query``, ``dgraph.alter``, ``graphql.execute``..."""
    text: str
    """SQL, Cypher, DQL or GraphQL."""
    parameters: Any
    """JSON: a list of SQL's parameters, a dict of the others'."""
    request: Mapping[str, Any]
    """All that went to the host, such as ``mutations``."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """``body`` is bytes, text or any JSON. ``pieces`` are for a streamed answer."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] | None = None

    def content(self) -> bytes:
        if self.pieces is not None:
            return b"".join(self.pieces)
        if isinstance(self.body, str):
            return self.body.encode()
        return self.body if isinstance(self.body, bytes) else json_text(self.body, _value).encode()


ConnectionAnswer: TypeAlias = Callable[[Any], Any]
"""Answers a ``Statement`` or an ``HttpRequest``.

SQL: the rows, as dicts; or what ``execute`` gives: an ``ExecuteResult``, or how many rows were
affected. Neo4j: the records, as dicts. Dgraph: the result's JSON, or a ``dgraph.Response``.
GraphQL: the data, or an object with ``data`` and ``errors``. HTTP: an ``HttpAnswer``, or the body
alone. An exception is a connection that fails.
"""


class StandInConnections:
    def __init__(self, answers: Mapping[str, ConnectionAnswer]) -> None:
        self._answers = answers
        self._streams: dict[int, Iterator[bytes]] = {}
        self.statements: list[Statement] = []
        self.http_requests: list[HttpRequest] = []

    def answer(self, operation: str, request: dict[str, Any]) -> str:
        """Do a host operation; the JSON of its result. Raises ``HostError``."""
        if operation in ("http.fetch", "http.stream"):
            return json_text(self._http(operation, request))
        if operation == "stream.next" and request["handle"] in self._streams:
            piece = next(self._streams[request["handle"]], None)
            return json_text({"end": True} if piece is None else {"chunk": _base64(piece)})
        if operation == "stream.close":
            self._streams.pop(request["handle"], None)
            return "null"
        kind = operation.partition(".")[0]
        if kind not in _RESULTS:
            raise HostError("NO_SUCH_OPERATION", f"the test host has no operation {operation}")
        statement = _statement(operation, request)
        self.statements.append(statement)
        found = _ask(self._of(statement.connection), statement)
        return json_text(_RESULTS[kind](found), _value)

    def _http(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        headers = [(name, value) for name, value in request["headers"]]
        sent = HttpRequest(
            request["method"], request["url"], headers, binascii.a2b_base64(request["body"])
        )
        self.http_requests.append(sent)
        starts = [start for start in self._answers if start and sent.url.startswith(start)]
        if not starts:
            raise HostError("NO_SUCH_CONNECTION", f"the test host has no connection for {sent.url}")
        found = _ask(self._answers[max(starts, key=len)], sent)
        answer = found if isinstance(found, HttpAnswer) else HttpAnswer(found)
        head = {
            "status": answer.status,
            "statusText": "",
            "headers": [list(pair) for pair in answer.headers.items()],
        }
        if operation == "http.fetch":
            return {**head, "body": _base64(answer.content())}
        handle = len(self.http_requests)
        self._streams[handle] = iter(answer.pieces or [answer.content()])
        return {**head, "handle": handle}

    def _of(self, name: str) -> ConnectionAnswer:
        if name in self._answers:
            return self._answers[name]
        if not name and len(self._answers) == 1:
            return next(iter(self._answers.values()))
        raise HostError(
            "NO_SUCH_CONNECTION",
            f"the test host has no connection {name!r}"
            if name
            else "the function names no connection, and the test host has not exactly one",
        )


def _statement(operation: str, request: dict[str, Any]) -> Statement:
    text = next((request[key] for key in _TEXTS if key in request), "")
    parameters = request.get("parameters", request.get("variables"))
    if isinstance(parameters, str):
        parameters = json.loads(parameters)
    return Statement(request["connection"], operation, text, parameters, request)


_TEXTS = ("statement", "query", "schema", "attribute")


def _ask(answer: ConnectionAnswer, request: Any) -> Any:
    try:
        return answer(request)
    except HostError:
        raise
    except Exception as error:
        raise HostError("CONNECTION_FAILED", str(error)) from error


def _sql(found: Any) -> Any:
    if found is None or isinstance(found, int):
        return {"rows": [], "rowsAffected": found or 0, "lastInsertId": 0}
    if hasattr(found, "rows_affected"):
        affected, last = found.rows_affected, found.last_insert_id
        return {"rows": [], "rowsAffected": affected, "lastInsertId": last}
    rows = list(found)
    return {"rows": rows, "rowsAffected": len(rows), "lastInsertId": 0}


def _neo4j(found: Any) -> Any:
    records = list(found or ())
    keys = list(records[0]) if records else []
    return {"keys": keys, "records": [[record[key] for key in keys] for record in records]}


def _dgraph(found: Any) -> Any:
    if hasattr(found, "uids"):
        return {"json": found.json, "uids": found.uids}
    return {"json": json_text(found or {}, _value), "uids": {}}


def _graphql(found: Any) -> Any:
    whole = isinstance(found, dict) and bool(found.keys() & {"data", "errors"})
    return json_text(found if whole else {"data": found}, _value)


_RESULTS: dict[str, Callable[[Any], Any]] = {
    "sql": _sql,
    "neo4j": _neo4j,
    "dgraph": _dgraph,
    "graphql": _graphql,
}

_GRAPH_NAMES = {
    "element_id": "ElementId",
    "start_element_id": "StartElementId",
    "end_element_id": "EndElementId",
    "spatial_ref_id": "SpatialRefId",
}


def _value(value: Any) -> Any:
    """Values as the host gives them."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _base64(bytes(value))
    if isinstance(value, timedelta):
        return duration_text(value)
    found = plain_value(value)
    if type(value).__module__ == "atoll.sdk.neo4j.graph":
        return {_GRAPH_NAMES.get(name, name.title()): item for name, item in found.items()}
    return found


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()
