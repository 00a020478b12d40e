"""What is left of a description, and where it stands in the module."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.wasm_binary import custom_sections
from atoll.guest.wasm_encoding import custom_section, section, text, unsigned, vector
from atoll.toolchain.golang.sections import compiler_of, filtered, parts, with_metadata

HEADER = b"\0asm\1\0\0\0"


def module(exports: tuple[str, ...], imports: tuple[str, ...] = ()) -> bytes:
    """Functions only; they need no code to be read."""
    types = section(1, vector([b"\x60\x00\x00"]))
    imported = [text(n.split(".")[0]) + text(n.split(".")[1]) + b"\x00\x00" for n in imports]
    functions = section(3, vector([b"\x00"] * len(exports)))
    exported = [text(name) + b"\x00" + unsigned(len(imports) + n) for n, name in enumerate(exports)]
    return HEADER + types + section(2, vector(imported)) + functions + section(7, vector(exported))


def function(*parameters: str, results: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "parameters": [{"name": f"p{n}", "type": type} for n, type in enumerate(parameters)],
        "results": [{"type": type} for type in results],
    }


def types(*names: str, **more: dict[str, object]) -> dict[str, dict[str, object]]:
    return {name: {"id": n} for n, name in enumerate(names, 3)}


def test_functions_that_the_module_has():
    described = {
        "sdk": "modus-sdk-go",
        "fnExports": {"one": function(), "gone": function("[]gone")},
        "fnImports": {"modus_a.b": function(), "modus_a.c": function("[]gone")},
        "types": types("[]gone"),
    }
    assert filtered(described, module(("one", "two"), ("modus_a.b", "wasi.x"))) == {
        "sdk": "modus-sdk-go",
        "fnExports": {"one": function()},
        "fnImports": {"modus_a.b": function()},
    }


def test_types_that_functions_have():
    all_types = types(
        "*a.Deep", "*a.Node", "[2]a.Grid", "[][]int", "[]a.Key", "[]a.Tag", "[]a.Unused",
        "[]a.Value", "[]int", "a.Deep", "a.Grid", "a.Key", "a.Node", "a.Tag", "a.Tags", "a.Unused",
        "a.Value", "map[a.Key]a.Value", "map[string][2]a.Grid",
    )  # fmt: skip
    all_types["a.Node"]["fields"] = [
        {"name": "next", "type": "*a.Node"},
        {"name": "deep", "type": "map[a.Key]a.Value"},
    ]
    all_types["a.Value"]["fields"] = [{"name": "deep", "type": "*a.Deep", "hidden": True}]
    all_types["a.Tags"]["underlying"] = "[]a.Tag"
    described = {
        "fnExports": {"one": function("a.Node", results=("a.Tags", "[][]int"))},
        "types": all_types,
    }
    found = filtered(described, module(("one",)))["types"]
    unused = {"[]a.Unused", "a.Unused", "[2]a.Grid", "a.Grid", "map[string][2]a.Grid"}
    assert found.keys() == all_types.keys() - unused
    assert all(found[name] == all_types[name] for name in found)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("int", []),
        ("*a.B", ["a.B"]),
        ("[]*int", ["*int"]),
        ("[12][]int", ["[]int"]),
        ("map[string]int", ["string", "int", "[]string", "[]int"]),
        ("map[[2]int]map[string]x/y.Z", ["[2]int", "map[string]x/y.Z", "[][2]int",
                                         "[]map[string]x/y.Z"]),
        ("a.Pair[map[int]int,[]b.C]", []),
    ],
)  # fmt: skip
def test_parts_of_types(name, inside):
    assert parts(name) == inside


names = st.recursive(
    st.sampled_from(["int", "string", "a.B", "x.y/z.P[a.B,int]"]),
    lambda inner: st.one_of(
        inner.map("*{}".format),
        inner.map("[]{}".format),
        st.tuples(st.integers(0, 99), inner).map(lambda t: f"[{t[0]}]{t[1]}"),
        st.tuples(inner, inner).map(lambda t: f"map[{t[0]}]{t[1]}"),
    ),
)


@given(names, names)
def test_a_map_is_told_by_its_key_and_value(key, value):
    assert parts(f"map[{key}]{value}") == [key, value, f"[]{key}", f"[]{value}"]


ORIGIN = {"buildId": "b", "buildTs": "t", "gitRepo": "", "gitCommit": "c"}


def test_the_sections_stand_last_and_once():
    old = custom_section("modus_metadata", b"old") + custom_section("name", b"n")
    wasm = module(("ünï",)) + old + custom_section("modus_metadata_version", b"\1")
    described = {
        "plugin": "p", "module": "m/p", "sdk": "s", "guest": {"wordSize": 8},
        "fnExports": {"ünï": function()}, "types": {},
    }  # fmt: skip
    made = with_metadata(wasm, described, ORIGIN)
    assert made.startswith(module(("ünï",)))
    found = {name: made[start:end] for name, start, end in custom_sections(made)}
    assert list(found) == ["name", "modus_metadata_version", "modus_metadata"]
    assert found["modus_metadata_version"] == b"\2"
    content = found["modus_metadata"]
    assert "ünï".encode() in content
    assert list(json.loads(content)) == [
        "plugin", "module", "sdk", "buildId", "buildTs", "gitCommit", "guest", "fnExports",
    ]  # fmt: skip
    assert with_metadata(made, described, ORIGIN) == made


def test_an_origin_that_is_no_text():
    """As an address in git's settings may be."""
    made = with_metadata(module(()), {}, {"gitRepo": "https://example.com/\udcff"})
    assert b'"gitRepo":"https://example.com/?"' in made


@pytest.mark.parametrize(
    ("description", "compiler"),
    [
        ('{"guest": {"compiler": "go1.27.3"}}', "go"),
        ('{"guest": {"compiler": "tinygo0.38.0"}}', "tinygo"),
        ('{"guest": {"compiler": "zig"}}', None),
        ('{"guest": {"compiler": 1}}', None),
        ('{"guest": "go"}', None),
        ("{}", None),
        ("[]", None),
        ("{", None),
    ],
)
def test_which_compiler_it_was(description, compiler):
    wasm = HEADER + custom_section("modus_metadata", description.encode())
    assert compiler_of(wasm) == compiler
    assert compiler_of(wasm[:-1]) is None
    assert compiler_of(b"") is None
