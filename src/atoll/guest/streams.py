"""Streams at the border of core modules: the imports ``atoll_stream.{next,close,put,emit}``.

All text is UTF-8 in the guest's memory.

``next(handle: i32, buffer: i32, capacity: i32) -> i64``
    Waits for the next chunk. The upper 32 bits of the result are a status, the lower 32 a length:
    status 0, the chunk is in the buffer; 1, the stream has ended; 2, it failed and the buffer holds
    the message, cut to its capacity; 3, the chunk is longer than ``capacity``: nothing was written,
    and the next call with room for that length gets it.
``close(handle: i32)``
    Drops the stream.
``put(slot: i32) -> i32``
    Sends one element of what the running function streams to the client, waiting while it is
    behind: 0, or 1 when nobody is listening. ``slot`` is the element's address as it would lie in
    an array: a number, or the reference of an object, in the form of the guest's language.
``emit(pointer: i32, length: i32) -> i32``
    The same with the element as JSON text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, Protocol

import msgspec

from atoll.engine import CoreExecution, CoreImport, OnFiber
from atoll.guest.failure import BadGuestReply

CHUNK, END, FAILED, TOO_SMALL = range(4)

ReadElement = Callable[[CoreExecution, int], Any]
"""Reads the element at an address, as JSON data. Runs on the guest's fiber; what it raises ends the
call."""


class CallStreams(Protocol):
    """The streams of one call (``host.streams.Streams``)."""

    async def next(self, handle: int) -> str | None: ...
    async def close(self, handle: int) -> None: ...
    async def emit(self, element: Any) -> None: ...


class StreamBorder:
    """One call's streams, with the chunk that did not fit the guest's buffer."""

    def __init__(self, streams: CallStreams) -> None:
        self._streams = streams
        self._kept: dict[int, bytes] = {}
        self.read_element: ReadElement | None = None
        """Of what the running function streams; None while it streams nothing."""

    async def next(self, handle: int, capacity: int) -> tuple[int, bytes, int]:
        """Status, what to write, and the length to report."""
        chunk = self._kept.pop(handle, None)
        if chunk is None:
            try:
                text = await self._streams.next(handle)
            except Exception as error:
                message = _cut(getattr(error, "message", "the stream failed"), capacity)
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

    def put(self, execution: CoreExecution, slot: int) -> Awaitable[int]:
        """Send the element at an address: 0, or 1 when nobody is listening."""
        if self.read_element is None:
            return self._unheard()
        # Read before anything is awaited: the guest's memory must not be touched while it waits.
        return self.send(self.read_element(execution, slot))

    async def send(self, element: Any) -> int:
        try:
            await self._streams.emit(element)
        except Exception as error:
            # An error made for guests says that there is no client; any other is the host's own.
            if getattr(error, "code", None) is None:
                raise
            return 1
        return 0

    async def _unheard(self) -> int:
        return 1


def stream_imports(border_of: Callable[[CoreExecution], StreamBorder]) -> tuple[CoreImport, ...]:
    """The imports; ``border_of`` finds the call that an execution belongs to."""

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

    def put(execution: CoreExecution, slot: int) -> Awaitable[int]:
        return border_of(execution).put(execution, slot & 0xFFFFFFFF)

    def emit(execution: CoreExecution, pointer: int, length: int) -> Any:
        text = execution.read(pointer & 0xFFFFFFFF, length & 0xFFFFFFFF)
        return border_of(execution).send(_json(text))

    return (
        CoreImport(
            "atoll_stream", "next", ("i32", "i32", "i32"), ("i64",), next_chunk, reenters=True
        ),
        CoreImport("atoll_stream", "close", ("i32",), (), close, is_async=True),
        CoreImport("atoll_stream", "put", ("i32",), ("i32",), put, is_async=True),
        CoreImport("atoll_stream", "emit", ("i32", "i32"), ("i32",), emit, is_async=True),
    )


def _cut(text: str, most: int) -> bytes:
    """The beginning of a text, in so many bytes, without a part of a character at its end."""
    return text.encode(errors="replace")[:most].decode(errors="ignore").encode()


def _json(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadGuestReply("the guest sent an element of a stream that is not JSON") from None
