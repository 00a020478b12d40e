"""One HTTP request, as the server reads it."""

from __future__ import annotations

import asyncio
from typing import Final

from atoll.server.types import Receive, Scope
from atoll.server.waiting import Interrupt, Interrupted, Stop, Watched

BODY_TIMEOUT: Final = 60.0
"""Seconds within which a whole request body must have arrived."""


class Refusal(Exception):
    """The request is answered with this status and text, and not otherwise handled."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Disconnected(Exception):
    """The client left before it had its answer."""


class Request:
    """A request whose body has not been read yet."""

    __slots__ = ("_headers", "_receive", "method", "path", "query_string", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query_string: bytes = scope["query_string"]
        self._receive = receive
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            # A repeated header reads as a list (RFC 9110 §5.3). Where only one value makes sense,
            # as in Host or Authorization, the list is then refused like any other bad value.
            headers[name] = headers[name] + b", " + value if name in headers else value
        self._headers = headers

    def header(self, name: bytes) -> str | None:
        """The value of a header by its lower-case name."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    async def body(self, limit: int, within: float = BODY_TIMEOUT) -> bytes:
        """Read the whole body, of at most ``limit`` bytes, in at most ``within`` seconds.

        Raises `Refusal` when it is too large (413) or too slow (408), and `Disconnected`.
        """
        length = self.header(b"content-length")
        if length is not None and length.isdecimal() and int(length) > limit:
            raise _too_large(limit)

        def watch(interrupt: Interrupt) -> Stop:
            return asyncio.get_running_loop().call_later(within, interrupt).cancel

        try:
            return await Watched(self._read(limit), watch)
        except Interrupted:
            raise Refusal(
                408, f"The request's body did not arrive within {within:g} seconds."
            ) from None

    async def _read(self, limit: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            chunks.append(chunk)
            if not message.get("more_body", False):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def disconnected(self) -> None:
        """Return when the client has left. Only after the body was read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def watch(self, leave: Interrupt) -> Stop:
        """Call ``leave`` when the client has left, until what this returns is called."""

        def left(watching: asyncio.Task[None]) -> None:
            if not watching.cancelled():
                leave()

        watching = asyncio.get_running_loop().create_task(self.disconnected())
        watching.add_done_callback(left)

        def stop() -> None:
            watching.remove_done_callback(left)
            watching.cancel()

        return stop


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"The request's body is too large: at most {limit} bytes are accepted.")
