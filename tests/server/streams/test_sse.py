"""Server-Sent Events, with a real client and raw bytes over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from atoll.server import protocol
from atoll.server.streams import sse

TICKS = "subscription { ticks(count: 3, intervalMs: 1) }"
COMPLETE = "event: complete\ndata: \n\n"


def next_(body: object) -> str:
    return f"event: next\ndata: {json.dumps(body, separators=(',', ':'))}\n\n"


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[str]:
    """Whole events, as they come; comments too."""
    buffer = ""
    async for chunk in response.content.iter_any():
        buffer += chunk.decode()
        while "\n\n" in buffer:
            event, _, buffer = buffer.partition("\n\n")
            yield event + "\n\n"


async def test_a_subscription(stream: Any) -> None:
    async with stream.events(TICKS) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-cache"
        text = await response.text()

    assert text == "".join(next_({"data": {"ticks": n}}) for n in (1, 2, 3)) + COMPLETE


async def test_a_subscription_by_get(stream: Any) -> None:
    async with stream.events(TICKS, "GET") as response:
        assert (await response.text()).count("event: next\n") == 3


@pytest.mark.parametrize(
    "accept",
    [
        "application/json, text/event-stream",
        "application/graphql-response+json, application/json, text/event-stream",
        "text/event-stream;q=0.5, */*",
    ],
)
async def test_who_takes_json_too_gets_events_for_subscriptions_only(
    stream: Any, accept: str
) -> None:
    async with stream.events(TICKS, Accept=accept) as response:
        assert (await response.text()).count("event: next\n") == 3
    async with stream.events("{ sayHello }", Accept=accept) as response:
        assert (await response.json(content_type=None))["data"]


async def test_who_does_not_take_events_is_told(stream: Any) -> None:
    for accept in ("application/json", "*/*"):
        async with stream.events(TICKS, Accept=accept) as response:
            assert "text/event-stream" in await response.text()
    assert stream.probe.open == 0


async def test_a_query_and_a_mutation_are_one_event(stream: Any) -> None:
    for query in ("{ sayHello }", 'mutation { addItem(name: "x") }'):
        async with stream.events(query) as response:
            text = await response.text()
        (first, last) = text.removesuffix("\n\n").split("\n\n")
        assert json.loads(first.removeprefix("event: next\ndata: "))["data"]
        assert last + "\n\n" == COMPLETE


async def test_a_mutation_by_get_is_refused(stream: Any) -> None:
    async with stream.events('mutation { addItem(name: "x") }', "GET") as response:
        assert "Mutations are sent by POST." in await response.text()
    assert stream.server.app.calls == []


@pytest.mark.parametrize("query", ["subscription { nope }", "{", "{ nope }"])
async def test_what_cannot_run_is_one_event_too(stream: Any, query: str) -> None:
    async with stream.events(query) as response:
        assert response.status == 200
        text = await response.text()
    assert text.startswith('event: next\ndata: {"errors":[')
    assert text.endswith(COMPLETE)


async def test_what_is_no_request_is_no_stream(stream: Any) -> None:
    url = f"{stream.server.url}/graphql"
    headers = {"Accept": "text/event-stream"}
    async with stream.server.client.post(url, data="x", headers=headers) as response:
        assert response.status == 415
    async with stream.server.client.post(url, json={"query": 1}, headers=headers) as response:
        assert response.status == 400


async def test_a_source_that_fails_ends_with_its_error(stream: Any) -> None:
    async with stream.events("subscription { failing }") as response:
        text = await response.text()
    first, error, last = text.removesuffix("\n\n").split("\n\n")
    assert "data" in first
    assert json.loads(error.partition("data: ")[2])["errors"][0]["extensions"] == {"code": "OVER"}
    assert last + "\n\n" == COMPLETE


async def test_a_fault_of_ours_is_not_shown(stream: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with stream.events("subscription { odd }") as response:
        text = await response.text()
    assert "internal error" in text
    assert text.endswith(COMPLETE)
    assert stream.probe.open == 0
    assert "object" in caplog.text


async def test_events_are_sent_as_they_happen(stream: Any) -> None:
    async with stream.events("subscription { ticks(intervalMs: 3600000) }") as response:
        async for event in events(response):
            assert event == next_({"data": {"ticks": 1}})
            break


async def test_heartbeats(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.02)
    seen = []
    async with stream.events("subscription { silence }") as response:
        async for event in events(response):
            seen.append(event)
            if len(seen) == 3:
                break
    assert seen == [":\n\n"] * 3


async def test_a_long_query_is_kept_alive_too(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.02)
    async with stream.events("{ wait }") as response:
        source = events(response)
        assert await anext(source) == ":\n\n"
        stream.server.app.go_on.set()
        rest = [event async for event in source]
    assert "waited in version 1" in rest[-2]
    assert rest[-1] == COMPLETE


async def test_a_client_that_leaves_stops_the_source(stream: Any) -> None:
    for query in ("subscription { silence }", "subscription { flood(size: 100) }"):
        async with stream.events(query) as response:
            await stream.probe.opened.acquire()
            response.close()
            await stream.probe.closed.acquire()
        await stream.idle()
        assert stream.probe.open == 0


async def test_a_client_that_leaves_cancels_its_query(stream: Any) -> None:
    async with stream.events("{ wait }") as response:
        await stream.server.app.waiting.acquire()
        response.close()
        await stream.server.app.cancelled.wait()


async def test_a_slow_client_slows_the_source(stream: Any) -> None:
    slow = await _silent_client(stream, size=100_000)
    await stream.probe.opened.acquire()
    produced = await _settled(stream)
    assert produced < 500  # what sockets and buffers hold

    for _ in range(20):
        await slow.read(1_000_000)
    assert await _settled(stream) > produced
    slow.close()
    await stream.probe.closed.acquire()


async def test_a_client_that_never_reads_is_given_up(
    stream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "STALL", 0.2)
    slow = await _silent_client(stream, size=100_000)
    await stream.probe.closed.acquire()
    await stream.idle()
    assert not stream.server.deployments.current._streams
    slow.close()


async def test_a_replaced_deployment_completes_its_streams(
    stream: Any, in_process_app: Any
) -> None:
    old = stream.server.app
    async with stream.events("subscription { silence }") as response:
        await stream.probe.opened.acquire()
        stream.replace(in_process_app(version="2"))
        assert await response.text() == COMPLETE
    while not old.closed:
        await asyncio.sleep(0.005)
    assert stream.probe.open == 0


async def test_a_replaced_deployment_is_not_held_by_a_client_that_does_not_read(
    stream: Any, in_process_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "LAST_WORDS", 0.1)
    old = stream.server.app
    slow = await _silent_client(stream, size=100_000)
    await stream.probe.opened.acquire()
    await _settled(stream)
    stream.replace(in_process_app(version="2"))
    while not old.closed:
        await asyncio.sleep(0.005)
    slow.close()


async def test_queries_are_finished_by_a_replaced_deployment(
    stream: Any, in_process_app: Any
) -> None:
    app = stream.server.app
    async with stream.events("{ wait }") as response:
        await app.waiting.acquire()
        stream.replace(in_process_app(version="2"))
        app.go_on.set()
        assert "waited in version 1" in await response.text()


async def test_a_stopping_server_completes_its_streams(stream: Any) -> None:
    async with stream.events("subscription { silence }") as response:
        await stream.probe.opened.acquire()
        stream.server.stop.set()
        assert await response.text() == COMPLETE
    await asyncio.wait_for(stream.server.task, 20)
    assert stream.server.app.closed


async def test_streams_count_when_they_end(stream: Any) -> None:
    async with stream.events("subscription { silence }") as response:
        await stream.probe.opened.acquire()
        assert stream.figures.requests_in_flight == 1
        response.close()
        await stream.idle()
    async with stream.events(TICKS) as response:
        size = len(await response.read())
    await stream.idle()

    assert stream.figures.requests == {"200": 2}
    assert stream.figures.response_bytes["default"].sum == size


async def test_cors_headers(start: Any, stream_on: Any) -> None:
    stream = stream_on(await start(cors=("https://a.example",)))
    async with stream.events(TICKS, "GET", Origin="https://a.example") as response:
        assert response.headers["Access-Control-Allow-Origin"] == "https://a.example"
        assert {"Origin", "Accept"} <= {
            name.strip() for value in response.headers.getall("Vary") for name in value.split(",")
        }
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://b.example"}
    async with stream.events(TICKS, **foreign) as response:
        assert response.status == 403


async def test_the_caller(start: Any, stream_on: Any, issuer: Any) -> None:
    stream = stream_on(await start(environ=issuer.environ))
    query = "subscription { caller }"
    async with stream.events(query, path="/secure") as response:
        assert response.status == 401
    headers = {
        "Authorization": f"Bearer {issuer.sign({'sub': 'ada'})}",
        "X-Time-Zone": "Asia/Tokyo",
    }
    async with stream.events(query, path="/secure", **headers) as response:
        text = await response.text()
    assert "ada" in text
    assert "Asia/Tokyo" in text


async def test_the_connection_can_be_used_again(stream: Any) -> None:
    body = json.dumps({"query": TICKS}).encode()
    head = (
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Accept: text/event-stream\r\nContent-Length: %d\r\n" % len(body)
    )
    answer = await stream.server.raw(
        head + b"\r\n" + body + head + b"Connection: close\r\n\r\n" + body
    )
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.count(b"event: complete") == 2


async def test_many_streams_at_once(stream: Any) -> None:
    async def one() -> str:
        async with stream.events(TICKS) as response:
            return await response.text()

    texts = await asyncio.gather(*(one() for _ in range(50)))
    assert {text.count("event: next") for text in texts} == {3}


async def _silent_client(stream: Any, size: int) -> Any:
    """A client that has asked for a flood of events, and reads only what a test reads."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", stream.server.port))
    body = json.dumps({"query": f"subscription {{ flood(size: {size}) }}"}).encode()
    await asyncio.get_running_loop().sock_sendall(
        plain,
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Accept: text/event-stream\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body),
    )
    return _Silent(plain)


class _Silent:
    def __init__(self, plain: socket.socket) -> None:
        self._socket = plain

    async def read(self, size: int) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self._socket, size)

    def close(self) -> None:
        self._socket.close()


async def _settled(stream: Any) -> int:
    """Wait until no more events are produced; how many there were."""
    produced = -1
    while produced != stream.probe.produced:
        produced = stream.probe.produced
        await asyncio.sleep(0.2)
    return produced
