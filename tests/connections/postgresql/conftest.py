"""Clients of a real server, on both event loops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest
import uvloop

from atoll.connections.postgresql import PostgresqlClient
from atoll.connections.results import SqlResult
from atoll.manifest.traffic import PoolSettings

MAX_BYTES = 4 << 20


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


class Database:
    """A client, and how tests use it."""

    def __init__(self, client: PostgresqlClient) -> None:
        self.client = client

    async def run(
        self, statement: str, *parameters: Any, rows: bool = True, timeout: float = 30
    ) -> SqlResult:
        return await self.client.run(statement, parameters, rows=rows, timeout=timeout)

    async def rows(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        result = await self.run(statement, *parameters)
        assert result.json is not None
        found: list[dict[str, Any]] = json.loads(result.json)
        return found

    async def value(self, statement: str, *parameters: Any) -> Any:
        """Of the one column of the one row."""
        (row,) = await self.rows(statement, *parameters)
        (value,) = row.values()
        return value

    async def settled(self) -> None:
        """Until all sessions are free again."""
        async with asyncio.timeout(10):
            while self.client.usage().idle < self.client.usage().size:
                await asyncio.sleep(0.01)


class Connect(Protocol):
    def __call__(self, url: str, *, max_bytes: int = ..., **pool: float) -> Database: ...


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients, which are closed at the end: ``connect(url, max_size=2)``."""
    async with AsyncExitStack() as stack:

        def make(url: str, *, max_bytes: int = MAX_BYTES, **pool: Any) -> Database:
            client = PostgresqlClient("db", url, PoolSettings(**pool), max_bytes=max_bytes)
            stack.push_async_callback(client.close)
            return Database(client)

        yield make


@pytest.fixture
def database(postgresql: Any, connect: Connect) -> Database:
    """On the shared server."""
    return connect(postgresql.url)


@pytest.fixture
def fresh(postgresql: Any, connect: Connect) -> Database:
    """On a new database of the shared server."""
    return connect(postgresql.url_of(postgresql.new_database()))


@pytest.fixture
def eventually() -> Callable[[Callable[[], Awaitable[Any]]], Awaitable[None]]:
    """Waits until something holds."""

    async def wait(holds: Callable[[], Awaitable[Any]]) -> None:
        async with asyncio.timeout(10):
            while not await holds():
                await asyncio.sleep(0.02)

    return wait
