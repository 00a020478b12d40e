"""The streams of a call: from the host to a guest and from a guest to its client.

A stream that the host feeds is a handle: ``next`` gives a chunk, the end, or an error, and
``close`` drops it. What a guest emits goes to its client; ``emit`` suspends the guest while the
client is behind. All streams die with their call.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from atoll.host.errors import HostError

_log = logging.getLogger("atoll.host")

Emit = Callable[[Any], Awaitable[None]]
"""Takes one element towards the client, as JSON data in the guest border's form; returns when the
client has room for the next."""

OPEN_AT_ONCE = 64
"""Streams that one call may hold open. Each may hold a connection of the host."""


def client_gone() -> HostError:
    """What a function learns of whatever it waits for when the client of its stream has left."""
    return HostError("CLIENT_GONE", "the client has left: nobody takes the stream any more")


class Streams:
    """The streams of one call."""

    def __init__(self, emit: Emit | None = None) -> None:
        self._emit = emit
        self._open: dict[int, AsyncIterator[str]] = {}
        self._reading: set[int] = set()
        self._last = 0

    def open(self, chunks: AsyncIterator[str]) -> int:
        """Give the guest a handle for ``chunks``; handles are never reused within a call."""
        if len(self._open) >= OPEN_AT_ONCE:
            raise HostError(
                "TOO_MANY_STREAMS",
                f"this call already has {OPEN_AT_ONCE} streams open",
                "close a stream before opening another",
            )
        self._last += 1
        self._open[self._last] = chunks
        return self._last

    async def next(self, handle: int) -> str | None:
        """The next chunk, or None at the end; after the end the handle is gone.

        Raises:
            HostError: no such stream, or it is being read already.
            Exception: whatever the stream's source raised; the handle is gone then too.
        """
        chunks = self._open.get(handle)
        if chunks is None:
            raise HostError("NO_SUCH_STREAM", f"stream {handle} is not open in this call")
        if handle in self._reading:
            raise HostError("STREAM_BUSY", f"stream {handle} is already being read")
        self._reading.add(handle)
        try:
            return await anext(chunks)
        except StopAsyncIteration:
            self._open.pop(handle, None)
            return None
        except BaseException:
            self._open.pop(handle, None)
            raise
        finally:
            self._reading.discard(handle)
            if handle not in self._open:  # closed meanwhile, when its source was busy
                await _close(chunks)

    @property
    def is_read(self) -> bool:
        """Whether the guest waits for a chunk."""
        return bool(self._reading)

    async def close(self, handle: int) -> None:
        """Drop a stream and what feeds it; closing an unknown handle does nothing."""
        chunks = self._open.pop(handle, None)
        if chunks is not None and handle not in self._reading:
            await _close(chunks)

    async def emit(self, element: Any) -> None:
        """Send one element to the client, waiting while it is behind.

        Raises:
            HostError: ``NOT_STREAMING``, the call was not made for a stream; ``CLIENT_GONE``.
        """
        if self._emit is None:
            raise HostError(
                "NOT_STREAMING",
                "this call has no client that takes a stream",
                "a function whose result is a stream is called by a subscription or `atoll call`",
            )
        await self._emit(element)

    async def close_all(self) -> None:
        """Close every stream, whatever goes wrong with one of them."""
        for handle in list(self._open):
            try:
                await self.close(handle)
            except Exception:
                _log.exception("Closing a stream failed.")


async def _close(chunks: AsyncIterator[str]) -> None:
    close = getattr(chunks, "aclose", None)
    if close is not None:
        await close()
