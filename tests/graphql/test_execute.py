from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from atoll.app.call import Caller, ConnectionUse, FunctionError, Level, LogLine, Outcome
from atoll.graphql import GraphQLRequest, QueryLimits
from atoll.guest.types import (
    Default,
    Field,
    Function,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
)

S, INT = Scalar("String"), Scalar("Int")
Make = Callable[..., Function]
Serve = Callable[..., Any]


def failed(*messages: str, code: str = "USER_ERROR", level: str = "error") -> Outcome:
    errors = tuple(FunctionError(message, code, level) for message in messages)
    return Outcome("id", None, failed=True, errors=errors)


def messages(response: Any) -> list[str]:
    return [error["message"] for error in response.body.get("errors", [])]


class TestValues:
    async def test_objects_aliases_and_fragments(self, people_api: Any) -> None:
        response = await people_api(
            """query ($id: Int!) {
              ada: person(id: $id) { ...Names friends { ...Names mood } tags { key value } }
              person(id: 2) { name }
              kind: __typename
            }
            fragment Names on Person { called: name age __typename }""",
            id=1,
        )
        assert response.kind == "ok"
        assert response.executed
        assert response.body == {
            "data": {
                "ada": {
                    "called": "Ada",
                    "age": 36,
                    "__typename": "Person",
                    "friends": [
                        {"called": "Bo", "age": None, "__typename": "Person", "mood": "WILD"}
                    ],
                    "tags": [{"key": "job", "value": "maths"}],
                },
                "person": None,
                "kind": "Query",
            },
            "extensions": {
                "invocations": {"ada": {"executionId": "x0"}, "person": {"executionId": "x1"}}
            },
        }

    async def test_a_function_is_called_once_for_each_response_key(self, people_api: Any) -> None:
        await people_api(
            "{ a: person(id: 1) { name } a: person(id: 1) { age }  b: person(id: 1) { age } }"
        )
        assert people_api.app.calls == [("getPerson", {"id": 1}), ("getPerson", {"id": 1})]

    async def test_skipped_fields_are_not_called(self, people_api: Any) -> None:
        response = await people_api(
            "query ($no: Boolean!) { person(id: 1) @include(if: $no) { name } sayHello }", no=False
        )
        assert response.body["data"] == {"sayHello": "Hello, you"}
        assert [name for name, _ in people_api.app.calls] == ["sayHello"]

    async def test_introspection_calls_nothing(self, people_api: Any) -> None:
        response = await people_api('{ __type(name: "Mood") { enumValues { name description } } }')
        assert response.body == {
            "data": {
                "__type": {
                    "enumValues": [
                        {"name": "CALM", "description": None},
                        {"name": "WILD", "description": "Better not."},
                    ]
                }
            }
        }

    async def test_no_result_is_null(self, people_api: Any) -> None:
        response = await people_api("mutation { removePerson(id: 1) }")
        assert response.body["data"] == {"removePerson": None}
        assert "errors" not in response.body

    async def test_the_caller_reaches_the_function(self, people_api: Any) -> None:
        caller = Caller({"sub": "me"}, "Asia/Tokyo")
        await people_api.api.execute(GraphQLRequest("{ sayHello }"), caller)
        assert people_api.app.callers == [caller]


