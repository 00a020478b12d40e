"""The client of one MySQL or MariaDB connection of the manifest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from atoll.connections.errors import ConnectionFailed
from atoll.connections.mysql.address import Address, parse_address, tls_context
from atoll.connections.mysql.failures import Failures
from atoll.connections.mysql.library import load_driver
from atoll.connections.mysql.parameters import BadParameters
from atoll.connections.mysql.results import TooLarge
from atoll.connections.pool import Closed, Exhausted, Pool
from atoll.connections.results import PoolUsage, SqlResult
from atoll.connections.running import RunningStatements, remaining
from atoll.manifest.traffic import PoolSettings

if TYPE_CHECKING:
    from atoll.connections.mysql.execution import Dates, Execution
    from atoll.connections.mysql.session import Session

_FAREWELL_SECONDS = 1.0
"""For telling the server to stop what still runs when the client is closed."""


class MysqlClient:
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
        """Run a statement.

        Args:
            parameters: JSON values for its ? placeholders, with Decimal for numbers with a
                fraction.
            rows: whether its rows are wanted.
            timeout: seconds, in which also a free session must be found. The server is told to
                stop a statement that takes longer, or whose task is cancelled.

        Raises:
            ConnectionFailed: it did not run, or not to its end, or its result is too large.
        """
        if self._database is None:
            self._database = _Database(
                self._name, parse_address(self._name, self._conn_string), self._settings,
                self._max_bytes,
            )  # fmt: skip
            if self._closed:
                await self._database.close()
        return await self._database.run(statement, parameters, rows=rows, seconds=timeout)

    async def close(self) -> None:
        """Close all sessions. Statements that still run, or wait for a session, fail."""
        self._closed = True
        if self._database is not None:
            await self._database.close()

    def usage(self) -> PoolUsage:
        return PoolUsage(0, 0, 0) if self._database is None else self._database.pool.usage


class _Database:
    """What is there once a first statement has come."""

    def __init__(self, name: str, address: Address, settings: PoolSettings, max_bytes: int) -> None:
        self._address = address
        self._settings = settings
        self._max_bytes = max_bytes
        self._failures = Failures(name, address.where, max_bytes)
        self._statements = RunningStatements(name, address.where)
        self._context: Any = None
        self._has_context = False
        self._killing: set[asyncio.Task[None]] = set()
        self._known_dates: Dates | None = None
        self._sessions: WeakSet[Session] = WeakSet()
        self.pool: Pool[Session] = Pool(settings, self._connect)

    async def run(
        self, statement: str, parameters: Sequence[Any], *, rows: bool, seconds: float
    ) -> SqlResult:
        if self._address.statement_seconds is not None:
            seconds = min(seconds, self._address.statement_seconds)
        session: Session | None = None
        try:
            async with self._statements.one(seconds) as scope:
                await load_driver()
                from atoll.connections.mysql.execution import Execution
                from atoll.connections.mysql.session import Refused, Unsent

                execution = Execution(
                    statement, parameters, self._failures, self._dates(),
                    self._max_bytes if rows else None, several=self._address.several_statements,
                )  # fmt: skip
                while True:
                    session = None
                    session = await self._take(remaining(scope))
                    try:
                        execution.prepare(session)
                    except (BadParameters, ConnectionFailed):
                        self.pool.give(session)
                        session = None
                        raise
                    fresh = not session.touched
                    try:
                        done = await execution.run(session)
                    except Unsent:
                        self.pool.drop(session)
                        if fresh:
                            raise self._failures.lost() from None
                        # It was closed between being looked at and being used.
                        continue
                    except Refused as refused:
                        await self._give(session, execution)
                        session = None
                        raise execution.failed(refused) from None
                    await self._give(session, execution)
                    session = None
                    break
        except BadParameters as error:
            raise self._failures.bad_parameters(str(error)) from None
        except TooLarge:
            raise self._failures.too_large() from None
        except ConnectionFailed as error:
            if error.code == "TIMEOUT" and session is None and self.pool.is_full:
                raise self._failures.exhausted(self._settings.max_size, seconds) from None
            raise
        finally:
            if session is not None:
                self._end(session)
        if done.rows is None:
            return SqlResult(None, done.outcome.affected, done.outcome.insert_id)
        return SqlResult(done.rows.json(), done.rows.count)

    async def close(self) -> None:
        # Held, since nothing else does so when the pool has closed them.
        sessions = list(self._sessions)
        self.pool.close()
        await self._statements.close()
        for session in self.pool.in_use:
            self._end(session)
        ending = [asyncio.create_task(session.closed()) for session in sessions]
        tasks = {*self._killing, *ending}
        if tasks:
            await asyncio.wait(tasks, timeout=_FAREWELL_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _dates(self) -> Dates:
        if self._known_dates is None:
            from atoll.connections.mysql.execution import Dates

            self._known_dates = Dates()
        return self._known_dates

    async def _take(self, seconds: float) -> Session:
        try:
            return await self.pool.take(min(self._settings.wait_seconds, seconds))
        except Exhausted:
            raise self._failures.exhausted(
                self._settings.max_size, self._settings.wait_seconds
            ) from None
        except Closed:
            raise self._failures.closed() from None

    async def _give(self, session: Session, execution: Execution) -> None:
        """Give it back to the pool, with nothing of the statement left in it."""
        from atoll.connections.mysql.session import Refused, Unsent

        if not execution.leaves_nothing(session):
            try:
                if not session.can_reset:
                    self.pool.drop(session)
                    return
                await session.reset()
            except (Unsent, Refused, ConnectionFailed):
                # The statement has run; only the session is of no more use.
                self.pool.drop(session)
                return
        self.pool.give(session)

    def _end(self, session: Session) -> None:
        """Close it, and have the server stop what it does. Without effect if it was given back."""
        if session not in self.pool.in_use:
            return
        if session.busy and not session.is_lost:
            task = asyncio.create_task(session.kill(self._context))
            self._killing.add(task)
            task.add_done_callback(self._killing.discard)
        self.pool.drop(session)

    async def _connect(self) -> Session:
        from atoll.connections.mysql.session import Session

        if not self._has_context:
            try:
                self._context = await asyncio.to_thread(tls_context, self._address)
            except OSError:
                raise self._failures.bad_authorities() from None
            self._has_context = True
        session = await Session.open(self._address, self._context, self._failures)
        self._sessions.add(session)
        return session
