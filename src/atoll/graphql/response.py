"""A GraphQL request, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from graphql import GraphQLError

from atoll.graphql.errors import ErrorCode, coded, format_errors

ResponseKind: TypeAlias = Literal[
    "ok",
    "persisted",
    "syntax",
    "limit",
    "validation",
    "operation",
    "mutation",
    "variables",
    "access",
    "internal",
]
"""How far a request came: ``ok`` when its operation ran (its fields may have errors), else what
stopped it: a query that is not known by its hash, text that is not GraphQL, a query beyond the
limits, one that does not fit the schema, no such operation, a mutation where none may be, variables
that do not fit, functions that the caller may not call, or a fault of ours."""


class GraphQLRequest(msgspec.Struct, frozen=True):
    query: str | None
    """The text; None when it is to be found by ``persisted``."""
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    may_mutate: bool = True
    """Whether the way that the request came allows mutations."""
    persisted: str | None = None
    """The text's SHA-256 in lower-case hexadecimal, when the client expects the server to know it
    (``extensions.persistedQuery``)."""


class GraphQLResponse(msgspec.Struct, frozen=True):
    kind: ResponseKind
    body: dict[str, Any] = msgspec.field(default_factory=dict)
    """Ready for JSON; keys in the order errors, data, extensions, each only when it says
    something. ``data`` is there exactly when the operation ran."""

    @property
    def executed(self) -> bool:
        """Whether the operation ran: its functions may have been called."""
        return self.kind == "ok"


def refused(kind: ResponseKind, errors: list[GraphQLError], code: ErrorCode) -> GraphQLResponse:
    """Answer a request whose operation did not run."""
    return GraphQLResponse(kind, {"errors": format_errors(errors, code)})


def internal_error(message: str = "internal error") -> GraphQLResponse:
    return refused("internal", [coded(message, "INTERNAL_ERROR")], "INTERNAL_ERROR")


def executed(
    data: dict[str, Any] | None,
    errors: list[GraphQLError],
    invocations: dict[str, Any],
) -> GraphQLResponse:
    """Answer a request whose operation ran."""
    body: dict[str, Any] = {}
    if errors:
        body["errors"] = format_errors(errors, "INVALID_RESULT")
    body["data"] = data
    if invocations:
        body["extensions"] = {"invocations": invocations}
    return GraphQLResponse("ok", body)
