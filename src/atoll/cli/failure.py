"""How the command line shows an error: what is wrong, where, and what to do about it.

Errors come from every package; what they have in common are the attributes ``code``, ``message``,
``hint`` and ``location``, so these are what is looked at, not classes.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Protocol, runtime_checkable

from atoll.cli.console import note, styled

USER_ERROR = 1
USAGE_ERROR = 2
INTERRUPTED = 130

_source_roots: list[Path] = []


class Place(Protocol):
    """Where in a user's file something stands; lines and columns count from 1."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int | None: ...


@runtime_checkable
class Told(Protocol):
    """An error that was made to be shown."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def location(self) -> Place | None: ...


class CommandError(Exception):
    """A command cannot do what it was asked to do."""

    def __init__(
        self, code: str, message: str, hint: str | None = None, location: Place | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.location = location


def look_for_sources_in(directory: Path) -> None:
    """Name a folder that the relative file names of errors may refer to."""
    if directory not in _source_roots:
        _source_roots.append(directory)


def report(error: BaseException) -> None:
    """Show an error on stderr, with a traceback only if ``ATOLL_DEBUG`` is set."""
    if os.environ.get("ATOLL_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    problems = getattr(error, "problems", None)
    if isinstance(problems, tuple) and problems:
        for problem in problems:
            report_problem(problem)
    elif isinstance(error, Told):
        report_problem(error)
    elif isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        note(f"{styled('error:', 'red', 'bold')} {error.strerror}{where}")
    else:
        text = f"{type(error).__name__}: {error}"
        note(f"{styled('error:', 'red', 'bold')} Atoll failed by itself, which is a bug. {text}")
        note(f"{styled('hint:', 'cyan', 'bold')} ATOLL_DEBUG=1 shows where it happened")


def report_problem(problem: Told) -> None:
    """Show one error, or a warning if it says of itself that it is one."""
    warning = getattr(problem, "severity", "error") == "warning"
    kind = styled("warning", "yellow", "bold") if warning else styled("error", "red", "bold")
    note(f"{kind}{styled(f'[{problem.code}]', 'dim')}: {problem.message}")
    if problem.location is not None:
        _show_place(problem.location)
    if problem.hint:
        first, *rest = problem.hint.splitlines()
        note(f"{styled('hint:', 'cyan', 'bold')} {first}")
        for line in rest:
            note(f"      {line}")


def _show_place(place: Place) -> None:
    column = "" if place.column is None else f":{place.column}"
    margin = " " * len(str(place.line))
    note(f"{margin}{styled('-->', 'dim')} {place.file}:{place.line}{column}")
    source = _source_line(place)
    if source is None:
        return
    bar = styled("|", "dim")
    text = source.expandtabs(4).rstrip()
    note(f"{margin} {bar}")
    note(f"{styled(str(place.line), 'dim')} {bar} {text}")
    if place.column is not None and place.column <= len(source) + 1:
        before = source[: place.column - 1].expandtabs(4)
        note(f"{margin} {bar} {' ' * len(before)}{styled('^', 'red')}")
    else:
        note(f"{margin} {bar}")


def _source_line(place: Place) -> str | None:
    for root in (Path(), *_source_roots):
        try:
            lines = (root / place.file).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        return lines[place.line - 1] if 0 < place.line <= len(lines) else None
    return None
