from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import build_client_schema, introspection_from_schema, validate_schema

from atoll.graphql.errors import SchemaError
from atoll.graphql.schema import build_schema
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
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
    Type,
    TypeDef,
)

MakeFunction = Callable[..., Function]
MakeInterface = Callable[..., Interface]

S, INT, FLOAT = Scalar("String"), Scalar("Int"), Scalar("Float")
PRODUCT = ObjectType("Product", (Field("name", S),))


def n(type_: Type) -> Type:
    return Nullable(type_)


def result_type(type_: Type | None, *types: TypeDef) -> str:
    interface = Interface((Function("f", "f", (), type_),), {t.name: t for t in types})
    query = build_schema(interface).graphql.query_type
    assert query is not None
    return str(query.fields["f"].type)


def argument_type(type_: Type, *types: TypeDef) -> str:
    function = Function("f", "f", (Parameter("x", type_),), S)
    query = build_schema(Interface((function,), {t.name: t for t in types})).graphql.query_type
    assert query is not None
    return str(query.fields["f"].args["x"].type)


def problems(*functions: Function, types: tuple[TypeDef, ...] = ()) -> list[tuple[str, str]]:
    with pytest.raises(SchemaError) as caught:
        build_schema(Interface(functions, {t.name: t for t in types}))
    return [(problem.code, problem.message) for problem in caught.value.problems]


SCALAR_NAMES = ["String", "Boolean", "Int", "Float", "Int64", "UInt", "UInt64", "Timestamp"]
SCALAR_NAMES += ["Date", "Time", "UUID", "Decimal", "JSON"]


@pytest.mark.parametrize("name", SCALAR_NAMES)
def test_scalars(name: str) -> None:
    assert result_type(Scalar(name)) == f"{name}!"
    assert argument_type(n(Scalar(name))) == name


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (ListOf(S), "[String!]!"),
        (n(ListOf(S)), "[String!]"),
        (n(ListOf(n(ListOf(S)))), "[[String!]]"),
        (ListOf(ListOf(S)), "[[String!]!]!"),
        (ListOf(n(S)), "[String]!"),
        (n(ListOf(n(S))), "[String]"),
        (n(n(S)), "String"),
        (Ref("Product"), "Product!"),
        (n(Ref("Product")), "Product"),
        (MapOf(S, S), "[StringStringPair!]!"),
        (n(MapOf(S, S)), "[StringStringPair!]"),
        (MapOf(S, n(S)), "[StringNullableStringPair!]!"),
        (MapOf(INT, S), "[IntStringPair!]!"),
        (MapOf(S, Ref("Product")), "[StringProductPair!]!"),
        (MapOf(S, n(MapOf(S, FLOAT))), "[StringNullableStringFloatPairListPair!]!"),
        (MapOf(S, MapOf(S, FLOAT)), "[StringStringFloatPairListPair!]!"),
        (MapOf(S, n(ListOf(INT))), "[StringNullableIntListPair!]!"),
        (MapOf(S, ListOf(n(S))), "[StringNullableStringListPair!]!"),
        (MapOf(S, ListOf(ListOf(S))), "[StringStringListListPair!]!"),
        (None, "Void"),
        (Scalar("Void"), "Void"),
    ],
)
def test_results(type_: Type | None, expected: str) -> None:
    assert result_type(type_, PRODUCT) == expected


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (Ref("Product"), "ProductInput!"),
        (MapOf(S, S), "[StringStringPairInput!]!"),
        (MapOf(S, Ref("Product")), "[StringProductPairInput!]!"),
        (MapOf(S, Ref("OrderInput")), "[StringOrderPairInput!]!"),
        (MapOf(S, MapOf(S, FLOAT)), "[StringStringFloatPairListPairInput!]!"),
        (MapOf(S, ListOf(ListOf(n(INT)))), "[StringNullableIntListListPairInput!]!"),
        (Ref("OrderInput"), "OrderInput!"),
    ],
)
def test_arguments(type_: Type, expected: str) -> None:
    order = ObjectType("OrderInput", (Field("id", INT),))
    assert argument_type(type_, PRODUCT, order) == expected


def test_the_two_readings_of_one_pair_name_are_told_apart(function: MakeFunction) -> None:
    interface = Interface(
        (
            function("a", MapOf(S, ListOf(n(INT)))),
            function("b", MapOf(S, n(ListOf(INT)))),
        )
    )
    query = build_schema(interface).graphql.query_type
    assert query is not None
    assert str(query.fields["a"].type) == "[StringIntNullableItemsListPair!]!"
    assert str(query.fields["b"].type) == "[StringNullableIntListPair!]!"


