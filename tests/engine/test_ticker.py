"""The epoch ticker: it runs while there is something to stop, and not otherwise."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from atoll.engine import CoreProgram, DeadlineExceeded, Engine, EngineError, Limits, ticker

SPIN = Limits(cpu=0.02)


async def spin(program: CoreProgram) -> None:
    async with program.execute(SPIN) as execution:
        with pytest.raises(DeadlineExceeded):
            await execution.call("spin")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_it_sleeps_when_idle_and_wakes_again(
    make_engine: Callable[..., Engine], core_wasm: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "_IDLE_AFTER", 0.01)
    engine = make_engine()
    program = CoreProgram(engine, engine.compile_module(core_wasm), [])
    clock = program.native.ticker
    assert clock.asleep  # nothing has run yet
    for _ in range(5):
        await spin(program)
        await until(lambda: clock.asleep)
    async with program.execute(Limits()):
        await asyncio.sleep(0.1)
        assert not clock.asleep


async def test_it_needs_no_gil(core: CoreProgram) -> None:
    """The tick that stops a guest comes while other threads hold the interpreter."""
    stop = threading.Event()

    def hog() -> None:
        while not stop.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=hog) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        await spin(core)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


async def test_a_closed_engine_runs_nothing(
    make_engine: Callable[..., Engine], core_wasm: bytes, host: Any
) -> None:
    engine = make_engine()
    program = CoreProgram(engine, engine.compile_module(core_wasm), host.core_imports())
    async with program.execute(Limits()) as execution:
        running = asyncio.create_task(execution.call("spin"))
        await asyncio.sleep(0.05)
        engine.close()
        with pytest.raises(EngineError) as caught:
            await running
        assert caught.value.code == "ENGINE_CLOSED"
    with pytest.raises(EngineError) as caught:
        async with program.execute(Limits()):
            pass
    assert caught.value.code == "ENGINE_CLOSED"
    assert engine.core_slots.free == engine.config.concurrency


async def test_many_engines_come_and_go(
    make_engine: Callable[..., Engine], core_wasm: bytes
) -> None:
    """Each reserves most of a terabyte and makes a timer; both must go with it."""
    for _ in range(200):
        engine = make_engine(concurrency=200)
        await spin(CoreProgram(engine, engine.compile_module(core_wasm), []))
        engine.close()
