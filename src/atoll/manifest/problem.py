"""What can be wrong with a manifest, as data that the command line and logs render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from atoll.manifest.location import Location

Severity = Literal["error", "warning"]


class ProblemCode(StrEnum):
    """Every code that a problem can carry; docs/manifest.md explains each."""

    MALFORMED_JSON = "MALFORMED_JSON"
    UNREADABLE = "UNREADABLE"
    TOO_LARGE = "TOO_LARGE"
    WRONG_TYPE = "WRONG_TYPE"
    MISSING_TYPE = "MISSING_TYPE"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    RESERVED_PATH = "RESERVED_PATH"
    DUPLICATE_PATH = "DUPLICATE_PATH"
    UNSAFE_HEADER = "UNSAFE_HEADER"
    INVALID_LIMIT = "INVALID_LIMIT"
    INVALID_ORIGIN = "INVALID_ORIGIN"
    INVALID_ERRORS = "INVALID_ERRORS"
    INVALID_ACCESS = "INVALID_ACCESS"
    INVALID_PATTERN = "INVALID_PATTERN"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    LETTER_CASE = "LETTER_CASE"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    MISSING_KEY = "MISSING_KEY"
    INVALID_NAME = "INVALID_NAME"
    INVALID_VALUE = "INVALID_VALUE"
    UNSUPPORTED_AUTH = "UNSUPPORTED_AUTH"
    NO_PATH = "NO_PATH"
    HYPERMODE_MODEL = "HYPERMODE_MODEL"
    UNKNOWN_CONNECTION = "UNKNOWN_CONNECTION"
    MODEL_ADDRESS = "MODEL_ADDRESS"
    MODEL_FALLBACK = "MODEL_FALLBACK"
    CONNECTION_ADDRESS = "CONNECTION_ADDRESS"
    SECRETS_SHARED_WITH_APP = "SECRETS_SHARED_WITH_APP"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what it is, what to do about it, and where it stands."""

    severity: Severity
    code: str
    message: str
    hint: str | None = None
    location: Location | None = None

    def as_error(self) -> Problem:
        return replace(self, severity="error")

    def __str__(self) -> str:
        return self.message if self.location is None else f"{self.location}: {self.message}"


class ManifestError(Exception):
    """The manifest, or an override of its limits, cannot be used.

    ``problems`` holds everything that was found, errors first, then warnings. ``code``, ``hint``
    and ``location`` are those of the first error; ``message`` is its message and the number of
    further problems.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = sorted(problems, key=lambda problem: problem.severity != "error")
        first = ordered[0]
        self.problems = tuple(ordered)
        self.code = first.code
        self.hint = first.hint
        self.location = first.location
        self.message = first.message
        more = len(ordered) - 1
        if more:
            self.message += f" (and {more} more problem{'s' if more > 1 else ''})"
        super().__init__(self.message)


class ProblemLog:
    """Collects problems while a manifest is read."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def error(
        self, code: ProblemCode, message: str, location: Location | None, hint: str | None = None
    ) -> None:
        self._problems.append(Problem("error", code.value, message, hint, location))

    def warning(
        self, code: ProblemCode, message: str, location: Location | None, hint: str | None = None
    ) -> None:
        self._problems.append(Problem("warning", code.value, message, hint, location))

    def warnings_or_raise(self, *, strict: bool) -> tuple[Problem, ...]:
        """Return the warnings in file order; raise ManifestError if there is an error.

        With ``strict``, warnings are errors.
        """
        problems = sorted(self._problems, key=_place)
        if strict:
            problems = [problem.as_error() for problem in problems]
        if any(problem.severity == "error" for problem in problems):
            raise ManifestError(problems)
        return tuple(problems)


def _place(problem: Problem) -> tuple[int, int]:
    if problem.location is None:
        return 0, 0
    return problem.location.line, problem.location.column or 0
