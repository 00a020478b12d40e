"""Capability: the HTTP connections named in the manifest."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from atoll.host.context import Context, StreamedAnswer
from atoll.host.errors import HostError
from atoll.host.json_text import plain
from atoll.host.operation import ImportBinding, operation

_log = logging.getLogger("atoll.host")


LONGEST_CHUNK = 64 << 10
"""Bytes of a body that one ``stream.next`` gives, before base64."""


class FetchRequest(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    method: str = "GET"
    headers: list[tuple[str, str]] = []
    body: bytes = b""
    """In JSON, base64."""


class GraphQLRequest(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    query: str
    variables: str = "{}"
    """A JSON object, or null, as text."""


def _fetch_request(arguments: Sequence[Any]) -> FetchRequest:
    """From the class ``Request`` of the SDKs: headers are a map from lower-case names."""
    request = arguments[0] or {}
    headers = (request.get("headers") or {}).get("data") or {}
    return FetchRequest(
        request.get("url") or "",
        (request.get("method") or "GET").upper(),
        [
            (header.get("name") or key, value)
            for key, header in headers.items()
            if header
            for value in header.get("values") or []
        ],
        request.get("body") or b"",
    )


def _fetch_response(result: dict[str, Any]) -> dict[str, Any]:
    """As the class ``Response`` of the SDKs has it; its ``body`` may be a ``handle`` instead."""
    headers: dict[str, dict[str, Any]] = {}
    for name, value in result["headers"]:
        entry = headers.setdefault(name.lower(), {"name": _canonical(name), "values": []})
        entry["values"].append(value)
    return {
        "status": result["status"],
        "statusText": result["statusText"],
        "headers": {"data": headers},
        **{name: result[name] for name in ("body", "handle") if name in result},
    }


def _canonical(name: str) -> str:
    """``content-type`` is ``Content-Type``."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


@operation(
    "http.fetch",
    FetchRequest,
    imports=(
        ImportBinding(
            "modus_http_client.fetch",
            _fetch_request,
            _fetch_response,
            failed="Error making HTTP request.",
        ),
    ),
)
async def fetch(context: Context, request: FetchRequest) -> dict[str, Any]:
    """Send a request to a URL on a connection; any status is an answer."""
    _check_size(context, request)
    response = await context.service("http").fetch(
        request.method, request.url, request.headers, request.body
    )
    return {
        "status": response.status,
        "statusText": response.phrase,
        "headers": _pairs(response.headers),
        "body": response.body,
    }


@operation(
    "http.stream",
    FetchRequest,
    imports=(
        ImportBinding(
            "atoll_http.stream",
            _fetch_request,
            _fetch_response,
            failed="Error making HTTP request.",
        ),
    ),
)
async def stream(context: Context, request: FetchRequest) -> dict[str, Any]:
    """Like ``http.fetch``, but the body is a stream of base64 chunks, by its handle."""
    _check_size(context, request)
    response = await context.service("http").stream(
        request.method, request.url, request.headers, request.body
    )
    try:
        handle = context.streams.open(_EncodedChunks(response))
    except BaseException:
        await response.aclose()
        raise
    return {
        "status": response.status,
        "statusText": response.phrase,
        "headers": _pairs(response.headers),
        "handle": handle,
    }


def _check_size(context: Context, request: FetchRequest) -> None:
    size, limit = len(request.body), context.limits.payload
    if size > limit:
        raise HostError(
            "PAYLOAD_TOO_LARGE",
            f"the body of the HTTP request has {size} bytes; the limit is {limit}",
            "raise limits.payloadMb in modus.json",
        )


def _pairs(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    # Plain text: the names are of a class of their own, which JSON encoders do not know.
    return [(str(name), value) for name, value in headers.items()]


class _EncodedChunks:
    """The chunks of a body as a guest gets them: in base64, none longer than ``LONGEST_CHUNK``.

    Not a generator: one that is closed before its first chunk would not close the response.
    """

    def __init__(self, response: StreamedAnswer) -> None:
        self._response = response
        self._rest = memoryview(b"")

    def __aiter__(self) -> _EncodedChunks:
        return self

    async def __anext__(self) -> str:
        if not self._rest:
            self._rest = memoryview(await self._response.__anext__())
        chunk, self._rest = self._rest[:LONGEST_CHUNK], self._rest[LONGEST_CHUNK:]
        return base64.b64encode(chunk).decode()

    async def aclose(self) -> None:
        await self._response.aclose()


@operation(
    "graphql.execute",
    GraphQLRequest,
    imports=(
        ImportBinding(
            "modus_graphql_client.executeQuery",
            lambda arguments: GraphQLRequest(*(value or "" for value in arguments)),
            plain,
            on_failure=lambda error: "",
            failed="Error executing GraphQL operation.",
        ),
    ),
)
async def graphql(context: Context, request: GraphQLRequest) -> str:
    """Send a GraphQL operation to a connection with an ``endpoint``; the response's JSON text."""
    variables = request.variables or "{}"
    if not isinstance(_parsed(variables), dict | None):
        raise HostError("BAD_REQUEST", "the variables of a GraphQL operation are a JSON object")
    # As they are: numbers may be longer than ours.
    body = f'{{"query":{json.dumps(request.query)},"variables":{variables}}}'
    response = await context.service("http").post(request.connection, body.encode(errors="replace"))
    name = request.connection[:100]
    if response.status != 200:
        raise HostError(
            "GRAPHQL_FAILED", f"connection [{name}] answered with HTTP status {response.status}"
        )
    text = bytes(response.body).decode(errors="replace").replace("\0", "")
    answer = _parsed(text)
    if answer is _BAD:
        raise HostError("GRAPHQL_FAILED", f"the answer of connection [{name}] is not JSON")
    if isinstance(answer, dict) and answer.get("errors"):
        _log.warning("GraphQL API call returned errors.", extra={"fields": {"connection": name}})
    return text


_BAD = object()


def _parsed(text: str) -> Any:
    """What JSON text says; ``_BAD`` if it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _BAD


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
