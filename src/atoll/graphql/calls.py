"""Calling the functions behind root fields."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from collections.abc import Callable as AnyCallable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Protocol, TypeAlias

from graphql import FieldNode, GraphQLError

from atoll import telemetry
from atoll.app.call import Caller, ConnectionUse, Level, Outcome
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface

log = logging.getLogger(__name__)

_LONG: Final = 0.002
"""Seconds of a call for which others are not to wait."""


Making: TypeAlias = AnyCallable[[], Awaitable[None]]
"""Makes a call, and keeps what comes of it."""


class Callable(Protocol):
    """What the API needs of an app."""

    @property
    def interface(self) -> Interface: ...

    @property
    def exact(self) -> bool:
        """Whether values are of their declared types, and objects in them as the selection says.

        If not, values are any JSON, with all fields by API name.
        """

    @property
    def may_wait(self) -> bool:
        """Whether a call may wait for something outside of it."""

    # Arguments may be shared between calls: they are not to be changed.
    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> Outcome: ...

    def stream(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> AsyncIterator[Any]:
        """Call a function that streams: its elements, each like the value of an outcome.

        Raises StreamFailed. A stream that nobody wants any more is closed by ``aclose``.
        """


@dataclass(frozen=True, slots=True)
class CallFailed:
    """A call that came to nothing for a reason that is not the function's."""

    message: str
    execution_id: str | None = None

    def located(self, key: str, nodes: Sequence[FieldNode]) -> GraphQLError:
        extensions = {"code": "INTERNAL_ERROR"}
        if self.execution_id is not None:
            extensions["executionId"] = self.execution_id
        return GraphQLError(self.message, nodes, path=[key], extensions=extensions)


def call_failed(function: Function, error: BaseException) -> CallFailed:
    """What becomes of an exception out of a call. Raised again if the request is cancelled."""
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise error
        return CallFailed("the call was cancelled")  # the app was closed, not the request
    if not isinstance(error, Exception):
        raise error
    id = getattr(error, "execution_id", None)
    log.error("calling function %s failed (execution %s)", function.name, id, exc_info=error)
    return CallFailed("internal error", id if isinstance(id, str) else None)


class Calls:
    """Makes the calls of one API. App lifetime.

    Args:
        max_concurrency: calls of one operation at the same time.
    """

    def __init__(self, app: Callable, *, max_concurrency: int) -> None:
        self.app = app
        self._call = app.call
        self._max_concurrency = max_concurrency
        self._long: set[str] = set()
        """Functions that once computed for long."""

    async def one(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        selection: Selection | None,
    ) -> Outcome | CallFailed:
        """Call a function. Raises only when the request is cancelled."""
        try:
            if telemetry.installed():
                with telemetry.span(f"field {function.name}", {"graphql.field": function.name}):
                    return await self._call(function, arguments, caller, selection=selection)
            return await self._call(function, arguments, caller, selection=selection)
        except BaseException as error:
            return call_failed(function, error)

    async def together(self, calls: Sequence[tuple[Function, Making]]) -> None:
        """Make calls that do not depend on each other.

        Where none of them can wait for anything, a task for each would cost more than it brings.
        But a function that once computed for long must not hold up the others.
        """
        waiting = [make for _, make in reversed(calls)]
        if len(waiting) == 1:
            await waiting[0]()
            return
        if not self.app.may_wait and self._long.isdisjoint(f.name for f, _ in calls):
            for function, _ in calls:
                started = perf_counter()
                await waiting.pop()()
                if perf_counter() - started > _LONG:
                    self._long.add(function.name)
                    break
        if waiting:
            await self._at_once(waiting)

    async def _at_once(self, waiting: list[Making]) -> None:
        async def work() -> None:
            while waiting:
                await waiting.pop()()

        # Cancelled, the group cancels its calls and waits until they have ended.
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(waiting), self._max_concurrency)):
                group.create_task(work())


def invocation(outcome: Outcome) -> dict[str, Any]:
    """Say how a call went (reference section 2.13)."""
    found: dict[str, Any] = {"executionId": outcome.execution_id}
    if outcome.printed:
        logs = []
        for line in outcome.printed:
            if line.message:
                plain = line.level in (Level.STDOUT, Level.STDERR)
                level = {} if plain else {"level": line.level.name.lower()}
                logs.append({**level, "message": line.message})
        if logs:
            found["logs"] = logs
    if outcome.connections:
        found["connections"] = [_use(use) for use in outcome.connections]
    return found


def _use(use: ConnectionUse) -> dict[str, Any]:
    found = {
        "name": use.connection,
        "type": use.type,
        "durationMs": round(use.seconds * 1000, 3),
    }
    return found if use.failure is None else {**found, "failure": use.failure}
