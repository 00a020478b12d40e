"""``GET events``: what changes, told to all pages that are open (server-sent events)."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from atoll.app.call_record import CallRecord
from atoll.server.explorer.calls import summary
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.state import state_of
from atoll.server.explorer.wire import encode
from atoll.server.media_type import EVENT_STREAM
from atoll.server.request import Request
from atoll.server.streams.ending import LAST_WORDS, Ending, ended
from atoll.server.types import Send

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer

MOST_PAGES: Final = 32
"""Streams at a time."""
HEARTBEAT: Final = 15.0
"""Seconds between two comment lines, so that nobody on the way takes the connection for dead."""
PAUSE: Final = 0.1
"""Seconds for which calls are gathered."""
MOST_AT_ONCE: Final = 500
"""Calls in one message."""
MOST_CHANGED: Final = 10_000
"""Calls that wait to be told of; further ones take the place of the oldest."""
MOST_WAITING: Final = 64
"""Messages that wait for one page. One that is as slow as that is dropped, and comes again."""

_COMMENT: Final = b":\n\n"
_HEADERS: Final = (
    (b"content-type", EVENT_STREAM.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-accel-buffering", b"no"),  # nginx would keep events until it has some kilobytes
)


class Hub:
    """Tells pages what changes. Process lifetime; of one event loop.

    Nothing is done while no page is open. What it does for a call does not depend on how many
    pages there are.
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._streams: set[EventStream] = set()
        self._changed: dict[str, CallRecord] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._closed = False

    @property
    def pages(self) -> int:
        """How many are open."""
        return len(self._streams)

    @property
    def waiting(self) -> int:
        """How many calls are still to be told of."""
        return len(self._changed)

    def stream(self, request: Request, expires: float | None = None) -> EventStream:
        """Answer a request for events, until ``expires`` (seconds since 1970).

        Raises `ExplorerError` (429) when too many pages are open.
        """
        if len(self._streams) >= MOST_PAGES:
            raise ExplorerError(
                429,
                "TOO_MANY_PAGES",
                f"{MOST_PAGES} pages of the Explorer are open, which is as many as can be.",
                "Close some of them.",
            )
        stream = EventStream(self, request, expires)
        if self._closed:
            stream.end()
        return stream

    def enter(self, stream: EventStream) -> None:
        """Tell this stream as well."""
        if self._unsubscribe is None:
            self._unsubscribe = self._explorer.calls.subscribe(self._call_changed)
        self._streams.add(stream)
        stream.push(_event("state", state_of(self._explorer)))

    def leave(self, stream: EventStream) -> None:
        self._streams.discard(stream)
        if not self._streams and self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
            self._changed.clear()

    def state_changed(self) -> None:
        """Tell of another app, or of another state of its build."""
        if self._streams:
            self._push(_event("state", state_of(self._explorer)))

    def cleared(self) -> None:
        """Tell that all calls that have ended were forgotten."""
        self._changed = {
            id: record for id, record in self._changed.items() if record.seconds is None
        }
        self._push(_event("cleared", None))

    def close(self) -> None:
        """End all streams, and those that come."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for stream in tuple(self._streams):
            stream.end()

    def _call_changed(self, record: CallRecord) -> None:
        changed = self._changed
        changed.pop(record.id, None)  # the newest is the last
        changed[record.id] = record
        if len(changed) > MOST_CHANGED:
            del changed[next(iter(changed))]
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self._tell)

    def _tell(self) -> None:
        """Tell of the newest calls; of older ones when there is time."""
        self._timer = None
        changed = self._changed
        if not self._streams or not changed or self._closed:
            return
        newest = [changed.popitem()[1] for _ in range(min(len(changed), MOST_AT_ONCE))]
        self._push(_event("calls", [summary(record) for record in newest]))
        if changed:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self._tell)

    def _push(self, event: bytes) -> None:
        for stream in tuple(self._streams):
            stream.push(event)


class EventStream:
    """A response of events, to one page."""

    status: Final = 200

    def __init__(self, hub: Hub, request: Request, expires: float | None) -> None:
        self._hub = hub
        self._request = request
        self._expires = expires
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._ending = Ending()

    def push(self, event: bytes) -> None:
        """Send an event, once those before it were sent."""
        if len(self._waiting) >= MOST_WAITING:
            self.end()
            return
        self._waiting.append(event)
        self._wake.set()

    def end(self) -> None:
        """End soon."""
        self._ending.begin("stopping")

    async def send(self, send: Send) -> None:
        """Send events until the page leaves or the stream ends."""
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        self._hub.enter(self)
        loop = asyncio.get_running_loop()
        events = loop.create_task(self._send_events(send))
        left = loop.create_task(self._request.disconnected())
        try:
            with self._ending.at_expiry(self._expires):
                waited: set[asyncio.Future[Any]] = {events, left, self._ending.reason}
                await asyncio.wait(waited, return_when="FIRST_COMPLETED")
        finally:
            self._hub.leave(self)
            gone = left.done()
            await ended([events, left])
        if not gone:
            # In vain if the page does not read: the server then closes the connection.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_events(self, send: Send) -> None:
        while True:
            while self._waiting:
                await _write(send, self._waiting.popleft())
            self._wake.clear()
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await self._wake.wait()
            except TimeoutError:
                await _write(send, _COMMENT)


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


def _event(name: str, data: object) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), encode(data))
