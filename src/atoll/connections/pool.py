"""The open sessions of one database, which statements take in turn."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from atoll.connections.errors import ConnectionFailed
from atoll.connections.results import PoolUsage
from atoll.manifest.traffic import PoolSettings

PROBE_AFTER = 60.0
"""Seconds. Between a server and who was silent for so long, something may have cut the line without
a word, which only a question shows."""


class Pooled(Protocol):
    opened: float
    used: float
    """When that was, by the monotonic clock."""

    def usable(self) -> bool:
        """Whether the server has not closed it, as far as one knows without asking."""

    async def probe(self) -> bool:
        """Whether the server answers."""

    def close(self) -> None: ...


S = TypeVar("S", bound=Pooled)


class Exhausted(Exception):
    """No session became free in time."""


class Unsent(Exception):
    """The session is lost, and the server has not got the statement: it may run on another."""


class Closed(Exception):
    """The pool was closed."""


class Pool(Generic[S]):
    """At most ``max_size`` sessions, on one event loop. Who came first is served first: what
    becomes free is handed to who waits, so that nobody can take it before.

    A session is opened by the call that needs it, so that the call gets the reason when that fails.
    """

    def __init__(self, settings: PoolSettings, connect: Callable[[], Awaitable[S]]) -> None:
        self._settings = settings
        self._connect = connect
        self._size = 0
        """Of sessions and attempts to open one."""
        self._sessions: set[S] = set()
        self._idle: deque[S] = deque()
        """The one used last at the right end."""
        self._waiters: deque[asyncio.Future[S | None]] = deque()
        self._sweeping: asyncio.TimerHandle | None = None
        self._filling: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def usage(self) -> PoolUsage:
        return PoolUsage(len(self._sessions), len(self._idle), len(self._waiters))

    @property
    def is_full(self) -> bool:
        """Whether who comes now, and finds none idle, has to wait."""
        return len(self._sessions) >= self._settings.max_size

    @property
    def in_use(self) -> frozenset[S]:
        return frozenset(self._sessions.difference(self._idle))

    async def take(self, seconds: float) -> S:
        """A session that the server has not closed; ``give`` it back or ``drop`` it.

        Raises:
            Exhausted: all are in use, and none became free within ``seconds``.
            Closed: the pool was closed.
            ConnectionFailed: no new one could be opened.
        """
        if self._closed:
            raise Closed
        session: S | None = None
        if self._idle:
            session = self._idle.pop()
        elif self._size < self._settings.max_size:
            self._size += 1
        else:
            session = await self._wait(seconds)
        if session is not None:
            if await self._is_good(session):
                return session
            if session not in self._sessions:
                # Dropped as it was handed on: its place may be another's by now.
                return await self.take(seconds)
            self._sessions.remove(session)
            session.close()
        return await self._open()

    def give(self, session: S) -> None:
        """Put back a session with nothing left of its use, unless it was dropped meanwhile."""
        if session not in self._sessions:
            return
        session.used = time.monotonic()
        if self._closed or self._is_old(session):
            self.drop(session)
        elif not self._hand_on(session):
            self._idle.append(session)
            self._sweep_later()

    def drop(self, session: S) -> None:
        """Close a session, in use or not. Without effect on one that was dropped before."""
        if session not in self._sessions:
            return
        self._sessions.remove(session)
        if session in self._idle:
            self._idle.remove(session)
        session.close()
        self._free_place()

    def close(self) -> None:
        """Close those that are not in use, and let nobody wait; those in use are to be dropped."""
        self._closed = True
        for timer in (self._sweeping, self._filling):
            if timer is not None:
                timer.cancel()
        while self._waiters:
            _resolve(self._waiters.popleft(), Closed())
        for session in tuple(self._idle):
            self.drop(session)

    async def _is_good(self, session: S) -> bool:
        if not session.usable():
            return False
        if time.monotonic() - session.used < PROBE_AFTER:
            return True
        try:
            return await session.probe()
        except BaseException:
            self.drop(session)
            raise

    async def _open(self) -> S:
        """In a place that is taken already."""
        try:
            session = await self._connect()
        except ConnectionFailed as error:
            if not self._sessions:
                # It would be no other for those who wait, one after another.
                self._fail_all(error)
            self._free_place()
            raise
        except BaseException:
            self._free_place()
            raise
        self._sessions.add(session)
        if self._closed:
            self.drop(session)
            raise Closed
        self._fill()
        return session

    async def _wait(self, seconds: float) -> S | None:
        """A session from who had it, or None for a place to open one in."""
        waiter: asyncio.Future[S | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                return await waiter
        except BaseException as error:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            elif waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                # It came in the moment in which this call ended.
                self._pass_on(waiter.result())
            if isinstance(error, TimeoutError):
                raise Exhausted from None
            raise

    def _pass_on(self, session: S | None) -> None:
        if session is None:
            self._free_place()
        else:
            self.give(session)

    def _hand_on(self, session: S | None) -> bool:
        while self._waiters:
            if _resolve(self._waiters.popleft(), session):
                return True
        return False

    def _free_place(self) -> None:
        if not self._hand_on(None):
            self._size -= 1

    def _fail_all(self, error: ConnectionFailed) -> None:
        while self._waiters:
            same = ConnectionFailed(error.code, error.message, error.hint, details=error.details)
            _resolve(self._waiters.popleft(), same)

    def _is_old(self, session: S) -> bool:
        return time.monotonic() - session.opened >= self._settings.lifetime_seconds

    def _sweep_later(self) -> None:
        if self._sweeping is None and not self._closed:
            settings = self._settings
            period = min(settings.idle_seconds, settings.lifetime_seconds) / 2
            self._sweeping = asyncio.get_running_loop().call_later(period, self._sweep)

    def _sweep(self) -> None:
        """Close those that nothing has used for long, which stand at the left end."""
        self._sweeping = None
        unused = time.monotonic() - self._settings.idle_seconds
        for session in tuple(self._idle):
            spare = session.used < unused and self._size > self._settings.min_size
            if spare or self._is_old(session):
                self.drop(session)
        if self._idle:
            self._sweep_later()
        self._fill()

    def _fill(self) -> None:
        """See to it that there are ``min_size`` sessions."""
        if self._size < self._settings.min_size and self._filling is None and not self._closed:
            self._filling = asyncio.create_task(self._fill_up())

    async def _fill_up(self) -> None:
        try:
            while self._size < self._settings.min_size:
                self._size += 1
                self.give(await self._open())
        except (ConnectionFailed, Closed):
            # The next call that needs a session gets to know.
            pass
        finally:
            self._filling = None


def _resolve(waiter: asyncio.Future[S | None], outcome: S | Exception | None) -> bool:
    """Whether somebody still waits for it."""
    if waiter.done():
        return False
    if isinstance(outcome, Exception):
        waiter.set_exception(outcome)
    else:
        waiter.set_result(outcome)
    return True
