"""Capability: the HTTP connections named in the manifest."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from atoll.host.context import Context
from atoll.host.errors import HostError
from atoll.host.json_text import plain
from atoll.host.operation import ImportBinding, operation

_log = logging.getLogger("atoll.host")


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
    """As the class ``Response`` of the SDKs has it."""
    headers: dict[str, dict[str, Any]] = {}
    for name, value in result["headers"]:
        entry = headers.setdefault(name.lower(), {"name": _canonical(name), "values": []})
        entry["values"].append(value)
    return {
        "status": result["status"],
        "statusText": result["statusText"],
        "headers": {"data": headers},
        "body": result["body"],
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
    response = await context.service("http").fetch(
        request.method, request.url, request.headers, request.body
    )
    return {
        "status": response.status,
        "statusText": response.phrase,
        # Plain text: the names are of a class of their own, which JSON encoders do not know.
        "headers": [(str(name), value) for name, value in response.headers.items()],
        "body": response.body,
    }


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
