from __future__ import annotations

import asyncio
from typing import Any

import pytest

# A function answers with the whole of its field's value, so what "throws" below a root field in the
# original is here a value that its type does not allow.
DATA = """
    type Data {
      leaf: String
      nonNull: String!
      nest: Data
      nonNullNest: Data!
    }
    type Query {
      leaf: String
      nonNull: String!
      nest: Data
      nonNullNest: Data!
    }
"""
WRONG: dict[str, Any] = {"leaf": [1], "nonNull": [1]}
WRONG |= {"nest": WRONG, "nonNullNest": WRONG}
BRANCH = {"leaf": None, "nest": {"leaf": None, "again": None}}
NULLS = {"nest": BRANCH, "another": BRANCH}
NOT_TEXT = "String cannot represent value: [1]"
NULL_IN_DATA = "Cannot return null for non-nullable field Data.nonNull."
NULL_IN_QUERY = "Cannot return null for non-nullable field Query.nonNull."


def nothing(depth: int = 8) -> dict[str, Any]:
    """Data of which all that is no object is null."""
    inner = nothing(depth - 1) if depth else None
    return {"leaf": None, "nonNull": None, "nest": inner, "nonNullNest": inner}


@pytest.fixture
def nulls(api: Any) -> Any:
    return api(DATA, leaf=None, nonNull=None, nest=nothing(), nonNullNest=nothing())


@pytest.fixture
def throws(api: Any, fails: Any) -> Any:
    """Functions fail for leaves, and give wrong data for objects."""
    return api(DATA, leaf=fails("leaf"), nonNull=fails("non-null"), nest=WRONG, nonNullNest=WRONG)


class TestNullsANullableField:
    async def test_returns_null(self, nulls: Any) -> None:
        answer = await nulls("{ leaf }")
        assert answer.data == {"leaf": None}
        assert answer.errors == []

    async def test_throws(self, throws: Any) -> None:
        answer = await throws("{ leaf }")
        assert answer.data == {"leaf": None}
        assert answer.errors == [("leaf", [(1, 3)], ["leaf"])]


class TestNullsAReturnedObjectThatContainsANonNullField:
    query = """
        {
          nest {
            nonNull
          }
        }
    """

    async def test_that_returns_null(self, nulls: Any) -> None:
        answer = await nulls(self.query)
        assert answer.data == {"nest": None}
        assert answer.errors == [(NULL_IN_DATA, [(3, 5)], ["nest", "nonNull"])]

    async def test_that_throws(self, throws: Any) -> None:
        answer = await throws(self.query)
        assert answer.data == {"nest": None}
        assert answer.errors == [(NOT_TEXT, [(3, 5)], ["nest", "nonNull"])]


class TestNullsAComplexTreeOfNullableFieldsEach:
    query = """
        {
          nest {
            leaf
            nest { leaf again: leaf }
          }
          another: nest {
            leaf
            nest { leaf again: leaf }
          }
        }
    """

    async def test_returns_null(self, nulls: Any) -> None:
        answer = await nulls(self.query)
        assert answer.data == NULLS
        assert answer.errors == []

    async def test_throws(self, throws: Any) -> None:
        answer = await throws(self.query)
        assert answer.data == NULLS
        assert answer.errors == [
            (NOT_TEXT, [(3, 5)], ["nest", "leaf"]),
            (NOT_TEXT, [(4, 12)], ["nest", "nest", "leaf"]),
            (NOT_TEXT, [(4, 17)], ["nest", "nest", "again"]),
            (NOT_TEXT, [(7, 5)], ["another", "leaf"]),
            (NOT_TEXT, [(8, 12)], ["another", "nest", "leaf"]),
            (NOT_TEXT, [(8, 17)], ["another", "nest", "again"]),
        ]


class TestNullsFirstNullableAfterLongChainOfNonNullFields:
    query = """
        {
          nest { ...Chain }
          another: nest { ...Chain }
        }
        fragment Chain on Data {
          nonNullNest { nonNullNest { nonNullNest { nonNullNest { nonNull } } } }
        }
    """
    chain = ("nonNullNest",) * 4 + ("nonNull",)

    async def test_returns_null(self, nulls: Any) -> None:
        answer = await nulls(self.query)
        assert answer.data == {"nest": None, "another": None}
        assert answer.errors == [
            (NULL_IN_DATA, [(6, 59)], ["nest", *self.chain]),
            (NULL_IN_DATA, [(6, 59)], ["another", *self.chain]),
        ]

    async def test_throws(self, throws: Any) -> None:
        answer = await throws(self.query)
        assert answer.data == {"nest": None, "another": None}
        assert answer.errors == [
            (NOT_TEXT, [(6, 59)], ["nest", *self.chain]),
            (NOT_TEXT, [(6, 59)], ["another", *self.chain]),
        ]


