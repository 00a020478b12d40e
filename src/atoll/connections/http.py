"""The host's one outbound HTTP client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multidict import CIMultiDictProxy

from atoll.connections.additions import Renderer
from atoll.connections.errors import ConnectionFailed
from atoll.connections.exchange import Exchange, HttpStream, Limits, Progress, phrase
from atoll.connections.gate import Gate
from atoll.connections.library import load_library
from atoll.connections.observer import ConnectionObserver
from atoll.connections.target import aim
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

if TYPE_CHECKING:
    import aiohttp

__all__ = ["HttpClient", "HttpResponse", "HttpStream"]

_REDACTED = "***"
_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    reason: str
    headers: CIMultiDictProxy[str]
    body: bytes
    """Complete, and decompressed."""

    @property
    def phrase(self) -> str:
        """What the status means: in the server's words, else in those of the standard."""
        return phrase(self.status, self.reason)


class HttpClient:
    """Requests over the http connections of one app; one per app, used on one event loop.

    Each connection's ``timeoutSeconds``, ``maxConnections``, ``retries`` and ``rateLimit`` are kept
    to, whoever asks.

    Redirects are not followed: the connection's credentials would go wherever the other side
    says. Cookies are not kept: they would carry state from one call to the next. Proxies of the
    environment are used only with ``trust_env``.

    Args:
        observer: learns of each request, when its answer has come to an end.
    """

    def __init__(
        self,
        secrets: Secrets,
        *,
        trust_env: bool = False,
        observer: ConnectionObserver | None = None,
    ) -> None:
        self._renderer = Renderer(secrets)
        self._trust_env = trust_env
        self._observer = observer
        self._session: aiohttp.ClientSession | None = None
        self._gates: dict[str, Gate] = {}

    async def request(
        self,
        connection: HttpConnection,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
        max_bytes: int,
        progress: Progress | None = None,
    ) -> HttpResponse:
        """Send a request and read its whole response, whatever the status.

        Args:
            connection: adds its headers and query parameters; ``url`` must lie on its host.
            headers: sent before those of the connection, which do not replace them.
            timeout: seconds from start to end, unless those of the connection are fewer.
            max_bytes: of body that may be read, after decompression.
            progress: is kept up to date.

        Raises:
            ConnectionFailed: there was no complete response.
        """
        report = _Report(self._observer, connection)
        try:
            exchange = await self._begin(
                connection, method, url, headers, body, timeout, max_bytes, progress
            )
            while True:
                stream = await exchange.answer()
                try:
                    content = await stream.read()
                except ConnectionFailed as failure:
                    await stream.aclose()
                    await exchange.go_on_after(failure)
                    continue
                finally:
                    await stream.aclose()
                report.answered(stream)
                return HttpResponse(stream.status, stream.reason, stream.headers, content)
        except BaseException as error:
            report.failed(error)
            raise

    @asynccontextmanager
    async def stream(
        self,
        connection: HttpConnection,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
        max_bytes: int,
        progress: Progress | None = None,
        endless: bool = False,
    ) -> AsyncGenerator[HttpStream]:
        """Like ``request``, but the body is read as it comes; leaving closes the connection.

        What fails once the body has begun is not tried again.

        Args:
            endless: whether the body may take any time: ``timeout`` is then how long its beginning
                may take, and after that how long nothing may come.
        """
        report = _Report(self._observer, connection)
        try:
            exchange = await self._begin(
                connection, method, url, headers, body, timeout, max_bytes, progress, endless
            )
            stream = await exchange.answer()
        except BaseException as error:
            report.failed(error)
            raise
        try:
            yield stream
        finally:
            await stream.aclose()
            report.answered(stream)

    def redact(self, connection: HttpConnection, text: str) -> str:
        """``text`` without the connection's secrets, for texts that the other side wrote."""
        secrets = set(self._renderer.additions(connection).secrets())
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, _REDACTED)
        return text

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _begin(
        self,
        connection: HttpConnection,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        seconds: float,
        max_bytes: int,
        progress: Progress | None,
        endless: bool = False,
    ) -> Exchange:
        target = aim(connection, url, self._renderer.additions(connection))
        if connection.timeout is not None:
            seconds = min(seconds, connection.timeout)
        limits = Limits(seconds, time.monotonic() + seconds, max_bytes, endless)
        await load_library()
        return Exchange(
            self._open(),
            connection,
            self._gate(connection),
            method,
            target,
            headers,
            body,
            limits,
            progress or Progress(),
        )

    def _gate(self, connection: HttpConnection) -> Gate:
        gate = self._gates.get(connection.name)
        if gate is None:
            gate = self._gates[connection.name] = Gate(connection)
        return gate

    def _open(self) -> aiohttp.ClientSession:
        from atoll.connections.transport import open_session

        if self._session is None:
            self._session = open_session(trust_env=self._trust_env)
        return self._session


class _Report:
    """What the observer learns of one request."""

    __slots__ = ("_connection", "_observer", "_started")

    def __init__(self, observer: ConnectionObserver | None, connection: HttpConnection) -> None:
        self._observer = observer
        self._connection = connection
        self._started = time.perf_counter()

    def answered(self, stream: HttpStream) -> None:
        failure = stream.failure
        self._send(failure or ("HTTP_5XX" if stream.status >= 500 else None))

    def failed(self, error: BaseException) -> None:
        if isinstance(error, ConnectionFailed):
            self._send(error.code)
        else:
            cancelled = isinstance(error, asyncio.CancelledError)
            self._send("CANCELLED" if cancelled else "INTERNAL")

    def _send(self, failure: str | None) -> None:
        if self._observer is not None:
            seconds = time.perf_counter() - self._started
            connection = self._connection
            self._observer.operation_finished(connection.name, connection.type, seconds, failure)
