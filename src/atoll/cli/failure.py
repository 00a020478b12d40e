"""How the command line shows an error: what is wrong, where, and what to do about it.

Errors come from every package; what they have in common are the attributes ``code``, ``message``,
``hint`` and ``location``, so these are what is looked at, not classes.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import Path
from typing import Protocol, runtime_checkable

from atoll.cli.console import note, styled

USER_ERROR = 1
USAGE_ERROR = 2
INTERRUPTED = 130

_LARGEST_SOURCE = 4 << 20  # characters

_source_roots: list[Path] = []


class Place(Protocol):
    """Where in a user's file something stands; lines and columns count from 1, None is unknown."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int | None: ...
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
    message, *more_lines = problem.message.splitlines() or [""]
    note(f"{kind}{styled(f'[{problem.code}]', 'dim')}: {printable(message)}")
    for line in more_lines:
        note(f"  {printable(line)}")
    if problem.location is not None:
        _show_place(problem.location)
    for line in _own_frames(str(getattr(problem, "traceback", None) or "")):
        note(f"    {styled('|', 'dim')} {printable(line)}")
    if problem.hint:
        first, *rest = problem.hint.splitlines()
        note(f"{styled('hint:', 'cyan', 'bold')} {printable(first)}")
        for line in rest:
            note(f"      {printable(line)}")
    for further in getattr(problem, "more", ()):
        report_problem(further)


def _own_frames(traceback_text: str) -> list[str]:
    """The lines of a guest's traceback that are about the author's own files.

    Those have relative names; what is absolute or in angle brackets is Python's or Atoll's.
    """
    kept: list[str] = []
    own = False
    for line in traceback_text.splitlines():
        frame = re.match(r'  File "([^"]*)"', line)
        if frame is not None:
            own = not frame[1].startswith(("/", "<"))
        elif not line.startswith("    "):
            own = False
        if own:
            kept.append(line.removeprefix("  "))
    return kept


def printable(text: str) -> str:
    """Text that a guest or a file may have made up, without anything that steers a terminal."""
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in text)


def _show_place(place: Place) -> None:
    column = "" if place.column is None else f":{place.column}"
    line = "" if place.line is None else f":{place.line}"
    margin = " " * max(len(line) - 1, 1)
    note(f"{margin}{styled('-->', 'dim')} {place.file}{line}{column}")
    source = None if place.line is None else _source_line(place.file, place.line)
    if source is None:
        return
    bar = styled("|", "dim")
    text = printable(source.expandtabs(4).rstrip())
    note(f"{margin} {bar}")
    note(f"{styled(str(place.line), 'dim')} {bar} {text}")
    if place.column is not None and place.column <= len(source) + 1:
        before = source[: place.column - 1].expandtabs(4)
        note(f"{margin} {bar} {' ' * len(before)}{styled('^', 'red')}")
    else:
        note(f"{margin} {bar}")


def _source_line(file: str, line: int) -> str | None:
    """A line of a file below the working directory or the sources.

    Guests name files as well: none elsewhere is shown, and nothing that reads without end.
    """
    for root in (Path(), *_source_roots):
        try:
            path = (root / file).resolve()
            if not path.is_relative_to(root.resolve()) or not path.is_file():
                continue
            with path.open(encoding="utf-8", errors="replace") as source:
                lines = source.read(_LARGEST_SOURCE).splitlines()
        except (OSError, ValueError, RuntimeError):  # no such file, or no name of one
            continue
        return lines[line - 1] if 0 < line <= len(lines) else None
    return None
