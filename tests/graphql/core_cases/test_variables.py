from __future__ import annotations

from typing import Any

import pytest
from graphql.language.parser import MAX_NESTING_DEPTH

from atoll.graphql import QueryLimits, SchemaError

SCHEMA = """
    input TestInput { a: String, b: [String], c: String!, d: Timestamp, e: Int }
    input NestedInput { na: TestInput!, nb: String! }
    input CustomInput { x: Float, y: Float }
    enum Choice { NULL NAN FALSE CUSTOM DEFAULT_VALUE }
    type TestType { list: [String] }
    type Query {
      objectInput(input: TestInput): String
      customObjectInput(input: CustomInput): String
      nestedObjectInput(input: NestedInput): String
      enumInput(input: Choice): String
      requiredEnumInput(input: Choice!): String
      nullableStringInput(input: String): String
      requiredStringInput(input: String!): String
      defaultArgument(input: String = "Hello World"): String
      requiredWithDefault(input: String! = "Hello World"): String
      jsonInput(input: JSON): String
      nullableList(input: [String]): String
      requiredList(input: [String]!): String
      itemsOfRequired(input: [String!]): String
      requiredItemsOfRequired(input: [String!]!): String
      testType: TestType
    }
"""
OBJECT = "query ($input: TestInput) { objectInput(input: $input) }"
BAZ = {"a": "foo", "b": ["bar"], "c": "baz"}
FULL = {"a": "foo", "b": ["bar"], "c": "baz", "d": None, "e": None}
AT_INPUT = [(1, 8)]
"""Where the variable of most queries is declared."""


@pytest.fixture
def ask(api: Any) -> Any:
    return api(SCHEMA)


@pytest.fixture
def received(ask: Any) -> Any:
    """What a function received as its argument."""

    async def run(query: str, variables: Any = None) -> Any:
        answer = await ask(query, variables)
        assert answer.errors == []
        return answer.arguments["input"]

    return run


@pytest.fixture
def misfits(ask: Any) -> Any:
    """What is said of variables with which nothing runs."""

    async def run(query: str, variables: Any) -> Any:
        answer = await ask(query, variables)
        assert answer.refused == "variables"
        assert answer.calls == []
        assert set(answer.codes) == {"INVALID_VARIABLES"}
        for _, locations, path in answer.errors:
            assert (locations, path) == (AT_INPUT, None)
        return answer.messages

    return run


@pytest.fixture
def invalid(ask: Any) -> Any:
    """What validation says; the original executes such queries all the same."""

    async def run(query: str, variables: Any = None) -> Any:
        answer = await ask(query, variables)
        assert answer.refused == "validation"
        assert answer.calls == []
        return answer.messages

    return run


