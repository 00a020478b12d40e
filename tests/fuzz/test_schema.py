"""Requests that are made from the API's schema, by tools that know nothing else of it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from graphql import (
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
    build_client_schema,
    get_introspection_query,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SCALARS = {
    "Int64": st.integers(-(2**63), 2**63 - 1).map(lambda number: IntValueNode(value=str(number))),
    "UInt64": st.integers(0, 2**64 - 1).map(lambda number: IntValueNode(value=str(number))),
    "Timestamp": st.datetimes().map(lambda at: StringValueNode(value=f"{at.isoformat()}Z")),
}
BEYOND = {"QUERY_TOO_LARGE"}
"""A valid query may be larger than the server allows."""
OF_FUNCTIONS = {"USER_ERROR", "LOGGED", "FUNCTION_FAILED", "INVALID_ARGUMENT"}
FAILING = ["Query.refuse", "Query.failMaybe", "Query.echoBytes"]
"""What fails by no fault of the server, the last because its text may not be base64."""


@pytest.fixture
def schema(target: Any) -> GraphQLSchema:
    status, answer = target.post({"query": get_introspection_query()})
    assert status == 200
    return build_client_schema(answer["data"])


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def test_queries_by_the_schema_are_executed(target: Any, schema: GraphQLSchema) -> None:
    @SETTINGS
    @given(text=from_schema(schema, custom_scalars=SCALARS))
    def check(text: str) -> None:
        status, answer = target.post({"query": text})
        assert status == 200 or codes(answer) == BEYOND, answer
        assert codes(answer) <= BEYOND | OF_FUNCTIONS, answer
        target.assert_well()

    check()


def test_queries_against_the_schema_are_refused(target: Any, schema: GraphQLSchema) -> None:
    @SETTINGS
    @given(text=from_schema(schema, custom_scalars=SCALARS, mode=Mode.NEGATIVE))
    def check(text: str) -> None:
        status, answer = target.post({"query": text})
        assert status == 400, answer
        assert codes(answer) <= BEYOND | {"VALIDATION_ERROR", "SYNTAX_ERROR"}, answer
        target.assert_well()

    check()


def test_schemathesis_finds_nothing(target: Any, register_scalars: None) -> None:
    schema = schemathesis.graphql.from_url(target.served.url).exclude(name=FAILING)

    @SETTINGS
    @given(case=schema.as_strategy())
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate()
        target.assert_well()

    check()


@pytest.fixture(scope="session")
def register_scalars() -> None:
    for name, strategy in SCALARS.items():
        schemathesis.graphql.scalar(name, strategy)
