from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.assemblyscript.interface import interface_of
from atoll.guest.assemblyscript.metadata import parse_module
from atoll.guest.assemblyscript.types import TypeSyntaxError, parse_type
from atoll.guest.failure import MetadataError
from atoll.guest.types import Default, ListOf, MapOf, Nullable, ObjectType, Ref, Scalar

S = "~lib/string/String"


def described(**changes: Any) -> dict[str, Any]:
    return {
        "plugin": "orchard@0.3.0",
        "sdk": "modus-sdk-as@0.18.0",
        "buildId": "c9k2m0a5v1s7t3u8w4x0",
        "fnExports": {
            "countFruit": {
                "parameters": [
                    {"name": "kind", "type": S, "default": "pear"},
                    {"name": "limit", "type": "i32", "default": ""},
                    {"name": "note", "type": f"{S} | null", "default": None},
                    {"name": "crates", "type": "~lib/array/Array<assembly/fruit/Crate>"},
                ],
                "results": [{"type": f"~lib/map/Map<{S},assembly/fruit/Crate|null>"}],
                "docs": {"lines": ["Counts.", "All of it."]},
            },
            "reset": {},
            "_modus_agent_activate": {"parameters": [{"name": "name", "type": S}]},
        },
        "fnImports": {"modus_system.logMessage": {"parameters": [{"name": "l", "type": S}]}},
        "types": {
            "~lib/array/Array<assembly/fruit/Crate>": {"id": 31},
            f"~lib/map/Map<{S},assembly/fruit/Crate|null>": {"id": 32},
            "assembly/fruit/Crate": {
                "id": 30,
                "fields": [{"name": "label", "type": S, "docs": {"lines": ["On it."]}}],
                "unknown": 1,
            },
        },
        "unknown": {"a": 1},
    } | changes


def parse(data: Any, version: bytes | None = b"\x02"):
    return parse_module(version, json.dumps(data).encode())


def code_of(data: Any, version: bytes | None = b"\x02") -> str:
    with pytest.raises(MetadataError) as raised:
        parse(data, version)
    return raised.value.code


def test_the_interface():
    interface = interface_of(parse(described()))
    count, reset = interface.functions
    assert (count.name, count.doc, reset.result) == ("countFruit", "Counts.\nAll of it.", None)
    kind, limit, note, crates = count.parameters
    assert (kind.default, kind.own_default) == (Default("pear"), False)
    assert (limit.default, limit.own_default) == (None, True)
    assert (note.type, note.default) == (Nullable(Scalar("String")), Default(None))
    assert crates.type == ListOf(Ref("Crate"))
    assert count.result == MapOf(Scalar("String"), Nullable(Ref("Crate")))
    crate = interface.types["Crate"]
    assert isinstance(crate, ObjectType)
    assert (crate.fields[0].name, crate.fields[0].doc) == ("label", "On it.")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bool", Scalar("Boolean")), ("u16", Scalar("Int")), ("usize", Scalar("UInt")),
        ("i64", Scalar("Int64")), ("u64", Scalar("UInt64")), ("f32", Scalar("Float")),
        ("~lib/arraybuffer/ArrayBuffer", Scalar("String")),
        ("~lib/typedarray/Uint8Array", Scalar("String")),
        ("~lib/typedarray/Float32Array", Scalar("Float32Array")),
        ("~lib/array/Array<u8>", Scalar("String")),
        ("~lib/array/Array<f64>|null", Nullable(ListOf(Scalar("Float")))),
        ("~lib/wasi_date/wasi_Date", Scalar("Timestamp")),
        ("~lib/set/Set<i32>", ListOf(Scalar("Int"))),
        ("~lib/staticarray/StaticArray<i32>", ListOf(Scalar("Int"))),
    ],
)  # fmt: skip
def test_types(name, expected):
    from atoll.guest.assemblyscript.interface import neutral_type

    assert neutral_type(parse_type(name), {}) == expected


def test_a_class_with_the_name_of_a_scalar():
    array = "~lib/typedarray/Int16Array"
    types = {"assembly/x/Int16Array": {"id": 40, "fields": []}, array: {"id": 41}}
    exports = {f"f{i}": {"results": [{"type": name}]} for i, name in enumerate(types)}
    interface = interface_of(parse(described(types=types, fnExports=exports, fnImports={})))
    assert [f.result for f in interface.functions] == [Ref("Int16Array2"), Scalar("Int16Array")]


@pytest.mark.parametrize(
    ("parameter", "known"),
    [
        ({"default": ""}, False),
        ({"default": "", "ownDefault": True}, False),
        ({"default": "a"}, True),
        ({"default": "a", "ownDefault": True}, False),
    ],
)
def test_defaults_of_texts(parameter, known):
    exports = {"f": {"parameters": [{"name": "a", "type": S, **parameter}]}}
    (function,) = interface_of(parse(described(fnExports=exports))).functions
    assert (function.parameters[0].default is not None) == known
    assert function.parameters[0].own_default != known


