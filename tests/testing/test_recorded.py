"""Recorded once against real servers, replayed when they are gone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.replies import Call, Fail, Say
from atoll_providers.server import Providers

from atoll.testing import BadRecording, FunctionFailed, NoRecording, open_app

KEY = "sk-very-secret-key"
SOURCE = """
from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from atoll.sdk import HostError, http, models, postgresql, secrets
from atoll.sdk.streams import HostStream
from atoll.sdk import _host


@dataclass
class Item:
    name: str
    price: Decimal


def ask(prompt: str, temperature: float = 0.5) -> str:
    return models.get("writer").chat(prompt, temperature=temperature).text


async def ask_all(prompts: list[str]) -> list[str]:
    writer = models.get("writer")
    replies = await asyncio.gather(*(writer.chat_async(prompt) for prompt in prompts))
    return [reply.text for reply in replies]


def code_of_failure(prompt: str) -> str:
    try:
        ask(prompt)
    except HostError as error:
        return error.code
    return "none"


def pieces(prompt: str, most: int = 100) -> list[str]:
    request = {"model": "writer", "input": _host.encode(
        {"stream": True, "messages": [{"role": "user", "content": prompt}]})}
    found = []
    with HostStream(_host.call("models.stream", request)["handle"]) as stream:
        for piece in stream:
            found.append(piece)
            if len(found) == most:
                break
    return found


def items() -> list[Item]:
    return postgresql.query(Item, "select name, price from items order by name", connection="db")


def add(name: str) -> int:
    sql = "insert into items values ($1, 1.10)"
    return postgresql.execute(sql, [name], connection="db").rows_affected


def fetch(path: str) -> str:
    answer = http.fetch(
        ORIGIN + path + "?api_key=" + secrets.get("STRIPE_KEY") + "&page=2",
        headers={"Authorization": "Bearer " + secrets.get("STRIPE_KEY"), "Accept": "text/plain"},
    )
    return f"{answer.status} {answer.text()}"


ORIGIN = "http://127.0.0.1:9/"
"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("MODUS_PROVIDER_API_KEY", KEY)
    monkeypatch.setenv("MODUS_APP_STRIPE_KEY", "stripe-secret-value")
    return monkeypatch


@pytest.fixture
def written() -> Any:
    """All that is in a folder of recordings, and the answers in the only file that has a text."""

    class Written:
        def text(self, folder: Path) -> str:
            return "\n".join(file.read_text() for file in sorted(folder.rglob("*.json")))

        def answers(self, folder: Path, text: str) -> list[dict[str, Any]]:
            (file,) = [file for file in folder.rglob("*.json") if text in file.read_text()]
            found: list[dict[str, Any]] = json.loads(file.read_text())["answers"]
            return found

    return Written()


@pytest.fixture
def provider() -> Iterator[Providers]:
    with Providers() as running:
        yield running


def test_model(make_app: Any, chat_model: Any, environment: Any, written: Any) -> None:
    with Providers() as provider:
        folder = make_app(SOURCE, **chat_model(provider.url))
        provider.answer(Say("first"), Say("second"), Fail(kind="rate_limited"), Say("of another"))
        with open_app(folder, record="once") as app:
            assert app.call("ask", prompt="Hi") == "first"
            assert app.call("ask", prompt="Hi") == "second"
            assert app.call("code_of_failure", prompt="Fail") != "none"
            assert app.call("ask", prompt="Hi", temperature=0.25) == "of another"
            assert len(app.models["writer"].requests) == 4
        assert provider.requests[0].headers["authorization"] == f"Bearer {KEY}"
        asked = len(provider.requests)
        with open_app(folder, record="once") as app:  # what is there is not asked for again
            assert app.call("ask", prompt="Hi") == "first"
        assert len(provider.requests) == asked
    text = written.text(folder / "tests/recordings")
    assert KEY not in text
    assert len(list((folder / "tests/recordings/models/writer").glob("hi-*.json"))) == 2
    environment.delenv("MODUS_PROVIDER_API_KEY")
    with open_app(folder) as app:
        answers = [app.call("ask", prompt="Hi") for _ in range(3)]
        assert answers == ["first", "second", "second"]
        assert app.call("ask", prompt="Hi", temperature=0.25) == "of another"
        assert app.call("code_of_failure", prompt="Fail") == "MODEL_RATE_LIMITED"
        with pytest.raises(FunctionFailed):
            app.call("ask", prompt="Fail")


