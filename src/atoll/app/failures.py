"""What became of a call that failed: in full for the log, and what its client may see."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from atoll.app.call import FunctionError, Level, LogLine
from atoll.engine import DeadlineExceeded, EngineError, GuestExit
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure
from atoll.host.calls import HostCalls
from atoll.host.errors import HostError

_log = logging.getLogger("atoll.app")

MASKED: Final = "error calling function"
"""What clients see of a failure that the function did not report itself, unless told otherwise."""

_REPORTED: Final = {
    "user": "USER_ERROR",
    "argument": "INVALID_ARGUMENT",
    "result": "INVALID_RESULT",
}
"""Codes of the failures that are for clients in any case, by what the guest calls them."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Makes the errors of an app's calls. App lifetime."""

    unmasked: bool
    """Whether clients may see the text of any failure."""
    log_limit: int
    """Characters of a guest's text in one line of the log."""

    def errors(
        self,
        failure: Exception | None,
        fields: Mapping[str, str],
        calls: HostCalls | None,
        logged: list[FunctionError],
    ) -> list[FunctionError]:
        """The errors of a call, logged as well.

        Args:
            failure: how it ended, if it failed.
            fields: for the log: which call.
            calls: what it asked of the host, whose failure may be why.
            logged: the errors that it told of in its log.
        """
        if failure is None:
            return logged
        cause = None if calls is None else calls.failure
        told = None if calls is None else calls.told
        # A guest that ends itself says why in its log, or it does not say.
        if not (isinstance(failure, GuestEnded) and logged):
            return [*logged, self._error(failure, fields, cause, told)]
        _log.info(
            f"Function ended with exit code {failure.status}, indicating an error.",
            extra={"fields": fields},
        )
        if cause is not None and self.unmasked:
            logged[-1] = _because(logged[-1], cause)
        return logged

    def _error(
        self,
        error: Exception,
        fields: Mapping[str, str],
        cause: HostError | None,
        told: Exception | None,
    ) -> FunctionError:
        """Log a failure in full, and make of it what the client may see.

        ``cause`` is what the host could not do last for the guest, which may be why; ``told`` the
        last error that it got as data.
        """
        if isinstance(error, GuestFailure):
            return self._guest_failure(error, fields, cause, told)
        code, message, hint = "FUNCTION_FAILED", str(error), None
        if isinstance(error, DeadlineExceeded):
            code = "TIMEOUT"
        elif isinstance(error, GuestEnded):
            code = "EXITED"
        elif isinstance(error, GuestExit):
            code, message = "EXITED", f"the function ended itself with exit code {error.status}"
        elif isinstance(error, HostError):
            code, message, hint = error.code, error.message, error.hint
        elif not isinstance(error, EngineError | BadGuestReply):
            _log.error("Internal error.", exc_info=error, extra={"fields": fields})
            return FunctionError(MASKED, "INTERNAL_ERROR", "fatal")
        self._log(fields, message, hint)
        shown = message if self.unmasked or isinstance(error, HostError) else MASKED
        return FunctionError(shown, code, "fatal", hint)

    def _guest_failure(
        self,
        error: GuestFailure,
        fields: Mapping[str, str],
        cause: HostError | None,
        told: Exception | None,
    ) -> FunctionError:
        message = f"{error.type}: {error.message}" if error.type else error.message
        detail = error.traceback or error.message
        hint = None
        if cause is not None and error.kind == "exception":
            message = f"{message} ({cause.message})"
            detail = f"{detail} ({cause.message})"
            hint = cause.hint
        elif error.message == getattr(told, "message", None):
            hint = getattr(told, "hint", None)
        self._log(fields, detail, hint)
        if reported := _REPORTED.get(error.kind):
            return FunctionError(error.message, reported)
        code = "EXITED" if error.kind == "exit" else "FUNCTION_FAILED"
        return FunctionError(message if self.unmasked else MASKED, code, "fatal", hint)

    def _log(self, fields: Mapping[str, str], detail: str, hint: str | None) -> None:
        """Log what may be a guest's text, as long as its log may be."""
        details = {**fields, "detail": detail[: self.log_limit]}
        if hint is not None:
            details["hint"] = hint
        _log.error("Error while executing function.", extra={"fields": details})


def detail_of(failure: Exception) -> str:
    """What is known of a failure, for the app's developer: its text, and where it was."""
    if isinstance(failure, GuestFailure):
        named = f"{failure.type}: {failure.message}" if failure.type else failure.message
        return failure.traceback or named
    frames = getattr(failure, "frames", ())
    return "\n".join([str(failure), *(f"    at {frame}" for frame in frames)])


def logged(line: LogLine) -> FunctionError:
    """A line that a function logged as an error, as one of its call."""
    return FunctionError(line.message, "LOGGED", "fatal" if line.level == Level.FATAL else "error")


def _because(error: FunctionError, cause: HostError) -> FunctionError:
    """An error that the function told of, with what the host could not do for it."""
    message = f"{error.message} ({cause.message})"
    return FunctionError(message, error.code, error.level, cause.hint)
