"""The HTTP protocol of the server: uvicorn's, with bounds on what a client may make it hold.

uvicorn's httptools protocol bounds neither the size of a request's head nor the time it takes.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

MAX_HEAD: Final = 64 << 10
"""Bytes that a request may send between two pieces of body: its head, or the framing of chunks and
trailers. Up to one read of the transport (256 KiB) may come on top before it is noticed."""

HEAD_TIMEOUT: Final = 15.0
"""Seconds from a connection, or from a request's first byte, to the end of its head."""

LINGER: Final = 5.0
"""Seconds for which the rest of a request is read and thrown away once it was answered. Closed at
once, the client might lose the answer to the reset of the connection."""


STALL: Final = 60.0
"""Seconds for which a client may read too little of what it is sent for the server to go on."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection, until it becomes that of a WebSocket."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        self._outside_body = 0
        self._head_read = False
        self._head_open = False
        self._last = False
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._linger_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timers()
        self._stop_stall_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._outside_body += len(data)
        super().data_received(data)
        if self._outside_body > MAX_HEAD and not self.transport.is_closing():
            self._refuse(431, "The request's headers are too large.")
        elif self._head_open:  # most heads come whole, and need no timer
            self._await_head()

    def on_message_begin(self) -> None:
        self._head_read = False
        self._head_open = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Behind the head come only trailers. They must not pass for headers, which were judged.
        if not self._head_read:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_read = True
        self._outside_body = 0
        if self._becomes_websocket and not self._last:
            # The head's time goes on: such a request has no body that would be waited for.
            super().on_headers_complete()
            return
        self._head_open = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        if self._last:
            return  # nothing that follows on this connection is a request
        super().on_headers_complete()
        self.cycle.transport = _CycleTransport(self, self.cycle)

    def handle_websocket_upgrade(self) -> None:
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy or self._last or not self.url.isascii():
            self._refuse(400, "This request cannot open a WebSocket.")
            return
        self._head_open = False
        self._stop_timers()
        self._stop_stall_timer()
        super().handle_websocket_upgrade()
        if self.flow.write_paused:  # for the answer to a request before
            successor = self.transport.get_protocol()
            assert isinstance(successor, asyncio.Protocol)
            successor.pause_writing()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall_timer = self.loop.call_later(STALL, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall_timer()

    def on_body(self, body: bytes) -> None:
        self._outside_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._outside_body = 0
        if self._linger_timer is not None:
            self._linger_timer.cancel()
            self._linger_timer = None
        super().on_message_complete()
        if self._last:
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # The newest request may be another one than that which was answered.
        unread = self.cycle.response_complete and self.cycle.more_body
        if unread and not self.transport.is_closing():
            self._linger_timer = self.loop.call_later(LINGER, self.transport.close)

    def end(self, cycle: RequestResponseCycle) -> None:
        """Close the connection for ``cycle``, but not on a client that is still sending."""
        if cycle.response_complete and cycle.more_body:
            self._last = True
        else:
            self.transport.close()

    @property
    def _becomes_websocket(self) -> bool:
        return bool(self.parser.should_upgrade()) and self._should_upgrade()

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_TIMEOUT, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            # A request before it is still being answered, and reading may be paused for it.
            self._await_head()
        elif not self._outside_body:
            self.transport.close()  # a connection kept in reserve
        else:
            self._refuse(408, "The request's headers did not arrive in time.")

    def _refuse(self, status: int, message: str) -> None:
        """Answer what is no whole request, and end the connection."""
        self._head_open = False
        self._stop_timers()
        self._refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()  # an answer now would be taken for that of the request before
            return
        body = f"{message}\n".encode()
        self.transport.write(
            STATUS_LINE[status]
            + b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            + b"content-length: %d\r\n\r\n" % len(body)
            + body
        )
        self.transport.write_eof()
        self._linger_timer = self.loop.call_later(LINGER, self.transport.close)

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._linger_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._linger_timer = None

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None


class _CycleTransport(asyncio.Transport):
    """The transport as the cycle of one request sees it.

    A cycle that does not keep the connection closes it as soon as it has answered.
    """

    def __init__(self, protocol: BoundedProtocol, cycle: RequestResponseCycle) -> None:
        # One is made for each request, so it is made of what a cycle uses, and of nothing else.
        self._protocol = protocol
        self._cycle = cycle
        self.write = protocol.transport.write  # type: ignore[method-assign]  # the same
        self.is_closing = protocol.transport.is_closing  # type: ignore[method-assign]  # the same

    def close(self) -> None:
        self._protocol.end(self._cycle)
