"""Writes that come at the same time are one transaction, and one wait for the disk."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar

from atoll.store.sqlite import is_busy

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

BUSY_SECONDS = 30.0
"""For which a process waits while others write."""
_AT_ONCE: Final = 64


class Writer:
    """The one writer of a process. `write` may be called from any thread.

    There is no thread of its own: whoever comes first does what has come meanwhile for all.

    Args:
        connection: shared between threads, and not waiting by itself.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._queue: deque[_Waiting[Any]] = deque()

    def write(self, job: Job[T]) -> T:
        """Run ``job`` in a transaction, which is on the disk when this returns.

        It may be run more than once, of which one is kept. Raises what it raises, and
        sqlite3.Error; nothing of it is stored then.
        """
        waiting = _Waiting(job)
        self._queue.append(waiting)
        with self._lock:
            while not waiting.done:
                self._run_some(waiting)
        return waiting.result()

    def close(self) -> None:
        """Waits for what is being written."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def _run_some(self, own: _Waiting[Any]) -> None:
        jobs: list[_Waiting[Any]] = []
        while self._queue and len(jobs) < _AT_ONCE:
            jobs.append(self._queue.popleft())
        try:
            self._run(jobs)
        except BaseException:
            # This thread is to end. The others go on for themselves.
            self._queue.extendleft(each for each in reversed(jobs) if each is not own)
            raise

    def _run(self, jobs: Sequence[_Waiting[Any]]) -> None:
        try:
            self._begin()
            if len(jobs) == 1:
                jobs[0].run(self._connection)
            else:
                for each in jobs:
                    self._run_apart(each)
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if not isinstance(error, Exception):
                raise
            if len(jobs) == 1:
                jobs[0].fail(error)
            else:  # one that fills the disk is not to have the others fail
                for each in jobs:
                    self._run([each])
        else:
            for each in jobs:
                each.done = True

    def _run_apart(self, job: _Waiting[Any]) -> None:
        self._connection.execute("SAVEPOINT job")
        try:
            job.run(self._connection)
        except sqlite3.Error:
            raise  # the transaction may be gone
        except Exception as error:
            job.failure = error
            self._connection.execute("ROLLBACK TO job")
        self._connection.execute("RELEASE job")

    def _begin(self) -> None:
        """SQLite waits for longer and longer times for another process, so that one that writes
        without a pause could keep this one from it."""
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > end:
                    raise
            time.sleep(random.uniform(0.0005, 0.003))  # noqa: S311

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.rollback()


class _Waiting(Generic[T]):
    """A job and what came of it."""

    def __init__(self, job: Job[T]) -> None:
        self._job = job
        self.done = False
        self.failure: Exception | None = None
        self._value: T | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        self.failure = None
        self._value = self._job(connection)

    def fail(self, error: Exception) -> None:
        self.failure = error
        self.done = True

    def result(self) -> T:
        if self.failure is not None:
            raise self.failure
        return self._value  # type: ignore[return-value]
