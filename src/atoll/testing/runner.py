"""Where native functions run: in the thread of the test that waits for them, or one of their own.

In the test's thread a debugger, a warning filter or a connection of SQLite works as in any test.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import queue
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Runner(Protocol):
    def submit(self, work: Callable[[], T]) -> concurrent.futures.Future[T]: ...


class OwnThread:
    """A new thread for each function."""

    def submit(self, work: Callable[[], T]) -> concurrent.futures.Future[T]:
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        context = contextvars.copy_context()
        thread = threading.Thread(
            target=lambda: context.run(_work, future, work), name="atoll-function", daemon=True
        )
        thread.start()
        return future


class CallersThread:
    """The thread that waits for what the functions are part of. They run one after the other."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def submit(self, work: Callable[[], T]) -> concurrent.futures.Future[T]:
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        context = contextvars.copy_context()
        self._work.put(lambda: context.run(_work, future, work))
        return future

    def wait(self, future: concurrent.futures.Future[T]) -> T:
        """Run what is submitted until ``future`` is done; its result."""
        future.add_done_callback(lambda _: self._work.put(None))
        try:
            while (work := self._work.get()) is not None:
                work()
            return future.result()
        except BaseException:
            future.cancel()
            raise


RUNNER: ContextVar[Runner] = ContextVar("runner", default=OwnThread())  # noqa: B039 - it has no state


def _work(future: concurrent.futures.Future[Any], work: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
