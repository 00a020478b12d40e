"""The client of one PostgreSQL connection of the manifest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from atoll.connections.pool import Closed, Exhausted, Pool, Unsent
from atoll.connections.postgresql.address import Address, parse_address
from atoll.connections.postgresql.failures import Failures
from atoll.connections.postgresql.leftovers import leaves_nothing
from atoll.connections.postgresql.library import load_library
from atoll.connections.postgresql.parameters import BadParameters
from atoll.connections.results import PoolUsage, SqlResult
from atoll.manifest.traffic import PoolSettings

if TYPE_CHECKING:
    from atoll.connections.postgresql.session import Session

_SENDINGS = 3
"""Of a statement, each on another session, as long as the server has not got it."""
_FAREWELL_SECONDS = 1.0
"""For telling the server to stop what still runs when the client is closed."""
_UNREAD_BYTES = 16 << 20
"""What the system may hold of a result before we have it."""


class PostgresqlClient:
    """Runs statements, each as a transaction of its own, on sessions of a pool.

    Sessions are opened when statements need them. What a statement leaves in its session (settings,
    temporary tables, locks, an open transaction) does not reach the next.

    Args:
        name: of the connection, for messages.
        conn_string: a URL with its secrets; a wrong one is told about when a statement is run.
        max_bytes: of a result as JSON.
    """

    def __init__(self, name: str, conn_string: str, pool: PoolSettings, *, max_bytes: int) -> None:
        self._name = name
        self._conn_string = conn_string
        self._settings = pool
        self._max_bytes = max_bytes
        self._database: _Database | None = None
        self._closed = False

    async def run(
        self,
        statement: str,
        parameters: Sequence[Any],
        *,
        rows: bool,
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
    ) -> SqlResult:
        """Run a statement; without parameters, several may stand in one text.

        Args:
            parameters: JSON values for $1, $2 and so on, with Decimal for numbers with a fraction.
            rows: whether the rows of the result (the last one with rows) are wanted.
            timeout: seconds, in which also a free session must be found. The server is told to
                stop a statement that takes longer, or whose task is cancelled.

        Raises:
            ConnectionFailed: it did not run, or not to its end, or its result is too large.
        """
        database = await self._open()
        return await database.run(statement, parameters, rows=rows, seconds=timeout)

    async def close(self) -> None:
        """Close all sessions. Statements that still run, or wait for a session, fail."""
        self._closed = True
        if self._database is not None:
            await self._database.close()

    def usage(self) -> PoolUsage:
        return PoolUsage(0, 0, 0) if self._database is None else self._database.pool.usage

    async def _open(self) -> _Database:
        if self._database is None:
            address = parse_address(self._name, self._conn_string)
            await load_library()
            if self._database is None:
                self._database = _Database(self._name, address, self._settings, self._max_bytes)
                if self._closed:
                    await self._database.close()
        return self._database


class _Database:
    """What is there once a first statement has come."""

    def __init__(self, name: str, address: Address, settings: PoolSettings, max_bytes: int) -> None:
        from atoll.connections.postgresql.execution import Executor
        from atoll.connections.postgresql.session import Session

        self._connect_session = Session.open
        self._keywords = address.keywords
        self._settings = address.settings(settings)
        self._failures = Failures(name, address.where, max_bytes)
        self._piece_bytes = 2 * max_bytes + _UNREAD_BYTES
        self._executor = Executor(self._failures)
        self.pool: Pool[Session] = Pool(self._settings, self._connect)
        self._clearing: set[asyncio.Task[None]] = set()
        self._closed = False

    async def run(
        self, statement: str, parameters: Sequence[Any], *, rows: bool, seconds: float
    ) -> SqlResult:
        command = self._command(statement)
        session: Session | None = None
        try:
            async with asyncio.timeout(seconds):
                for _ in range(_SENDINGS):
                    session = await self._take()
                    try:
                        return await self._executor.run(session, command, parameters, rows=rows)
                    except Unsent:
                        self.pool.drop(session)
                        session = None
                raise self._failures.lost()
        except TimeoutError:
            if session is None and self.pool.is_full:
                raise self._failures.exhausted(self._settings.max_size, seconds) from None
            raise self._failures.timed_out(seconds) from None
        except BadParameters as error:
            raise self._failures.bad_parameters(str(error)) from None
        finally:
            if session is not None:
                self._leave(session, statement)

    async def close(self) -> None:
        self._closed = True
        running = self.pool.in_use
        self.pool.close()
        for session in running:
            session.abandon()
        try:
            await asyncio.gather(*(session.cancel(_FAREWELL_SECONDS) for session in running))
        finally:
            for session in running:
                self.pool.drop(session)
            for task in self._clearing:
                task.cancel()

    def _command(self, statement: str) -> bytes:
        try:
            command = statement.strip().encode()
        except UnicodeEncodeError:
            raise self._failures.bad_statement(
                "has half of a surrogate pair, which is no text"
            ) from None
        if b"\0" in command:
            raise self._failures.bad_statement("contains the character NUL")
        return command

    async def _connect(self) -> Session:
        return await self._connect_session(
            self._keywords, self._failures, self._piece_bytes, self.pool.drop
        )

    async def _take(self) -> Session:
        wait = self._settings.wait_seconds
        try:
            return await self.pool.take(wait)
        except Exhausted:
            raise self._failures.exhausted(self._settings.max_size, wait) from None
        except Closed:
            raise self._failures.closed() from None

    def _leave(self, session: Session, statement: str) -> None:
        """Give the session back, at once if it is as it was."""
        if self._closed:
            # Whoever closes the client closes it.
            return
        if session.lost or (session.idle and session.swollen):
            self.pool.drop(session)
        elif session.idle and leaves_nothing(statement):
            self.pool.give(session)
        else:
            # The call does not wait for this.
            task = asyncio.create_task(self._clear(session))
            self._clearing.add(task)
            task.add_done_callback(self._clearing.discard)

    async def _clear(self, session: Session) -> None:
        clean = False
        try:
            clean = await session.clear()
        finally:
            if clean:
                self.pool.give(session)
            else:
                self.pool.drop(session)
