from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect

from atoll.app.call import Caller
from atoll.graphql import GraphQLApi, Source, SubscriptionError
from atoll.graphql.ticks import TICKS
from atoll.guest.types import Function, Parameter, Scalar
from atoll.server.deployment import Deployment

STRING, INT = Scalar("String"), Scalar("Int")


@dataclass
class Probe:
    """Subscriptions that tell what becomes of them."""

    produced: int = 0
    """Events of ``flood``."""
    open: int = 0
    opened: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released once for each that began."""
    closed: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released once for each that ended, in whatever way."""

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.open += 1
        self.opened.release()
        try:
            yield
        finally:
            await asyncio.sleep(0.001)  # closing takes a while
            self.open -= 1
            self.closed.release()

    async def flood(self, arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[str]:
        """As many events as are taken."""
        async with self._counted():
            while True:
                self.produced += 1
                yield "x" * arguments["size"]
                await asyncio.sleep(0)

    async def silence(self, arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[int]:
        async with self._counted():
            await asyncio.Event().wait()
            yield 0

    async def caller(self, arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[str]:
        claims = None if caller.claims is None else dict(caller.claims)
        yield json.dumps({"claims": claims, "timeZone": caller.time_zone})

    async def odd(self, arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[Any]:
        """What no JSON can be made of."""
        async with self._counted():
            yield object()

    async def failing(self, arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[int]:
        yield 1
        raise SubscriptionError("It is over.", "OVER")

    def sources(self) -> list[Source]:
        size = (Parameter("size", INT),)
        return [
            TICKS,
            Source(Function("flood", "flood", size, STRING), self.flood),
            Source(Function("silence", "silence", (), INT), self.silence),
            Source(Function("odd", "odd", (), Scalar("JSON")), self.odd),
            Source(Function("caller", "caller", (), STRING), self.caller),
            Source(Function("failing", "failing", (), INT), self.failing),
        ]


@dataclass
class Streaming:
    server: Any
    probe: Probe

    @property
    def figures(self) -> Any:
        return self.server.application.metrics.figures

    def replace(self, app: Any) -> None:
        """Put another deployment in the place of the current one."""
        self.server.deployments.replace(Deployment.of(app, {}, dev=False))

    async def idle(self) -> None:
        """Wait until no request is in flight."""
        while self.figures.requests_in_flight:
            await asyncio.sleep(0.005)

    @asynccontextmanager
    async def events(
        self, query: str, method: str = "POST", path: str = "/graphql", **headers: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Accept": "text/event-stream", **headers}
        sent: dict[str, Any] = (
            {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}
        )
        url = self.server.url + path
        async with self.server.client.request(method, url, headers=headers, **sent) as response:
            yield response

    @asynccontextmanager
    async def socket(
        self, path: str = "/graphql", *, init: Mapping[str, Any] | None = None, **options: Any
    ) -> AsyncIterator[Socket]:
        """A client whose connection is initialised."""
        async with self.raw_socket(path, **options) as socket:
            payload = {} if init is None else {"payload": init}
            await socket.say(type="connection_init", **payload)
            assert await socket.hear() == {"type": "connection_ack"}
            yield socket

    @asynccontextmanager
    async def raw_socket(self, path: str = "/graphql", **options: Any) -> AsyncIterator[Socket]:
        options = {
            "subprotocols": ["graphql-transport-ws"],
            "compression": None,
            "proxy": None,
            "max_size": None,
            "ping_interval": None,
            **options,
        }
        url = self.server.url.replace("http", "ws", 1) + path
        async with connect(url, **options) as connection:
            yield Socket(connection)


@dataclass
class Socket:
    connection: ClientConnection

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, id: str, query: str, **more: Any) -> None:
        await self.say(id=id, type="subscribe", payload={"query": query, **more})

    async def hear(self) -> Any:
        return json.loads(await asyncio.wait_for(self.connection.recv(), 20))

    async def end(self) -> tuple[int | None, str | None]:
        """The code and the reason with which the server closes."""
        await asyncio.wait_for(self.connection.wait_closed(), 20)
        return self.connection.close_code, self.connection.close_reason


@pytest.fixture
async def stream(start: Callable[..., Awaitable[Any]]) -> Streaming:
    server = await start()
    return streaming(server)


@pytest.fixture
def stream_on() -> Callable[[Any], Streaming]:
    """Gives a running server subscriptions."""
    return streaming


@pytest.fixture
def stream_to() -> Callable[[Any], Streaming]:
    """A client of a running server's own subscriptions."""
    return lambda server: Streaming(server, Probe())


def streaming(server: Any) -> Streaming:
    probe = Probe()
    server.deployments.current.api = GraphQLApi(server.app, subscriptions=probe.sources())
    return Streaming(server, probe)
