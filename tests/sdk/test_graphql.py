from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from atoll.sdk import GraphQLError, HostError, graphql, testing


@dataclass
class User:
    full_name: str
    balance: Decimal | None


@dataclass
class Data:
    user: User | None


QUERY = "query ($id: ID!) { user(id: $id) { fullName balance } }"
FOUND = {"user": {"fullName": "Ann", "balance": Decimal("0.10")}}


def gives(answer: Any) -> Any:
    return testing.host(connections={"api": lambda statement: answer})


def test_data() -> None:
    with gives(FOUND) as host:
        data = graphql.execute(Data, QUERY, {"id": 1}, connection="api")
    assert data == Data(User("Ann", Decimal("0.10")))
    assert host.statements[0].request == {
        "connection": "api",
        "query": QUERY,
        "variables": '{"id":1}',
    }


def test_errors_are_raised_with_what_came() -> None:
    problem = {"message": "no", "path": ["user", 0], "locations": [{"line": 1, "column": 2}]}
    with gives({"data": {"user": None}, "errors": [problem]}):
        with pytest.raises(GraphQLError, match="answered with errors: no") as failed:
            graphql.execute(Data, QUERY)
        response = graphql.request(Data, QUERY)
    [found] = failed.value.problems
    assert (found.message, found.path) == ("no", ["user", 0])
    assert failed.value.data == response.data == Data(None)
    assert response.errors == [found]


def test_data_that_is_not_there() -> None:
    with gives({"data": None, "errors": [{"message": "a"}, "b"]}):
        with pytest.raises(GraphQLError, match="a; b"):
            graphql.execute(Data, QUERY)
        assert graphql.request(Data, QUERY).data is None
    with gives({"data": {}, "errors": [{"message": "a"}]}):
        assert graphql.request(User, QUERY).data is None
    with gives({"data": None}), pytest.raises(GraphQLError, match="without data"):
        graphql.execute(Data, QUERY)


def test_data_that_does_not_fit() -> None:
    with gives({"user": {"fullName": 1}}), pytest.raises(GraphQLError, match=r"user\.fullName: "):
        graphql.execute(Data, QUERY)


async def test_async_twins() -> None:
    with gives(FOUND):
        assert (await graphql.execute_async(Data, QUERY)).user is not None
        assert (await graphql.request_async(dict, QUERY)).data == {
            "user": {"fullName": "Ann", "balance": 0.1}
        }


def test_no_answer() -> None:
    def fail(statement: Any) -> Any:
        raise HostError("GRAPHQL_FAILED", "status 500")

    with testing.host(connections={"api": fail}), pytest.raises(GraphQLError, match="status 500"):
        graphql.execute(Data, QUERY)
    with gives({}), pytest.raises(TypeError, match="variables cannot be sent"):
        graphql.execute(Data, QUERY, {"x": object()})
