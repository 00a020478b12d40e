"""Functions that stream, of a real app on a real server, to the clients that take them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from atoll.app.app import App
from atoll.manifest import parse_manifest
from atoll.server.metrics import Metrics

FOLDER = Path(__file__).parents[2] / "apps" / "teller"
COMPLETE = "event: complete\ndata: \n\n"


class Provider:
    """Says one word after another, until nobody listens."""

    def __init__(self) -> None:
        self.open = 0
        self.asked = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        self.open += 1
        self.asked += 1
        try:
            await response.prepare(request)
            for _ in range(10_000):
                await response.write(b"word")
                await asyncio.sleep(0.005)
        finally:
            self.open -= 1
        return response


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider()
    application = web.Application()
    application.router.add_post("/v1/chat", provider.answer)
    async with TestServer(application, handler_cancellation=True) as server:
        provider.url = str(server.make_url("/v1/"))  # type: ignore[attr-defined]
        yield provider


@pytest.fixture(scope="session")
def guest(load_python: Callable[[Path], Any]) -> Any:
    return load_python(FOLDER)


@pytest.fixture
async def server(guest: Any, provider: Any, start: Callable[..., Awaitable[Any]]) -> Any:
    manifest = {
        "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
        "models": {"remote": {"sourceModel": "m", "connection": "host", "path": "chat"}},
        "connections": {"host": {"type": "http", "baseUrl": provider.url}},
    }
    metrics = Metrics()
    app = App(
        "teller",
        guest,
        parse_manifest(json.dumps(manifest), path=Path("modus.json")),
        {},
        observer=metrics,
    )
    app.metrics = metrics  # type: ignore[attr-defined]  # where the server looks
    app.go_on = asyncio.Event()  # type: ignore[attr-defined]
    return await start(app)


@pytest.fixture
def stream(server: Any, stream_to: Callable[[Any], Any]) -> Any:
    return stream_to(server)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What functions print."""
    caplog.set_level(logging.INFO, logger="atoll.function")

    def lines() -> list[str]:
        return [r.fields["text"] for r in caplog.records if "text" in getattr(r, "fields", {})]

    return lines


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def at_rest(count: Callable[[], int]) -> int:
    """A number that has stopped to grow."""
    before = -1
    async with asyncio.timeout(30):
        while before != (before := count()) or not before:
            await asyncio.sleep(0.5)
    return before


async def test_events(stream: Any) -> None:
    query = 'subscription { words(text: "so long") { text length } }'
    async with stream.events(query) as response:
        assert response.headers["content-type"] == "text/event-stream"
        text = await response.text()
    assert text == (
        'event: next\ndata: {"data":{"words":{"text":"so","length":2}}}\n\n'
        'event: next\ndata: {"data":{"words":{"text":"long","length":4}}}\n\n' + COMPLETE
    )


async def test_an_error_in_the_middle_is_the_last_event(stream: Any) -> None:
    async with stream.events("subscription { fails(after: 1) }") as response:
        first, error, last = (await response.text()).removesuffix("\n\n").split("\n\n")
    assert first == 'event: next\ndata: {"data":{"fails":0}}'
    body = json.loads(error.removeprefix("event: next\ndata: "))
    (told,) = body["errors"]
    assert told["message"] == "error calling function"
    assert told["path"] == ["fails"]
    assert len(told["extensions"].pop("executionId")) == 20
    assert told["extensions"] == {"code": "FUNCTION_FAILED", "level": "fatal"}
    assert last + "\n\n" == COMPLETE


async def test_a_socket_carries_many_at_once(stream: Any) -> None:
    async with stream.socket() as client:
        for number in range(20):
            query = "subscription ($n: Int!) { countLater(to: $n, pause: 0.01) }"
            await client.subscribe(str(number), query, variables={"n": number % 3 + 1})
        heard: dict[str, list[int]] = {str(number): [] for number in range(20)}
        complete = set()
        while len(complete) < 20:
            message = await client.hear()
            if message["type"] == "complete":
                complete.add(message["id"])
            else:
                heard[message["id"]].append(message["payload"]["data"]["countLater"])
    assert heard == {str(number): [1, 2, 3][: number % 3 + 1] for number in range(20)}


