"""The queue for slots: first come, first served, nothing lost."""

from __future__ import annotations

import asyncio
import random

import pytest

from atoll.engine.slots import Slots


async def test_in_the_order_of_arrival() -> None:
    slots = Slots(1)
    await slots.acquire()
    order: list[int] = []

    async def one(number: int) -> None:
        await slots.acquire()
        order.append(number)
        slots.release()

    tasks = [asyncio.create_task(one(number)) for number in range(20)]
    await asyncio.sleep(0)
    assert slots.waiting == 20
    assert not slots.try_acquire()
    slots.release()
    await asyncio.gather(*tasks)
    assert order == list(range(20))
    assert (slots.free, slots.waiting) == (1, 0)


async def test_nobody_overtakes_a_woken_waiter() -> None:
    slots = Slots(1)
    await slots.acquire()
    waiter = asyncio.create_task(slots.acquire())
    await asyncio.sleep(0)
    slots.release()  # handed to the waiter, which has not run yet
    assert not slots.try_acquire()
    await waiter
    slots.release()
    assert slots.try_acquire()


@pytest.mark.parametrize("woken", [False, True])
async def test_a_cancelled_waiter_loses_no_slot(woken: bool) -> None:
    slots = Slots(1)
    await slots.acquire()
    first = asyncio.create_task(slots.acquire())
    second = asyncio.create_task(slots.acquire())
    await asyncio.sleep(0)
    if woken:
        slots.release()  # it goes to `first`, which is cancelled before it can notice
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    if not woken:
        slots.release()
    await asyncio.wait_for(second, 1)
    assert slots.free == 0
    slots.release()
    assert (slots.free, slots.waiting) == (1, 0)


async def test_under_a_storm_of_cancellations() -> None:
    slots = Slots(3)
    inside = 0
    generator = random.Random(5)

    async def one() -> None:
        nonlocal inside
        await slots.acquire()
        inside += 1
        assert inside <= 3
        try:
            await asyncio.sleep(0)
        finally:
            inside -= 1
            slots.release()

    tasks = [asyncio.create_task(one()) for _ in range(500)]
    while not all(task.done() for task in tasks):
        generator.choice(tasks).cancel()
        await asyncio.sleep(0)
    assert (slots.free, slots.waiting) == (3, 0)


def test_across_event_loops() -> None:
    slots = Slots(1)

    async def use() -> None:
        await slots.acquire()
        waiter = asyncio.create_task(slots.acquire())
        await asyncio.sleep(0)
        slots.release()
        await waiter
        slots.release()

    asyncio.run(use())
    asyncio.run(use())
    assert slots.free == 1
