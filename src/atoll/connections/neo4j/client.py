"""Cypher statements over one connection of the manifest."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from atoll._version import __version__
from atoll.connections.errors import ConnectionFailed
from atoll.connections.neo4j.library import load_driver
from atoll.connections.neo4j.parameters import checked_parameters
from atoll.connections.results import Neo4jResult, PoolUsage
from atoll.connections.running import SHUTDOWN_SECONDS, RunningStatements, remaining
from atoll.manifest import PoolSettings

if TYPE_CHECKING:
    from neo4j import AsyncDriver, AsyncSession, AsyncTransaction

DATABASE = "neo4j"
"""Where a statement runs that names no database."""

_SCHEMES = frozenset(
    f"{scheme}{security}" for scheme in ("neo4j", "bolt") for security in ("", "+s", "+ssc")
)

FIRST_DELAY = 0.05
LONGEST_DELAY = 2.0
"""Seconds between the tries of a statement that the server could not do for the moment."""

STALE_TRIES = 3
"""For a connection that the server has not closed."""


class Neo4jClient:
    """One driver, with its pool; made when a first statement runs.

    Each statement is one transaction. It is tried again while the server says that it may succeed
    later (a deadlock, a cluster that elects its leader), and when the connection was gone before
    the statement was sent; one that may have run is never sent twice.

    Raises:
        ConnectionFailed: BAD_ADDRESS, of ``db_uri``.
    """

    def __init__(
        self,
        name: str,
        db_uri: str,
        username: str,
        password: str,
        pool: PoolSettings,
        *,
        max_bytes: int,
    ) -> None:
        self._name = name
        self._credentials = (username, password)
        self._settings = pool
        self._max_bytes = max_bytes
        self._uri, self._host = _address(name, db_uri)
        self._statements = RunningStatements(name, self._host)
        self._slots = asyncio.Semaphore(pool.max_size)
        self._busy = 0
        self._waiting = 0
        self._driver: AsyncDriver | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._beginning: set[asyncio.Task[tuple[AsyncSession, AsyncTransaction]]] = set()
        self._background: set[asyncio.Task[None]] = set()

    async def run(
        self,
        database: str,
        query: str,
        parameters: Mapping[str, Any],
        *,
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
    ) -> Neo4jResult:
        """Run a statement, and read its whole result.

        Args:
            database: "" for ``neo4j``.
            parameters: decoded JSON.
            timeout: seconds from start to end; the server ends the transaction then as well.

        Raises:
            ConnectionFailed: there was no complete result.
        """
        sent = checked_parameters(self._name, parameters)
        self._check_text(query)
        async with self._statements.one(timeout) as scope:
            await load_driver()
            async with self._slot(scope):
                return await self._tried(database or DATABASE, query, sent, scope)

    def usage(self) -> PoolUsage:
        size = self._busy
        if self._driver is not None:
            # The driver has no public count.
            pools = self._driver._pool.connections.values()
            size = max(size, sum(not found.closed() for pool in pools for found in pool))
        return PoolUsage(size, size - self._busy, self._waiting)

    async def close(self) -> None:
        """Running statements fail with CONNECTION_LOST."""
        await self._statements.close()
        self._wake()
        for task in self._beginning:
            task.cancel()
        if left := {*self._beginning, *self._background}:
            await asyncio.wait(left, timeout=SHUTDOWN_SECONDS)
        driver, self._driver = self._driver, None
        if driver is not None:
            await _soon(driver.close())

    @asynccontextmanager
    async def _slot(self, scope: asyncio.Timeout) -> AsyncGenerator[None]:
        """One of the pool's connections."""
        # A little before its time is over: what it lacks is a connection, not an answer.
        await self._wait(min(self._settings.wait_seconds, remaining(scope) * 0.95))
        self._busy += 1
        self._wake()
        try:
            yield
        finally:
            self._busy -= 1
            self._slots.release()
            if not self._busy and self._driver is not None and not self._settings.min_size:
                self._rest()

    async def _wait(self, seconds: float) -> None:
        self._waiting += 1
        patience = asyncio.timeout(seconds)
        try:
            async with patience:
                await self._slots.acquire()
        except TimeoutError as error:
            raise ConnectionFailed(
                "POOL_EXHAUSTED",
                f"connection [{self._name}] had none of its {self._settings.max_size} connections"
                f" free within {seconds:.3g} s",
                'raise "maxSize" under "pool" in modus.json, or check for slow statements',
            ) from error
        finally:
            self._waiting -= 1

    async def _tried(
        self, database: str, query: str, parameters: dict[str, Any], scope: asyncio.Timeout
    ) -> Neo4jResult:
        from neo4j.exceptions import DriverError, Neo4jError

        from atoll.connections.neo4j.failures import broken, refused

        delay = FIRST_DELAY
        while True:
            try:
                return await self._once(database, query, parameters, scope)
            except Neo4jError as error:
                if not error.is_retryable() or remaining(scope) <= delay:
                    raise refused(self._name, error) from error
            except (DriverError, OSError) as error:
                raise broken(self._name, self._host, error) from error
            await asyncio.sleep(delay * random.uniform(0.5, 1))  # noqa: S311
            delay = min(delay * 2, LONGEST_DELAY)

    async def _once(
        self, database: str, query: str, parameters: dict[str, Any], scope: asyncio.Timeout
    ) -> Neo4jResult:
        session, transaction = await self._begun(database, remaining(scope))
        async with session, transaction:
            return await self._read(transaction, query, parameters)

    async def _begun(self, database: str, seconds: float) -> tuple[AsyncSession, AsyncTransaction]:
        """A transaction that nothing runs in yet.

        When this is cancelled, the driver goes on: it does not close the socket of a connection
        that it is making, and it loses one that it is checking.
        """
        task = asyncio.create_task(_begin(self._open(), database, seconds))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._leave)
            raise

    def _leave(self, task: asyncio.Task[tuple[AsyncSession, AsyncTransaction]]) -> None:
        """Give the connection of a transaction to the pool that nobody waits for any more."""
        if not task.cancelled() and task.exception() is None:
            self._in_background(_soon(task.result()[0].close()))

    async def _read(
        self, transaction: AsyncTransaction, query: str, parameters: dict[str, Any]
    ) -> Neo4jResult:
        from neo4j.exceptions import BrokenRecordError

        from atoll.connections.neo4j.values import UnsupportedValue, value_json

        result = await transaction.run(query, parameters)
        records = []
        size = 0
        try:
            async for record in result:
                values = tuple([value_json(value) for value in record.values()])
                size += sum(map(len, values))
                if size > self._max_bytes:
                    raise self._too_large()
                records.append(values)
        except (BrokenRecordError, UnsupportedValue) as error:
            transaction.cancel()
            raise self._unreadable() from error
        except ConnectionFailed:
            # The rest is not read: the connection goes.
            transaction.cancel()
            raise
        return Neo4jResult(list(result.keys()), records)

    def _open(self) -> AsyncDriver:
        from neo4j import AsyncGraphDatabase, NotificationMinimumSeverity
        from neo4j.exceptions import DriverError

        from atoll.connections.neo4j.failures import CONNECT_SECONDS

        if self._driver is None:
            try:
                self._driver = AsyncGraphDatabase.driver(
                    self._uri,
                    auth=self._credentials,
                    user_agent=f"atoll/{__version__}",
                    max_connection_pool_size=self._settings.max_size,
                    max_connection_lifetime=self._settings.lifetime_seconds,
                    connection_timeout=CONNECT_SECONDS,
                    telemetry_disabled=True,
                    warn_notification_severity=NotificationMinimumSeverity.OFF,
                )
            except (ValueError, TypeError, DriverError):
                raise _bad(self._name) from None
        return self._driver

    def _let_go(self) -> None:
        """Close the driver when nothing uses it; the next statement makes another."""
        self._idle = None
        if self._beginning or self._background:
            self._rest()
        elif self._driver is not None:
            driver, self._driver = self._driver, None
            self._in_background(_soon(driver.close()))

    def _rest(self) -> None:
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._settings.idle_seconds, self._let_go)

    def _wake(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _check_text(self, query: str) -> None:
        if not query.strip():
            raise ConnectionFailed(
                "STATEMENT_FAILED", f"connection [{self._name}] was given an empty statement"
            )
        try:
            query.encode()
        except UnicodeEncodeError:
            raise ConnectionFailed(
                "STATEMENT_FAILED",
                f"connection [{self._name}]: the statement has half of a surrogate pair in it,"
                " which is no character",
            ) from None

    def _too_large(self) -> ConnectionFailed:
        return ConnectionFailed(
            "RESULT_TOO_LARGE",
            f"the result over connection [{self._name}] is larger than {self._max_bytes >> 20} MiB",
            'ask for less, or raise "payloadMb" under "limits" in modus.json',
        )

    def _unreadable(self) -> ConnectionFailed:
        return ConnectionFailed(
            "STATEMENT_FAILED",
            f"connection [{self._name}] gave a value that cannot be read: a date outside of the"
            " years 1 to 9999, or a type of a newer Neo4j",
            "convert it in the statement, for example with toString()",
        )


async def _begin(
    driver: AsyncDriver, database: str, seconds: float
) -> tuple[AsyncSession, AsyncTransaction]:
    """Connections that the server has closed meanwhile are left behind."""
    from neo4j.exceptions import ServiceUnavailable, SessionExpired

    from atoll.connections.neo4j.failures import is_unreached

    session = driver.session(database=database, connection_acquisition_timeout=seconds)
    try:
        for tries_left in reversed(range(STALE_TRIES)):
            try:
                transaction = await session.begin_transaction(timeout=seconds)
            except (ServiceUnavailable, SessionExpired) as error:
                if not tries_left or is_unreached(error):
                    raise
            else:
                # With the time that servers suggest, the driver makes two tasks for each record.
                # The statement has its own.
                transaction._connection.socket.set_read_timeout(None)
                return session, transaction
    except BaseException:
        await session.close()
        raise
    raise AssertionError


async def _soon(closing: Awaitable[None]) -> None:
    """It says goodbye, which a server that is gone does not hear."""
    from neo4j.exceptions import DriverError

    with suppress(TimeoutError, OSError, DriverError):
        async with asyncio.timeout(SHUTDOWN_SECONDS):
            await closing


def _address(name: str, uri: str) -> tuple[str, str]:
    """The URI for the driver, and ``host:port`` for messages."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port or 7687
    except ValueError:
        raise _bad(name) from None
    if parts.scheme not in _SCHEMES or not host or "@" in parts.netloc:
        raise _bad(name)
    # The driver warns of a path, which no server has a meaning for.
    known = urlunsplit((parts.scheme, parts.netloc, "", parts.query, ""))
    return known, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bad(name: str) -> ConnectionFailed:
    """What the driver says has the URI in it."""
    return ConnectionFailed(
        "BAD_ADDRESS",
        f'the "dbUri" of connection [{name}] is no address of a Neo4j server',
        "write it as neo4j+s://host, neo4j://host:7687 or bolt://host:7687, without a user",
    )
