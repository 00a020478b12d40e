"""Ending the tasks of a stream."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Collection, Iterator
from typing import Any, Final, Literal, TypeAlias

from atoll.server.deployment import Retirement

Reason: TypeAlias = Retirement | Literal["expired"]
"""Why a stream ends before its client wants it to."""

_FAR: Final = 365 * 86_400.0
"""Seconds; event loops have timers for no longer than some years."""

EXPIRED: Final = "The token has expired."

LAST_WORDS: Final = 5.0
"""Seconds within which a client must take the end of its stream."""


class Ending:
    """Why a stream is to end, once there is a reason. Of one event loop."""

    def __init__(self) -> None:
        self.reason: asyncio.Future[Reason] = asyncio.get_running_loop().create_future()

    def begin(self, reason: Reason) -> None:
        """End for this reason, unless there is one already."""
        if not self.reason.done():
            self.reason.set_result(reason)

    @contextlib.contextmanager
    def at_expiry(self, expires: float | None) -> Iterator[None]:
        """Within this, end when a token expires; ``expires`` is in seconds since 1970."""
        if expires is None or expires - time.time() > _FAR:
            yield
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(0.0, expires - time.time()), self.begin, "expired")
        try:
            yield
        finally:
            timer.cancel()


async def ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended, in whatever way."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
