"""Guests that compute: fair shares, and a clean end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from atoll.engine import CoreProgram, Engine, EngineError, Limits
from atoll.engine.workers import SLICE

LONG = Limits(cpu=60, wall=60)


async def test_more_guests_than_threads_all_advance(core: CoreProgram) -> None:
    executions = [core.execute(LONG) for _ in range(6)]
    for execution in executions:
        await execution.__aenter__()
    tasks = [asyncio.create_task(execution.call("spin")) for execution in executions]
    async with asyncio.timeout(50):
        while min(execution.cpu_used for execution in executions) < 2 * SLICE:
            await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for execution in executions:
        await execution.__aexit__(None, None, None)


async def test_leaving_ends_a_call_of_another_task(core: CoreProgram) -> None:
    async with core.execute(LONG) as execution:
        task = asyncio.create_task(execution.call("spin"))
        await asyncio.sleep(0.05)
    with pytest.raises(EngineError) as caught:
        await task
    assert caught.value.code == "EXECUTION_OVER"
    assert task.cancelling() == 0


async def test_threads_end_with_the_engine(
    make_engine: Callable[..., Engine], core_wasm: bytes
) -> None:
    engine = make_engine()
    program = CoreProgram(engine, engine.compile_module(core_wasm), [])
    async with program.execute(LONG) as execution:
        await execution.call("count", 100_000_000)
    threads = list(engine.workers._threads)
    engine.close()
    assert not any(thread.is_alive() for thread in threads)
