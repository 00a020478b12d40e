"""What a test learns of an app that does not do what it should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atoll.app.call import FunctionError


class TestSetupError(Exception):
    """The app cannot be tested as it was asked for."""

    __test__ = False  # not a test class, whatever its name says to pytest

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.message = message
        self.hint = hint


class FunctionFailed(Exception):
    """A function failed: its text is what a client of the API would be told in development.

    Run natively, the exception that the function raised is its ``__cause__``.
    """

    def __init__(self, function: str, errors: Sequence[FunctionError]) -> None:
        self.function = function
        self.errors = tuple(errors)
        super().__init__("\n".join(error.message for error in errors) or "the function failed")

    @property
    def code(self) -> str:
        """Of the last error: ``USER_ERROR`` for one that the function meant for its caller,
        ``FUNCTION_FAILED`` for any other exception, ``INVALID_ARGUMENT``..."""
        return self.errors[-1].code if self.errors else "FUNCTION_FAILED"

    @property
    def message(self) -> str:
        return str(self)
