from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.core.metadata import parse_described
from atoll.guest.golang.layout import Layouts, Leaf
from atoll.guest.golang.metadata import module_of
from atoll.guest.golang.types import parse_type

P = "github.com/hypermodeinc/modus/sdk/go/pkg"
SDK = {
    f"{P}/http.Request": {"url": "string", "method": "string", "headers": f"*{P}/http.Headers",
                          "body": "[]byte"},
    f"{P}/http.Response": {"status": "uint16", "statusText": "string",
                           "headers": f"*{P}/http.Headers", "body": "[]byte"},
    f"{P}/http.Headers": {"data": f"map[string]*{P}/http.Header"},
    f"{P}/http.Header": {"name": "string", "values": "[]string"},
    f"{P}/models.ModelInfo": {"name": "string", "fullName": "string"},
    f"{P}/db.HostQueryResponse": {"error": "*string", "resultJson": "*string",
                                  "rowsAffected": "uint32", "lastInsertId": "uint64"},
    f"{P}/dgraph.Request": {"query": f"*{P}/dgraph.Query", "mutations": f"[]*{P}/dgraph.Mutation"},
    f"{P}/dgraph.Query": {"query": "string", "variables": "map[string]string"},
    f"{P}/dgraph.Mutation": dict.fromkeys(
        ["setJson", "delJson", "setNquads", "delNquads", "condition"], "string"
    ),
    f"{P}/dgraph.Response": {"json": "string", "uids": "map[string]string"},
    f"{P}/neo4j.EagerResult": {"keys": "[]string", "records": f"[]*{P}/neo4j.Record"},
    f"{P}/neo4j.Record": {"keys": "[]string", "values": "[]string"},
    f"{P}/agents.AgentInfo": {"id": "string", "name": "string", "status": "string"},
    f"{P}/agents.MessageResponse": {"data": "*string", "error": "*string"},
}  # fmt: skip
OWN = {
    "app.One": {"a": "bool"}, "app.Two": {"a": "bool", "b": "int"},
    "app.Three": {"a": "bool", "b": "int", "c": "string"},
    "app.Four": {"a": "bool", "b": "int", "c": "*string"},
    "app.Five": {"a": "string", "b": "string", "c": "string", "d": "[]string", "e": "float64",
                 "f": "float64"},
    "app.WithMap": {"m": "map[string]string"}, "app.Empty": {},
    "app.Timed": {"at": "time.Time", "n": "int32", "last": "bool"},
    "app.Mixed": {"a": "bool", "b": "int64", "c": "int8", "d": "float32", "e": "uint16"},
    "app.Padded": {"a": "int32", "e": "app.Empty"}, "app.Behind": {"p": "app.Padded", "b": "bool"},
    "app.OnlyEmpty": {"a": "app.Empty", "b": "[0]int64"},
}  # fmt: skip


@pytest.fixture
def laid_out(describe):
    def make(names, declared=None, word=4):
        declared = declared or {name: {"fields": fields} for name, fields in (SDK | OWN).items()}
        metadata = describe({"f": (names, [])}, declared, word=word)
        text = json.dumps(metadata).encode()
        return metadata, Layouts(module_of(parse_described(b"\x02", text)))

    return make


@pytest.mark.parametrize(
    ("name", "size", "align", "words"),
    [
        ("bool", 1, 1, 1), ("byte", 1, 1, 1), ("uint8", 1, 1, 1), ("int8", 1, 1, 1),
        ("int16", 2, 2, 1), ("uint16", 2, 2, 1), ("int32", 4, 4, 1), ("uint32", 4, 4, 1),
        ("rune", 4, 4, 1), ("int", 4, 4, 1), ("uint", 4, 4, 1), ("uintptr", 4, 4, 1),
        ("int64", 8, 8, 1), ("uint64", 8, 8, 1), ("time.Duration", 8, 8, 1),
        ("float32", 4, 4, 1), ("float64", 8, 8, 1), ("string", 8, 4, 2), ("*int64", 4, 4, 1),
        ("[]int64", 12, 4, 3), ("map[string]int64", 4, 4, 1), ("time.Time", 24, 8, 3),
        ("[2]string", 16, 4, 4), ("[2]time.Time", 48, 8, 6), ("[0]string", 0, 4, 0),
        ("[3]int8", 3, 1, 3), ("app.One", 1, 1, 1), ("app.Two", 8, 4, 2),
        ("app.Three", 16, 4, 4), ("app.Four", 12, 4, 3), ("app.Five", 56, 8, 11),
        ("app.WithMap", 4, 4, 1), ("app.Empty", 0, 1, 0), ("app.Timed", 32, 8, 5),
        ("app.Mixed", 32, 8, 5), ("app.Padded", 4, 4, 1), ("app.Behind", 8, 4, 2),
        ("app.OnlyEmpty", 0, 8, 0), ("[2]app.Two", 16, 4, 4),
    ],
)  # fmt: skip
def test_types_with_words_of_four_bytes(laid_out, name, size, align, words):
    assert laid_out([name])[1].of(parse_type(name))[:3] == (size, align, words)


