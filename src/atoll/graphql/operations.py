"""Valid query documents: their operations, and the plans of these."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)

from atoll.graphql.documents import parse_again
from atoll.graphql.errors import coded
from atoll.graphql.plans.plan import Plan, Planner
from atoll.graphql.plans.source import Unplannable
from atoll.graphql.selections import fragments_of

log = logging.getLogger(__name__)

MAX_VARIANTS: Final = 16
"""Plans of one operation, for as many answers to what its directives ask."""

_CONDITIONAL: Final = ("skip", "include")


class Document:
    """A valid document.

    Args:
        positions: the index of each literal that is lifted out, by its offset in the text; then the
            document stands for all texts that differ in these.
        seen: whether its text, or one that it stands for, was run before.
    """

    __slots__ = ("_by_name", "_node", "is_unfit", "only", "planner", "positions", "seen", "text")

    def __init__(
        self,
        text: str,
        node: DocumentNode,
        planner: Planner,
        *,
        positions: Mapping[int, int] | None = None,
        seen: bool = False,
    ) -> None:
        self.text = text
        self.planner = planner
        self.positions = positions or {}
        self.seen = seen
        self.is_unfit = False
        """Whether it turned out that it cannot stand for other texts."""
        self._node: DocumentNode | None = node
        operations = [
            Operation(self, definition, node)
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        ]
        self._by_name: dict[str | None, Operation] = {each.name: each for each in operations}
        self.only: Prepared | None = None
        """The operation, if it is a query and there is no other."""
        if len(operations) == 1:
            (only,) = operations
            self._by_name[None] = only
            if only.kind is OperationType.QUERY:
                self.only = only.prepared
        elif None in self._by_name:  # validation refuses it
            del self._by_name[None]

    @property
    def node(self) -> DocumentNode:
        """The document as graphql-core has it, parsed again if need be."""
        return self._node or parse_again(self.text)

    def release(self) -> None:
        """Let go of what is some 50 times as large as the text, and rarely needed again."""
        self._node = None

    def forget(self) -> None:
        """Break the cycles that the document is part of: it is found no more. Whoever runs one of
        its operations goes on."""
        for operation in self._by_name.values():
            operation.prepared = None
        self._by_name.clear()
        self.only = None

    def operation(self, name: str | None) -> Operation:
        """Find the operation to run. Raises GraphQLError when the name decides on none."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        if name is not None:
            shown = name if len(name) <= 100 else name[:100] + "…"
            raise coded(f"Unknown operation named '{shown}'.", "INVALID_OPERATION")
        if not self._by_name:
            raise coded("The document has no operation to run.", "INVALID_OPERATION")
        message = "The document has several operations; say which one in operationName."
        raise coded(message, "INVALID_OPERATION")


class Operation:
    """One operation of a valid document."""

    __slots__ = (
        *("_conditions", "_document", "_plan", "_tried", "_variants"),
        *("is_constant", "kind", "name", "prepared"),
    )

    def __init__(
        self, document: Document, node: OperationDefinitionNode, tree: DocumentNode
    ) -> None:
        self._document = document
        self.name = None if node.name is None else node.name.value
        self.kind = node.operation
        self.prepared: Prepared | None = Prepared(document.text, document, (), self)
        """To be run as it is in the document's own text."""
        self.is_constant = _is_constant(node, tree)
        """Whether everybody gets the same answer."""
        self._conditions = _conditions(node, tree) if "@" in document.text else ()
        self._plan: Plan | None = None
        self._tried = False
        self._variants: dict[tuple[bool, ...], Plan | None] = {}

    def node(self, tree: DocumentNode) -> OperationDefinitionNode:
        """The operation in its document, or in one that differs from it in literals only."""
        for definition in tree.definitions:
            if isinstance(definition, OperationDefinitionNode) and self.name == (
                None if definition.name is None else definition.name.value
            ):
                return definition
        raise AssertionError("an operation is in its document")

    def plan(self, variables: Mapping[str, Any]) -> Plan | None:
        """The plan for a request with these variables, made when it is asked for a second time.

        None if there is none.
        """
        if self._plan is not None:
            return self._plan
        if self._tried:
            return None
        document = self._document
        if not document.seen:
            document.seen = True
            return None
        if self._conditions:
            return self._variant(variables)
        self._tried = True
        self._plan = self._compile({}, self._drop)
        return self._plan

    def _drop(self) -> None:
        self._plan, self._tried = None, False

    def _variant(self, variables: Mapping[str, Any]) -> Plan | None:
        values = tuple([variables.get(name, default) for name, default in self._conditions])
        for value in values:
            if value is not True and value is not False:
                return None
        try:
            return self._variants[values]
        except KeyError:
            if len(self._variants) >= MAX_VARIANTS:
                return None
        names = (name for name, _ in self._conditions)
        conditions = dict(zip(names, values, strict=True))
        plan = self._compile(conditions, lambda: self._variants.pop(values, None))
        self._variants[values] = plan
        return plan

    def _compile(self, conditions: Mapping[str, bool], drop: Callable[[], object]) -> Plan | None:
        """Make a plan, of which others may later say that there is no room for it."""
        document = self._document
        tree = document.node
        try:
            plan = document.planner.plan(tree, self.node(tree), conditions, document.positions)
        except Exception as error:
            if not isinstance(error, Unplannable):
                log.exception("planning a GraphQL operation failed")
            # Others of its variants may have one.
            document.is_unfit = document.is_unfit or not self._conditions
            return None
        document.planner.keep(plan, drop)
        document.release()
        return plan


class Prepared(msgspec.Struct):
    """An operation to be run."""

    text: str
    document: Document
    """What ``text`` is. It may stand for other texts as well."""
    literals: Sequence[str]
    """Those of the text that the document leaves open."""
    operation: Operation


def _conditions(
    operation: OperationDefinitionNode, tree: DocumentNode
) -> tuple[tuple[str, object], ...]:
    """The variables that ``@skip`` and ``@include`` ask for, with their defaults."""
    asked: dict[str, None] = {}

    class Directives(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in _CONDITIONAL:
                for argument in node.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        asked[argument.value.name.value] = None

    # Of all fragments, those that another operation uses included: it does no harm.
    visit(tree, Directives())
    defaults = {
        definition.variable.name.value: getattr(definition.default_value, "value", None)
        for definition in operation.variable_definitions or ()
    }
    return tuple((name, defaults[name]) for name in asked if name in defaults)


def _is_constant(operation: OperationDefinitionNode, tree: DocumentNode) -> bool:
    """Whether everybody gets the same answer: no function is asked, and no variable matters."""
    if operation.operation is not OperationType.QUERY or operation.variable_definitions:
        return False
    fragments = fragments_of(tree)
    pending, entered = [operation.selection_set], set()
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FieldNode):
                if not selection.name.value.startswith("__"):
                    return False
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in entered:
                    entered.add(name)
                    pending.append(fragments[name].definition.selection_set)
    return True
