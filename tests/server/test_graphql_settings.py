"""The ``graphql`` section of the manifest, and embedders, reach those who ask."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.manifest import Endpoint, GraphQLSettings, Manifest
from atoll.server.deployment import Deployment

OPEN = {"default": Endpoint("default", "/graphql", "none")}


@pytest.mark.parametrize(
    ("settings", "query", "code"),
    [
        (GraphQLSettings(max_depth=1), "{ __schema { description } }", "QUERY_TOO_LARGE"),
        (GraphQLSettings(max_tokens=3), "{ sayHello whoAsks }", "QUERY_TOO_LARGE"),
        (GraphQLSettings(max_aliases=0), "{ a: sayHello }", "QUERY_TOO_LARGE"),
        (GraphQLSettings(max_root_fields=1), "{ sayHello whoAsks }", "QUERY_TOO_LARGE"),
        (GraphQLSettings(max_cost=19), "{ sayHello whoAsks }", "QUERY_TOO_LARGE"),
        (GraphQLSettings(costs={"sayHello": 1001}), "{ sayHello }", "QUERY_TOO_LARGE"),
        (GraphQLSettings(costs={"say_hello": 1001}), "{ sayHello }", "QUERY_TOO_LARGE"),
        (
            GraphQLSettings(introspection=False),
            "{ __schema { description } }",
            "INTROSPECTION_DISABLED",
        ),
    ],
)
async def test_limits(start: Any, settings: GraphQLSettings, query: str, code: str) -> None:
    server = await start(graphql=settings)
    refused = await server.query(query)
    assert [error["extensions"]["code"] for error in refused["errors"]] == [code]
    assert "data" not in refused
    assert server.app.calls == []

    allowed = await start(graphql=GraphQLSettings())
    assert (await allowed.query(query))["data"]


async def test_costs_are_of_one_function(start: Any) -> None:
    server = await start(graphql=GraphQLSettings(max_cost=20, costs={"whoAsks": 11}))
    assert (await server.query("{ a: sayHello b: sayHello }"))["data"]
    assert "errors" in await server.query("{ sayHello whoAsks }")


async def test_without_introspection_functions_are_served(start: Any) -> None:
    server = await start(graphql=GraphQLSettings(introspection=False))
    answer = await server.query("{ __typename sayHello }")
    assert answer["data"] == {"__typename": "Query", "sayHello": "Hello, World! (version 1)"}


async def test_embedders_are_not_part_of_the_api(start: Any) -> None:
    server = await start(embedders=frozenset({"whoAsks", "add_item", "nobody"}))
    types = await server.query(
        "{ __schema { queryType { fields { name } } mutationType { name } } }"
    )
    fields = types["data"]["__schema"]["queryType"]["fields"]
    assert [field["name"] for field in fields] == ["sayHello", "size", "wait"]
    assert types["data"]["__schema"]["mutationType"] is None
    assert "errors" in await server.query("{ whoAsks }")
    assert server.app.calls == []


def test_costs_of_functions_that_the_app_does_not_have_are_told(in_process_app: Any) -> None:
    costs = {"sayHello": 5, "say_hello": 5, "sayHallo": 5}
    manifest = Manifest(endpoints=OPEN, graphql=GraphQLSettings(costs=costs))

    (warning,) = Deployment.of(in_process_app(manifest), {}, dev=False).warnings()

    assert warning == (
        "graphql.costs in modus.json names the function sayHallo, which the app does not have."
    )


def test_a_deployment_has_the_settings_of_its_manifest(in_process_app: Any) -> None:
    settings = GraphQLSettings(max_batch=3)
    manifest = Manifest(endpoints=OPEN, graphql=settings)
    assert Deployment.of(in_process_app(manifest), {}, dev=False).graphql is settings
    assert Deployment.of(in_process_app(Manifest()), {}, dev=False).graphql == GraphQLSettings()
