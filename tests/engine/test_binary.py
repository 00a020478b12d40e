"""Modules whose border the C API could not describe without ending the process."""

from __future__ import annotations

import pytest
import wasmtime

from atoll.engine import CompileError, CoreProgram, Engine, Limits
from atoll.engine.binary import indescribable

BAD = {
    "the export f": '(module (func (export "f") (param v128)))',
    "the export g": '(module (func) (func (export "g") (result i32 v128) unreachable))',
    "the import a.b": '(module (import "a" "b" (func (param i32 v128))))',
    "the import a.c": '(module (import "a" "b" (func)) (import "a" "c" (global v128)))',
    "the export h": """(module (global $one i32 (i32.const 11))
        (global $two v128 (v128.const i32x4 0x0b0b0b0b 11 11 11))
        (global $three f64 (f64.const 11)) (export "h" (global $two)))""",
    "the export t": """(module (type $f (func))
        (table (export "t") 1 (ref null $f)))""",
}
GOOD = """
(module
  (import "m" "f" (func $f (param i32 i64 f32 f64) (result i32)))
  (import "m" "t" (table 1 10 funcref))
  (import "m" "m" (memory 1 5))
  (import "m" "g" (global $g i32))
  (type $unused (func (param v128)))
  (func $inside (param v128) (result v128) (local.get 0))
  (func (export "sum") (result i32)
    (i32x4.extract_lane 0 (call $inside (v128.const i32x4 11 11 11 11))))
  (table 3 5 funcref)
  (global $v v128 (v128.const i32x4 11 11 11 11))
  (global $f32 f32 (f32.const 11))
  (global $copy i32 (global.get $g))
  (global $sum i32 (i32.add (global.get $g) (i32.const 11)))
  (global $null funcref (ref.null func))
  (global $ref (mut funcref) (ref.func $inside))
  (export "imported" (func $f))
  (export "number" (global $sum))
  (export "reference" (global $ref))
  (export "memory" (memory 0))
  (export "table" (table 1))
  (elem (table 1) (i32.const 0) func $inside)
  (data (i32.const 0) "\\0b\\0b"))
"""


def compiled(wat: str) -> bytes:
    return bytes(wasmtime.wat2wasm(wat))


@pytest.mark.parametrize("name", BAD)
def test_such_modules_are_refused_by_name(engine: Engine, name: str) -> None:
    try:
        wasm = compiled(BAD[name])
    except wasmtime.WasmtimeError:
        pytest.fail("the test's own module is wrong")
    try:
        found = indescribable(wasm)
    except (ValueError, IndexError):
        pytest.fail("not understood")
    assert found == name
    for _ in range(2):  # it must not get into the cache either
        with pytest.raises(CompileError):
            engine.compile_module(wasm)


def test_vectors_inside_are_fine() -> None:
    assert indescribable(compiled(GOOD)) is None


async def test_and_run(engine: Engine) -> None:
    wat = """(module (func $v (param v128) (result v128) (local.get 0))
        (func (export "lane") (result i32)
          (i32x4.extract_lane 2 (call $v (v128.const i32x4 1 2 3 4)))))"""
    program = CoreProgram(engine, engine.compile_module(compiled(wat)), [])
    async with program.execute(Limits()) as execution:
        assert await execution.call("lane") == 3


def test_the_guests_of_these_tests(core_wasm: bytes) -> None:
    assert indescribable(core_wasm) is None


def test_a_part_of_a_component_may_have_them(engine: Engine) -> None:
    wasm = compiled(BAD["the export f"])
    assert engine.compile_module(wasm, for_component=True, cached=False) is not None
