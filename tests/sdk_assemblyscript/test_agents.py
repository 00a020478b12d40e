"""Agents: the functions for apps, and a life of an agent in one instance."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from atoll.guest.failure import GuestFailure
from atoll.guest.types import Function

HOOKS = {
    "activate": ["name", "id"],
    "get_state": [],
    "handle_event": ["action"],
    "handle_message": ["msgName", "data"],
    "set_state": ["data"],
}
FOREVER = 2**63 - 1
RUNNING = {"id": "a1", "name": "Counter", "status": "running"}


@pytest.fixture(scope="module")
def agents(recorder: Any) -> Any:
    return recorder


@pytest.fixture(autouse=True)
def fresh(agents: Any) -> None:
    agents.reset()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(run_app, agents: Any, request) -> Any:
    names = ("startAgent", "stopAgent", "getAgentInfo", "listAgents", "sendMessage", "publishEvent")
    host = {f"modus_agents.{name}": agents.operation(name) for name in names}
    return run_app("agents", release=request.param, host=host)


Hook = Callable[..., Any]


@asynccontextmanager
async def instance(app: Any) -> AsyncIterator[Hook]:
    """``hook("activate", name=..., id=...)``, all in one instance."""
    async with app.execute() as invocation:

        async def hook(name: str, /, **arguments: Any) -> Any:
            export = f"_modus_agent_{name}"
            return await invocation.invoke(Function(export, export, (), None), arguments, None)

        yield hook


def test_every_app_exports_the_hooks(app, run_app):
    for guest in (app.guest, run_app("collections").guest):
        exports = guest.codec.module.exports
        assert {name for name in exports if name.startswith("_")} == {
            f"_modus_agent_{name}" for name in HOOKS
        }
        for name, parameters in HOOKS.items():
            signature = exports[f"_modus_agent_{name}"]
            assert [slot.name for slot in signature.parameters] == parameters
        names = {function.name for function in guest.interface.functions}
        assert not any(name.startswith("_") for name in names)


async def test_the_life_of_an_agent(app, agents):
    async with instance(app) as hook:
        assert await hook("activate", name="Counter", id="a1") is None
        assert await hook("get_state") == "0"
        await hook("handle_event", action="initialize")
        assert await hook("handle_message", msgName="count", data=None) == "0"
        assert await hook("handle_message", msgName="increment", data=None) == "1"
        assert await hook("handle_message", msgName="increment", data="5") == "6"
        assert await hook("handle_message", msgName="unknown", data="5") is None
        assert await hook("get_state") == "6"
        await hook("handle_event", action="suspend")
        assert await hook("handle_message", msgName="log", data=None) == "initialize a1,suspend"
        await hook("handle_event", action="terminate")
    assert agents.calls == [
        ("publishEvent", "a1", "countUpdated", '{"count":1,"by":null}'),
        ("publishEvent", "a1", "countUpdated", '{"count":6,"by":"5"}'),
        ("publishEvent", "a1", "bare", "{}"),
    ]


async def test_an_agent_comes_back(app):
    async with instance(app) as hook:
        await hook("activate", name="Counter", id="a1")
        await hook("set_state", data="41")
        await hook("handle_event", action="resume")
        assert await hook("handle_message", msgName="increment", data=None) == "42"
        assert await hook("handle_message", msgName="log", data=None) == "state,resume"
        for nothing in ("", None):
            await hook("set_state", data=nothing)
            assert await hook("get_state") == "-1"


@pytest.mark.parametrize("data", [None, "", 'a "}]" \n✨'])
async def test_data_of_messages(app, data):
    async with instance(app) as hook:
        await hook("activate", name="Counter", id="a1")
        assert await hook("handle_message", msgName="echo", data=data) == data


async def test_an_agent_that_does_nothing(app):
    async with instance(app) as hook:
        await hook("activate", name="Quiet ✨", id="q")
        for action in ("initialize", "suspend", "resume", "terminate"):
            await hook("handle_event", action=action)
        await hook("set_state", data="x")
        assert await hook("get_state") is None
        assert await hook("handle_message", msgName="m", data="d") is None


async def test_an_instance_is_for_one_agent(app):
    async with instance(app) as hook:
        await hook("activate", name="Counter", id="a1")
        with pytest.raises(GuestFailure, match="already active"):
            await hook("activate", name="Quiet ✨", id="a2")


async def test_an_agent_that_the_app_does_not_have(app, agents):
    async with instance(app) as hook:
        with pytest.raises(GuestFailure, match="Agent Nobody not found"):
            await hook("activate", name="Nobody", id="a1")
    with pytest.raises(GuestFailure, match="Agent Nobody not found"):
        await app.call("start", name="Nobody")
    assert agents.calls == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("get_state", {}),
        ("set_state", {"data": None}),
        ("handle_event", {"action": "initialize"}),
        ("handle_message", {"msgName": "m", "data": None}),
    ],
)
async def test_hooks_before_an_agent_is_active(app, name, arguments):
    async with instance(app) as hook:
        with pytest.raises(GuestFailure, match="No agent is active"):
            await hook(name, **arguments)


async def test_an_unknown_event(app):
    async with instance(app) as hook:
        await hook("activate", name="Counter", id="a1")
        with pytest.raises(GuestFailure, match="Unknown agent event: sleep"):
            await hook("handle_event", action="sleep")


async def test_an_event_needs_a_name_and_an_agent_that_runs(app, agents):
    async with instance(app) as hook:
        await hook("activate", name="Counter", id="a1")
        with pytest.raises(GuestFailure, match="Event name cannot be empty"):
            await hook("handle_message", msgName="nameless", data=None)
    with pytest.raises(GuestFailure, match="only once it is started"):
        await app.call("publishUnstarted")
    assert agents.calls == []


async def test_events_as_json(app):
    assert await app.call("events") == (
        'countUpdated{"count":3,"by":"\\""}[{"count":3,"by":"\\""},{}]'
    )


@pytest.mark.parametrize(
    ("function", "arguments", "call"),
    [
        ("start", {"name": "Counter"}, ("startAgent", "Counter")),
        ("stop", {"id": "a1"}, ("stopAgent", "a1")),
        ("getInfo", {"id": "a1"}, ("getAgentInfo", "a1")),
        ("listAll", {}, ("listAgents",)),
    ],
)
async def test_agents_of_the_app(app, agents, function, arguments, call):
    answer = [RUNNING, {**RUNNING, "id": "a2"}] if function == "listAll" else RUNNING
    agents.answer = answer
    assert await app.call(function, **arguments) == answer
    agents.answer = None
    with pytest.raises(GuestFailure, match="Failed to"):
        await app.call(function, **arguments)
    assert agents.calls == [call, call]


async def test_no_agents(app, agents):
    agents.answer = []
    assert await app.call("listAll") == []


async def test_messages(app, agents):
    agents.answer = {"data": "✨", "error": None}
    assert await app.call("send", id="a1", msgName="m") == "✨"
    agents.answer = {"data": "", "error": None}
    assert await app.call("sendData", id="a1", msgName="m", data="d") == ""
    agents.answer = {"data": None, "error": None}
    assert await app.call("sendData", id="a1", msgName="m", data=None) is None
    assert await app.call("sendFor", id="a1", seconds=10) is None
    assert agents.calls == [
        ("sendMessage", "a1", "m", None, FOREVER),
        ("sendMessage", "a1", "m", "d", FOREVER),
        ("sendMessage", "a1", "m", None, FOREVER),
        ("sendMessage", "a1", "m", None, 10_000_000_000),
    ]


async def test_messages_that_nobody_waits_for(app, agents):
    agents.answer = {"data": None, "error": None}
    assert await app.call("sendAsync", id="a1") is None
    assert agents.calls == [("sendMessage", "a1", "m", None, 0), ("sendMessage", "a1", "m", "d", 0)]


async def test_messages_that_fail(app, agents):
    with pytest.raises(GuestFailure, match="Failed to send message"):
        await app.call("send", id="a1", msgName="m")
    agents.answer = {"data": "d", "error": "agent a1 not found"}
    for function, arguments in (("send", {"msgName": "m"}), ("sendAsync", {})):
        with pytest.raises(GuestFailure, match="agent a1 not found"):
            await app.call(function, id="a1", **arguments)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("stop", {"id": ""}),
        ("getInfo", {"id": ""}),
        ("send", {"id": "", "msgName": "m"}),
        ("send", {"id": "a1", "msgName": ""}),
        ("sendFor", {"id": "a1", "seconds": -1}),
        ("sendAsync", {"id": ""}),
    ],
)
async def test_arguments_that_do_not_reach_the_host(app, agents, function, arguments):
    with pytest.raises(GuestFailure, match="cannot be"):
        await app.call(function, **arguments)
    assert agents.calls == []


async def test_lengths_of_time(app):
    assert await app.call("durations") == [
        0, 1, 1_000, 1_000_000, 10**9, 60 * 10**9, 3600 * 10**9, FOREVER,
    ]  # fmt: skip


async def test_states_of_agents(app):
    assert await app.call("statuses") == [
        "starting", "running", "suspending", "suspended", "resuming", "stopping", "terminated",
    ]  # fmt: skip
    assert json.loads(await app.call("infos")) == [
        {"id": "i", "name": "n", "status": ""},
        {"id": "i", "name": "n", "status": "running"},
    ]
