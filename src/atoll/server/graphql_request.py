"""The GraphQL request in an HTTP request (https://graphql.github.io/graphql-over-http)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, quote

import msgspec

from atoll.graphql import GraphQLRequest
from atoll.server.media_type import is_json
from atoll.server.request import Refusal, Request

BAD_REQUEST: Final = "Failed to parse GraphQL request."


class _Parameters(msgspec.Struct):
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None
    extensions: dict[str, Any] | None = None


_decoder: Final = msgspec.json.Decoder(_Parameters)
_object_decoder: Final = msgspec.json.Decoder(dict[str, Any] | None)


async def read_graphql_request(request: Request, limit: int) -> GraphQLRequest:
    """Read the request from a POST's body of at most ``limit`` bytes, or from a GET's URL.

    Raises `Refusal`, and `Disconnected`.
    """
    if request.method == "GET":
        if not request.query_string:
            raise _bad(f"A GET needs the URL parameter query.{_example(request)}")
        return _read_query_string(request.query_string)
    # A browser sends JSON across origins only after a preflight; with any other type, or none, a
    # foreign page could call functions unasked.
    if not is_json(request.header(b"content-type")):
        raise Refusal(415, "GraphQL requests are sent with Content-Type: application/json.")
    if request.header(b"content-encoding") not in (None, "", "identity"):
        raise Refusal(415, "Compressed requests are not accepted.")
    return _read_body(await request.body(limit))


def _example(request: Request) -> str:
    """What a developer who opened the endpoint in a browser can type instead."""
    host, port = request.scope.get("server") or ("", None)
    if host not in ("127.0.0.1", "::1"):
        return ""
    url = f"http://localhost:{port}{quote(request.path)}"
    return (
        "\nTry: curl -H 'Content-Type: application/json' "
        f"""-d '{{"query":"{{__typename}}"}}' '{url}'"""
    )


def _read_body(body: bytes) -> GraphQLRequest:
    try:
        parameters = _decoder.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _bad(_reason(body, error)) from None
    return GraphQLRequest(parameters.query, parameters.variables, parameters.operationName)


def _reason(body: bytes, error: Exception) -> str:
    start = body.lstrip()[:1]
    if start == b"[":
        return "Batches are not supported: send one request at a time."
    if start == b"":
        return 'The body is empty; expected {"query": "…"}.'
    if isinstance(error, RecursionError):
        return "The JSON is nested too deeply."
    return str(error)


def _read_query_string(query_string: bytes) -> GraphQLRequest:
    try:
        fields = parse_qs(
            query_string.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=16,
            errors="strict",
        )
        query = _single(fields, "query")
        if query is None:
            raise ValueError("A GET needs the URL parameter query")
        operation_name = _single(fields, "operationName")
        variables = _object(fields, "variables")
        _object(fields, "extensions")
    except ValueError as error:
        raise _bad(f"{error}.") from None
    # What a GET does may be repeated, prefetched and cached on the way.
    return GraphQLRequest(query, variables, operation_name or None, may_mutate=False)


def _single(fields: dict[str, list[str]], name: str) -> str | None:
    values = fields.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise ValueError(f"The URL parameter {name} is given twice")
    return values[0]


def _object(fields: dict[str, list[str]], name: str) -> dict[str, Any] | None:
    text = _single(fields, name)
    if not text:
        return None
    try:
        decoded: dict[str, Any] | None = _object_decoder.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise ValueError(f"The URL parameter {name} is not a JSON object") from None
    return decoded


def _bad(reason: str) -> Refusal:
    return Refusal(400, f"{BAD_REQUEST}\n{reason}")
