from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import graphql
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.graphql import GraphQLApi, GraphQLRequest, GraphQLResponse, QueryLimits, SchemaError
from atoll.guest.types import Function, Interface, Ref, Scalar

S = Scalar("String")


class TestRequests:
    async def test_a_response_is_json(self, people_api: Any) -> None:
        response = await people_api("{ sayHello }")
        assert msgspec.json.encode(response.body) == (
            b'{"data":{"sayHello":"Hello, you"},'
            b'"extensions":{"invocations":{"sayHello":{"executionId":"x0"}}}}'
        )

    async def test_operation_names(self, people_api: Any) -> None:
        text = 'query A { sayHello } query B { sayHello(name: "B") }'

        async def ask(name: str | None) -> GraphQLResponse:
            response: GraphQLResponse = await people_api.api.execute(
                GraphQLRequest(text, None, name)
            )
            return response

        assert (await ask("B")).body["data"] == {"sayHello": "Hello, B"}
        for name in (None, "", "C"):
            response = await ask(name)
            assert response.kind == "operation"
            assert not response.executed
            assert response.body["errors"][0]["extensions"] == {"code": "INVALID_OPERATION"}

    async def test_an_empty_operation_name_is_none(self, people_api: Any) -> None:
        response = await people_api.api.execute(GraphQLRequest("query A { sayHello }", {}, ""))
        assert response.kind == "ok"

    async def test_superfluous_variables_are_ignored(self, people_api: Any) -> None:
        assert (await people_api("{ sayHello }", nobody="asked")).kind == "ok"

    async def test_limits_can_be_set(self, people_api: Any) -> None:
        api = GraphQLApi(people_api.app, limits=QueryLimits(max_root_fields=1))
        response = await api.execute(GraphQLRequest("{ a: sayHello b: sayHello }"))
        assert response.kind == "limit"

    async def test_hidden_functions(self, people_api: Any) -> None:
        api = GraphQLApi(people_api.app, hidden=["sayHello"])
        assert "sayHello" not in api.sdl
        assert (await api.execute(GraphQLRequest("{ sayHello }"))).kind == "validation"

    async def test_a_query_is_no_mutation(self, people_api: Any) -> None:
        response = await people_api('{ addPerson(person: {name: "A"}) }')
        assert response.kind == "validation"
        assert "Cannot query field 'addPerson' on type 'Query'." in str(response.body)

    async def test_mutations_may_be_refused(self, people_api: Any) -> None:
        query = 'query A { sayHello } mutation B { addPerson(person: {name: "A"}) }'
        for name, kind in (("A", "ok"), ("B", "mutation")):
            request = GraphQLRequest(query, operation_name=name, may_mutate=False)
            assert (await people_api.api.execute(request)).kind == kind
        assert [called for called, _ in people_api.app.calls] == ["sayHello"]

    async def test_mutations_only(
        self, serve: Callable[..., Any], function: Callable[..., Function]
    ) -> None:
        served = serve((function("addX", S), "x"))
        assert (await served("mutation { addX }")).body["data"] == {"addX": "x"}
        assert (await served("{ __typename }")).body["data"] == {"__typename": "Query"}
        response = await served("{ __schema { queryType { name fields { name } } } }")
        assert response.body["data"] == {"__schema": {"queryType": {"name": "Query", "fields": []}}}
        response = await served(graphql.get_introspection_query())
        graphql.build_client_schema(response.body["data"])

    async def test_a_fault_of_ours_is_an_answer(
        self, people_api: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def break_(*_: Any) -> None:
            raise RuntimeError("/secret")

        monkeypatch.setattr(people_api.api._executor._core, "execute", break_)
        with caplog.at_level(logging.ERROR):
            response = await people_api("{ sayHello }")
        assert response.kind == "internal"
        assert response.body == {
            "errors": [{"message": "internal error", "extensions": {"code": "INTERNAL_ERROR"}}]
        }
        assert "/secret" in caplog.text

    def test_an_interface_that_makes_no_schema(self, people_api: Any) -> None:
        people_api.app.interface = Interface((Function("f", "f", (), Ref("Lost")),))
        with pytest.raises(SchemaError, match="'Lost'"):
            GraphQLApi(people_api.app)


GRAPHQL_WORDS = r"""
    { } ( ) [ ] : ! = | @ $ & ... query mutation subscription fragment on F G Person Query
    person people sayHello addPerson name age friends tags key value mood id first loud
    $x $y Int Int! String [Int] PersonInput CALM WILD true false null 0 1 -5 1.5 1e9 "" "a"
    "b \u @skip(if:true) @include(if:$x) @nope __typename __schema __type types fields
    # , é 💥 99999999999999999999
"""
WORDS = st.sampled_from([*GRAPHQL_WORDS.split(), "\n", "\ufeff"])

SOUND = [
    "{ person(id: 1) { name age friends { name tags { key value } } } sayHello }",
    "query A($x: Int!) { person(id: $x) { ...F } } fragment F on Person { name mood }",
    'mutation { addPerson(person: {name: "A", tags: [{key: "k", value: "v"}]}) }',
    'query ($y: Boolean!) { sayHello(name: "x", loud: $y) @include(if: $y) }',
    "{ __schema { types { name fields { name args { name defaultValue } } } } }",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A sound query with some of its pieces cut out, doubled, moved or replaced."""
    pieces = draw(st.sampled_from(SOUND)).split(" ")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(pieces) - 1))
        change = draw(st.sampled_from(["cut", "double", "insert", "replace"]))
        if change == "cut" and len(pieces) > 1:
            del pieces[at]
        elif change == "double":
            pieces[at:at] = pieces[at : at + draw(st.integers(1, 5))]
        elif change == "insert":
            pieces.insert(at, draw(WORDS))
        else:
            pieces[at] = draw(WORDS)
    return " ".join(pieces)


VARIABLES = st.dictionaries(
    st.sampled_from(["x", "y"]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
)


@pytest.fixture(scope="session")
def api(shared_people_api: Any) -> Any:
    return shared_people_api.api


class TestHostileQueries:
    def check(self, api: GraphQLApi, text: str, variables: Mapping[str, Any]) -> None:
        response = asyncio.run(api.execute(GraphQLRequest(text, variables)))
        assert response.kind != "internal"
        assert list(response.body) in (
            ["errors"],
            ["data"],
            ["errors", "data"],
            ["data", "extensions"],
            ["errors", "data", "extensions"],
        )
        assert response.executed == ("data" in response.body)
        assert "INTERNAL_ERROR" not in str(response.body)
        msgspec.json.encode(response.body)

    @given(text=st.text())
    @settings(deadline=None)
    def test_any_text(self, api: GraphQLApi, text: str) -> None:
        self.check(api, text, {})

    @given(words=st.lists(WORDS), variables=VARIABLES)
    @settings(deadline=None)
    def test_any_words(self, api: GraphQLApi, words: list[str], variables: dict[str, Any]) -> None:
        self.check(api, " ".join(words), variables)

    @given(text=mutated(), variables=VARIABLES)
    @settings(deadline=None, max_examples=300)
    def test_mutated_queries(self, api: GraphQLApi, text: str, variables: dict[str, Any]) -> None:
        self.check(api, text, variables)

    @pytest.mark.parametrize(
        "text",
        [
            "{" * 150_000,
            "[" * 150_000,
            "{a" * 60_000,
            "{ sayHello" + " sayHello" * 9_000 + "}",
            "{" + " ".join(f"a{i}: sayHello" for i in range(3_000)) + "}",
            "{" + " ".join(f"...F{i}" for i in range(2_000)) + "}",
            "{ sayHello(name: " + "[" * 3_000 + "]" * 3_000 + ") }",
            "query (" + " ".join(f"$v{i}: Int" for i in range(2_000)) + ") { sayHello }",
            "{ sayHello " + "@skip(if: true) " * 1_500 + "}",
            "{ __schema { types " + "{ fields { type " * 15 + "{ name }" + "} }" * 15 + "} }",
            "{ nope } " * 3_000,
            '{ person(id: "' + "x" * 150_000 + '") { name } }',
            "{ person(id: " + "9" * 150_000 + ") { name } }",
            "\ud800",
            '{ sayHello(name: "\ud800") }',
            '{ sayHello(name: "\\ud800") }',
        ],
        ids=range(16),
    )
    def test_hostile_texts(self, api: GraphQLApi, text: str) -> None:
        self.check(api, text, {})
        response = asyncio.run(api.execute(GraphQLRequest(text)))
        assert response.kind != "ok"
        assert len(msgspec.json.encode(response.body)) < 200_000