class TestHandlesObjectsAndNullability:
    # A nullable field that is left out of an argument is null to the function.

    class TestUsingInlineStruct:
        async def test_executes_with_complex_input(self, received: Any) -> None:
            query = '{ objectInput(input: {a: "foo", b: ["bar"], c: "baz"}) }'
            assert await received(query) == FULL

        async def test_executes_with_custom_input(self, received: Any) -> None:
            query = "{ customObjectInput(input: {x: -3.0, y: 4.5}) }"
            assert await received(query) == {"x": -3.0, "y": 4.5}

        async def test_properly_parses_single_value_to_list(self, received: Any) -> None:
            query = '{ objectInput(input: {a: "foo", b: "bar", c: "baz"}) }'
            assert await received(query) == FULL

        async def test_properly_parses_null_value_to_null(self, received: Any) -> None:
            query = '{ objectInput(input: {a: null, b: null, c: "C", d: null}) }'
            expected = {"a": None, "b": None, "c": "C", "d": None, "e": None}
            assert await received(query) == expected

        async def test_properly_parses_null_value_in_list(self, received: Any) -> None:
            query = '{ objectInput(input: {b: ["A", null, "C"], c: "C"}) }'
            expected = {"a": None, "b": ["A", None, "C"], "c": "C", "d": None, "e": None}
            assert await received(query) == expected

        async def test_does_not_use_incorrect_value(self, invalid: Any) -> None:
            assert await invalid('{ objectInput(input: ["foo", "bar", "baz"]) }') == [
                "Expected value of type 'TestInput' to be an object,"
                ' found: ["foo", "bar", "baz"].'
            ]

        async def test_properly_runs_coerce_input_literal_on_complex_scalar_types(
            self, received: Any
        ) -> None:
            query = '{ objectInput(input: {c: "foo", d: "2025-01-31 12:00 +02:00"}) }'
            assert (await received(query))["d"] == "2025-01-31T10:00:00Z"

        async def test_errors_on_faulty_scalar_type_input(self, invalid: Any) -> None:
            assert await invalid('{ objectInput(input: {c: "foo", e: "bar"}) }') == [
                'Int: expected an integer, not "bar".'
            ]

    class TestUsingVariables:
        async def test_executes_with_complex_input(self, received: Any) -> None:
            value = {"a": "foo", "b": ["bar"], "c": "baz"}
            assert await received(OBJECT, {"input": value}) == FULL

        async def test_uses_undefined_when_variable_not_provided(self, received: Any) -> None:
            query = "query q($input: String) { nullableStringInput(input: $input) }"
            assert await received(query, {}) is None

        async def test_uses_null_when_variable_provided_explicit_null_value(
            self, received: Any
        ) -> None:
            query = "query q($input: String) { nullableStringInput(input: $input) }"
            assert await received(query, {"input": None}) is None

        async def test_preserves_explicit_null_variables_within_input_object_literals(
            self, received: Any
        ) -> None:
            query = 'query q($input: String) { objectInput(input: {a: $input, c: "baz"}) }'
            expected = {"a": None, "b": None, "c": "baz", "d": None, "e": None}
            assert await received(query, {"input": None}) == expected

        async def test_uses_default_value_when_not_provided(self, received: Any) -> None:
            query = """
                query ($input: TestInput = {a: "foo", b: ["bar"], c: "baz"}) {
                  objectInput(input: $input)
                }
            """
            assert await received(query) == FULL

        async def test_reports_invalid_default_values_with_variable_definition_locations(
            self, invalid: Any
        ) -> None:
            query = "query ($input: String = 123) { nullableStringInput(input: $input) }"
            assert await invalid(query) == ["String cannot represent a non string value: 123"]

        async def test_includes_suggestions_for_invalid_default_values(self, invalid: Any) -> None:
            query = (
                'query ($input: TestInput = { c: "ok", aa: "x" }) { objectInput(input: $input) }'
            )
            assert await invalid(query) == [
                "Expected value of type 'TestInput' not to include unknown field 'aa'."
                " Did you mean 'a'?"
                ' Found: { c: "ok", aa: "x" }.'
            ]

        async def test_hides_suggestions_for_invalid_default_values_when_specified(
            self, api: Any
        ) -> None:
            # Where introspection is off, nothing tells the names of fields.
            ask = api(SCHEMA, limits=QueryLimits(introspection=False))
            answer = await ask(
                'query ($input: TestInput = { c: "ok", aa: "x" }) { objectInput(input: $input) }'
            )
            assert answer.messages == [
                "Expected value of type 'TestInput' not to include unknown field 'aa',"
                ' found: { c: "ok", aa: "x" }.'
            ]

        async def test_does_not_use_default_value_when_provided(self, received: Any) -> None:
            query = (
                'query q($input: String = "Default value") { nullableStringInput(input: $input) }'
            )
            assert await received(query, {"input": "Variable value"}) == "Variable value"

        async def test_uses_explicit_null_value_instead_of_default_value(
            self, received: Any
        ) -> None:
            query = (
                'query q($input: String = "Default value") { nullableStringInput(input: $input) }'
            )
            assert await received(query, {"input": None}) is None

        async def test_uses_null_default_value_when_not_provided(self, received: Any) -> None:
            query = "query q($input: String = null) { defaultArgument(input: $input) }"
            assert await received(query, {}) is None

        async def test_properly_parses_single_value_to_list(self, received: Any) -> None:
            value = {"a": "foo", "b": "bar", "c": "baz"}
            assert await received(OBJECT, {"input": value}) == FULL

        async def test_executes_with_complex_scalar_input(self, received: Any) -> None:
            value = {"c": "foo", "d": "2025-01-31"}
            assert (await received(OBJECT, {"input": value}))["d"] == "2025-01-31T00:00:00Z"

        async def test_errors_on_faulty_scalar_type_input(self, misfits: Any) -> None:
            assert await misfits(OBJECT, {"input": {"c": "foo", "e": "bar"}}) == [
                "Variable '$input' has invalid value at .e: Int: expected an integer, not \"bar\"."
            ]

        async def test_errors_on_null_for_nested_non_null(self, misfits: Any) -> None:
            assert await misfits(OBJECT, {"input": {"a": "foo", "b": "bar", "c": None}}) == [
                "Variable '$input' has invalid value at .c:"
                " Expected value of non-null type 'String!' not to be null."
            ]

        async def test_errors_on_incorrect_type(self, misfits: Any) -> None:
            assert await misfits(OBJECT, {"input": "foo bar"}) == [
                "Variable '$input' has invalid value:"
                " Expected value of type 'TestInput' to be an object, found: 'foo bar'."
            ]

        async def test_errors_on_omission_of_nested_non_null(self, misfits: Any) -> None:
            assert await misfits(OBJECT, {"input": {"a": "foo", "b": "bar"}}) == [
                "Variable '$input' has invalid value: Expected value of type 'TestInput'"
                " to include required field 'c', found: {'a': 'foo', 'b': 'bar'}."
            ]

        async def test_errors_on_deep_nested_errors_and_with_many_errors(
            self, misfits: Any
        ) -> None:
            query = "query ($input: NestedInput) { nestedObjectInput(input: $input) }"
            assert await misfits(query, {"input": {"na": {"a": "foo"}}}) == [
                "Variable '$input' has invalid value at .na: Expected value of type 'TestInput'"
                " to include required field 'c', found: {'a': 'foo'}.",
                "Variable '$input' has invalid value: Expected value of type 'NestedInput'"
                " to include required field 'nb', found: {'na': {'a': 'foo'}}.",
            ]

        async def test_errors_on_addition_of_unknown_input_field(self, misfits: Any) -> None:
            value = {"a": "foo", "b": "bar", "c": "baz", "extra": "dog"}
            assert await misfits(OBJECT, {"input": value}) == [
                "Variable '$input' has invalid value: Expected value of type 'TestInput'"
                f" not to include unknown field 'extra', found: {value}."
            ]


