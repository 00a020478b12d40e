"""Models and connections that a test answers for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from atoll.sdk import ModelError, postgresql
from atoll.sdk.models import wire
from atoll.testing import FunctionFailed, HttpAnswer, in_turn, open_app, tool_call

CONNECTIONS = {
    "db": {"type": "postgresql", "connString": "postgresql://a:{{PASSWORD}}@127.0.0.1:1/x"},
    "graph": {"type": "neo4j", "dbUri": "bolt://127.0.0.1:1", "username": "a", "password": "b"},
    "facts": {"type": "dgraph", "connString": "dgraph://127.0.0.1:1?sslmode=disable"},
    "shop": {"type": "http", "endpoint": "http://127.0.0.1:9/graphql"},
    "api": {"type": "http", "baseUrl": "http://127.0.0.1:9/api/"},
}
SOURCE = """
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from atoll.sdk import HostError, dgraph, graphql, http, models, neo4j, postgresql
from atoll.sdk.streams import HostStream
from atoll.sdk import _host


@dataclass
class Person:
    name: str
    born: date | None = None


def ask(prompt: str) -> str:
    return models.get("writer").chat(prompt).text


def tools(prompt: str) -> list[str]:
    reply = models.get("writer").chat(prompt)
    return [f"{call.name} {call.arguments}" for call in reply.message.tool_calls]


def embed(text: str) -> list[float]:
    return list(models.get("writer").embed(text).vector)


def pieces(prompt: str) -> list[str]:
    request = {"model": "writer", "input": f'{{"stream": true, "prompt": "{prompt}"}}'}
    return list(HostStream(_host.call("models.stream", request)["handle"]))


def careless(prompt: str) -> str:
    try:
        return ask(prompt)
    except HostError as error:
        return f"{error.code}: {error}"


def people(since: date) -> list[Person]:
    return postgresql.query(
        Person, "select name, born from people where born > $1", [since], connection="db"
    )


def add(name: str) -> int:
    result = postgresql.execute("insert into people values ($1)", [name], connection="db")
    return result.rows_affected


def friends() -> list[str]:
    found = neo4j.execute_query("MATCH (p) RETURN p.name AS name", connection="graph")
    return [record.get("name") for record in found.records]


def price(sku: str) -> float:
    query = "query($sku: String!) { item(sku: $sku) { price } }"
    data = graphql.execute(dict, query, {"sku": sku}, connection="shop")
    return data["item"]["price"]


def user(number: int) -> str:
    answer = http.fetch(f"http://127.0.0.1:9/api/users/{number}")
    return f"{answer.status} {answer.text()}"
