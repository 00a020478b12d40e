"""``GET source``: the lines around one, of a file that the app's author wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer

_SUFFIXES: Final = frozenset((".go", ".py", ".pyi", ".ts"))
_NAMES: Final = frozenset(
    ("asconfig.json", "go.mod", "modus.json", "package.json", "pyproject.toml", "tsconfig.json")
)
"""Data is shown only of files that are known to hold no secrets: others may."""
_SKIPPED: Final = frozenset(("__pycache__", "build", "node_modules", "venv"))
"""Folders of what is not the author's; so are all whose names start with a dot."""

_LONGEST_NAME: Final = 500
_DEEPEST: Final = 40
"""Parts of a name: each costs a look at the disk, and a guest may have made them up."""

_LARGEST: Final = 1 << 20  # bytes
_AROUND: Final = 15  # lines, before and after
_LONGEST: Final = 2_000  # characters of a line


class Source(Wire, frozen=True):
    file: str
    path: str
    line: int
    first: int
    lines: Sequence[str]


def own_file(folder: Path, name: str) -> Path | None:
    """A file of the app's source by its path from the app's folder; None if that is none.

    Nothing outside of the folder is, wherever links lead, and nothing that may hold a secret.
    """
    if not _is_source(name):
        return None
    try:
        home = folder.resolve()
        path = (home / name).resolve()
        if not path.is_relative_to(home) or not _is_source(path.relative_to(home).as_posix()):
            return None
        return path if path.is_file() and path.stat().st_size <= _LARGEST else None
    except (OSError, ValueError, RuntimeError):  # no name of a file, or links in a circle
        return None


def _is_source(name: str) -> bool:
    if len(name) > _LONGEST_NAME or name.count("/") >= _DEEPEST:
        return False
    path = PurePosixPath(name)
    if path.is_absolute() or "\\" in name or not path.parts:
        return False
    if any(part.startswith(".") or part in _SKIPPED for part in path.parts):
        return False
    return path.suffix in _SUFFIXES or path.name in _NAMES


def read_lines(path: Path) -> list[str]:
    """The lines of a text file; none if it is no text. Raises OSError."""
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    if b"\0" in content:
        return []
    # Not splitlines(), which knows more ends of lines than compilers and editors do.
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    return [line[:_LONGEST] for line in text.split("\n")]


async def _source(explorer: Explorer, request: ExplorerRequest) -> Source:
    if explorer.folder is None:
        raise ExplorerError(
            403, "NOT_ALLOWED", "Source files are shown by atoll dev only.", "Run: atoll dev"
        )
    name = request.query.get("file", "")
    line = request.integer("line", 1, least=1, most=_LARGEST)
    path = own_file(explorer.folder, name)
    if path is None:
        raise ExplorerError(
            404,
            "SOURCE_UNKNOWN",
            f"{name[:_LONGEST_NAME] or 'A file without a name'} is no source file of the app.",
            "Only source code and modus.json in the app's folder are shown.",
        )
    try:
        lines = await asyncio.to_thread(read_lines, path)
    except OSError as error:
        raise ExplorerError(
            404, "SOURCE_UNKNOWN", f"{name} cannot be read: {error.strerror}."
        ) from None
    line = min(line, max(len(lines), 1))
    first = max(line - _AROUND, 1)
    file = path.relative_to(explorer.folder).as_posix()
    return Source(file, str(path), line, first, lines[first - 1 : line + _AROUND])


ROUTES = (Route("GET", "source", _source),)
