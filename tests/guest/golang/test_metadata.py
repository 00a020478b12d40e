from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.core.metadata import parse_described
from atoll.guest.failure import MetadataError
from atoll.guest.golang.codec import Codec
from atoll.guest.golang.interface import interface_of
from atoll.guest.golang.metadata import module_of
from atoll.guest.golang.module import Module
from atoll.guest.golang.types import (
    Array,
    Map,
    Named,
    Pointer,
    Primitive,
    Slice,
    String,
    TypeSyntaxError,
    parse_type,
)
from atoll.guest.metadata import read_metadata
from atoll.guest.types import Default
from atoll.guest.wasm_encoding import custom_section

RECORDS = {"compiler": "go1.27.3", "wordSize": 8, "calls": "records"}


def described(**changes: Any) -> dict[str, Any]:
    return {
        "plugin": "orchard",
        "module": "example.com/orchard",
        "sdk": "modus-sdk-go@0.18.0",
        "buildId": "c9k2m0a5v1s7t3u8w4x0",
        "buildTs": "2025-01-31T12:00:00.000Z",
        "gitCommit": "abc",
        "fnExports": {
            "countFruit": {
                "parameters": [
                    {"name": "kind", "type": "string", "default": "pear"},
                    {"name": "note", "type": "*string", "default": None},
                    {"name": "crates", "type": "[]orchard.Crate"},
                ],
                "results": [{"type": "map[string]orchard.Crate"}, {"type": "int", "name": "n"}],
                "docs": {"lines": ["Counts.", "All of it."]},
                "file": "main.go",
                "line": 12,
            },
            "reset": {},
        },
        "fnImports": {
            "modus_system.logMessage": {"parameters": [{"name": "l", "type": "*string"}]}
        },
        "types": {
            "[]orchard.Crate": {"id": 3},
            "map[string]orchard.Crate": {"id": 5},
            "orchard.Crate": {
                "id": 6,
                "fields": [
                    {"name": "label", "type": "string", "docs": {"lines": ["On it."]}},
                    {"name": "label", "type": "int", "hidden": True},
                    {"name": "tags", "type": "orchard.Tags"},
                ],
                "unknown": 1,
            },
            "orchard.Tags": {"id": 7, "underlying": "[]string"},
            "time.Time": {"id": 8},
        },
        "unknown": {"a": 1},
    } | changes


def parse(data: Any) -> Module:
    return module_of(parse_described(b"\x02", json.dumps(data).encode()))


def error_of(data: Any) -> MetadataError:
    with pytest.raises(MetadataError) as raised:
        parse(data)
    return raised.value


def taking(type: str, types: Any = None, **changes: Any) -> dict[str, Any]:
    exports = {"f": {"parameters": [{"name": "a", "type": type}]}}
    return described(fnExports=exports, fnImports={}, types=types or {}, **changes)


def test_all_that_is_said():
    module = parse(described())
    assert (module.plugin, module.sdk, module.word, module.calls) == (
        "orchard", "modus-sdk-go@0.18.0", 4, "flat",
    )  # fmt: skip
    assert module.build_id == "c9k2m0a5v1s7t3u8w4x0"
    assert module.extra == {"buildTs": "2025-01-31T12:00:00.000Z", "gitCommit": "abc"}
    count = module.exports["countFruit"]
    assert (count.doc, count.file, count.line) == ("Counts.\nAll of it.", "main.go", 12)
    assert [slot.default for slot in count.parameters] == [Default("pear"), Default(None), None]
    assert [result.name for result in count.results] == ["", "n"]
    crate = module.types["orchard.Crate"]
    assert crate.fields is not None
    assert [(slot.name, slot.hidden) for slot in crate.fields] == [
        ("label", False), ("label", True), ("tags", False),
    ]  # fmt: skip
    assert crate.fields[0].doc == "On it."
    assert module.real(crate.fields[2].type) == Slice("[]string", String())
    assert module.types["time.Time"].fields is None


def test_what_atoll_builds_says_how_it_is_called():
    exports = {"f": {"parameters": [{"name": "a", "type": "int"}], "argumentsId": 40}}
    module = parse(described(guest=RECORDS, fnExports=exports))
    assert (module.word, module.calls, module.exports["f"].arguments_id) == (8, "records", 40)
    assert parse(described(guest={"compiler": "tinygo 0.38"})).calls == "flat"


