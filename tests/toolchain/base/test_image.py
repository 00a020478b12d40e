from __future__ import annotations

import subprocess

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.guest.wasm_binary import MalformedWasm, custom_section
from atoll.toolchain.base.image import WASM_PAGE, Changes, Image
from atoll.toolchain.base.workbench import PAGE, wasm_tools

WAT = """(module
  (memory (export "memory") 2)
  (global (export "fixed") i32 (i32.const 7))
  (global (export "a") (mut i32) (i32.const 1))
  (global (export "b") (mut i32) (i32.const 2))
  (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))
  (data (i32.const 100) "hello")
  (data (i32.const 70000) "there"))"""


def assemble(wat: str) -> bytes:
    done = subprocess.run(
        [wasm_tools(), "parse", "-"], input=wat.encode(), capture_output=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def module() -> bytes:
    return assemble(WAT)


def state(wasm: bytes) -> tuple[bytes, int, int, int]:
    """Memory and globals of a fresh instance."""
    store = wasmtime.Store()
    exports = wasmtime.Instance(store, wasmtime.Module(store.engine, wasm), []).exports(store)
    memory = exports["memory"].read(store)
    return bytes(memory), *(exports[name].value(store) for name in ("fixed", "a", "b"))


def test_without_changes_the_state_is_the_same(module: bytes) -> None:
    changed = Image(module, (1, 2)).changed(Changes(2 * WASM_PAGE, {}, (1, 2)), {})
    assert state(changed) == state(module)


@settings(deadline=None, max_examples=30)
@given(
    grown=st.integers(0, 3),
    pages=st.dictionaries(st.integers(0, 31), st.binary(min_size=1, max_size=PAGE), max_size=6),
    values=st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)),
)
def test_changes_are_the_state_of_new_instances(
    module: bytes, grown: int, pages: dict[int, bytes], values: tuple[int, int]
) -> None:
    pages = {number: content.ljust(PAGE, b"\0") for number, content in pages.items()}
    size = (2 + grown) * WASM_PAGE
    changed = Image(module, (1, 2)).changed(Changes(size, pages, values), {})
    memory, fixed, a, b = state(changed)
    expected = bytearray(state(module)[0]).ljust(size, b"\0")
    for number, content in pages.items():
        expected[number * PAGE : (number + 1) * PAGE] = content
    assert memory == bytes(expected)
    assert (fixed, a & 0xFFFFFFFF, b & 0xFFFFFFFF) == (7, *values)


def test_zero_pages_take_no_room(module: bytes) -> None:
    image = Image(module, (1, 2))
    small = image.changed(Changes(2 * WASM_PAGE, {}, (1, 2)), {})
    large = image.changed(Changes(2000 * WASM_PAGE, {}, (1, 2)), {})
    assert len(large) - len(small) < 10
    assert len(state(large)[0]) == 2000 * WASM_PAGE


def test_sections_go_to_the_end(module: bytes) -> None:
    wasm = Image(module, ()).changed(Changes(2 * WASM_PAGE, {}, ()), {"x": b"1", "y": b"2"})
    assert (custom_section(wasm, "x"), custom_section(wasm, "y")) == (b"1", b"2")
    assert wasm.endswith(b"y2")


def test_passive_data_is_not_an_image() -> None:
    with pytest.raises(MalformedWasm):
        Image(assemble('(module (memory 1) (data "passive"))'), ())
