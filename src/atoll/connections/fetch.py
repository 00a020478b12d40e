"""Requests of functions: any URL that lies on an http connection of the manifest."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from atoll.connections.allow_list import require_connection
from atoll.connections.errors import ConnectionFailed
from atoll.connections.http import HttpClient, HttpResponse
from atoll.connections.url import parse_url
from atoll.manifest import HttpConnection, Manifest

_log = logging.getLogger("atoll.connections")

MAX_REDIRECTS = 10
SHARE_OF_CALL = 0.9
"""Of a call's wallSeconds, what one request with its redirects may take."""

_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_NOT_IN_VALUES = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OURS = frozenset(
    ("connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
     "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade")
)  # fmt: skip
"""Headers about the connection itself; those that a function sets are left out."""
_SENSITIVE = frozenset(("authorization", "cookie"))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_UNSENT = frozenset(("CONNECT", "TRACE", "TRACK"))
"""Methods of the Fetch standard's "forbidden methods": a tunnel, and echoes of what was sent, which
would show a function the secrets that its connection added."""
_OF_BODY = frozenset(("content-type", "content-encoding", "content-language", "content-location"))

Headers = Sequence[tuple[str, str]]


class Words(NamedTuple):
    """Of the log, about one kind of request."""

    started: str
    completed: str
    failed: str


HTTP = Words("Starting HTTP request.", "Completed HTTP request.", "Error making HTTP request.")
GRAPHQL = Words(
    "Executing GraphQL operation.",
    "Completed GraphQL operation.",
    "Error executing GraphQL operation.",
)


class Fetcher:
    """Sends requests for one app.

    Args:
        max_bytes: of a response's body, after decompression.
    """

    def __init__(self, manifest: Manifest, client: HttpClient, *, max_bytes: int) -> None:
        self._client = client
        self._max_bytes = max_bytes
        self._seconds = manifest.limits.wall_seconds * SHARE_OF_CALL
        self._connections = tuple(
            connection
            for connection in manifest.connections.values()
            if isinstance(connection, HttpConnection)
        )

    async def fetch(
        self, method: str, url: str, headers: Headers, body: bytes, *, words: Words = HTTP
    ) -> HttpResponse:
        """Send a request, follow its redirects, and read the response, whatever its status.

        Each hop must lie on a connection, whose headers, query parameters and secrets go with it.

        Args:
            words: what the log says of it.

        Raises:
            ConnectionFailed: the URL is on no connection, or there was no complete response.
        """
        connection = require_connection(self._connections, url)
        method = _checked_method(method)
        sent = _checked(headers)
        started = time.perf_counter()
        fields: dict[str, object] = {"connection": connection.name, "method": method}
        _log.info(words.started, extra={"fields": fields})
        try:
            response = await self._follow(connection, method, url, sent, body)
        except ConnectionFailed as error:
            reason = {"code": error.code, "detail": error.message}
            details = {**fields, **reason, "duration_ms": _since(started)}
            _log.error(words.failed, extra={"fields": details})
            error.logged = True
            raise
        details = {**fields, "status": response.status, "duration_ms": _since(started)}
        _log.info(words.completed, extra={"fields": details})
        return response

    async def post(self, connection: str, body: bytes) -> HttpResponse:
        """Send a GraphQL operation, as JSON, to the one URL of a connection, its ``endpoint``.

        Raises:
            ConnectionFailed: there is no such connection, or there was no complete response.
        """
        named = [found for found in self._connections if found.name == connection]
        if not named or not named[0].endpoint:
            missing = "is not in the manifest" if not named else 'has no "endpoint"'
            raise ConnectionFailed(
                "NO_SUCH_CONNECTION",
                f"the http connection [{connection[:100]}] {missing}",
                'add it to modus.json: "connections": {"name": {"type": "http", "endpoint": ...}}',
            )
        return await self.fetch(
            "POST", named[0].endpoint, (("Content-Type", "application/json"),), body, words=GRAPHQL
        )

    async def _follow(
        self,
        connection: HttpConnection,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> HttpResponse:
        deadline = time.monotonic() + self._seconds
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._client.request(
                connection,
                method,
                url,
                headers=headers,
                body=body,
                timeout=max(deadline - time.monotonic(), 0.001),
                max_bytes=self._max_bytes,
            )
            place = response.headers.get("Location")
            if response.status not in _REDIRECTS or place is None:
                return response
            try:
                target = urljoin(url, place)
            except ValueError:
                raise ConnectionFailed(
                    "BAD_URL", f"connection [{connection.name}] redirected to what is no URL"
                ) from None
            try:
                connection = require_connection(self._connections, target)
            except ConnectionFailed as error:
                raise ConnectionFailed(
                    "NOT_ALLOWED", f"a redirect was not followed: {error.message}", error.hint
                ) from None
            if _changes_to_get(response.status, method):
                method, body = "GET", b""
                headers = [pair for pair in headers if pair[0].lower() not in _OF_BODY]
            if _origin(target) != _origin(url):
                headers = [pair for pair in headers if pair[0].lower() not in _SENSITIVE]
            url = target
        raise ConnectionFailed(
            "TOO_MANY_REDIRECTS",
            f"connection [{connection.name}] redirected more than {MAX_REDIRECTS} times",
        )


def _checked_method(method: str) -> str:
    if not _TOKEN.fullmatch(method):
        raise ConnectionFailed("BAD_HEADER", f"{method[:40]!r} is no HTTP method")
    if method.upper() in _UNSENT:
        raise ConnectionFailed("NOT_ALLOWED", f"functions cannot send {method.upper()} requests")
    return method.upper()


def _checked(headers: Headers) -> list[tuple[str, str]]:
    """The headers that go out. Raises ConnectionFailed: one could smuggle in another."""
    found = []
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise ConnectionFailed("BAD_HEADER", f"{name[:60]!r} is no name of a header")
        if _NOT_IN_VALUES.search(value) or not _sendable(value):
            raise ConnectionFailed(
                "BAD_HEADER",
                f"the value of the header {name[:60]} contains a line break or another character"
                " that cannot be sent",
            )
        if name.lower() not in _OURS:
            found.append((name, value))
    return found


def _sendable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _changes_to_get(status: int, method: str) -> bool:
    """Fetch standard, "HTTP-redirect fetch"."""
    if status == 303:
        return method not in ("GET", "HEAD")
    return status in (301, 302) and method == "POST"


def _origin(url: str) -> tuple[str, str, int] | None:
    parts = parse_url(url)
    return None if parts is None else parts.origin


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
