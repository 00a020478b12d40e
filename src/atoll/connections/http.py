"""The host's one outbound HTTP client."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from multidict import CIMultiDict, CIMultiDictProxy

from atoll._version import __version__
from atoll.connections.errors import ConnectionFailed
from atoll.connections.library import load_library
from atoll.connections.target import Target, resolve
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

if TYPE_CHECKING:
    import aiohttp

CONNECT_SECONDS = 10.0
"""For connecting to one address, TLS handshake included."""

PER_HOST = 4096
"""Connections to one host at a time. No limit holds across hosts: requests that wait on a slow
host must not keep others from theirs. Every call waiting on one slow model has its own."""

_LONGEST_HEADER = 1 << 16
_DECODED = frozenset(("gzip", "deflate", "br", "zstd"))
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
        if self.reason:
            return self.reason
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return ""


class HttpStream:
    """A response whose body is still coming."""

    def __init__(self, response: aiohttp.ClientResponse, chunks: AsyncIterator[bytes]) -> None:
        self.status = response.status
        self.reason = _text(response.reason or "")
        self.headers = _headers(response)
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body's chunks as they arrive. Raises ConnectionFailed as ``request`` does."""
        return self._chunks

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self._chunks])


class HttpClient:
    """Requests over the http connections of one app; one per app, used on one event loop.

    Redirects are not followed: the connection's credentials would go wherever the other side
    says. Cookies are not kept: they would carry state from one call to the next. Proxies of the
    environment are used only with ``trust_env``.
    """

    def __init__(self, secrets: Secrets, *, trust_env: bool = False) -> None:
        self._secrets = secrets
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None

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
    ) -> HttpResponse:
        """Send a request and read its whole response, whatever the status.

        Args:
            connection: adds its headers and query parameters; ``url`` must lie on its host.
            headers: sent before those of the connection, which do not replace them.
            timeout: seconds from start to end.
            max_bytes: of body that may be read, after decompression.

        Raises:
            ConnectionFailed: there was no complete response.
        """
        async with self.stream(
            connection,
            method,
            url,
            headers=headers,
            body=body,
            timeout=timeout,
            max_bytes=max_bytes,
        ) as stream:
            content = await stream.read()
            return HttpResponse(stream.status, stream.reason, stream.headers, content)

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
    ) -> AsyncGenerator[HttpStream]:
        """Like ``request``, but the body is read as it comes; leaving closes the connection."""
        target = resolve(connection, url, self._secrets)
        sent = _joined(headers, target.headers)
        await load_library()
        import aiohttp

        with _failures(connection, target, timeout):
            response = await self._open().request(
                method,
                target.url,
                headers=sent,
                data=body or None,
                skip_auto_headers=("Content-Type",),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_SECONDS),
            )
        try:
            chunks = _chunks(response, connection, target, timeout, max_bytes)
            yield HttpStream(response, chunks)
        finally:
            await chunks.aclose()
            # A body read to its end has given its connection back to the pool already.
            response.close()

    def redact(self, connection: HttpConnection, text: str) -> str:
        """``text`` without the connection's secrets, for texts that the other side wrote."""
        url = connection.base_url or connection.endpoint or ""
        secrets = set(resolve(connection, url, self._secrets).secrets)
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, _REDACTED)
        return text

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, limit_per_host=PER_HOST, ttl_dns_cache=30),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": f"atoll/{__version__}"},
                trust_env=self._trust_env,
                max_field_size=_LONGEST_HEADER,
            )
        return self._session


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
    headers = CIMultiDict((name, _text(value)) for name, value in response.headers.items())
    if response.method != "HEAD" and headers.get("Content-Encoding", "").lower() in _DECODED:
        headers.pop("Content-Encoding")
        headers.popall("Content-Length", None)
    return CIMultiDictProxy(headers)


async def _chunks(
    response: aiohttp.ClientResponse,
    connection: HttpConnection,
    target: Target,
    seconds: float,
    max_bytes: int,
) -> AsyncGenerator[bytes]:
    received = 0
    with _failures(connection, target, seconds):
        async for chunk in response.content.iter_any():
            received += len(chunk)
            if received > max_bytes:
                raise ConnectionFailed(
                    "RESPONSE_TOO_LARGE",
                    f"the response over connection [{connection.name}] is larger than "
                    f"{max_bytes >> 20} MiB",
                    'ask for less, or raise "payloadMb" under "limits" in modus.json',
                )
            yield chunk


@contextmanager
def _failures(connection: HttpConnection, target: Target, seconds: float) -> Iterator[None]:
    """Turn what goes wrong between hosts into errors that name the connection."""
    import aiohttp

    over = f"connection [{connection.name}]"
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise ConnectionFailed(
            "TIMEOUT",
            f"{over} could not reach {target.host} within {CONNECT_SECONDS:g} s",
            "check that the host is up and that a firewall lets the connection through",
        ) from error
    except TimeoutError as error:
        raise ConnectionFailed(
            "TIMEOUT",
            f"{target.host} did not answer over {over} within {seconds:g} s",
            "ask for less, or check the load of the host",
        ) from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError) as error:
        raise ConnectionFailed(
            "TLS_FAILED",
            f"{over} could not set up TLS with {target.host}: {_tls_reason(error)}",
            "check the host's certificate; SSL_CERT_FILE names further authorities to trust",
        ) from error
    except aiohttp.ClientConnectorError as error:
        reason = error.os_error.strerror or "the name could not be resolved"
        raise ConnectionFailed(
            "HOST_UNREACHABLE",
            f"{over} could not reach {target.host}: {reason}",
            "check the URL in modus.json and that the host is up",
        ) from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise ConnectionFailed(
            "BAD_URL", f"{over} has no usable URL", "check it in modus.json"
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        # Also a body that ends early or is not framed as HTTP wants it.
        raise ConnectionFailed(
            "CONNECTION_LOST",
            f"{target.host} closed {over} before its response was complete",
            "try again; if it stays so, look at the logs of that host",
        ) from error


def _tls_reason(error: Exception) -> str:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    return getattr(cause, "reason", None) or "the handshake failed"
