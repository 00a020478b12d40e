"""Refusing operations that ask for functions which the caller may not call."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol

from graphql import FieldNode, GraphQLError

from atoll.app.call import Caller
from atoll.graphql.response import GraphQLResponse, refused
from atoll.graphql.schema import RootField
from atoll.guest.types import Function

_log = logging.getLogger("atoll.auth")


class Guard(Protocol):
    """Knows who may call what."""

    def denial(
        self, function: Function, claims: Mapping[str, Any] | None
    ) -> Literal["UNAUTHENTICATED", "FORBIDDEN"] | None:
        """Why a caller with these claims may not call a function; None if it may."""


class Guarded(Protocol):
    """A root field of an operation."""

    @property
    def key(self) -> str: ...
    @property
    def nodes(self) -> list[FieldNode]: ...
    @property
    def root(self) -> RootField | None: ...


def refusal(
    guard: Guard | None, fields: Iterable[Guarded], caller: Caller
) -> GraphQLResponse | None:
    """The answer to an operation with one field or several that the caller may not ask for."""
    if guard is None:
        return None
    errors = []
    for field in fields:
        if field.root is None:
            continue
        code = guard.denial(field.root.function, caller.claims)
        if code is not None:
            told = {"function": field.root.function.name, "code": code}
            _log.info("Call refused.", extra={"fields": told})
            message = f"Not allowed to call {field.root.name}"
            if code == "UNAUTHENTICATED":
                message += ": the request carries no verified token"
            extensions = {"code": code}
            path = [field.key]
            errors.append(
                GraphQLError(f"{message}.", field.nodes, path=path, extensions=extensions)
            )
    return refused("access", errors, "FORBIDDEN") if errors else None
