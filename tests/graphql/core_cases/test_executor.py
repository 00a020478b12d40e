from __future__ import annotations

import asyncio
from typing import Any


class TestExecuteHandlesBasicExecutionTasks:
    async def test_accepts_positional_arguments(self, api: Any) -> None:
        # Parameters of a function have an order; arguments of a field have names only.
        ask = api("type Query { a(first: Int!, second: Int!): String }", a="rootValue")
        answer = await ask("{ a(second: 2, first: 1) }")
        assert answer.data == {"a": "rootValue"}
        assert answer.arguments == {"first": 1, "second": 2}

    async def test_executes_arbitrary_code(self, api: Any) -> None:
        inner = {"a": "Apple", "b": "Banana"}

        async def promise(_: Any) -> Any:
            await asyncio.sleep(0)
            return inner

        ask = api(
            """
            type Data { a: String b: String }
            type DeepData { a: String b: String c: [String] deeper: [Data] }
            type Query {
              a: String b: String c: String d: String e: String f: String
              pic(size: Int): String
              promise: Data
              deep: DeepData
            }
            """,
            a="Apple",
            b="Banana",
            c="Cookie",
            d="Donut",
            e="Egg",
            f="Fish",
            pic=lambda arguments: f"Pic of size: {arguments['size']}",
            promise=promise,
            deep={
                "a": "Already Been Done",
                "b": "Boring",
                "c": ["Contrived", None, "Confusing"],
                "deeper": [inner, None, inner],
            },
        )
        answer = await ask(
            """
            query ($size: Int) {
              a,
              b,
              x: c
              ...c
              f
              ...on Query {
                pic(size: $size)
                promise { a }
              }
              deep { a b c deeper { a b } }
            }
            fragment c on Query { d e }
            """,
            {"size": 100},
        )
        expected = {
            "a": "Apple",
            "b": "Banana",
            "x": "Cookie",
            "d": "Donut",
            "e": "Egg",
            "f": "Fish",
            "pic": "Pic of size: 100",
            "promise": {"a": "Apple"},
            "deep": {
                "a": "Already Been Done",
                "b": "Boring",
                "c": ["Contrived", None, "Confusing"],
                "deeper": [inner, None, inner],
            },
        }
        assert answer.data == expected
        assert list(answer.data) == list(expected)
        assert answer.errors == []

    async def test_merges_parallel_fragments(self, api: Any) -> None:
        fruit = {"a": "Apple", "b": "Banana", "c": "Cherry"}
        ask = api(
            """
            type Data { b: String c: String deep: Data }
            type Query { a: String b: String c: String deep: Data }
            """,
            **fruit,
            deep={**fruit, "deep": fruit},
        )
        answer = await ask(
            """
            { a, ...FragOne, ...FragTwo }
            fragment FragOne on Query { b deep { b, deeper: deep { b } } }
            fragment FragTwo on Query { c deep { c, deeper: deep { c } } }
            """
        )
        merged = {"b": "Banana", "c": "Cherry"}
        assert answer.data == {
            "a": "Apple",
            **merged,
            "deep": {"b": "Banana", "deeper": merged, "c": "Cherry"},
        }
        assert list(answer.data["deep"]) == ["b", "deeper", "c"]
        assert [name for name, _ in answer.calls] == ["a", "b", "deep", "c"]

    async def test_executes_empty_selection_sets(self, api: Any) -> None:
        ask = api(
            "type Data { a: String deep: Data } type Query { a: String deep: Data }",
            a="Apple",
            deep={"a": None, "deep": None},
        )
        # graphql-core takes them unless told otherwise; the specification has no such thing.
        for query in ("{ a deep { } }", "{ a ...Frag } fragment Frag on Query { }", "{ }"):
            answer = await ask(query)
            assert answer.refused == "syntax"
            assert answer.calls == []

    async def test_it_populates_path_correctly_with_complex_types(self, api: Any) -> None:
        ask = api(
            """
            type Some { wrong: String }
            type Query { test: [Some!]! }
            """,
            test=[{"wrong": "right"}, {"wrong": [1]}],
        )
        answer = await ask("{ l1: test { ... on Some { l2: wrong } } }")
        assert answer.data == {"l1": [{"l2": "right"}, {"l2": None}]}
        assert answer.errors == [("String cannot represent value: [1]", [(1, 28)], ["l1", 1, "l2"])]

    async def test_correctly_threads_arguments(self, api: Any) -> None:
        ask = api("type Query { b(numArg: Int, stringArg: String): String }")
        answer = await ask('query Example { b(numArg: 123, stringArg: "foo") }')
        assert answer.arguments == {"numArg": 123, "stringArg": "foo"}

    async def test_nulls_out_error_subtrees(self, api: Any, fails: Any) -> None:
        async def async_ok(_: Any) -> Any:
            return "async ok"

        async def async_error(_: Any) -> Any:
            return fails("Error in asyncError")

        async def async_raw_error(_: Any) -> Any:
            raise RuntimeError("not for clients")

        def raw_error(_: Any) -> Any:
            raise RuntimeError("not for clients")

        ask = api(
            """
            type Query {
              syncOk: String syncError: String syncRawError: String syncErrorList: [String]
              asyncOk: String asyncError: String asyncRawError: String
            }
            """,
            syncOk="sync ok",
            syncError=fails("Error in syncError", "and another one"),
            syncRawError=raw_error,
            syncErrorList=["sync0", [1], "sync2", [3]],
            asyncOk=async_ok,
            asyncError=async_error,
            asyncRawError=async_raw_error,
        )
        answer = await ask(
            """
            {
              syncOk
              syncError
              syncRawError
              syncErrorList
              asyncOk
              asyncError
              asyncRawError
            }
            """
        )
        assert answer.data == {
            "syncOk": "sync ok",
            "syncError": None,
            "syncRawError": None,
            "syncErrorList": ["sync0", None, "sync2", None],
            "asyncOk": "async ok",
            "asyncError": None,
            "asyncRawError": None,
        }
        # What is not the function's own error is masked.
        assert answer.errors == [
            ("Error in syncError", [(3, 3)], ["syncError"]),
            ("and another one", [(3, 3)], ["syncError"]),
            ("internal error", [(4, 3)], ["syncRawError"]),
            ("String cannot represent value: [1]", [(5, 3)], ["syncErrorList", 1]),
            ("String cannot represent value: [3]", [(5, 3)], ["syncErrorList", 3]),
            ("Error in asyncError", [(7, 3)], ["asyncError"]),
            ("internal error", [(8, 3)], ["asyncRawError"]),
        ]

    async def test_handles_sync_errors_combined_with_async_ones(self, api: Any) -> None:
        async def slowly(_: Any) -> None:
            await asyncio.sleep(0)

        ask = api(
            "type Query { slow: String! fast: String! }",
            slow=slowly,
            fast=None,
        )
        answer = await ask("{ slow fast }")
        assert answer.data is None
        # All calls are awaited, and each error is told.
        assert answer.errors == [
            ("Cannot return null for non-nullable field Query.slow.", [(1, 3)], ["slow"]),
            ("Cannot return null for non-nullable field Query.fast.", [(1, 8)], ["fast"]),
        ]

    async def test_handles_async_bubbling_errors_combined_with_non_bubbling(
        self, api: Any, fails: Any
    ) -> None:
        async def null(_: Any) -> None:
            await asyncio.sleep(0)

        async def error(_: Any) -> Any:
            await asyncio.sleep(0)
            return fails("Oops")

        ask = api(
            "type Query { asyncNonNullError: String! asyncError: String }",
            asyncNonNullError=null,
            asyncError=error,
        )
        answer = await ask(
            """
            {
              asyncError
              asyncNonNullError
            }
            """
        )
        assert answer.data is None
        assert answer.errors == [
            ("Oops", [(2, 3)], ["asyncError"]),
            (
                "Cannot return null for non-nullable field Query.asyncNonNullError.",
                [(3, 3)],
                ["asyncNonNullError"],
            ),
        ]

    async def test_full_response_path_is_included_for_non_nullable_fields(self, api: Any) -> None:
        a: dict[str, Any] = {"throws": None}
        for _ in range(4):
            a = {"throws": None, "nullableA": a, "nonNullA": a}
        ask = api(
            """
            type A { nullableA: A nonNullA: A! throws: A! }
            type Query { nullableA: A }
            """,
            nullableA=a,
        )
        answer = await ask(
            """
            query {
              nullableA {
                aliasedA: nullableA {
                  nonNullA {
                    anotherA: nonNullA {
                      throws { __typename }
                    }
                  }
                }
              }
            }
            """
        )
        assert answer.data == {"nullableA": {"aliasedA": None}}
        assert answer.errors == [
            (
                "Cannot return null for non-nullable field A.throws.",
                [(6, 11)],
                ["nullableA", "aliasedA", "nonNullA", "anotherA", "throws"],
            )
        ]

    async def test_uses_the_inline_operation_if_no_operation_name_is_provided(
        self, api: Any
    ) -> None:
        assert (await api("type Query { a: String }", a="b")("{ a }")).data == {"a": "b"}

    async def test_uses_the_only_operation_if_no_operation_name_is_provided(self, api: Any) -> None:
        answer = await api("type Query { a: String }", a="b")("query Example { a }")
        assert answer.data == {"a": "b"}

    async def test_uses_the_named_operation_if_operation_name_is_provided(self, api: Any) -> None:
        ask = api("type Query { a: String }", a="b")
        both = "query Example { first: a } query OtherExample { second: a }"
        assert (await ask(both, operation="OtherExample")).data == {"second": "b"}
        assert (await ask(both, operation="Example")).data == {"first": "b"}

    async def test_provides_error_if_no_operation_is_provided(self, api: Any) -> None:
        answer = await api("type Query { a: String }")("fragment Example on Query { a }")
        assert answer.refused == "validation"
        assert answer.messages == ["Fragment 'Example' is never used."]
        assert answer.calls == []

    async def test_errors_if_no_operation_name_is_provided_with_multiple_operations(
        self, api: Any
    ) -> None:
        ask = api("type Query { a: String }")
        answer = await ask("query Example { a } query OtherExample { a }")
        assert answer.refused == "operation"
        assert answer.errors == [
            (
                "The document has several operations; say which one in operationName.",
                [],
                None,
            )
        ]

    async def test_errors_if_unknown_operation_name_is_provided(self, api: Any) -> None:
        ask = api("type Query { a: String }")
        both = "query Example { a } query OtherExample { a }"
        answer = await ask(both, operation="UnknownExample")
        assert answer.refused == "operation"
        assert answer.errors == [("Unknown operation named 'UnknownExample'.", [], None)]

    async def test_errors_if_empty_string_is_provided_as_operation_name(self, api: Any) -> None:
        # Some clients send an empty name when there is none.
        ask = api("type Query { a: String }", a="b")
        assert (await ask("{ a }", operation="")).data == {"a": "b"}

    async def test_uses_the_query_schema_for_queries(self, api: Any) -> None:
        ask = api("type Query { a: String } type Mutation { addC: String }", a="b", addC="d")
        answer = await ask("query Q { a } mutation M { addC }", operation="Q")
        assert answer.data == {"a": "b"}
        assert answer.calls == [("a", {})]

    async def test_uses_the_mutation_schema_for_mutations(self, api: Any) -> None:
        ask = api("type Query { a: String } type Mutation { addC: String }", a="b", addC="d")
        answer = await ask("query Q { a } mutation M { addC }", operation="M")
        assert answer.data == {"addC": "d"}
        assert answer.calls == [("addC", {})]

    async def test_uses_the_subscription_schema_for_subscriptions(self, api: Any) -> None:
        # By name, in a document with others; their events are told in test_subscribe.py.
        answer = await api("type Query { a: String }", a="b")(
            "query Q { a } subscription S { a }", operation="S"
        )
        assert answer.refused is not None
        assert answer.calls == []

    async def test_resolves_to_an_error_if_schema_does_not_support_operation(
        self, api: Any
    ) -> None:
        ask = api("type Query { a: String }")
        answer = await ask("mutation M { __typename }")
        assert answer.refused == "validation"
        assert answer.messages == ["The mutation operation is not supported by the schema."]

    async def test_correct_field_ordering_despite_execution_order(self, api: Any) -> None:
        def after(turns: int, value: str) -> Any:
            async def run(_: Any) -> str:
                for _ in range(turns):
                    await asyncio.sleep(0)
                return value

            return run

        ask = api(
            "type Query { a: String b: String c: String d: String e: String }",
            a="a",
            b=after(3, "b"),
            c="c",
            d=after(1, "d"),
            e="e",
        )
        answer = await ask("{ a, b, c, d, e }")
        assert list(answer.data.items()) == [(name, name) for name in "abcde"]

    async def test_avoids_recursion(self, api: Any) -> None:
        answer = await api("type Query { a: String }")(
            """
            query Q { a ...Frag ...Frag }
            fragment Frag on Query { a, ...Frag }
            """
        )
        assert answer.refused == "validation"
        assert answer.messages == ["Cannot spread fragment 'Frag' within itself."]

    async def test_ignores_missing_sub_selections_on_fields(self, api: Any) -> None:
        # Validation: what the function would give is not shown, and it is not called.
        answer = await api("type Some { b: String } type Query { a: Some }")("{ a }")
        assert answer.refused == "validation"
        assert answer.messages == [
            "Field 'a' of type 'Some' must have a selection of subfields. Did you mean 'a { ... }'?"
        ]

    async def test_does_not_include_illegal_fields_in_output(self, api: Any) -> None:
        answer = await api("type Query { a: String }")("{ thisIsIllegalDoNotIncludeMe }")
        assert answer.refused == "validation"
        assert answer.messages == [
            "Cannot query field 'thisIsIllegalDoNotIncludeMe' on type 'Query'."
        ]

    async def test_does_not_include_arguments_that_were_not_set(self, api: Any) -> None:
        # A nullable parameter that a request leaves out is null to the function.
        ask = api(
            "type Query { field(a: Boolean, b: Boolean, c: Boolean, d: Int, e: Int): String }"
        )
        answer = await ask("{ field(a: true, c: false, e: 0) }")
        assert answer.arguments == {"a": True, "b": None, "c": False, "d": None, "e": 0}

    async def test_fails_when_coerce_output_value_of_custom_scalar_does_not_return_a_value(
        self, api: Any
    ) -> None:
        ask = api("type Query { customScalar: Timestamp }", customScalar="CUSTOM_VALUE")
        answer = await ask("{ customScalar }")
        assert answer.data == {"customScalar": None}
        assert answer.errors == [
            (
                "Timestamp: expected a date and time such as 2025-01-31T12:30:00Z,"
                ' not "CUSTOM_VALUE".',
                [(1, 3)],
                ["customScalar"],
            )
        ]

    async def test_executes_ignoring_invalid_non_executable_definitions(self, api: Any) -> None:
        answer = await api("type Query { foo: String }")("{ foo } type Query { bar: String }")
        assert answer.refused == "validation"
        assert answer.messages == ["The 'Query' definition is not executable."]

    async def test_uses_a_different_number_of_max_coercion_errors(self, api: Any) -> None:
        # One number for all requests: 20.
        ask = api(
            """
            input UserInput { email: String! }
            type Query { a: String }
            type Mutation { updateUser(data: UserInput): String }
            """
        )
        wrong = {f"wrong{i}": "wrong" for i in range(25)}
        answer = await ask(
            "mutation ($data: UserInput) { updateUser(data: $data) }",
            {"data": {"email": "", **wrong}},
        )
        assert answer.refused == "variables"
        assert len(answer.errors) == 21
        message, locations, _ = answer.errors[0]
        assert message.startswith(
            "Variable '$data' has invalid value: Expected value of type 'UserInput'"
            " not to include unknown field 'wrong0', found: {"
        )
        assert locations == [(1, 11)]
        assert answer.messages[-1] == (
            "Too many errors processing variables, error limit reached. Execution aborted."
        )


class TestBaseExecutorWithoutIncrementalDelivery:
    async def test_deduplicates_errors_at_nulled_positions(self, api: Any) -> None:
        ask = api(
            """
            type Data { a: String! b: String! }
            type Query { foo: Data }
            """,
            foo={"a": None, "b": None},
        )
        answer = await ask("{ foo { a b } }")
        assert answer.data == {"foo": None}
        assert answer.errors == [
            ("Cannot return null for non-nullable field Data.a.", [(1, 9)], ["foo", "a"])
        ]

    async def test_ignores_stream_directives(self, api: Any) -> None:
        # There are no such directives here.
        answer = await api("type Query { list: [String] }")("{ list @stream(initialCount: 1) }")
        assert answer.refused == "validation"
        assert answer.messages == ["Unknown directive '@stream'."]

    async def test_ignores_defer_directives_on_subfields(self, api: Any) -> None:
        ask = api("type Obj { echo: String } type Query { obj: Obj }")
        answer = await ask("{ obj { ... @defer { echo } } }")
        assert answer.refused == "validation"
        assert answer.messages == ["Unknown directive '@defer'."]
