"""The error that a host operation gives its guest."""

from __future__ import annotations

from collections.abc import Mapping


class HostError(Exception):
    """A host operation refused or failed; the guest receives it as data.

    ``code`` is machine-readable (``UPPER_SNAKE``), ``message`` is for the app's developer, ``hint``
    says what to do, ``details`` are for programs (``sqlState``).
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.details = details
        self.code = code
        self.message = message
        self.hint = hint
