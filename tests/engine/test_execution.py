"""The driver: host calls, deadlines, cancellation, sharing the loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import time
from typing import Any

import pytest

from atoll.engine import (
    ComponentProgram,
    CoreProgram,
    DeadlineExceeded,
    Engine,
    EngineError,
    GuestExit,
    Limits,
)

LIMITS = Limits()
LONG = Limits(cpu=60, wall=60)


async def call(program: Any, export: str, *arguments: Any, limits: Limits = LIMITS) -> Any:
    async with program.execute(limits) as execution:
        return await execution.call(export, *arguments)


# Host calls ---------------------------------------------------------------------------------------


async def test_an_async_host_call_suspends_the_guest(core: CoreProgram) -> None:
    assert await call(core, "wait", 2) == 4
    assert await call(core, "wait_times", 5, 0) == 0


async def test_many_wait_at_once(core: CoreProgram, host: Any) -> None:
    gate = asyncio.Event()
    waiting = 0

    async def wait(value: int) -> int:
        nonlocal waiting
        waiting += 1
        if waiting == 150:
            gate.set()  # only if all of them are suspended at the same time
        await gate.wait()
        return value + 1

    async def one(value: int) -> int:
        async with core.execute(LIMITS, wait) as execution:
            return int(await execution.call("wait", value))

    results = await asyncio.gather(*[one(value) for value in range(150)])
    assert results == [value + 1 for value in range(150)]


async def test_what_a_sync_host_function_raises_comes_out(
    core: CoreProgram, failure: type[Exception]
) -> None:
    with pytest.raises(failure, match="no"):
        await call(core, "add", 99, 0)


async def test_what_an_async_host_function_raises_comes_out(core: CoreProgram) -> None:
    error = GuestExit(3)

    async def fail(_: int) -> int:
        await asyncio.sleep(0)
        raise error

    async with core.execute(LIMITS, fail) as execution:
        with pytest.raises(GuestExit) as caught:
            await execution.call("wait", 1)
        assert caught.value is error
        with pytest.raises(EngineError, match="gone"):
            await execution.call("new", 1, 1)


async def test_a_host_function_that_is_not_async_after_all(core: CoreProgram, host: Any) -> None:
    import dataclasses

    imports = [
        dataclasses.replace(i, call=lambda execution, n: 5) if i.name == "wait" else i
        for i in host.core_imports()
    ]
    program = CoreProgram(core.engine, core.module, imports)
    with pytest.raises(TypeError, match="await"):
        await call(program, "wait", 1)


async def test_a_wrong_async_result_fails_the_call(core: CoreProgram) -> None:
    async def wrong(_: int) -> Any:
        return 2**50

    async with core.execute(LIMITS, wrong) as execution:
        with pytest.raises(EngineError, match="does not fit i32"):
            await execution.call("wait", 1)


async def test_a_timeout_error_of_the_host_is_not_a_deadline(core: CoreProgram) -> None:
    async def fail(_: int) -> int:
        raise TimeoutError("the model is slow")

    async with core.execute(LIMITS, fail) as execution:
        with pytest.raises(TimeoutError, match="model"):
            await execution.call("wait", 1)


async def test_the_host_runs_in_the_callers_task_and_context(core: CoreProgram) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    variable.set("mine")
    task = asyncio.current_task()

    async def look(_: int) -> int:
        assert variable.get() == "mine"
        assert asyncio.current_task() is task
        return 1

    async with core.execute(LIMITS, look) as execution:
        assert await execution.call("wait", 1) == 1


async def test_memory_can_be_used_while_the_guest_waits(core: CoreProgram) -> None:
    async def look(pointer: int) -> int:
        execution.write(pointer, b"\x05")
        await asyncio.sleep(0)
        return execution.read(pointer, 1)[0]

    async with core.execute(LIMITS, look) as execution:
        assert await execution.call("wait", 300) == 5


# Misuse -------------------------------------------------------------------------------------------


async def test_an_execution_is_entered_once(core: CoreProgram) -> None:
    execution = core.execute(LIMITS)
    async with execution:
        with pytest.raises(EngineError, match="once"):
            await execution.__aenter__()
        assert await execution.call("new", 1, 1) == 1024
    with pytest.raises(EngineError, match="once"):
        async with execution:
            pass


async def test_one_call_at_a_time(core: CoreProgram) -> None:
    async with core.execute(LIMITS) as execution:
        first = asyncio.create_task(execution.call("wait", 20))
        await asyncio.sleep(0)
        with pytest.raises(EngineError) as caught:
            await execution.call("new", 1, 1)
        assert caught.value.code == "EXECUTION_BUSY"
        assert await first == 40


async def test_a_call_before_entering_is_refused(core: CoreProgram) -> None:
    with pytest.raises(EngineError):
        await core.execute(LIMITS).call("new", 1, 1)


async def test_a_forgotten_execution_gives_its_slot_back(core: CoreProgram, engine: Engine) -> None:
    execution = core.execute(LIMITS)
    await execution.__aenter__()
    assert engine.core_slots.free == engine.config.concurrency - 1
    del execution
    await call(core, "new", 1, 1)  # the last one polled stays known to its thread until the next
    gc.collect()
    assert engine.core_slots.free == engine.config.concurrency


# Deadlines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["core", "component"])
async def test_a_spinning_guest_is_stopped_by_its_cpu_deadline(
    request: pytest.FixtureRequest, kind: str
) -> None:
    program = request.getfixturevalue(kind)
    async with program.execute(Limits(cpu=0.05)) as execution:
        with pytest.raises(DeadlineExceeded) as caught:
            await execution.call("spin")
        assert (caught.value.which, caught.value.seconds) == ("cpu", 0.05)
        assert execution.cpu_used > 0.05


@pytest.mark.parametrize("kind", ["core", "component"])
async def test_a_spinning_guest_is_stopped_by_its_wall_deadline(
    request: pytest.FixtureRequest, kind: str
) -> None:
    program = request.getfixturevalue(kind)
    with pytest.raises(DeadlineExceeded) as caught:
        await call(program, "spin", limits=Limits(cpu=60, wall=0.05))
    assert caught.value.which == "wall"


async def test_a_waiting_guest_is_stopped_by_its_wall_deadline(
    core: CoreProgram, host: Any
) -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        await call(core, "wait", 60_000, limits=Limits(wall=0.02))
    assert caught.value.which == "wall"
    assert host.cancelled == 1


async def test_the_wall_deadline_holds_for_all_calls_together(core: CoreProgram) -> None:
    async with core.execute(Limits(wall=0.05)) as execution:
        with pytest.raises(DeadlineExceeded):  # noqa: PT012
            while True:
                await execution.call("wait", 5)


async def test_the_wall_deadline_holds_in_the_queue(
    core_wasm: bytes, host: Any, make_engine: Any
) -> None:
    engine = make_engine(concurrency=1)
    program = CoreProgram(engine, engine.compile_module(core_wasm), host.core_imports())
    async with program.execute(LIMITS):
        with pytest.raises(DeadlineExceeded):
            async with program.execute(Limits(wall=0.02)):
                pytest.fail("there was no slot")
        assert engine.core_slots.waiting == 0
    assert await call(program, "add", 1, 1) == 2


async def test_the_time_in_the_queue_is_told(core_wasm: bytes, host: Any, make_engine: Any) -> None:
    engine = make_engine(concurrency=1)
    program = CoreProgram(engine, engine.compile_module(core_wasm), host.core_imports())
    first = program.execute(LIMITS)
    async with first, asyncio.TaskGroup() as group:
        second = program.execute(LIMITS)
        waiting = group.create_task(second.__aenter__())
        while not engine.core_slots.waiting:
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        await first.__aexit__(None, None, None)
        await waiting
        await second.__aexit__(None, None, None)
    assert first.waited == 0
    assert second.waited >= 0.01


async def test_waiting_costs_no_cpu_time(core: CoreProgram) -> None:
    async with core.execute(Limits(cpu=0.05)) as execution:
        assert await execution.call("wait_times", 10, 20) == 400
        assert execution.cpu_used < 0.05


async def test_computing_is_counted_over_calls(core: CoreProgram) -> None:
    async with core.execute(LONG) as execution:
        await execution.call("count", 50_000_000)
        first = execution.cpu_used
        await execution.call("count", 50_000_000)
        assert execution.cpu_used > first > 0


async def test_a_computing_guest_gets_its_result(core: CoreProgram) -> None:
    # Long enough to move to a worker; waiting afterwards brings it back to the loop.
    assert await call(core, "count", 200_000_000, limits=LONG) == 200_000_000
    assert await call(core, "spin_then_wait", 100_000_000, 3, limits=LONG) == 6


# Cancellation -------------------------------------------------------------------------------------


async def test_cancelling_a_waiting_call_tears_it_down(core: CoreProgram, host: Any) -> None:
    task = asyncio.create_task(call(core, "wait", 60_000))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (host.started, host.ended, host.cancelled) == (1, 1, 1)


@pytest.mark.parametrize("kind", ["core", "component"])
async def test_cancelling_a_computing_call_tears_it_down(
    request: pytest.FixtureRequest, kind: str
) -> None:
    program = request.getfixturevalue(kind)
    tasks = [asyncio.create_task(call(program, "spin", limits=LONG)) for _ in range(5)]
    await asyncio.sleep(0.1)  # two on workers, the others in their queue
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


async def test_cancelling_again_and_again_changes_nothing(core: CoreProgram) -> None:
    task = asyncio.create_task(call(core, "spin", limits=LONG))
    await asyncio.sleep(0.05)
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    assert task.cancelled()


async def test_a_call_cancelled_before_it_starts(core: CoreProgram) -> None:
    task = asyncio.create_task(call(core, "wait", 1))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_host_function_may_refuse_to_be_cancelled(core: CoreProgram) -> None:
    async def stubborn(_: int) -> int:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return 7
        return 0

    async with core.execute(Limits(wall=0.02), stubborn) as execution:
        # It answered after the deadline: the guest may finish, or be stopped; nothing breaks.
        with contextlib.suppress(DeadlineExceeded):
            assert await execution.call("wait", 1) == 7


async def test_2000_cancels_through_200_slots(core: CoreProgram, engine: Engine, host: Any) -> None:
    assert engine.config.concurrency == 200
    for _ in range(10):
        tasks = [asyncio.create_task(call(core, "wait", 60_000)) for _ in range(200)]
        await asyncio.sleep(0)
        assert engine.core_slots.free == 0
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
    # (One that was on a worker just then may be cancelled before its host call begins.)
    assert host.started == host.ended > 1900
    assert await asyncio.gather(*[call(core, "wait", 1) for _ in range(200)]) == [2] * 200


# Sharing ------------------------------------------------------------------------------------------


async def test_others_go_on_while_guests_spin(core: CoreProgram) -> None:
    spinners = [
        asyncio.create_task(call(core, "spin", limits=Limits(cpu=60, wall=0.6))) for _ in range(6)
    ]
    served = 0
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        assert await call(core, "wait", 1) == 2
        served += 1
    assert not any(task.done() for task in spinners)
    results = await asyncio.gather(*spinners, return_exceptions=True)
    assert all(isinstance(result, DeadlineExceeded) for result in results)
    assert served >= 5


async def test_host_calls_that_never_wait_do_not_hold_the_loop(core: CoreProgram) -> None:
    async def at_once(value: int) -> int:
        return value

    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    beating = asyncio.create_task(heart())
    async with core.execute(Limits(cpu=0.1), at_once) as execution:
        with pytest.raises(DeadlineExceeded):
            await execution.call("wait_times", 10**9, 1)
    beating.cancel()
    assert beats >= 5


async def test_more_executions_than_slots_wait_their_turn(
    core_wasm: bytes, host: Any, make_engine: Any
) -> None:
    engine = make_engine(concurrency=3)
    program = CoreProgram(engine, engine.compile_module(core_wasm), host.core_imports())
    order: list[int] = []

    async def one(number: int) -> None:
        async with program.execute(LIMITS) as execution:
            order.append(number)
            assert engine.core_slots.free >= 0
            await execution.call("wait", 1)

    await asyncio.gather(*[one(number) for number in range(30)])
    assert order == list(range(30))


async def test_components_have_slots_of_their_own(
    component: ComponentProgram, core: CoreProgram, engine: Engine
) -> None:
    async with component.execute(LIMITS), core.execute(LIMITS):
        assert engine.core_slots.free == engine.component_slots.free
        assert engine.core_slots.free == engine.config.concurrency - 1
