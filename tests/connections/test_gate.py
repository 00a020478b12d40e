"""What a connection's settings allow, and what its observer learns, with real servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from atoll.connections import ConnectionFailed, HttpClient, HttpResponse
from atoll.connections.gate import Gate
from atoll.manifest import HttpConnection, RateSettings, RetrySettings
from atoll.secrets import Secrets

Send = Callable[..., Any]


class Observer:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str | None]] = []

    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        assert seconds >= 0
        self.seen.append((connection, type, failure))


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
async def client(observer: Observer) -> AsyncIterator[HttpClient]:
    client = HttpClient(Secrets({}), observer=observer)
    yield client
    await client.close()


def connection(origin: str, name: str = "api", **more: Any) -> HttpConnection:
    return HttpConnection(name, base_url=f"{origin}/", **more)


async def send(
    client: HttpClient, connection: HttpConnection, path: str = "", seconds: float = 30
) -> HttpResponse:
    return await client.request(
        connection, "GET", connection.base_url + path, timeout=seconds, max_bytes=1 << 20
    )


class Crowd:
    """A server that answers when as many requests wait as it says."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.waiting = 0
        self.most = 0
        self.order: list[str] = []
        self.complete = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.order.append(request.path)
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        if self.waiting == self.size:
            self.complete.set()
        try:
            await self.complete.wait()
            await asyncio.sleep(0)
        finally:
            self.waiting -= 1
        return web.Response(text="ok")


async def failure(sending: Any) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await sending
    return caught.value


# Connections at the same time ---------------------------------------------------------------------


async def test_200_requests_are_under_way_at_once(client, serve):
    crowd = Crowd(200)
    api = connection(await serve(crowd.handle))
    responses = await asyncio.gather(*(send(client, api) for _ in range(200)))
    assert {response.body for response in responses} == {b"ok"}


async def test_no_more_are_under_way_than_the_manifest_allows(client, serve):
    crowd = Crowd(3)
    api = connection(await serve(crowd.handle), max_connections=3)
    await asyncio.gather(*(send(client, api) for _ in range(30)))
    assert crowd.most == 3


async def test_first_come_first_served(client, serve):
    crowd = Crowd(1)
    api = connection(await serve(crowd.handle), max_connections=1)
    await asyncio.gather(*(send(client, api, str(number)) for number in range(20)))
    assert crowd.order == [f"/{number}" for number in range(20)]


async def test_connections_do_not_wait_for_each_other(client, serve):
    crowd = Crowd(2)  # on one host
    origin = await serve(crowd.handle)
    one = connection(origin, "one", max_connections=1)
    other = connection(origin, "other", max_connections=1)
    await asyncio.gather(send(client, one), send(client, other))


async def test_who_waits_for_others_too_long_is_told_so(client, serve):
    crowd = Crowd(2)
    api = connection(await serve(crowd.handle), max_connections=1)
    holding = asyncio.create_task(send(client, api))
    while not crowd.waiting:
        await asyncio.sleep(0.01)
    error = await failure(send(client, api, seconds=0.05))
    assert error.code == "POOL_EXHAUSTED"
    assert "[api]" in error.message
    assert "maxConnections" in (error.hint or "")
    crowd.complete.set()
    await holding
    await send(client, api)  # whoever gave up left no place taken


async def test_a_place_is_given_back_whatever_happens(client, serve):
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path == "/large":
            return web.Response(body=bytes(2 << 20))
        if request.path == "/dies":
            assert request.transport is not None
            request.transport.abort()
        if request.path == "/waits":
            await asyncio.Event().wait()
        return web.Response()

    api = connection(await serve(handler), max_connections=1)
    await failure(send(client, api, "large"))
    await failure(send(client, api, "dies"))
    await failure(send(client, api, "waits", seconds=0.05))
    task = asyncio.create_task(send(client, api, "waits"))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with client.stream(
        api, "GET", f"{api.base_url}large", timeout=10, max_bytes=1 << 30
    ) as stream:
        await anext(stream)
    assert (await send(client, api)).status == 200


# Their rate ---------------------------------------------------------------------------------------


async def test_who_could_not_begin_in_time_fails_at_once(client, serve):
    crowd = Crowd(1)
    api = connection(await serve(crowd.handle), rate=RateSettings(2, 3600))
    for _ in range(2):
        await send(client, api)
    error = await asyncio.wait_for(failure(send(client, api, seconds=3000)), 60)
    assert error.code == "RATE_LIMITED"
    assert "[api]" in error.message
    assert "2 requests in 3600 s" in error.message
    assert "rateLimit" in (error.hint or "")
    assert len(crowd.order) == 2


