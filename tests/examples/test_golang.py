"""The examples in Go do what their pages say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from atoll_providers.replies import Say
from atoll_providers.server import Providers

from atoll.app.app import App
from atoll.app.call import Outcome
from atoll.engine import Engine
from atoll.guest.load import load_guest
from atoll.manifest import parse_manifest
from atoll.toolchain.golang.compiler import find_go
from atoll.toolchain.golang.editor import write_workspace

EXAMPLES = Path(__file__).parents[2] / "examples"
IN_GO = sorted(file.parent.name for file in EXAMPLES.glob("*/go.mod"))
Call = Callable[..., Awaitable[Outcome]]
Build = Callable[[Path], bytes]


@pytest.mark.parametrize("example", IN_GO)
def test_native_tests_pass(example: str, tmp_path: Path):
    """As the README of each says: ``atoll editor && go test``."""
    folder = shutil.copytree(EXAMPLES / example, tmp_path / example)
    write_workspace(folder)
    env = {**os.environ, **find_go().environment(tmp_path / "go")}
    # Flags of one's own, such as -mod, may not go with a workspace.
    env |= {"GOWORK": str(folder / "go.work"), "GOFLAGS": ""}
    if "GOCACHE" not in os.environ:
        del env["GOCACHE"]  # Go's own, which is not empty each time
    for command in (["vet", "./..."], ["test", "./..."]):
        done = subprocess.run(
            [find_go().program, *command], cwd=folder, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "no test files" not in done.stdout


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("sayHello", {"name": "Ada"}, "Hello, Ada!"),
        ("sayHello", {}, "Hello!"),
        ("sum", {"numbers": [40, 2]}, 42),
        ("sum", {}, 0),
        ("mean", {"numbers": [1, 2.5]}, 1.75),
        ("longestWords", {"text": "a ccc bb", "limit": 2}, ["ccc", "bb"]),
        ("longestWords", {"text": "a dd ccc bb"}, ["ccc", "dd", "bb"]),
        ("getNextDay", {"date": "2026-12-31T10:00:00Z"}, "2027-01-01T10:00:00Z"),
        ("factorial", {"n": 20}, 2432902008176640000),
        ("countLetters", {"words": ["one", "zwölf"]}, [3, 5]),
    ],
)
async def test_simple(call: Call, function: str, arguments: dict[str, Any], expected: object):
    outcome = await call("simple-go", function, arguments)
    assert outcome.errors == ()
    assert outcome.value == expected


async def test_simple_errors(call: Call):
    outcome = await call("simple-go", "mean", {"numbers": []})
    assert outcome.failed
    assert [error.message for error in outcome.errors] == ["give at least one number"]
    logged = await call("simple-go", "logLines", {})
    assert not logged.failed
    assert [e.message for e in logged.errors] == ["an error that does not end the function"]


async def test_simple_time(call: Call):
    outcome = await call("simple-go", "getCurrentTime", {"zone": "Asia/Tokyo"})
    assert outcome.errors == ()
    assert outcome.value.endswith("+09:00")
    nowhere = await call("simple-go", "getCurrentTime", {"zone": "Asia/Nowhere"})
    assert nowhere.failed
    assert nowhere.errors[-1].message == (
        "failed to get time in Asia/Nowhere (there is no time zone 'Asia/Nowhere')"
    )


async def test_structs(call: Call):
    people = (await call("structs-go", "getPeople", {})).value
    ada, bo = people
    assert list(ada) == ["name", "born", "role", "address", "tags", "likes", "boss"]
    assert ada["likes"] == [{"key": "horses", "value": 7}, {"key": "mathematics", "value": 10}]
    assert (ada["role"], ada["tags"]) == ("engineer", ["mathematics", "poetry"])
    assert (bo["address"], bo["tags"], bo["likes"]) == (None, None, None)
    assert bo["boss"] == ada
    favourite = await call("structs-go", "getFavourite", {"person": ada})
    assert favourite.value == "mathematics"
    assert (await call("structs-go", "getFavourite", {"person": bo})).value is None
    tidied = await call("structs-go", "tidyTags", {"person": {**bo, "tags": ["b", "a", "b"]}})
    assert tidied.value == {**bo, "tags": ["a", "b"]}


async def test_maps(call: Call):
    counts = await call("structs-go", "countWords", {"text": "one two Two"})
    assert counts.value == [{"key": "one", "value": 1}, {"key": "two", "value": 2}]
    people = (await call("structs-go", "getPeople", {})).value
    cities = await call("structs-go", "groupByCity", {"people": people})
    assert cities.value == [
        {"key": "London", "value": ["Ada"]},
        {"key": "nowhere", "value": ["Bo"]},
    ]


async def test_times_and_several_results(call: Call):
    ada = {"name": "Ada", "born": "1815-12-10", "role": "engineer"}
    bo = {**ada, "name": "Bo", "born": "1815-12-10T00:00:01.5Z"}
    after = {"person": ada, "after": 1_500_000_000}
    assert (await call("structs-go", "getAnniversary", after)).value == bo["born"]
    found = await call("structs-go", "getAgeRange", {"people": [bo, ada]})
    assert found.errors == ()
    assert found.value["oldest"]["name"] == "Ada"
    assert found.value["youngest"]["name"] == "Bo"
    assert found.value["between"] == 1_500_000_000
    nobody = await call("structs-go", "getAgeRange", {"people": []})
    assert [e.message for e in nobody.errors] == ["there are no people to compare"]


async def test_http(
    call: Call,
    serve: Callable[..., Awaitable[str]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
):
    """With a server of the test's own, by whose address that of the service is replaced."""

    async def forecast(request: web.Request) -> web.Response:
        assert request.query["latitude"] == "52.5"
        if request.query["longitude"] == "0.5":
            return web.Response(status=503)
        return web.json_response(
            {"units": {"a": "[°C}"}, "current": {"temperature_2m": 3.5, "wind_speed_10m": 12}}
        )

    here = await serve(forecast)
    folder = shutil.copytree(EXAMPLES / "http-go", tmp_path / "http-go")
    for name in ("modus.json", "main.go"):
        text = (folder / name).read_text()
        assert "https://api.open-meteo.com" in text
        (folder / name).write_text(text.replace("https://api.open-meteo.com", here))
    place = {"latitude": 52.5, "longitude": 13.4}
    found = await call(folder, "getWeather", place)
    assert found.errors == ()
    assert found.value == {"temperature": 3.5, "wind": 12.0}
    failed = await call(folder, "getWeather", {**place, "longitude": 0.5})
    assert failed.errors[-1].message == "the weather service answered 503 Service Unavailable"
    # Another host than that of the manifest is out of reach.
    refused = await call(folder, "getWeather", place, (here, "https://example.com"))
    assert refused.failed
    assert refused.errors[0].message.startswith("HTTP fetch failed")
    [record] = [found for found in caplog.records if found.name == "atoll.host"]
    assert f"no connection of the manifest leads to {here}" in str(vars(record)["fields"])