class TestArguments:
    async def arguments(self, served: Any, query: str, **variables: Any) -> Mapping[str, Any]:
        response = await served(query, **variables)
        assert response.kind == "ok", response.body
        [(_, arguments)] = served.app.calls
        return dict(arguments)

    async def test_defaults_and_nulls_are_filled_in(self, people_api: Any) -> None:
        assert await self.arguments(people_api, "{ sayHello }") == {"name": None, "loud": False}

    async def test_an_undefined_variable_counts_as_absent(self, people_api: Any) -> None:
        query = "query ($n: String, $l: Boolean = true) { sayHello(name: $n, loud: $l) }"
        assert await self.arguments(people_api, query) == {"name": None, "loud": True}

    async def test_input_objects(self, people_api: Any) -> None:
        query = """mutation { addPerson(person: {
            name: "A", friends: {name: "B", mood: WILD, age: 3}, tags: [{key: "k", value: "v"}]
        }) }"""
        bo = {"name": "B", "mood": "WILD", "age": 3, "friends": [], "tags": []}
        assert await self.arguments(people_api, query) == {
            "person": {
                "name": "A",
                "age": None,
                "mood": "CALM",
                "friends": [bo],
                "tags": [{"key": "k", "value": "v"}],
            }
        }

    async def test_input_objects_in_variables(self, people_api: Any) -> None:
        query = "mutation ($p: PersonInput!) { addPerson(person: $p) }"
        assert await self.arguments(people_api, query, p={"name": "A", "age": None}) == {
            "person": {"name": "A", "age": None, "mood": "CALM", "friends": [], "tags": []}
        }

    async def test_custom_scalars_arrive_normalised(self, serve: Serve, function: Make) -> None:
        parameters = tuple(
            Parameter(name.lower(), Scalar(name))
            for name in ("Timestamp", "Int64", "Decimal", "JSON")
        )
        served = serve((function("f", S, *parameters), "ok"))
        query = """query ($j: JSON!) {
            f(timestamp: "2025-01-31 12:00 +02:00", int64: "-5", decimal: 1.50, json: {a: [$j]})
        }"""
        assert await self.arguments(served, query, j={"b": None}) == {
            "timestamp": "2025-01-31T10:00:00Z",
            "int64": -5,
            "decimal": "1.50",
            "json": {"a": [{"b": None}]},
        }

    async def test_null_for_a_parameter_with_a_default_is_an_error(self, people_api: Any) -> None:
        response = await people_api("{ sayHello(loud: null) }")
        assert response.kind == "validation"
        assert messages(response) == ["Expected value of non-null type 'Boolean!' not to be null."]

    async def test_null_by_way_of_a_variable(self, people_api: Any) -> None:
        query = "query ($l: Boolean) { a: sayHello(loud: $l) b: sayHello }"
        response = await people_api(query, l=None)
        assert response.body["data"] is None
        assert len(people_api.app.calls) == 1
        [error] = response.body["errors"]
        assert error["path"] == ["a"]
        assert error["locations"] == [{"line": 1, "column": 41}]
        assert error["extensions"] == {"code": "INVALID_ARGUMENT"}
        assert list(response.body["extensions"]["invocations"]) == ["b"]

    @pytest.mark.parametrize(
        ("variables", "expected"),
        [
            ({}, "Variable '$p' has invalid value"),
            ({"p": None}, "Variable '$p' has invalid value"),
            ({"p": {"name": 5}}, "Variable '$p' has invalid value at .name"),
            ({"p": {"name": "a", "age": 2**31}}, "Int: 2147483648 does not fit in 32 bits."),
            ({"p": {"name": "a", "x": 1}}, "x"),
            ({"p": {"name": "a", "tags": {"k": "v"}}}, "Variable '$p' has invalid value at .tags"),
        ],
    )
    async def test_bad_variables(
        self, people_api: Any, variables: dict[str, Any], expected: str
    ) -> None:
        query = "mutation ($p: PersonInput!) { addPerson(person: $p) }"
        response = await people_api(query, **variables)
        assert response.kind == "variables"
        assert not response.executed
        assert "data" not in response.body
        error = response.body["errors"][0]
        assert expected in error["message"]
        assert "None" not in error["message"]
        assert error["locations"] == [{"line": 1, "column": 11}]
        assert error["extensions"] == {"code": "INVALID_VARIABLES"}
        assert people_api.app.calls == []

    async def test_variables_nested_without_measure(self, people_api: Any) -> None:
        person: dict[str, Any] = {"name": "a"}
        for _ in range(5_000):
            person = {"name": "a", "friends": [person]}
        query = "mutation ($p: PersonInput!) { addPerson(person: $p) }"
        response = await people_api(query, p=person)
        assert response.kind == "variables"
        assert messages(response) == ["Variable values are nested too deeply."]

    async def test_many_bad_variables(self, people_api: Any) -> None:
        friends = [{"name": 1}] * 1_000
        query = "mutation ($p: PersonInput!) { addPerson(person: $p) }"
        response = await people_api(query, p={"name": "a", "friends": friends})
        assert len(response.body["errors"]) == 21


