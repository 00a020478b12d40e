"""Operations as spans, those that reach beyond the host; and in the timeline of their call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final
from urllib.parse import urlsplit

from atoll import telemetry
from atoll.connections.statements import Dialect, shape
from atoll.host.context import Context
from atoll.host.operation import Operation
from atoll.host.timeline import Timeline
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
_UNTOLD: Final = ("models.info", "time.", "telemetry.", "stream.close", _WRAPPING)
"""Operations that are not in a timeline: they are over at once."""
_LONGEST: Final = 200
"""Characters of a name or of a detail."""
_PARSED: Final = 2_000
"""Characters of a statement that are looked at for its detail."""


def run(operation: Operation[Any], context: Context, request: Any) -> Awaitable[Any]:
    """Run an operation, as a span and noted in its call's timeline if that is wanted."""
    if context.timeline is not None and not operation.name.startswith(_UNTOLD):
        return _noted(context.timeline, operation, context, request)
    return _run(operation, context, request)


def _run(operation: Operation[Any], context: Context, request: Any) -> Awaitable[Any]:
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


async def _noted(
    timeline: Timeline, operation: Operation[Any], context: Context, request: Any
) -> Any:
    name = operation.name
    noted = timeline.begin(
        name,
        target=_target(request),
        detail=_detail(name, request),
        joined=name.startswith("stream."),
    )
    try:
        result = await _run(operation, context, request)
    except BaseException as error:
        timeline.end(noted, code_of(error))
        raise
    timeline.end(noted)
    return result


def code_of(error: BaseException) -> str:
    """What an error is called in lists: its code, if it has one."""
    if isinstance(error, asyncio.CancelledError):
        return "CANCELLED"
    code = getattr(error, "code", None)
    return code if isinstance(code, str) else "INTERNAL"


def _target(request: Any) -> str | None:
    for name in ("connection", "model", "collection"):
        value = getattr(request, name, None)
        if isinstance(value, str):
            return value[:_LONGEST]
    return None


def _detail(name: str, request: Any) -> str | None:
    """What is asked, without what may be secret: no values of parameters, no query of a URL."""
    if name == "sql.query":
        dialect = Dialect.MYSQL if request.type == "mysql" else Dialect.POSTGRESQL
        return shape(request.statement[:_PARSED], dialect)[:_LONGEST]
    if name == "neo4j.query":
        return shape(request.query[:_PARSED], Dialect.CYPHER)[:_LONGEST]
    if name == "dgraph.query":
        return shape(request.query[:_PARSED], Dialect.DQL)[:_LONGEST] or None
    url = getattr(request, "url", None)
    if isinstance(url, str):
        return f"{request.method[:20]} {_address(url)}"
    method = getattr(request, "search_method", None)
    return method[:_LONGEST] or None if isinstance(method, str) else None


def _address(url: str) -> str:
    """A URL without credentials and query."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
        return f"{parts.hostname or ''}{port}{parts.path}"[:_LONGEST]
    except ValueError:
        return ""


def _host(url: str) -> str:
    """The host alone: the rest of a URL may hold what is not for traces."""
    try:
        return (urlsplit(url).hostname or "")[:200]
    except ValueError:
        return ""
