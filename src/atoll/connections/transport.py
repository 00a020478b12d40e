"""The library's session, with connections that are looked at before they are used again.

A host may close a connection that nobody uses at any moment. A request that is written to one is
lost, and whether the host has seen it cannot be told. So a connection on which something came in
since its last response, be it the end, is not used; and what slips through is sent once more over a
new connection if it may arrive twice.
"""

from __future__ import annotations

import asyncio
import select
import weakref
from typing import Any

import aiohttp

from atoll._version import __version__
from atoll.connections.failures import Disconnected

IDLE_SECONDS = 4.0
"""Common servers close connections after 5 s without a request."""

_LONGEST_HEADER = 1 << 16
_READ_AHEAD = 1 << 16
"""Bytes of a body that are held for a slow reader, at least; twice as many at most."""


def open_session(*, trust_env: bool) -> aiohttp.ClientSession:
    """A session without cookies and without limits of its own."""
    return aiohttp.ClientSession(
        # What limits there are hold for connections of the manifest, not for hosts.
        connector=_Connector(
            limit=0, limit_per_host=0, ttl_dns_cache=30, keepalive_timeout=IDLE_SECONDS
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"atoll/{__version__}"},
        request_class=_Request,
        trust_env=trust_env,
        max_field_size=_LONGEST_HEADER,
        read_bufsize=_READ_AHEAD,
    )


class _Request(aiohttp.ClientRequest):
    over_used = False
    """Whether it went over a connection that had been used before."""
    wants_new = False


class _Connector(aiohttp.TCPConnector):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._used: weakref.WeakSet[Any] = weakref.WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the library's own
    ) -> Any:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            used = protocol in self._used
            if used and (
                getattr(req, "wants_new", False)
                or protocol is None
                or protocol.should_close
                or _has_input(connection.transport)
            ):
                connection.close()
                continue
            self._used.add(protocol)
            if isinstance(req, _Request):
                req.over_used = used
            return connection


def _has_input(transport: asyncio.Transport | None) -> bool:
    """Whether something came in that the loop has not seen yet; the end is something too."""
    socket = None if transport is None else transport.get_extra_info("socket")
    number = -1 if socket is None else socket.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


async def send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A middleware: what failed is not sent again, as the library would do by itself."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Disconnected from error


async def send_again_if_stale(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A middleware, for requests that may arrive twice."""
    try:
        return await send_once(request, handler)
    except Disconnected:
        if not isinstance(request, _Request) or not request.over_used:
            raise
    request.wants_new = True
    return await send_once(request, handler)


ONCE = (send_once,)
AGAIN_IF_STALE = (send_again_if_stale,)