class TestErrors:
    async def test_a_failing_function(self, serve: Serve, function: Make) -> None:
        served = serve((function("f", S), failed("boom")))
        response = await served("{ f }")
        assert list(response.body) == ["errors", "data", "extensions"]
        assert response.body == {
            "errors": [
                {
                    "message": "boom",
                    "locations": [{"line": 1, "column": 3}],
                    "path": ["f"],
                    "extensions": {"level": "error", "code": "USER_ERROR"},
                }
            ],
            "data": None,
            "extensions": {"invocations": {"f": {"executionId": "id"}}},
        }

    async def test_a_failure_leaves_nullable_siblings(self, serve: Serve, function: Make) -> None:
        served = serve(
            (function("f", Nullable(S)), failed("boom", "and more")), (function("g", S), "fine")
        )
        response = await served("{ x: f g }")
        assert response.body["data"] == {"x": None, "g": "fine"}
        assert [(e["message"], e["path"]) for e in response.body["errors"]] == [
            ("boom", ["x"]),
            ("and more", ["x"]),
        ]
        assert list(response.body["extensions"]["invocations"]) == ["x", "g"]

    async def test_errors_beside_a_value(self, serve: Serve, function: Make) -> None:
        outcome = Outcome(
            "id",
            "value",
            failed=False,
            errors=(FunctionError("one", "LOGGED"), FunctionError("two", "LOGGED", "fatal")),
        )
        response = await serve((function("f", S), outcome))("{ f }")
        assert response.body["data"] == {"f": "value"}
        assert [(e["message"], e["extensions"]["level"]) for e in response.body["errors"]] == [
            ("one", "error"),
            ("two", "fatal"),
        ]

    async def test_errors_come_in_the_order_of_the_fields(
        self, serve: Serve, function: Make
    ) -> None:
        """However the calls end: the slowest first, a bad value between two failures."""
        served = serve(
            (function("f", S, Parameter("n", INT)), self.slow_failure), (function("g", INT), 2**40)
        )
        response = await served("{ a: f(n: 3) b: g c: f(n: 1) d: f(n: 0) }")
        assert response.body["data"] is None
        assert [error["path"] for error in response.body["errors"]] == [["a"], ["b"], ["c"], ["d"]]
        assert list(response.body["extensions"]["invocations"]) == ["a", "b", "c", "d"]

    @staticmethod
    async def slow_failure(arguments: Mapping[str, Any]) -> Outcome:
        for _ in range(arguments["n"]):
            await asyncio.sleep(0)
        return failed(f"late by {arguments['n']}")

    async def test_a_failure_without_an_error(self, serve: Serve, function: Make) -> None:
        served = serve((function("f", S), failed()), (function("g", Nullable(S)), failed()))
        response = await served("{ g }")
        assert response.body["data"] == {"g": None}
        assert "errors" not in response.body
        response = await served("{ g f }")
        assert response.body["data"] is None
        assert messages(response) == [
            "Function 'f' ended without a result and reported no error (field 'f' may not be null)."
        ]
        assert response.body["errors"][0]["path"] == ["f"]

    @pytest.mark.parametrize(
        ("type_", "value", "message", "path"),
        [
            (
                INT,
                2**31,
                "Int: 2147483648 does not fit in 32 bits; declare the result",
                [],
            ),
            (INT, "5", 'Int: expected an integer, not "5".', []),
            (Scalar("Float"), float("nan"), "Float: the value is NaN", []),
            (S, None, "Cannot return null for non-nullable field Query.f.", []),
            (ListOf(INT), [1, "x"], "Int: expected an integer", [1]),
            (ListOf(INT), 5, "Expected Iterable", []),
            (
                Ref("T"),
                "text",
                "The function's result is not an object",
                ["strip"],
            ),
            (Ref("T"), {}, "Cannot return null for non-nullable field T.strip.", ["strip"]),
            (MapOf(S, INT), {"a": 1}, "Expected Iterable", []),
            (MapOf(S, INT), [{"key": "a"}], "Cannot return null", [0, "value"]),
        ],
    )
    async def test_results_that_do_not_fit(
        self, serve: Serve, function: Make, type_: Any, value: Any, message: str, path: list[Any]
    ) -> None:
        named = ObjectType("T", (Field("strip", S),))
        served = serve((function("f", type_), value), types=(named,))
        selection = {Ref: "{ strip }", MapOf: "{ key value }"}.get(type(type_), "")
        response = await served(f"{{ f {selection} }}")
        assert response.body["data"] is None
        [error] = response.body["errors"]
        assert error["message"].startswith(message)
        assert error["path"] == ["f", *path]
        assert error["extensions"] == {"code": "INVALID_RESULT"}
        assert "f" in response.body["extensions"]["invocations"]

    async def test_many_bad_items_make_a_bounded_list(self, serve: Serve, function: Make) -> None:
        served = serve((function("f", ListOf(Nullable(INT))), ["x"] * 1_000))
        response = await served("{ f }")
        assert response.body["data"] == {"f": [None] * 1_000}
        assert len(response.body["errors"]) == 101
        assert messages(response)[-1] == "900 more errors are not shown."

    async def test_an_exception_of_ours_is_logged_and_masked(
        self, serve: Serve, function: Make, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Broken(Exception):
            execution_id = "abc"

        async def break_(_: Any) -> Any:
            raise Broken("/secret/path")

        served = serve((function("f", S), break_), (function("g", S), "fine"))
        with caplog.at_level(logging.ERROR):
            response = await served("{ f g }")
        assert response.body["data"] is None
        [error] = response.body["errors"]
        assert error["message"] == "internal error"
        assert error["extensions"] == {"code": "INTERNAL_ERROR", "executionId": "abc"}
        assert list(response.body["extensions"]["invocations"]) == ["g"]
        assert "/secret/path" in caplog.text
        assert "Traceback" in caplog.text

    async def test_results_nested_without_measure(self, serve: Serve, function: Make) -> None:
        deep: Any = None
        for _ in range(3_000):
            deep = {"next": deep}
        node = ObjectType("Node", (Field("next", Nullable(Ref("Node"))),))
        served = serve((function("f", Ref("Node")), deep), types=(node,))
        query = "{ f " + "{ next " * 30 + "{ __typename }" + "}" * 30 + "}"
        assert (await served(query)).kind == "ok"


class TestOrder:
    async def test_queries_run_at_the_same_time(self, serve: Serve, function: Make) -> None:
        arrived = 0
        everybody = asyncio.Event()

        async def meet(_: Any) -> str:
            nonlocal arrived
            arrived += 1
            if arrived == 3:
                everybody.set()
            await everybody.wait()
            return "met"

        served = serve((function("f", S), meet))
        response = await asyncio.wait_for(served("{ a: f b: f c: f }"), 5)
        assert response.body["data"] == {"a": "met", "b": "met", "c": "met"}

    async def test_how_many_run_at_once_is_bounded(self, serve: Serve, function: Make) -> None:
        running = most = 0

        async def count(_: Any) -> str:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            running -= 1
            return "done"

        served = serve((function("f", S), count), limits=QueryLimits(max_concurrency=3))
        fields = " ".join(f"n{i}: f" for i in range(10))
        assert len((await served(f"{{ {fields} }}")).body["data"]) == 10
        assert most == 3

    async def test_mutations_run_one_after_another(self, serve: Serve, function: Make) -> None:
        log: list[str] = []

        async def act(arguments: Mapping[str, Any]) -> int:
            log.append(f"start {arguments['n']}")
            await asyncio.sleep(0)
            log.append(f"end {arguments['n']}")
            return int(arguments["n"])

        served = serve((function("addX", INT, Parameter("n", INT)), act))
        response = await served("mutation { b: addX(n: 1) a: addX(n: 2) }")
        assert list(response.body["data"].items()) == [("b", 1), ("a", 2)]
        assert log == ["start 1", "end 1", "start 2", "end 2"]

    async def test_a_mutation_that_may_not_fail_ends_the_rest(
        self, serve: Serve, function: Make
    ) -> None:
        served = serve(
            (function("addX", Nullable(S)), failed("x")),
            (function("addY", S), failed("y")),
            (function("addZ", S), "z"),
        )
        response = await served("mutation { addX addY addZ }")
        assert response.body["data"] is None
        assert messages(response) == ["x", "y"]
        assert [name for name, _ in served.app.calls] == ["addX", "addY"]
        assert list(response.body["extensions"]["invocations"]) == ["addX", "addY"]


class TestCancellation:
    @pytest.mark.parametrize(
        "query",
        ["{ f }", "{ a: f b: f c: f }", "mutation { addF }"],
        ids=["one", "many", "mutation"],
    )
    async def test_every_call_is_cancelled(self, serve: Serve, function: Make, query: str) -> None:
        started: list[int] = []
        ended: list[int] = []

        async def hang(_: Any) -> None:
            started.append(1)
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append(1)

        served = serve((function("f", S), hang), (function("addF", S), hang))
        task = asyncio.create_task(served(query))
        while len(started) < query.count("f") + query.count("F"):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == started

    @pytest.mark.parametrize("query", ["{ f }", "{ f g }", "{ f h: f }"])
    async def test_a_call_that_is_cancelled_from_below_is_an_error(
        self, serve: Serve, function: Make, query: str
    ) -> None:
        async def vanish(_: Any) -> None:
            raise asyncio.CancelledError

        served = serve((function("f", Nullable(S)), vanish), (function("g", S), "fine"))
        response = await served(query)
        assert response.body["data"]["f"] is None
        assert messages(response)[0] == "the call was cancelled"
        assert response.body["data"].get("g", "fine") == "fine"


async def test_invocations_carry_what_was_printed(serve: Serve, function: Make) -> None:
    printed = (
        LogLine(Level.STDOUT, "plain"),
        LogLine(Level.STDERR, "also plain"),
        LogLine(Level.STDOUT, ""),
        LogLine(Level.WARNING, "careful"),
    )
    outcome = Outcome("abc", "v", failed=False, printed=printed)
    response = await serve((function("f", S), outcome))("{ f }")
    assert response.body["extensions"]["invocations"]["f"] == {
        "executionId": "abc",
        "logs": [
            {"message": "plain"},
            {"message": "also plain"},
            {"level": "warning", "message": "careful"},
        ],
    }


async def test_invocations_carry_what_connections_did(serve: Serve, function: Make) -> None:
    uses = (
        ConnectionUse("main-db", "postgresql", 0.0012345, None),
        ConnectionUse("web", "http", 2.0, "TIMEOUT"),
    )
    outcome = Outcome("abc", "v", failed=False, connections=uses)
    response = await serve((function("f", S), outcome))("{ f }")
    assert response.body["extensions"]["invocations"]["f"] == {
        "executionId": "abc",
        "connections": [
            {"name": "main-db", "type": "postgresql", "durationMs": 1.234},
            {"name": "web", "type": "http", "durationMs": 2000.0, "failure": "TIMEOUT"},
        ],
    }


async def test_defaults_of_input_fields(serve: Serve, function: Make) -> None:
    inner = ObjectType("Inner", (Field("n", INT, default=Default(7)), Field("o", Nullable(INT))))
    outer = ObjectType("Outer", (Field("inner", Ref("Inner"), default=Default({})),))
    parameter = Parameter("x", Ref("Outer"), default=Default({}))
    served = serve((function("f", S, parameter), "ok"), types=(inner, outer))
    await served("{ f }")
    assert served.app.calls == [("f", {"x": {"inner": {"n": 7, "o": None}}})]
