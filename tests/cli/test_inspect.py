from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.cli.inspect import describe, size
from atoll.cli.wat import wasm_tools
from atoll.guest.wasm_binary import MalformedWasm

TEXT = """
(module
  (import "env" "log" (func (param i32)))
  (memory (export "memory") 2 16)
  (func $add (export "plus") (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.add)
  (func $nothing)
  (data (i32.const 0) "hello"))
"""


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wasm")
    text, binary = folder / "add.wat", folder / "add.wasm"
    text.write_text(TEXT)
    subprocess.run([wasm_tools(), "parse", text, "-o", binary], check=True, timeout=60)
    return binary


def test_shows_what_a_module_has(run, module):
    done = run("inspect", module)
    assert done.returncode == 0, done.stderr
    assert "function env.log" in done.stdout
    assert "function plus" in done.stdout
    assert "128.0 KiB at start, at most 1.0 MiB" in done.stdout


def test_json(run, module):
    summary = json.loads(run("inspect", module, "--json").stdout)
    assert summary["kind"] == "module"
    assert summary["imports"] == [{"module": "env", "name": "log", "kind": "function"}]
    assert summary["memory"] == [{"minimum": 131072, "maximum": 1048576}]
    assert summary["defined"] == 2


@pytest.mark.parametrize("wanted", ["plus", "add", "1"])
def test_one_function_as_text(run, module, wanted):
    done = run("inspect", module, "--wat", wanted)
    assert done.stdout.startswith("  (func $add")
    assert "i32.add" in done.stdout
    assert "nothing" not in done.stdout


def test_a_function_of_one_line(run, module):
    assert run("inspect", module, "--wat", "nothing").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("wanted", "code"), [("0", "IMPORTED_FUNCTION"), ("minus", "NO_SUCH_FUNCTION")]
)
def test_no_such_text(fails, module, wanted, code):
    assert code in fails("inspect", module, "--wat", wanted).stderr


def test_the_code_of_an_app_is_in_the_base(fails, module, tmp_path):
    image = tmp_path / "app.wasm"
    section = b"\x0aatoll-base" + b"0" * 64
    image.write_bytes(module.read_bytes() + bytes([0, len(section)]) + section)
    assert "build with --standalone" in fails("inspect", image, "--wat", "minus").stderr
    assert "--standalone" not in fails("inspect", module, "--wat", "minus").stderr


@pytest.mark.parametrize("content", [b"", b"\0as", b"#!/bin/sh\n", b"\0asm\x07\0\0\0"])
def test_other_files(fails, tmp_path, content):
    file = tmp_path / "x.wasm"
    file.write_bytes(content)
    assert "NOT_WASM" in fails("inspect", file).stderr


@pytest.mark.parametrize("wat", [(), ("--wat", "plus")])
def test_a_truncated_file(fails, module, tmp_path, wat):
    whole = module.read_bytes()
    file = tmp_path / "x.wasm"
    file.write_bytes(whole[: whole.index(b"plus") + 2])
    assert "DAMAGED_WASM" in fails("inspect", file, *wat).stderr


def test_no_file_and_a_folder(fails, tmp_path):
    assert "NO_SUCH_FILE" in fails("inspect", "nothing.wasm").stderr
    assert "NOT_A_FILE" in fails("inspect", tmp_path).stderr


def test_names_cannot_steer_the_terminal(run, tmp_path):
    file = tmp_path / "x.wasm"
    name = b"\x1b[2J"
    section = bytes([len(name)]) + name
    file.write_bytes(b"\0asm\x01\0\0\0" + bytes([0, len(section)]) + section)
    done = run("inspect", file)
    assert "\x1b" not in done.stdout
    assert "\\x1b[2J" in done.stdout


@pytest.mark.parametrize("metadata", [b"not json", b"[]", b'{"functions": 3}', b"[" * 100_000])
def test_metadata_that_lies(run, tmp_path, metadata):
    name = b"atoll-metadata"
    content = bytes([len(name)]) + name + metadata
    size_of = []
    rest = len(content)
    while rest > 0x7F:
        size_of.append(rest & 0x7F | 0x80)
        rest >>= 7
    size_of.append(rest)
    file = tmp_path / "x.wasm"
    file.write_bytes(b"\0asm\x01\0\0\0\0" + bytes(size_of) + content)
    done = run("inspect", file)
    assert done.returncode == 0, done.stderr


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_described_or_called_malformed(rest, component):
    head = b"\0asm\x0d\0\x01\0" if component else b"\0asm\x01\0\0\0"
    with contextlib.suppress(MalformedWasm):
        describe(head + rest)


@given(st.data())
def test_any_damage_is_noticed_or_harmless(module, data):
    wasm = bytearray(module.read_bytes())
    place = data.draw(st.integers(8, len(wasm) - 1))
    wasm[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedWasm):
        describe(bytes(wasm))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (5 << 20, "5.0 MiB"),
        (1 << 41, "2048.0 GiB"),
    ],
)
def test_sizes(count, text):
    assert size(count) == text
