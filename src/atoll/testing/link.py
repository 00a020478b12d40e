"""The wire between native functions and the host's side of their calls."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar

from atoll.app.log import CURRENT_CALL
from atoll.host.calls import HostCalls
from atoll.sdk import _host
from atoll.testing.background import Background

Answer = tuple[bool, str]
_GONE = json.dumps({"code": "CLIENT_GONE", "message": "nobody waits for this call any more"})


class Link:
    """One call's way to its host."""

    def __init__(
        self,
        background: Background,
        calls: HostCalls,
        on_log: Callable[[int, str], None],
        fields: Mapping[str, str],
    ) -> None:
        self._background = background
        self._calls = calls
        self.on_log = on_log
        self._fields = fields
        self._tasks: set[asyncio.Task[Answer]] = set()
        self._gone = False

    def call(self, name: str, payload: str) -> concurrent.futures.Future[Answer]:
        return self._background.start(self._call(name, payload))

    def cut(self) -> None:
        """Fail what the function waits for, and all that it will ask. On the host's loop."""
        self._gone = True
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        self.cut()
        await self._calls.close()

    async def _call(self, name: str, payload: str) -> Answer:
        if self._gone:
            return False, _GONE
        CURRENT_CALL.set(self._fields)
        task = asyncio.ensure_future(self._calls.call(name, payload))
        self._tasks.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._gone:
                return False, _GONE
            raise
        finally:
            self._tasks.discard(task)


LINK: ContextVar[Link | None] = ContextVar("link", default=None)
"""Of the call to which the running function belongs."""


class NativeTransport:
    """Host calls of functions that run in the test's process.

    Args:
        link: gives the link for functions that a test calls by itself.
    """

    def __init__(self, link: Callable[[], Link]) -> None:
        self._link = link

    def call(self, name: str, payload: str) -> str:
        return _text(self._current().call(name, payload).result())

    async def call_async(self, name: str, payload: str) -> str:
        host_call = getattr(asyncio.get_running_loop(), "host_call", None)
        if host_call is not None:  # the loop that functions have in the sandbox as well
            text: str = await host_call(name, payload)
            return text
        return _text(await asyncio.wrap_future(self._current().call(name, payload)))

    def log(self, level: int, message: str) -> None:
        self._current().on_log(level, message)

    def _current(self) -> Link:
        return LINK.get() or self._link()


def _text(answer: Answer) -> str:
    succeeded, text = answer
    if not succeeded:
        raise _host.error_from(text)
    return text
