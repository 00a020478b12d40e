"""From a query text to a valid document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from graphql import (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoFragmentCyclesRule,
    StreamDirectiveOnListField,
    parse,
    specified_rules,
    validate,
)

from atoll.graphql.errors import coded
from atoll.graphql.introspection import NoIntrospectionRule
from atoll.graphql.limits import QueryLimits, exceeded_limit, setting
from atoll.graphql.response import GraphQLResponse, refused

_OF_UNKNOWN_DIRECTIVES: Final = (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    StreamDirectiveOnListField,
)
"""Rules for directives that no schema of ours has: another rule refuses them."""

Loader: TypeAlias = Callable[[str], DocumentNode | GraphQLResponse]
"""Gives a valid document for a text, or the answer to everybody who sends it."""


RULES: Final = tuple(rule for rule in specified_rules if rule not in _OF_UNKNOWN_DIRECTIVES)


def load_document(
    text: str, schema: GraphQLSchema, limits: QueryLimits
) -> DocumentNode | GraphQLResponse:
    """Parse, measure and validate a query text: a valid document, or what is wrong with it."""
    if len(text) > limits.max_length:
        return _beyond(f"The query is longer than {limits.max_length} characters.")
    try:
        node = parse(
            text,
            max_lexical_tokens=limits.max_tokens,
            max_comments=limits.max_tokens,
            allow_empty_selection_sets=False,
        )
    except GraphQLError as error:
        if "nested too deeply" in error.message:
            return _beyond("The query is nested too deeply.")
        if "Parsing aborted" in error.message:
            message = f"The query has more than {limits.max_tokens} tokens or comments"
            return _beyond(message + setting("maxTokens"))
        return refused("syntax", [error], "SYNTAX_ERROR")
    excess = exceeded_limit(node, limits)
    if excess is not None:
        # A fragment that contains itself is endless; that is the better thing to say.
        found = validate(schema, node, [NoFragmentCyclesRule], max_errors=1)
        # It gives up on long chains, which are no cycles.
        cycles = [error for error in found if error.nodes]
        return refused("validation", cycles, "VALIDATION_ERROR") if cycles else _beyond(excess)
    errors = validate(
        schema,
        node,
        RULES if limits.introspection else (*RULES, NoIntrospectionRule),
        max_errors=limits.max_validation_errors,
        # They would tell the names that introspection may not.
        hide_suggestions=not limits.introspection,
        allow_empty_selection_sets=False,
    )
    if errors:
        return refused("validation", errors, "VALIDATION_ERROR")
    _unlink_tokens(node)
    return node


def parse_again(text: str) -> DocumentNode:
    """The document of a text that was valid before."""
    node = parse(text)
    _unlink_tokens(node)
    return node


def _unlink_tokens(node: DocumentNode) -> None:
    """Let go of the chain of a document's tokens, which nobody needs any more.

    It is a cycle, and would live until the garbage collector looks for those among what is old.
    """
    token = None if node.loc is None else node.loc.start_token
    while token is not None:
        token.prev, token.next, token = None, None, token.next


def _beyond(message: str) -> GraphQLResponse:
    return refused("limit", [coded(message, "QUERY_TOO_LARGE")], "QUERY_TOO_LARGE")
