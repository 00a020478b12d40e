from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLSchema, build_schema, get_introspection_query

from atoll.graphql.documents import load_document
from atoll.graphql.limits import QueryLimits
from atoll.graphql.response import GraphQLResponse
from atoll.manifest.graphql import RULES

LIMITS = QueryLimits()


@pytest.fixture
def schema() -> GraphQLSchema:
    return build_schema(
        "type Query { a(x: Int): Query, b: String, named(with: Int): Named }"
        "type Named { name: String }"
    )


@pytest.fixture
def refuse(schema: GraphQLSchema) -> Callable[..., GraphQLResponse]:
    def load(text: str, limits: QueryLimits = LIMITS) -> GraphQLResponse:
        loaded = load_document(text, schema, limits)
        assert isinstance(loaded, GraphQLResponse)
        return loaded

    return load


def message(response: GraphQLResponse) -> str:
    text = response.body["errors"][0]["message"]
    assert isinstance(text, str)
    return text


class TestLoading:
    def test_a_syntax_error_has_its_place(self, refuse: Callable[..., Any]) -> None:
        response = refuse("{ a(")
        assert response.kind == "syntax"
        assert not response.executed
        assert response.body == {
            "errors": [
                {
                    "message": "Syntax Error: Expected Name, found <EOF>.",
                    "locations": [{"line": 1, "column": 5}],
                    "extensions": {"code": "SYNTAX_ERROR"},
                }
            ]
        }

    @pytest.mark.parametrize("text", ["", "   ", "# only a comment", "{", "}", "\x00", "query"])
    def test_what_is_no_document(self, refuse: Callable[..., Any], text: str) -> None:
        assert refuse(text).kind == "syntax"

    def test_validation_errors_have_no_data(self, refuse: Callable[..., Any]) -> None:
        response = refuse("{ nope }")
        assert response.kind == "validation"
        assert response.body == {
            "errors": [
                {
                    "message": "Cannot query field 'nope' on type 'Query'.",
                    "locations": [{"line": 1, "column": 3}],
                    "extensions": {"code": "VALIDATION_ERROR"},
                }
            ]
        }

    def test_validation_stops_after_some_errors(self, refuse: Callable[..., Any]) -> None:
        fields = " ".join(f"n{i}" for i in range(40))
        errors = refuse(f"{{ {fields} }}").body["errors"]
        assert len(errors) == LIMITS.max_validation_errors + 1
        assert "Too many validation errors" in errors[-1]["message"]

    def test_long_text(self, refuse: Callable[..., Any]) -> None:
        response = refuse("{ b } #" + "x" * 200_000)
        assert response.kind == "limit"
        assert message(response) == "The query is longer than 200000 characters."
        assert response.body["errors"][0]["extensions"] == {"code": "QUERY_TOO_LARGE"}

    @pytest.mark.parametrize("text", ["{ " + "b " * 6000 + "}", "{ b\n#\n" + "#\n" * 11_000 + "}"])
    def test_many_tokens(self, refuse: Callable[..., Any], text: str) -> None:
        response = refuse(text, QueryLimits(max_tokens=5000))
        assert response.kind == "limit"
        assert message(response) == (
            "The query has more than 5000 tokens or comments (graphql.maxTokens in modus.json)."
        )

    def test_a_long_name_is_not_given_back_whole(self, refuse: Callable[..., Any]) -> None:
        assert len(message(refuse("{ " + "x" * 100_000 + " }"))) < 2_100

    @pytest.mark.parametrize("depth", [33, 150, 1_000, 3_000])
    def test_deep_nesting(self, refuse: Callable[..., Any], depth: int) -> None:
        response = refuse("{ a " * depth + "{ b }" + "}" * depth)
        assert response.kind == "limit"
        assert "deep" in message(response)

    @pytest.mark.parametrize("depth", [300, 4_000])
    def test_deep_values(self, refuse: Callable[..., Any], depth: int) -> None:
        response = refuse("{ a(x: " + "[" * depth + "1" + "]" * depth + ") { b } }")
        assert response.kind == "limit"
        assert message(response) == "The query is nested too deeply."

    def test_fragment_cycles_are_named(self, refuse: Callable[..., Any]) -> None:
        response = refuse("{ ...F } fragment F on Query { a { ...F } }")
        assert response.kind == "validation"
        assert message(response) == "Cannot spread fragment 'F' within itself."

    def test_introspection_is_within_the_limits(self, schema: GraphQLSchema) -> None:
        text = get_introspection_query(specified_by_url=True, input_value_deprecation=True)
        assert isinstance(load_document(text, schema, LIMITS), DocumentNode)


class TestWithoutIntrospection:
    LIMITS = QueryLimits(introspection=False)

    @pytest.mark.parametrize(
        ("text", "field", "column"),
        [
            ("{ __schema { types { name } } }", "__schema", 3),
            ('{ b t: __type(name: "Query") { name } }', "__type", 5),
            ("{ ...F } fragment F on Query { __schema { types { name } } }", "__schema", 32),
        ],
    )
    def test_the_schema_is_not_told(
        self, refuse: Callable[..., Any], text: str, field: str, column: int
    ) -> None:
        response = refuse(text, self.LIMITS)
        assert response.kind == "validation"
        assert response.body == {
            "errors": [
                {
                    "message": f"Introspection is turned off, so there is no '{field}' "
                    "(graphql.introspection in modus.json).",
                    "locations": [{"line": 1, "column": column}],
                    "extensions": {"code": "INTROSPECTION_DISABLED"},
                }
            ]
        }

    def test_names_of_types_are_part_of_ordinary_answers(self, schema: GraphQLSchema) -> None:
        text = "{ __typename a { __typename b } }"
        assert not isinstance(load_document(text, schema, self.LIMITS), GraphQLResponse)

    @pytest.mark.parametrize(
        "text", ["{ names { b } }", "{ named(wit: 1) { b } }", "{ named { nam } }"]
    )
    def test_errors_do_not_suggest_names(self, refuse: Callable[..., Any], text: str) -> None:
        # Else the schema could be guessed, name by name.
        assert "Did you mean" in message(refuse(text))
        assert "Did you mean" not in message(refuse(text, self.LIMITS))


def test_the_deepest_query_that_a_manifest_can_allow(schema: GraphQLSchema) -> None:
    deepest = next(rule.maximum for rule in RULES if rule.key == "maxDepth")
    limits = QueryLimits(max_depth=int(deepest))
    text = "{ a " * (limits.max_depth - 1) + "{ b }" + "}" * (limits.max_depth - 1)
    assert not isinstance(load_document(text, schema, limits), GraphQLResponse)

    def test_long_chains_of_fragments_are_no_cycles(self, refuse: Callable[..., Any]) -> None:
        chain = "".join(f"fragment F{i} on Query {{ a {{ ...F{i + 1} }} }} " for i in range(150))
        response = refuse(f"{{ ...F0 }} {chain} fragment F150 on Query {{ b }}")
        assert response.kind == "limit"
