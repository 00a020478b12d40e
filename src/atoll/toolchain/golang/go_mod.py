"""An app's ``go.mod``, as far as it matters before Go itself has read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = "go.mod"
_WORD = re.compile(r'"([^"]*)"|`([^`]*)`|(=>|[^\s"`()]+|[()])')
_RELEASE = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")

Release = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class GoMod:
    module: str = ""
    """The module's path; empty if the file does not say."""
    release: Release = (0, 0, 0)
    """The oldest Go that it asks for."""
    folders: tuple[str, ...] = ()
    """Those of this machine that stand for modules, as they are written."""


def read_go_mod(app: Path) -> GoMod:
    """Read the file as far as it can be read: what is wrong with it is for Go to say."""
    try:
        text = (app / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return GoMod()
    module, release, folders = "", (0, 0, 0), []
    for words in _directives(text):
        match words:
            case ["module", path]:
                module = path
            case ["go", version]:
                release = release_of(version) or release
            case ["replace", *_, "=>", place] if place.startswith(("./", "../", "/")):
                folders.append(place)
    return GoMod(module, release, tuple(folders))


def release_of(version: str) -> Release | None:
    """``1.24.1`` as numbers; 1.24rc1 counts as 1.24. None if it is none."""
    found = _RELEASE.match(version)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3] or 0))


def _directives(text: str) -> Iterator[list[str]]:
    """The words of each, with its verb also inside of a block."""
    block: str | None = None
    for line in text.splitlines():
        words = [a or b or c for a, b, c in _WORD.findall(_without_comment(line))]
        if block is None and words[1:] == ["("]:
            block = words[0]
        elif words == [")"]:
            block = None
        elif words:
            yield words if block is None else [block, *words]


def _without_comment(line: str) -> str:
    """Quoted words may hold two slashes, though paths rarely do."""
    outside = re.match(r"""(?:[^"`/]|"[^"]*"|`[^`]*`|/(?!/))*""", line)
    return line if outside is None else outside[0]