class TestHandlesCustomEnumValues:
    async def test_allows_custom_enum_values_as_inputs(self, ask: Any) -> None:
        answer = await ask(
            """
            {
              null: enumInput(input: NULL)
              NaN: enumInput(input: NAN)
              false: enumInput(input: FALSE)
              customValue: enumInput(input: CUSTOM)
              defaultValue: enumInput(input: DEFAULT_VALUE)
            }
            """
        )
        # To a function, a value of an enum is its name.
        assert [arguments["input"] for _, arguments in answer.calls] == [
            "NULL",
            "NAN",
            "FALSE",
            "CUSTOM",
            "DEFAULT_VALUE",
        ]
        assert list(answer.data) == ["null", "NaN", "false", "customValue", "defaultValue"]

    async def test_allows_non_nullable_inputs_to_have_null_as_enum_custom_value(
        self, received: Any
    ) -> None:
        assert await received("{ requiredEnumInput(input: NULL) }") == "NULL"


class TestHandlesNullableScalars:
    async def test_allows_nullable_inputs_to_be_omitted(self, received: Any) -> None:
        assert await received("{ nullableStringInput }") is None

    async def test_allows_nullable_inputs_to_be_omitted_in_a_variable(self, received: Any) -> None:
        query = "query ($value: String) { nullableStringInput(input: $value) }"
        assert await received(query) is None

    async def test_allows_nullable_inputs_to_be_omitted_in_an_unlisted_variable(
        self, invalid: Any
    ) -> None:
        query = "query SetsNullable { nullableStringInput(input: $value) }"
        assert await invalid(query) == [
            "Variable '$value' is not defined by operation 'SetsNullable'."
        ]

    async def test_allows_nullable_inputs_to_be_set_to_null_in_a_variable(
        self, received: Any
    ) -> None:
        query = "query SetsNullable($value: String) { nullableStringInput(input: $value) }"
        assert await received(query, {"value": None}) is None

    async def test_allows_nullable_inputs_to_be_set_to_a_value_in_a_variable(
        self, received: Any
    ) -> None:
        query = "query SetsNullable($value: String) { nullableStringInput(input: $value) }"
        assert await received(query, {"value": "a"}) == "a"

    async def test_allows_nullable_inputs_to_be_set_to_a_value_directly(
        self, received: Any
    ) -> None:
        assert await received('{ nullableStringInput(input: "a") }') == "a"


