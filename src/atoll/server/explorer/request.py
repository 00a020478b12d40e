"""A request of the page, as its handlers see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from atoll.server.explorer.errors import ExplorerError

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExplorerRequest:
    """A request for something below ``/explorer/api``."""

    query: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the query; of one that is given twice, the last."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What stands in the path for the ``{names}`` of the route's pattern."""
    body: bytes = b""

    def read(self, form: type[T]) -> T:
        """The body, as data of this type. Raises `ExplorerError` (400)."""
        try:
            return msgspec.json.decode(self.body, type=form)
        except msgspec.DecodeError as error:
            raise ExplorerError(400, "BAD_REQUEST", f"The request's body: {error}.") from None
        except RecursionError:
            raise ExplorerError(
                400, "BAD_REQUEST", "The request's body is nested too deep."
            ) from None

    def integer(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """A parameter of the query that is a whole number, not larger than ``most``.

        Raises `ExplorerError` (400) when it is no number, or below ``least``.
        """
        text = self.query.get(name)
        if text is None or text == "":
            return default
        if not (text.isascii() and text.isdecimal() and len(text) < 19) or int(text) < least:
            raise ExplorerError(
                400, "BAD_REQUEST", f"{name} must be a whole number from {least} on, not {text!r}."
            )
        return min(int(text), most)


Handler: TypeAlias = "Callable[[Explorer, ExplorerRequest], Awaitable[Any]]"
"""Gives what JSON is made of: `Wire` objects and plain data. Raises `ExplorerError`."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a handler is found.

    Args:
        method: of HTTP; GET is HEAD, too.
        pattern: a path below ``/explorer/api/``; ``{name}`` stands for one part of it.
        handler: answers.
    """

    method: str
    pattern: str
    handler: Handler
