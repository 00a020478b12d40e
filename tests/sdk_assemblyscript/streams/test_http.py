"""Bodies of HTTP responses that come piece by piece."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator

import pytest
from aiohttp import web


class Service:
    def __init__(self) -> None:
        self.url = ""
        self.left = asyncio.Event()
        self.more = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/parts":
                response = web.StreamResponse()
                await response.prepare(request)
                await response.write(b"\xff\0first")
                await self.more.wait()
                await response.write(b"second")
                return response
            case "/endless":
                response = web.StreamResponse(status=201, reason="Made")
                response.content_type = "a/b"
                await response.prepare(request)
                assert (request.method, await request.text()) == ("POST", "é")
                try:
                    while True:
                        await response.write(b"x" * 1000)
                        await asyncio.sleep(0)
                finally:
                    self.left.set()
            case "/large":
                return web.Response(body=b"x" * 5_000_000)
            case "/broken":
                response = web.StreamResponse()
                await response.prepare(request)
                await response.write(b"x")
                assert request.transport is not None
                request.transport.abort()
                return response
        raise web.HTTPNotFound


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    served = web.Application()
    served.router.add_route("*", "/{path:.*}", service.answer)
    runner = web.AppRunner(served, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield service
    await runner.cleanup()


@pytest.fixture
def app(open_app, service):
    return open_app(service.url)


async def test_pieces_as_they_come(app, service):
    pieces = app.app.stream(app._function("download"), {"url": f"{service.url}/parts"})
    assert base64.b64decode(await anext(pieces)) == b"\xff\0first"
    service.more.set()
    rest = b"".join([base64.b64decode(each) async for each in pieces])
    assert rest == b"second"


async def test_what_comes_before_the_body(app, service):
    told = await app.call("downloadHead", url=f"{service.url}/endless")
    assert told[:4] == ["201", "Made", "true", "a/b"]
    assert int(told[4]) > 0
    await asyncio.wait_for(service.left.wait(), 10)


async def test_a_large_body(app, service):
    assert await app.call("downloadSize", url=f"{service.url}/large") == 5_000_000


async def test_a_broken_connection(app, service):
    message = await app.failure("downloadSize", url=f"{service.url}/broken")
    assert "connection [provider]" in message


async def test_a_url_that_is_not_allowed(app):
    message = await app.failure("downloadSize", url="http://127.0.0.1:1/")
    assert "HTTP request failed" in message
