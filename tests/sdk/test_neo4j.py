from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from atoll.sdk import DatabaseError, HostError, neo4j, testing

ANN = neo4j.Node("4:1", {"name": "Ann", "born": "2001-02-03", "scores": [1, 2]}, ["Person"])
BOB = neo4j.Node("4:2", {"name": "Bob"}, ["Person"])
KNOWS = neo4j.Relationship("5:1", {"since": 2020}, "4:1", "4:2", "KNOWS")
WALK = neo4j.Path([ANN, BOB], [KNOWS])


@dataclass
class Person:
    name: str
    born: date | None


@dataclass
class Friendship:
    person: Person
    friend: neo4j.Node
    how: neo4j.Relationship
    count: int


def gives(*records: dict[str, Any]) -> Any:
    return testing.host(connections={"graph": lambda statement: list(records)})


def test_records_have_what_the_graph_has() -> None:
    values = {
        "p": ANN,
        "r": KNOWS,
        "path": WALK,
        "flat": neo4j.Point2D(1, 2.5),
        "high": neo4j.Point3D(1, 2, 3, 4979),
        "list": [BOB, 1],
        "map": {"x": BOB},
        "half": 0.5,
        "null": None,
    }
    with gives(values) as host:
        result = neo4j.execute_query("MATCH ...", {"name": "x"}, database="other")
    [record] = result.records
    assert result.keys == record.keys() == list(values)
    assert record.as_dict() == dict(record) == values
    assert "p" in record
    assert len(record) == len(values)
    assert host.statements[0].request == {
        "connection": "",
        "database": "other",
        "query": "MATCH ...",
        "parameters": '{"name":"x"}',
    }


def test_values_by_type() -> None:
    values = {"p": ANN, "r": KNOWS, "at": "2020-01-02T03:04:05Z", "long": "P1DT2S", "n": 3}
    with gives(values):
        [record] = neo4j.execute_query("...")
    assert record.get("p") == ANN
    assert record.get("p", neo4j.Node).labels == ["Person"]
    assert record.get("p", Person) == Person("Ann", date(2001, 2, 3))
    assert record.get("at", datetime).year == 2020
    assert record.get("long", timedelta) == timedelta(1, 2)
    assert ANN.get("born", date) == date(2001, 2, 3)
    assert ANN.get("scores", list[int]) == [1, 2]
    assert ANN.to(Person).name == "Ann"
    with pytest.raises(KeyError):
        record.get("nothing")
    with pytest.raises(KeyError):
        ANN.get("nothing")
    with pytest.raises(DatabaseError, match="n: expected Node, got a number"):
        record.get("n", neo4j.Node)
    with pytest.raises(DatabaseError, match="does not fit Relationship: p: expected Relationship"):
        record.get("p", neo4j.Relationship)


def test_a_lone_node_becomes_a_dataclass() -> None:
    with gives({"p": ANN}, {"p": BOB}):
        assert neo4j.query(Person, "MATCH (p) RETURN p") == [
            Person("Ann", date(2001, 2, 3)),
            Person("Bob", None),
        ]
        assert [node.element_id for node in neo4j.query(neo4j.Node, "...")] == ["4:1", "4:2"]
    with gives({"p": {"name": "Ann", "born": None}}):
        assert neo4j.query_one(Person, "MATCH (p) RETURN p {.name, .born}") == Person("Ann", None)
    with gives({"p": ANN}, {"p": {"town": "x"}}), pytest.raises(DatabaseError, match=r"row 2.*p: "):
        neo4j.query(Person, "...")


def test_columns_become_fields() -> None:
    with gives({"person": ANN, "friend": BOB, "how": KNOWS, "count": 3}):
        [found] = neo4j.query(Friendship, "...")
    assert found == Friendship(Person("Ann", date(2001, 2, 3)), BOB, KNOWS, 3)


def test_other_kinds_of_records() -> None:
    with gives({"name": "Ann", "n": 1}):
        assert neo4j.query(tuple[str, int], "...") == [("Ann", 1)]
    with gives({"p": ANN}):
        assert neo4j.query(dict, "...") == [{"p": ANN}]
    with gives({"n": 1}, {"n": 2}):
        assert neo4j.query(int, "...") == [1, 2]
        with pytest.raises(DatabaseError, match="has 2 rows"):
            neo4j.query_one(int, "...")
    with gives():
        assert neo4j.query(Person, "...") == []
        assert neo4j.query_one(Person, "...") is None


async def test_async_twins() -> None:
    with gives({"p": ANN}):
        assert len(await neo4j.execute_query_async("...")) == 1
        assert await neo4j.query_async(Person, "...") == [Person("Ann", date(2001, 2, 3))]
        assert await neo4j.query_one_async(Person, "...") == Person("Ann", date(2001, 2, 3))


def test_parameters() -> None:
    parameters = {
        'odd "name': 2**60,
        "when": datetime(2020, 1, 2),
        "long": timedelta(1, 2),
        "at": neo4j.Point2D(1.0, 2.0, 4326),
        "high": neo4j.Point3D(1.0, 2.0, 3.0),
        "people": [Person("Ann", None)],
    }
    with gives() as host:
        neo4j.execute_query("...", parameters)
    assert host.statements[0].parameters == {
        'odd "name': 2**60,
        "when": "2020-01-02T00:00:00",
        "long": "P1DT2.000000S",
        "at": {"x": 1.0, "y": 2.0, "srid": 4326},
        "high": {"x": 1.0, "y": 2.0, "z": 3.0, "srid": 9157},
        "people": [{"name": "Ann", "born": None}],
    }


def test_bad_parameters() -> None:
    with gives(), pytest.raises(TypeError, match=r"\$photo cannot be sent: bytes"):
        neo4j.execute_query("...", {"photo": b"x"})
    with gives(), pytest.raises(TypeError, match="are a dict, with a value for each"):
        neo4j.execute_query("...", [1])  # type: ignore[arg-type]
    with gives(), pytest.raises(TypeError, match="a statement is a str"):
        neo4j.execute_query(None)  # type: ignore[arg-type]


def test_errors() -> None:
    def fail(statement: Any) -> Any:
        raise HostError("STATEMENT_FAILED", "no", None, {"code": "Neo.ClientError.X"})

    with testing.host(connections={"graph": fail}), pytest.raises(DatabaseError) as failed:
        neo4j.query(Person, "...")
    assert failed.value.database_code == "Neo.ClientError.X"


def test_points_as_text() -> None:
    assert str(neo4j.Point2D(1, 2)) == "Point{SpatialRefId=7203, X=1.000000, Y=2.000000}"
    assert str(neo4j.Point3D(1, 2, 3)).endswith("Z=3.000000}")
