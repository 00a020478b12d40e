"""Executions of core modules: fresh state, memory, limits of memory."""

from __future__ import annotations

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.engine import CoreProgram, Engine, EngineError, GuestMemoryError, Limits, Trap

LIMITS = Limits()
PAGE = 1 << 16


async def test_every_execution_starts_from_the_same_state(core: CoreProgram) -> None:
    for _ in range(3):
        async with core.execute(LIMITS) as execution:
            assert await execution.call("new", 10, 0) == 1024
            assert await execution.call("new", 10, 0) == 1034
            assert await execution.call("load", 2000) == 0
            await execution.call("store", 2000, 7)
            assert await execution.call("load", 2000) == 7


async def test_memory_is_read_and_written(core: CoreProgram) -> None:
    async with core.execute(LIMITS) as execution:
        assert execution.memory_size() == PAGE
        execution.write(100, b"hello")
        assert execution.read(100, 5) == b"hello"
        assert await execution.call("load", 101) == ord("e")
        assert execution.read(PAGE, 0) == b""
        execution.write(PAGE, b"")


async def test_memory_follows_growth(core: CoreProgram) -> None:
    async with core.execute(LIMITS) as execution:
        with pytest.raises(GuestMemoryError):
            execution.read(PAGE, 1)
        assert await execution.call("grow", 1) == 1
        execution.write(PAGE, b"x")
        assert execution.read(PAGE, 1) == b"x"
        assert execution.memory_size() == 2 * PAGE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # read only
@given(pointer=st.integers(-(2**70), 2**70), length=st.integers(-(2**70), 2**70))
async def test_only_what_lies_within_is_read(core: CoreProgram, pointer: int, length: int) -> None:
    async with core.execute(LIMITS) as execution:
        if 0 <= pointer <= PAGE and 0 <= length <= PAGE - pointer:
            assert len(execution.read(pointer, length)) == length
        else:
            with pytest.raises(GuestMemoryError, match="outside its memory"):
                execution.read(pointer, length)


@pytest.mark.parametrize("pointer", [-1, PAGE - 3, PAGE, 2**31, 2**32 - 1, 2**64, -(2**31)])
async def test_only_what_lies_within_is_written(core: CoreProgram, pointer: int) -> None:
    async with core.execute(LIMITS) as execution:
        with pytest.raises(GuestMemoryError):
            execution.write(pointer, b"four")


async def test_a_module_without_memory_says_so(engine: Engine) -> None:
    module = engine.compile_module(bytes(wasmtime.wat2wasm("(module)")))
    async with CoreProgram(engine, module, []).execute(LIMITS) as execution:
        with pytest.raises(GuestMemoryError, match="no memory"):
            execution.read(0, 1)


async def test_the_memory_named_memory_is_preferred(engine: Engine) -> None:
    wasm = bytes(
        wasmtime.wat2wasm('(module (memory (export "zzz") 3) (export "memory" (memory 0)))')
    )
    async with CoreProgram(engine, engine.compile_module(wasm), []).execute(LIMITS) as execution:
        assert execution.memory_size() == 3 * PAGE


async def test_after_the_end_nothing_works(core: CoreProgram) -> None:
    async with core.execute(LIMITS) as execution:
        execution.write(0, b"x")
    for use in (
        lambda: execution.read(0, 1),
        lambda: execution.write(0, b"x"),
        lambda: execution.memory_size(),
    ):
        with pytest.raises(EngineError) as caught:
            use()
        assert caught.value.code == "EXECUTION_OVER"
    with pytest.raises(EngineError) as caught:
        await execution.call("new", 1, 1)
    assert caught.value.code == "EXECUTION_OVER"


@pytest.mark.parametrize("limit", [PAGE, 3 * PAGE, 3 * PAGE + 5, 100 * PAGE])
async def test_memory_stops_at_its_limit(core: CoreProgram, limit: int) -> None:
    pages = limit // PAGE
    async with core.execute(Limits(memory=limit)) as execution:
        assert await execution.call("grow", pages) == -1
        assert await execution.call("grow", pages - 1) == 1
        assert await execution.call("grow", 1) == -1


async def test_memory_stops_at_the_size_of_a_slot(core: CoreProgram, engine: Engine) -> None:
    slot = engine.config.max_memory // PAGE
    async with core.execute(Limits(memory=1 << 40)) as execution:
        assert await execution.call("grow", slot) == -1
        assert await execution.call("grow", slot - 1) == 1


async def test_a_module_that_starts_above_its_limit_does_not_start(engine: Engine) -> None:
    wasm = bytes(wasmtime.wat2wasm('(module (memory (export "memory") 8))'))
    program = CoreProgram(engine, engine.compile_module(wasm), [])
    with pytest.raises(Trap) as caught:
        async with program.execute(Limits(memory=PAGE)):
            pass
    assert caught.value.kind == "memory"
    async with program.execute(LIMITS) as execution:
        assert execution.memory_size() == 8 * PAGE


def test_a_module_bigger_than_a_slot_is_refused(engine: Engine) -> None:
    pages = engine.config.max_memory // PAGE + 1
    wasm = bytes(wasmtime.wat2wasm(f'(module (memory (export "memory") {pages}))'))
    with pytest.raises(EngineError, match="memory"):
        engine.compile_module(wasm)


async def test_tables_are_limited(engine: Engine) -> None:
    wasm = bytes(
        wasmtime.wat2wasm(
            '(module (table 1 funcref) (func (export "grow") (param i32) (result i32)'
            " (table.grow 0 (ref.null func) (local.get 0))))"
        )
    )
    program = CoreProgram(engine, engine.compile_module(wasm), [])
    async with program.execute(LIMITS) as execution:
        assert await execution.call("grow", 300_000) == -1
        assert await execution.call("grow", 1000) == 1
