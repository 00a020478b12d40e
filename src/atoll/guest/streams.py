"""Streams at the border of core modules: the imports ``atoll_stream.{next,close,emit}``.

All text is UTF-8 in the guest's memory.

``next(handle: i32, buffer: i32, capacity: i32) -> i64``
    Waits for the next chunk. The upper 32 bits of the result are a status, the lower 32 a length:
    status 0, the chunk is in the buffer; 1, the stream has ended; 2, it failed and the buffer holds
    the message, cut to its capacity; 3, the chunk is longer than ``capacity``: nothing was written,
    and the next call with room for that length gets it.
``close(handle: i32)``
    Drops the stream.
``emit(pointer: i32, length: i32) -> i32``
    Sends a chunk to the client, waiting while it is behind: 0, or 1 when nobody is listening.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol

from atoll.engine import CoreExecution, CoreImport, OnFiber

CHUNK, END, FAILED, TOO_SMALL = range(4)


class CallStreams(Protocol):
    """The streams of one call (``host.streams.Streams``)."""

    async def next(self, handle: int) -> str | None: ...
    async def close(self, handle: int) -> None: ...
    async def emit(self, chunk: str) -> None: ...


class StreamBorder:
    """One call's streams, with the chunk that did not fit the guest's buffer."""

    def __init__(self, streams: CallStreams) -> None:
        self._streams = streams
        self._kept: dict[int, bytes] = {}

    async def next(self, handle: int, capacity: int) -> tuple[int, bytes, int]:
        """Status, what to write, and the length to report."""
        chunk = self._kept.pop(handle, None)
        if chunk is None:
            try:
                text = await self._streams.next(handle)
            except Exception as error:
                message = getattr(error, "message", "the stream failed").encode()[:capacity]
                return FAILED, message, len(message)
            if text is None:
                return END, b"", 0
            chunk = text.encode(errors="replace")
        if len(chunk) > capacity:
            self._kept[handle] = chunk
            return TOO_SMALL, b"", len(chunk)
        return CHUNK, chunk, len(chunk)

    async def close(self, handle: int) -> None:
        self._kept.pop(handle, None)
        await self._streams.close(handle)

    async def emit(self, chunk: bytes) -> int:
        try:
            await self._streams.emit(chunk.decode(errors="replace"))
        except Exception as error:
            # An error made for guests says that there is no client; any other is the host's own.
            if getattr(error, "code", None) is None:
                raise
            return 1
        return 0


def stream_imports(border_of: Callable[[CoreExecution], StreamBorder]) -> tuple[CoreImport, ...]:
    """The three imports; ``border_of`` finds the call that an execution belongs to."""

    async def next_chunk(
        execution: CoreExecution, handle: int, buffer: int, capacity: int
    ) -> OnFiber:
        status, text, length = await border_of(execution).next(handle, capacity & 0xFFFFFFFF)
        return OnFiber(deliver(execution, buffer & 0xFFFFFFFF, text, status << 32 | length))

    def deliver(
        execution: CoreExecution, buffer: int, text: bytes, result: int
    ) -> Generator[tuple[Any, ...], Any, int]:
        """Write on the fiber: the store belongs to the guest's future while that is suspended."""
        if text:
            execution.write(buffer, text)
        return result
        yield  # makes it a generator; it calls no export

    async def close(execution: CoreExecution, handle: int) -> None:
        await border_of(execution).close(handle)

    def emit(execution: CoreExecution, pointer: int, length: int) -> Any:
        # Read before anything is awaited, on the fiber: the guest may not run on meanwhile, but
        # its memory must not be touched while it is suspended.
        chunk = execution.read(pointer & 0xFFFFFFFF, length & 0xFFFFFFFF)
        return border_of(execution).emit(chunk)

    return (
        CoreImport(
            "atoll_stream", "next", ("i32", "i32", "i32"), ("i64",), next_chunk, reenters=True
        ),
        CoreImport("atoll_stream", "close", ("i32",), (), close, is_async=True),
        CoreImport("atoll_stream", "emit", ("i32", "i32"), ("i32",), emit, is_async=True),
    )