def completion(message: dict[str, Any]) -> web.Response:
    return web.json_response(
        {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    )


def said(text: str) -> web.Response:
    return completion({"role": "assistant", "content": text})


async def test_excuses(call: Call, serve):
    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        assert body["max_tokens"] == 160
        return said(body["messages"][1]["content"])

    origin = await serve(chat)
    remote = (
        '"connection": "local"\n    }\n  }',
        '"connection": "host", "path": "chat" } },'
        f'"connections": {{"host": {{"type": "http", "baseUrl": "{origin}/"}} }}',
    )
    outcome = await call("excuses-go", "generateExcuses", {"event": " tea "}, remote)
    assert outcome.errors == ()
    assert outcome.value == "I want to miss tea. What could I say?"
    refused = await call("excuses-go", "generateExcuses", {"event": " "}, remote)
    assert [e.message for e in refused.errors] == ["say which event to find excuses for"]


async def test_text_and_products(call: Call, serve):
    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        system, user = (message["content"] for message in body["messages"])
        if body.get("response_format") != {"type": "json_object"}:
            assert body["temperature"] == 0.7
            return said(f" {system} {user}\n")
        return said('{"name": "Bowler", "price": 9.5}' if "hats" in user else "Hm?")

    openai = ("https://api.openai.com", await serve(chat))
    asked = {"instruction": "Rhyme.", "prompt": "The sea"}
    text = await call("text-generation-go", "generateText", asked, openai)
    assert text.value == "Rhyme. The sea"
    product = await call("text-generation-go", "generateProduct", {"kind": "hats"}, openai)
    assert product.value == {"name": "Bowler", "price": 9.5, "description": ""}
    none = await call("text-generation-go", "generateProduct", {"kind": "ghosts"}, openai)
    assert none.errors[-1].message.startswith("the model's answer is no product: ")


async def test_tools(call: Call, serve):
    requests: list[dict[str, Any]] = []

    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        requests.append(body)
        if len(requests) == 1:
            asked = {
                "id": "call-1",
                "type": "function",
                "function": {"name": "getStock", "arguments": '{"product": "pear"}'},
            }
            return completion({"role": "assistant", "content": None, "tool_calls": [asked]})
        result = body["messages"][-1]
        return said(f"There are {result['content']}.")

    openai = ("https://api.openai.com", await serve(chat))
    question = {"question": "How many pears?"}
    outcome = await call("text-generation-go", "askShop", question, openai)
    assert outcome.errors == ()
    assert outcome.value == "There are 12."
    tool = requests[0]["tools"][0]["function"]
    assert tool["parameters"]["required"] == ["product"]
    assert requests[1]["messages"][-2]["tool_calls"][0]["id"] == "call-1"
    assert requests[1]["messages"][-1]["tool_call_id"] == "call-1"
    assert json.dumps(requests[1])


async def test_streams_of_a_model(engine: Engine, build_go: Build, providers: Providers):
    folder = EXAMPLES / "streaming-go"
    text = (folder / "modus.json").read_text().replace("https://api.openai.com", providers.url)
    manifest = parse_manifest(text, path=folder / "modus.json")
    guest = load_guest(engine, build_go(folder))
    app = App("streaming-go", guest, manifest, {"MODUS_OPENAI_API_KEY": "key"}, dev=True)
    try:
        for function, expected in (
            ("tellStory", ["It", " rained.", " It", " stopped."]),
            ("tellSentences", ["It rained.", "It stopped."]),
        ):
            providers.answer(Say("It rained. It stopped."))
            found = app.interface.function(function)
            assert found is not None
            assert [each async for each in app.stream(found, {"about": "rain"})] == expected
    finally:
        await app.close()
    [message] = providers.last.json["messages"]
    assert message["content"] == "Tell a short story about rain."
    assert providers.last.headers["Authorization"] == "Bearer key"
