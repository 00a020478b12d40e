"""Host functions that go back into the guest."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from atoll.engine import (
    CoreImport,
    CoreProgram,
    DeadlineExceeded,
    Engine,
    EngineConfig,
    EngineError,
    IncompatibleCode,
    Limits,
    OnFiber,
    Trap,
)
from atoll.engine.reentry import MAX_NESTING

LIMITS = Limits()


async def text(program: CoreProgram, data: object, length: int = 10, **limits: float) -> Any:
    async with program.execute(Limits(**limits), data) as execution:  # type: ignore[arg-type]  # floats only
        pointer = await execution.call("text", length)
        return pointer, execution.read(pointer, length)


async def test_a_host_function_allocates_in_the_guest(core: CoreProgram, host: Any) -> None:
    assert await text(core, "new") == (1024, b"x" * 10)
    assert host.notes == [(1024, 1034)]


async def test_the_nested_call_may_wait_for_the_host(core: CoreProgram) -> None:
    assert (await text(core, "new_waiting"))[1] == b"x" * 10


async def test_the_nested_call_may_nest_again(core: CoreProgram) -> None:
    assert (await text(core, "new_nested"))[1] == b"x" * 10


NESTING = r"""
(module
  (import "host" "text" (func $text (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "again") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (call $text (i32.sub (local.get 0) (i32.const 1))))
      (else (i32.const 7)))))
"""


def nesting_program(engine: Engine) -> CoreProgram:
    def steps(depth: int) -> Any:
        return (yield ("again", depth))

    async def call(execution: Any, depth: int) -> OnFiber:
        await asyncio.sleep(0)
        return OnFiber(steps(depth))

    definition = CoreImport("host", "text", ("i32",), ("i32",), call, reenters=True)
    module = engine.compile_module(bytes(wasmtime.wat2wasm(NESTING)), cached=False)
    return CoreProgram(engine, module, [definition])


async def again(program: CoreProgram, depth: int) -> Any:
    async with program.execute(LIMITS) as execution:
        return await execution.call("again", depth)


async def test_nesting_has_an_end(core: CoreProgram) -> None:
    program = nesting_program(core.engine)
    assert await again(program, MAX_NESTING) == 7
    for depth in (MAX_NESTING + 1, 10_000):
        with pytest.raises(EngineError) as caught:
            await again(program, depth)
        assert caught.value.code == "NESTED_TOO_DEEPLY"
    assert await again(program, 1) == 7


async def test_all_slots_may_nest_at_once(tmp_path: Path) -> None:
    engine = Engine(EngineConfig(concurrency=4, cache=tmp_path))
    program = nesting_program(engine)
    results = await asyncio.gather(*[again(program, 1) for _ in range(40)])
    assert results == [7] * 40
    engine.close()


async def test_a_trap_in_the_nested_call_is_the_executions(core: CoreProgram) -> None:
    with pytest.raises(Trap) as caught:
        await text(core, "new_trapping")
    assert caught.value.kind == "unreachable"


@pytest.mark.parametrize("limit", ["cpu", "wall"])
async def test_a_spinning_nested_call_is_stopped(core: CoreProgram, limit: str) -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        await text(core, "new_spinning", **{limit: 0.05})
    assert caught.value.which == limit


async def test_cancelling_within_the_nested_call(core: CoreProgram) -> None:
    for export, delay in (("new_spinning", 0.05), ("new_waiting", 0.0)):
        task = asyncio.create_task(text(core, export))
        await asyncio.sleep(delay)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_an_unknown_export_fails_the_call(core: CoreProgram) -> None:
    with pytest.raises(IncompatibleCode, match="nowhere"):
        await text(core, "nowhere")


def program_with(core: CoreProgram, call: Any) -> CoreProgram:
    definition = CoreImport("host", "text", ("i32",), ("i32",), call, reenters=True)
    return CoreProgram(core.engine, core.module, [definition])


async def test_steps_may_raise(core: CoreProgram, failure: type[Exception]) -> None:
    def steps() -> Any:
        yield ("new", 1, 1)
        raise failure("half-way")

    async def call(execution: Any, n: int) -> OnFiber:
        return OnFiber(steps())

    with pytest.raises(failure, match="half-way"):
        await text(program_with(core, call), None)


async def test_without_awaiting_and_without_reentering(core: CoreProgram) -> None:
    def at_once(execution: Any, length: int) -> OnFiber:
        def steps() -> Any:
            pointer = yield ("new", length, 1)
            execution.write(pointer, b"y" * length)
            return pointer

        return OnFiber(steps())

    assert await text(program_with(core, at_once), None) == (1024, b"y" * 10)

    async def plain(execution: Any, length: int) -> int:
        execution.write(50, b"z" * length)
        return 50

    assert await text(program_with(core, plain), None) == (50, b"z" * 10)


async def test_a_host_function_that_did_not_announce_it(core: CoreProgram) -> None:
    async def call(execution: Any, n: int) -> OnFiber:
        return OnFiber(iter(()))  # type: ignore[arg-type]  # never run

    definition = CoreImport("host", "text", ("i32",), ("i32",), call, is_async=True)
    program = CoreProgram(core.engine, core.module, [definition])
    with pytest.raises(Exception, match="OnFiber"):
        await text(program, None)


async def test_the_generator_is_closed_when_the_call_is_torn_down(core: CoreProgram) -> None:
    closed = []

    def steps() -> Any:
        try:
            yield ("new_spinning", 1, 1)
        finally:
            closed.append(True)

    async def call(execution: Any, n: int) -> OnFiber:
        return OnFiber(steps())

    with pytest.raises(DeadlineExceeded):
        await text(program_with(core, call), None, cpu=0.02)
    assert closed == [True]


async def test_many_at_once(core: CoreProgram, engine: Engine) -> None:
    results = await asyncio.gather(*[text(core, "new_waiting", n + 1) for n in range(100)])
    assert [len(data) for _, data in results] == [n + 1 for n in range(100)]
