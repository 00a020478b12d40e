"""Operations as spans: those that reach beyond the host."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final
from urllib.parse import urlsplit

from atoll import telemetry
from atoll.host.context import Context
from atoll.host.operation import Operation
from atoll.telemetry import AttributeValue

_REACHING: Final = (
    "models.invoke",
    "models.stream",
    "http.",
    "graphql.",
    "sql.",
    "neo4j.",
    "dgraph.",
    "collections.",
)
_WRAPPING: Final = "collections.call"
"""What it calls is a span."""


def run(operation: Operation[Any], context: Context, request: Any) -> Awaitable[Any]:
    """Run an operation, as a span if that is wanted."""
    if telemetry.installed() and _reaches(operation.name):
        return _traced(operation, context, request)
    return operation.run(context, request)


def _reaches(name: str) -> bool:
    return name.startswith(_REACHING) and name != _WRAPPING


async def _traced(operation: Operation[Any], context: Context, request: Any) -> Any:
    attributes: dict[str, AttributeValue] = {"atoll.operation": operation.name}
    for name in ("connection", "model", "collection", "method"):
        value = getattr(request, name, None)
        if isinstance(value, str):
            attributes[_NAMES[name]] = value[:200]
    url = getattr(request, "url", None)
    if isinstance(url, str):
        attributes["server.address"] = _host(url)
    with telemetry.span(operation.name, attributes, parent=context.spans.innermost):
        return await operation.run(context, request)


_NAMES: Final = {
    "connection": "atoll.connection",
    "model": "atoll.model",
    "collection": "atoll.collection",
    "method": "http.request.method",
}


def _host(url: str) -> str:
    """The host alone: the rest of a URL may hold what is not for traces."""
    try:
        return (urlsplit(url).hostname or "")[:200]
    except ValueError:
        return ""
