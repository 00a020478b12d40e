"""The statements that run over one connection, each with its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from atoll.connections.errors import ConnectionFailed

SHUTDOWN_SECONDS = 5.0
"""For statements that are ended to leave their connections."""


class RunningStatements:
    """Ends each when its time is over, and all of them when the client is closed."""

    def __init__(self, name: str, host: str) -> None:
        self._over = f"connection [{name}]"
        self._host = host
        self._running: set[asyncio.Timeout] = set()
        self._none = asyncio.Event()
        self._closed = False

    @property
    def count(self) -> int:
        return len(self._running)

    @asynccontextmanager
    async def one(self, seconds: float) -> AsyncGenerator[asyncio.Timeout]:
        """Around all that belongs to a statement.

        Raises:
            ConnectionFailed: TIMEOUT, or CONNECTION_LOST when the client is closed.
        """
        if self._closed:
            raise self._lost()
        scope = asyncio.timeout(seconds)
        try:
            async with scope:
                self._running.add(scope)
                try:
                    yield scope
                finally:
                    self._running.discard(scope)
                    if not self._running:
                        self._none.set()
        except Exception as error:
            # Drivers may answer the end of their time with errors of their own.
            if not scope.expired() or _is_exhausted(error):
                raise
            raise (self._lost() if self._closed else self._late(seconds)) from error

    async def close(self) -> None:
        """End them all; none begins from now on."""
        self._closed = True
        now = asyncio.get_running_loop().time()
        for scope in list(self._running):
            if not scope.expired():
                scope.reschedule(now)
        if self._running:
            self._none.clear()
            try:
                async with asyncio.timeout(SHUTDOWN_SECONDS):
                    await self._none.wait()
            except TimeoutError:
                pass

    def _lost(self) -> ConnectionFailed:
        return ConnectionFailed(
            "CONNECTION_LOST",
            f"{self._over} was closed before {self._host} had answered",
            "try again; the app was reloaded or is being shut down",
        )

    def _late(self, seconds: float) -> ConnectionFailed:
        return ConnectionFailed(
            "TIMEOUT",
            f"{self._host} did not answer over {self._over} within {seconds:.3g} s",
            "ask for less, or check the load of the database",
        )


def _is_exhausted(error: Exception) -> bool:
    return isinstance(error, ConnectionFailed) and error.code == "POOL_EXHAUSTED"


def remaining(scope: asyncio.Timeout) -> float:
    """Seconds that a statement has left."""
    when = scope.when()
    assert when is not None
    return max(when - asyncio.get_running_loop().time(), 0.001)
