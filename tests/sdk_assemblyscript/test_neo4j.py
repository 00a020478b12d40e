"""Neo4j: parameters, and records read as each type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.failure import GuestFailure

ADA = {"ElementId": "n1", "Labels": ["Person", "}"], "Props": {"name": "Ada ✨", "age": 36}}
BOB = {"ElementId": "n2", "Labels": [], "Props": {"a": {"b": ["]"]}, "c": None}}
KNOWS = {
    "ElementId": "r1", "StartElementId": "n1", "EndElementId": "n2", "Type": "KNOWS",
    "Props": {"since": 1.5},
}  # fmt: skip
PATH = {"Nodes": [ADA, BOB], "Relationships": [KNOWS]}
FLAT = {"X": 1.5, "Y": -2.0, "SpatialRefId": 7203}
SOLID = {"X": 1.0, "Y": 2.0, "Z": 3.0, "SpatialRefId": 9157}


class Neo4j:
    def reset(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.result: dict[str, Any] | None = {"keys": [], "records": []}

    def execute(self, *arguments: str) -> Any:
        self.calls.append(arguments)
        return self.result

    def record(self, **values: Any) -> None:
        texts = [json.dumps(value, ensure_ascii=False) for value in values.values()]
        keys = list(values)
        self.result = {"keys": keys, "records": [{"keys": keys, "values": texts}]}


@pytest.fixture(scope="module")
def neo4j() -> Neo4j:
    return Neo4j()


@pytest.fixture(autouse=True)
def fresh(neo4j: Neo4j) -> None:
    neo4j.reset()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(run_app, neo4j: Neo4j, request) -> Any:
    host = {"modus_neo4j_client.executeQuery": neo4j.execute}
    return run_app("databases", release=request.param, host=host)


async def test_what_the_host_is_given(app, neo4j: Neo4j):
    record = {"keys": ["a"], "values": ["1"]}
    neo4j.result = {"keys": ["a"], "records": [record, record]}
    assert await app.call("cypher") == neo4j.result
    await app.call("cypherWith", dbName="other")
    assert neo4j.calls == [
        ("neo", "neo4j", "MATCH (n) RETURN n", "{}"),
        ("neo", "other", "q", '{"name":"N"}'),
    ]


async def test_no_result_is_an_error(app, neo4j: Neo4j):
    neo4j.result = None
    with pytest.raises(GuestFailure, match="Error executing Neo4j query"):
        await app.call("cypher")


async def test_parameters(app):
    assert await app.call("cypherVariables") == (
        '{}{"te\\"xt":"}✨","none":null,"yes":true,"i8":-1,"u64":18446744073709551615,"f32":0.1,'
        '"f64":2.5,"list":["a","b"],"extra":{"list":[0.5]},"date":"1970-01-01T00:00:00.000Z",'
        '"raw":[1 ],"map":{"k":1}}'
    )


async def test_values_as_json(app, neo4j: Neo4j):
    neo4j.record(a={"x": ["}"]}, b="✨", c=None)
    assert await app.call("text", key="a") == '{"x": ["}"]}'
    assert await app.call("text", key="b") == '"✨"'
    assert await app.call("recordJSON") == '{"a":{"x": ["}"]},"b":"✨","c":null}'
    assert json.loads(await app.call("resultJSON")) == {
        "keys": ["a", "b", "c"],
        "records": [{"a": {"x": ["}"]}, "b": "✨", "c": None}],
    }
    entries = await app.call("asMap")
    assert {entry["key"]: entry["value"] for entry in entries} == {
        "a": '{"x": ["}"]}',
        "b": '"✨"',
        "c": "null",
    }


async def test_an_empty_record(app, neo4j: Neo4j):
    neo4j.record()
    assert await app.call("recordJSON") == "{}"
    assert await app.call("asMap") == []


async def test_a_key_that_is_not_there(app, neo4j: Neo4j):
    neo4j.record(a=1)
    with pytest.raises(GuestFailure, match="Key not found in record: b"):
        await app.call("text", key="b")
    with pytest.raises(GuestFailure, match="Key not found in record: b"):
        await app.call("value", type="i32", key="b")


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("bool", True),
        ("bool", False),
        ("i8", -128),
        ("i16", -32768),
        ("i32", -(2**31)),
        ("i64", -(2**63)),
        ("u8", 255),
        ("u16", 65535),
        ("u32", 2**32 - 1),
        ("u64", 2**64 - 1),
        ("f32", 0.1),
        ("f64", -2.5e-300),
        ("string", 'a "}]" ✨\n'),
        ("string?", None),
        ("string?", ""),
        ("i8[]", [-128, 127]),
        ("i16[]", [-32768]),
        ("i32[]", []),
        ("i64[]", [-(2**63), 2**63 - 1]),
        ("u8[]", [0, 255]),
        ("u16[]", [65535]),
        ("u32[]", [2**32 - 1]),
        ("u64[]", [2**64 - 1]),
        ("f32[]", [0.1, -1.0]),
        ("f64[]", [1e300]),
        ("string[]", ["]", '"', ""]),
        ("Raw[]", [{"a": "}"}, None, "x", 1]),
        ("Raw", {"a": ["]", {}]}),
        ("Raw", None),
        ("Date", "2020-01-02T03:04:05.678Z"),
        ("DynamicMap", {"a": [1, {"b": "}"}], "✨": None}),
        ("Node", ADA),
        ("Node?", None),
        ("Node?", BOB),
        ("Relationship", KNOWS),
        ("Path", PATH),
        ("Point2D", FLAT),
        ("Point3D", SOLID),
    ],
)
async def test_a_value_of_each_type(app, neo4j: Neo4j, type, value):
    neo4j.record(other="x", it=value)
    assert json.loads(await app.call("value", type=type, key="it")) == value


async def test_a_whole_number_written_as_a_float(app, neo4j: Neo4j):
    neo4j.record(it=3.0, many=[1.0, 2.0])
    assert await app.call("value", type="i64", key="it") == "3"
    assert await app.call("value", type="u8[]", key="many") == "[1,2]"


async def test_a_date_with_an_offset(app, neo4j: Neo4j):
    neo4j.record(it="2020-01-02T03:04:05+02:00")
    assert await app.call("value", type="Date", key="it") == '"2020-01-02T01:04:05.000Z"'


@pytest.mark.parametrize("type", ["Map", "Extra", "string[][]"])
async def test_other_types_are_refused(app, neo4j: Neo4j, type):
    neo4j.record(it={})
    with pytest.raises(GuestFailure, match="Unsupported type"):
        await app.call("value", type=type, key="it")


@pytest.mark.parametrize(
    ("type", "value"),
    [("i32", "x"), ("i32", None), ("bool", 5), ("string", None), ("string", 1), ("Node", None),
     ("Node", []), ("i32[]", 1), ("Date", 5), ("DynamicMap", [])],
)  # fmt: skip
async def test_a_value_of_another_type(app, neo4j: Neo4j, type, value):
    neo4j.record(it=value)
    with pytest.raises(GuestFailure, match="xpected"):
        await app.call("value", type=type, key="it")


async def test_members_of_nodes_and_relationships(app, neo4j: Neo4j):
    neo4j.record(n=ADA, r=KNOWS)
    assert await app.call("properties") == "n1|Person+}|2|Ada ✨|36|r1|KNOWS|n1|n2|1.5|false"
    with pytest.raises(GuestFailure, match="Key not found in map: nothing"):
        await app.call("missingProperty")


async def test_names_of_the_first_versions(app, neo4j: Neo4j):
    neo4j.record(n=ADA, r=KNOWS, p=PATH, p2=FLAT, p3=SOLID)
    flat, solid = (
        f"Point{{SpatialRefId={ref}, X={x}, Y={y}{z}}}"
        for ref, x, y, z in ((7203, 1.5, -2.0, ""), (9157, 1.0, 2.0, ", Z=3.0"))
    )
    assert await app.call("oldNames") == (
        "5|5|n1|Person|Ada ✨|r1|KNOWS|n1|n2|1|2|1|"
        f"1.5 -2.0 7203 {flat} {flat}|1.0 2.0 3.0 9157 {solid} {solid}"
    )


async def test_names_of_the_first_versions_can_be_set(app):
    node = {"ElementId": "n", "Props": {}, "Labels": ["L"]}
    relationship = {
        "ElementId": "r", "Props": {}, "StartElementId": "s", "EndElementId": "e", "Type": "T",
    }  # fmt: skip
    record = {
        "path": {"Nodes": [node], "Relationships": [relationship]},
        "p2": {"X": 1, "Y": 2, "SpatialRefId": 3},
        "p3": {"X": 1, "Y": 2, "Z": 3, "SpatialRefId": 4},
    }
    assert json.loads(await app.call("oldNamesSet")) == {"keys": [*record], "records": [record]}
