"""Functions that stream, as fields of Subscription."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from atoll.app.call import Caller, FunctionError
from atoll.app.stream import StreamFailed
from atoll.graphql import (
    GraphQLApi,
    GraphQLRequest,
    GraphQLResponse,
    QueryLimits,
    ResponseStream,
    SchemaError,
)
from atoll.graphql.ticks import TICKS
from atoll.guest.types import (
    Default,
    Field,
    Function,
    Interface,
    ListOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
    Type,
)

STRING, INT = Scalar("String"), Scalar("Int")
PERSON = ObjectType("Person", (Field("name", STRING), Field("age", Nullable(INT))))


def streaming(name: str, result: Type | None, *parameters: Parameter, **more: Any) -> Function:
    return Function(name, name, parameters, result, streams=True, **more)


@dataclass
class StreamingApp:
    """Gives the elements that a test puts in; an exception among them ends the stream."""

    interface: Interface
    elements: Sequence[Any] = ()
    exact: bool = False
    may_wait: bool = True
    asked: list[tuple[str, Mapping[str, Any], Caller, object]] = field(default_factory=list)
    closed: int = 0
    taken: int = 0

    async def call(self, function: Function, *_: Any, **__: Any) -> Any:
        raise AssertionError(f"{function.name} was called as if it did not stream")

    async def stream(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller, *, selection: object
    ) -> AsyncIterator[Any]:
        self.asked.append((function.name, arguments, caller, selection))
        try:
            for element in self.elements:
                if isinstance(element, Exception):
                    raise element
                self.taken += 1
                yield element
        finally:
            await asyncio.sleep(0)
            self.closed += 1


FUNCTIONS = (
    Function("sayHello", "say_hello", (), STRING),
    streaming("getWords", STRING, Parameter("text", STRING), Parameter("most", Nullable(INT))),
    streaming("createReport", STRING),
    streaming("people", Ref("Person"), Parameter("from_", INT, default=Default(3))),
    streaming("lists", ListOf(Nullable(STRING))),
    streaming("maybe", Nullable(STRING)),
    streaming("nothing", None),
    streaming("_own", STRING),
)


def api(*elements: Any, exact: bool = False, **options: Any) -> tuple[StreamingApp, GraphQLApi]:
    app = StreamingApp(Interface(FUNCTIONS, {"Person": PERSON}), elements, exact)
    return app, GraphQLApi(app, **options)


async def bodies(api: GraphQLApi, query: str, **variables: Any) -> list[dict[str, Any]]:
    opened = await api.open(GraphQLRequest(query, variables))
    assert isinstance(opened, ResponseStream), opened
    async with aclosing(opened):
        return [response.body async for response in opened]


def test_the_schema_has_them_as_subscriptions() -> None:
    _, found = api()
    assert (
        """
type Subscription {
  createReport: String!
  lists: [String]!
  maybe: String
  nothing: Void
  people(from_: Int! = 3): Person!
  words(text: String!, most: Int): String!
}
"""
        in found.sdl
    )
    assert "type Query {\n  sayHello: String!\n}" in found.sdl
    assert "Mutation" not in found.sdl


def test_descriptions_are_kept() -> None:
    function = streaming("tell", STRING, doc="Tells a story.")
    sdl = GraphQLApi(StreamingApp(Interface((function,)))).sdl
    assert 'Tells a story.\n  """\n  tell: String!' in sdl


