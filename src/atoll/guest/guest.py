"""What every guest family offers, and what it asks of its host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol

from atoll.engine import Limits
from atoll.guest.selection import Selection
from atoll.guest.streams import CallStreams
from atoll.guest.types import Function, Interface

OnLog = Callable[[int, str], None]
"""Takes a line of the guest's log: its level (``app.call.Level``) and its text. It is called on
whatever thread runs the guest, so it must be short and thread-safe."""


class HostSide(Protocol):
    """The host's side of one call (``host.calls.HostCalls``)."""

    @property
    def streams(self) -> CallStreams: ...

    @property
    def payload_limit(self) -> int:
        """Bytes of UTF-8 that arguments and result may have."""

    def call(self, name: str, payload: str) -> Awaitable[tuple[bool, str]]:
        """An operation by name, with JSON text: whether it succeeded, and JSON text."""

    def run_import(self, name: str, arguments: Sequence[Any]) -> Awaitable[Any]:
        """An operation by the name of an import (``modus_models.invokeModel``), with values.

        Failures of an operation are the host's to log; the guest gets what the import's own
        convention says (None for a null pointer). What is raised ends the call.
        """

    def refuse_result(self, name: str, reason: str) -> None:
        """Learn that the guest got nothing of what an import gave, and why."""


class Invocation(Protocol):
    """One execution: a fresh instance, for one call."""

    @property
    def waited(self) -> float:
        """Seconds that it has waited for its turn, before it was made."""

    async def invoke(
        self, function: Function, arguments: Mapping[str, Any], selection: Selection | None
    ) -> Any:
        """Call ``function`` with JSON data by API name; its result, as JSON data.

        ``selection`` says what is wanted of the result; see ``Guest.exact``.

        Raises:
            GuestFailure, GuestEnded, BadGuestReply: the guest failed, or lied.
            EngineError: it was torn down.
        """

    def renew(self) -> None:
        """Count its computing anew: it may use as much again. For an instance that is suspended."""


class Opening(Protocol):
    """A fresh instance to be: enter it with ``async with``."""

    async def __aenter__(self) -> Invocation: ...

    def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Awaitable[bool | None]: ...


class Guest(Protocol):
    """A compiled app, ready to run. Lives as long as the app."""

    @property
    def interface(self) -> Interface: ...

    @property
    def exact(self) -> bool:
        """Whether results are of their declared types and have the form that a selection gives
        them. If not, they are any JSON, with all fields by API name."""

    @property
    def may_wait(self) -> bool:
        """Whether a call may wait for something outside of it."""

    def execute(
        self, limits: Limits, *, environment: Mapping[str, str], host: HostSide, on_log: OnLog
    ) -> Opening:
        """A fresh instance, to be entered with ``async with``.

        Args:
            limits: of this execution.
            environment: the variables that the guest sees.
            host: does what the guest asks for.
            on_log: takes what it logs.
        """
