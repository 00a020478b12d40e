"""One request over an http connection, sent until there is an answer to give."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from multidict import CIMultiDict, CIMultiDictProxy

from atoll.connections.errors import ConnectionFailed
from atoll.connections.gate import Gate
from atoll.connections.library import load_library
from atoll.connections.retries import Tries, is_repeatable
from atoll.connections.target import Target
from atoll.manifest import HttpConnection

if TYPE_CHECKING:
    import aiohttp

_log = logging.getLogger("atoll.connections")

_IN_ONE_PIECE = 1 << 18
_DECODED = frozenset(("gzip", "deflate", "br", "zstd"))


@dataclass(slots=True)
class Progress:
    """What a request, with its redirects, has come to."""

    retries: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one request with its tries."""

    seconds: float
    deadline: float
    """Of ``time.monotonic``."""
    max_bytes: int
    """Of body that may be read, after decompression."""
    endless: bool = False
    """Whether the body may come for longer, as long as something comes in every ``seconds``."""


class HttpStream:
    """A response whose body is still coming. ``aclose`` it."""

    def __init__(
        self, response: aiohttp.ClientResponse, gate: Gate, name: str, host: str, limits: Limits
    ) -> None:
        self.status = response.status
        self.reason = _text(response.reason or "")
        self.headers = _headers(response)
        self.failure: str | None = None
        """The code of what ended the body, if it did not come to its own end."""
        self._response = response
        self._gate = gate
        self._name = name
        self._host = host
        self._limits = limits
        self._received = 0
        self._closed = False

    @property
    def phrase(self) -> str:
        return phrase(self.status, self.reason)

    def __aiter__(self) -> HttpStream:
        return self

    async def __anext__(self) -> bytes:
        """The next chunk as it arrives; nothing is read ahead but a small buffer.

        Raises:
            ConnectionFailed: the body is too large, or does not come to its end.
        """
        from atoll.connections.failures import FAILURES, failure_of

        if self._closed:
            raise StopAsyncIteration
        try:
            chunk = await self._response.content.readany()
        except FAILURES as error:
            failed = failure_of(error, self._name, self._host, self._limits.seconds)
            self.failure = failed.code
            raise failed from error
        except asyncio.CancelledError:
            self.failure = "CANCELLED"
            raise
        if not chunk:
            raise StopAsyncIteration
        self._received += len(chunk)
        if self._received > self._limits.max_bytes:
            self.failure = "RESPONSE_TOO_LARGE"
            raise ConnectionFailed(
                "RESPONSE_TOO_LARGE",
                f"the response over connection [{self._name}] is larger than "
                f"{self._limits.max_bytes >> 20} MiB",
                'ask for less, or raise "payloadMb" under "limits" in modus.json',
            )
        return chunk

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self])

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            # A body read to its end has given its connection back to the pool already.
            self._response.close()
            self._gate.leave()