class TestNullsTheTopLevelIfNonNullableField:
    async def test_returns_null(self, nulls: Any) -> None:
        answer = await nulls("{ nonNull }")
        assert answer.data is None
        assert answer.errors == [(NULL_IN_QUERY, [(1, 3)], ["nonNull"])]

    async def test_throws(self, throws: Any) -> None:
        answer = await throws("{ nonNull }")
        assert answer.data is None
        assert answer.errors == [("non-null", [(1, 3)], ["nonNull"])]


class TestHandlesMultipleErrorsForASingleResponsePosition:
    """Errors come in the order of the fields, whichever function was first to end."""

    async def test_nullable_and_non_nullable_root_fields_throw_nested_errors(
        self, throws: Any
    ) -> None:
        answer = await throws(
            """
            {
              nonNullNest { nonNull }
              nest { nonNull }
            }
            """
        )
        assert answer.data is None
        # Each root field is a call, whose error is told even where all data is null already.
        assert answer.errors == [
            (NOT_TEXT, [(2, 17)], ["nonNullNest", "nonNull"]),
            (NOT_TEXT, [(3, 10)], ["nest", "nonNull"]),
        ]

    async def test_slower_nullable_after_non_nullable_root_field(self, api: Any) -> None:
        async def slowly(_: Any) -> Any:
            for _ in range(5):
                await asyncio.sleep(0)
            return WRONG

        throws = api(DATA, nest=slowly, nonNullNest=WRONG)
        answer = await throws("{ nonNullNest { nonNull } nest { nonNull } }")
        assert answer.data is None
        assert answer.errors == [
            (NOT_TEXT, [(1, 17)], ["nonNullNest", "nonNull"]),
            (NOT_TEXT, [(1, 34)], ["nest", "nonNull"]),
        ]

    async def test_nullable_and_non_nullable_nested_fields_throw_nested_errors(
        self, throws: Any
    ) -> None:
        answer = await throws("{ nest { nonNullNest { nonNull } nest { nonNull } } }")
        assert answer.data == {"nest": None}
        # Within one value, a null that has spread so far ends it.
        assert answer.errors == [
            (NOT_TEXT, [(1, 24)], ["nest", "nonNullNest", "nonNull"]),
        ]


class TestHandlesNonNullArgument:
    @pytest.fixture
    def ask(self, api: Any) -> Any:
        return api(
            "type Query { withNonNullArg(cannotBeNull: String!): String }",
            withNonNullArg=lambda arguments: f"Passed: {arguments['cannotBeNull']}",
        )

    async def test_succeeds_when_passed_non_null_literal_value(self, ask: Any) -> None:
        answer = await ask('query { withNonNullArg(cannotBeNull: "literal value") }')
        assert answer.data == {"withNonNullArg": "Passed: literal value"}

    async def test_succeeds_when_passed_non_null_variable_value(self, ask: Any) -> None:
        query = "query ($testVar: String!) { withNonNullArg(cannotBeNull: $testVar) }"
        answer = await ask(query, {"testVar": "variable value"})
        assert answer.data == {"withNonNullArg": "Passed: variable value"}

    async def test_succeeds_when_missing_variable_has_default_value(self, ask: Any) -> None:
        answer = await ask(
            'query ($testVar: String = "default value") { withNonNullArg(cannotBeNull: $testVar) }'
        )
        assert answer.data == {"withNonNullArg": "Passed: default value"}

    # The next three never run: validation comes first.

    async def test_field_error_when_missing_non_null_arg(self, ask: Any) -> None:
        answer = await ask("{ withNonNullArg }")
        assert answer.refused == "validation"
        assert answer.errors == [
            (
                "Argument 'Query.withNonNullArg(cannotBeNull:)' of type 'String!' is required,"
                " but it was not provided.",
                [(1, 3)],
                None,
            )
        ]

    async def test_field_error_when_non_null_arg_provided_null(self, ask: Any) -> None:
        answer = await ask("{ withNonNullArg(cannotBeNull: null) }")
        assert answer.refused == "validation"
        assert answer.errors == [
            ("Expected value of non-null type 'String!' not to be null.", [(1, 32)], None)
        ]

    async def test_field_error_when_non_null_arg_not_provided_variable_value(
        self, ask: Any
    ) -> None:
        answer = await ask("query ($testVar: String) { withNonNullArg(cannotBeNull: $testVar) }")
        assert answer.refused == "validation"
        assert answer.errors == [
            (
                "Variable '$testVar' of type 'String' used in position expecting type 'String!'.",
                [(1, 8), (1, 57)],
                None,
            )
        ]

    async def test_field_error_when_non_null_arg_provided_explicit_null_variable(
        self, ask: Any
    ) -> None:
        answer = await ask(
            'query ($testVar: String = "default value") { withNonNullArg(cannotBeNull: $testVar) }',
            {"testVar": None},
        )
        assert answer.data == {"withNonNullArg": None}
        assert answer.errors == [
            (
                "Argument 'cannotBeNull' has invalid value: Expected variable '$testVar'"
                " provided to non-null type 'String!' not to be null.",
                [(1, 75)],
                ["withNonNullArg"],
            )
        ]
        assert answer.codes == ["INVALID_ARGUMENT"]
        assert answer.calls == []
