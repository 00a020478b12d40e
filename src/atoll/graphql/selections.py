"""What a query wants of a function's result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from atoll.guest.selection import Selection

Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> Fragments:
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def selection_of(nodes: Iterable[FieldNode], fragments: Fragments) -> Selection | None:
    """The fields that ``nodes``, which are one field of a valid document, want of its value.

    ``@skip`` and ``@include`` are not looked at: a field too many is read, and left out later.
    """
    sets = [node.selection_set for node in nodes if node.selection_set is not None]
    if not sets:
        return None
    wanted: dict[str, list[FieldNode]] = {}
    seen: set[str] = set()
    for selection_set in sets:
        _collect(selection_set, fragments, wanted, seen)
    # Sorted, so that what asks for the same is the same, in whatever order.
    return tuple((name, selection_of(found, fragments)) for name, found in sorted(wanted.items()))


def _collect(
    selection_set: SelectionSetNode,
    fragments: Fragments,
    wanted: dict[str, list[FieldNode]],
    seen: set[str],
) -> None:
    for selection in selection_set.selections:
        if isinstance(selection, FieldNode):
            name = selection.name.value
            if not name.startswith("__"):
                wanted.setdefault(name, []).append(selection)
        elif isinstance(selection, InlineFragmentNode):
            _collect(selection.selection_set, fragments, wanted, seen)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
            seen.add(selection.name.value)
            fragment = fragments[selection.name.value]
            _collect(fragment.selection_set, fragments, wanted, seen)
