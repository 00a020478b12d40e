"""DQL statements over one connection of the manifest."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from atoll.connections.dgraph.address import Login, parse_address
from atoll.connections.dgraph.library import load_library
from atoll.connections.errors import ConnectionFailed
from atoll.connections.results import DgraphMutation, DgraphResult, PoolUsage
from atoll.connections.running import SHUTDOWN_SECONDS, RunningStatements, remaining

if TYPE_CHECKING:
    from atoll.connections.dgraph.channel import Channel
    from atoll.connections.dgraph.session import Session

FIRST_DELAY = 0.02
LONGEST_DELAY = 1.0
"""Seconds between the tries of a statement that the server could not do for the moment."""

MAX_TRIES = 12


class DgraphClient:
    """One HTTP/2 connection for all statements; made when a first one runs.

    A statement is tried again when its transaction was aborted because of a conflict, when the
    server asks for it, and when it was not sent; one that may have changed something is never
    sent twice.

    Raises:
        ConnectionFailed: BAD_ADDRESS, the settings make no address.
    """

    def __init__(
        self, name: str, conn_string: str, grpc_target: str, key: str, *, max_bytes: int
    ) -> None:
        self._name = name
        self._address = parse_address(name, conn_string, grpc_target, key)
        self._max_bytes = max_bytes
        self._host = self._address.target
        self._statements = RunningStatements(name, self._host)
        self._channel: Channel | None = None
        self._opening = asyncio.Lock()
        self._session: Session | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def run(
        self,
        query: str,
        variables: Mapping[str, str],
        mutations: Sequence[DgraphMutation],
        *,
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
    ) -> DgraphResult:
        """Run a query, mutations, or both (an upsert block), as one transaction.

        Args:
            variables: by their names, with the ``$``.
            mutations: committed at once; without any the transaction is read-only.
            timeout: seconds from start to end.

        Raises:
            ConnectionFailed: there was no complete result.
        """
        if not query.strip() and not mutations:
            raise ConnectionFailed(
                "STATEMENT_FAILED", f"connection [{self._name}]: no query or mutations provided"
            )
        async with self._statements.one(timeout) as scope:
            await load_library()
            from atoll.connections.dgraph.failures import too_large
            from atoll.connections.dgraph.requests import query_request

            request = self._made(query_request, query, variables, mutations)
            response = await self._tried("Query", request, scope, harmless=not mutations)
        if len(response.json) > self._max_bytes:
            raise too_large(self._name, self._max_bytes)
        return DgraphResult(response.json.decode(), dict(response.uids))

    async def alter(
        self,
        schema: str,
        *,
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
    ) -> None:
        """Add to the schema, or change it. Raises as ``run`` does."""
        await self._alter(timeout, schema=schema)

    async def drop_attribute(
        self,
        attribute: str,
        *,
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
    ) -> None:
        """Drop a predicate and its values. Raises as ``run`` does."""
        if not attribute.strip():
            raise ConnectionFailed(
                "STATEMENT_FAILED", f"connection [{self._name}] was given no attribute to drop"
            )
        await self._alter(timeout, attribute=attribute)

    async def drop_all(
        self,
        *,
        timeout: float,  # noqa: ASYNC109 - the error must name the connection
    ) -> None:
        """Drop all data and the schema. Raises as ``run`` does."""
        await self._alter(timeout, everything=True)

    def usage(self) -> PoolUsage:
        size = int(self._channel is not None and self._channel.connected)
        return PoolUsage(size, 0 if self._statements.count else size, 0)

    async def close(self) -> None:
        """Running statements fail with CONNECTION_LOST."""
        await self._statements.close()
        self._let_go()
        if self._closing:
            await asyncio.wait(self._closing, timeout=SHUTDOWN_SECONDS)

    async def _alter(self, seconds: float, **wanted: Any) -> None:
        async with self._statements.one(seconds) as scope:
            await load_library()
            from atoll.connections.dgraph.requests import alter_request

            request = self._made(alter_request, **wanted)
            # A schema comes to the same when it is set twice. What is dropped twice may have been
            # stored by somebody else between.
            await self._tried("Alter", request, scope, harmless="schema" in wanted)

    def _made(self, make: Callable[..., Any], *args: Any, **wanted: Any) -> Any:
        try:
            return make(*args, **wanted)
        except UnicodeEncodeError:
            raise ConnectionFailed(
                "STATEMENT_FAILED",
                f"connection [{self._name}]: the statement has half of a surrogate pair in it,"
                " which is no character",
            ) from None

    async def _tried(
        self, method: str, request: Any, scope: asyncio.Timeout, *, harmless: bool
    ) -> Any:
        """``harmless``: it may be done twice."""
        from grpc.aio import AioRpcError  # type: ignore[import-untyped]

        from atoll.connections.dgraph.failures import Failure, unopened
        from atoll.connections.dgraph.session import LoginFailed

        delay = FIRST_DELAY
        tries, resent = 1, False
        while True:
            try:
                return await self._once(method, request, scope)
            except LoginFailed as refused:
                failure = Failure(refused.error, login=True)
            except AioRpcError as error:
                failure = Failure(error)
            except OSError as error:
                raise unopened(self._name, self._host, error) from error
            renewed = failure.tls and self._address.tls == "unverified"
            if failure.later and tries < MAX_TRIES and remaining(scope) > delay:
                tries += 1
                await asyncio.sleep(delay * random.uniform(0.5, 1))  # noqa: S311
                delay = min(delay * 2, LONGEST_DELAY)
            elif not resent and (renewed or (failure.lost and harmless)):
                resent = True
                if renewed:
                    # The server has another certificate, perhaps.
                    self._let_go()
            else:
                raise failure.error(self._name, self._host, max_bytes=self._max_bytes)

    async def _once(self, method: str, request: Any, scope: asyncio.Timeout) -> Any:
        from grpc.aio import AioRpcError

        from atoll.connections.dgraph.failures import Failure

        channel = await self._connected()
        if self._address.login is None:
            return await channel.call(method, request, remaining(scope))
        session = self._logged_in(self._address.login)
        left = partial(remaining, scope)
        token = await session.token(channel, left)
        try:
            return await channel.call(method, request, left(), (("accessjwt", token),))
        except AioRpcError as error:
            if not Failure(error).unauthenticated:
                raise
        session.expire(token)
        token = await session.token(channel, left)
        return await channel.call(method, request, left(), (("accessjwt", token),))

    def _logged_in(self, login: Login) -> Session:
        from atoll.connections.dgraph.session import Session

        if self._session is None:
            self._session = Session(login)
        return self._session

    async def _connected(self) -> Channel:
        from atoll.connections.dgraph.channel import open_channel

        async with self._opening:
            if self._channel is not None and self._channel.failed:
                self._let_go()
            if self._channel is None:
                self._channel = await open_channel(self._address, max_bytes=self._max_bytes)
            return self._channel

    def _let_go(self) -> None:
        """Close the channel; the next statement makes another."""
        channel, self._channel = self._channel, None
        if channel is not None:
            task = asyncio.get_running_loop().create_task(channel.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