def test_pair_fields() -> None:
    function = Function("f", "f", (Parameter("x", MapOf(S, n(INT))),), MapOf(INT, Ref("Product")))
    schema = build_schema(Interface((function,), {"Product": PRODUCT})).graphql
    output = schema.type_map["IntProductPair"]
    input_ = schema.type_map["StringNullableIntPairInput"]
    assert {name: str(f.type) for name, f in output.fields.items()} == {
        "key": "Int!",
        "value": "Product!",
    }
    assert {name: str(f.type) for name, f in input_.fields.items()} == {
        "key": "String!",
        "value": "Int",
    }


def test_multiple_results_of_go(function: MakeFunction) -> None:
    pair = ObjectType("_type1", (Field("a", INT), Field("b", S)))
    assert result_type(Nullable(Ref("_type1")), pair) == "_type1"


class TestInputAndOutputNames:
    def names(self, *functions: Function, types: tuple[str, ...]) -> set[str]:
        definitions = {name: ObjectType(name, (Field("a", S),)) for name in types}
        schema = build_schema(Interface(functions, definitions)).graphql
        return {name for name in schema.type_map if "X" in name}

    def test_both_directions(self, function: MakeFunction) -> None:
        f = function("f", Ref("X"), Parameter("x", Ref("X")))
        assert self.names(f, types=("X",)) == {"X", "XInput"}

    def test_only_where_used(self, function: MakeFunction) -> None:
        f = function("f", S, Parameter("x", Ref("X")))
        assert self.names(f, types=("X", "XUnused")) == {"XInput"}

    def test_an_input_type_beside_its_output_type(self, function: MakeFunction) -> None:
        f = function("f", Ref("X"), Parameter("x", Ref("XInput")))
        assert self.names(f, types=("X", "XInput")) == {"X", "XInput"}

    def test_an_input_type_as_a_result_loses_the_word(self, function: MakeFunction) -> None:
        f = function("f", Ref("XInput"), Parameter("x", Ref("XInput")))
        assert self.names(f, types=("XInput",)) == {"X", "XInput"}

    def test_an_input_type_as_a_result_beside_its_namesake(self, function: MakeFunction) -> None:
        f, g = function("f", Ref("XInput")), function("g", Ref("X"))
        assert self.names(f, g, types=("X", "XInput")) == {"X", "XInput"}

    def test_two_types_that_need_one_name(self, function: MakeFunction) -> None:
        f = function("f", S, Parameter("x", Ref("X")), Parameter("y", Ref("XInput")))
        types = tuple(ObjectType(name, (Field("a", S),)) for name in ("X", "XInput"))
        assert problems(f, types=types) == [
            (
                "NAME_COLLISION",
                "The type 'XInput' as input and the type 'X' as input would both be named "
                "'XInput' in the API.",
            )
        ]

    def test_a_type_named_as_a_pair(self, function: MakeFunction) -> None:
        f = function("f", MapOf(S, Ref("StringStringPair")))
        g = function("g", MapOf(S, S))
        types = (ObjectType("StringStringPair", (Field("a", S),)),)
        [(code, message)] = problems(f, g, types=types)
        assert code == "NAME_COLLISION"
        assert "'StringStringPair'" in message

    @pytest.mark.parametrize("name", ["Query", "Mutation", "Subscription", "JSON", "Int"])
    def test_reserved_names(self, function: MakeFunction, name: str) -> None:
        [(code, message)] = problems(
            function("f", Ref(name)), types=(ObjectType(name, (Field("a", S),)),)
        )
        assert code == "NAME_COLLISION"
        assert f"GraphQL's own '{name}'" in message


def test_recursive_types(function: MakeFunction) -> None:
    node = ObjectType("Node", (Field("value", INT), Field("next", Nullable(Ref("Node")))))
    tree = ObjectType(
        "Tree", (Field("children", ListOf(Ref("Tree"))), Field("by", MapOf(S, Ref("Tree"))))
    )
    f = function("f", Ref("Tree"), Parameter("n", Ref("Node")), Parameter("t", Ref("Tree")))
    schema = build_schema(Interface((f,), {"Node": node, "Tree": tree})).graphql
    assert str(schema.type_map["NodeInput"].fields["next"].type) == "NodeInput"
    assert str(schema.type_map["Tree"].fields["children"].type) == "[Tree!]!"
    assert str(schema.type_map["TreeInput"].fields["by"].type) == "[StringTreePairInput!]!"


