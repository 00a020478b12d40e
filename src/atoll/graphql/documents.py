"""Query texts, parsed and validated once and then remembered."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoFragmentCyclesRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from atoll.graphql.errors import ErrorCode, coded
from atoll.graphql.limits import QueryLimits, exceeded_limit
from atoll.graphql.response import GraphQLResponse, refused

MAX_ENTRIES = 1024
MAX_TOTAL_TEXT = 4_000_000
"""Characters of all remembered texts; their trees are some 50 times as large."""
MAX_ENTRY_TEXT = 64_000
"""Characters of one text; a longer one is handled each time anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A valid query document; it has an identity, so that plans can be kept by it."""

    node: DocumentNode

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Find the operation to run. Raises GraphQLError when the name decides on none."""
        operations = [
            node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)
        ]
        if name is not None:
            for operation in operations:
                if operation.name is not None and operation.name.value == name:
                    return operation
            shown = name if len(name) <= 100 else name[:100] + "…"
            raise coded(f"Unknown operation named '{shown}'.", "INVALID_OPERATION")
        if not operations:
            raise coded("The document has no operation to run.", "INVALID_OPERATION")
        if len(operations) > 1:
            message = "The document has several operations; say which one in operationName."
            raise coded(message, "INVALID_OPERATION")
        return operations[0]


Loaded: TypeAlias = Document | GraphQLResponse
"""A document, or the answer to everybody who sends this text."""


class DocumentCache:
    """Documents of one schema by their text, bounded by number and by size, oldest use first out.

    Used from one event loop only.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: QueryLimits,
        *,
        max_entries: int = MAX_ENTRIES,
        max_total_text: int = MAX_TOTAL_TEXT,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._max_entries = max_entries
        self._max_total_text = max_total_text
        self._entries: OrderedDict[str, Loaded] = OrderedDict()
        self._total_text = 0

    def __len__(self) -> int:
        return len(self._entries)

    def load(self, text: str) -> Loaded:
        """Parse and validate a query text, or remember what came of it before."""
        loaded = self._entries.get(text)
        if loaded is not None:
            self._entries.move_to_end(text)
            return loaded
        loaded = load_document(text, self._schema, self._limits)
        if len(text) <= min(MAX_ENTRY_TEXT, self._max_total_text):
            self._entries[text] = loaded
            self._total_text += len(text)
            while len(self._entries) > self._max_entries or self._total_text > self._max_total_text:
                forgotten, _ = self._entries.popitem(last=False)
                self._total_text -= len(forgotten)
        return loaded


def load_document(text: str, schema: GraphQLSchema, limits: QueryLimits) -> Loaded:
    """Parse, measure and validate a query text."""
    if len(text) > limits.max_length:
        return _beyond(f"The query is longer than {limits.max_length} characters.")
    try:
        node = parse(text, max_lexical_tokens=limits.max_tokens, max_comments=limits.max_tokens)
    except GraphQLError as error:
        if "nested too deeply" in error.message:
            return _beyond("The query is nested too deeply.")
        if "Parsing aborted" in error.message:
            return _beyond(f"The query has more than {limits.max_tokens} tokens or comments.")
        return refused("syntax", [error], "SYNTAX_ERROR")
    excess = exceeded_limit(node, limits)
    if excess is not None:
        # A fragment that contains itself is endless; that is the better thing to say.
        cycles = validate(schema, node, [NoFragmentCyclesRule], max_errors=1)
        return refused("validation", cycles, "VALIDATION_ERROR") if cycles else _beyond(excess)
    for definition in node.definitions:
        if (
            isinstance(definition, OperationDefinitionNode)
            and definition.operation is OperationType.SUBSCRIPTION
        ):
            unsupported: ErrorCode = "SUBSCRIPTION_UNSUPPORTED"
            message = "This API has no subscriptions."
            return refused("operation", [coded(message, unsupported, definition)], unsupported)
    errors = validate(schema, node, max_errors=limits.max_validation_errors)
    if errors:
        return refused("validation", errors, "VALIDATION_ERROR")
    return Document(node)


def _beyond(message: str) -> GraphQLResponse:
    return refused("limit", [coded(message, "QUERY_TOO_LARGE")], "QUERY_TOO_LARGE")
