"""What should come of a request, by graphql-core alone.

The operation is executed by ``graphql.execute`` with resolvers that follow the request's script.
What we do differently on purpose is done to graphql-core's answer here, and nowhere else:

- errors of all root fields are kept when one of them made all data null: the fields are then
  executed one by one;
- what a function reports stands before the errors of its value, and instead of graphql-core's own
  error when there is no value;
- an exception is an "internal error";
- a directive whose condition has no value refuses the request, wherever it stands below a field
  that can be called: nothing may be called before it is known what of its result is wanted;
- a message says null for ``None``, and is shortened, as is a long list of errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import graphql
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetailsList, collect_fields, collect_subfields
from graphql.execution.values import get_argument_values

from atoll.graphql.errors import MAX_ERRORS, MAX_MESSAGE
from atoll.graphql.limits import QueryLimits
from atoll.graphql.schema import Schema
from atoll.guest.types import Function, Interface, Nullable

from .served import Call, Request, Result, canonical, choose

MAX_VARIABLE_ERRORS = 20
"""Then one more says that there are more."""

Error = dict[str, Any]


@dataclass(slots=True)
class Expected:
    kind: str
    errors: list[Error] = field(default_factory=list)
    data: dict[str, Any] | None = None
    calls: dict[str, Call] = field(default_factory=dict)
    """By response key, in the order of the query."""
    results: dict[str, Result] = field(default_factory=dict)
    """What each of the calls gave."""
    serial: bool = False
    """Whether the calls are made in that order."""
    slow: bool = False
    """Whether some value could not be completed."""


class Oracle:
    def __init__(self, interface: Interface, schema: Schema) -> None:
        self._interface = interface
        self._schema = schema
        self._load = lru_cache(maxsize=256)(self._loaded)

    def expect(self, request: Request) -> Expected:
        loaded = self._load(request.text)
        if isinstance(loaded, Expected):
            return loaded
        operation = _operation(loaded, request.operation)
        if operation is None:
            return Expected("operation")
        if operation.operation is OperationType.MUTATION and not request.may_mutate:
            error = GraphQLError("Mutations are sent by POST.", operation)
            return Expected("mutation", [_plain(error)])
        run = _Run(self._interface, self._schema, loaded, operation, request)
        return run.expected()

    def _loaded(self, text: str) -> DocumentNode | Expected:
        try:
            document = graphql.parse(text)
        except GraphQLError as error:
            return Expected("syntax", [_plain(error)])
        errors = graphql.validate(
            self._schema.graphql, document, max_errors=QueryLimits().max_validation_errors
        )
        return Expected("validation", [_plain(error) for error in errors]) if errors else document


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """Which operation runs, by the specification's GetOperation; an empty name is none."""
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if name:
        found = [one for one in found if one.name is not None and one.name.value == name]
    return found[0] if len(found) == 1 else None


class _Reported(GraphQLError):
    """Stands for all that a function reported."""


