"""graphql: operations as the host gets them, and the answers of services."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.call import ERROR
from atoll.guest.failure import GuestFailure

QUERY = "query { people { name } }"


class Service:
    """Answers each operation with the text it was given."""

    def __init__(self) -> None:
        self.operations: list[tuple[str, str, str]] = []
        self.text: str | None = "{}"

    def execute(self, connection: str, statement: str, variables: str) -> str | None:
        self.operations.append((connection, statement, variables))
        return self.text


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def started(request, run_app, service: Service) -> Any:
    host = {"modus_graphql_client.executeQuery": service.execute}
    return run_app("web", release=request.param, host=host)


@pytest.fixture
def app(started, service: Service) -> Any:
    service.operations.clear()
    service.text = "{}"
    return started


def person(name: str, *friends: Any) -> dict[str, Any]:
    return {"name": name, "age": 1, "friends": list(friends)}


async def test_an_operation_without_variables(app, service: Service):
    await app.call("answer")
    await app.call("people")
    assert service.operations == [("api", QUERY, "{}")] * 2


async def test_variables_of_all_types(app, service: Service):
    text = await app.call("withVariables")
    assert service.operations == [("api", QUERY, text)]
    assert json.loads(text) == {
        "text": "é\n",
        "whole": 1,
        "long": -(2**63),
        "float": 0.5,
        "flag": False,
        "list": ["a", "b"],
        "person": {"name": 'a"}', "age": 0, "friends": []},
        "map": {"yes": True},
        "none": None,
        "raw": {"x": [1]},
        "when": "1970-01-01T00:00:00.000Z",
        "again": 2,
    }


async def test_a_variable_that_json_cannot_say(app):
    with pytest.raises(GuestFailure, match="finite"):
        await app.call("notANumber")


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_data(app, service: Service, ascii_only):
    data = {"note": '"}]\\/ é✨🎉', "people": [person("a{", person("b")), person("c")]}
    answer = {"extensions": {"}": [{"data": "]"}]}, "data": data}
    service.text = json.dumps(answer, ensure_ascii=ascii_only, indent=1)
    assert json.loads(await app.call("answer")) == data
    assert await app.call("people") == {"errors": None, "data": data}
    assert json.loads(await app.call("answerAsMap")) == data


async def test_data_with_escapes(app, service: Service):
    service.text = r'{"data": {"note": "\u00e9\ud83c\udf89\/\"}", "people": []}}'
    assert json.loads(await app.call("answer"))["note"] == 'é🎉/"}'


async def test_data_in_a_generic_class(app, service: Service):
    service.text = json.dumps({"data": {"value": person("a")}})
    assert json.loads(await app.call("answerInBox")) == person("a")


@pytest.mark.parametrize("text", ["{}", '{"data":null}', '{"data":null,"errors":null}'])
async def test_no_data(app, service: Service, text):
    service.text = text
    assert await app.call("answer") == "null"
    assert await app.call("people") == {"errors": None, "data": None}
    assert await app.call("errors") == []
    assert app.logs == []


async def test_errors_are_given_back_and_logged(app, service: Service):
    errors = [
        {
            "message": "no }] such",
            "locations": [{"line": 1, "column": 2}, {"line": 3, "column": 4}],
        },
        {"message": "late", "path": ["people", 0, 'na"me'], "extensions": {"code": "LATE"}},
        {"message": "bare", "locations": None, "path": None},
        {"message": "odd", "path": "people"},
        {},
    ]
    service.text = json.dumps({"errors": errors, "data": {"people": [person("a")]}})
    assert await app.call("errors") == [
        "no }] such 1:2 3:4",
        'late people/0/na"me',
        "bare",
        "odd",
        "",
    ]
    (level, line), *rest = app.logs
    assert (level, rest) == (ERROR, [])
    assert json.loads(line.removeprefix("GraphQL API Errors: ")) == errors
    assert json.loads(await app.call("answer"))["people"] == [person("a")]


async def test_an_answer_with_errors_written_again(app, service: Service):
    service.text = '{"errors":[{"message":"m","path":["a",0]}]}'
    assert json.loads(await app.call("again")) == {
        "errors": [{"message": "m", "locations": None, "path": ["a", "0"]}],
        "data": None,
    }


async def test_no_errors_in_a_list_are_no_errors(app, service: Service):
    service.text = '{"errors":[],"data":null}'
    assert await app.call("errors") == []
    assert app.logs == []


@pytest.mark.parametrize("text", ["", None])
async def test_a_service_that_does_not_answer(app, service: Service, text):
    service.text = text
    with pytest.raises(GuestFailure, match="Error invoking GraphQL API"):
        await app.call("answer")


@pytest.mark.parametrize("text", ["<html>", "[]", '{"data":{"people":[}}', '{"data":{}} x', "null"])
async def test_an_answer_that_is_none(app, service: Service, text):
    service.text = text
    with pytest.raises(GuestFailure, match="This is not JSON"):
        await app.call("answer")
