"""How fast requests over one connection may begin."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from atoll.manifest import RateSettings


class RateLimit:
    """Lets at most so many begin in any span of so many seconds; the others wait in their order.

    A span begins anywhere, so that a host which counts by the clock's seconds never sees more.
    """

    def __init__(self, settings: RateSettings) -> None:
        self.settings = settings
        self._requests = settings.requests
        self._seconds = settings.seconds
        self._begun: deque[float] = deque()
        """When the requests of the last ``seconds`` began."""
        self._waiting: deque[asyncio.Future[float]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def start_of(self, ahead: int) -> float:
        """When a request could begin that has ``ahead`` others before it; of ``time.monotonic``."""
        now = time.monotonic()
        self._forget(now)
        place = len(self._begun) + ahead - self._requests
        if place < 0:
            return now
        # It begins ``seconds`` after the one that is ``requests`` places before it, which may have
        # to wait itself.
        rounds, place = divmod(place, self._requests)
        first = self._begun[place] if place < len(self._begun) else now
        return first + (rounds + 1) * self._seconds

    async def turn(self) -> None:
        """Wait until the next request may begin; from then on it counts."""
        now = time.monotonic()
        self._forget(now)
        if not self._waiting and len(self._begun) < self._requests:
            self._begun.append(now)
            return
        mine: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        self._arm(now)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # its turn came as it was cancelled
                self._give_back(mine.result())
            elif mine in self._waiting:
                self._waiting.remove(mine)
            raise

    def _give_back(self, begun: float) -> None:
        if begun in self._begun:
            self._begun.remove(begun)
        self._wake()

    def _forget(self, now: float) -> None:
        while self._begun and self._begun[0] + self._seconds <= now:
            self._begun.popleft()

    def _arm(self, now: float) -> None:
        if self._timer is None:
            delay = self._begun[0] + self._seconds - now
            self._timer = asyncio.get_running_loop().call_later(delay, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._wake()

    def _wake(self) -> None:
        now = time.monotonic()
        self._forget(now)
        while self._waiting and len(self._begun) < self._requests:
            first = self._waiting.popleft()
            if not first.done():  # else cancelled, and about to leave
                self._begun.append(now)
                first.set_result(now)
        if self._waiting:
            self._arm(now)
