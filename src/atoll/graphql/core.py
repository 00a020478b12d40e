"""Running an operation with graphql-core, which completes the values that functions gave.

This is the way of whatever a plan does not take: an operation that is seen for the first time, what
plans are not made for, and every answer that is not plainly right. So each message, and which null
spreads how far, is graphql-core's own doing.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeGuard

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
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from atoll.app.call import Caller, Outcome
from atoll.graphql.calls import CallFailed, Calls, invocation
from atoll.graphql.errors import coded, function_errors
from atoll.graphql.guard import Guard, refusal
from atoll.graphql.response import GraphQLResponse, executed, refused
from atoll.graphql.schema import RootField, Schema
from atoll.graphql.selections import Collector
from atoll.guest.selection import Selection

MAX_VARIABLE_ERRORS = 20

Fetched: TypeAlias = Outcome | CallFailed
"""What came of a call: it may have come to nothing through no doing of the function."""


@dataclass(slots=True)
class Field:
    """One root field of an operation on its way to an answer."""

    key: str
    """Its response name: alias or name."""
    details: list[FieldDetails]
    root: RootField | None
    """None for ``__typename`` and introspection, which call nothing."""
    arguments: Mapping[str, Any]
    selection: Selection | None = None
    """What is wanted of the function's result."""
    fetched: Fetched | None = None
    error: GraphQLError | None = None
    """Why nothing is called."""

    @property
    def nodes(self) -> list[FieldNode]:
        return [detail.node for detail in self.details]

    @property
    def is_open(self) -> bool:
        """Whether its function is still to be called."""
        return self.root is not None and self.error is None and self.fetched is None


class CoreRun:
    """One operation of a valid document with its variables, prepared to be run.

    Raises GraphQLError when a directive's argument has no value. ``refusal`` is the answer when
    the variables do not fit, and nothing else may then be used.
    """

    def __init__(
        self,
        schema: Schema,
        document: graphql.DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        *,
        exact: bool,
    ) -> None:
        core = graphql.Executor.build(
            schema.graphql,
            document,
            raw_variable_values=dict(variables),
            operation_name=None if operation.name is None else operation.name.value,
            field_resolver=_read_entry if exact else _read_field,
            max_coercion_errors=MAX_VARIABLE_ERRORS,
            is_awaitable=_not_awaitable,
            is_async_iterable=_not_async,
        )
        self.refusal: GraphQLResponse | None = None
        if isinstance(core, list):
            self.refusal = refused("variables", core, "INVALID_VARIABLES")
            return
        root_type = schema.graphql.get_root_type(operation.operation)
        assert root_type is not None, "validation refuses operations without a root type"
        self._core = core
        self._root_type = root_type
        self._roots = schema.fields[operation.operation.value]
        self._collector = Collector(core.schema, core.fragments, core.variable_values, operation)
        self.fields = [self._prepare(*item) for item in self._collector.root().items()]

    def take_whole_objects(self) -> None:
        """Complete values that are not in the form of the query, though those of calls are."""
        self._core.field_resolver = _read_field

    def answer(self) -> Answer:
        """An answer without any fields yet."""
        return Answer(self._core, self._root_type)

    def _prepare(self, key: str, details: list[FieldDetails]) -> Field:
        detail = details[0]
        root = self._roots.get(detail.node.name.value)
        field = Field(key, details, root, {})
        if root is not None:
            definition = self._root_type.fields[root.name]
            try:
                values = get_argument_values(
                    definition,
                    detail.node,
                    self._core.variable_values,
                    detail.fragment_variable_values,
                )
            except GraphQLError as error:
                error.extensions = {"code": "INVALID_ARGUMENT"}
                field.error = located_error(error, field.nodes, [key])
            else:
                for name in root.nulls:
                    values.setdefault(name, None)
                field.arguments = values
                field.selection = self._collector.selection(definition.type, details)
        return field


