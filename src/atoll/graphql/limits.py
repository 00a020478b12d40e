"""How much a query may ask for, so that no text keeps the server busy for long.

The limits are checked before validation, whose cost grows with the square of some of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class QueryLimits:
    max_length: int = 200_000
    """Characters of a query's text."""
    max_tokens: int = 10_000
    """Words and signs of a query's text."""
    max_depth: int = 32
    """Fields below each other."""
    max_root_fields: int = 200
    """Fields of one operation, hence function calls."""
    max_fields: int = 5_000
    """Fields of the whole document, each fragment counted wherever it is used."""
    max_repeats: int = 20_000
    """Pairs of fields under the same name, which must be compared with each other."""
    max_validation_errors: int = 20
    max_concurrency: int = 64
    """Functions that one query runs at the same time."""


def exceeded_limit(document: DocumentNode, limits: QueryLimits) -> str | None:
    """Say which limit a document exceeds; None when it keeps to all of them.

    Every operation and fragment is followed as validation will follow it: fields that share a
    response name are merged, fragments are taken where they are spread. Unknown fragments are
    validation's to report.
    """
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    fields = pairs = 0
    for definition in document.definitions:
        if not isinstance(definition, (OperationDefinitionNode, FragmentDefinitionNode)):
            continue
        pending: list[tuple[list[SelectionSetNode], int]] = [([definition.selection_set], 1)]
        while pending:
            selection_sets, depth = pending.pop()
            merged = _merge(selection_sets, fragments, limits.max_fields)
            if depth > limits.max_depth and merged:
                return f"The query is nested more than {limits.max_depth} fields deep."
            if (
                depth == 1
                and isinstance(definition, OperationDefinitionNode)
                and len(merged) > limits.max_root_fields
            ):
                return f"The operation asks for more than {limits.max_root_fields} root fields."
            for nodes in merged.values():
                fields += len(nodes)
                pairs += len(nodes) * (len(nodes) - 1) // 2
                if fields > limits.max_fields:
                    return f"The query asks for more than {limits.max_fields} fields."
                if pairs > limits.max_repeats:
                    return "The query repeats the same fields too often."
                inner = [node.selection_set for node in nodes if node.selection_set is not None]
                if inner:
                    pending.append((inner, depth + 1))
    return None


def _merge(
    selection_sets: list[SelectionSetNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    enough: int,
) -> dict[str, list[FieldNode]]:
    """Group the fields of selection sets by response name, through fragments, each once."""
    merged: dict[str, list[FieldNode]] = {}
    entered: set[str] = set()
    pending = list(reversed(selection_sets))
    count = 0
    while pending and count <= enough:
        for selection in pending.pop().selections:
            if isinstance(selection, FieldNode):
                name = selection.alias or selection.name
                merged.setdefault(name.value, []).append(selection)
                count += 1
            elif isinstance(selection, FragmentSpreadNode):
                fragment = fragments.get(selection.name.value)
                if fragment is not None and selection.name.value not in entered:
                    entered.add(selection.name.value)
                    pending.append(fragment.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
    return merged
