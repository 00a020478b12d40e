"""The pool by itself, with sessions that end when a test says so."""

from __future__ import annotations

import asyncio
import time

from atoll.connections.pool import Pool
from atoll.manifest import PoolSettings


class Ended:
    """A session that the server can end at any moment."""

    def __init__(self) -> None:
        self.opened = self.used = time.monotonic()
        self.lost = False
        self.closed = False

    def usable(self) -> bool:
        return not self.lost

    async def probe(self) -> bool:
        return not self.lost

    def close(self) -> None:
        self.closed = True


def pool_of(size: int) -> Pool[Ended]:
    async def connect() -> Ended:
        await asyncio.sleep(0)
        return Ended()

    return Pool(PoolSettings(max_size=size), connect)


async def has_one_place(pool: Pool[Ended], taken: Ended) -> None:
    next_one = asyncio.create_task(pool.take(1))
    for _ in range(5):
        await asyncio.sleep(0)
    assert pool.usage == (1, 0, 1)
    pool.give(taken)
    assert await next_one is taken


async def test_a_session_that_ends_as_it_is_handed_on_leaves_no_room_for_one_too_many() -> None:
    pool = pool_of(1)
    first = await pool.take(1)
    waiting = asyncio.create_task(pool.take(1))
    await asyncio.sleep(0)
    pool.give(first)
    # Before the other call goes on, the session's reader sees the end.
    first.lost = True
    pool.drop(first)
    await has_one_place(pool, await waiting)


async def test_a_session_handed_to_a_call_that_ends_goes_to_the_next() -> None:
    pool = pool_of(1)
    first = await pool.take(1)
    waiting = [asyncio.create_task(pool.take(1)) for _ in range(2)]
    await asyncio.sleep(0)
    pool.give(first)
    waiting[0].cancel()
    assert await waiting[1] is first
    assert waiting[0].cancelled()
    pool.give(first)
    assert pool.usage == (1, 1, 0)


async def test_a_session_that_ends_as_its_call_does_makes_room_for_another() -> None:
    pool = pool_of(1)
    first = await pool.take(1)
    waiting = asyncio.create_task(pool.take(1))
    await asyncio.sleep(0)
    pool.give(first)
    first.lost = True
    pool.drop(first)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await has_one_place(pool, await pool.take(1))
