"""Who counts what connections do, such as the server's metrics."""

from __future__ import annotations

from typing import Protocol


class ConnectionObserver(Protocol):
    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        """A request or statement has ended.

        Args:
            connection: its name in the manifest.
            type: of the connection: ``http``, ``postgresql``, ...
            seconds: from its start, waiting, redirects and retries included.
            failure: None if it did what was asked, else the code of the ``ConnectionFailed``,
                ``HTTP_5XX`` for an answer with such a status, or ``CANCELLED``.
        """
