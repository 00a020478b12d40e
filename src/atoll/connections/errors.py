"""Why a connection did not do what was asked of it."""

from __future__ import annotations

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
]


class ConnectionFailed(Exception):
    """A request over a connection of the manifest had no complete response.

    The message names the connection and at most its host; URLs (whose query may hold secrets),
    header values and bodies never appear in it.
    """

    logged = False
    """Whether whoever raised it has written it to the log."""

    def __init__(self, code: FailureCode, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code: FailureCode = code
        self.message = message
        self.hint = hint
        self.location = None
