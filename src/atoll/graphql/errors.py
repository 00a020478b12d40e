"""What can be wrong with an app's interface, and how errors look in a response."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from graphql import GraphQLError

from atoll.app.call import FunctionError
from atoll.graphql.conventions import is_name
from atoll.guest.types import Function

log = logging.getLogger(__name__)

ErrorCode: TypeAlias = Literal[
    "SYNTAX_ERROR",
    "VALIDATION_ERROR",
    "QUERY_TOO_LARGE",
    "INTROSPECTION_DISABLED",
    "PERSISTED_QUERY_NOT_FOUND",
    "PERSISTED_QUERY_MISMATCH",
    "PERSISTED_QUERY_NOT_SUPPORTED",
    "INVALID_VARIABLES",
    "INVALID_OPERATION",
    "SUBSCRIPTION_UNSUPPORTED",
    "INVALID_ARGUMENT",
    "INVALID_RESULT",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "INTERNAL_ERROR",
]
"""``extensions.code`` of the errors that do not come from a function."""

MAX_ERRORS = 100
"""Errors in one response; a list of bad items would otherwise make one for each of them."""

MAX_MESSAGE = 2_000
"""Characters of one message; a syntax error would otherwise give a long query back."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the user's source; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int | None = None


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One reason why an interface cannot become a GraphQL schema."""

    code: str
    message: str
    hint: str | None = None
    location: Location | None = None


class SchemaError(Exception):
    """An app's functions and types do not make a GraphQL schema.

    ``problems`` holds every reason found; ``message``, ``hint`` and ``location`` are those of the
    first, with the others' messages below it.
    """

    def __init__(self, problems: Sequence[SchemaProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        self.code = first.code
        self.message = "\n".join(problem.message for problem in self.problems)
        self.hint = first.hint
        self.location = first.location
        super().__init__(self.message)


class Problems:
    """Collects what is wrong, so that a user hears of all of it at once."""

    def __init__(self) -> None:
        self._found: list[SchemaProblem] = []

    def add(
        self, code: str, message: str, hint: str | None = None, at: Location | None = None
    ) -> None:
        self._found.append(SchemaProblem(code, message, hint, at))

    def check_name(self, name: str, what: str, at: Location | None = None) -> bool:
        """Whether ``name`` may stand in a schema; ``what`` says whose it is."""
        if is_name(name):
            return True
        self.add(
            "INVALID_NAME",
            f"{what} would be named '{name}' in the API, which GraphQL cannot carry.",
            "Use letters a to z, digits and underscores, beginning with a letter.",
            at,
        )
        return False

    def stop(self) -> None:
        """Raise SchemaError if there is any problem."""
        if self._found:
            raise SchemaError(self._found)


def function_location(function: Function) -> Location | None:
    if function.file is None or function.line is None:
        return None
    return Location(function.file, function.line)


def coded(message: str, code: ErrorCode, nodes: Any = None) -> GraphQLError:
    """Make an error of ours."""
    return GraphQLError(message, nodes, extensions={"code": code})


def function_errors(
    errors: Iterable[FunctionError], path: Sequence[str | int], nodes: Any
) -> list[GraphQLError]:
    """Turn what a function reported into errors of its field (reference section 2.14)."""
    return [
        GraphQLError(
            error.message,
            nodes,
            path=list(path),
            extensions={"level": error.level, "code": error.code},
        )
        for error in errors
    ]


def format_errors(errors: Sequence[GraphQLError], code: ErrorCode) -> list[dict[str, Any]]:
    """Give errors the form that a response carries; ``code`` is for those that have none."""
    shown = [_format(error, code) for error in errors[:MAX_ERRORS]]
    if len(errors) > MAX_ERRORS:
        message = f"{len(errors) - MAX_ERRORS} more errors are not shown."
        shown.append({"message": message, "extensions": {"code": code}})
    return shown


def _format(error: GraphQLError, code: ErrorCode) -> dict[str, Any]:
    message, extensions = error.message, error.extensions
    cause = error.original_error
    if isinstance(cause, RecursionError):
        message = "The value is nested too deeply."
    elif cause is not None and not isinstance(cause, GraphQLError) and not _of_library(error):
        # An exception of our own: its text is not for clients.
        log.error("internal error in a GraphQL field", exc_info=cause)
        message, extensions = "internal error", {"code": "INTERNAL_ERROR"}
    message = message.replace("not to be None.", "not to be null.")  # graphql-core speaks Python
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE] + " …"
    formatted: dict[str, Any] = {"message": message}
    if error.locations:
        formatted["locations"] = [
            {"line": location.line, "column": location.column} for location in error.locations
        ]
    if error.path is not None:
        formatted["path"] = list(error.path)
    formatted["extensions"] = extensions or {"code": code}
    return formatted


def _of_library(error: GraphQLError) -> bool:
    """Whether graphql-core raised a plain TypeError that is meant for the client."""
    return isinstance(error.original_error, TypeError) and error.message.startswith(
        "Cannot return null for non-nullable field"
    )
