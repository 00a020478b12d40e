"""One call of one function: who asks, what came back, what was logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import msgspec


class Level(IntEnum):
    """Severity of a guest's log line; the numbers are those of the guest border."""

    STDOUT = 0  # printed, no level
    STDERR = 1  # printed, no level
    TRACE = 2
    DEBUG = 3
    INFO = 4
    WARNING = 5
    ERROR = 6
    FATAL = 7


@dataclass(frozen=True, slots=True)
class LogLine:
    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: what a request tells its functions.

    ``claims`` are the verified claims of a bearer token, ``time_zone`` an IANA name.
    """

    claims: Mapping[str, Any] | None = None
    time_zone: str | None = None


ANONYMOUS = Caller()


@dataclass(frozen=True, slots=True)
class FunctionError:
    """An error that belongs to one call, as the API client may see it (already masked)."""

    message: str
    code: str
    """Machine-readable; ``docs/graphql.md`` lists them."""
    level: str = "error"
    """``error`` or ``fatal``."""
    hint: str | None = None
    """What the app's developer can do about it; not for API clients."""


class ConnectionUse(msgspec.Struct, frozen=True):
    """One operation of a call on a connection of the manifest."""

    connection: str
    type: str
    seconds: float
    failure: str | None
    """The code of its error, if it failed."""


class Outcome(msgspec.Struct, frozen=True):
    """What a call came to.

    ``value`` is JSON data in the guest border's form; it is None when ``failed``. ``errors`` may
    accompany a value (lines logged at level error). ``printed`` holds what the function printed,
    for ``extensions.invocations``.
    """

    execution_id: str
    value: Any
    failed: bool
    errors: tuple[FunctionError, ...] = ()
    printed: tuple[LogLine, ...] = ()
    duration: float = 0.0
    """Seconds from the start of the call to its end."""
    connections: tuple[ConnectionUse, ...] = ()
    """What it asked of connections, if that was recorded."""