class TestHandlesNonNullableScalars:
    required = "query ($value: String!) { requiredStringInput(input: $value) }"

    async def test_allows_non_nullable_variable_to_be_omitted_given_a_default(
        self, received: Any
    ) -> None:
        query = 'query ($value: String! = "default") { nullableStringInput(input: $value) }'
        assert await received(query) == "default"

    async def test_allows_non_nullable_inputs_to_be_omitted_given_a_default(
        self, received: Any
    ) -> None:
        query = 'query ($value: String = "default") { requiredStringInput(input: $value) }'
        assert await received(query) == "default"

    async def test_does_not_allow_non_nullable_inputs_to_be_omitted_in_a_variable(
        self, misfits: Any
    ) -> None:
        assert await misfits(self.required, {}) == [
            "Variable '$value' has invalid value:"
            " Expected a value of non-null type 'String!' to be provided."
        ]

    async def test_does_not_allow_non_nullable_inputs_to_be_set_to_null_in_variable(
        self, misfits: Any
    ) -> None:
        assert await misfits(self.required, {"value": None}) == [
            "Variable '$value' has invalid value:"
            " Expected value of non-null type 'String!' not to be null."
        ]

    async def test_allows_non_nullable_inputs_to_be_set_to_a_value_in_a_variable(
        self, received: Any
    ) -> None:
        assert await received(self.required, {"value": "a"}) == "a"

    async def test_allows_non_nullable_inputs_to_be_set_to_a_value_directly(
        self, received: Any
    ) -> None:
        assert await received('{ requiredStringInput(input: "a") }') == "a"

    async def test_reports_error_for_missing_non_nullable_inputs(self, invalid: Any) -> None:
        assert await invalid("{ requiredStringInput }") == [
            "Argument 'Query.requiredStringInput(input:)' of type 'String!' is required,"
            " but it was not provided."
        ]

    async def test_reports_error_for_array_passed_into_string_input(self, misfits: Any) -> None:
        assert await misfits(self.required, {"value": [1, 2, 3]}) == [
            "Variable '$value' has invalid value:"
            " String cannot represent a non string value: [1, 2, 3]"
        ]

    async def test_reports_error_for_non_provided_variables_for_non_nullable_inputs(
        self, invalid: Any
    ) -> None:
        assert await invalid("{ requiredStringInput(input: $foo) }") == [
            "Variable '$foo' is not defined."
        ]


class TestHandlesCustomScalarsWithEmbeddedVariables:
    async def test_allows_custom_scalars(self, received: Any) -> None:
        query = '{ jsonInput(input: { a: "foo", b: ["bar"], c: "baz" }) }'
        assert await received(query) == BAZ

    async def test_allows_custom_scalars_with_non_embedded_variables(self, received: Any) -> None:
        query = "query ($input: JSON) { jsonInput(input: $input) }"
        assert await received(query, {"input": BAZ}) == BAZ

    async def test_allows_custom_scalars_with_embedded_operation_variables(
        self, received: Any
    ) -> None:
        query = 'query ($a: String) { jsonInput(input: { a: $a, b: ["bar"], c: "baz" }) }'
        assert await received(query, {"a": "foo"}) == BAZ


