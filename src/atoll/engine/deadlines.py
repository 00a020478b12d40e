"""Wall deadlines of executions that wait.

An ``asyncio.timeout`` per wait costs more than the guest's whole call, and nearly none of them ever
fires. So executions wait in buckets of half a second (a set operation in, one out), and get a timer
of their own only when their bucket is nearly due.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atoll.engine.execution import Execution

_GRAIN = 0.5


class Deadlines:
    """Calls ``execution.expire()`` on the loop when ``execution.deadline`` (monotonic) is past."""

    def __init__(self) -> None:
        self._buckets: dict[int, set[Execution]] = {}
        self._timers: dict[Execution, asyncio.TimerHandle] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next: asyncio.TimerHandle | None = None

    def watch(self, execution: Execution, loop: asyncio.AbstractEventLoop) -> None:
        """From now until :meth:`forget`."""
        if loop is not self._loop:  # the last one is over, and what waited on it
            self._buckets.clear()
            self._timers.clear()
            self._loop = loop
            self._next = None
        # Due in the second bucket from now at the earliest, else it needs its timer now.
        key = int(execution.deadline / _GRAIN) - 1
        if key <= monotonic() / _GRAIN:
            self._start_timer(execution, loop)
            return
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = set()
        bucket.add(execution)
        if self._next is None:
            self._next = loop.call_later(_GRAIN, self._sort, loop)

    def forget(self, execution: Execution) -> None:
        """It waits no longer."""
        bucket = self._buckets.get(int(execution.deadline / _GRAIN) - 1)
        if bucket is not None:
            bucket.discard(execution)
        if self._timers:
            timer = self._timers.pop(execution, None)
            if timer is not None:
                timer.cancel()

    def _sort(self, loop: asyncio.AbstractEventLoop) -> None:
        """Every half second: the buckets that come due get timers."""
        now = monotonic() / _GRAIN
        for key in [key for key in self._buckets if key <= now]:
            for execution in self._buckets.pop(key):
                self._start_timer(execution, loop)
        self._next = loop.call_later(_GRAIN, self._sort, loop) if self._buckets else None

    def _start_timer(self, execution: Execution, loop: asyncio.AbstractEventLoop) -> None:
        left = execution.deadline - monotonic()
        self._timers[execution] = loop.call_later(max(0.0, left), self._expire, execution)

    def _expire(self, execution: Execution) -> None:
        self._timers.pop(execution, None)
        execution.expire()