@pytest.mark.parametrize(
    "changes",
    [{"wordSize": 16}, {"calls": "spread"}, {"wordSize": 4}, {"calls": "flat"}, {"wordSize": 0}],
)
def test_calling_conventions_of_the_future(changes):
    error = error_of(described(guest=RECORDS | changes))
    assert error.code == "METADATA_INVALID"
    assert "go1.27.3" in error.message
    assert "this version of Atoll" in str(error.hint)


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"sdk": None}, "METADATA_INVALID", "sdk"),
        ({"fnExports": 1}, "METADATA_INVALID", "fnExports"),
        ({"types": {"a": {"id": -1}}}, "METADATA_INVALID", "type a"),
        ({"types": {"a": {"id": 1 << 32}}}, "METADATA_INVALID", "type a"),
        ({"guest": 7}, "METADATA_INVALID", "guest"),
        ({"fnExports": {"f": {"argumentsId": -1}}}, "METADATA_INVALID", "function f"),
        ({"fnExports": {"f": {"argumentsId": 1 << 31}}}, "METADATA_INVALID", "function f"),
        ({"fnExports": {"f": {"line": "x"}}}, "METADATA_INVALID", "line"),
        ({"fnExports": {"f": {"parameters": [{"name": "a", "type": "int"}] * 2}}},
         "METADATA_INVALID", "two parameters of the same name"),
        ({"fnExports": {"f": {"results": [{"name": "a", "type": "int"}] * 2}}},
         "METADATA_INVALID", "two results of the same name"),
        ({"fnExports": {"f": {"results": [{"type": "int"}, {"type": "int", "name": "item1"}]}}},
         "METADATA_INVALID", "two results of the same name"),
        ({"fnExports": {"f": {"parameters": [{"name": "a", "type": "map[string"}]}}},
         "TYPE_UNSUPPORTED", "function f"),
        ({"fnExports": {f"f{i}": {} for i in range(10_001)}}, "METADATA_INVALID", "10001"),
        ({"types": {"orchard.C": {"fields": [{"name": "a", "type": "[]"}]}}}, "TYPE_UNSUPPORTED",
         "type orchard.C"),
        ({"types": {"orchard.C": {"underlying": "*"}}}, "TYPE_UNSUPPORTED", "type orchard.C"),
        ({"types": {"orchard.C": {"fields": [{"name": "a", "type": "int"}] * 2}}},
         "METADATA_INVALID", "two fields of the same name"),
        ({"types": {"orchard.C": {"fields": [{"name": str(i), "type": "int"}
                                             for i in range(2001)]}}}, "METADATA_INVALID", "2001"),
    ],
)  # fmt: skip
def test_what_is_refused(changes, code, named):
    error = error_of(described(**changes))
    assert error.code == code
    assert named in error.message


@pytest.mark.parametrize(
    "types",
    [
        {"app.A": {"underlying": "[]app.A"}},
        {"app.A": {"underlying": "map[string]app.A"}},
        {"app.A": {"underlying": "*app.A"}},
        {"app.A": {"underlying": "app.A"}},
        {"app.A": {"underlying": "[]app.B"}, "app.B": {"underlying": "*app.A"}},
    ],
)
def test_types_that_are_made_of_themselves(types):
    error = error_of(taking("app.A", types))
    assert error.code == "TYPE_UNSUPPORTED"
    assert "app." in error.message
    assert error.hint == "make it a struct"


@pytest.mark.parametrize(
    "types",
    [
        {"app.A": {"fields": [{"name": "a", "type": "app.A"}]}},
        {"app.A": {"fields": [{"name": "a", "type": "[2]app.A"}]}},
        {"app.A": {"fields": [{"name": "b", "type": "app.B"}]},
         "app.B": {"fields": [{"name": "a", "type": "app.A", "hidden": True}]}},
        {"app.A": {"underlying": "[1]app.B"},
         "app.B": {"fields": [{"name": "a", "type": "app.A"}]}},
    ],
)  # fmt: skip
def test_types_that_are_part_of_themselves_have_no_size(types):
    error = error_of(taking("*app.A", types))
    assert error.code == "METADATA_INVALID"
    assert "in the function f, the type app." in error.message


