from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from atoll.server.waiting import Interrupt, Interrupted, Stop, Watched


class Watch:
    def __init__(self) -> None:
        self.interrupt: Interrupt | None = None
        self.stopped = 0

    def __call__(self, interrupt: Interrupt) -> Stop:
        self.interrupt = interrupt
        return self.stop

    def stop(self) -> None:
        self.stopped += 1


@pytest.fixture
def watch() -> Watch:
    return Watch()


def cancelling() -> int:
    task = asyncio.current_task()
    assert task is not None
    return task.cancelling()


async def test_what_does_not_wait_is_not_watched(watch: Watch) -> None:
    async def work() -> int:
        return 5

    assert await Watched(work(), watch) == 5
    assert watch.interrupt is None
    assert watch.stopped == 0


async def test_what_waits_is_watched_to_its_end_in_the_same_task(watch: Watch) -> None:
    async def work() -> Any:
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        return asyncio.current_task()

    assert await Watched(work(), watch) is asyncio.current_task()
    assert watch.interrupt is not None
    assert watch.stopped == 1


@pytest.mark.parametrize("wait", [lambda: None, lambda: asyncio.sleep(0)])
async def test_errors_pass(watch: Watch, wait: Callable[[], Any]) -> None:
    async def work() -> None:
        if (waiting := wait()) is not None:
            await waiting
        raise KeyError("x")

    with pytest.raises(KeyError):
        await Watched(work(), watch)
    assert watch.stopped == (watch.interrupt is not None)


async def test_an_interrupt_ends_the_waiting_and_leaves_the_task_as_it_was(watch: Watch) -> None:
    ended = []

    async def work() -> None:
        asyncio.get_running_loop().call_soon(watch_interrupt)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    def watch_interrupt() -> None:
        assert watch.interrupt is not None
        watch.interrupt()
        watch.interrupt()

    with pytest.raises(Interrupted):
        await Watched(work(), watch)
    assert (ended, watch.stopped, cancelling()) == ([True], 1, 0)


@pytest.mark.parametrize("answer", ["value", "error"])
async def test_work_that_will_not_be_interrupted(watch: Watch, answer: str) -> None:
    async def work() -> int:
        asyncio.get_running_loop().call_soon(lambda: watch.interrupt and watch.interrupt())
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if answer == "error":
                raise KeyError("x") from None
        return 5

    if answer == "error":
        with pytest.raises(KeyError):
            await Watched(work(), watch)
    else:
        assert await Watched(work(), watch) == 5
    assert (watch.stopped, cancelling()) == (1, 0)


async def test_a_cancelled_task_is_cancelled(watch: Watch) -> None:
    started = asyncio.Event()

    async def work() -> None:
        started.set()
        await asyncio.sleep(60)

    async def outer() -> None:
        await Watched(work(), watch)

    task = asyncio.create_task(outer())
    await started.wait()
    assert watch.interrupt is not None
    task.cancel()
    watch.interrupt()  # at the same time, and of no account
    with pytest.raises(asyncio.CancelledError):
        await task
    assert watch.stopped == 1


async def test_a_watch_that_cannot_begin_ends_the_work(watch: Watch) -> None:
    closed = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            closed.append(True)

    def broken(_: Interrupt) -> Stop:
        raise RuntimeError("no watch")

    with pytest.raises(RuntimeError):
        await Watched(work(), broken)
    assert closed == [True]
