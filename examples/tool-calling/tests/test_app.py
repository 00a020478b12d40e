"""Tests in plain Python: a stand-in takes the model's place."""

from __future__ import annotations

import asyncio
from typing import Any

import app
from atoll.sdk import testing
from atoll.sdk.testing import in_turn, tool_call


def ask(*answers: Any) -> tuple[app.Reply, list[testing.ModelRequest]]:
    with testing.host(models={"text-generator": in_turn(*answers)}) as host:
        reply = asyncio.run(app.ask("A question"))
    return reply, host.requests


def test_functions_are_called_for_the_model() -> None:
    reply, requests = ask(
        [tool_call("opening_hours", day="Friday"), tool_call("price", dish="Pizza")],
        "Until 23, and a pizza is 12 euros.",
    )
    assert reply.text == "Until 23, and a pizza is 12 euros."
    assert [call.told for call in reply.calls] == ["12 to 23", "12"]
    assert [message["role"] for message in requests[1].input["messages"]] == [
        "system", "user", "assistant", "tool", "tool",
    ]  # fmt: skip


def test_model_learns_of_its_mistakes() -> None:
    reply, _ = ask(
        tool_call("price", dish="sushi"), tool_call("opening_hours", day="today"), "Sorry."
    )
    assert "there is no sushi; there are fish soup" in reply.calls[0].told
    assert "expected one of 'Monday'" in reply.calls[1].told


def test_prices_are_in_the_description() -> None:
    _, requests = ask("Hello.")
    described = requests[0].input["tools"][1]["function"]
    assert described["description"] == "What a dish costs, in euros."
    assert described["parameters"]["properties"]["dish"]["type"] == "string"


def test_choosing_calls_nothing() -> None:
    answers = {"text-generator": in_turn(tool_call("price", dish="sushi"))}
    with testing.host(models=answers) as host:
        assert asyncio.run(app.choose("Sushi?")) == app.Choice("price", {"dish": "sushi"})
    assert host.requests[0].input["tool_choice"] == "required"
