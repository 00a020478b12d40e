"""Steps that need many calls of the guest."""

from __future__ import annotations

import asyncio

from atoll.guest.golang.calling import run


class Quick:
    """An execution whose calls are over at once, as most are."""

    def __init__(self) -> None:
        self.calls = 0

    async def call(self, export: str, *arguments: int) -> int:
        self.calls += 1
        return self.calls


def steps(count: int):
    last = 0
    for number in range(count):
        last = yield ("__new", number)
    return last


async def turns_beside(count: int) -> int:
    """How often another task has its turn while that many calls are made."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    try:
        assert await run(Quick(), steps(count)) == count
    finally:
        task.cancel()
    return turns


async def test_many_calls_leave_others_their_turns():
    assert await turns_beside(10) == 0
    assert await turns_beside(20_000) > 10


async def test_many_calls_can_be_cancelled():
    execution = Quick()
    task = asyncio.create_task(run(execution, steps(1_000_000)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert execution.calls < 10_000
