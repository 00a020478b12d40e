"""What a call asks of connections, as it happens: for the metrics, and for its own record."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final, Protocol

from atoll.app.call import ConnectionUse

CURRENT_USES: Final[ContextVar[list[ConnectionUse] | None]] = ContextVar(
    "current_uses", default=None
)
"""Where the call at work keeps its uses of connections; None when it does not."""

KEPT = 100
"""Uses that a call keeps: one that asks a thousand times says no more by saying it each time."""


class _Observer(Protocol):
    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None: ...


class Uses:
    """Tells the app's observer, and the call, of each operation on a connection."""

    def __init__(self, observer: _Observer | None) -> None:
        self._observer = observer

    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        """See ``connections.ConnectionObserver``."""
        if self._observer is not None:
            self._observer.operation_finished(connection, type, seconds, failure)
        uses = CURRENT_USES.get()
        if uses is not None and len(uses) < KEPT:
            uses.append(ConnectionUse(connection, type, seconds, failure))
