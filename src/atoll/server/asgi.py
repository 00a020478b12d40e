"""The server as an ASGI application: any ASGI server can run it."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from atoll._version import __version__
from atoll.manifest import Endpoint
from atoll.server.deployment import MAX_BODY, Deployment, Deployments
from atoll.server.endpoint import handle
from atoll.server.explorer.page import API, PATH, is_below, to_explorer
from atoll.server.exposition import CONTENT_TYPE, exposition
from atoll.server.hosts import HostPolicy, any_host
from atoll.server.metrics import Metrics
from atoll.server.request import Disconnected, Refusal, Request
from atoll.server.response import Response, text
from atoll.server.shared_metrics import PATIENCE
from atoll.server.streams.websocket import denial, serve_websocket
from atoll.server.tracing import answered, request_span
from atoll.server.types import Receive, Scope, Send

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer

CLIENT_LEFT: Final = 499
"""The status that metrics count requests under whose client did not wait (nginx's number)."""

_NAMESPACE_FILE: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class Application:
    """Answers HTTP requests, and GraphQL over WebSocket. Process lifetime.

    Args:
        deployments: what is served.
        metrics: counts requests; served at ``/metrics``.
        environment: the environment's name, shown at ``/health``.
        hosts: which ``Host`` headers are answered to.
        explorer: is served at ``/explorer``; None for no such page.
    """

    def __init__(
        self,
        deployments: Deployments,
        metrics: Metrics,
        *,
        environment: str = "prod",
        hosts: HostPolicy = any_host,
        explorer: Explorer | None = None,
    ) -> None:
        self.deployments = deployments
        self.metrics = metrics
        self.explorer = explorer
        self._hosts = hosts
        self._health = _health(environment)

    @property
    def max_message(self) -> int:
        """Bytes of one message of a WebSocket."""
        current = self.deployments.current
        return MAX_BODY if current is None else current.max_body

    def end_streams(self) -> None:
        """Have all streams end, since the server stops."""
        self.deployments.end_streams()
        if self.explorer is not None:
            self.explorer.end_streams()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(Request(scope, receive), send)
        elif scope["type"] == "websocket":
            await self._websocket(Request({**scope, "method": "GET"}, receive), receive, send)
        else:
            raise RuntimeError(f"unexpected ASGI scope: {scope['type']}")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.deployments.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, request: Request, send: Send) -> None:
        try:
            self._check_host(request)
            deployment = self.deployments.current
            endpoint = None if deployment is None else deployment.endpoint(request.path)
            if (
                self.explorer is not None
                and is_below(request.path, PATH)
                # An endpoint may take the page's place, but not one that is there for all paths.
                and (endpoint is None or endpoint.path == "/")
            ):
                await self._explorer(request, self.explorer, send)
            elif deployment is None or endpoint is None:
                response = await self._elsewhere(request, deployment)
                await response.send(send)
            else:
                await self._endpoint(request, deployment, endpoint, send)
        except Refusal as error:
            await text(error.status, error.message, error.headers).send(send)
        except Disconnected:
            pass

    async def _websocket(self, request: Request, receive: Receive, send: Send) -> None:
        await receive()  # that the client has connected
        try:
            self._check_host(request)
            deployment = self.deployments.current
            if deployment is None:
                raise Refusal(503, "No app is loaded yet.", retry_after="1")
            endpoint = deployment.endpoint(request.path)
            if endpoint is None:
                raise Refusal(404, "Not Found")
        except Refusal as error:
            await denial(error, request, send)
            return
        self.metrics.request_started()
        deployment.enter()
        started = time.perf_counter()
        code, size = CLIENT_LEFT, 0
        try:
            code, size = await serve_websocket(deployment, endpoint, request, receive, send)
        finally:
            deployment.leave()
            self.metrics.request_finished(endpoint.name, code, time.perf_counter() - started, size)

    def _check_host(self, request: Request) -> None:
        if not self._hosts(request.header(b"host")):
            raise Refusal(
                403,
                "This server runs for the developer of this machine only: ask for it as "
                "localhost, 127.0.0.1 or [::1].",
            )

    async def _endpoint(
        self, request: Request, deployment: Deployment, endpoint: Endpoint, send: Send
    ) -> None:
        self.metrics.request_started()
        deployment.enter()
        started = time.perf_counter()
        code, size = CLIENT_LEFT, 0
        try:
            with request_span(request, endpoint) as span:
                preflight = deployment.cors.preflight(request)
                response = preflight or await handle(request, deployment, endpoint)
                code = response.status
                answered(span, code)
                try:
                    await response.send(send, deployment.cors.headers(request.header(b"origin")))
                finally:
                    size = response.size
        finally:
            deployment.leave()
            self.metrics.request_finished(endpoint.name, code, time.perf_counter() - started, size)

    async def _explorer(self, request: Request, explorer: Explorer, send: Send) -> None:
        if not is_below(request.path, API):
            name = request.path.removeprefix(PATH).strip("/")
            await explorer.assets.answer(request, name).send(send)
            return
        # Here, because most servers never have such a request.
        from atoll.server.explorer.routes import answer

        response = await answer(explorer, request)
        await response.send(send)

    async def _elsewhere(self, request: Request, deployment: Deployment | None) -> Response:
        path = request.path
        if path in ("/health", "/metrics"):
            if request.method not in ("GET", "HEAD"):
                return text(405, "Method not allowed", {"allow": "GET, HEAD"})
            return self._health if path == "/health" else await self._exposition()
        shown = self.explorer is not None and self.explorer.dev
        if shown and path == "/" and request.method in ("GET", "HEAD"):
            return to_explorer(303)
        known = path.rstrip("/")
        if path.endswith("/") and (
            known in ("/health", "/metrics") or (deployment and known in deployment.endpoints)
        ):
            return _moved(known, request.query_string)
        if deployment is None and path != "/favicon.ico":
            return text(503, "No app is loaded yet.", {"retry-after": "1"})
        return text(404, "Not Found")

    async def _exposition(self) -> Response:
        if self.metrics.peers is not None:
            await asyncio.sleep(PATIENCE)
        page = exposition(self.metrics.total(), self.metrics.now())
        return Response(200, page.encode(), CONTENT_TYPE, {"cache-control": "no-store"})


def _moved(path: str, query_string: bytes) -> Response:
    location = quote(path)
    if query_string:
        location += f"?{query_string.decode('latin-1')}"
    return text(301, "Moved Permanently", {"location": location})


def _health(environment: str) -> Response:
    state = {
        "status": "ok",
        "environment": environment,
        "app_version": __version__,
        "python_version": platform.python_version(),
    }
    if namespace := _kubernetes_namespace(os.environ):
        state["kubernetes_namespace"] = namespace
    body = json.dumps(state, indent=2).encode() + b"\n"
    return Response(200, body, "application/json", {"cache-control": "no-store"})


def _kubernetes_namespace(environ: Mapping[str, str]) -> str | None:
    if name := environ.get("NAMESPACE"):
        return name
    try:
        return _NAMESPACE_FILE.read_text().strip() or None
    except OSError:
        return None
