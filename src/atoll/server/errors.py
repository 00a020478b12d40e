"""What can keep the server from starting."""

from __future__ import annotations


class ServerError(Exception):
    """The server cannot do what was asked of it.

    ``code`` is one of ``PORT_IN_USE``, ``PORT_FORBIDDEN``, ``HOST_UNKNOWN``, ``CANNOT_LISTEN`` and
    ``WORKER_FAILED``.
    """

    location = None

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