def test_an_output_may_have_no_end_but_an_input_may_not(function: MakeFunction) -> None:
    a = ObjectType("A", (Field("b", Ref("B")),))
    b = ObjectType("B", (Field("a", Ref("A")), Field("x", INT)))
    c = ObjectType("C", (Field("a", Ref("A")),))
    build_schema(Interface((function("f", Ref("C")),), {"A": a, "B": b, "C": c}))
    found = problems(function("f", S, Parameter("c", Ref("C"))), types=(a, b, c))
    assert {code for code, _ in found} == {"ENDLESS_INPUT"}
    assert [message.split("'")[1] for _, message in found] == ["C", "A", "B"]


def test_an_input_that_ends_by_a_default(function: MakeFunction) -> None:
    a = ObjectType(
        "A",
        (
            Field("x", INT, default=Default(1)),
            Field("a", ListOf(Ref("A")), default=Default([{"a": []}])),
        ),
    )
    build_schema(Interface((function("f", S, Parameter("a", Ref("A"))),), {"A": a}))


def test_a_default_that_contains_itself(function: MakeFunction) -> None:
    a = ObjectType("A", (Field("a", Ref("A"), default=Default({})),))
    found = problems(function("f", S, Parameter("a", Ref("A"))), types=(a,))
    assert {code for code, _ in found} == {"INVALID_SCHEMA"}
    assert "AInput.a" in found[0][1]


def test_maps_whose_names_run_together(function: MakeFunction) -> None:
    types = tuple(ObjectType(name, (Field("a", S),)) for name in ("A", "BC", "AB", "C"))
    f, g = function("f", MapOf(Ref("A"), Ref("BC"))), function("g", MapOf(Ref("AB"), Ref("C")))
    [(code, message)] = problems(f, g, types=types)
    assert code == "NAME_COLLISION"
    assert "'ABCPair'" in message


def test_empty_objects_are_scalars(function: MakeFunction) -> None:
    nothing = ObjectType("Nothing", (), "Nothing at all.")
    f = function("f", Ref("Nothing"), Parameter("x", Ref("Nothing")))
    schema = build_schema(Interface((f,), {"Nothing": nothing})).graphql
    assert type(schema.type_map["Nothing"]).__name__ == "_Scalar"
    assert schema.type_map["Nothing"].description == "Nothing at all."
    assert "NothingInput" not in schema.type_map


def test_enums_are_the_same_in_both_directions(function: MakeFunction) -> None:
    mood = EnumType("Mood", (EnumValue("CALM", "Fine."), EnumValue("wild")), "How one feels.")
    f = function("f", Ref("Mood"), Parameter("m", Ref("Mood"), default=Default("wild")))
    schema = build_schema(Interface((f,), {"Mood": mood})).graphql
    enum = schema.type_map["Mood"]
    assert enum.description == "How one feels."
    assert {name: value.description for name, value in enum.values.items()} == {
        "CALM": "Fine.",
        "wild": None,
    }


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("true",), "INVALID_NAME"),
        (("a b",), "INVALID_NAME"),
        (("A", "A"), "NAME_COLLISION"),
        ((), "EMPTY_ENUM"),
    ],
)
def test_bad_enums(function: MakeFunction, values: tuple[str, ...], code: str) -> None:
    mood = EnumType("Mood", tuple(EnumValue(value) for value in values))
    [(found, message)] = problems(function("f", Ref("Mood")), types=(mood,))
    assert found == code
    assert "'Mood'" in message


