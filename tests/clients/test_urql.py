"""urql, whose subscriptions are Server-Sent Events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Scenario = Callable[..., Any]


@pytest.fixture
def urql(run_client: Callable[..., Any]) -> Scenario:
    return lambda scenario, argument=None: run_client("urql", scenario, argument)


@pytest.mark.parametrize("get", [False, True], ids=["POST", "GET"])
def test_a_query(urql: Scenario, get: bool) -> None:
    text = """
        query ($id: Int!) { who: person(id: $id) { ...P } }
        fragment P on Person { __typename name address { city } }
    """
    person = {"__typename": "Person", "name": "Ada", "address": {"city": "London"}}
    found = urql("query", {"text": text, "variables": {"id": 1}, "get": get})
    assert found == {"data": {"who": person}}


def test_a_mutation(urql: Scenario) -> None:
    text = "mutation ($person: PersonInput!) { addPerson(person: $person) { name tags } }"
    person = {"id": 5, "name": "Eve", "tags": ["a", "b"]}
    found = urql("mutation", {"text": text, "variables": {"person": person}})
    assert found == {"data": {"addPerson": {"name": "Eve", "tags": ["a", "b"]}}}


def test_values_beside_errors(urql: Scenario) -> None:
    found = urql("query", {"text": "{ person(id: -1) { name } sayHello }"})
    assert found["data"] == {"person": None, "sayHello": "Hello, World!"}
    message = "-1 is not the number of a person."
    assert found["errors"] == [{"message": message, "path": ["person"], "code": "USER_ERROR"}]


def test_a_request_that_does_not_fit_is_a_graphql_error(urql: Scenario) -> None:
    found = urql("query", {"text": "{ nowhere }"})
    assert [error["code"] for error in found["errors"]] == ["VALIDATION_ERROR"]
    assert "network" not in found


def test_a_subscription(urql: Scenario) -> None:
    assert urql("ticks", {"count": 3}) == [1, 2, 3]


def test_leaving_a_subscription_ends_its_request(
    urql: Scenario, server: Any, eventually: Callable[..., None]
) -> None:
    assert urql("ticks", {"count": 1_000_000, "leaveAfter": 2}) == [1, 2]
    eventually(lambda: server.figure("runtime_http_requests_in_flight_num") == 0)
