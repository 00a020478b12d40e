"""Requests of functions: any URL that lies on an http connection of the manifest."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urljoin

from atoll.connections.allow_list import require_connection
from atoll.connections.errors import ConnectionFailed
from atoll.connections.exchange import HttpStream, Progress
from atoll.connections.http import HttpClient, HttpResponse
from atoll.connections.url import parse_url
from atoll.connections.words import Words
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


HTTP = Words(
    "Starting HTTP request.",
    "Completed HTTP request.",
    "Cancelled HTTP request.",
    "Error making HTTP request.",
)
GRAPHQL = Words(
    "Executing GraphQL operation.",
    "Completed GraphQL operation.",
    "Cancelled GraphQL operation.",
    "Error executing GraphQL operation.",
)


class _Hop(NamedTuple):
    """A request of a chain of redirects."""

    connection: HttpConnection
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes


class _Answer(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


A = TypeVar("A", bound=_Answer)


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
        first = self._first(method, url, headers, body)
        record = _Record(first, words)

        async def send(hop: _Hop, seconds: float) -> HttpResponse:
            return await self._client.request(
                hop.connection,
                hop.method,
                hop.url,
                headers=hop.headers,
                body=hop.body,
                timeout=seconds,
                max_bytes=self._max_bytes,
                progress=record.progress,
            )

        try:
            response = await self._follow(first, send)
        except BaseException as error:
            record.failed(error)
            raise
        record.completed(response.status)
        return response

    async def stream(self, method: str, url: str, headers: Headers, body: bytes) -> FetchedStream:
        """Like ``fetch``, but the body is read as it comes; the stream is to be closed."""
        first = self._first(method, url, headers, body)
        record = _Record(first, HTTP)

        async def send(hop: _Hop, seconds: float) -> FetchedStream:
            opening = self._client.stream(
                hop.connection,
                hop.method,
                hop.url,
                headers=hop.headers,
                body=hop.body,
                timeout=seconds,
                max_bytes=self._max_bytes,
                progress=record.progress,
            )
            found = FetchedStream(opening, await opening.__aenter__(), record)
            if _place(found) is not None:
                await found.drop()
            return found

        try:
            return await self._follow(first, send)
        except BaseException as error:
            record.failed(error)
            raise

    async def post(self, connection: str, body: bytes) -> HttpResponse:
        """Send a GraphQL operation, as JSON, to the one URL of a connection, its ``endpoint``.

        Args:
            connection: its name; "" for the only one with an ``endpoint``.

        Raises:
            ConnectionFailed: there is no such connection, or there was no complete response.
        """
        endpoint = self._endpoint(connection)
        return await self.fetch(
            "POST", endpoint, (("Content-Type", "application/json"),), body, words=GRAPHQL
        )

    def _endpoint(self, name: str) -> str:
        add = 'add it to modus.json: "connections": {"name": {"type": "http", "endpoint": ...}}'
        if not name:
            known = [found for found in self._connections if found.endpoint]
            if len(known) == 1:
                return known[0].endpoint
            raise ConnectionFailed(
                "NO_SUCH_CONNECTION",
                f'the manifest has {len(known) or "no"} http connections with an "endpoint", so the'
                " function must say which one",
                f"one of {', '.join(found.name for found in known)}" if known else add,
            )
        named = [found for found in self._connections if found.name == name]
        if not named or not named[0].endpoint:
            missing = "is not in the manifest" if not named else 'has no "endpoint"'
            raise ConnectionFailed(
                "NO_SUCH_CONNECTION", f"the http connection [{name[:100]}] {missing}", add
            )
        return named[0].endpoint

    def _first(self, method: str, url: str, headers: Headers, body: bytes) -> _Hop:
        connection = require_connection(self._connections, url)
        return _Hop(connection, _checked_method(method), url, _checked(headers), body)

    async def _follow(self, hop: _Hop, send: Callable[[_Hop, float], Awaitable[A]]) -> A:
        """Send ``hop``, and on from place to place until there is an answer."""
        seconds = self._seconds
        if hop.connection.timeout is not None:
            seconds = min(seconds, hop.connection.timeout)
        deadline = time.monotonic() + seconds
        for _ in range(MAX_REDIRECTS + 1):
            answer = await send(hop, seconds)
            place = _place(answer)
            if place is None:
                return answer
            hop = self._redirected(hop, answer.status, place)
            seconds = max(deadline - time.monotonic(), 0.001)
        raise ConnectionFailed(
            "TOO_MANY_REDIRECTS",
            f"connection [{hop.connection.name}] redirected more than {MAX_REDIRECTS} times",
        )

    def _redirected(self, hop: _Hop, status: int, place: str) -> _Hop:
        connection, method, url, headers, body = hop
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
        if _changes_to_get(status, method):
            method, body = "GET", b""
            headers = [pair for pair in headers if pair[0].lower() not in _OF_BODY]
        if _origin(target) != _origin(url):
            headers = [pair for pair in headers if pair[0].lower() not in _SENSITIVE]
        return _Hop(connection, method, target, headers, body)


class FetchedStream:
    """A response whose body is still coming. ``aclose`` it; that is logged as its end."""

    def __init__(
        self,
        opened: AbstractAsyncContextManager[HttpStream, bool | None],
        stream: HttpStream,
        record: _Record,
    ) -> None:
        self.status = stream.status
        self.phrase = stream.phrase
        self.headers: Mapping[str, str] = stream.headers
        self._opened = opened
        self._stream = stream
        self._record = record
        self._open = True

    def __aiter__(self) -> FetchedStream:
        return self

    async def __anext__(self) -> bytes:
        """The next chunk as it arrives. Raises ConnectionFailed as ``fetch`` does."""
        try:
            return await anext(self._stream)
        except StopAsyncIteration:
            await self.aclose()
            raise
        except BaseException as error:
            self._record.failed(error)
            await self.drop()
            raise

    async def aclose(self) -> None:
        if self._open:
            self._record.completed(self.status)
            await self.drop()

    async def drop(self) -> None:
        """Close it, with nothing in the log."""
        if self._open:
            self._open = False
            await self._opened.__aexit__(None, None, None)


class _Record:
    """The log's lines about one request. They have neither its URL nor what it says."""

    __slots__ = ("_fields", "_started", "_words", "progress")

    def __init__(self, first: _Hop, words: Words) -> None:
        self.progress = Progress()
        self._words = words
        self._fields = {"connection": first.connection.name, "method": first.method}
        self._started = time.perf_counter()
        _log.info(words.started, extra={"fields": self._fields})

    def completed(self, status: int) -> None:
        _log.info(self._words.completed, extra=self._ended({"status": status}))

    def failed(self, error: BaseException) -> None:
        if isinstance(error, ConnectionFailed):
            reason = {"code": error.code, "detail": error.message}
            _log.error(self._words.failed, extra=self._ended(reason))
            error.logged = True
        elif isinstance(error, asyncio.CancelledError):
            _log.warning(self._words.cancelled, extra=self._ended({}))

    def _ended(self, details: Mapping[str, object]) -> dict[str, object]:
        milliseconds = round((time.perf_counter() - self._started) * 1000)
        took = {"duration_ms": milliseconds, "attempts": 1 + self.progress.retries}
        return {"fields": {**self._fields, **details, **took}}


def _place(answer: _Answer) -> str | None:
    """Where an answer redirects to; None if it is none that is followed."""
    return answer.headers.get("Location") if answer.status in _REDIRECTS else None


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
