"""Answers that do not come: which statements are sent again. The server is one of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc.aio
import pytest
from pydgraph.proto import api_pb2 as api

from atoll.connections.dgraph import DgraphClient
from atoll.connections.dgraph.address import parse_address
from atoll.connections.dgraph.channel import open_channel
from atoll.connections.errors import ConnectionFailed


@dataclass
class Forgetful:
    """Does what it is told, and says of the first that it has gone away."""

    altered: list[Any] = field(default_factory=list)

    async def alter(self, request: Any, context: Any) -> Any:
        self.altered.append(request)
        if len(self.altered) == 1:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        return api.Payload()


@dataclass
class Slow:
    """Answers when it may."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def alter(self, request: Any, context: Any) -> Any:
        if request.schema:
            self.asked.set()
            await self.may.wait()
        return api.Payload()


@asynccontextmanager
async def served(one: Any) -> AsyncIterator[str]:
    server = grpc.aio.server()
    handler = grpc.unary_unary_rpc_method_handler(
        one.alter,
        request_deserializer=api.Operation.FromString,
        response_serializer=api.Payload.SerializeToString,
    )
    handlers = grpc.method_handlers_generic_handler("api.Dgraph", {"Alter": handler})
    server.add_generic_rpc_handlers([handlers])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


async def test_a_schema_is_sent_again_when_its_answer_is_lost() -> None:
    server = Forgetful()
    async with served(server) as target:
        client = DgraphClient("graph", f"dgraph://{target}", "", "", max_bytes=1 << 20)
        await client.alter("name: string .", timeout=10)
        await client.close()
    assert [request.schema for request in server.altered] == ["name: string ."] * 2


@pytest.mark.parametrize("what", ["attribute", "all"])
async def test_nothing_is_dropped_twice(what: str) -> None:
    server = Forgetful()
    async with served(server) as target:
        client = DgraphClient("graph", f"dgraph://{target}", "", "", max_bytes=1 << 20)
        dropping = (
            client.drop_all(timeout=10)
            if what == "all"
            else client.drop_attribute("name", timeout=10)
        )
        with pytest.raises(ConnectionFailed) as caught:
            await dropping
        await client.close()
    assert caught.value.code == "CONNECTION_LOST"
    assert len(server.altered) == 1


async def test_a_channel_that_was_unused_before_is_closed_after_its_calls() -> None:
    server = Slow()
    async with served(server) as target:
        channel = await open_channel(
            parse_address("graph", f"dgraph://{target}", "", ""), max_bytes=1 << 20
        )
        await channel.call("Alter", api.Operation(drop_attr="a"), 10)
        call = asyncio.create_task(channel.call("Alter", api.Operation(schema="b"), 10))
        await server.asked.wait()
        closing = asyncio.create_task(channel.close())
        for _ in range(5):
            await asyncio.sleep(0)
        assert not closing.done()
        server.may.set()
        assert await call == api.Payload()
        await closing