async def test_an_error_in_the_middle_ends_it_on_a_socket(stream: Any) -> None:
    async with stream.socket() as client:
        await client.subscribe("a", "subscription { refuses(after: 1) }")
        assert (await client.hear())["payload"] == {"data": {"refuses": 0}}
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "a")
        assert message["payload"][0]["message"] == "That is all you get."
        assert message["payload"][0]["extensions"]["code"] == "USER_ERROR"


@pytest.mark.parametrize("way", ["events", "socket", "complete"])
@pytest.mark.parametrize("function", ["passOn", "passOnLater"])
async def test_a_client_that_leaves_ends_the_request_to_the_model(
    stream: Any, provider: Provider, way: str, function: str
) -> None:
    query = f'subscription {{ {function}(prompt: "x") }}'
    if way == "events":
        async with stream.events(query) as response:
            async for line in response.content:
                if b"word" in line:
                    break
            assert provider.open == 1
    else:
        async with stream.socket() as client:
            await client.subscribe("a", query)
            while "word" not in (await client.hear())["payload"]["data"][function]:
                pass
            assert provider.open == 1
            if way == "complete":
                await client.say(id="a", type="complete")
                await until(lambda: provider.open == 0)
                await client.subscribe("a", "subscription { count(to: 1) }")
                while (message := await client.hear())["type"] == "next":
                    pass
                assert message == {"id": "a", "type": "complete"}
    await until(lambda: provider.open == 0)
    await stream.idle()
    assert provider.asked == 1


@pytest.mark.parametrize("way", ["events", "socket"])
async def test_a_client_that_does_not_read_holds_the_function_up(
    server: Any, lines: Callable[[], list[str]], way: str
) -> None:
    """Of 500 MB only what fits the buffers on the way is made, and the sandbox is suspended."""
    size = 1 << 20
    query = f"subscription {{ bulk(size: {size}, elements: 500) }}"
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, ("127.0.0.1", server.port))
        await loop.sock_sendall(client, request(query) if way == "events" else UPGRADE)
        if way == "socket":
            await loop.sock_recv(client, 1 << 12)
            await loop.sock_sendall(client, frame({"type": "connection_init"}))
            await loop.sock_recv(client, 1 << 12)
            subscribe = {"type": "subscribe", "id": "a", "payload": {"query": query}}
            await loop.sock_sendall(client, frame(subscribe))
        made = await at_rest(lambda: len(lines()))
        assert made < 30
        # It goes on when the client reads again.
        while len(lines()) < made + 5:
            assert await loop.sock_recv(client, 1 << 20)
    await until(lambda: server.application.metrics.figures.requests_in_flight == 0)
    assert len(lines()) < 100


def request(query: str) -> bytes:
    body = json.dumps({"query": query})
    return (
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


def frame(message: dict[str, Any]) -> bytes:
    """A text frame, masked with zeros."""
    text = json.dumps(message).encode()
    assert len(text) < 126
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text


async def test_a_large_stream_arrives_whole(stream: Any, lines: Callable[[], list[str]]) -> None:
    """50 MB, of which the server never holds more than a little."""
    size, ahead, got = 1 << 20, 0, 0
    query = f"subscription {{ bulk(size: {size}, elements: 50) }}"
    async with stream.socket() as client:
        await client.subscribe("a", query)
        while (message := await client.hear())["type"] == "next":
            assert len(message["payload"]["data"]["bulk"]) == size
            got += 1
            ahead = max(ahead, len(lines()) - got)
            await asyncio.sleep(0.05)  # so that the function could be far ahead
    assert got == 50
    assert ahead < 30


async def test_streams_end_when_the_server_stops(stream: Any, provider: Provider) -> None:
    async with stream.events('subscription { passOn(prompt: "x") }') as response:
        await response.content.readline()
        stream.server.deployments.end_streams()
        text = await response.text()
    assert text.endswith(COMPLETE)
    await until(lambda: provider.open == 0)


async def test_elements_come_as_they_are_made(stream: Any) -> None:
    async with stream.events("subscription { countLater(to: 2, pause: 3600) }") as response:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                assert not await response.content.readline()
    async with stream.events('subscription { passOn(prompt: "x") }') as response:
        await response.content.readline()
        assert await response.content.readline() == b'data: {"data":{"passOn":"begun"}}\n'


async def test_metrics_count_a_stream_when_it_ends(stream: Any, server: Any) -> None:
    async with stream.events("subscription { count(to: 2) }") as response:
        await response.text()
    async with server.client.get(server.url + "/metrics") as response:
        text = await response.text()
    assert 'function_name="count"' in text
