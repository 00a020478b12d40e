"""An asyncio event loop whose only input and output is host calls.

A host call that is awaited is started (``sys.start``) and stands in the selector until ``sys.wait``
reports it; timers only lengthen or shorten that wait. So tasks gathered together wait for their
host calls together, and sleeping suspends the one call, not the host.
"""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.events
import collections
import time
import weakref
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NoReturn, TypeVar

from atoll.sdk import _host
from atoll.sdk.errors import HostError

T = TypeVar("T")

Event = tuple[int, bool, str]


class HostSelector:
    """The host calls in flight."""

    def __init__(self) -> None:
        self.pending: dict[int, asyncio.Future[str]] = {}

    def select(self, timeout: float | None) -> list[Event]:
        if not self.pending:
            if timeout is None:
                raise RuntimeError(
                    "the function waits for something that can never happen: "
                    "no task is ready and no host call is in flight"
                )
            if timeout > 0:
                _host.call("sys.sleep", {"seconds": timeout})
            return []
        events: list[Event] = _host.call(
            "sys.wait", {"ids": list(self.pending), "timeout": timeout}
        )
        return events

    def close(self) -> None:
        self.pending.clear()


class HostLoop(asyncio.base_events.BaseEventLoop):
    """The event loop of a guest."""

    def __init__(self) -> None:
        super().__init__()
        self._asyncgens: weakref.WeakSet[Any]  # the base class's
        self._asyncgens_shutdown_called: bool  # as well
        self._ready: collections.deque[asyncio.Handle]
        self._selector = HostSelector()
        self._backlog: collections.deque[tuple[str, str, asyncio.Future[str]]] = collections.deque()

    def host_call(self, name: str, payload: str) -> asyncio.Future[str]:
        """Start a host call; the future gives its answer, or raises ``HostError``."""
        future = self.create_future()
        self._begin(name, payload, future)
        return future

    def _begin(self, name: str, payload: str, future: asyncio.Future[str]) -> None:
        pending = self._selector.pending
        try:
            identifier: int = _host.call("sys.start", {"name": name, "payload": payload})
        except HostError as error:
            if error.code == "TOO_MANY_HOST_CALLS" and pending:
                self._backlog.append((name, payload, future))  # until one of those has ended
            else:
                future.set_exception(error)
            return
        pending[identifier] = future

        def settle(done: asyncio.Future[str]) -> None:
            if pending.pop(identifier, None) is not None and done.cancelled():
                _host.call("sys.cancel", {"id": identifier})

        future.add_done_callback(settle)

    def finish(self) -> None:
        """Cancel the tasks that are left, and close the asynchronous generators."""
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        if tasks:
            self.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        for task in tasks:
            if not task.cancelled() and task.exception() is not None:
                self.call_exception_handler(
                    {
                        "message": "a task failed while it was cancelled",
                        "exception": task.exception(),
                        "task": task,
                    }
                )
        if self._asyncgens:
            self.run_until_complete(self.shutdown_asyncgens())
            self._asyncgens_shutdown_called = False  # this loop goes on

    def close(self) -> None:
        self._selector.close()
        super().close()

    def _process_events(self, event_list: Iterable[Event]) -> None:
        for identifier, ok, payload in event_list:
            future = self._selector.pending.pop(identifier, None)
            if future is None or future.done():
                continue
            if ok:
                future.set_result(payload)
            else:
                future.set_exception(_host.error_from(payload))
        waiting, self._backlog = self._backlog, collections.deque()
        for name, payload, future in waiting:
            if not future.done():
                self._begin(name, payload, future)

    def _write_to_self(self) -> None:
        """Nothing to wake: there is one thread."""

    def run_in_executor(  # type: ignore[override]  # never runs anything
        self, executor: object, func: Callable[..., Any], *args: Any
    ) -> NoReturn:
        name = getattr(func, "__qualname__", "the function")
        raise RuntimeError(
            f"threads are not available inside the sandbox, so {name} cannot run in one "
            "(asyncio.to_thread, run_in_executor): call it directly"
        )


def running() -> HostLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, HostLoop)
    return loop


def is_alone() -> bool:
    """Whether nothing else could go on while the running task waits, but for timers."""
    loop = running()
    return not (loop._selector.pending or loop._ready or len(asyncio.all_tasks(loop)) > 1)


_loop: HostLoop | None = None
"""Made while the app is loaded, so that a call finds it in its memory."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """Like ``asyncio.run``: everything that ``main`` left behind is cancelled at the end.

    What a guest does not have is left out (signals, an executor), and the loop is kept: each call
    in a fresh instance pays for every page of memory that it touches.
    """
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = HostLoop()
    try:
        return _loop.run_until_complete(main)
    finally:
        _loop.finish()


def _sleep(seconds: float, /) -> None:
    """Suspend this call for the given number of seconds."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    _host.call("sys.sleep", {"seconds": float(seconds)})


def install() -> None:
    """Make this the loop of ``asyncio.run``, and the host the one who sleeps."""
    asyncio.new_event_loop = asyncio.events.new_event_loop = HostLoop
    time.sleep = _sleep  # type: ignore[assignment]  # an index is a number too