def test_a_connection_s_secret_that_its_server_repeats(
    make_app: Any, chat_model: Any, environment: Any, written: Any, provider: Providers
) -> None:
    provider.default = lambda asked: Say(f"You sent {asked.headers['authorization']}")
    folder = make_app(SOURCE, **chat_model(provider.url))
    with open_app(folder, record="once") as app:
        app.call("ask", prompt="Hi")
        app.call("pieces", prompt="Hi")
    assert KEY not in written.text(folder)
    with open_app(folder) as app:
        assert app.call("ask", prompt="Hi") == "You sent Bearer REDACTED-MODUS_PROVIDER_API_KEY"


def test_a_request_that_is_not_recorded_is_compared_with_the_nearest(
    make_app: Any, chat_model: Any, provider: Providers
) -> None:
    folder = make_app(SOURCE, **chat_model(provider.url))
    with open_app(folder, record="once") as app:
        app.call("ask", prompt="Write a slogan for umbrellas")
        app.call("ask", prompt="Something else entirely", temperature=1)
    with open_app(folder) as app:
        with pytest.raises(NoRecording) as failed:
            app.call("ask", prompt="Write a slogan for umbrella")
        message = str(failed.value)
        assert "no recording for this request to model [writer]" in message
        assert "write-a-slogan-for-umbrellas-" in message
        assert (
            'differs at messages[0].content: recorded "Write a slogan for umbrellas",'
            ' asked "Write a slogan for umbrella"' in message
        )
        # Also when the function makes light of it.
        with pytest.raises(NoRecording):
            app.call("code_of_failure", prompt="Write a slogan for umbrella")
        body = app.graphql('{ ask(prompt: "Write a slogan for umbrellas") }')
        assert body["data"] == {"ask": "Hello"}


def test_all_records_anew(make_app: Any, chat_model: Any, provider: Providers) -> None:
    folder = make_app(SOURCE, **chat_model(provider.url))
    provider.answer(Say("old"), Say("older"), Say("new"))
    with open_app(folder, record="once") as app:
        assert [app.call("ask", prompt="Hi") for _ in range(2)] == ["old", "older"]
    with open_app(folder, record="all") as app:
        assert app.call("ask", prompt="Hi") == "new"
    with open_app(folder) as app:
        assert app.call("ask", prompt="Hi") == "new"


def test_streams(make_app: Any, chat_model: Any, written: Any) -> None:
    with Providers() as provider:
        folder = make_app(SOURCE, **chat_model(provider.url))
        provider.answer(Say("one two three", pieces=3), Say("cut off", cut_after=2), Say("a b c"))
        with open_app(folder, record="once") as app:
            recorded = app.call("pieces", prompt="whole")
            with pytest.raises(FunctionFailed) as broken:
                app.call("pieces", prompt="broken")
            left = app.call("pieces", prompt="left", most=1)
    assert written.answers(folder, "left")[0]["partial"] is True
    with open_app(folder) as app:
        assert app.call("pieces", prompt="whole") == recorded
        assert "data: [DONE]" in "".join(recorded)
        with pytest.raises(FunctionFailed) as again:
            app.call("pieces", prompt="broken")
        assert str(again.value) == str(broken.value)
        assert app.call("pieces", prompt="left", most=1) == left
        with pytest.raises(FunctionFailed, match="ends here: when it was made, nobody read on"):
            app.call("pieces", prompt="left")


def test_calls_at_the_same_time(make_app: Any, chat_model: Any) -> None:
    prompts = [f"number {index % 10}" for index in range(40)]

    def parrot(asked: Any) -> Say:
        return Say(asked.json["messages"][0]["content"].upper())

    with Providers() as provider:
        provider.default = parrot
        folder = make_app(SOURCE, **chat_model(provider.url))
        with open_app(folder, record="once") as app:
            expected = [prompt.upper() for prompt in prompts]
            assert app.call("ask_all", prompts=prompts) == expected
    with open_app(folder) as app:
        assert app.call("ask_all", prompts=prompts) == expected
        query = '{ a: ask(prompt: "number 1", temperature: 0.5) }'
        with pytest.raises(NoRecording, match=r"differs at temperature: recorded nothing"):
            app.graphql(query)


