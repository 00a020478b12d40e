"""What the tool and the compiler complain of, as errors with their place."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.warned import Warned

MOST_ERRORS = 20
_PLACE = re.compile(
    r"(?P<file>[^\s:][^:]*\.(?:go|mod|s|sum)):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<said>.*)"
)
_WANTS_NEWER = re.compile(r"requires go >= (\S+)")
_COMPILER_ENDS = "too many errors"


class Problem(msgspec.Struct):
    """As the tool reports it; ``file`` is relative to the app's folder."""

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    function: str | None = None
    parameter: str | None = None

    @property
    def location(self) -> Location | None:
        return None if self.file is None else Location(self.file, self.line, self.column)


def error_of(problems: Sequence[Problem]) -> BuildError:
    """One error with all the others. A hint is given once."""
    given: set[str | None] = set()
    errors = []
    for problem in problems[:MOST_ERRORS]:
        hint = None if problem.hint in given else problem.hint
        given.add(hint)
        errors.append(
            BuildError(
                problem.code,
                problem.message,
                hint,
                problem.location,
                function=problem.function,
                parameter=problem.parameter,
            )
        )
    first, *others = errors
    first.more = tuple(others)
    return first


def warnings_of(problems: Sequence[Problem]) -> tuple[Warned, ...]:
    return tuple(Warned(p.message, p.location, p.code, p.hint) for p in problems)


def compile_error(said: str, app: Path, generated: Sequence[str] = ()) -> BuildError:
    """The error of what a compiler said when it failed.

    Args:
        app: the folder that names of files are relative to.
        generated: files that the author did not write, where errors are no fault of theirs.
    """
    found = compiler_problems(said, app)
    own = [problem for problem in found if problem.file not in generated]
    if own:
        return error_of(own)
    lines = [line for line in said.strip().splitlines() if line.strip()]
    # After the name of the package.
    reason = next((line for line in lines if not line.startswith("# ")), "it said nothing")
    return BuildError(
        "COMPILER_FAILED",
        f"the compiler gave up: {reason}",
        traceback="\n".join(lines[:20]),
    )


def compiler_problems(said: str, app: Path) -> list[Problem]:
    """The complaints with a place in what ``go build`` prints."""
    found: list[Problem] = []
    for line in said.splitlines():
        place = _PLACE.match(line)
        if place is not None:
            column = None if place["column"] is None else int(place["column"])
            file = _relative(place["file"], app)
            found.append(
                Problem("COMPILE_ERROR", place["said"], None, file, int(place["line"]), column)
            )
        elif line.startswith("\t") and found and line.strip() != _COMPILER_ENDS:
            found[-1].message += f"\n{line.strip()}"  # what was had, what was wanted
    return found


def _relative(file: str, app: Path) -> str:
    if file.startswith("/"):
        return os.path.relpath(file, app) if Path(file).is_relative_to(app) else file
    return os.path.normpath(file)
