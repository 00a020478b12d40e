from __future__ import annotations

import pytest
import wasmtime

from atoll.engine import CoreImport
from atoll.guest.core.imports import (
    STREAMS,
    Wanted,
    check_helper,
    check_types,
    types_of,
    undescribed,
    unknown,
    wanted_imports,
)
from atoll.guest.failure import MetadataError


def module(text: str) -> wasmtime.Module:
    return wasmtime.Module(wasmtime.Engine(), wasmtime.wat2wasm(f"(module {text})"))


def test_each_import_is_there_once():
    native = module(f"""
      (import "a" "f" (func (param i32 i64) (result f64)))
      (import "a" "f" (func (param i32 i64) (result f64)))
      (import "{STREAMS}" "read" (func))
      (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
      (import "a" "g" (func))""")
    found = list(wanted_imports(native))
    assert [each.title for each in found if isinstance(each, Wanted)] == ["a.f", "a.g"]
    first = found[0]
    assert isinstance(first, Wanted)
    assert (first.types, first.params) == ((["i32", "i64"], ["f64"]), ("i32", "i64"))
    (wasi,) = (each for each in found if isinstance(each, CoreImport))
    assert (wasi.module, wasi.name) == ("wasi_snapshot_preview1", "proc_exit")


@pytest.mark.parametrize(
    "text", ["(memory 1)", "(table 1 funcref)", "(global i32)", "(global (mut i64))"]
)
def test_imports_are_functions(text):
    with pytest.raises(MetadataError, match=r"wants a\.f of its host: it is no function") as raised:
        list(wanted_imports(module(f'(import "a" "f" {text})')))
    assert raised.value.code == "IMPORT_UNKNOWN"


def test_signatures_are_compared():
    type = wasmtime.FuncType([wasmtime.ValType.i32()], [])
    check_types("imports a.f", (["i32"], []), types_of(type))
    check_helper("__new", types_of(type), (["i32"], []))
    with pytest.raises(MetadataError, match=r"as \(i32\) -> \(\) but describes it as \(\)") as one:
        check_types("imports a.f", ([], []), types_of(type))
    with pytest.raises(MetadataError, match=r"__new as \(i32\) -> \(\), which should be") as two:
        check_helper("__new", types_of(type), (["i32"], ["i32"]))
    assert one.value.code == two.value.code == "MODULE_MISMATCH"


def test_errors_name_the_import_but_not_without_end():
    title = "modus_x." + "y" * 1000
    for error, code in (
        (undescribed(title), "MODULE_MISMATCH"),
        (unknown(title, "no"), "IMPORT_UNKNOWN"),
    ):
        assert (error.code, len(error.message) < 400) == (code, True)
        assert "modus_x.y" in error.message
        assert error.hint
