"""graphql: operations as the host gets them, and answers as apps see them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.call import ERROR

EXECUTE = "modus_graphql_client.executeQuery"


async def run(app: Any, variables: str = "") -> Any:
    told = await app.call("queryGraphql", connection="api", statement="{ x }", variables=variables)
    return json.loads(told)


@pytest.mark.parametrize(
    ("variables", "sent"),
    [
        ("", "null"),
        ("{}", "{}"),
        ('{"a": 12345678901234567890, "b": "<&é✨"}', '{"a":12345678901234567890,"b":"<&é✨"}'),
    ],
)
async def test_what_reaches_the_host(app, host, variables, sent):
    host.answers[EXECUTE] = '{"data": null}'
    assert await run(app, variables) == {"errors": None, "data": None}
    assert host.calls == [(EXECUTE, "api", "{ x }", sent)]
    assert app.logs == []


async def test_numbers_keep_their_digits(app, host):
    host.answers[EXECUTE] = '{"data": {"n": [12345678901234567890, 1.50]}}'
    told = await app.call("queryGraphql", connection="c", statement="", variables="")
    assert '{"n":[12345678901234567890,1.50]}' in told


async def test_data_of_a_type(app, host):
    people = [{"name": "Ann ✨", "age": 2**64 - 1}, {"name": "Bo", "age": None}]
    host.answers[EXECUTE] = json.dumps({"data": {"people": people}, "extensions": {}})
    assert await app.call("queryPeople") == ["Ann ✨"]
    assert host.calls == [(EXECUTE, "api", "{ people { name } }", '{"a":["<b>"]}')]


async def test_errors_are_given_and_logged(app, host):
    errors = [
        {"message": "<no>", "locations": [{"line": 1, "column": 2}], "path": ["a", 0, "b"]},
        {"message": "again", "extensions": {"code": 1}},
    ]
    host.answers[EXECUTE] = json.dumps({"data": {"a": 1}, "errors": errors})
    told = {
        "data": {"a": 1},
        "errors": [
            {**errors[0], "path": ["a", "0", "b"]},
            {"message": "again", "locations": None, "path": None},
        ],
    }
    assert await run(app) == told
    [(level, line)] = app.logs
    assert level == ERROR
    assert line.startswith("GraphQL API Errors: [")
    assert json.loads(line.removeprefix("GraphQL API Errors: ")) == told["errors"]


@pytest.mark.parametrize("answer", [None, ""])
async def test_no_answer_is_an_error(app, host, answer):
    host.answers[EXECUTE] = answer
    assert await app.error("queryPeople") == "failed to execute the GQL query"


@pytest.mark.parametrize("answer", ["<html>", '{"data": {"people": 1}}', '{"data": {'])
async def test_an_answer_that_does_not_fit_is_an_error(app, host, answer):
    host.answers[EXECUTE] = answer
    error = await app.error("queryPeople")
    assert error.startswith("failed to deserialize the GQL response: ")
    assert app.logs == [(ERROR, error)] * 2  # by the SDK, and as the function's own error


async def test_variables_that_are_no_json_do_not_reach_the_host(app, host):
    error = await app.error("queryWithBadVariables")
    assert error == "failed to serialize GQL variables: json: unsupported type: func()"
    assert host.calls == []