@pytest.mark.parametrize(
    "type",
    ["[16777216]time.Time", "[16777216][16777216]byte", "[65536][65536]int",
     "[16777216]app.Large"],
)  # fmt: skip
def test_huge_arrays(type):
    types = {"app.Large": {"fields": [{"name": "a", "type": "[32]byte"}]}}
    error = error_of(taking(type, types))
    assert (error.code, "bytes" in error.message) == ("METADATA_INVALID", True)


def test_parameters_that_are_huge_together():
    parameters = [{"name": f"a{i}", "type": "[16777216]int64"} for i in range(3)]
    error = error_of(described(fnExports={"f": {"parameters": parameters}}))
    assert error.code == "METADATA_INVALID"


def test_arrays_of_what_has_no_size():
    types = {"app.E0": {"fields": []}}
    for i in range(60):
        fields = [{"name": n, "type": f"app.E{i}"} for n in "ab"]
        types[f"app.E{i + 1}"] = {"fields": fields}
    for type in ("[16777216][16777216]app.E0", "app.E60", "[]app.E60", "*app.E60"):
        module = parse(taking(type, types))
        Codec(module, max_bytes=1 << 20).export("f")
        interface_of(module)


def chain(length: int, link: str) -> dict[str, Any]:
    types: dict[str, Any] = {
        f"app.C{i}": {"fields": [{"name": "n", "type": f"{link}app.C{i + 1}"}]}
        for i in range(length - 1)
    }
    return types | {f"app.C{length - 1}": {"fields": []}}


@pytest.mark.parametrize("order", [1, -1])
def test_values_may_lie_in_one_another_only_so_deep(order):
    parse(taking("app.C0", chain(90, "")))
    parse(taking("app.C0", chain(3000, "*")))
    types = chain(200, "")
    exports = [
        (f"f{i}", {"parameters": [{"name": "a", "type": f"app.C{100 * i}"}]}) for i in (0, 1)
    ]
    # Whichever function comes first, and with it the parts of the type.
    error = error_of(described(types=types, fnExports=dict(exports[::order]), fnImports={}))
    assert "nests too deeply" in error.message


@pytest.mark.parametrize("link", ["*", "[]", "", "map[string]", "[1]"])
def test_codecs_of_long_chains_of_types(border, link):
    length = {"": 90, "[1]": 45}.get(link, 600)
    chained = border("app.C0", chain(length, link))
    depth = 70 if link in ("", "[1]") else 40
    wrap = {"[]": lambda v: [v], "[1]": lambda v: [v],
            "map[string]": lambda v: [{"key": "k", "value": v}]}  # fmt: skip
    value: Any = {"n": None} if link not in ("", "[1]") else {}
    for _ in range(length - 1 if link in ("", "[1]") else depth):
        value = {"n": wrap.get(link, lambda v: v)(value)}
    assert chained.echo(value) == value
    assert chained.take(chained.give(value))[0].keys() == {"n"}


@pytest.mark.parametrize("link", ["*", "[]", "map[string]", "[1]", ""])
@pytest.mark.parametrize("order", [1, -1])
def test_names_may_stand_for_names_only_so_often(link, order):
    def named(length: int) -> dict[str, Any]:
        types = {f"app.N{i}": {"underlying": f"{link}app.N{i + 1}"} for i in range(length)}
        types |= {f"app.N{length}": {"underlying": "int"}}
        return dict(list(types.items())[::order])

    module = parse(taking("app.N0", named(40)))
    Codec(module, max_bytes=1 << 20).export("f")
    interface_of(module)
    for type in ("app.N0", "*app.N0", "app.Holder"):
        holder = {"app.Holder": {"fields": [{"name": "a", "type": "app.N0"}]}}
        error = error_of(taking(type, named(9000) | holder))
        assert error.code == "TYPE_UNSUPPORTED"
        assert "nests too deeply" in error.message


def test_a_type_with_an_endless_name():
    error = error_of(taking("[]" + "x" * 100_000, {}))
    assert error.code == "TYPE_UNSUPPORTED"
    assert len(error.message) < 1000


