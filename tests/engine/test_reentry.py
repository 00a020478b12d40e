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


# Steps that wait for the host -------------------------------------------------------------------


def waiting(core: CoreProgram, make: Any, *, closed: list[bool] | None = None) -> CoreProgram:
    """Steps that allocate, wait for ``make()``, and allocate again."""

    def steps(execution: Any, length: int) -> Any:
        try:
            first = yield ("new", length, 1)
            execution.write(first, b"x" * length)
            found = yield make()
            second = yield ("new", 8, 2)
            execution.write(first, bytes(found)[:length])
            return first if second > first else 0
        finally:
            if closed is not None:
                closed.append(True)

    return program_with(core, lambda execution, length: OnFiber(steps(execution, length)))


async def later(value: bytes, seconds: float = 0.0) -> bytes:
    await asyncio.sleep(seconds)
    return value


@pytest.mark.parametrize("seconds", [0.0, 0.01])
async def test_steps_may_wait_between_calls_of_the_guest(core: CoreProgram, seconds: float) -> None:
    program = waiting(core, lambda: later(b"y" * 10, seconds))
    assert await text(program, None) == (1024, b"y" * 10)


async def test_steps_may_wait_for_what_is_there_already(core: CoreProgram) -> None:
    def done() -> Any:
        future = asyncio.get_running_loop().create_future()
        future.set_result(b"z" * 10)
        return future

    assert await text(waiting(core, done), None) == (1024, b"z" * 10)


async def test_steps_may_wait_first_last_and_often(core: CoreProgram) -> None:
    def steps(length: int) -> Any:
        waited = b""
        for _ in range(50):
            waited += yield later(b"a")
        pointer = yield ("new", length, 1)
        waited += yield later(b"b", 0.001)
        return pointer if waited == b"a" * 50 + b"b" else 0

    program = program_with(core, lambda execution, length: OnFiber(steps(length)))
    assert (await text(program, None))[0] == 1024

    async def first(execution: Any, length: int) -> OnFiber:
        await asyncio.sleep(0)
        return OnFiber(steps(length))

    assert (await text(program_with(core, first), None))[0] == 1024


async def test_what_steps_wait_for_may_raise(core: CoreProgram, failure: type[Exception]) -> None:
    async def fails() -> bytes:
        await asyncio.sleep(0)
        raise failure("on the way")

    closed: list[bool] = []
    with pytest.raises(failure, match="on the way"):
        await text(waiting(core, fails, closed=closed), None)
    assert closed == [True]


async def test_steps_that_wait_for_nothing_that_can_be_awaited(core: CoreProgram) -> None:
    closed: list[bool] = []
    with pytest.raises(TypeError):
        await text(waiting(core, lambda: 7, closed=closed), None)
    assert closed == [True]


async def test_steps_that_wait_are_not_counted_as_computing(core: CoreProgram) -> None:
    program = waiting(core, lambda: later(b"y" * 10, 0.2))
    assert await text(program, None, cpu=0.1) == (1024, b"y" * 10)


async def test_a_deadline_while_steps_wait(core: CoreProgram) -> None:
    closed: list[bool] = []
    cancelled = []

    async def forever() -> bytes:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise
        raise AssertionError

    with pytest.raises(DeadlineExceeded) as caught:
        await text(waiting(core, forever, closed=closed), None, wall=0.05)
    assert (caught.value.which, closed, cancelled) == ("wall", [True], [True])


async def test_cancelling_while_steps_wait(core: CoreProgram) -> None:
    closed: list[bool] = []
    begun = asyncio.Event()

    async def forever() -> bytes:
        begun.set()
        await asyncio.sleep(3600)
        raise AssertionError

    task = asyncio.create_task(text(waiting(core, forever, closed=closed), None))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed == [True]


def nested(core: CoreProgram, make: Any, order: list[str]) -> CoreProgram:
    """The guest's allocator calls the host, which waits, while the host waits for the allocator."""

    def inner() -> Any:
        order.append("inner")
        found = yield make()
        pointer = yield ("new", len(found), 1)
        order.append("inner ends")
        return pointer

    def outer(length: int) -> Any:
        yield later(b"")
        order.append("outer")
        yield ("new_nested", length, 1)
        pointer = yield ("new", length, 1)
        yield later(b"", 0.001)
        order.append("outer ends")
        return pointer

    return program_with(
        core, lambda execution, length: OnFiber(outer(length) if length else inner())
    )


async def test_steps_wait_within_a_call_that_is_nested_in_others(core: CoreProgram) -> None:
    order: list[str] = []
    pointer, _ = await text(nested(core, lambda: later(b"abc", 0.001), order), None)
    assert pointer == 1024 + 3 + 10
    assert order == ["outer", "inner", "inner ends", "outer ends"]


@pytest.mark.parametrize("how", ["raise", "deadline", "cancel"])
async def test_what_ends_nested_steps_that_wait_ends_all(
    core: CoreProgram, failure: type[Exception], how: str
) -> None:
    order: list[str] = []
    begun = asyncio.Event()

    async def wait() -> bytes:
        begun.set()
        if how == "raise":
            raise failure("inside")
        await asyncio.sleep(3600)
        raise AssertionError

    limits = {"wall": 0.05} if how == "deadline" else {}
    task = asyncio.create_task(text(nested(core, wait, order), None, **limits))
    await begun.wait()
    if how == "cancel":
        task.cancel()
    with pytest.raises((failure, DeadlineExceeded, asyncio.CancelledError)):
        await task
    assert order == ["outer", "inner"]


async def test_many_that_wait_at_once(core: CoreProgram) -> None:
    program = waiting(core, lambda: later(b"y" * 200, 0.001))
    results = await asyncio.gather(*[text(program, None, n + 1) for n in range(100)])
    assert [data for _, data in results] == [b"y" * (n + 1) for n in range(100)]