async def test_those_that_wait_for_a_connection_count_as_well(client, serve):
    crowd = Crowd(10)
    api = connection(await serve(crowd.handle), max_connections=1, rate=RateSettings(2, 3600))
    first = asyncio.create_task(send(client, api))
    second = asyncio.create_task(send(client, api))
    while not crowd.waiting:
        await asyncio.sleep(0.01)
    assert (await asyncio.wait_for(failure(send(client, api)), 15)).code == "RATE_LIMITED"
    crowd.complete.set()
    await asyncio.gather(first, second)


async def test_who_waited_for_a_connection_until_its_turn_was_too_late_fails_at_once():
    api = connection("http://a.test", max_connections=1, rate=RateSettings(1, 3600))
    gate = Gate(api)
    await gate._free.acquire()
    entering = asyncio.create_task(gate.enter(time.monotonic() + 1800))
    await asyncio.sleep(0)
    assert gate._rate is not None
    await gate._rate.turn()  # of the one that has the connection
    gate.leave()
    assert (await asyncio.wait_for(failure(entering), 15)).code == "RATE_LIMITED"
    assert not gate._free.locked()


async def test_requests_that_come_too_fast_wait_for_their_turn(client, serve):
    crowd = Crowd(1)
    api = connection(await serve(crowd.handle), rate=RateSettings(3, 0.05))
    before = time.monotonic()
    await asyncio.gather(*(send(client, api, str(number)) for number in range(12)))
    assert time.monotonic() - before >= 3 * 0.05
    assert sorted(crowd.order) == sorted(f"/{number}" for number in range(12))


# Their time ---------------------------------------------------------------------------------------


async def test_a_connection_may_have_less_time_than_its_caller(client, serve):
    crowd = Crowd(9)
    origin = await serve(crowd.handle)
    error = await failure(send(client, connection(origin, timeout=0.1), seconds=3600))
    assert (error.code, "within 0.1 s" in error.message) == ("TIMEOUT", True)
    error = await failure(send(client, connection(origin, timeout=3600), seconds=0.1))
    assert (error.code, "within 0.1 s" in error.message) == ("TIMEOUT", True)


async def test_the_time_is_that_of_all_tries_together(client, serve):
    asked = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return web.Response(status=503)

    retries = RetrySettings(attempts=10, backoff_seconds=0)
    api = connection(await serve(handler), timeout=0.2, retries=retries)
    error = await failure(send(client, api))
    assert error.code == "TIMEOUT"
    assert asked < 10


# The observer -------------------------------------------------------------------------------------


async def test_each_request_is_reported_once(client, serve, observer):
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=int(request.path[1:]))

    retries = RetrySettings(attempts=2, backoff_seconds=0)
    api = connection(await serve(handler), retries=retries)
    for status in (200, 404, 500, 503):
        await send(client, api, str(status))
    await failure(send(client, HttpConnection("bad")))
    assert observer.seen == [
        ("api", "http", None),
        ("api", "http", None),
        ("api", "http", "HTTP_5XX"),
        ("api", "http", "HTTP_5XX"),
        ("bad", "http", "BAD_URL"),
    ]


async def test_what_went_wrong_is_reported(client, serve, serve_bytes, observer):
    crowd = Crowd(9)
    api = connection(await serve(crowd.handle))
    await failure(send(client, api, seconds=0.05))
    task = asyncio.create_task(send(client, api))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    await failure(send(client, connection(await serve_bytes(half), "half")))
    assert [seen[2] for seen in observer.seen] == ["TIMEOUT", "CANCELLED", "CONNECTION_LOST"]


async def test_a_stream_is_reported_when_it_has_ended(client, serve_bytes, observer):
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfull"
    api = connection(await serve_bytes(whole))
    async with client.stream(api, "GET", api.base_url, timeout=9, max_bytes=99) as stream:
        assert observer.seen == []
        await stream.read()
    with pytest.raises(ConnectionFailed):
        async with client.stream(api, "GET", api.base_url, timeout=9, max_bytes=1) as stream:
            await stream.read()
    async with client.stream(api, "GET", api.base_url, timeout=9, max_bytes=99):
        pass  # not interested
    assert [seen[2] for seen in observer.seen] == [None, "RESPONSE_TOO_LARGE", None]
