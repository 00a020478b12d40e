"""GraphQL over Server-Sent Events, in the "distinct connections" mode of its protocol
(https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md; reference section 2.15).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, Final

import msgspec

from atoll.app.call import Caller
from atoll.graphql import GraphQLRequest, GraphQLResponse
from atoll.graphql.errors import coded
from atoll.graphql.response import internal_error, refused
from atoll.server.deployment import Deployment
from atoll.server.media_type import EVENT_STREAM
from atoll.server.request import Request
from atoll.server.streams.ending import EXPIRED, LAST_WORDS, Ending, ended
from atoll.server.types import Send

HEARTBEAT: Final = 12.0
"""Seconds between comment lines, so that nobody on the way takes the connection for dead."""

log = logging.getLogger("atoll.server")

_COMPLETE: Final = b"event: complete\ndata: \n\n"
_COMMENT: Final = b":\n\n"
_EXPIRED: Final = refused("access", [coded(EXPIRED, "UNAUTHENTICATED")], "UNAUTHENTICATED")
_HEADERS: Final = {
    "content-type": EVENT_STREAM,
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",  # nginx would keep events until it has some kilobytes
}

_encode: Final = msgspec.json.Encoder().encode


async def respond(
    deployment: Deployment,
    request: Request,
    query: GraphQLRequest,
    caller: Caller,
    expires: float | None = None,
) -> EventStream:
    """Answer a request whose client takes events; the operation runs when they are sent.

    A subscription ends when the caller's token ``expires``, in seconds since 1970.
    """
    return EventStream(deployment, request, query, caller, expires)


class EventStream:
    """A response of events: one for each response to the request, and one at the end."""

    status: Final = 200

    def __init__(
        self,
        deployment: Deployment,
        request: Request,
        query: GraphQLRequest,
        caller: Caller,
        expires: float | None,
        headers: Mapping[str, str] = _HEADERS,
    ) -> None:
        self.size = 0
        """Bytes of the body that were sent so far."""
        self._deployment = deployment
        self._request = request
        self._query = query
        self._caller = caller
        self._expires = expires
        self._headers = headers
        # One writer at a time: what waits for a slow client is one event.
        self._writing = asyncio.Lock()
        self._ending = Ending()

    def with_headers(self, more: Mapping[str, str]) -> EventStream:
        """The same, not begun yet, with more headers."""
        headers = {**self._headers, **more}
        return EventStream(
            self._deployment, self._request, self._query, self._caller, self._expires, headers
        )

    async def send(self, send: Send, extra: Mapping[str, str] | None = None) -> None:
        """Send events until there are no more, or the client leaves.

        A subscription ends when its deployment retires or its token expires, too. When this
        returns, for whatever reason, the operation has stopped.
        """
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for named in (self._headers, extra or {})
            for name, value in named.items()
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        loop = asyncio.get_running_loop()
        events = loop.create_task(self._send_events(send))
        left = loop.create_task(self._request.disconnected())
        heart = loop.create_task(self._beat(send))
        try:
            waited: set[asyncio.Future[Any]] = {events, left, self._ending.reason}
            await asyncio.wait(waited, return_when="FIRST_COMPLETED")
        finally:
            gone = left.done()
            await ended([events, left, heart])
        if not gone:
            # In vain if the client does not read: the server then closes the connection.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS):
                    if self._ending.reason.done() and self._ending.reason.result() == "expired":
                        await self._write_next(send, _EXPIRED)
                    await self._write(send, _COMPLETE, last=True)

    async def _send_events(self, send: Send) -> None:
        try:
            async with aclosing(self._responses()) as responses:
                async for response in responses:
                    await self._write_next(send, response)
        except Exception:
            log.exception("Internal error in a stream of events.")
            await self._write_next(send, internal_error())

    async def _responses(self) -> AsyncGenerator[GraphQLResponse, None]:
        opened = await self._deployment.api.open(self._query, self._caller)
        if isinstance(opened, GraphQLResponse):
            yield opened
            return
        with (
            self._deployment.streaming(self._ending.begin),
            self._ending.at_expiry(self._expires),
        ):
            async with aclosing(opened):
                async for response in opened:
                    yield response

    async def _beat(self, send: Send) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            await self._write(send, _COMMENT)

    async def _write_next(self, send: Send, response: GraphQLResponse) -> None:
        await self._write(send, b"event: next\ndata: %b\n\n" % _encode(response.body))

    async def _write(self, send: Send, data: bytes, *, last: bool = False) -> None:
        async with self._writing:
            await send({"type": "http.response.body", "body": data, "more_body": not last})
            self.size += len(data)
