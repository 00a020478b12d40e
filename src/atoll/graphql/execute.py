"""Running an operation: its root fields call functions, graphql-core completes their values."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

import graphql
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    is_non_null_type,
    located_error,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from atoll.app.call import Caller, Level, Outcome
from atoll.graphql.documents import Document
from atoll.graphql.errors import coded, function_errors
from atoll.graphql.response import GraphQLResponse, executed, refused
from atoll.graphql.schema import RootField, Schema
from atoll.graphql.selections import Fragments, fragments_of, selection_of
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface

log = logging.getLogger(__name__)

MAX_VARIABLE_ERRORS = 20


class Callable(Protocol):
    """What the API needs of an app."""

    @property
    def interface(self) -> Interface: ...

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> Outcome: ...


class Executor(Protocol):
    """Runs one operation of a valid document. It never raises but when it is cancelled."""

    async def execute(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        caller: Caller,
    ) -> GraphQLResponse: ...


@dataclass(slots=True)
class _Field:
    """One root field of an operation on its way to an answer."""

    key: str
    """Its response name: alias or name."""
    details: list[FieldDetails]
    root: RootField | None
    """None for ``__typename`` and introspection, which call nothing."""
    arguments: Mapping[str, Any]
    selection: Selection | None = None
    """What is wanted of the function's result."""
    outcome: Outcome | None = None
    error: GraphQLError | None = None
    """Why there is no outcome."""

    @property
    def nodes(self) -> list[FieldNode]:
        return [detail.node for detail in self.details]


class CoreExecutor:
    """Executes with graphql-core.

    Functions are called first, by us (at the same time for a query, one after another for a
    mutation); then graphql-core completes each field, synchronously, from the value at hand. So
    cancellation, the order of errors, and how many calls run at once are ours to decide.
    """

    def __init__(self, app: Callable, schema: Schema, *, max_concurrency: int) -> None:
        self._app = app
        self._schema = schema
        self._max_concurrency = max_concurrency

    async def execute(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        caller: Caller,
    ) -> GraphQLResponse:
        core = graphql.Executor.build(
            self._schema.graphql,
            document.node,
            raw_variable_values=dict(variables),
            operation_name=None if operation.name is None else operation.name.value,
            field_resolver=_read_field,
            max_coercion_errors=MAX_VARIABLE_ERRORS,
            is_awaitable=_not_awaitable,
            is_async_iterable=_not_async,
        )
        if isinstance(core, list):
            return refused("variables", core, "INVALID_VARIABLES")
        root_type = self._schema.graphql.get_root_type(operation.operation)
        assert root_type is not None, "validation refuses operations without a root type"
        try:
            collected = collect_fields(
                core.schema, core.fragments, core.variable_values, root_type, operation
            )
        except GraphQLError as error:  # a directive's argument that has no value
            return refused("variables", [error], "INVALID_VARIABLES")
        fragments = fragments_of(document.node)
        fields = [
            self._prepare(key, details, core, root_type, fragments)
            for key, details in collected.grouped_field_set.items()
        ]
        answer = _Answer(core, root_type)
        if operation.operation is OperationType.MUTATION:
            for field in fields:
                await self._call(field, caller)
                answer.add(field)
                if answer.is_null:  # nothing that follows could be answered
                    break
        else:
            await self._call_all(fields, caller)
            for field in fields:
                answer.add(field)
        return answer.response()

    def _prepare(
        self,
        key: str,
        details: list[FieldDetails],
        core: graphql.Executor[Any],
        root_type: GraphQLObjectType,
        fragments: Fragments,
    ) -> _Field:
        detail = details[0]
        kind = "mutation" if root_type is core.schema.mutation_type else "query"
        root = self._schema.fields["mutation" if kind == "mutation" else "query"].get(
            detail.node.name.value
        )
        field = _Field(key, details, root, {})
        if root is not None:
            definition = root_type.fields[root.name]
            try:
                values = get_argument_values(
                    definition, detail.node, core.variable_values, detail.fragment_variable_values
                )
            except GraphQLError as error:
                error.extensions = {"code": "INVALID_ARGUMENT"}
                field.error = located_error(error, field.nodes, [key])
            else:
                for name in root.nulls:
                    values.setdefault(name, None)
                field.arguments = values
                field.selection = selection_of(field.nodes, fragments)
        return field

    async def _call_all(self, fields: Iterable[_Field], caller: Caller) -> None:
        calls = [field for field in fields if field.root is not None and field.error is None]
        if len(calls) == 1:
            await self._call(calls[0], caller)
            return
        gate = asyncio.Semaphore(self._max_concurrency)

        async def call(field: _Field) -> None:
            async with gate:
                await self._call(field, caller)

        # Cancelled, the group cancels its calls and waits until they have ended.
        async with asyncio.TaskGroup() as group:
            for field in calls:
                group.create_task(call(field))

    async def _call(self, field: _Field, caller: Caller) -> None:
        if field.root is None or field.error is not None:
            return
        function = field.root.function
        try:
            field.outcome = await self._app.call(
                function, field.arguments, caller, selection=field.selection
            )
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # The app was closed under the call, not the request.
            field.error = self._located("the call was cancelled", field, None)
        except Exception as error:
            execution_id = getattr(error, "execution_id", None)
            log.exception("calling function %s failed (execution %s)", function.name, execution_id)
            field.error = self._located("internal error", field, execution_id)

    @staticmethod
    def _located(message: str, field: _Field, execution_id: object) -> GraphQLError:
        extensions = {"code": "INTERNAL_ERROR"}
        if isinstance(execution_id, str):
            extensions["executionId"] = execution_id
        return GraphQLError(message, field.nodes, path=[field.key], extensions=extensions)