@pytest.mark.parametrize(
    ("name", "size", "align"),
    [
        ("int", 8, 8), ("uint", 8, 8), ("uintptr", 8, 8), ("int32", 4, 4), ("rune", 4, 4),
        ("string", 16, 8), ("*bool", 8, 8), ("[]bool", 24, 8), ("map[int]bool", 8, 8),
        ("time.Time", 24, 8), ("time.Duration", 8, 8), ("bool", 1, 1), ("[3]int16", 6, 2),
        ("app.Two", 16, 8), ("app.Three", 32, 8), ("app.Five", 88, 8), ("app.Empty", 0, 1),
        # No field of the standard compiler's begins where a struct ends.
        ("app.Padded", 8, 4), ("app.Behind", 12, 4), ("app.OnlyEmpty", 0, 8),
        ("[2]app.Padded", 16, 4),
    ],
)  # fmt: skip
def test_types_with_words_of_eight_bytes(laid_out, name, size, align):
    assert laid_out([name], word=8)[1].of(parse_type(name))[:2] == (size, align)


@pytest.mark.parametrize(
    ("name", "offsets", "size", "align"),
    [
        ("http.Request", [0, 8, 16, 20], 32, 4), ("http.Response", [0, 4, 12, 16], 28, 4),
        ("http.Headers", [0], 4, 4), ("http.Header", [0, 8], 20, 4),
        ("models.ModelInfo", [0, 8], 16, 4), ("db.HostQueryResponse", [0, 4, 8, 16], 24, 8),
        ("dgraph.Request", [0, 4], 16, 4), ("dgraph.Query", [0, 8], 12, 4),
        ("dgraph.Mutation", [0, 8, 16, 24, 32], 40, 4), ("dgraph.Response", [0, 8], 12, 4),
        ("neo4j.EagerResult", [0, 12], 24, 4), ("neo4j.Record", [0, 12], 24, 4),
        ("agents.AgentInfo", [0, 8, 16], 24, 4), ("agents.MessageResponse", [0, 4], 8, 4),
    ],
)  # fmt: skip
def test_the_structs_of_the_sdk(laid_out, name, offsets, size, align):
    full = f"{P}/{name}"
    layouts = laid_out([full])[1]
    fields = [parse_type(type) for type in SDK[full].values()]
    assert layouts.offsets(fields) == offsets
    assert layouts.of(parse_type(full))[:2] == (size, align)


@pytest.mark.parametrize(
    ("name", "offsets"),
    [
        ("app.Two", [0, 4]), ("app.Three", [0, 4, 8]), ("app.Four", [0, 4, 8]),
        ("app.Five", [0, 8, 16, 24, 40, 48]), ("app.Timed", [0, 24, 28]),
        ("app.Mixed", [0, 8, 16, 20, 24]),
    ],
)  # fmt: skip
def test_offsets(laid_out, name, offsets):
    layouts = laid_out([name])[1]
    assert layouts.offsets([parse_type(type) for type in OWN[name].values()]) == offsets


def test_how_values_are_spread_out(laid_out):
    names = ["app.Timed", "[2]app.One", "float32", "[]byte", "int"]
    layouts = laid_out(names)[1]
    assert layouts.all_leaves([parse_type(name) for name in names]) == [
        Leaf(0, 8, "i64", 64), Leaf(8, 8, "i64", 64), Leaf(16, 4, "i32", 32),
        Leaf(24, 4, "i32", 32), Leaf(28, 1, "i32", 1),
        Leaf(32, 1, "i32", 1), Leaf(33, 1, "i32", 1),
        Leaf(36, 4, "f32", 32), *(Leaf(40 + 4 * i, 4, "i32", 32) for i in range(4)),
    ]  # fmt: skip


NAMES = st.recursive(
    st.sampled_from(
        ["bool", "int", "int8", "uint16", "rune", "int64", "float32", "float64", "string",
         "time.Time", "time.Duration", "[]byte", *OWN]
    ),
    lambda inner: (
        inner.map("*{}".format)
        | inner.map("[]{}".format)
        | st.builds("[{}]{}".format, st.integers(0, 3), inner)
        | inner.map("map[string]{}".format)
    ),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=st.lists(NAMES, min_size=1, max_size=6), word=st.sampled_from([4, 8]))
def test_any_types_are_laid_out_as_another_reading_of_the_rules_says(
    describe, shape_of, names, word
):
    shape, struct_shape, offsets = shape_of
    declared = {name: {"fields": fields} for name, fields in OWN.items()}
    metadata = describe({"f": (names, [])}, declared, word=word)
    text = json.dumps(metadata).encode()
    layouts = Layouts(module_of(parse_described(b"\x02", text)))
    parsed = [parse_type(name) for name in names]
    for name, type in zip(names, parsed, strict=True):
        found = layouts.of(type)
        expected = shape(name, metadata["types"], word)
        assert (found.size, found.align, found.leaves) == (*expected[:2], len(expected.leaves))
    expected = struct_shape(names, metadata["types"], word)
    assert layouts.struct(parsed)[:3] == (*expected[:2], len(expected.leaves))
    assert layouts.offsets(parsed) == offsets(names, metadata["types"], word)
    assert [leaf[:3] for leaf in layouts.all_leaves(parsed)] == expected.leaves