class CoreExecutor:
    """Executes with graphql-core.

    Functions are called first, by us (at the same time for a query, one after another for a
    mutation); then graphql-core completes each field, synchronously, from the value at hand. So
    cancellation, the order of errors, and how many calls run at once are ours to decide.
    """

    def __init__(self, calls: Calls, schema: Schema, guard: Guard | None = None) -> None:
        self._calls = calls
        self._schema = schema
        self._guard = guard

    async def execute(
        self,
        document: graphql.DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        caller: Caller,
        fetched: Mapping[str, Fetched] | None = None,
    ) -> GraphQLResponse:
        """Run an operation of a valid document.

        ``fetched`` holds what came of calls that were made already, by response key: they are not
        made again. Never raises but when it is cancelled.
        """
        try:
            run = CoreRun(self._schema, document, operation, variables, exact=self._calls.app.exact)
        except GraphQLError as error:  # a directive's argument that has no value
            return refused("variables", [error], "INVALID_VARIABLES")
        if run.refusal is not None:
            return run.refusal
        if (denied := refusal(self._guard, run.fields, caller)) is not None:
            return denied
        for field in run.fields:
            if fetched is not None:
                field.fetched = fetched.get(field.key)
        answer = run.answer()
        if operation.operation is OperationType.MUTATION:
            for field in run.fields:
                await self._call(field, caller)
                answer.add(field)
                if answer.is_null:  # nothing that follows could be answered
                    break
        else:
            await self._calls.together(
                [
                    (field.root.function, partial(self._call, field, caller))
                    for field in run.fields
                    if field.root is not None and field.is_open
                ]
            )
            for field in run.fields:
                answer.add(field)
        return answer.response()

    async def _call(self, field: Field, caller: Caller) -> None:
        if field.is_open:
            assert field.root is not None
            field.fetched = await self._calls.one(
                field.root.function, field.arguments, caller, field.selection
            )


class Answer:
    """The response as it grows, field by field in the order of the query."""

    def __init__(self, core: graphql.Executor[Any], root_type: GraphQLObjectType) -> None:
        self._core = core
        self._root_type = root_type
        self._data: dict[str, Any] = {}
        self._errors: list[GraphQLError] = []
        self._invocations: dict[str, Any] = {}
        self.is_null = False
        """Whether a field that may not be null was, so that all data is null."""

    def add(self, field: Field) -> None:
        fetched = field.fetched
        if isinstance(fetched, CallFailed):
            field.error = fetched.located(field.key, field.nodes)
            fetched = None
        if fetched is not None:
            self._invocations[field.key] = invocation(fetched)
            self._errors += function_errors(fetched.errors, [field.key], field.nodes)
        if field.error is not None:
            self._fail(field, field.error)
        elif fetched is not None and fetched.failed:
            self._fail(field, None if fetched.errors else _silent_failure(field))
        else:
            self.complete(field, None if fetched is None else fetched.value)

    def response(self) -> GraphQLResponse:
        return executed(None if self.is_null else self._data, self._errors, self._invocations)

    def _fail(self, field: Field, error: GraphQLError | None) -> None:
        nullable = field.root is None or not is_non_null_type(
            self._root_type.fields[field.root.name].type
        )
        if error is not None and (field.error is not None or not nullable):
            self._errors.append(error)
        self._data[field.key] = None
        self.is_null = self.is_null or not nullable

    def complete(self, field: Field, value: object) -> None:
        """Give a field its value."""
        # Both names: of results in the form of the query, and of those that are not.
        source = {field.details[0].node.name.value: value, field.key: value}
        # Errors are collected field by field: graphql-core would drop those of the fields beside
        # one that made all data null, and each of them was a call with its own story.
        collected = self._core.collected_errors = type(self._core.collected_errors)()
        try:
            path = Path(None, field.key, self._root_type.name)
            self._data[field.key] = self._core.execute_field(
                self._root_type, source, field.details, path, None
            )
        except GraphQLError as error:
            self.is_null = True
            self._errors += [*collected.errors, error]
        else:
            self._errors += collected.errors


def _silent_failure(field: Field) -> GraphQLError:
    """What to say of a function that ended without a result and without an error."""
    assert field.root is not None
    message = (
        f"Function '{field.root.function.export}' ended without a result and reported no error "
        f"(field '{field.root.name}' may not be null)."
    )
    extensions = {"code": "NO_RESULT"}
    return GraphQLError(message, field.nodes, path=[field.key], extensions=extensions)


def _read_field(source: Any, info: GraphQLResolveInfo[Any], /, **_: Any) -> Any:
    """Read a field of a result. Only objects have fields: a string's methods are not data."""
    if type(source) is dict:
        return source.get(info.field_name)
    raise _not_an_object(info)


def _read_entry(source: Any, info: GraphQLResolveInfo[Any], /, **_: Any) -> Any:
    """The same of a result that has the form of the query already."""
    if type(source) is dict:
        return source.get(info.path.key)
    raise _not_an_object(info)


def _not_an_object(info: GraphQLResolveInfo[Any]) -> GraphQLError:
    return coded(
        f"The function's result is not an object, as '{info.parent_type.name}' must be.",
        "INVALID_RESULT",
    )


def _not_awaitable(_: object) -> TypeGuard[Awaitable[Any]]:
    """Nothing that is completed can be awaited: the calls are over."""
    return False


def _not_async(_: object) -> TypeGuard[AsyncIterable[Any]]:
    return False
