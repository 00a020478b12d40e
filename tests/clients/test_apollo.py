"""Apollo Client, with its links for HTTP, persisted queries and WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Scenario = Callable[..., Any]
NAMED = {"__typename": "Person"}


@pytest.fixture
def apollo(run_client: Callable[..., Any]) -> Scenario:
    return lambda scenario, argument=None: run_client("apollo", scenario, argument)


@pytest.mark.parametrize("with_address", [True, False])
def test_variables_fragments_aliases_and_directives(apollo: Scenario, with_address: bool) -> None:
    data = apollo("query", {"id": 1, "other": 2, "withAddress": with_address})
    address = {"address": {"__typename": "Address", "city": "London"}} if with_address else {}
    assert data == {
        "first": {"__typename": "Person", "id": 1, "name": "Ada", **address},
        "second": {"__typename": "Person", "id": 2, "name": "Bo", "tags": []},
    }


def test_objects_are_found_in_the_cache_by_type_and_id(apollo: Scenario) -> None:
    assert apollo("normalised") == {"__typename": "Person", "id": 2, "name": "Bo"}


def test_queries_by_get(apollo: Scenario) -> None:
    assert apollo("get") == {"data": {"sayHello": "Hello, Ada & Bo!"}, "methods": ["GET"]}


def test_a_mutation(apollo: Scenario) -> None:
    address = {"street": "Rue 1", "city": "Genève"}
    assert apollo("mutation", {"id": 7, "name": "Zoë", "address": address, "tags": []}) == {
        "addPerson": {
            "__typename": "Person",
            "name": "Zoë",
            "address": {"__typename": "Address", **address},
        }
    }


def test_introspection(apollo: Scenario) -> None:
    fields = apollo("introspection")["__type"]["fields"]
    assert [field["name"] for field in fields] == ["id", "name", "address", "tags"]


def test_what_a_function_says_to_its_user_is_a_graphql_error(apollo: Scenario) -> None:
    seen = apollo("failure", "{ person(id: 0) { name } }")
    assert seen["known"]
    (error,) = seen["errors"]
    assert error["message"] == "0 is not the number of a person."
    assert error["path"] == ["person"]
    assert error["locations"] == [{"line": 2, "column": 3}]
    assert error["extensions"] == {"level": "error", "code": "USER_ERROR"}


def test_values_beside_errors(apollo: Scenario) -> None:
    seen = apollo("partial", "{ person(id: 0) { name } sayHello }")
    assert seen["data"] == {"person": None, "sayHello": "Hello, World!"}
    assert [error["message"] for error in seen["errors"]] == ["0 is not the number of a person."]


def test_a_fault_of_the_app_is_masked(apollo: Scenario) -> None:
    seen = apollo("failure", "{ fail }")
    assert seen["known"]
    assert "secret" not in str(seen)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ nowhere }", "VALIDATION_ERROR"),
        ('{ person(id: "one") { name } }', "VALIDATION_ERROR"),
        ("query ($id: Int!) { person(id: $id) { name } }", "INVALID_VARIABLES"),
    ],
)
def test_a_request_that_does_not_fit_is_a_graphql_error(
    apollo: Scenario, text: str, code: str
) -> None:
    seen = apollo("failure", text)
    assert seen["known"], seen
    assert [error["extensions"]["code"] for error in seen["errors"]] == [code]


@pytest.mark.parametrize("get", [False, True], ids=["POST", "GET"])
def test_a_persisted_query_is_sent_whole_only_once(apollo: Scenario, get: bool) -> None:
    seen = apollo("persisted", {"get": get, "name": f"Persisted{'Get' if get else 'Post'}"})
    method = "GET" if get else "POST"
    missed, learnt, known = seen["requests"]
    assert (missed["method"], missed["text"]) == (method, False)
    assert (learnt["text"], learnt["status"]) == (True, 200)
    assert known == {"method": method, "text": False, "status": 200}
    assert seen["answers"] == ["Hello, Ada!", "Hello, Bo!"]


def test_a_query_that_the_client_gives_up_ends_on_the_server(
    start_client: Callable[..., Any], server: Any, eventually: Callable[..., None]
) -> None:
    given_up = 'runtime_http_requests_total_num{code="499"}'
    before = server.figure(given_up)
    calls = server.figure("runtime_function_executions_num")
    with start_client("apollo", "cancelled") as client:
        assert client.stderr.readline() == "asked\n"
        eventually(lambda: server.figure("runtime_http_requests_in_flight_num") == 1)
        client.stdin.write("leave\n")
        client.stdin.flush()
        assert client.stdout.read() == '"AbortError"'
    eventually(lambda: server.figure(given_up) == before + 1)
    eventually(lambda: server.figure("runtime_function_executions_num") == calls + 1)


def test_a_subscription(apollo: Scenario) -> None:
    values = apollo("ticks")
    assert values == [1, 2, 3]


def test_leaving_a_subscription_leaves_the_others_of_the_connection(apollo: Scenario) -> None:
    assert apollo("left") == {"endless": [1, 2], "whole": [1, 2, 3]}


def test_a_subscription_that_does_not_fit_is_a_graphql_error(apollo: Scenario) -> None:
    seen = apollo("failedSubscription", "subscription { nowhere }")
    assert seen["known"], seen
    assert [error["extensions"]["code"] for error in seen["errors"]] == ["VALIDATION_ERROR"]
