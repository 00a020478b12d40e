from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import DatabaseError, HostError, dgraph, testing


@dataclass
class Person:
    name: str
    age: int | None
    friends: list[Person] = field(default_factory=list)


@dataclass
class People:
    people: list[Person]


def gives(answer: Any) -> Any:
    return testing.host(connections={"graph": lambda statement: answer})


FOUND = {"people": [{"name": "Ann", "friends": [{"name": "Bob", "age": 3}]}]}


def test_blocks_become_fields() -> None:
    variables = {"$name": "Ann", "$n": 3, "$x": 0.5, "$yes": True, "$v": [1, 0.5]}
    with gives(FOUND) as host:
        found = dgraph.query(People, "query q(...) { people(...) }", variables)
    assert found == People([Person("Ann", None, [Person("Bob", 3)])])
    assert host.statements[0].request == {
        "connection": "",
        "query": "query q(...) { people(...) }",
        "variables": {"$name": "Ann", "$n": "3", "$x": "0.5", "$yes": "true", "$v": "[1,0.5]"},
        "mutations": [],
    }


def test_a_result_that_does_not_fit() -> None:
    with gives({"people": [{"age": 3}]}), pytest.raises(DatabaseError) as failed:
        dgraph.query(People, "...")
    assert failed.value.message == (
        "the result does not fit People: people.0: there is no field for Person.name; there are age"
    )


def test_mutations() -> None:
    mutations = (
        dgraph.Mutation(set_nquads='_:a <name> "x" .', condition="@if(gt(len(v), 0))"),
        dgraph.Mutation(set_json=Person("Ann", None), del_json='{"uid":"0x1"}', del_nquads="x"),
    )
    with gives(dgraph.Response("", {"a": "0x1"})) as host:
        assert dgraph.mutate(*mutations).uids == {"a": "0x1"}
        query = dgraph.Query("{ v as var(func: eq(name, $n)) }", {"$n": "x"})
        assert dgraph.execute(query, mutations[0], connection="graph").json == ""
    first, second = host.statements
    assert first.request["mutations"] == [
        {
            "setJson": "",
            "delJson": "",
            "setNquads": '_:a <name> "x" .',
            "delNquads": "",
            "condition": "@if(gt(len(v), 0))",
        },
        {
            "setJson": '{"name":"Ann","age":null,"friends":[]}',
            "delJson": '{"uid":"0x1"}',
            "setNquads": "",
            "delNquads": "x",
            "condition": "",
        },
    ]
    assert second.text == "{ v as var(func: eq(name, $n)) }"
    assert second.connection == "graph"


def test_a_response_as_a_class() -> None:
    response = dgraph.Response('{"n":0.10000000000000000000001}', {})
    assert response.to(dict[str, Decimal]) == {"n": Decimal("0.10000000000000000000001")}


def test_schema_and_dropping() -> None:
    with gives(None) as host:
        dgraph.alter_schema("name: string .")
        dgraph.drop_attr("name")
        dgraph.drop_all(connection="graph")
    assert [(each.operation, dict(each.request)) for each in host.statements] == [
        ("dgraph.alter", {"connection": "", "schema": "name: string ."}),
        ("dgraph.dropAttribute", {"connection": "", "attribute": "name"}),
        ("dgraph.dropAll", {"connection": "graph"}),
    ]


async def test_async_twins() -> None:
    with gives(FOUND) as host:
        assert len((await dgraph.query_async(People, "1")).people) == 1
        assert (await dgraph.execute_async("2")).uids == {}
        await dgraph.mutate_async(dgraph.Mutation(set_nquads="3"))
        await dgraph.alter_schema_async("4")
        await dgraph.drop_attr_async("5")
        await dgraph.drop_all_async()
    assert [each.text for each in host.statements] == ["1", "2", "", "4", "5", ""]


def test_errors() -> None:
    def fail(statement: Any) -> Any:
        raise HostError("HOST_UNREACHABLE", "down")

    with testing.host(connections={"graph": fail}):
        for run in (lambda: dgraph.drop_all(), lambda: dgraph.execute("x")):
            with pytest.raises(DatabaseError, match="down"):
                run()
    with gives({}), pytest.raises(TypeError, match=r"\$when cannot be sent: it is a dict"):
        dgraph.query(People, "...", {"$when": {}})  # type: ignore[dict-item]
    with gives({}), pytest.raises(TypeError, match="set_json cannot be sent"):
        dgraph.mutate(dgraph.Mutation(set_json=object()))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ('a "b" \\', 'a \\"b\\" \\\\'),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x00\x1f\x7f", "\\u0000\\u001f\\u007f"),
        ("é '🏝'", "é '🏝'"),
    ],
)
def test_escape_rdf(text: str, escaped: str) -> None:
    assert dgraph.escape_rdf(text) == escaped


@given(st.text())
def test_escaped_text_cannot_end_its_literal(text: str) -> None:
    escaped = dgraph.escape_rdf(text)
    bare = escaped.replace("\\\\", "").replace('\\"', "")
    assert '"' not in bare
    assert not any(ord(character) < 32 for character in escaped)
