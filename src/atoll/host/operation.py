"""Declaring host operations.

An operation is one typed coroutine. It is declared once, with the name that component guests use
and the import names that core modules use; every guest family reaches it through that declaration.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from atoll.host.context import Context

Request = TypeVar("Request", bound=msgspec.Struct)


def _null(error: Exception) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ImportBinding:
    """How core modules reach an operation: by an import, with values instead of JSON.

    ``request`` makes the operation's request of the import's arguments, in order; ``result`` makes
    what the guest gets of the operation's result. A host function never traps its guest: when the
    operation fails, the guest gets what ``on_failure`` makes of the error (None is the null
    pointer), and the host logs ``failed`` unless the error is in the log already.
    """

    name: str
    """``module.function``."""
    request: Callable[[Sequence[Any]], Any]
    result: Callable[[Any], Any]
    on_failure: Callable[[Exception], Any] = _null
    failed: str = "Host operation failed."


@dataclass(frozen=True, slots=True)
class Operation(Generic[Request]):
    """A host operation: ``run(context, request)`` gives any JSON value."""

    name: str
    request: type[Request]
    run: Callable[[Context, Request], Awaitable[Any]]
    imports: tuple[ImportBinding, ...]
    decode: Callable[[str], Request]


def operation(
    name: str, request: type[Request], *, imports: tuple[ImportBinding, ...] = ()
) -> Callable[[Callable[[Context, Request], Awaitable[Any]]], Operation[Request]]:
    """Declare a coroutine function as the host operation ``name``."""

    def declare(run: Callable[[Context, Request], Awaitable[Any]]) -> Operation[Request]:
        decoder = msgspec.json.Decoder(request)
        return Operation(name, request, run, imports, decoder.decode)

    return declare
