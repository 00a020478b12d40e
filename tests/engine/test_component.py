"""Programs of components: linking, host functions, split components."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import wasmtime

from atoll.engine import (
    ComponentImport,
    ComponentProgram,
    Engine,
    EngineError,
    Err,
    IncompatibleCode,
    Limits,
    Ok,
    ValueMismatch,
)
from atoll.engine.component import _compatible

LIMITS = Limits()
HOST = "test:guest/host@0.1.0"


async def call(program: ComponentProgram, export: str, *arguments: Any) -> Any:
    async with program.execute(LIMITS) as execution:
        return await execution.call(export, *arguments)


async def test_a_call_crosses_both_borders(component: ComponentProgram, host: Any) -> None:
    assert await call(component, "ask", "hé", "llo ☃") == Ok("hé(llo ☃)")
    assert await call(component, "ask", "refuse", "") == Err("")
    assert host.notes == [(4, "hé"), (4, "refuse")]


async def test_what_an_async_host_function_raises_comes_out(
    component: ComponentProgram, failure: type[Exception]
) -> None:
    async with component.execute(LIMITS) as execution:
        with pytest.raises(failure, match="why"):
            await execution.call("ask", "fail", "why")
        with pytest.raises(EngineError, match="gone"):
            await execution.call("ask", "a", "b")


async def test_what_a_sync_host_function_raises_comes_out(
    engine: Engine, component: ComponentProgram, failure: type[Exception]
) -> None:
    def log(execution: Any, level: int, message: str) -> None:
        raise failure(message)

    program = ComponentProgram(engine, component.component, [ComponentImport(HOST, "log", log)])
    with pytest.raises(failure, match="loud"):
        await call(program, "ask", "loud", "")


async def test_what_an_async_function_raises_before_it_awaits(
    engine: Engine, component: ComponentProgram, host: Any, failure: type[Exception]
) -> None:
    def refuse(execution: Any, name: str, payload: str) -> Any:
        raise failure("at once")

    imports = [
        ComponentImport(HOST, "log", host.log),
        ComponentImport(HOST, "call", refuse, is_async=True),
    ]
    with pytest.raises(failure, match="at once"):
        await call(ComponentProgram(engine, component.component, imports), "ask", "a", "b")


@pytest.mark.parametrize("wrong", ["text", Ok(1), Ok(None), Err(b""), None, Ok("\ud800")])
async def test_a_wrong_result_fails_the_call(component: ComponentProgram, wrong: Any) -> None:
    async def answer(name: str, payload: str) -> Any:
        return wrong

    async with component.execute(LIMITS, answer) as execution:
        with pytest.raises(ValueMismatch):
            await execution.call("ask", "a", "b")


@pytest.mark.parametrize("arguments", [(), ("a",), ("a", 1), ("a", b"b"), ("a", "b", "c")])
async def test_wrong_arguments_are_refused(
    component: ComponentProgram, arguments: tuple[Any, ...]
) -> None:
    async with component.execute(LIMITS) as execution:
        with pytest.raises(ValueMismatch):
            await execution.call("ask", *arguments)
        assert await execution.call("ask", "a", "b") == Ok("a(b)")


async def test_exports_of_an_instance(component: ComponentProgram) -> None:
    name = "test:guest/inner@0.1.0#ask"
    assert name in component.functions
    assert "spin" in component.functions
    assert await call(component, name, "a", "b") == Ok("a(b)")


@pytest.mark.parametrize(
    "name", ["nothing", "test:guest/inner@0.1.0", "test:guest/inner@0.1.0#nothing", "", "a#b"]
)
async def test_unknown_exports_are_refused(component: ComponentProgram, name: str) -> None:
    with pytest.raises(IncompatibleCode):
        await call(component, name, "a", "b")


async def test_memory_stops_at_its_limit(component: ComponentProgram) -> None:
    async with component.execute(Limits(memory=5 << 16)) as execution:
        assert await execution.call("grow", 5) == -1
        assert await execution.call("grow", 4) == 1


async def test_an_argument_too_big_for_the_guest_traps(component: ComponentProgram) -> None:
    async with component.execute(Limits(memory=1 << 20)) as execution:
        with pytest.raises(EngineError):
            await execution.call("ask", "x" * (2 << 20), "")


async def test_large_strings(component: ComponentProgram) -> None:
    text = "äöü☃😀" * 100_000
    assert await call(component, "ask", "n", text) == Ok(f"n({text})")


async def test_many_wait_at_once(component: ComponentProgram) -> None:
    gate = asyncio.Event()
    waiting = 0

    async def answer(name: str, payload: str) -> Any:
        nonlocal waiting
        waiting += 1
        if waiting == 100:
            gate.set()
        await gate.wait()
        return Ok(payload)

    async def one(number: int) -> Any:
        async with component.execute(LIMITS, answer) as execution:
            return await execution.call("ask", "", str(number))

    assert await asyncio.gather(*[one(n) for n in range(100)]) == [Ok(str(n)) for n in range(100)]


SPLIT = """
(component
  (import "library" (core module $library
    (export "twice" (func (param i32) (result i32)))))
  (core instance $l (instantiate $library))
  (func (export "twice") (param "n" s32) (result s32)
    (canon lift (core func $l "twice"))))