class _Run:
    def __init__(
        self,
        interface: Interface,
        schema: Schema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        request: Request,
    ) -> None:
        self._interface = interface
        self._schema: GraphQLSchema = schema.graphql
        self._mutation = operation.operation is OperationType.MUTATION
        self._fields = schema.fields["mutation" if self._mutation else "query"]
        self._document = document
        self._operation = operation
        self._request = request
        self._expected = Expected("ok", serial=self._mutation)

    def expected(self) -> Expected:
        expected = self._expected
        result = self._execute(self._document)
        if result.data is None and any(error.path is None for error in result.errors or []):
            assert not expected.calls
            return Expected("variables", [_plain(error) for error in result.errors or []])
        try:
            nodes = self._root_nodes()
        except GraphQLError as error:
            expected.calls.clear()
            return Expected("variables", [_plain(error)])
        errors: dict[str, list[GraphQLError]] = {key: [] for key in nodes}
        if result.data is not None:
            expected.data = result.data
            for error in result.errors or []:
                assert error.path
                errors[str(error.path[0])].append(error)
        else:
            expected.calls.clear()
            expected.results.clear()
            for key, found in nodes.items():
                alone = self._execute(self._only(found))
                errors[key] += alone.errors or []
                if self._mutation and alone.data is None:
                    break
        expected.calls = {key: expected.calls[key] for key in nodes if key in expected.calls}
        for key, found in errors.items():
            self._add_errors(key, nodes[key], found)
        if len(expected.errors) > MAX_ERRORS:
            message = f"{len(expected.errors) - MAX_ERRORS} more errors are not shown."
            expected.errors[MAX_ERRORS:] = [{"message": message}]
        return expected

    def _execute(self, document: DocumentNode) -> ExecutionResult:
        name = self._operation.name
        result = graphql.execute(
            self._schema,
            document,
            variable_values=self._request.variables,
            operation_name=None if name is None else name.value,
            field_resolver=self._resolve,
            max_coercion_errors=MAX_VARIABLE_ERRORS,
        )
        assert isinstance(result, ExecutionResult)
        return result

    def _root(self) -> GraphQLObjectType:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        return root

    def _root_nodes(self) -> Mapping[str, list[FieldNode]]:
        """The root fields. Raises GraphQLError for a directive without a value, also below them."""
        core = graphql.Executor.build(
            self._schema,
            self._document,
            raw_variable_values=self._request.variables,
            operation_name=None if self._operation.name is None else self._operation.name.value,
        )
        assert isinstance(core, graphql.Executor)
        root = self._root()
        common = (self._schema, core.fragments, core.variable_values)

        def look_below(type_: GraphQLObjectType, fields: Mapping[str, FieldDetailsList]) -> None:
            for details in fields.values():
                name = details[0].node.name.value
                definition = type_.fields.get(name)
                named = None if definition is None else get_named_type(definition.type)
                if isinstance(named, GraphQLObjectType) and self._takes(core, type_, details):
                    below = collect_subfields(*common, self._operation, named, details)
                    look_below(named, below.grouped_field_set)

        collected = collect_fields(*common, root, self._operation).grouped_field_set
        look_below(root, collected)
        return {key: [one.node for one in details] for key, details in collected.items()}

    @staticmethod
    def _takes(
        core: graphql.Executor[Any], type_: GraphQLObjectType, details: FieldDetailsList
    ) -> bool:
        """Whether a field takes the arguments that it is given."""
        node = details[0].node
        try:
            get_argument_values(type_.fields[node.name.value], node, core.variable_values)
        except GraphQLError:
            return False
        return True

    def _only(self, nodes: list[FieldNode]) -> DocumentNode:
        """The document with one root field in the operation; all places stay as they are."""
        original = self._operation
        operation = OperationDefinitionNode(
            operation=original.operation,
            name=original.name,
            variable_definitions=original.variable_definitions,
            directives=original.directives,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
            loc=original.loc,
        )
        return DocumentNode(
            definitions=tuple(
                operation if one is original else one for one in self._document.definitions
            )
        )

    def _resolve(self, source: Any, info: graphql.GraphQLResolveInfo, /, **arguments: Any) -> Any:
        if info.path.prev is not None:
            if isinstance(source, dict):
                return source.get(info.field_name)
            raise GraphQLError(
                f"The function's result is not an object, as '{info.parent_type.name}' must be."
            )
        key = str(info.path.key)
        function = self._fields[info.field_name].function
        _fill_in_nulls(function, arguments)
        call = Call(function.name, canonical(self._interface, function, arguments))
        assert key not in self._expected.calls
        self._expected.calls[key] = call
        result = self._expected.results[key] = choose(self._request.script, call)
        if result.crashes or result.failed:
            raise _Reported("see the script")
        return result.value

    def _add_errors(self, key: str, nodes: list[FieldNode], found: list[GraphQLError]) -> None:
        expected = self._expected
        result = expected.results.get(key)
        reported: list[tuple[str, dict[str, Any]]] = []
        if result is not None:
            reported += [
                (error.message, {"level": error.level, "code": error.code})
                for error in result.errors
            ]
            function = self._fields[nodes[0].name.value].function
            required = function.result is not None and not isinstance(function.result, Nullable)
            if result.crashes:
                reported.append(("internal error", {"code": "INTERNAL_ERROR"}))
            elif result.failed and required and not reported:
                message = (
                    f"Function '{function.export}' ended without a result and reported no error "
                    f"(field '{nodes[0].name.value}' may not be null)."
                )
                reported.append((message, {"code": "NO_RESULT"}))
        for message, extensions in reported:
            error = _plain(GraphQLError(message, nodes, path=[key]))
            expected.errors.append({**error, "extensions": extensions})
        for error in found:
            if isinstance(error.original_error, _Reported):
                continue
            expected.slow = True
            expected.errors.append(_plain(error))


def _fill_in_nulls(function: Function, arguments: dict[str, Any]) -> None:
    """A parameter that may be null and has no default is null when it was left out."""
    for one in function.parameters:
        if isinstance(one.type, Nullable) and one.default is None and not one.own_default:
            arguments.setdefault(one.name, None)


def _plain(error: GraphQLError) -> Error:
    message = error.message.replace("not to be None.", "not to be null.")
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE] + " …"
    plain: Error = {"message": message}
    if error.locations:
        plain["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if error.path is not None:
        plain["path"] = list(error.path)
    return plain
