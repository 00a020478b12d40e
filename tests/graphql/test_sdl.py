from __future__ import annotations

from collections.abc import Callable

import graphql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.graphql.schema import build_schema
from atoll.graphql.sdl import print_sdl
from atoll.guest.types import (
    Default,
    Field,
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
)

S = Scalar("String")


def sdl(interface: Interface) -> str:
    return print_sdl(build_schema(interface).graphql)


def test_the_layout_that_existing_tools_expect() -> None:
    person = ObjectType(
        "Person",
        (
            Field("name", S),
            Field("tags", Nullable(MapOf(S, S))),
            Field("born", Scalar("Timestamp")),
        ),
    )
    functions = (
        Function("sayHello", "SayHello", (Parameter("name", Nullable(S)),), S),
        Function(
            "getPerson", "GetPerson", (Parameter("id", Scalar("Int")),), Nullable(Ref("Person"))
        ),
        Function("addPerson", "AddPerson", (Parameter("p", Ref("Person")),), None),
    )
    assert sdl(Interface(functions, {"Person": person})) == (
        """\
# GraphQL schema (generated)

type Query {
  person(id: Int!): Person
  sayHello(name: String): String!
}

type Mutation {
  addPerson(p: PersonInput!): Void
}

scalar Timestamp
scalar Void

input PersonInput {
  name: String!
  tags: [StringStringPairInput!]
  born: Timestamp!
}

input StringStringPairInput {
  key: String!
  value: String!
}

type Person {
  name: String!
  tags: [StringStringPair!]
  born: Timestamp!
}

type StringStringPair {
  key: String!
  value: String!
}
"""
    )


def test_descriptions_defaults_and_enums(people: Interface) -> None:
    assert sdl(people) == (
        '''\
# GraphQL schema (generated)

type Query {
  people(first: Int! = 10): [Person!]!
  """
  Find one person.
  """
  person(id: Int!): Person
  sayHello(
    """
    Who to greet.
    """
    name: String
    loud: Boolean! = false
  ): String!
}

type Mutation {
  addPerson(person: PersonInput!): Int64!
  removePerson(id: Int64!): Void
}

scalar Int64
scalar Void

enum Mood {
  CALM
  """
  Better not.
  """
  WILD
}

"""
Somebody.
"""
input PersonInput {
  """
  What to call them.
  """
  name: String!
  age: Int
  mood: Mood! = CALM
  friends: [PersonInput!]! = []
  tags: [StringStringPairInput!]! = []
}

input StringStringPairInput {
  key: String!
  value: String!
}

"""
Somebody.
"""
type Person {
  """
  What to call them.
  """
  name: String!
  age: Int
  mood: Mood!
  friends: [Person!]!
  tags: [StringStringPair!]!
}

type StringStringPair {
  key: String!
  value: String!
}
'''
    )


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (Parameter("b", Scalar("Int"), default=Default(0)), "b: Int! = 0"),
        (
            Parameter("c", Nullable(ListOf(Scalar("Int"))), default=Default([1, 2, 3])),
            "c: [Int!] = [1, 2, 3]",
        ),
        (Parameter("name", Nullable(S), default=Default(None)), "name: String = null"),
        (Parameter("s", S, default=Default('a "b"\n')), 's: String! = "a \\"b\\"\\n"'),
        (Parameter("j", Scalar("JSON"), default=Default({"a": 1})), "j: JSON! = { a: 1 }"),
    ],
)
def test_defaults(parameter: Parameter, expected: str) -> None:
    text = sdl(Interface((Function("f", "f", (parameter,), S),)))
    assert f"  f({expected}): String!\n" in text


def test_only_mutations() -> None:
    text = sdl(Interface((Function("addX", "addX", (), None),)))
    assert text == (
        "# GraphQL schema (generated)\n\ntype Mutation {\n  addX: Void\n}\n\nscalar Void\n"
    )


def test_sorting_is_the_same_in_any_order_of_functions(people: Interface) -> None:
    turned = Interface(tuple(reversed(people.functions)), people.types)
    assert sdl(turned) == sdl(people)


def test_sorting_disregards_case(function: Callable[..., Function]) -> None:
    types = {name: ObjectType(name, (Field("a", S),)) for name in ("b", "C", "A", "a")}
    functions = tuple(function(f"f{name}", Ref(name)) for name in types)
    lines = [line for line in sdl(Interface(functions, types)).splitlines() if "type " in line]
    assert lines == ["type Query {", "type A {", "type a {", "type b {", "type C {"]


@given(st.text(min_size=1))
def test_any_description_reads_back_the_same(doc: str) -> None:
    text = sdl(Interface((Function("f", "f", (Parameter("x", S, doc),), S, doc),)))
    if any("\ud800" <= character <= "\udfff" for character in doc):
        return
    query = graphql.build_schema(text).query_type
    assert query is not None
    again = query.fields["f"].description
    assert again is not None
    plain = graphql.language.block_string.is_printable_as_block_string(doc)
    assert again == doc or (plain and again.strip() == doc.strip())
    assert query.fields["f"].args["x"].description == again


def test_what_is_printed_is_what_introspection_shows(people: Interface) -> None:
    schema = build_schema(people).graphql
    printed = graphql.lexicographic_sort_schema(graphql.build_schema(print_sdl(schema)))
    shown = graphql.lexicographic_sort_schema(
        graphql.build_client_schema(graphql.introspection_from_schema(schema))
    )
    for type_ in shown.type_map.values():
        if graphql.is_scalar_type(type_) and not graphql.is_specified_scalar_type(type_):
            type_.description = None  # the one thing that the text leaves out
    assert graphql.print_schema(printed) == graphql.print_schema(shown)
