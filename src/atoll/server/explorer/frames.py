"""Where a failed function was, read from what its language says of a failure.

The text comes from the guest, which may say whatever it likes: what is read from it is only shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from atoll.server.explorer.source import own_file, read_lines
from atoll.server.explorer.wire import Wire

_LONGEST: Final = 256 << 10
"""Characters of a text that are read."""
_MOST: Final = 100
"""Frames, the innermost."""
_MOST_LOOKED_UP: Final = 10
"""Frames whose lines are found by reading the source."""

_PYTHON: Final = re.compile(r'^ {2}File "([^"\n]+)", line (\d{1,9})(?:, in (.+))?$', re.MULTILINE)
_TRACEBACK: Final = "Traceback (most recent call last):\n"

_GOROUTINE: Final = re.compile(r"^goroutine \d+ \[", re.MULTILINE)
_GO: Final = re.compile(
    r"^(?:created by )?(\S[^\n]*)\n\t([^\n]+\.go):(\d{1,9})(?: \+0x[0-9a-f]+)?$", re.MULTILINE
)
_GO_ARGUMENTS: Final = re.compile(r"\([^()]*\)$| in goroutine \d+$")
_GO_MODULE: Final = re.compile(r"^module\s+(\S+)", re.MULTILINE)

_SCRIPT: Final = re.compile(r"(?:^|[\s(])([~\w./-]+\.ts):(\d{1,9}):(\d{1,9})")
_SCRIPT_FRAME: Final = re.compile(r"^ {4}at [^!\n]*!(?:export:)?([~\w./#<>,-]+)$", re.MULTILINE)
_CALLED_BY: Final = re.compile(r", called by ([\w./#<>,~-]+)$", re.MULTILINE)


class Frame(Wire, frozen=True):
    """A place in the source of a function that was at work."""

    file: str
    line: int
    column: int | None = None
    function: str | None = None
    own: bool = False


def frames_of(text: str, folder: Path | None) -> list[Frame]:
    """The frames in a failure's text, the innermost last.

    Args:
        text: a traceback of Python, a panic of Go, or what AssemblyScript aborts with.
        folder: where the app's sources are; None where they are not shown.
    """
    text = text[:_LONGEST]
    if _TRACEBACK in text:
        found = _of_python(text, folder)
    elif _GOROUTINE.search(text):
        found = _of_go(text, folder)
    else:
        found = _of_assemblyscript(text, folder)
    return list(found)


def _of_python(text: str, folder: Path | None) -> Iterator[Frame]:
    # Of several tracebacks the last is that of the error itself, not of its cause.
    for match in list(_PYTHON.finditer(text.rpartition(_TRACEBACK)[2]))[-_MOST:]:
        yield _frame(match[1], int(match[2]), None, match[3], folder)


def _of_go(text: str, folder: Path | None) -> Iterator[Frame]:
    module = _go_module(folder)
    for match in reversed(list(islice(_GO.finditer(text), _MOST))):
        function = _GO_ARGUMENTS.sub("", match[1])
        file = match[2].removeprefix(f"{module}/") if module else match[2]
        yield _frame(file, int(match[3]), None, function.removeprefix("main."), folder)


def _go_module(folder: Path | None) -> str | None:
    """The app's module, by which its files are named. Others' have a name of theirs."""
    path = None if folder is None else own_file(folder, "go.mod")
    if path is None:
        return None
    try:
        match = _GO_MODULE.search("\n".join(read_lines(path)))
    except OSError:
        return None
    return None if match is None else match[1]


def _of_assemblyscript(text: str, folder: Path | None) -> Iterator[Frame]:
    """Of a trap the functions are known, of an abort the place and perhaps the function that
    called the library."""
    for match in reversed(list(islice(_SCRIPT_FRAME.finditer(text), _MOST_LOOKED_UP))):
        if frame := _of_script_function(match[1], folder):
            yield frame
    for match in islice(_CALLED_BY.finditer(text), 1):
        if frame := _of_script_function(match[1], folder):
            yield frame
    for match in islice(_SCRIPT.finditer(text), 1):
        yield _frame(match[1], int(match[2]), int(match[3]), None, folder)


def _of_script_function(name: str, folder: Path | None) -> Frame | None:
    """Where ``assembly/index/sum`` begins, if it is a function of the app's source."""
    path, _, function = name.rpartition("/")
    file = f"{path}.ts"
    own = None if folder is None else own_file(folder, file)
    if own is None:
        return None
    shown = function.replace("#", ".")
    bare = re.split(r"[<~]", re.split(r"[#.]", function)[-1])[0].removeprefix("get:")
    bare = bare.removeprefix("set:")
    begins = re.compile(rf"\b{re.escape(bare)}\s*[(<]")
    try:
        lines = read_lines(own)
    except OSError:
        return None
    line = next((n for n, each in enumerate(lines, 1) if begins.search(each)), 1)
    return Frame(file, line, None, shown, own=True)


def _frame(
    file: str, line: int, column: int | None, function: str | None, folder: Path | None
) -> Frame:
    own = folder is not None and own_file(folder, file) is not None
    return Frame(file, line, column, function, own)
