"""Why a build failed, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A spot in the user's own files; ``file`` is relative to the app's folder."""

    file: str
    line: int | None = None
    column: int | None = None


class BuildError(Exception):
    """An app, or the base it needs, cannot be built.

    ``code`` is for programs, ``message`` and ``hint`` for the app's author. ``function`` and
    ``parameter`` name what the error is about when the place alone does not, ``traceback`` is the
    guest's, for errors raised by the author's own code. ``more`` holds further errors of the same
    kind that one run found.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        location: Location | None = None,
        *,
        function: str | None = None,
        parameter: str | None = None,
        traceback: str | None = None,
        more: tuple[BuildError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.location = location
        self.function = function
        self.parameter = parameter
        self.traceback = traceback
        self.more = more
