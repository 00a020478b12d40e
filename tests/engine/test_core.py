"""Programs of core modules: linking, and what crosses in calls."""

from __future__ import annotations

from typing import Any

import pytest
import wasmtime

from atoll.engine import (
    CoreImport,
    CoreProgram,
    Engine,
    IncompatibleCode,
    Limits,
    Trap,
    ValueMismatch,
)

LIMITS = Limits()


async def call(program: CoreProgram, export: str, *arguments: Any, data: object = None) -> Any:
    async with program.execute(LIMITS, data) as execution:
        return await execution.call(export, *arguments)


async def test_values_cross_in_both_directions(core: CoreProgram) -> None:
    assert await call(core, "add", 2, 3) == 5
    assert await call(core, "add", -2, 1) == -1
    assert await call(core, "scale", 1.5, 2.0) == 3.0
    assert await call(core, "pair") == (-7, 1 << 40)
    assert await call(core, "swap", 1, -2, 0.5, 1e300) == (1e300, 0.5, -2, 1)
    assert await call(core, "note", 4) is None


async def test_unsigned_forms_are_accepted_and_come_back_signed(core: CoreProgram) -> None:
    assert await call(core, "swap", 2**32 - 1, 2**64 - 1, 0.0, 0.0) == (0.0, 0.0, -1, -1)


@pytest.mark.parametrize(
    "arguments",
    [(2**32, 0), (-(2**31) - 1, 0), (0, 2**64), ("1", 0), (1.0, 0), (None, 0), (1,), (1, 2, 3), ()],
)
async def test_arguments_that_do_not_fit_are_refused(
    core: CoreProgram, arguments: tuple[Any, ...]
) -> None:
    async with core.execute(LIMITS) as execution:
        with pytest.raises(ValueMismatch):
            await execution.call("add", *arguments)
        assert await execution.call("add", 1, 1) == 2  # the instance is unharmed


async def test_a_result_that_does_not_fit_fails_the_call(engine: Engine, core_wasm: bytes) -> None:
    module = engine.compile_module(core_wasm)
    for wrong in ("x", None, 2**40, (1, 2)):
        program = CoreProgram(
            engine, module,
            [CoreImport("host", "add", ("i32", "i64"), ("i32",), lambda e, a, b: wrong)],  # noqa: B023
        )  # fmt: skip
        with pytest.raises(ValueMismatch):
            await call(program, "add", 1, 2)


async def test_host_functions_see_their_own_execution(core: CoreProgram, host: Any) -> None:
    async with (
        core.execute(LIMITS, "first") as first,
        core.execute(LIMITS, "second") as second,
    ):
        await first.call("note", 1)
        await second.call("note", 2)
        await first.call("note", 3)
    assert host.notes == [("first", 1), ("second", 2), ("first", 3)]


async def test_unknown_imports_trap_when_called(core: CoreProgram) -> None:
    with pytest.raises(Trap) as caught:
        await call(core, "missing")
    assert caught.value.kind == "missing_import"
    assert "elsewhere::missing" in caught.value.message


def test_unknown_imports_may_be_refused_instead(engine: Engine, core_wasm: bytes) -> None:
    with pytest.raises(IncompatibleCode, match="host::add"):
        CoreProgram(engine, engine.compile_module(core_wasm), [], unknown_imports_trap=False)


def test_an_import_of_another_type_is_refused_by_name(engine: Engine, core_wasm: bytes) -> None:
    wrong = CoreImport("host", "add", ("i32",), ("i32",), lambda execution, a: a)
    with pytest.raises(IncompatibleCode) as caught:
        CoreProgram(engine, engine.compile_module(core_wasm), [wrong])
    assert "host.add" in caught.value.message
    assert "(i32, i64) -> (i32)" in caught.value.message


def test_an_import_that_is_no_function_is_refused(engine: Engine) -> None:
    wasm = wasmtime.wat2wasm('(module (import "host" "f" (memory 1)))')
    program_import = CoreImport("host", "f", (), (), lambda execution: None)
    with pytest.raises(IncompatibleCode, match=r"host\.f"):
        CoreProgram(engine, engine.compile_module(bytes(wasm)), [program_import])


async def test_exports_that_cannot_be_called_are_refused(engine: Engine) -> None:
    wasm = wasmtime.wat2wasm(
        '(module (func (export "ref") (param funcref)) (global (export "g") i32 (i32.const 1)))'
    )
    program = CoreProgram(engine, engine.compile_module(bytes(wasm)), [])
    for name in ("ref", "g", "nothing", ""):
        with pytest.raises(IncompatibleCode, match=name or "''"):
            await call(program, name)


async def test_a_module_for_components_cannot_run(engine: Engine, core_wasm: bytes) -> None:
    module = engine.compile_module(core_wasm, for_component=True)
    with pytest.raises(ValueError, match="component"):
        CoreProgram(engine, module, [])


async def test_a_start_function_runs_with_limits_and_host(engine: Engine) -> None:
    seen: list[int] = []

    async def host(execution: Any) -> None:
        seen.append(execution.data)

    wasm = bytes(
        wasmtime.wat2wasm('(module (import "h" "f" (func $f)) (start $s) (func $s (call $f)))')
    )
    imports = [CoreImport("h", "f", (), (), host, is_async=True)]
    program = CoreProgram(engine, engine.compile_module(wasm), imports)
    async with program.execute(LIMITS, 5):
        assert seen == [5]
