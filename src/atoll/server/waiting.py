"""Waiting that can be ended from outside, at no cost to what does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Final, Generic, TypeAlias, TypeVar

T = TypeVar("T")

Stop: TypeAlias = Callable[[], object]


class Watched(Generic[T]):
    """Awaits a coroutine in the task that awaits this.

    Args:
        watch: called when the coroutine waits for the first time; what it returns is called when
            the coroutine has ended. Most coroutines here never wait, and watching costs more than
            they do.
    """

    __slots__ = ("_coroutine", "_watch")

    def __init__(self, coroutine: Coroutine[Any, Any, T], watch: Callable[[], Stop]) -> None:
        self._coroutine = coroutine
        self._watch = watch

    def __await__(self) -> Generator[Any, Any, T]:
        coroutine = self._coroutine
        try:
            waits_for = coroutine.send(None)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # the coroutine's
        try:
            stop = self._watch()
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
            return end.value  # type: ignore[no-any-return]  # the coroutine's
        finally:
            stop()


class Interruption:
    """Cancels the current task for a reason of ours, which is told apart from other reasons."""

    __slots__ = ("_happened", "_task")

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task: Final = task
        self._happened = False

    def interrupt(self) -> None:
        if not self._happened:
            self._happened = True
            self._task.cancel()

    def explains(self, error: asyncio.CancelledError) -> bool:
        """Whether this, and nothing else, cancelled the task; then it is no longer cancelled."""
        return self._happened and self._task.uncancel() == 0