class TestHandlesListsAndNullability:
    lists = "query ($input: [String]) { nullableList(input: $input) }"
    required_lists = "query ($input: [String]!) { requiredList(input: $input) }"
    of_required = "query ($input: [String!]) { itemsOfRequired(input: $input) }"
    all_required = "query ($input: [String!]!) { requiredItemsOfRequired(input: $input) }"
    null_item = (
        "Variable '$input' has invalid value at [1]:"
        " Expected value of non-null type 'String!' not to be null."
    )

    async def test_allows_lists_to_be_null(self, received: Any) -> None:
        assert await received(self.lists, {"input": None}) is None

    async def test_allows_lists_to_contain_values(self, received: Any) -> None:
        assert await received(self.lists, {"input": ["A"]}) == ["A"]

    async def test_allows_lists_to_contain_null(self, received: Any) -> None:
        assert await received(self.lists, {"input": ["A", None, "B"]}) == ["A", None, "B"]

    async def test_does_not_allow_non_null_lists_to_be_null(self, misfits: Any) -> None:
        assert await misfits(self.required_lists, {"input": None}) == [
            "Variable '$input' has invalid value:"
            " Expected value of non-null type '[String]!' not to be null."
        ]

    async def test_allows_non_null_lists_to_contain_values(self, received: Any) -> None:
        assert await received(self.required_lists, {"input": ["A"]}) == ["A"]

    async def test_allows_non_null_lists_to_contain_null(self, received: Any) -> None:
        value = ["A", None, "B"]
        assert await received(self.required_lists, {"input": value}) == value

    async def test_allows_lists_of_non_nulls_to_be_null(self, received: Any) -> None:
        assert await received(self.of_required, {"input": None}) is None

    async def test_allows_lists_of_non_nulls_to_contain_values(self, received: Any) -> None:
        assert await received(self.of_required, {"input": ["A"]}) == ["A"]

    async def test_does_not_allow_lists_of_non_nulls_to_contain_null(self, misfits: Any) -> None:
        value = ["A", None, "B"]
        assert await misfits(self.of_required, {"input": value}) == [self.null_item]

    async def test_does_not_allow_non_null_lists_of_non_nulls_to_be_null(
        self, misfits: Any
    ) -> None:
        assert await misfits(self.all_required, {"input": None}) == [
            "Variable '$input' has invalid value:"
            " Expected value of non-null type '[String!]!' not to be null."
        ]

    async def test_allows_non_null_lists_of_non_nulls_to_contain_values(
        self, received: Any
    ) -> None:
        assert await received(self.all_required, {"input": ["A"]}) == ["A"]

    async def test_does_not_allow_non_null_lists_of_non_nulls_to_contain_null(
        self, misfits: Any
    ) -> None:
        value = ["A", None, "B"]
        assert await misfits(self.all_required, {"input": value}) == [self.null_item]

    async def test_does_not_allow_invalid_types_to_be_used_as_values(self, invalid: Any) -> None:
        query = "query ($input: TestType!) { objectInput(input: $input) }"
        assert "Variable '$input' cannot be non-input type 'TestType!'." in await invalid(
            query, {"input": {"list": ["A", "B"]}}
        )

    async def test_does_not_allow_unknown_types_to_be_used_as_values(self, invalid: Any) -> None:
        query = "query ($input: UnknownType!) { objectInput(input: $input) }"
        messages = await invalid(query, {"input": "whoKnows"})
        assert messages[0].startswith("Unknown type 'UnknownType'.")


class TestExecuteUsesArgumentDefaultValues:
    async def test_when_no_argument_provided(self, received: Any) -> None:
        assert await received("{ defaultArgument }") == "Hello World"

    async def test_when_omitted_variable_provided(self, received: Any) -> None:
        query = "query ($optional: String) { defaultArgument(input: $optional) }"
        assert await received(query) == "Hello World"

    async def test_not_when_argument_cannot_be_coerced(self, invalid: Any) -> None:
        assert await invalid("{ defaultArgument(input: WRONG_TYPE) }") == [
            "String cannot represent a non string value: WRONG_TYPE"
        ]

    async def test_when_no_runtime_value_is_provided_to_a_non_null_argument(
        self, received: Any
    ) -> None:
        query = "query optional($optional: String) { requiredWithDefault(input: $optional) }"
        assert await received(query) == "Hello World"

    # A default that is no value of its type never comes to execution: there is no such API.

    async def test_localizes_invalid_default_value_errors_during_execution(self, api: Any) -> None:
        ask = api("type Query { invalidDefault(input: String = 123): String }")
        with pytest.raises(SchemaError) as raised:
            await ask("{ invalidDefault }")
        assert "'input'" in raised.value.message
        assert "String cannot represent a non string value: 123" in raised.value.message

    async def test_localizes_nested_invalid_field_default_value_errors_during_execution(
        self, api: Any
    ) -> None:
        ask = api(
            """
            input NestedInput { foo: String = 123 }
            type Query { invalidDefault(input: NestedInput = {}): String }
            """
        )
        with pytest.raises(SchemaError) as raised:
            await ask("{ invalidDefault }")
        assert "'foo'" in raised.value.message
        assert "String cannot represent a non string value: 123" in raised.value.message


