"""What can be wrong with the configuration of authentication."""

from __future__ import annotations


class AuthConfigurationError(Exception):
    """Keys that cannot be used. Never carries key material.

    ``code`` is one of ``INVALID_KEYS`` (the variable as a whole), ``INVALID_KEY``,
    ``PRIVATE_KEY`` and ``UNSUPPORTED_KEY`` (one key of it, named in the message), and of
    ``INVALID_KEY_SETS`` and ``INVALID_REFRESH`` (the variables for keys that are fetched).
    """

    location = None

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