def test_names_of_classes():
    names = ["assembly/a/Tag", "assembly/b/Tag", "assembly/a/NS.Tag", f"assembly/x/Box<{S}>",
             "assembly/x/Box<assembly/a/Tag|null>", "assembly/x/Query"]  # fmt: skip
    types = {name: {"id": 40 + i, "fields": []} for i, name in enumerate(names)}
    exports = {f"f{i}": {"results": [{"type": name}]} for i, name in enumerate(names)}
    interface = interface_of(parse(described(types=types, fnExports=exports, fnImports={})))
    assert set(interface.types) == {"Tag", "Tag2", "NS_Tag", "BoxString", "BoxTag", "Query2"}


@pytest.mark.parametrize("version", [None, b"", b"\x01", b"\x03", b"\x02\x02"])
def test_versions(version):
    assert code_of(described(), version) == "METADATA_VERSION"


def test_no_metadata():
    with pytest.raises(MetadataError) as raised:
        parse_module(b"\x02", None)
    assert raised.value.code == "METADATA_MISSING"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sdk": "modus-sdk-go@1"}, "LANGUAGE_UNSUPPORTED"),
        ({"sdk": "other"}, "LANGUAGE_UNSUPPORTED"),
        ({"sdk": None}, "METADATA_INVALID"),
        ({"fnExports": 1}, "METADATA_INVALID"),
        ({"types": {"a": {"id": -1}}}, "METADATA_INVALID"),
        ({"types": {"a": {"id": 1 << 32}}}, "METADATA_INVALID"),
        ({"types": {}}, "TYPE_MISSING"),
        ({"fnExports": {"f": {"results": [{"type": "i32"}, {"type": "i32"}]}}}, "METADATA_INVALID"),
        ({"fnExports": {"f": {"parameters": [{"name": "a", "type": "~lib/array/Array<i32"}]}}},
         "TYPE_UNSUPPORTED"),
        ({"fnExports": {"f": {"parameters": [{"name": "a", "type": "i32"}] * 2}}},
         "METADATA_INVALID"),
        ({"fnExports": {f"f{i}": {} for i in range(10_001)}}, "METADATA_INVALID"),
    ],
)  # fmt: skip
def test_what_is_refused(changes, code):
    assert code_of(described(**changes)) == code


def chain(length: int) -> dict[str, Any]:
    types: dict[str, Any] = {}
    for i in range(length - 1):
        next = {"name": "n", "type": f"assembly/x/C{i + 1}"}
        types[f"assembly/x/C{i}"] = {"id": 40 + i, "fields": [next]}
    types[f"assembly/x/C{length - 1}"] = {"id": 39, "fields": []}
    # The deepest first: it is reached by a short way as well.
    fields = [{"name": f"f{i}", "type": name} for i, name in enumerate(types)]
    types["assembly/x/Root"] = {"id": 38, "fields": fields}
    exports = {"f": {"results": [{"type": "assembly/x/Root"}]}}
    return described(types=types, fnExports=exports, fnImports={})


def test_types_may_lie_in_one_another_only_so_deep():
    parse(chain(90))
    for length in (120, 1900):
        assert code_of(chain(length)) == "TYPE_UNSUPPORTED"


def test_classes_have_no_more_fields_than_can_be():
    fields = [{"name": f"f{i}", "type": "i32"} for i in range(2001)]
    types = {"assembly/x/C": {"id": 40, "fields": fields}}
    exports = {"f": {"results": [{"type": "assembly/x/C"}]}}
    assert code_of(described(types=types, fnExports=exports, fnImports={})) == "METADATA_INVALID"


def test_a_hidden_field_is_no_part_of_the_api():
    types = described()["types"]
    hidden = {"name": "raw", "type": f"{S} | null", "hidden": True}
    types["assembly/fruit/Crate"]["fields"].append(hidden)
    module = parse(described(types=types))
    assert [slot.hidden for slot in module.types["assembly/fruit/Crate"].fields] == [False, True]
    assert [field.name for field in interface_of(module).types["Crate"].fields] == ["label"]


def test_a_missing_class_is_named_with_its_function():
    types = described()["types"]
    del types["assembly/fruit/Crate"]
    with pytest.raises(MetadataError, match=r"assembly/fruit/Crate, which the function countFruit"):
        parse(described(types=types))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: (
    st.lists(inner) | st.dictionaries(st.text(), inner)), max_leaves=20))  # fmt: skip
def test_any_json_is_read_or_refused(data):
    with contextlib.suppress(MetadataError):
        parse(data)


@given(st.text(alphabet="abi32<>,| nul/~Map8", max_size=40))
def test_any_text_is_a_type_or_none(text):
    with contextlib.suppress(TypeSyntaxError):
        parse_type(text)
