from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLSchema, build_schema, get_introspection_query

from atoll.graphql.documents import Document, DocumentCache, load_document
from atoll.graphql.limits import QueryLimits
from atoll.graphql.response import GraphQLResponse

LIMITS = QueryLimits()


@pytest.fixture
def schema() -> GraphQLSchema:
    return build_schema("type Query { a(x: Int): Query, b: String }")


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
        fields = " ".join(f"n{i}" for i in range(150))
        errors = refuse(f"{{ {fields} }}").body["errors"]
        assert len(errors) == LIMITS.max_validation_errors + 1
        assert "Too many validation errors" in errors[-1]["message"]

    def test_subscriptions_are_refused(self, refuse: Callable[..., Any]) -> None:
        response = refuse("subscription { a { b } }")
        assert response.kind == "operation"
        assert message(response) == "This API has no subscriptions."

    def test_long_text(self, refuse: Callable[..., Any]) -> None:
        response = refuse("{ b } #" + "x" * 200_000)
        assert response.kind == "limit"
        assert message(response) == "The query is longer than 200000 characters."
        assert response.body["errors"][0]["extensions"] == {"code": "QUERY_TOO_LARGE"}

    @pytest.mark.parametrize("text", ["{ " + "b " * 6000 + "}", "{ b\n#\n" + "#\n" * 11_000 + "}"])
    def test_many_tokens(self, refuse: Callable[..., Any], text: str) -> None:
        response = refuse(text, QueryLimits(max_tokens=5000))
        assert response.kind == "limit"
        assert message(response) == "The query has more than 5000 tokens or comments."

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
        assert isinstance(load_document(text, schema, LIMITS), Document)


class TestOperation:
    def load(self, schema: GraphQLSchema, text: str) -> Document:
        document = load_document(text, schema, LIMITS)
        assert isinstance(document, Document)
        return document

    def test_the_only_one(self, schema: GraphQLSchema) -> None:
        document = self.load(schema, "query A { b }")
        assert document.operation(None) is document.operation("A")

    def test_one_of_several(self, schema: GraphQLSchema) -> None:
        document = self.load(schema, "query A { b } query B { b }")
        operation = document.operation("B")
        assert operation.name is not None
        assert operation.name.value == "B"
        with pytest.raises(GraphQLError, match="several operations; say which one"):
            document.operation(None)

    def test_an_unknown_one(self, schema: GraphQLSchema) -> None:
        with pytest.raises(GraphQLError, match="Unknown operation named 'C'"):
            self.load(schema, "query A { b }").operation("C")


class TestCache:
    def test_a_text_is_loaded_once(self, schema: GraphQLSchema) -> None:
        cache = DocumentCache(schema, LIMITS)
        assert cache.load("{ b }") is cache.load("{ b }")
        assert cache.load("{ nope }") is cache.load("{ nope }")
        assert len(cache) == 2

    def test_the_longest_unused_goes_first(self, schema: GraphQLSchema) -> None:
        cache = DocumentCache(schema, LIMITS, max_entries=2)
        first = cache.load("{ b }")
        second = cache.load("{ c: b }")
        assert cache.load("{ b }") is first
        cache.load("{ d: b }")
        assert len(cache) == 2
        assert cache.load("{ b }") is first
        assert cache.load("{ c: b }") is not second

    def test_the_size_of_all_texts_is_bounded(self, schema: GraphQLSchema) -> None:
        cache = DocumentCache(schema, LIMITS, max_total_text=100)
        texts = [f"{{ b }} # {i:02}" + "x" * 30 for i in range(10)]
        for text in texts:
            cache.load(text)
        assert len(cache) == 2
        kept = cache.load(texts[-1])
        assert cache.load(texts[-1]) is kept

    def test_long_texts_are_not_kept(self, schema: GraphQLSchema) -> None:
        cache = DocumentCache(schema, LIMITS)
        assert isinstance(cache.load("{ b } #" + "x" * 70_000), Document)
        assert len(cache) == 0