"""
LIBRARY = """
(module (func (export "twice") (param i32) (result i32)
  (i32.mul (local.get 0) (i32.const 2))))
"""


async def test_a_split_component_gets_its_modules(engine: Engine) -> None:
    compiled = engine.compile_component(bytes(wasmtime.wat2wasm(SPLIT)))
    library = bytes(wasmtime.wat2wasm(LIBRARY))
    module = engine.compile_module(library, for_component=True)
    program = ComponentProgram(engine, compiled, [], modules={"library": module})
    assert await call(program, "twice", 21) == 42
    with pytest.raises(ValueError, match="for_component"):
        ComponentProgram(engine, compiled, [], modules={"library": engine.compile_module(library)})


async def test_a_missing_module_is_an_error(engine: Engine) -> None:
    compiled = engine.compile_component(bytes(wasmtime.wat2wasm(SPLIT)))
    with pytest.raises(IncompatibleCode):
        ComponentProgram(engine, compiled, [])


async def test_no_wasi_is_offered(engine: Engine) -> None:
    wasm = bytes(
        wasmtime.wat2wasm(
            """
            (component
              (import "wasi:clocks/monotonic-clock@0.2.9" (instance $clock
                (export "now" (func (result u64)))
                (export "resolution" (func (result u64)))))
              (core func $now (canon lower (func $clock "now")))
              (core func $resolution (canon lower (func $clock "resolution")))
              (core module $m
                (import "c" "now" (func $now (result i64)))
                (import "c" "resolution" (func $resolution (result i64)))
                (func (export "now") (result i64) (call $now))
                (func (export "resolution") (result i64) (call $resolution)))
              (core instance $i (instantiate $m (with "c" (instance
                (export "now" (func $now)) (export "resolution" (func $resolution))))))
              (func (export "now") (result u64) (canon lift (core func $i "now")))
              (func (export "resolution") (result u64) (canon lift (core func $i "resolution"))))
            """
        )
    )
    # Defined for another patch version of the same interface.
    imports = [ComponentImport("wasi:clocks/monotonic-clock@0.2.3", "now", lambda execution: 5)]
    program = ComponentProgram(engine, engine.compile_component(wasm), imports)
    assert await call(program, "now") == 5
    with pytest.raises(EngineError) as caught:
        await call(program, "resolution")
    assert "resolution" in caught.value.message


@pytest.mark.parametrize(
    ("offered", "wanted", "fits"),
    [
        ("a:b/c@1.2.3", "a:b/c@1.2.3", True),
        ("a:b/c@1.2.3", "a:b/c@1.9.0", True),
        ("a:b/c@1.2.3", "a:b/c@2.2.3", False),
        ("a:b/c@0.2.9", "a:b/c@0.2.0", True),
        ("a:b/c@0.2.9", "a:b/c@0.3.9", False),
        ("a:b/c@0.0.1", "a:b/c@0.0.2", False),
        ("a:b/c@0.0.1", "a:b/c@0.0.1", True),
        ("a:b/c@0.2.9", "a:b/d@0.2.9", False),
        ("a:b/c", "a:b/c", True),
        ("a:b/c", "a:b/c@0.1.0", False),
    ],
)
def test_versions_as_semver_has_it(offered: str, wanted: str, fits: bool) -> None:
    assert _compatible(offered, wanted) is fits
