"""A plan: one operation, with its directives decided, compiled to Python functions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import DocumentNode, OperationDefinitionNode, OperationType, is_non_null_type
from graphql.execution.values import VariableValues

from atoll.graphql.plans.arguments import Arguments
from atoll.graphql.plans.coercers import Coercers
from atoll.graphql.plans.results import Checks, Results
from atoll.graphql.plans.source import Source, Unplannable
from atoll.graphql.schema import RootField, Schema
from atoll.graphql.selections import Collector, fragments_of
from atoll.guest.selection import Selection
from atoll.guest.types import Function

MAX_TOTAL_SIZE: Final = 60_000
"""Of all plans that are kept; one unit takes some 350 bytes."""
MAX_FIELDS: Final = 500
"""Of an operation, root fields and those below them, beyond which no plan is made: compiling would
take longer than what it saves."""


_SIZE_OF_NOTHING: Final = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One root field that calls a function."""

    key: str
    """Its response name."""
    function: Function
    selection: Selection | None
    complete: Callable[[Any], Any] | None
    """Makes the function's result the field's value, and raises if it is not plainly right; None
    when every result is its own value."""
    nullable: bool


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]
    only: Step | None
    """The step, if there is one only."""
    arguments: Callable[[Mapping[str, Any], Sequence[str]], tuple[dict[str, Any], ...]]
    """From the variables and the literals to the arguments of each step; raises if they are not
    plainly right."""
    blank: dict[str, Any]
    """The answer's keys in order; those that call nothing have their values."""
    is_mutation: bool
    size: int
    """How much memory it takes, in fields."""


class Planner:
    """Compiles the plans of one API. App lifetime.

    Args:
        exact: whether results have the form of the selection and are of their declared types.
    """

    def __init__(self, schema: Schema, *, exact: bool) -> None:
        self._schema = schema
        self._exact = exact
        self._coercers = Coercers()
        self._kept: deque[tuple[int, Callable[[], object]]] = deque()
        self._kept_size = 0

    def keep(self, plan: Plan, drop: Callable[[], object]) -> None:
        """Count a plan that is kept until ``drop`` is called: the oldest go when they are too many.

        Dropped ones are made again when they are asked for.
        """
        self._kept.append((plan.size, drop))
        self._kept_size += plan.size
        while self._kept_size > MAX_TOTAL_SIZE:
            size, drop = self._kept.popleft()
            self._kept_size -= size
            drop()

    def plan(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        conditions: Mapping[str, bool],
        positions: Mapping[int, int],
    ) -> Plan:
        """Compile an operation of a valid document.

        Args:
            conditions: the values of the variables that ``@skip`` and ``@include`` ask for.
            positions: the index of each literal that is lifted out, by its offset in the text.

        Raises Unplannable.
        """
        schema, root_type = self._schema, self._schema.graphql.get_root_type(operation.operation)
        if root_type is None or operation.operation is OperationType.SUBSCRIPTION:
            raise Unplannable
        variables = VariableValues({}, dict(conditions))
        collector = Collector(schema.graphql, dict(fragments_of(document)), variables, operation)
        source = Source()
        arguments = Arguments(source, self._coercers, schema.graphql, operation, positions)
        writer = Checks(source, collector) if self._exact else Results(source, collector)
        roots = schema.fields[operation.operation.value]
        blank: dict[str, Any] = {}
        size = 0
        found: list[tuple[str, RootField, Selection | None, str | None, bool]] = []
        for key, details in collector.root().items():
            node = details[0].node
            if node.name.value == "__typename":
                blank[key] = root_type.name
                continue
            root = roots.get(node.name.value)
            if root is None:
                raise Unplannable  # introspection
            field = root_type.fields[root.name]
            selection = collector.selection(field.type, details)
            size += 1 + _size(selection)
            if size > MAX_FIELDS:
                raise Unplannable
            arguments.add(field, node, root)
            complete = writer.add(field.type, details)
            blank[key] = None
            found.append((key, root, selection, complete, not is_non_null_type(field.type)))
        name = arguments.finish()
        if not found or arguments.read != set(positions.values()):
            raise Unplannable
        compiled = source.compiled()
        steps = []
        for key, root, selection, complete, nullable in found:
            function = None if complete is None else compiled[complete]
            steps.append(Step(key, root.function, selection, function, nullable))
        mutation = operation.operation is OperationType.MUTATION
        only = steps[0] if len(steps) == 1 else None
        return Plan(tuple(steps), only, compiled[name], blank, mutation, size + _SIZE_OF_NOTHING)


def _size(selection: Selection | None) -> int:
    return sum(1 + _size(wanted.selection) for wanted in selection or ())
