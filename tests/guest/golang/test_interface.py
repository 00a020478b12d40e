"""What the API is told of a module's functions and types."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.metadata import parse_described
from atoll.guest.golang.interface import interface_of, short_name
from atoll.guest.golang.metadata import module_of
from atoll.guest.types import (
    Default,
    Field,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Ref,
    Scalar,
)

QUOTIENT = {"name": "quotient", "type": "int"}
REMAINDER = {"name": "remainder", "type": "int"}


def interface(exports: dict[str, Any], types: dict[str, Any] | None = None) -> Interface:
    described = {
        "plugin": "app",
        "module": "app",
        "sdk": "modus-sdk-go@0.18.0",
        "buildId": "1",
        "buildTs": "2025-01-01T00:00:00Z",
        "fnExports": exports,
        "types": {"int": {"id": 3}, **(types or {})},
    }
    return interface_of(module_of(parse_described(b"\x02", json.dumps(described).encode())))


def test_several_results_are_an_object_that_is_never_null():
    found = interface({"divide": {"results": [QUOTIENT, REMAINDER]}})
    assert found.functions[0].result == Ref("_type1")
    fields = (Field("quotient", Scalar("Int")), Field("remainder", Scalar("Int")))
    assert found.types["_type1"] == ObjectType("_type1", fields)


def test_several_results_are_of_the_type_that_has_just_these_fields():
    named = {"app.Division": {"id": 4, "fields": [QUOTIENT, REMAINDER]}}
    mentions = {"results": [{"type": "app.Division"}]}
    exports = {"divide": {"results": [QUOTIENT, REMAINDER]}, "last": mentions}
    found = interface(exports, named)
    assert {function.name: function.result for function in found.functions} == {
        "divide": Ref("Division"),
        "last": Ref("Division"),
    }
    assert set(found.types) == {"Division"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bool", Scalar("Boolean")), ("int", Scalar("Int")), ("int8", Scalar("Int")),
        ("int16", Scalar("Int")), ("int32", Scalar("Int")), ("rune", Scalar("Int")),
        ("byte", Scalar("Int")), ("uint8", Scalar("Int")), ("uint16", Scalar("Int")),
        ("uint", Scalar("UInt")), ("uint32", Scalar("UInt")), ("uintptr", Scalar("UInt")),
        ("int64", Scalar("Int64")), ("time.Duration", Scalar("Int64")),
        ("uint64", Scalar("UInt64")), ("float32", Scalar("Float")), ("float64", Scalar("Float")),
        ("string", Scalar("String")), ("time.Time", Scalar("Timestamp")),
        ("[3]byte", Scalar("String")), ("[]uint8", Nullable(Scalar("String"))),
        ("*string", Nullable(Scalar("String"))), ("**string", Nullable(Scalar("String"))),
        ("[]string", Nullable(ListOf(Scalar("String")))),
        ("[][]string", Nullable(ListOf(Nullable(ListOf(Scalar("String")))))),
        ("[]*string", Nullable(ListOf(Nullable(Scalar("String"))))),
        ("*[]string", Nullable(ListOf(Scalar("String")))),
        ("[2]string", ListOf(Scalar("String"))),
        ("*[2]*int", Nullable(ListOf(Nullable(Scalar("Int"))))),
        ("map[int32]string", Nullable(MapOf(Scalar("Int"), Scalar("String")))),
        ("map[string]map[string]float32", Nullable(MapOf(
            Scalar("String"), Nullable(MapOf(Scalar("String"), Scalar("Float")))))),
        ("*map[string]*int", Nullable(MapOf(Scalar("String"), Nullable(Scalar("Int"))))),
        ("app.Tags", Nullable(ListOf(Scalar("String")))), ("app.Colour", Scalar("String")),
        ("*app.Colour", Nullable(Scalar("String"))), ("app.Item", Ref("Item")),
        ("*app.Item", Nullable(Ref("Item"))),
    ],
)  # fmt: skip
def test_what_types_are_in_the_api_and_what_may_be_null(name, expected):
    types = {
        "app.Tags": {"id": 9, "underlying": "[]app.Colour"},
        "app.Colour": {"id": 10, "underlying": "string"},
        "app.Item": {"id": 11, "fields": []},
    }
    exports = {"f": {"parameters": [{"name": "a", "type": name}], "results": [{"type": name}]}}
    (function,) = interface(exports, types).functions
    assert (function.parameters[0].type, function.result) == (expected, expected)


@pytest.mark.parametrize(
    ("full", "name"),
    [
        ("app.Person", "Person"), ("my-app/shop.Item", "Item"), ("v2.app.Item", "Item"),
        ("my-app/shop.Box[my-app/shop.Item]", "BoxItem"), ("app.Box[int]", "BoxInt"),
        ("app.Pair[string,*app.Item]", "PairStringItem"), ("app.Box[[]string]", "BoxString"),
        ("app.Box[map[string]int]", "BoxMapStringInt"), ("app.Größe", "Gr__e"), ("Item", "Item"),
        ("app.", "Type"), ("app.__x", "Type__x"), ("app.1", "Type1"),
    ],
)  # fmt: skip
def test_names_of_structs(full, name):
    assert short_name(full) == name


def test_structs_with_the_same_name():
    names = ["a/x.Item", "b/x.Item", "app.Query", "app.Box[int]", "app.BoxInt", "app.Item2"]
    types = {name: {"id": 10 + i, "fields": []} for i, name in enumerate(names)}
    exports = {f"f{i}": {"results": [{"type": name}]} for i, name in enumerate(names)}
    found = interface(exports, types)
    assert set(found.types) == {"Item", "Item2", "Item3", "Query2", "BoxInt", "BoxInt2"}
    assert len({function.result for function in found.functions}) == len(names)


def test_only_what_functions_need_is_there():
    types = {
        "app.Used": {"id": 9, "fields": [{"name": "a", "type": "[]*app.Inner"},
                                         {"name": "b", "type": "app.Secret", "hidden": True}]},
        "app.Inner": {"id": 10, "fields": [{"name": "up", "type": "*app.Used"}],
                      "docs": {"lines": ["Inside."]}},
        "app.Secret": {"id": 11, "fields": []}, "app.Unused": {"id": 12, "fields": []},
    }  # fmt: skip
    exports = {
        "f": {"results": [{"type": "app.Used"}]},
        "_f": {"results": [{"type": "app.Unused"}]},
    }
    found = interface(exports, types)
    assert [function.name for function in found.functions] == ["f"]
    used, inner = found.types["Used"], found.types["Inner"]
    assert set(found.types) == {"Used", "Inner"}
    assert isinstance(used, ObjectType)
    assert used.fields == (Field("a", Nullable(ListOf(Nullable(Ref("Inner"))))),)
    assert inner.doc == "Inside."


def test_results_without_names_have_numbers():
    results = [{"type": "int", "name": "_"}, {"type": "string"}, {"type": "bool", "name": "ok"}]
    exports = {"f": {"results": results}, "g": {"results": results}, "h": {"results": results[:2]}}
    found = interface(exports)
    first, again, other = (function.result for function in found.functions)
    assert first == again != other
    assert sorted(
        [field.name for field in type.fields]
        for type in found.types.values()
        if isinstance(type, ObjectType)
    ) == [["item1", "item2"], ["item1", "item2", "ok"]]


def test_functions_have_places_docs_and_defaults():
    parameters = [{"name": "a", "type": "int", "default": 7}, {"name": "b", "type": "*int"}]
    found = interface({"f": {"parameters": parameters, "file": "main.go", "line": 3,
                             "docs": {"lines": ["Does it."]}}})  # fmt: skip
    (function,) = found.functions
    assert (function.file, function.line, function.doc) == ("main.go", 3, "Does it.")
    assert function.result is None
    assert [parameter.default for parameter in function.parameters] == [Default(7), None]
