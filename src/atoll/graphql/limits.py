"""How much a query may ask for, so that no text keeps the server busy for long.

The limits are checked before validation, whose cost grows with the square of some of them, and
the check itself ends early: what it follows is limited, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from atoll.graphql.schema import Schema
from atoll.manifest.graphql import FIELD_COST, FUNCTION_COST, GraphQLSettings


@dataclass(frozen=True, slots=True)
class QueryLimits:
    max_length: int = 200_000
    """Characters of a query's text."""
    max_tokens: int = 10_000
    """Words and signs of a query's text."""
    max_depth: int = 32
    """Fields below each other."""
    max_aliases: int = 100
    """Fields of one operation that have an alias, each fragment counted wherever it is used."""
    max_root_fields: int = 50
    """Fields of one operation, hence function calls."""
    max_cost: int = 1_000
    """The sum of the costs of one operation's fields."""
    max_fields: int = 5_000
    """Fields of the whole document, each fragment counted wherever it is used."""
    max_repeats: int = 20_000
    """Pairs of fields under the same name, and of fragments in the same place, which must be
    compared with each other."""
    max_steps: int = 20_000
    """Fields and fragments that are followed at all, those without effect included."""
    max_validation_errors: int = 20
    max_concurrency: int = 64
    """Functions that one query runs at the same time."""
    introspection: bool = True
    """Whether a query may ask for the schema."""
    costs: Mapping[str, int] = field(default_factory=dict)
    """What calling a function costs, by the function's name; otherwise FUNCTION_COST."""
    field_costs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """The same by kind of operation and name of the root field; see ``priced``."""

    @classmethod
    def of(cls, settings: GraphQLSettings) -> QueryLimits:
        """The limits that a manifest sets, and the defaults of those that it cannot set."""
        return cls(
            max_tokens=settings.max_tokens,
            max_depth=settings.max_depth,
            max_aliases=settings.max_aliases,
            max_root_fields=settings.max_root_fields,
            max_cost=settings.max_cost,
            introspection=settings.introspection,
            costs=settings.costs,
        )

    def priced(self, schema: Schema) -> QueryLimits:
        """These limits for the API that has ``schema``: ``costs`` apply to its root fields."""
        prices: dict[tuple[str, str], int] = {}
        for kind, fields in schema.fields.items():
            for name, root in fields.items():
                for function in (root.function.name, root.function.export):
                    if function in self.costs:
                        prices[kind, name] = self.costs[function]
                        break
        return replace(self, field_costs=prices)


def exceeded_limit(document: DocumentNode, limits: QueryLimits) -> str | None:
    """Say which limit a document exceeds; None when it keeps to all of them.

    Every operation and fragment is followed as validation will follow it: fields that share a
    response name are merged, fragments are taken where they are spread. Unknown fragments are
    validation's to report.
    """
    walk = _Walk(document, limits)
    try:
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                _check_operation(definition, walk, limits)
            elif isinstance(definition, FragmentDefinitionNode):
                for _ in walk.levels(definition.selection_set):
                    pass
    except _Exceeded as exceeded:
        return exceeded.message
    return None


def setting(key: str) -> str:
    """Where a limit can be changed, as the end of a message."""
    return f" (graphql.{key} in modus.json)."


class _Exceeded(Exception):
    def __init__(self, message: str) -> None:
        self.message = message


def _check_operation(operation: OperationDefinitionNode, walk: _Walk, limits: QueryLimits) -> None:
    kind = operation.operation.value
    aliases = cost = 0
    for depth, merged in walk.levels(operation.selection_set):
        if depth > 1:
            cost += FIELD_COST * len(merged)
        elif len(merged) > limits.max_root_fields:
            most = limits.max_root_fields
            message = f"The operation asks for more than {most} root fields"
            raise _Exceeded(message + setting("maxRootFields"))
        else:
            cost += sum(_root_cost(kind, nodes[0].name.value, limits) for nodes in merged.values())
        if cost > limits.max_cost:
            raise _Exceeded(f"The operation costs more than {limits.max_cost}" + setting("maxCost"))
        for nodes in merged.values():
            aliases += sum(node.alias is not None for node in nodes)
        if aliases > limits.max_aliases:
            message = f"The operation has more than {limits.max_aliases} aliases"
            raise _Exceeded(message + setting("maxAliases"))


def _root_cost(kind: str, name: str, limits: QueryLimits) -> int:
    if name.startswith("__"):
        return FIELD_COST
    return limits.field_costs.get((kind, name), FUNCTION_COST)


class _Walk:
    """Follows the selections of one document, and counts what all of its definitions share."""

    def __init__(self, document: DocumentNode, limits: QueryLimits) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._limits = limits
        self._steps = self._fields = self._pairs = 0
        self._compared: set[frozenset[str]] = set()

    def levels(
        self, selection_set: SelectionSetNode
    ) -> Iterator[tuple[int, dict[str, list[FieldNode]]]]:
        """Each set of fields that one object has to answer, by response name, with its depth.

        Raises _Exceeded.
        """
        limits = self._limits
        pending: list[tuple[list[SelectionSetNode], int]] = [([selection_set], 1)]
        while pending:
            selection_sets, depth = pending.pop()
            merged = self._merge(selection_sets)
            if depth > limits.max_depth and merged:
                message = f"The query is nested more than {limits.max_depth} fields deep"
                raise _Exceeded(message + setting("maxDepth"))
            for nodes in merged.values():
                self._fields += len(nodes)
                if self._fields > limits.max_fields:
                    raise _Exceeded(f"The query asks for more than {limits.max_fields} fields.")
                self._compare(len(nodes), "The query repeats the same fields too often.")
                inner = [node.selection_set for node in nodes if node.selection_set is not None]
                if inner:
                    pending.append((inner, depth + 1))
            yield depth, merged

    def _merge(self, selection_sets: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Group the fields of selection sets by response name, through fragments, each once."""
        merged: dict[str, list[FieldNode]] = {}
        entered: set[str] = set()
        pending = list(reversed(selection_sets))
        while pending:
            selections = pending.pop().selections
            self._steps += len(selections)
            if self._steps > self._limits.max_steps:
                raise _Exceeded("The query uses too many fragments.")
            for selection in selections:
                if isinstance(selection, FieldNode):
                    name = selection.alias or selection.name
                    merged.setdefault(name.value, []).append(selection)
                elif isinstance(selection, FragmentSpreadNode):
                    fragment = self._fragments.get(selection.name.value)
                    if fragment is not None and selection.name.value not in entered:
                        entered.add(selection.name.value)
                        pending.append(fragment.selection_set)
                elif isinstance(selection, InlineFragmentNode):
                    pending.append(selection.selection_set)
        if len(entered) > 1 and (met := frozenset(entered)) not in self._compared:
            # Validation remembers which fragments it compared.
            self._compared.add(met)
            self._compare(len(met), "The query spreads too many fragments in the same place.")
        return merged

    def _compare(self, count: int, excess: str) -> None:
        self._pairs += count * (count - 1) // 2
        if self._pairs > self._limits.max_repeats:
            raise _Exceeded(excess)