class TestGetVariableValuesLimitMaximumNumberOfCoercionErrors:
    # The limit is not the caller's to set: it is 20.
    query = "query ($input: [String!]) { itemsOfRequired(input: $input) }"

    def messages(self, count: int) -> list[str]:
        return [
            f"Variable '$input' has invalid value at [{i}]:"
            f" String cannot represent a non string value: {i}"
            for i in range(count)
        ]

    async def test_return_all_errors_by_default(self, misfits: Any) -> None:
        assert await misfits(self.query, {"input": [0, 1, 2]}) == self.messages(3)

    async def test_when_max_errors_is_equal_to_number_of_errors(self, misfits: Any) -> None:
        assert await misfits(self.query, {"input": list(range(20))}) == self.messages(20)

    async def test_when_max_errors_is_less_than_number_of_errors(self, ask: Any) -> None:
        answer = await ask(self.query, {"input": list(range(21))})
        assert answer.refused == "variables"
        assert answer.messages == [
            *self.messages(20),
            "Too many errors processing variables, error limit reached. Execution aborted.",
        ]


class TestTooDeeplyNestedVariableValues:
    schema = """
        input NestInput { nested: NestInput nestedList: [NestInput] leaf: Int }
        type Query { field(input: NestInput, other: Int): String }
    """
    query = "query ($input: NestInput) { field(input: $input) }"
    too_deep = 100_000
    message = "Variable values are nested too deeply."

    def nested(self, depth: int, key: str = "nested") -> dict[str, Any]:
        value: dict[str, Any] = {"leaf": 1}
        for _ in range(depth):
            value = {key: [value] if key == "nestedList" else value}
        return value

    async def test_get_variable_values_returns_an_error(self, api: Any) -> None:
        for key in ("nested", "nestedList"):
            value = self.nested(self.too_deep, key)
            answer = await api(self.schema)(self.query, {"input": value})
            assert answer.refused == "variables"
            assert answer.messages == [self.message]
            _take_apart(value)

    async def test_get_variable_values_keeps_previous_errors(self, api: Any) -> None:
        query = """
            query ($other: Int, $input: NestInput) {
              field(other: $other) again: field(input: $input)
            }
        """
        value = self.nested(self.too_deep)
        answer = await api(self.schema)(query, {"other": "bad", "input": value})
        assert answer.messages == [
            "Variable '$other' has invalid value: Int: expected an integer, not \"bad\".",
            self.message,
        ]
        _take_apart(value)

    async def test_still_accepts_a_depth_that_fits(self, api: Any) -> None:
        answer = await api(self.schema)(self.query, {"input": self.nested(50)})
        assert answer.errors == []
        found = answer.arguments["input"]
        for _ in range(50):
            assert found["leaf"] is None
            found = found["nested"]
        assert found == {"nested": None, "nestedList": None, "leaf": 1}

    async def test_accepts_values_up_to_the_maximum_nesting_depth(self, api: Any) -> None:
        value = self.nested(MAX_NESTING_DEPTH - 1)
        answer = await api(self.schema)(self.query, {"input": value}, exchange=False)
        assert answer.errors == []
        assert len(answer.calls) == 1

    async def test_rejects_values_above_the_maximum_nesting_depth(self, api: Any) -> None:
        value = self.nested(MAX_NESTING_DEPTH + 1)
        answer = await api(self.schema)(self.query, {"input": value})
        assert answer.refused == "variables"
        assert answer.messages == [self.message]

    async def test_accepts_deep_values_of_custom_scalars(self, api: Any) -> None:
        value: Any = 1
        for _ in range(400):
            value = {"a": value}
        ask = api("type Query { field(input: JSON): String }")
        query = "query ($input: JSON) { field(input: $input) }"
        # As a literal, it would be nested too deeply.
        answer = await ask(query, {"input": value}, exchange=False)
        assert answer.errors == []
        assert answer.arguments == {"input": value}


def _take_apart(value: Any) -> None:
    """Python would end such a value by recursion."""
    while isinstance(value, dict) and value:
        value = value.popitem()[1]
        if isinstance(value, list):
            value = value.pop()
