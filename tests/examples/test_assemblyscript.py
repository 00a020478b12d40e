"""The examples in AssemblyScript do what their pages say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from atoll.app.call import Outcome

EXAMPLES = Path(__file__).parents[2] / "examples"
Call = Callable[..., Awaitable[Outcome]]


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("sayHello", {"name": "Ada"}, "Hello, Ada!"),
        ("sayHello", {}, "Hello!"),
        ("sum", {"a": 41}, 42),
        ("mean", {"numbers": [1, 2.5]}, 1.75),
        ("longestWords", {"text": "a ccc bb", "limit": 2}, ["ccc", "bb"]),
        ("getNextDay", {"date": "2026-12-31T10:00:00Z"}, "2027-01-01T10:00:00Z"),
        ("factorial", {"n": 20}, 2432902008176640000),
    ],
)
async def test_simple(call: Call, function: str, arguments: dict[str, Any], expected: object):
    outcome = await call("simple-as", function, arguments)
    assert outcome.errors == ()
    assert outcome.value == expected


async def test_simple_errors(call: Call):
    outcome = await call("simple-as", "mean", {"numbers": []})
    assert outcome.failed
    assert [error.message for error in outcome.errors] == ["Give at least one number."]
    logged = await call("simple-as", "logLines", {})
    assert not logged.failed
    assert [e.message for e in logged.errors] == ["an error that does not end the function"]


async def test_simple_time(call: Call):
    outcome = await call("simple-as", "getCurrentTime", {"zone": "Asia/Tokyo"})
    assert outcome.errors == ()
    assert outcome.value.endswith("+09:00")


async def test_classes(call: Call):
    people = (await call("classes-as", "getPeople", {})).value
    assert [person["name"] for person in people] == ["Ada", "Bo"]
    assert people[0]["likes"] == [
        {"key": "mathematics", "value": 10},
        {"key": "horses", "value": 7},
    ]
    assert people[1]["address"] is None
    favourite = await call("classes-as", "getFavourite", {"person": people[0]})
    assert favourite.value == "mathematics"
    counts = await call("classes-as", "countWords", {"text": "one two Two"})
    assert counts.value == [{"key": "one", "value": 1}, {"key": "two", "value": 2}]
    cities = await call("classes-as", "groupByCity", {"people": people})
    assert cities.value == [
        {"key": "London", "value": ["Ada"]},
        {"key": "nowhere", "value": ["Bo"]},
    ]


async def test_http(call: Call, serve: Callable[..., Awaitable[str]], tmp_path: Path):
    """With a server of the test's own, by whose address that of the service is replaced."""

    async def forecast(request: web.Request) -> web.Response:
        assert request.query["latitude"] == "52.5"
        if request.query["longitude"] == "0.5":
            return web.Response(status=503)
        return web.json_response(
            {"units": {"a": "[°C}"}, "current": {"temperature_2m": 3.5, "wind_speed_10m": 12}}
        )

    here = await serve(forecast)
    folder = shutil.copytree(EXAMPLES / "http-as", tmp_path / "http-as")
    for name in ("modus.json", "assembly/index.ts"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("https://api.open-meteo.com", here))
    place = {"latitude": 52.5, "longitude": 13.4}
    found = await call(folder, "getWeather", place)
    assert found.errors == ()
    assert found.value == {"temperature": 3.5, "wind": 12.0}
    failed = await call(folder, "getWeather", {**place, "longitude": 0.5})
    assert "The weather service answered 503 Service Unavailable." in failed.errors[-1].message
    # Another host than that of the manifest is out of reach.
    refused = await call(folder, "getWeather", place, (here, "https://example.com"))
    assert refused.failed
    assert f"no connection of the manifest leads to {here}" in refused.errors[-1].message


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


async def test_excuses(call: Call, serve):
    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        assert body["max_tokens"] == 160
        return completion({"role": "assistant", "content": body["messages"][1]["content"]})

    origin = await serve(chat)
    remote = (
        '"connection": "local"\n    }\n  }',
        '"connection": "host", "path": "chat" } },'
        f'"connections": {{"host": {{"type": "http", "baseUrl": "{origin}/"}} }}',
    )
    outcome = await call("excuses-as", "generateExcuses", {"event": " tea "}, remote)
    assert outcome.errors == ()
    assert outcome.value == "I want to miss tea. What could I say?"
    refused = await call("excuses-as", "generateExcuses", {"event": " "}, remote)
    assert [e.message for e in refused.errors] == ["Say which event to find excuses for."]


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
        return completion({"role": "assistant", "content": f"There are {result['content']}."})

    origin = await serve(chat)
    openai = ("https://api.openai.com", origin)
    outcome = await call("tools-as", "askShop", {"question": "How many pears?"}, openai)
    assert outcome.errors == ()
    assert outcome.value == "There are 12."
    tool = requests[0]["tools"][0]["function"]
    assert tool["parameters"]["required"] == ["product"]
    assert requests[1]["messages"][-2]["tool_calls"][0]["id"] == "call-1"
    assert requests[1]["messages"][-1]["tool_call_id"] == "call-1"
    assert json.dumps(requests[1])
