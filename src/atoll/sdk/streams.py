"""Streams of the host, read and written piece by piece.

A stream lives no longer than the call in which it began.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any

from atoll.sdk import _host


class HostStream:
    """A stream that the host opened for this call: iterate over it, by ``for`` or ``async for``.

    Iterating raises ``HostError`` when the stream fails. Close it, or use it in a ``with``, when
    it is not read to its end.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._open = True

    def __iter__(self) -> Iterator[str]:
        while self._open:
            chunk = self._take(_host.call("stream.next", {"handle": self._handle}))
            if chunk is not None:
                yield chunk

    async def __aiter__(self) -> AsyncIterator[str]:
        while self._open:
            answer = await _host.call_async("stream.next", {"handle": self._handle})
            chunk = self._take(answer)
            if chunk is not None:
                yield chunk

    def close(self) -> None:
        """Let go of the stream; the host stops producing it."""
        if self._open:
            self._open = False
            _host.call("stream.close", {"handle": self._handle})

    def __enter__(self) -> HostStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self, answer: dict[str, Any]) -> str | None:
        if "chunk" in answer:
            chunk: str = answer["chunk"]
            return chunk
        self._open = False  # the host closed it, at its end
        return None


def emit(element: Any) -> None:
    """Send one more element of the function's stream, besides those that it yields.

    For code below a function that streams, which cannot yield. ``element`` is JSON data as the
    function's own elements become; it is sent as it is. Waits while the client is behind.

    Raises:
        HostError: ``NOT_STREAMING``, the function does not stream; ``CLIENT_GONE``, its client has
            left.
    """
    _host.call("stream.emit", {"value": element})


async def emit_async(element: Any) -> None:
    """Like ``emit``; other tasks run meanwhile."""
    await _host.call_async("stream.emit", {"value": element})
