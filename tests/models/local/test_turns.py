"""The queue in front of a local model."""

from __future__ import annotations

import asyncio
import random

import pytest

from atoll.models import ModelError
from atoll.models.local.turns import Turns


async def test_who_came_first_is_first() -> None:
    turns = Turns("m", at_once=2, waiting=10)
    order: list[int] = []

    async def ask(number: int) -> None:
        async with turns.take():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(number) for number in range(10)))
    assert order == list(range(10))


async def test_one_more_than_may_wait_is_refused_at_once() -> None:
    turns = Turns("m", at_once=1, waiting=2)
    leave = asyncio.Event()

    async def ask() -> None:
        async with turns.take():
            await leave.wait()

    asked = [asyncio.create_task(ask()) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(ModelError) as caught:
        async with turns.take():
            pass
    assert caught.value.code == "MODEL_BUSY"
    assert "2 requests wait" in caught.value.message
    asked[2].cancel()
    await asyncio.gather(asked[2], return_exceptions=True)
    asked.append(asyncio.create_task(ask()))  # the place that was left
    leave.set()
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in results] == [
        type(None),
        type(None),
        asyncio.CancelledError,
        type(None),
    ]


@pytest.mark.parametrize("seed", range(20))
async def test_places_are_never_lost(seed: int) -> None:
    chance = random.Random(seed)
    turns = Turns("m", at_once=2, waiting=3)
    inside = 0

    async def ask() -> None:
        nonlocal inside
        async with turns.take():
            inside += 1
            assert inside <= 2
            try:
                for _ in range(chance.randrange(3)):
                    await asyncio.sleep(0)
                if chance.random() < 0.3:
                    raise ValueError
            finally:
                inside -= 1

    asked = []
    for _ in range(60):
        asked.append(asyncio.create_task(ask()))
        if chance.random() < 0.4:
            chance.choice(asked).cancel()
        if chance.random() < 0.6:
            await asyncio.sleep(0)
    await asyncio.gather(*asked, return_exceptions=True)
    for _ in range(3):  # all places are free again
        await asyncio.gather(*(ask() for _ in range(2)), return_exceptions=True)
    assert (turns._inside, turns._turn.locked()) == (0, False)