def test_postgresql(make_app: Any, postgresql: Any, written: Any, environment: Any) -> None:
    database = postgresql.new_database()
    postgresql.execute("create table items (name text, price numeric)", database=database)
    url = postgresql.url_of(database).replace(postgresql.password, "{{PASSWORD}}")
    environment.setenv("MODUS_DB_PASSWORD", postgresql.password)
    folder = make_app(SOURCE, connections={"db": {"type": "postgresql", "connString": url}})
    before = [{"name": "pear", "price": "1.10"}]
    with open_app(folder, record="once") as app:
        assert app.call("items") == []
        assert app.call("add", name="pear") == 1
        assert app.call("items") == before
        postgresql.execute("drop table items", database=database)
        with pytest.raises(FunctionFailed, match="items"):
            app.call("add", name="plum")
    assert postgresql.password not in written.text(folder)
    environment.delenv("MODUS_DB_PASSWORD")
    manifest = (folder / "modus.json").read_text()
    (folder / "modus.json").write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", manifest))
    with open_app(folder) as app:
        assert app.call("items") == []
        assert app.call("add", name="pear") == 1
        assert app.call("items") == before
        with pytest.raises(FunctionFailed, match='relation "items" does not exist'):
            app.call("add", name="plum")
        assert app.connections["db"].statements[1].parameters == ["pear"]
        with pytest.raises(NoRecording, match=r'parameters\[0\]: recorded "p\w+", asked "fig"'):
            app.call("add", name="fig")


async def test_http_and_secrets(make_app: Any, serve: Any, environment: Any, written: Any) -> None:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        if "text/plain" not in request.headers["Accept"]:
            return web.Response(status=500)
        echo = f"{request.path} {request.headers['Authorization']} {request.query['api_key']}"
        return web.Response(text=echo, headers={"Set-Cookie": "session=abcdef"})

    origin = await serve(answer)
    source = SOURCE.replace("http://127.0.0.1:9", origin)
    folder = make_app(source, connections={"api": {"type": "http", "baseUrl": f"{origin}/"}})
    with open_app(folder, record="once") as app:
        found = await app.call_async("fetch", path="users")
        assert "stripe-secret-value" in found
    text = written.text(folder)
    assert "stripe-secret-value" not in text
    assert "abcdef" not in text
    assert "api_key=REDACTED" in text
    environment.delenv("MODUS_APP_STRIPE_KEY")
    with open_app(folder) as app:
        hidden = found.replace("stripe-secret-value", "REDACTED-STRIPE_KEY")
        assert await app.call_async("fetch", path="users") == hidden
    with open_app(folder) as app:
        app.secrets["STRIPE_KEY"] = "another value"
        assert await app.call_async("fetch", path="users") == hidden


def test_another_folder_for_a_block(make_app: Any, chat_model: Any, provider: Providers) -> None:
    folder = make_app(SOURCE, **chat_model(provider.url))
    provider.answer(Say("here"), Say("there"))
    with open_app(folder, record="once") as app:
        assert app.call("ask", prompt="Hi") == "here"
        with app.recording("tests/other") as place:
            assert app.call("ask", prompt="Hi") == "there"
        assert list(place.rglob("hi-*.json"))
    with open_app(folder) as app:
        assert app.call("ask", prompt="Hi") == "here"
        with app.recording("tests/other"):
            assert app.call("ask", prompt="Hi") == "there"


def test_tool_calls(make_app: Any, chat_model: Any, provider: Providers) -> None:
    source = """
    from atoll.sdk import models

    def tools() -> list[str]:
        reply = models.get("writer").chat("weather?")
        return [f"{call.name} {call.arguments}" for call in reply.message.tool_calls]
    """
    folder = make_app(source, **chat_model(provider.url))
    provider.answer(Say("", calls=[Call("weather", {"city": "Oslo"})]))
    with open_app(folder, record="once") as app:
        found = app.call("tools")
        assert found[0].startswith("weather ")
    with open_app(folder) as app:
        assert app.call("tools") == found


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[:40], "it is not JSON"),
        (lambda text: "[]", "it is not a JSON object"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "its version is not 1"),
        (lambda text: re.sub(r'"answers": \[.*\]', '"answers": []', text, flags=re.S), '"answers"'),
        (lambda text: text.replace('"model": "writer"', '"what": "writer"', 1), "neither a model"),
        (lambda text: text.replace('"output":', '"putout":'), "it has no output"),
        (lambda text: "[" * 100_000, "it is not JSON"),
        (lambda text: text.replace("Hello", "\udcff"), "it is not JSON"),
    ],
)
def test_damaged_recordings(
    make_app: Any, chat_model: Any, provider: Providers, damage: Any, message: str
) -> None:
    folder = make_app(SOURCE, **chat_model(provider.url))
    with open_app(folder, record="once") as app:
        app.call("ask", prompt="Hi")
    (file,) = folder.rglob("hi-*.json")
    file.write_bytes(damage(file.read_text()).encode("utf-8", "surrogateescape"))
    with open_app(folder) as app, pytest.raises(BadRecording, match=re.escape(message)) as failed:
        app.call("ask", prompt="Hi")
    assert str(file) in str(failed.value)
