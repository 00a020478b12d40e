"""Running a subscription: each event of its source becomes a response."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import graphql
from graphql import GraphQLError, OperationDefinitionNode

from atoll.app.call import Caller
from atoll.app.stream import StreamFailed
from atoll.graphql.calls import Callable
from atoll.graphql.core import CoreRun, Field
from atoll.graphql.errors import function_errors
from atoll.graphql.guard import Guard, refusal
from atoll.graphql.response import GraphQLResponse, internal_error, refused
from atoll.graphql.schema import Schema
from atoll.graphql.source import SubscriptionError

log = logging.getLogger(__name__)


class ResponseStream:
    """The responses to one subscription, one for each event. Used by one task at a time.

    It ends when the source ends. When the source fails, the last response says so, and has no
    ``data``. Whoever stops iterating before calls `aclose`.
    """

    def __init__(self, run: CoreRun, field: Field, events: AsyncIterator[Any]) -> None:
        self._run = run
        self._field = field
        self._events = events
        self._ended = False

    def __aiter__(self) -> ResponseStream:
        return self

    async def __anext__(self) -> GraphQLResponse:
        if self._ended:
            raise StopAsyncIteration
        try:
            answer = self._run.answer()
            answer.complete(self._field, await anext(self._events))
            return answer.response()
        except StopAsyncIteration:
            self._ended = True
            raise
        except SubscriptionError as error:
            return await self._fail(
                refused("operation", [located(error, self._field)], "INTERNAL_ERROR")
            )
        except StreamFailed as failed:
            return await self._fail(
                refused("operation", stream_errors(failed, self._field), "INTERNAL_ERROR")
            )
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # What the source waited for was cancelled, not the request.
            return await self._fail(internal_error())
        except Exception:
            log.exception("subscription %s failed", self._field.nodes[0].name.value)
            return await self._fail(internal_error())

    async def aclose(self) -> None:
        """Stop the source, and wait until it has stopped."""
        self._ended = True
        close = getattr(self._events, "aclose", None)
        if close is None:
            return
        try:
            await close()
        except Exception:
            log.exception("closing subscription %s failed", self._field.nodes[0].name.value)

    async def _fail(self, response: GraphQLResponse) -> GraphQLResponse:
        await self.aclose()
        return response


def open_subscription(
    app: Callable,
    schema: Schema,
    document: graphql.DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    caller: Caller,
    guard: Guard | None = None,
) -> GraphQLResponse | ResponseStream:
    """Begin a subscription of a valid document, or say why it cannot begin."""
    try:
        run = CoreRun(schema, document, operation, variables, exact=app.exact)
    except GraphQLError as error:  # a directive's argument that has no value
        return refused("variables", [error], "INVALID_VARIABLES")
    if run.refusal is not None:
        return run.refusal
    if (denied := refusal(guard, run.fields, caller)) is not None:
        return denied
    (field,) = run.fields  # validation refuses other numbers
    if field.error is not None:
        return refused("variables", [field.error], "INVALID_ARGUMENT")
    root = field.root
    assert root is not None, "validation refuses introspection here"
    if root.source is None:
        events = app.stream(root.function, field.arguments, caller, selection=field.selection)
        return ResponseStream(run, field, events)
    run.take_whole_objects()
    try:
        events = root.source.subscribe(field.arguments, caller)
    except SubscriptionError as error:
        return refused("operation", [located(error, field)], "INTERNAL_ERROR")
    return ResponseStream(run, field, events)


def stream_errors(failed: StreamFailed, field: Field) -> list[GraphQLError]:
    """The errors of a function that streams, as those of its field."""
    errors = function_errors(failed.errors, [field.key], field.nodes)
    if not errors:
        assert field.root is not None
        message = f"Function '{field.root.function.export}' ended its stream and gave no reason."
        extensions = {"code": "NO_RESULT"}
        errors = [GraphQLError(message, field.nodes, path=[field.key], extensions=extensions)]
    if failed.execution_id is not None:
        for error in errors:
            error.extensions = {**(error.extensions or {}), "executionId": failed.execution_id}
    return errors


def located(error: SubscriptionError, field: Field) -> GraphQLError:
    """The error of a source, as one of its field."""
    extensions = {"code": error.code}
    return GraphQLError(error.message, field.nodes, path=[field.key], extensions=extensions)
