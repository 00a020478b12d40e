"""Declaring host operations.

An operation is one typed coroutine. It is declared once, with the name that component guests use
and the import names that core modules use; every guest family reaches it through that declaration.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from atoll.host.context import Context

Request = TypeVar("Request", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Request]):
    """A host operation: ``run(context, request)`` gives any JSON value."""

    name: str
    request: type[Request]
    run: Callable[[Context, Request], Awaitable[Any]]
    imports: tuple[str, ...]
    """Names under which core modules import it, as ``module.function``."""
    decode: Callable[[str], Request]


def operation(
    name: str, request: type[Request], *, imports: tuple[str, ...] = ()
) -> Callable[[Callable[[Context, Request], Awaitable[Any]]], Operation[Request]]:
    """Declare a coroutine function as the host operation ``name``."""

    def declare(run: Callable[[Context, Request], Awaitable[Any]]) -> Operation[Request]:
        decoder = msgspec.json.Decoder(request)
        return Operation(name, request, run, imports, decoder.decode)

    return declare