class _Answer:
    """The response as it grows, field by field in the order of the query."""

    def __init__(self, core: graphql.Executor[Any], root_type: GraphQLObjectType) -> None:
        self._core = core
        self._root_type = root_type
        self._data: dict[str, Any] = {}
        self._errors: list[GraphQLError] = []
        self._invocations: dict[str, Any] = {}
        self.is_null = False
        """Whether a field that may not be null was, so that all data is null."""

    def add(self, field: _Field) -> None:
        outcome = field.outcome
        if outcome is not None:
            self._invocations[field.key] = _invocation(outcome)
            self._errors += function_errors(outcome.errors, [field.key], field.nodes)
        if field.error is not None:
            self._fail(field, field.error)
        elif outcome is not None and outcome.failed:
            self._fail(field, None if outcome.errors else _silent_failure(field))
        else:
            self._complete(field, None if outcome is None else outcome.value)

    def response(self) -> GraphQLResponse:
        return executed(None if self.is_null else self._data, self._errors, self._invocations)

    def _fail(self, field: _Field, error: GraphQLError | None) -> None:
        nullable = field.root is None or not is_non_null_type(
            self._root_type.fields[field.root.name].type
        )
        if error is not None and (field.error is not None or not nullable):
            self._errors.append(error)
        self._data[field.key] = None
        self.is_null = self.is_null or not nullable

    def _complete(self, field: _Field, value: object) -> None:
        name = field.details[0].node.name.value
        # Errors are collected field by field: graphql-core would drop those of the fields beside
        # one that made all data null, and each of them was a call with its own story.
        collected = self._core.collected_errors = type(self._core.collected_errors)()
        try:
            path = Path(None, field.key, self._root_type.name)
            self._data[field.key] = self._core.execute_field(
                self._root_type, {name: value}, field.details, path, None
            )
        except GraphQLError as error:
            self.is_null = True
            self._errors += [*collected.errors, error]
        else:
            self._errors += collected.errors


def _silent_failure(field: _Field) -> GraphQLError:
    """What to say of a function that ended without a result and without an error."""
    assert field.root is not None
    message = (
        f"Function '{field.root.function.export}' ended without a result and reported no error "
        f"(field '{field.root.name}' may not be null)."
    )
    extensions = {"code": "NO_RESULT"}
    return GraphQLError(message, field.nodes, path=[field.key], extensions=extensions)


def _invocation(outcome: Outcome) -> dict[str, Any]:
    """Say how a call went (reference section 2.13)."""
    invocation: dict[str, Any] = {"executionId": outcome.execution_id}
    logs = []
    for line in outcome.printed:
        if line.message:
            plain = line.level in (Level.STDOUT, Level.STDERR)
            level = {} if plain else {"level": line.level.name.lower()}
            logs.append({**level, "message": line.message})
    if logs:
        invocation["logs"] = logs
    return invocation


def _read_field(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    """Read a field of a result. Only objects have fields: a string's methods are not data."""
    if type(source) is dict:
        return source.get(info.field_name)
    raise coded(
        f"The function's result is not an object, as '{info.parent_type.name}' must be.",
        "INVALID_RESULT",
    )


def _not_awaitable(_: object) -> TypeGuard[Awaitable[Any]]:
    """Nothing that is completed can be awaited: the calls are over."""
    return False


def _not_async(_: object) -> TypeGuard[AsyncIterable[Any]]:
    return False
