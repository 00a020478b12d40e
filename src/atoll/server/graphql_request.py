"""The GraphQL request in an HTTP request (https://graphql.github.io/graphql-over-http)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, quote

import msgspec

from atoll.graphql import GraphQLRequest
from atoll.server.compression import is_gzip, unpacked
from atoll.server.media_type import is_json
from atoll.server.request import Refusal, Request

BAD_REQUEST: Final = "Failed to parse GraphQL request."


class Parameters(msgspec.Struct):
    """A request as clients send it, in HTTP or otherwise."""

    query: str | None = None
    variables: dict[str, Any] | None = None
    operationName: str | None = None
    extensions: dict[str, Any] | None = None


_decoder: Final = msgspec.json.Decoder(Parameters)
_batch_decoder: Final = msgspec.json.Decoder(list[Parameters])
_object_decoder: Final = msgspec.json.Decoder(dict[str, Any] | None)
_SHA256: Final = re.compile("[0-9a-fA-F]{64}")


async def read_graphql_request(
    request: Request, limit: int, max_batch: int = 0
) -> GraphQLRequest | Sequence[GraphQLRequest]:
    """Read the request from a POST's body of at most ``limit`` bytes, or from a GET's URL.

    A body may be an array of up to ``max_batch`` requests; 0 for none.

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
    packed = is_gzip(request.header(b"content-encoding"))
    body = await request.body(limit)
    return _read_body(await unpacked(body, limit) if packed else body, max_batch)


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


def _read_body(body: bytes, max_batch: int) -> GraphQLRequest | Sequence[GraphQLRequest]:
    try:
        return graphql_request(_decoder.decode(body))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        if body.lstrip()[:1] == b"[":
            return _read_batch(body, max_batch)
        raise _bad(_reason(body, error)) from None


def _read_batch(body: bytes, max_batch: int) -> Sequence[GraphQLRequest]:
    if not max_batch:
        raise _bad(
            "Batches are not supported: send one request at a time. "
            "(graphql.maxBatch in modus.json allows them.)"
        )
    try:
        parts = _batch_decoder.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _bad(_reason(body, error)) from None
    if not parts:
        raise _bad("The batch is empty.")
    if len(parts) > max_batch:
        raise _bad(
            f"The batch has {len(parts)} requests; at most {max_batch} are accepted "
            "(graphql.maxBatch in modus.json)."
        )
    batch = []
    for index, parameters in enumerate(parts):
        try:
            batch.append(graphql_request(parameters))
        except ValueError as error:
            raise _bad(f"{error} - at `$[{index}]`") from None
    return batch


def graphql_request(parameters: Parameters) -> GraphQLRequest:
    """Read a request's parameters. Raises ValueError when they do not say what to run."""
    persisted = None if parameters.extensions is None else _persisted(parameters.extensions)
    if parameters.query is None and persisted is None:
        raise ValueError('The query is missing; expected {"query": "…"}')
    return GraphQLRequest(
        parameters.query, parameters.variables, parameters.operationName, True, persisted
    )


def _persisted(extensions: Mapping[str, Any]) -> str | None:
    """The hash of an automatic persisted query, in the form that Apollo's clients use."""
    given = extensions.get("persistedQuery")
    if given is None:
        return None
    if not isinstance(given, dict) or given.get("version") != 1:
        raise ValueError("extensions.persistedQuery must be an object whose version is 1")
    text = given.get("sha256Hash")
    if not isinstance(text, str) or _SHA256.fullmatch(text) is None:
        raise ValueError(
            "extensions.persistedQuery.sha256Hash must be a SHA-256 in 64 hexadecimal digits"
        )
    return text.lower()


def _reason(body: bytes, error: Exception) -> str:
    if not body.strip():
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
        operation_name = _single(fields, "operationName")
        variables = _object(fields, "variables")
        extensions = _object(fields, "extensions")
        persisted = None if extensions is None else _persisted(extensions)
        if query is None and persisted is None:
            raise ValueError("A GET needs the URL parameter query")
    except ValueError as error:
        raise _bad(f"{error}.") from None
    # What a GET does may be repeated, prefetched and cached on the way.
    return GraphQLRequest(query, variables, operation_name or None, False, persisted)


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