"""


@pytest.fixture
def app(make_app: Any, chat_model: Any) -> Iterator[Any]:
    with open_app(make_app(SOURCE, **chat_model(connections=CONNECTIONS))) as opened:
        yield opened


def test_texts_in_turn_the_last_again(app: Any) -> None:
    writer = app.models["writer"]
    writer.answers("one", "two")
    assert [app.call("ask", prompt="?") for _ in range(3)] == ["one", "two", "two"]
    assert repr(writer) == "<model 'writer': 3 requests>"
    assert writer.requests[0].messages == [{"role": "user", "content": "?"}]
    assert writer.requests[0].input["model"] == "gpt-4o-mini"


def test_answers_by_what_is_asked(app: Any) -> None:
    writer = app.models["writer"]
    writer.answers(lambda request: request["messages"][-1]["content"].upper())
    writer.when("weather").answers("It rains.")
    assert app.call("ask", prompt="the weather in Oslo") == "It rains."
    assert app.call("ask", prompt="loud") == "LOUD"


def test_in_turn_of_the_sdk_is_an_answer_too(app: Any) -> None:
    app.models["writer"].answers(in_turn("only one"))
    assert app.call("ask", prompt="?") == "only one"
    with pytest.raises(AssertionError, match="has given its 1 answers already"):
        app.call("ask", prompt="?")


def test_tools(app: Any) -> None:
    calls = [tool_call("weather", city="Oslo"), tool_call("weather", city="Bergen")]
    app.models["writer"].answers(calls)
    asked = ['weather {"city": "Oslo"}', 'weather {"city": "Bergen"}']
    assert app.call("tools", prompt="?") == asked


def test_embeddings(app: Any) -> None:
    app.models["writer"].answers([[0.5, -1.0]])
    assert app.call("embed", text="?") == [0.5, -1.0]


def test_failures(app: Any) -> None:
    writer = app.models["writer"]
    writer.fails("RATE_LIMITED", "too many")
    assert app.call("careless", prompt="?") == "RATE_LIMITED: too many"
    writer.answers(ModelError("OVERLOADED", "not now"), ValueError("odd"))
    assert app.call("careless", prompt="?") == "OVERLOADED: not now"
    assert app.call("careless", prompt="?") == "MODEL_FAILED: odd"


def test_an_assertion_in_an_answer_fails_the_test_whatever_the_function_does(app: Any) -> None:
    def answer(request: Any) -> str:
        assert request["messages"] == []
        return "never"

    app.models["writer"].answers(answer)
    with pytest.raises(AssertionError, match="assert"):
        app.call("careless", prompt="?")

    def skip(request: Any) -> str:
        pytest.fail("not this")

    app.models["writer"].answers(skip)
    with pytest.raises(pytest.fail.Exception, match="not this"):
        app.call("careless", prompt="?")


@pytest.mark.parametrize(
    "interface", ["openai", "openai-responses", "anthropic", "gemini", "llama"]
)
def test_replies_are_in_the_form_of_the_model_s_interface(
    make_app: Any, chat_model: Any, interface: str
) -> None:
    reader = wire.DeltaReader(wire.for_interface(interface))
    with open_app(make_app(SOURCE, **chat_model(interface=interface))) as app:
        app.models["writer"].streams("Once", " upon", " a time")
        found = [delta for chunk in app.call("pieces", prompt="?") for delta in reader.feed(chunk)]
        assert [delta.text for delta in found if delta.text] == ["Once", " upon", " a time"]
        list(reader.close())
        assert reader.completion.text == "Once upon a time"
        if interface != "llama":
            app.models["writer"].answers(tool_call("weather", city="Oslo"))
            reader = wire.DeltaReader(wire.for_interface(interface))
            for chunk in app.call("pieces", prompt="?"):
                list(reader.feed(chunk))
            list(reader.close())
            (call,) = reader.completion.message.tool_calls
            assert (call.name, call.parsed()) == ("weather", {"city": "Oslo"})


def test_a_stream_that_breaks_off(app: Any) -> None:
    def pieces(request: Any) -> Iterator[str]:
        yield "Once"
        raise ModelError("CONNECTION_LOST", "gone")

    app.models["writer"].answers(pieces)
    with pytest.raises(FunctionFailed, match="gone"):
        app.call("pieces", prompt="?")


def test_sql(app: Any) -> None:
    db = app.connections["db"]
    db.answers([{"name": "Ada", "born": "1815-12-10"}])
    db.when("insert into").answers(postgresql.ExecuteResult(1, 0))
    assert app.call("people", since="1800-01-01") == [{"name": "Ada", "born": "1815-12-10"}]
    assert app.call("add", name="Bo") == 1
    first, second = db.statements
    assert first.text.startswith("select name")
    assert first.parameters == ["1800-01-01"]
    assert second.parameters == ["Bo"]


def test_other_databases_and_services(app: Any) -> None:
    app.connections["graph"].answers([{"name": "Ada"}])
    assert app.call("friends") == ["Ada"]
    app.connections["shop"].answers(lambda asked: {"item": {"price": len(asked.parameters["sku"])}})
    assert app.call("price", sku="abc") == 3
    api = app.connections["api"]
    api.answers(HttpAnswer("nobody", status=404))
    api.when("GET http://127.0.0.1:9/api/users/1").answers({"id": 1})
    assert app.call("user", number=1) == '200 {"id":1}'
    assert app.call("user", number=2) == "404 nobody"
    assert [asked.method for asked in api.http_requests] == ["GET", "GET"]
    api.fails("TIMEOUT", "too slow")
    with pytest.raises(FunctionFailed, match="too slow"):
        app.call("user", number=3)


def test_what_has_no_answer_is_not_asked_but_fails(app: Any) -> None:
    from atoll.testing import NoRecording

    for function, arguments in (
        ("careless", {"prompt": "?"}),
        ("add", {"name": "Ada"}),
        ("friends", {}),
        ("price", {"sku": "abc"}),
        ("user", {"number": 1}),
    ):
        with pytest.raises(NoRecording, match="no recording for this request to") as failed:
            app.call(function, **arguments)
        assert "pytest --atoll-record=once" in str(failed.value.hint)
        assert failed.value.__notes__ == [f"hint: {failed.value.hint}"]  # pytest prints notes
    assert app.models["writer"].requests[0].messages[0]["content"] == "?"
