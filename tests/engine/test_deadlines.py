"""Wall deadlines: kept by buckets, precise at the end."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from atoll.engine import deadlines
from atoll.engine.deadlines import Deadlines


class Waiting:
    """As much of an execution as is needed."""

    def __init__(self, seconds: float) -> None:
        self.deadline = monotonic() + seconds
        self.expired: asyncio.Event = asyncio.Event()
        self.at = 0.0

    def expire(self) -> None:
        self.at = monotonic()
        self.expired.set()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "_GRAIN", 0.05)


def watch(watched: Deadlines, *seconds: float) -> list[Waiting]:
    waiting = [Waiting(s) for s in seconds]
    for one in waiting:
        watched.watch(one, asyncio.get_running_loop())  # type: ignore[arg-type]  # see Waiting
    return waiting


async def test_each_expires_after_its_deadline_in_order() -> None:
    watched = Deadlines()
    waiting = watch(watched, 0.3, -1.0, 0.12, 0.05, 0.2)
    await asyncio.gather(*[one.expired.wait() for one in waiting])
    assert all(one.at >= one.deadline - 0.001 for one in waiting)
    by_time = sorted(waiting, key=lambda one: one.at)
    assert [one.deadline for one in by_time] == sorted(one.deadline for one in waiting)
    assert not watched._timers
    assert not watched._buckets


async def test_those_forgotten_do_not_expire() -> None:
    watched = Deadlines()
    waiting = watch(watched, 0.02, 0.15, 0.3)
    for one in waiting[:2]:
        watched.forget(one)  # type: ignore[arg-type]  # see Waiting
    await waiting[2].expired.wait()
    assert not waiting[0].expired.is_set()
    assert not waiting[1].expired.is_set()
    watched.forget(waiting[2])  # type: ignore[arg-type]  # once more is harmless


async def test_forgetting_when_the_timer_is_already_set() -> None:
    watched = Deadlines()
    [one] = watch(watched, 0.2)
    async with asyncio.timeout(10):
        while not watched._timers:
            await asyncio.sleep(0.005)
    watched.forget(one)  # type: ignore[arg-type]  # see Waiting
    await asyncio.sleep(0.3)
    assert not one.expired.is_set()


def test_another_loop_starts_afresh() -> None:
    watched = Deadlines()

    async def abandon() -> None:
        watch(watched, 5, 0.01)

    async def use() -> None:
        [one] = watch(watched, 0.12)
        async with asyncio.timeout(10):
            await one.expired.wait()

    asyncio.run(abandon())
    asyncio.run(use())
