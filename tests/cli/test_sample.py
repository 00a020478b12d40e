from __future__ import annotations

import json
import shlex

import pytest
from graphql import build_schema, parse, validate

from atoll.cli.sample import curl, sample_query


@pytest.mark.parametrize(
    ("sdl", "query"),
    [
        ("type Query { a(x: Int!): Int b: String }", "{ b }"),
        ('type Query { hello(name: String! = "x"): String }', "{ hello }"),
        ("type Query { f(name: String!, on: Boolean!): Int }", '{ f(name: "World", on: true) }'),
        ("enum E { ONE TWO } type Query { f(e: [E!]!): E }", "{ f(e: [ONE]) }"),
        ("type P { a: Int p: P! } type Query { f: [P] }", "{ f { a p { a p { a } } } }"),
        ("input I { x: Int } type Query { f(i: I!): Int, g(n: Int!): Int }", "{ g(n: 1) }"),
        ("type Query { f(i: X!): Int } scalar X type Mutation { m: Int }", "mutation { m }"),
        (
            "type Query { f(i: X!): Int } scalar X type Subscription { s(n: Int!): Int }",
            "subscription { s(n: 1) }",
        ),
    ],
)
def test_a_query_that_the_schema_accepts(sdl, query):
    schema = build_schema(sdl)
    assert sample_query(schema) == query
    assert validate(schema, parse(query)) == []


def test_none_when_nothing_is_simple_enough():
    assert sample_query(build_schema("scalar X type Query { f(i: X!): Int }")) is None


def test_the_shell_sees_one_body():
    words = shlex.split(curl("http://localhost:1/graphql", """{ f(s: "it's") }"""))
    assert words[:2] == ["curl", "http://localhost:1/graphql"]
    assert json.loads(words[-1]) == {"query": """{ f(s: "it's") }"""}


def test_a_stream_is_asked_for_as_one():
    words = shlex.split(curl("http://localhost:1/graphql", "subscription { s }"))
    assert words[:3] == ["curl", "-N", "http://localhost:1/graphql"]
    assert "accept: text/event-stream" in words


def test_a_place_for_the_bearer_token():
    words = shlex.split(curl("http://localhost:1/graphql", "{ f }", token=True))
    assert "Authorization: Bearer <token>" in words
    assert "Authorization" not in curl("http://localhost:1/graphql", "{ f }")
