"""Why a connection did not do what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FailureCode = Literal[
    "BAD_URL",
    "BAD_HEADER",
    "HOST_UNREACHABLE",
    "TLS_FAILED",
    "TIMEOUT",
    "CONNECTION_LOST",
    "RESPONSE_TOO_LARGE",
    "NOT_ALLOWED",
    "NO_SUCH_CONNECTION",
    "TOO_MANY_REDIRECTS",
    "RATE_LIMITED",
    "BAD_ADDRESS",
    "AUTHENTICATION_FAILED",
    "NO_SUCH_DATABASE",
    "POOL_EXHAUSTED",
    "STATEMENT_FAILED",
    "INVALID_PARAMETERS",
    "RESULT_TOO_LARGE",
]


class ConnectionFailed(Exception):
    """What was asked of a connection of the manifest did not come to a complete answer.

    The message names the connection and at most its host, and what a database says of a statement;
    URLs (whose query may hold secrets), header values and bodies never appear in it. ``details``
    are for programs: ``sqlState`` or ``code``, as the database gives them.
    """

    logged = False
    """Whether whoever raised it has written it to the log."""

    def __init__(
        self,
        code: FailureCode,
        message: str,
        hint: str | None = None,
        *,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code: FailureCode = code
        self.message = message
        self.hint = hint
        self.details = details
        self.location = None