class Exchange:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        connection: HttpConnection,
        gate: Gate,
        method: str,
        target: Target,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._session = session
        self._connection = connection
        self._gate = gate
        self._method = method
        self._target = target
        self._headers = _joined(headers, target.headers)
        self._body = body
        self._limits = limits
        self._progress = progress
        repeatable = is_repeatable(connection.retries, method, self._headers)
        self._tries = Tries(connection.retries, repeatable=repeatable, deadline=limits.deadline)

    async def answer(self) -> HttpStream:
        """Send the request, again if its connection's policy says so; the stream is to be closed.

        Raises:
            ConnectionFailed: no try came to an answer.
        """
        while True:
            try:
                stream = await self._send()
            except ConnectionFailed as failure:
                await self.go_on_after(failure)
                continue
            wait = self._tries.after_answer(stream.status, stream.headers)
            if wait is None or not self._gate.is_open_by(self._limits.deadline):
                return stream
            await stream.aclose()
            await self._pause(wait, {"status": stream.status})

    async def go_on_after(self, failure: ConnectionFailed) -> None:
        """Wait until the next try. Raises ``failure`` if there is none."""
        wait = self._tries.after_failure(failure)
        if wait is None or not self._gate.is_open_by(self._limits.deadline):
            raise failure
        await self._pause(wait, {"code": failure.code, "detail": failure.message})

    async def _pause(self, wait: float, reason: dict[str, object]) -> None:
        self._progress.retries += 1
        fields = {
            "connection": self._connection.name,
            "method": self._method,
            **reason,
            "attempt": self._tries.count,
            "wait_ms": round(wait * 1000),
        }
        _log.warning("Retrying HTTP request.", extra={"fields": fields})
        await asyncio.sleep(wait)

    async def _send(self) -> HttpStream:
        await self._gate.enter(self._limits.deadline)
        try:
            self._tries.count += 1
            response = await self._request()
        except BaseException:
            self._gate.leave()
            raise
        name, host = self._connection.name, self._target.host
        return HttpStream(response, self._gate, name, host, self._limits)

    def _timeout(self, remaining: float) -> aiohttp.ClientTimeout:
        import aiohttp

        from atoll.connections.failures import CONNECT_SECONDS

        if self._limits.endless:
            silence = self._limits.seconds
            return aiohttp.ClientTimeout(
                total=None, sock_connect=min(remaining, CONNECT_SECONDS), sock_read=silence
            )
        return aiohttp.ClientTimeout(total=remaining, sock_connect=CONNECT_SECONDS)

    async def _request(self) -> aiohttp.ClientResponse:
        await load_library()
        from atoll.connections.failures import FAILURES, failure_of
        from atoll.connections.transport import AGAIN_IF_STALE, ONCE

        remaining = max(self._limits.deadline - time.monotonic(), 0.001)
        try:
            return await self._session.request(
                self._method,
                self._target.url,
                headers=self._headers,
                data=self._data(),
                skip_auto_headers=("Content-Type",),
                allow_redirects=False,
                timeout=self._timeout(remaining),
                middlewares=AGAIN_IF_STALE if self._tries.repeatable else ONCE,
            )
        except FAILURES as error:
            seconds = self._limits.seconds
            failed = failure_of(error, self._connection.name, self._target.host, seconds)
            raise failed from error

    def _data(self) -> bytes | io.BytesIO | None:
        if len(self._body) > _IN_ONE_PIECE:
            return io.BytesIO(self._body)  # so that it is written piece by piece
        return self._body or None


def phrase(status: int, reason: str) -> str:
    """What a status means: in the server's words, else in those of the standard."""
    if reason:
        return reason
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _joined(
    headers: Sequence[tuple[str, str]], added: Sequence[tuple[str, str]]
) -> CIMultiDict[str]:
    """All of them, a name in one spelling: of two, the library would send the last value alone."""
    joined: CIMultiDict[str] = CIMultiDict()
    spelled: dict[str, str] = {}
    for name, value in (*headers, *added):
        joined.add(spelled.setdefault(name.lower(), name), value)
    return joined


def _text(raw: str) -> str:
    """The library gives bytes that are not UTF-8 as halves of surrogate pairs, which are no text:
    then it is ISO 8859-1, which headers were once in."""
    return raw if raw.isascii() else _decoded(raw.encode(errors="surrogateescape"))


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _headers(response: aiohttp.ClientResponse) -> CIMultiDictProxy[str]:
    """The response's headers, as they are for the decompressed body."""
    coding = response.headers.get("Content-Encoding")
    decoded = coding is not None and coding.lower() in _DECODED and response.method != "HEAD"
    if not decoded and all(value.isascii() for value in response.headers.values()):
        return response.headers
    headers = CIMultiDict((name, _text(value)) for name, value in response.headers.items())
    if decoded:
        headers.popall("Content-Encoding")
        headers.popall("Content-Length", None)
    return CIMultiDictProxy(headers)
