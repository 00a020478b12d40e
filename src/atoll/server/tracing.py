"""Requests as spans, by OpenTelemetry's conventions for HTTP servers.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

from __future__ import annotations

from atoll import telemetry
from atoll.manifest import Endpoint
from atoll.server.request import Request
from atoll.telemetry import Span


def request_span(request: Request, endpoint: Endpoint) -> Span:
    """The span of a request to an endpoint: part of its client's trace if that sends one."""
    if not telemetry.installed():
        return telemetry.NO_SPAN
    attributes = {
        "http.request.method": request.method,
        "http.route": endpoint.path,
        "url.path": request.path[:1000],
        "atoll.endpoint": endpoint.name,
    }
    remote = (request.header(b"traceparent") or "")[:100]
    return telemetry.span(
        f"{request.method} {endpoint.path}", attributes, kind="server", remote=remote
    )


def answered(span: Span, status: int) -> None:
    """Note the status of the answer."""
    if not span.recording:
        return
    span.set("http.response.status_code", status)
    if status >= 500:
        span.fail(str(status))
