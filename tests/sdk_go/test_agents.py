"""agents: the functions for apps, and a life of an agent in one instance."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.guest.core.call import ERROR

HOOKS = {
    "activate": ["name", "id"],
    "get_state": [],
    "handle_event": ["action"],
    "handle_message": ["msgName", "data"],
    "set_state": ["data"],
}
FOREVER = 2**63 - 1
RUNNING = {"id": "a1", "name": "Counter", "status": "running"}
START, STOP, INFO, LIST, SEND, PUBLISH = (
    f"modus_agents.{name}"
    for name in (
        "startAgent", "stopAgent", "getAgentInfo", "listAgents", "sendMessage", "publishEvent",
    )
)  # fmt: skip


def test_the_hooks_are_exports_but_no_functions_of_the_api(running):
    exports = running.guest.codec.module.exports
    found = {name.removeprefix("_modus_agent_") for name in exports if name.startswith("_")}
    assert found == set(HOOKS)
    for name, parameters in HOOKS.items():
        signature = exports[f"_modus_agent_{name}"]
        assert [slot.name for slot in signature.parameters] == parameters
    assert not any(each.name.startswith("_") for each in running.guest.interface.functions)


async def test_the_life_of_an_agent(app, host):
    host.answers[PUBLISH] = None
    async with app.agent() as hook:
        assert await hook("activate", name="Counter", id="é1") is None
        assert await hook("get_state") == "0"
        await hook("handle_event", action="initialize")
        assert await hook("handle_message", msgName="increment", data=None) == "1"
        assert await hook("handle_message", msgName="increment", data="5") == "6"
        assert await hook("handle_message", msgName="unknown", data="5") is None
        assert await hook("get_state") == "6"
        await hook("handle_event", action="suspend")
        log = await hook("handle_message", msgName="log", data=None)
        assert log == "initialize é1,suspend"
    assert host.calls == [
        (PUBLISH, "é1", "countUpdated", '{"count":1,"by":null}'),
        (PUBLISH, "é1", "countUpdated", '{"count":6,"by":"5"}'),
    ]
    assert app.logs == []


async def test_an_agent_comes_back(app, host):
    host.answers[PUBLISH] = None
    async with app.agent() as hook:
        await hook("activate", name="Counter", id="a1")
        await hook("set_state", data="41")
        await hook("handle_event", action="resume")
        assert await hook("handle_message", msgName="increment", data=None) == "42"
        assert await hook("handle_message", msgName="log", data=None) == "state,resume"
        await hook("set_state", data="")
        assert await hook("get_state") == "0"
        await hook("set_state", data=None)
        assert await hook("get_state") is None


@pytest.mark.parametrize("data", [None, "", 'a "}]" \n✨\x00'])
async def test_data_of_messages(app, data):
    async with app.agent() as hook:
        await hook("activate", name="Counter", id="a1")
        assert await hook("handle_message", msgName="echo", data=data) == data


async def test_an_agent_that_does_nothing(app):
    async with app.agent() as hook:
        await hook("activate", name="Quiet ✨", id="q")
        for action in ("initialize", "suspend", "resume", "terminate"):
            await hook("handle_event", action=action)
        await hook("set_state", data="x")
        assert await hook("get_state") is None
        assert await hook("handle_message", msgName="m", data="d") is None
    assert app.logs == []


async def test_errors_of_an_agent_are_logged(app, host):
    async with app.agent() as hook:
        await hook("activate", name="Counter", id="a1")
        await hook("handle_event", action="terminate")
        assert await hook("handle_message", msgName="increment", data="x") is None
        assert await hook("handle_message", msgName="broken", data=None) is None
        await hook("handle_event", action="sleep")
        await hook("activate", name="Quiet ✨", id="a2")
        assert await hook("get_state") == "1"
    unfit = "failed to serialize event data: json: unsupported type: chan int"
    parsed = 'strconv.Atoi: parsing "x": invalid syntax'
    active = "Agent Quiet ✨ cannot be activated: agent Counter is active in this instance."
    assert app.logs == [
        (ERROR, "Error terminating agent Counter: not now"),
        (ERROR, f"Error handling message increment: {parsed}"),
        (ERROR, f"Error handling message broken: {unfit}"),
        (ERROR, "Unknown agent event: sleep"),
        (ERROR, active),
    ]
    assert host.calls == []


async def test_an_agent_that_the_app_does_not_have(app, host):
    async with app.agent() as hook:
        await hook("activate", name="Nobody", id="a1")
        assert app.logs == [(ERROR, "Agent Nobody not found.")]
    assert await app.error("startAgent", name="Nobody") == "agent Nobody not found"
    assert host.calls == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("get_state", {}),
        ("set_state", {"data": "x"}),
        ("handle_event", {"action": "initialize"}),
        ("handle_message", {"msgName": "m", "data": "d"}),
    ],
)
async def test_hooks_before_an_agent_is_active(app, name, arguments):
    async with app.agent() as hook:
        assert await hook(name, **arguments) is None
    assert app.logs == [(ERROR, "No agent is active in this instance.")]


async def test_events_are_for_agents_that_run(app, host):
    error = await app.error("publishOutside")
    assert error == "events can only be published by an active agent"
    assert host.calls == []


@pytest.mark.parametrize(
    ("function", "arguments", "calls", "error"),
    [
        ("startAgent", {"name": "Counter"}, [(START, "Counter")], "failed to start agent Counter"),
        ("agentInfo", {"id": "é"}, [(INFO, "é")], "agent é not found"),
        ("stopAgent", {"id": "a1"}, [(INFO, "a1"), (STOP, "a1")], "failed to stop agent a1"),
        ("listAgents", {}, [(LIST,)], "failed to list agents"),
    ],
)
async def test_agents_of_the_app(app, host, function, arguments, calls, error):
    answer: Any = RUNNING
    if function == "listAgents":
        answer = [RUNNING, {**RUNNING, "id": "é✨", "status": ""}]
    host.answers = {START: RUNNING, INFO: RUNNING, STOP: RUNNING, LIST: answer}
    assert await app.call(function, **arguments) == answer
    assert host.calls == calls
    host.answers[calls[-1][0]] = None
    assert await app.error(function, **arguments) == error


async def test_an_agent_that_is_not_there_is_not_stopped(app, host):
    host.answers[INFO] = None
    assert await app.error("stopAgent", id="a1") == "agent a1 not found"
    assert host.calls == [(INFO, "a1")]


async def test_no_agents(app, host):
    host.answers[LIST] = []
    assert await app.call("listAgents") == []


@pytest.mark.parametrize("data", ["é✨", "", None])
async def test_messages(app, host, data):
    host.answers[SEND] = {"data": data, "error": None}
    assert await app.call("sendMessage", id="a1", name="m") == data
    assert await app.call("sendData", id="a1", name="é", data="", timeout=10**10) == data
    assert await app.call("sendData", id="a1", name="m", data="d", timeout=0) == data
    assert host.calls == [
        (SEND, "a1", "m", None, FOREVER),
        (SEND, "a1", "é", "", 10**10),
        (SEND, "a1", "m", "d", 0),
    ]


async def test_messages_that_nobody_waits_for(app, host):
    host.answers[SEND] = {"data": None, "error": None}
    await app.call("sendAsync", id="a1", name="m")
    assert host.calls == [(SEND, "a1", "m", None, 0), (SEND, "a1", "m", "d", 0)]


async def test_messages_that_fail(app, host):
    for function in ("sendMessage", "sendAsync"):
        host.answers[SEND] = None
        error = await app.error(function, id="a1", name="m")
        assert error == "failed to send message to agent"
        host.answers[SEND] = {"data": "d", "error": "é is not there"}
        assert await app.error(function, id="a1", name="m") == "é is not there"


NEGATIVE = "timeout must be zero or positive value"


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        ("stopAgent", {"id": ""}, "invalid agent ID"),
        ("agentInfo", {"id": ""}, "invalid agent ID"),
        ("sendMessage", {"id": "", "name": ""}, "agentId cannot be empty"),
        ("sendMessage", {"id": "a1", "name": ""}, "message name cannot be empty"),
        ("sendAsync", {"id": "", "name": "m"}, "agentId cannot be empty"),
        ("sendData", {"id": "", "name": "m", "data": "", "timeout": -1}, NEGATIVE),
    ],
)
async def test_arguments_that_do_not_reach_the_host(app, host, function, arguments, error):
    assert await app.error(function, **arguments) == error
    assert host.calls == []


async def test_states_of_agents(app):
    assert await app.call("agentStatuses") == [
        "starting", "running", "suspending", "suspended", "resuming", "stopping", "terminated", "",
    ]  # fmt: skip
