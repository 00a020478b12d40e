"""Where requests over one connection wait for each other."""

from __future__ import annotations

import asyncio
import time

from atoll.connections.errors import ConnectionFailed
from atoll.connections.rate import RateLimit
from atoll.manifest import HttpConnection


class Gate:
    """Keeps to ``maxConnections`` and ``rateLimit`` of a connection; first come, first served."""

    def __init__(self, connection: HttpConnection) -> None:
        self._name = connection.name
        self._most = connection.max_connections
        self._free = asyncio.Semaphore(connection.max_connections)
        self._rate = RateLimit(connection.rate) if connection.rate else None
        self._entering = 0

    async def enter(self, deadline: float) -> None:
        """Wait until a request may begin; ``leave`` when it has ended.

        Args:
            deadline: of ``time.monotonic``.

        Raises:
            ConnectionFailed: it would be too late; for the rate, that is known at once.
        """
        if self._rate is None:
            if self._free.locked():
                await self._wait_for_others(deadline)
            else:
                await self._free.acquire()
            return
        self._require(self._rate, self._entering, deadline)
        self._entering += 1
        try:
            await self._wait_for_others(deadline)
            try:
                # Those before it may have begun later than could be known.
                self._require(self._rate, self._rate.waiting, deadline)
                await self._rate.turn()
            except BaseException:
                self._free.release()
                raise
        finally:
            self._entering -= 1

    def leave(self) -> None:
        self._free.release()

    def is_open_by(self, deadline: float) -> bool:
        """Whether the rate lets another request begin before ``deadline``."""
        return self._rate is None or self._rate.start_of(self._entering) < deadline

    async def _wait_for_others(self, deadline: float) -> None:
        seconds = deadline - time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise ConnectionFailed(
                "POOL_EXHAUSTED",
                f"connection [{self._name}] was taken up by other requests for {seconds:.3g} s",
                f'they are {self._most} at most: raise "maxConnections" of the connection in '
                "modus.json, or see why they take so long",
            ) from None

    def _require(self, rate: RateLimit, ahead: int, deadline: float) -> None:
        start = rate.start_of(ahead)
        if start < deadline or start <= time.monotonic():
            return  # also when there is no time left: that is not for the rate to say
        requests, seconds = rate.settings.requests, rate.settings.seconds
        raise ConnectionFailed(
            "RATE_LIMITED",
            f"connection [{self._name}] begins at most {requests} requests in {seconds:g} s, and "
            f"the turn of this one would have come in {start - time.monotonic():.3g} s, which is "
            "too late for it",
            'ask less often, or change "rateLimit" of the connection in modus.json',
        )
