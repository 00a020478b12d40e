"""The client of graphql-ws, the protocol's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Scenario = Callable[..., Any]


@pytest.fixture
def ws(run_client: Callable[..., Any]) -> Scenario:
    return lambda scenario, argument=None: run_client("graphql_ws", scenario, argument)


def test_a_subscription(ws: Scenario) -> None:
    assert ws("ticks", 5) == [1, 2, 3, 4, 5]


def test_queries_and_mutations_have_one_event(ws: Scenario) -> None:
    (hello,) = ws(
        "all", {"query": "query ($n: String!) { sayHello(name: $n) }", "variables": {"n": "Bo"}}
    )
    assert hello["data"] == {"sayHello": "Hello, Bo!"}
    (added,) = ws("all", {"query": 'mutation { addPerson(person: {id: 1, name: "A"}) { id } }'})
    assert added["data"] == {"addPerson": {"id": 1}}


def test_values_beside_errors(ws: Scenario) -> None:
    (event,) = ws("all", {"query": "{ person(id: 0) { name } sayHello }"})
    assert event["data"] == {"person": None, "sayHello": "Hello, World!"}
    assert event["errors"][0]["extensions"]["code"] == "USER_ERROR"


def test_subscriptions_share_a_connection(ws: Scenario) -> None:
    seen = ws("together", 10)
    assert seen == [list(range(1, count + 1)) for count in range(1, 11)]


def test_leaving_a_subscription_keeps_the_connection(ws: Scenario) -> None:
    seen = ws("left")
    assert seen["some"] == [1, 2]
    assert [event["data"] for event in seen["after"]] == [{"sayHello": "Hello, World!"}]
    assert seen["connections"] == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("subscription { nowhere }", "VALIDATION_ERROR"), ("subscription {", "SYNTAX_ERROR")],
)
def test_a_subscription_that_does_not_fit_is_an_error_message(
    ws: Scenario, text: str, code: str
) -> None:
    (error,) = ws("refused", text)
    assert error["extensions"]["code"] == code


def test_pings_are_answered_while_events_come(ws: Scenario) -> None:
    assert ws("kept") >= 2


def test_a_client_that_vanishes_does_no_harm(ws: Scenario) -> None:
    assert ws("vanished") == 1006  # what a client calls a connection that ended without a word
    assert ws("ticks", 1) == [1]
