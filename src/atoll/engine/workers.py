"""Threads for guests that compute.

A job is a suspended guest; a worker polls it tick by tick, and after :data:`SLICE` seconds puts it
behind the others, so that many spinning guests share the workers fairly and the event loop never
notices them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from atoll.engine.current import current
from atoll.engine.errors import DeadlineExceeded, EngineError

if TYPE_CHECKING:
    from atoll.engine._capi import Ref
    from atoll.engine.execution import Execution

#: Seconds of CPU before a computing guest goes to the end of the queue.
SLICE = 0.02


class Job:
    """A future to poll on a worker until it finishes, calls the host, runs out of CPU time, or is
    cancelled. ``done`` resolves on the loop; the other fields are valid from then on."""

    __slots__ = (
        "cancelled",
        "done",
        "error",
        "execution",
        "finished",
        "future",
        "loop",
        "over",
        "queued",
    )

    def __init__(self, execution: Execution, future: Ref, loop: asyncio.AbstractEventLoop) -> None:
        self.execution = execution
        self.future = future
        self.loop = loop
        self.done: asyncio.Future[None] = loop.create_future()
        self.cancelled = False
        self.queued = False
        self.finished = False
        self.over = False
        self.error: BaseException | None = None

    def run_slice(self) -> bool:
        """Poll for about :data:`SLICE`; true when the job is over."""
        execution = self.execution
        stop = execution.cpu_used + SLICE
        while not self.cancelled:
            if execution._poll(self.future):
                self.finished = True
                return True
            if execution._pending is not None:
                return True
            if execution.cpu_used > execution.cpu_allowed:
                self.error = DeadlineExceeded("cpu", execution.limits.cpu)
                return True
            if execution.cpu_used >= stop:
                return False
        return True

    def resolve(self) -> None:
        """It is over: tell the loop. If that is closed, nobody is left to be told."""
        self.over = True
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._set_done)

    def _set_done(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


class Workers:
    """``count`` daemon threads, started with the first job."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._threads: list[threading.Thread] = []
        self._queue: deque[Job] = deque()
        lock = threading.RLock()
        self._wake = threading.Condition(lock)  # there is a job
        self._ended = threading.Condition(lock)  # one is over
        self._closed = False

    def submit(self, job: Job) -> None:
        with self._wake:
            if self._closed:
                raise EngineError("The engine is closed.", code="ENGINE_CLOSED")
            if not self._threads:
                for number in range(self._count):
                    thread = threading.Thread(
                        target=self._work, name=f"atoll-engine-{number}", daemon=True
                    )
                    self._threads.append(thread)
                    thread.start()
            self._enqueue(job)

    def _enqueue(self, job: Job) -> None:
        job.queued = True
        self._queue.append(job)
        self._wake.notify()

    def cancel(self, job: Job) -> None:
        """Have ``job`` end as soon as nobody polls it: at once if it is queued, else at the next
        tick."""
        with self._wake:
            job.cancelled = True
            if job.queued:
                job.queued = False
                self._queue.remove(job)
                job.resolve()

    def stop(self, job: Job) -> None:
        """Cancel ``job`` and block until nobody polls it, at most a tick."""
        with self._wake:
            self.cancel(job)
            self._ended.wait_for(lambda: job.over, timeout=5)

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._queue:
                    if self._closed:
                        return
                    self._wake.wait()
                job = self._queue.popleft()
                job.queued = False
            try:
                over = job.run_slice()
            except BaseException as error:
                job.error = error
                over = True
            current.execution = None
            with self._wake:
                if over or job.cancelled or self._closed:
                    job.cancelled |= not over
                    job.resolve()
                    self._ended.notify_all()
                else:
                    self._enqueue(job)

    def close(self, timeout: float = 5.0) -> None:
        """Cancel what is queued or running and end the threads. A thread must not be inside a
        guest when the interpreter goes away."""
        with self._wake:
            self._closed = True
            queued, self._queue = self._queue, deque()
            for job in queued:
                job.queued = False
                job.cancelled = True
                job.resolve()
            self._wake.notify_all()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._threads.clear()
