"""The Explorer's API: from a path to what answers it."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from atoll.server.compression import compressed
from atoll.server.deployment import MAX_BODY, Deployment
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.explorer import Explorer
from atoll.server.explorer.page import API
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.session import Session, check_origin
from atoll.server.explorer.wire import Wire, encode
from atoll.server.media_type import JSON
from atoll.server.request import Disconnected, Refusal, Request
from atoll.server.response import Response
from atoll.server.waiting import Interrupted, Watched

log = logging.getLogger("atoll.server")

_MODULES: Final = (
    "state",
    "functions",
    "calls",
    "source",
    "inferences",
    "replay",
    "collections",
    "vector_map",
    "manifest",
    "health",
)
"""Where the tables of routes are. The first pattern that a path fits counts."""

HEADERS: Final = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
}


class Failure(Wire, frozen=True):
    code: str
    message: str
    hint: str | None


@lru_cache(maxsize=1)
def all_routes() -> tuple[tuple[Route, tuple[str, ...]], ...]:
    """All routes, with the parts of their patterns."""
    found = []
    for name in _MODULES:
        module = importlib.import_module(f"atoll.server.explorer.{name}")
        found += [(route, tuple(route.pattern.split("/"))) for route in module.ROUTES]
    return tuple(found)


def find_route(method: str, parts: list[str]) -> tuple[Route, Mapping[str, str]]:
    """The route of a path's parts, and what stands in it for names. Raises `ExplorerError`."""
    allowed = set()
    for route, pattern in all_routes():
        parameters = _matched(pattern, parts)
        if parameters is None:
            continue
        if route.method == ("GET" if method == "HEAD" else method):
            return route, parameters
        allowed.add(route.method)
    if allowed:
        raise _for_others(allowed)
    raise ExplorerError(404, "NOT_FOUND", "The Explorer's API has nothing at this path.")


def _for_others(allowed: Iterable[str]) -> ExplorerError:
    text = f"This is for {' and '.join(sorted(allowed))} only."
    return ExplorerError(405, "METHOD_NOT_ALLOWED", text)


def _matched(pattern: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    parameters = {}
    for wanted, given in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            parameters[wanted[1:-1]] = given
        elif wanted != given:
            return None
    return parameters


async def answer(explorer: Explorer, request: Request) -> Any:
    """Answer a request for something below ``/explorer/api``. Raises `Disconnected`."""
    try:
        return await _answer(explorer, request)
    except ExplorerError as error:
        if error.status in (401, 403) and not explorer.dev:
            fields = {"path": request.path, "status": error.status, "reason": error.code}
            log.info("Request refused.", extra={"fields": fields})
        return _failure(error)
    except Refusal as error:
        return _failure(ExplorerError(error.status, "BAD_REQUEST", error.message))
    except Disconnected:
        raise
    except asyncio.CancelledError:
        return _failure(ExplorerError(503, "STOPPING", "The server is shutting down."))
    except Exception:
        log.exception("Internal error.", extra={"fields": {"path": request.path}})
        return _failure(
            ExplorerError(500, "INTERNAL_ERROR", "Atoll failed by itself, which is a bug.")
        )


async def _answer(explorer: Explorer, request: Request) -> Any:
    check_origin(request)
    parts = _parts(request)
    if parts == ["session"] and request.method in ("GET", "HEAD"):
        auth, token = explorer.gate.session(request)
        return await _json(Session(explorer.mode, auth, token, explorer.name), request)
    expires = await explorer.gate.admit(request, _deployment(explorer))
    body = await request.body(MAX_BODY)
    if parts == ["events"] and request.method == "GET":
        return explorer.hub.stream(request, expires)
    if parts in (["session"], ["events"]):
        raise _for_others(["GET"])
    route, parameters = find_route(request.method, parts)
    query = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
    asked = ExplorerRequest(query, parameters, body)
    # Now, not above: it may have been replaced while the request was read.
    deployment = _deployment(explorer)
    if deployment is not None:
        deployment.enter()
    try:
        found = await Watched(_run(route, explorer, asked), request.watch)
    except Interrupted:
        raise Disconnected from None
    finally:
        if deployment is not None:
            deployment.leave()
    return await _json(found, request)


def _deployment(explorer: Explorer) -> Deployment | None:
    return None if explorer.current is None else explorer.current.deployment


async def _run(route: Route, explorer: Explorer, asked: ExplorerRequest) -> Any:
    return await route.handler(explorer, asked)


def _parts(request: Request) -> list[str]:
    raw = request.scope.get("raw_path")
    path = raw.decode("latin-1") if raw is not None else request.path
    below = path.partition("?")[0].removeprefix(API).strip("/")
    return [unquote(part) for part in below.split("/")]


async def _json(value: Any, request: Request) -> Response:
    response = Response(200, encode(value), JSON, HEADERS)
    return await compressed(response, request.header(b"accept-encoding"))


def _failure(error: ExplorerError) -> Response:
    body = encode({"error": Failure(error.code, error.message, error.hint)})
    headers = dict(HEADERS)
    if error.status == 503:
        headers["retry-after"] = "1"
    return Response(error.status, body, JSON, headers)