def test_hidden_ones_are_not_offered() -> None:
    _, found = api(hidden=["people", "getWords"])
    assert "people" not in found.sdl
    assert "words" not in found.sdl


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        ((streaming("getX", STRING), streaming("listX", STRING)), "both become the field 'x'"),
        ((streaming("ticks", INT),), "becomes the subscription 'ticks', which the API has already"),
    ],
)
def test_names_that_collide(functions: tuple[Function, ...], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        GraphQLApi(StreamingApp(Interface(functions)), subscriptions=[TICKS])


def test_a_query_may_have_the_name_of_a_stream() -> None:
    functions = (Function("getX", "getX", (), STRING), streaming("listX", STRING))
    sdl = GraphQLApi(StreamingApp(Interface(functions))).sdl
    assert sdl.count("  x: String!") == 2


async def test_each_element_is_a_response() -> None:
    app, found = api("a", "b")
    query = 'subscription { w: words(text: "x") }'
    assert await bodies(found, query) == [{"data": {"w": "a"}}, {"data": {"w": "b"}}]
    ((name, arguments, caller, selection),) = app.asked
    assert (name, arguments, caller.claims) == ("getWords", {"text": "x", "most": None}, None)
    assert selection is None
    assert app.closed == 1


async def test_the_selection_is_answered_by_the_api() -> None:
    app, found = api({"name": "Ada", "age": None}, {"name": "Bo", "age": 3})
    query = "subscription { people { n: name __typename ...F } } fragment F on Person { age }"
    assert await bodies(found, query) == [
        {"data": {"people": {"n": "Ada", "__typename": "Person", "age": None}}},
        {"data": {"people": {"n": "Bo", "__typename": "Person", "age": 3}}},
    ]
    assert app.asked[0][1] == {"from_": 3}


async def test_the_selection_is_answered_by_a_guest_that_can() -> None:
    app, found = api({"n": "Ada"}, exact=True, subscriptions=[TICKS])
    assert await bodies(found, "subscription { p: people { n: name } }") == [
        {"data": {"p": {"n": "Ada"}}}
    ]
    assert [wanted.key for wanted in app.asked[0][3]] == ["n"]  # type: ignore[attr-defined]
    assert len(await bodies(found, "subscription { ticks(count: 2, intervalMs: 1) }")) == 2


async def test_null_where_it_may_be_and_where_not() -> None:
    _, found = api("a", None, "b")
    assert await bodies(found, "subscription { maybe }") == [
        {"data": {"maybe": "a"}},
        {"data": {"maybe": None}},
        {"data": {"maybe": "b"}},
    ]
    one, bad, other = await bodies(found, 'subscription { words(text: "") }')
    assert (one, other) == ({"data": {"words": "a"}}, {"data": {"words": "b"}})
    assert bad["data"] is None
    assert bad["errors"][0]["path"] == ["words"]
    _, found = api(None)
    assert await bodies(found, "subscription { nothing }") == [{"data": {"nothing": None}}]


async def test_a_failure_is_the_last_response() -> None:
    errors = [
        FunctionError("logged", "LOGGED"),
        FunctionError("error calling function", "FUNCTION_FAILED", "fatal", "not for clients"),
    ]
    app, found = api("a", StreamFailed(errors, "d0aq"), "b")
    one, last = await bodies(found, 'subscription { w: words(text: "") }')
    assert one == {"data": {"w": "a"}}
    assert "data" not in last
    assert [error["message"] for error in last["errors"]] == ["logged", "error calling function"]
    assert last["errors"][1] == {
        "message": "error calling function",
        "locations": [{"line": 1, "column": 16}],
        "path": ["w"],
        "extensions": {"level": "fatal", "code": "FUNCTION_FAILED", "executionId": "d0aq"},
    }
    assert app.closed == 1


async def test_a_failure_without_a_reason_is_an_error_too() -> None:
    _, found = api(StreamFailed((), "d0aq"))
    (last,) = await bodies(found, "subscription { maybe }")
    (error,) = last["errors"]
    assert error["extensions"] == {"code": "NO_RESULT", "executionId": "d0aq"}


async def test_elements_are_asked_for_one_by_one() -> None:
    app, found = api(*"abcdef")
    opened = await found.open(GraphQLRequest("subscription { maybe }"))
    assert isinstance(opened, ResponseStream)
    assert app.taken == 0
    await anext(opened)
    assert app.taken == 1
    await opened.aclose()
    assert (app.taken, app.closed) == (1, 1)


async def test_who_may_not_call_it_is_refused() -> None:
    class Guard:
        def denial(self, function: Function, claims: Mapping[str, Any] | None) -> Any:
            assert function.export == "getWords"
            return None if claims else "UNAUTHENTICATED"

    app, found = api("a", guard=Guard())
    request = GraphQLRequest('subscription { words(text: "") }')
    refused = await found.open(request)
    assert isinstance(refused, GraphQLResponse)
    assert refused.kind == "access"
    assert app.asked == []
    opened = await found.open(request, Caller({"sub": "ada"}))
    assert isinstance(opened, ResponseStream)
    assert (await anext(opened)).body == {"data": {"words": "a"}}
    assert app.asked[0][2].claims == {"sub": "ada"}
    await opened.aclose()


async def test_arguments_and_limits_are_those_of_queries() -> None:
    app, found = api("a")
    for query, code in (
        ("subscription { words }", "VALIDATION_ERROR"),
        ("subscription { words(text: 1) }", "VALIDATION_ERROR"),
        ("subscription { maybe lists }", "VALIDATION_ERROR"),
    ):
        response = await found.open(GraphQLRequest(query))
        assert isinstance(response, GraphQLResponse)
        assert response.body["errors"][0]["extensions"]["code"] == code
    limits = replace(QueryLimits(max_cost=50), costs={"getWords": 51})
    _, found = api("a", limits=limits)
    response = await found.open(GraphQLRequest('subscription { words(text: "") }'))
    assert isinstance(response, GraphQLResponse)
    assert response.kind == "limit"
    assert app.asked == []


async def test_it_is_no_query() -> None:
    _, found = api("a")
    response = await found.execute(GraphQLRequest("subscription { maybe }"))
    assert response.body["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_UNSUPPORTED"
