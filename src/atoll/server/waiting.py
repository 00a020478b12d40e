"""Waiting that can be ended from outside, at no cost to what does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")

Interrupt: TypeAlias = Callable[[], object]
"""Ends the waiting."""
Stop: TypeAlias = Callable[[], object]
"""Ends the watching."""


class Interrupted(Exception):
    """The watch ended the waiting."""


class Watched(Generic[T]):
    """Awaits a coroutine in the task that awaits this. Raises `Interrupted` when told to.

    Args:
        watch: called when the coroutine waits for the first time, with what interrupts it; what it
            returns is called when the coroutine has ended. Most coroutines here never wait, and
            watching costs more than they do.
    """

    __slots__ = ("_coroutine", "_watch")

    def __init__(
        self, coroutine: Coroutine[Any, Any, T], watch: Callable[[Interrupt], Stop]
    ) -> None:
        self._coroutine = coroutine
        self._watch = watch

    def __await__(self) -> Generator[Any, Any, T]:
        try:
            waits_for = self._coroutine.send(None)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # the coroutine's
        return (yield from self._wait(waits_for))

    def _wait(self, waits_for: Any) -> Generator[Any, Any, T]:
        coroutine = self._coroutine
        interrupted = False
        task = asyncio.current_task()
        assert task is not None

        def interrupt() -> None:
            nonlocal interrupted
            if not interrupted:
                interrupted = True
                task.cancel()

        try:
            stop = self._watch(interrupt)
        except BaseException:
            coroutine.close()
            raise
        try:
            while True:
                try:
                    sent = yield waits_for
                except BaseException as error:
                    waits_for = coroutine.throw(error)
                else:
                    waits_for = coroutine.send(sent)
        except StopIteration as end:
            if interrupted:  # too late, or the coroutine would not have it
                task.uncancel()
            return end.value  # type: ignore[no-any-return]  # the coroutine's
        except asyncio.CancelledError:
            # Only if nobody else wants the task to end.
            if interrupted and task.uncancel() == 0:
                raise Interrupted from None
            raise
        except BaseException:
            if interrupted:
                task.uncancel()
            raise
        finally:
            stop()
