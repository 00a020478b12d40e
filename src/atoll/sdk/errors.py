"""What goes wrong, as a function sees it."""

from __future__ import annotations


class UserError(Exception):
    """An error for whoever called the API: its message always reaches them, word for word.

    Any other exception is a fault of the app, and in production the client learns only that the
    function failed.
    """


class HostError(Exception):
    """The host refused or failed an operation. ``str()`` is the message."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class HostUnavailable(HostError):
    """There is no host: the code runs outside Atoll, and no test host is installed."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            "HOST_UNAVAILABLE",
            f"{operation} needs Atoll's host, and this code runs outside of it",
            "In a test, use `with atoll.sdk.testing.host(...)`.",
        )


class ModelError(HostError):
    """A model could not be called, or answered with an error."""
