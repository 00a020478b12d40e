"""Rules and tokens on connections that last."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from atoll.auth import tokens
from atoll.manifest import AccessRule, AccessRules, GraphQLSettings
from atoll.server.streams import websocket

RULES = AccessRules(
    AccessRule("authenticated"),
    {"size": AccessRule("deny"), "ticks": AccessRule("authenticated", (), {"role": ("watcher",)})},
)


@pytest.fixture
async def guarded(start: Any, issuer: Any, stream_on: Any) -> Any:
    server = await start(access=RULES, environ=issuer.environ, graphql=GraphQLSettings(ticks=True))
    api = server.deployments.current.api
    streaming = stream_on(server)
    server.deployments.current.api = api  # the app's own, with its rules
    return streaming


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives the ``exp`` of a token that is good for a second or two more."""
    monkeypatch.setattr(tokens, "LEEWAY", 0.0)
    return lambda: int(time.time()) + 2


@pytest.mark.parametrize("by_header", [True, False])
async def test_rules_hold_for_each_operation(guarded: Any, issuer: Any, by_header: bool) -> None:
    token = f"Bearer {issuer.sign({})}"
    options: dict[str, Any] = (
        {"additional_headers": {"Authorization": token}}
        if by_header
        else {"init": {"authorization": token}}
    )
    async with guarded.socket("/secure", **options) as socket:
        for id, query in enumerate(
            ("subscription { ticks(count: 1) }", '{ size(text: "a") }', '{ size(text: "a") }')
        ):
            await socket.subscribe(str(id), query)
            message = await socket.hear()
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"] == {"code": "FORBIDDEN"}
        await socket.subscribe("ok", "{ sayHello }")
        assert (await socket.hear())["type"] == "next"
    assert guarded.server.app.calls == ["sayHello"]


async def test_the_claims_of_the_connection_count(guarded: Any, issuer: Any) -> None:
    init = {"Authorization": f"Bearer {issuer.sign({'role': 'watcher'})}"}
    async with guarded.socket("/secure", init=init) as socket:
        await socket.subscribe("1", "subscription { ticks(count: 1) }")
        assert (await socket.hear())["payload"] == {"data": {"ticks": 1}}


async def test_a_connection_ends_with_its_token(guarded: Any, issuer: Any, brief: Any) -> None:
    init = {"Authorization": f"Bearer {issuer.sign({'role': 'watcher', 'exp': brief()})}"}
    async with guarded.socket("/secure", init=init) as socket:
        await socket.subscribe("1", "subscription { ticks(count: 9, intervalMs: 3600000) }")
        assert (await socket.hear())["payload"] == {"data": {"ticks": 1}}

        assert await socket.end() == (4403, "Forbidden: The token has expired.")
    await guarded.idle()


async def test_queries_at_work_finish_before(guarded: Any, issuer: Any, brief: Any) -> None:
    init = {"Authorization": f"Bearer {issuer.sign({'exp': brief()})}"}
    async with guarded.socket("/secure", init=init) as socket:
        await socket.subscribe("1", "{ wait }")
        await guarded.server.app.waiting.acquire()
        connection = guarded.server.deployments.current
        while not any(end.__self__.reason.done() for end in connection._streams):
            await asyncio.sleep(0.01)
        await socket.subscribe("2", "{ sayHello }")
        await asyncio.sleep(0.05)
        guarded.server.app.go_on.set()

        assert (await socket.hear())["payload"]["data"] == {"wait": "waited in version 1"}
        assert (await socket.hear()) == {"id": "1", "type": "complete"}
        assert (await socket.end())[0] == 4403
    assert guarded.server.app.calls == ["wait"]


async def test_a_token_for_ages_sets_no_timer(guarded: Any, issuer: Any) -> None:
    for expires in (10**12, 10**18):
        init = {"Authorization": f"Bearer {issuer.sign({'exp': expires})}"}
        async with guarded.socket("/secure", init=init) as socket:
            await socket.subscribe("1", "{ sayHello }")
            assert (await socket.hear())["type"] == "next"


async def test_a_subscription_that_waited_for_room_does_not_keep_a_connection_open(
    stream: Any, in_process_app: Any
) -> None:
    async with stream.socket() as socket:
        for number in range(websocket.MAX_TOGETHER):
            await socket.subscribe(str(number), "{ wait }")
        for _ in range(websocket.MAX_TOGETHER):
            await stream.server.app.waiting.acquire()
        await socket.subscribe("late", "subscription { silence }")
        await asyncio.sleep(0.05)
        stream.replace(in_process_app())
        await asyncio.sleep(0.05)
        stream.server.app.go_on.set()
        for _ in range(2 * websocket.MAX_TOGETHER):
            await socket.hear()

        assert (await socket.end())[0] == 1012
    await stream.idle()