def test_types_that_all_lead_to_the_others_are_looked_at_once():
    # Looked at for each function anew, they would take minutes.
    count = 1000
    types = {
        f"app.R{i}": {"fields": [{"name": "a", "type": f"*app.R{(i + 1) % count}"}]}
        for i in range(count)
    }
    exports = {
        f"f{i}": {"results": [{"type": f"[{i}]*app.R{i}"}, {"type": f"[{i}]int"}]}
        for i in range(count)
    }
    data = described(types=types, fnExports=exports, fnImports={})
    steps = 0

    def take_step(frame: Any, event: str, argument: Any) -> None:
        nonlocal steps
        steps += event == "call"

    sys.setprofile(take_step)
    try:
        module = parse(data)
        interface_of(module)
        codec = Codec(module, max_bytes=100)
        assert {codec.unknown_in(signature) for signature in module.exports.values()} == {None}
    finally:
        sys.setprofile(None)
    assert steps < 500 * count


def test_a_default_that_nests_without_end():
    exports = {"f": {"parameters": [{"name": "a", "type": "int", "default": "PLACE"}]}}
    text = json.dumps(described(fnExports=exports)).replace('"PLACE"', "[" * 500 + "]" * 500)
    with pytest.raises(MetadataError, match="nests too deeply"):
        module_of(parse_described(b"\x02", text.encode()))


def test_types_that_are_not_described_are_left_to_the_call():
    module = parse(taking("[]chan int"))
    codec = Codec(module, max_bytes=100)
    assert codec.unknown_in(module.exports["f"]) == "chan int"
    assert codec.unknown_in(parse(described()).exports["countFruit"]) is not None
    types = described()["types"]
    module = parse(described())
    assert Codec(module, max_bytes=100).unknown_in(module.exports["countFruit"]) is None
    assert set(module.types) == set(types)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rune", Primitive("rune")),
        ("time.Duration", Primitive("time.Duration")),
        ("[2]*int", Array("[2]*int", 2, Pointer("*int", Primitive("int")))),
        ("map[[2]string][]my-app/shop.Item", Map(
            "map[[2]string][]my-app/shop.Item", Array("[2]string", 2, String()),
            Slice("[]my-app/shop.Item", Named("my-app/shop.Item")))),
        ("map[x.Box[int]]x.Pair[string,[]int]", Map(
            "map[x.Box[int]]x.Pair[string,[]int]", Named("x.Box[int]"),
            Named("x.Pair[string,[]int]"))),
        ("[]x.Box[map[string]int]", Slice(
            "[]x.Box[map[string]int]", Named("x.Box[map[string]int]"))),
    ],
)  # fmt: skip
def test_names_of_types(text, expected):
    assert parse_type(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "*", "[]", "[3]", "[x]int", "[-1]int", "[16777217]int", "[99999999999]int", "map[",
     "map[]", "map[int]", "map[int", " int", "(a)", "[", "*" * 70 + "int", "[]" * 5000 + "int",
     "{}", "<-x"],
)  # fmt: skip
def test_what_is_no_name_of_a_type(text):
    with pytest.raises(TypeSyntaxError):
        parse_type(text)


@given(st.text(alphabet="[]*0123mapintsrg.xTime{} ,\n", max_size=40))
def test_any_text_is_a_type_or_none(text):
    with contextlib.suppress(TypeSyntaxError):
        parse_type(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: (
    st.lists(inner) | st.dictionaries(st.text(), inner)), max_leaves=20))  # fmt: skip
def test_any_json_is_read_or_refused(data):
    with contextlib.suppress(MetadataError):
        parse(data)
    with contextlib.suppress(MetadataError):
        parse(described(types={"orchard.Crate": data}))
    with contextlib.suppress(MetadataError):
        parse(described(fnExports=data))


def test_files_of_go_are_read_as_such():
    text = json.dumps(described()).encode()
    wasm = b"\0asm\x01\0\0\0" + custom_section("modus_metadata_version", b"\x02")
    found = read_metadata(wasm + custom_section("modus_metadata", text))
    assert (found.kind, found.language, found.runtime) == ("module", "go", "modus-sdk-go@0.18.0")
    assert [function.name for function in found.interface.functions] == ["countFruit", "reset"]
    assert isinstance(found.module, Module)
