"""Clients of a real server, on both event loops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
import uvloop

from atoll.connections.mysql import MysqlClient
from atoll.connections.results import SqlResult
from atoll.manifest import PoolSettings

LONG = 30.0


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


class Database:
    """A client, and short ways to use it."""

    def __init__(
        self, url: str, *, max_bytes: int = 1 << 20, name: str = "db", **pool: Any
    ) -> None:
        self.client = MysqlClient(name, url, PoolSettings(**pool), max_bytes=max_bytes)

    async def query(self, statement: str, *parameters: Any, timeout: float = LONG) -> SqlResult:
        return await self.client.run(statement, parameters, rows=True, timeout=timeout)

    async def execute(self, statement: str, *parameters: Any, timeout: float = LONG) -> SqlResult:
        return await self.client.run(statement, parameters, rows=False, timeout=timeout)

    async def rows(self, statement: str, *parameters: Any) -> Any:
        result = await self.query(statement, *parameters)
        assert result.json is not None
        return json.loads(result.json)

    async def value(self, statement: str, *parameters: Any) -> Any:
        [row] = await self.rows(statement, *parameters)
        [value] = row.values()
        return value


@pytest.fixture
async def connect() -> AsyncIterator[Any]:
    """Makes clients of URLs, and closes them."""
    made: list[Database] = []

    def make(url: str, **options: Any) -> Database:
        made.append(Database(url, **options))
        return made[-1]

    yield make
    for database in made:
        await database.client.close()


@pytest.fixture
async def fresh(mariadb: Any, connect: Any) -> Database:
    """An empty database, over one session so that statements follow each other in it."""
    name = await asyncio.to_thread(mariadb.new_database)
    found: Database = connect(mariadb.url_of(name), max_size=1)
    return found


@pytest.fixture
async def processes(mariadb: Any) -> Any:
    """The statements that run on the shared server and hold a text."""

    async def find(text: str, server: Any = mariadb) -> Sequence[str]:
        found = await asyncio.to_thread(
            server.execute, "SELECT info FROM information_schema.processlist WHERE info IS NOT NULL"
        )
        return [line for line in found.splitlines() if text in line and "processlist" not in line]

    return find