class TestFunctions:
    def test_names(self, function: MakeFunction) -> None:
        names = ("getUser", "listUsers", "addUser", "address", "stopJob", "stopwatch", "_x")
        schema = build_schema(Interface(tuple(function(name, S) for name in names)))
        assert list(schema.fields["query"]) == ["address", "stopwatch", "user", "users"]
        assert list(schema.fields["mutation"]) == ["addUser", "stopJob"]

    def test_hidden_functions_bring_no_types(self, function: MakeFunction) -> None:
        f = function("f", S)
        embed = Function("embedIt", "embed_it", (), Ref("Product"))
        interface = Interface((f, embed), {"Product": PRODUCT})
        for name in ("embedIt", "embed_it"):
            schema = build_schema(interface, hidden=[name])
            assert list(schema.fields["query"]) == ["f"]
            assert "Product" not in schema.graphql.type_map

    def test_a_collision_names_both(self, function: MakeFunction) -> None:
        with pytest.raises(SchemaError) as caught:
            build_schema(Interface((function("getX", S, line=3), function("x", S, line=9))))
        assert caught.value.message == "Functions 'getX' and 'x' both become the field 'x'."
        assert caught.value.location is not None
        assert (caught.value.location.file, caught.value.location.line) == ("app.py", 9)
        assert caught.value.hint is not None
        assert caught.value.code == "NAME_COLLISION"

    def test_a_query_and_a_mutation_do_not_collide(self, function: MakeFunction) -> None:
        schema = build_schema(Interface((function("getAddX", S), function("addX", S))))
        assert list(schema.fields["query"]) == ["addX"]
        assert list(schema.fields["mutation"]) == ["addX"]

    def test_bad_names_are_all_reported(self, function: MakeFunction) -> None:
        found = problems(
            function("größe", S),
            function("f", Ref("Bad-Type"), Parameter("a b", INT), Parameter("__c", INT)),
            types=(ObjectType("Bad-Type", (Field("x", S),)),),
        )
        assert [code for code, _ in found] == ["INVALID_NAME"] * 4

    def test_parameters_that_occur_twice(self, function: MakeFunction) -> None:
        f = function("f", S, Parameter("a", INT), Parameter("a", INT))
        assert problems(f) == [("NAME_COLLISION", "Parameter 'a' of function 'f' is there twice.")]

    def test_unknown_types(self, function: MakeFunction) -> None:
        found = problems(function("f", Ref("Lost")), function("g", Scalar("Odd")))
        assert found == [
            ("UNKNOWN_TYPE", "Type 'Lost' of the result of function 'f' is not defined."),
            ("UNKNOWN_TYPE", "There is no scalar named 'Odd'."),
        ]

    def test_void_is_no_argument(self, function: MakeFunction) -> None:
        f = function("f", S, Parameter("a", ListOf(Nullable(Scalar("Void")))))
        assert problems(f) == [("VOID_INPUT", "Parameter 'a' of function 'f' has the type Void.")]

    def test_descriptions(self, function: MakeFunction) -> None:
        f = function("f", S, Parameter("a", INT, "Some number."), doc="Does it.")
        query = build_schema(Interface((f,))).graphql.query_type
        assert query is not None
        assert query.fields["f"].description == "Does it."
        assert query.fields["f"].args["a"].description == "Some number."

    def test_types_nested_without_measure(self, function: MakeFunction) -> None:
        deep: Type = S
        for _ in range(5000):
            deep = ListOf(deep)
        assert [code for code, _ in problems(function("f", deep))] == ["TYPE_TOO_DEEP"]


class TestDefaults:
    @pytest.mark.parametrize(
        ("type_", "value"),
        [
            (INT, 0),
            (n(S), None),
            (ListOf(INT), [1, 2, 3]),
            (Scalar("Int64"), 2**60),
            (Scalar("Timestamp"), "2025-01-01T00:00:00Z"),
            (Scalar("JSON"), {"a": [1, None]}),
            (MapOf(S, INT), [{"key": "a", "value": 1}]),
            (Ref("Product"), {"name": "Lamp"}),
        ],
    )
    def test_fitting(self, function: MakeFunction, type_: Type, value: Any) -> None:
        f = function("f", S, Parameter("a", type_, default=Default(value)))
        build_schema(Interface((f,), {"Product": PRODUCT}))

    @pytest.mark.parametrize(
        ("type_", "value"),
        [
            (INT, None),
            (INT, "x"),
            (INT, 2**40),
            (Ref("Product"), {}),
            (Scalar("Date"), "today"),
            (MapOf(S, INT), {"a": 1}),
        ],
    )
    def test_not_fitting(self, function: MakeFunction, type_: Type, value: Any) -> None:
        f = function("f", S, Parameter("a", type_, default=Default(value)))
        [(code, message)] = problems(f, types=(PRODUCT,))
        assert code == "INVALID_DEFAULT"
        assert message.startswith("The default of parameter 'a' of function 'f' does not fit")

    def test_not_fitting_in_a_field(self, function: MakeFunction) -> None:
        order = ObjectType("Order", (Field("count", INT, default=Default("one")),))
        [(_, message)] = problems(function("f", S, Parameter("o", Ref("Order"))), types=(order,))
        assert message == (
            "The default of field 'count' of type 'Order' does not fit its type: "
            'Int: expected an integer, not "one".'
        )


def test_tools_accept_an_app_without_queries(function: MakeFunction) -> None:
    schema = build_schema(Interface((function("addX", S),))).graphql
    introspection = introspection_from_schema(schema)
    query = next(t for t in introspection["__schema"]["types"] if t["name"] == "Query")
    assert query["fields"] == []
    assert build_client_schema(introspection).mutation_type is not None


def test_an_app_without_functions() -> None:
    introspection = introspection_from_schema(build_schema(Interface(())).graphql)
    assert introspection["__schema"]["mutationType"] is None


def test_the_people_schema_is_valid(people: Interface) -> None:
    assert validate_schema(build_schema(people).graphql) == []
