"""Statements of functions: found their database, run over its pool, logged and counted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from atoll.connections.clients import Client, make_client, render_settings, secret_values
from atoll.connections.errors import ConnectionFailed
from atoll.connections.observer import ConnectionObserver
from atoll.connections.operation import DGRAPH, NEO4J, SQL, Operations
from atoll.connections.parameters import named_parameters, positional_parameters
from atoll.connections.results import (
    DgraphMutation,
    DgraphResult,
    Neo4jResult,
    PoolUsage,
    SqlResult,
)
from atoll.connections.statements import Dialect
from atoll.connections.words import Words
from atoll.manifest import DatabaseConnection, HttpConnection, Manifest
from atoll.secrets import Secrets

_log = logging.getLogger("atoll.connections")
T = TypeVar("T")
SHARE_OF_CALL = 0.9
"""Of a call's wallSeconds, what one statement may take."""


class Databases:
    """The database connections of one app. A client of each is made when it is first used.

    Args:
        max_bytes: of one result, as JSON.
        observer: learns of each statement.
    """

    def __init__(
        self,
        manifest: Manifest,
        secrets: Secrets,
        *,
        max_bytes: int,
        observer: ConnectionObserver | None = None,
    ) -> None:
        self._connections: Mapping[str, DatabaseConnection] = {
            name: connection
            for name, connection in manifest.connections.items()
            if not isinstance(connection, HttpConnection)
        }
        self._others = frozenset(manifest.connections) - frozenset(self._connections)
        self._secrets = secrets
        self._seconds = manifest.limits.wall_seconds * SHARE_OF_CALL
        self._max_bytes = max_bytes
        self._operations = Operations(observer)
        self._held: dict[str, _Held] = {}
        self._retired: dict[asyncio.Task[None], _Held] = {}

    async def sql(
        self, connection: str, kind: str, statement: str, parameters: str, *, rows: bool
    ) -> SqlResult:
        """Run one statement in a transaction of its own.

        Args:
            connection: its name; "" for the only one of its kind.
            kind: ``postgresql`` or ``mysql``.
            parameters: a JSON array.
            rows: whether its rows are wanted.

        Raises:
            ConnectionFailed: it cannot be said that the statement ran to its end.
        """
        if kind not in ("postgresql", "mysql"):
            raise ConnectionFailed(
                "NO_SUCH_CONNECTION", f"{kind[:60]!r} is no kind of SQL database"
            )
        found = self._find(connection, kind)
        statement = statement.strip()
        values = positional_parameters(parameters, found.name, self._max_bytes)
        return await self._run(
            found,
            SQL,
            statement,
            values,
            lambda client, seconds: client.run(statement, values, rows=rows, timeout=seconds),
        )

    async def neo4j(
        self, connection: str, database: str, query: str, parameters: str
    ) -> Neo4jResult:
        """Run one query; ``parameters`` is a JSON object, or null, as text."""
        found = self._find(connection, "neo4j")
        values = named_parameters(parameters, found.name, self._max_bytes)
        return await self._run(
            found,
            NEO4J,
            query,
            values,
            lambda client, seconds: client.run(database or "neo4j", query, values, timeout=seconds),
        )

    async def dgraph(
        self,
        connection: str,
        query: str,
        variables: Mapping[str, str],
        mutations: list[DgraphMutation],
    ) -> DgraphResult:
        """Run one request: a query, or mutations that are committed, or both."""
        found = self._find(connection, "dgraph")
        return await self._run(
            found,
            DGRAPH["query"],
            query,
            variables,
            lambda client, seconds: client.run(query, variables, mutations, timeout=seconds),
        )

    async def alter_dgraph(self, connection: str, schema: str) -> None:
        """Change the schema."""
        await self._alter(connection, "alter", lambda c, seconds: c.alter(schema, timeout=seconds))

    async def drop_dgraph_attribute(self, connection: str, attribute: str) -> None:
        """Drop a predicate with all of its data."""
        await self._alter(
            connection, "drop", lambda c, seconds: c.drop_attribute(attribute, timeout=seconds)
        )

    async def drop_all_of_dgraph(self, connection: str) -> None:
        """Drop all data and the schema."""
        await self._alter(connection, "drop all", lambda c, seconds: c.drop_all(timeout=seconds))

    def usage(self) -> Mapping[str, tuple[str, PoolUsage]]:
        """The pools that are in use: kind and state by the connection's name."""
        return {
            name: (self._connections[name].type, held.client.usage())
            for name, held in self._held.items()
        }

    async def close(self) -> None:
        """Close all pools; statements that still run fail."""
        left = [*self._held.values(), *self._retired.values()]
        self._held = {}
        for task in self._retired:
            task.cancel()
        await asyncio.gather(*self._retired, return_exceptions=True)
        await asyncio.gather(*(_close(held.client) for held in left))

    async def _alter(
        self, connection: str, what: str, operate: Callable[[Any, float], Awaitable[None]]
    ) -> None:
        await self._run(self._find(connection, "dgraph"), DGRAPH[what], "", (), operate)

    def _find(self, name: str, kind: str) -> DatabaseConnection:
        """The connection of that name and kind; the only one of the kind if the name is empty."""
        if not name:
            of_kind = [one for one in self._connections.values() if one.type == kind]
            if len(of_kind) == 1:
                return of_kind[0]
            raise ConnectionFailed(
                "NO_SUCH_CONNECTION",
                f"the manifest has {len(of_kind) or 'no'} connections of type {kind}, so the "
                "function must say which one",
                _add_one(kind) if not of_kind else f"one of {', '.join(c.name for c in of_kind)}",
            )
        found = self._connections.get(name)
        if found is not None and found.type == kind:
            return found
        shown = name[:100]
        if found is not None or name in self._others:
            raise ConnectionFailed(
                "NO_SUCH_CONNECTION", f"connection [{shown}] is not a {kind} connection"
            )
        raise ConnectionFailed(
            "NO_SUCH_CONNECTION", f"connection [{shown}] is not in the manifest", _add_one(kind)
        )

    async def _run(
        self,
        connection: DatabaseConnection,
        words: Words,
        statement: str,
        values: Any,
        operate: Callable[[Any, float], Awaitable[T]],
    ) -> T:
        seconds = connection.timeout or self._seconds
        begun = self._operations.begin(connection, words, statement, Dialect(connection.type))
        try:
            held = self._held_for(connection)
        except ConnectionFailed as error:
            begun.failed(error, values, ())
            raise
        held.users += 1
        try:
            result = await operate(held.client, min(seconds, self._seconds))
        except ConnectionFailed as error:
            begun.failed(error, values, secret_values(connection, self._secrets))
            raise
        except asyncio.CancelledError:
            begun.cancelled()
            raise
        except Exception as error:
            # A driver's own words may hold anything: they are not for logs.
            failure = ConnectionFailed(
                "CONNECTION_LOST",
                f"connection [{connection.name}] failed: {type(error).__name__}",
            )
            begun.failed(failure, values, secret_values(connection, self._secrets))
            _log.debug("Unexpected error of a driver.", exc_info=error)
            raise failure from None
        finally:
            held.users -= 1
            if not held.users:
                held.unused.set()
        begun.completed()
        return result

    def _held_for(self, connection: DatabaseConnection) -> _Held:
        """The client of a connection: another one after its secrets have changed."""
        held = self._held.get(connection.name)
        version = self._secrets.version
        if held is not None and held.version == version:
            return held
        settings = render_settings(connection, self._secrets)
        if held is not None and held.settings == settings:
            held.version = version
            return held
        # Before the old one retires: settings that make no client must not leave a closed one here.
        client = make_client(connection, settings, max_bytes=self._max_bytes)
        if held is not None:
            self._retire(held)
        held = self._held[connection.name] = _Held(client, settings, version)
        return held

    def _retire(self, held: _Held) -> None:
        task = asyncio.get_running_loop().create_task(held.retire())
        self._retired[task] = held
        task.add_done_callback(self._retired.pop)


class _Held:
    """A client with the settings that it was made of."""

    __slots__ = ("client", "settings", "unused", "users", "version")

    def __init__(self, client: Client, settings: tuple[str, ...], version: int) -> None:
        self.client = client
        self.settings = settings
        self.version = version
        self.users = 0
        self.unused = asyncio.Event()

    async def retire(self) -> None:
        """Close the client when the statements that use it are done."""
        while self.users:
            self.unused.clear()
            await self.unused.wait()
        await _close(self.client)


async def _close(client: Client) -> None:
    try:
        await client.close()
    except Exception:
        _log.exception("Closing a connection failed.")


def _add_one(kind: str) -> str:
    return f'add one to "connections" in modus.json: "my-db": {{"type": "{kind}", ...}}'
