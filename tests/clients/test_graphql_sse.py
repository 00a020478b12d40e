"""The client of graphql-sse, the protocol's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Scenario = Callable[..., Any]


@pytest.fixture
def sse(run_client: Callable[..., Any]) -> Scenario:
    return lambda scenario, argument=None: run_client("graphql_sse", scenario, argument)


def test_a_subscription(sse: Scenario) -> None:
    assert sse("ticks", 5) == [1, 2, 3, 4, 5]


def test_queries_and_mutations_have_one_event(sse: Scenario) -> None:
    (hello,) = sse(
        "all", {"query": "query ($n: String!) { sayHello(name: $n) }", "variables": {"n": "Bo"}}
    )
    assert hello["data"] == {"sayHello": "Hello, Bo!"}
    (added,) = sse("all", {"query": 'mutation { addPerson(person: {id: 1, name: "A"}) { id } }'})
    assert added["data"] == {"addPerson": {"id": 1}}


def test_values_beside_errors(sse: Scenario) -> None:
    (event,) = sse("all", {"query": "{ person(id: 0) { name } sayHello }"})
    assert event["data"] == {"person": None, "sayHello": "Hello, World!"}
    assert event["errors"][0]["extensions"]["code"] == "USER_ERROR"


def test_leaving_a_subscription_ends_its_request(
    sse: Scenario, server: Any, eventually: Callable[..., None]
) -> None:
    seen = sse("left")
    assert seen["some"] == [1, 2]
    assert [event["data"] for event in seen["after"]] == [{"sayHello": "Hello, World!"}]
    eventually(lambda: server.figure("runtime_http_requests_in_flight_num") == 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [("subscription { nowhere }", "VALIDATION_ERROR"), ("subscription {", "SYNTAX_ERROR")],
)
def test_a_subscription_that_does_not_fit_tells_why(sse: Scenario, text: str, code: str) -> None:
    (event,) = sse("all", {"query": text})
    assert "data" not in event
    assert [error["extensions"]["code"] for error in event["errors"]] == [code]
