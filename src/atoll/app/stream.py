"""The stream that a function gives, on its way to the client that takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from atoll.app.call import FunctionError, Outcome
from atoll.app.call_host import CallHost
from atoll.host.streams import client_gone

FAREWELL: Final = 1.0
"""Seconds within which a function must end by itself when its client has left."""

ENDED: Final = object()
"""No element: there are no more."""


class StreamFailed(Exception):
    """A function that streams failed, before its first element or after some."""

    def __init__(self, errors: Sequence[FunctionError], execution_id: str | None = None) -> None:
        super().__init__(errors[0].message if errors else "the function gave no reason")
        self.errors = tuple(errors)
        self.execution_id = execution_id


class Delivery:
    """One stream: elements go in at the guest's side and out at the client's, one at a time.

    The guest is held up while the element before has not been taken.
    """

    def __init__(self) -> None:
        self.gone = False
        """Whether the client has left."""
        self.host: CallHost | None = None
        """Of the call, once it has begun."""
        self.on_room: Callable[[], None] = _ignore
        """Called when the guest may go on, after it had to send an element."""
        self._element: Any = ENDED
        self._ended = False
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._turn = asyncio.Lock()

    async def send(self, element: Any) -> None:
        """Take an element of the guest, once there is room. Raises HostError: ``CLIENT_GONE``."""
        async with self._turn:
            await self._room.wait()
            if self.gone:
                raise client_gone()
            self._room.clear()
            self._element = element
            self._filled.set()
            self.on_room()

    async def take(self) -> Any:
        """The next element; ``ENDED`` when the call has ended."""
        await self._filled.wait()
        element, self._element = self._element, ENDED
        if not self._ended:
            self._filled.clear()
        self._room.set()
        return element

    def end(self, _: object = None) -> None:
        """The call has ended: nothing follows what is there."""
        self._ended = True
        self._filled.set()

    async def leave(self, call: asyncio.Task[Outcome]) -> None:
        """Have a call end for which no client is left, and wait until it has ended.

        What it has open at the host is closed at once. The function is told as soon as it waits for
        the host, and may then end in its own way for a moment; it is torn down after that, or if it
        cannot be told.
        """
        if call.done():
            return
        try:
            self.gone = True
            self._room.set()
            calls = None if self.host is None else self.host.calls
            if calls is not None and await calls.interrupt(call):
                await asyncio.wait((call,), timeout=FAREWELL)
        finally:
            if not call.done():
                call.cancel()
                await asyncio.wait((call,))


def _ignore() -> None: ...
