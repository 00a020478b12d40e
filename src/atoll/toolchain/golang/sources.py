"""The files that a Go app is built of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from atoll.toolchain import provenance
from atoll.toolchain.golang.assets import TESTS, identity
from atoll.toolchain.golang.go_mod import FILE, read_go_mod

SUM = "go.sum"
_GENERATED = ("modus*_generated.go", "hyp*_generated.go")
"""Files that the tools of Modus leave behind; builds pass over them."""
_SKIPPED = frozenset(("node_modules", "testdata", "vendor"))
_EMBED = re.compile(r"^//go:embed[ \t]+(.*)$", re.MULTILINE)
_PATTERN = re.compile(r'"([^"]*)"|`([^`]*)`|(\S+)')


def sources(app: Path) -> list[Path]:
    """All of them, in the app's folder and in folders that its go.mod names."""
    found: dict[Path, None] = {}
    for folder in (app, *(app / name for name in read_go_mod(app).folders)):
        for file in (folder / FILE, folder / SUM, *_go_files(folder)):
            if file.is_file():
                found[file] = None
        for file in embedded(folder):
            found[file] = None
    return list(found)


def build_id(app: Path) -> str:
    """Identifies what is built of the app: its sources, with this SDK."""
    return provenance.build_id(identity(), app, sources(app))


def build_time(app: Path) -> str:
    """When the sources became what they are. Raises BuildError (``ENVIRONMENT_INVALID``)."""
    names = [os.path.relpath(file, app) for file in embedded(app)]
    folders = [os.path.relpath(app / name, app) for name in read_go_mod(app).folders]
    places = [place for folder in folders for place in (f"{folder}/{FILE}", f"{folder}/*.go")]
    everywhere = (FILE, SUM, "*.go", f":(exclude)*{TESTS}")
    return provenance.build_time(app, sources(app), (*everywhere, *places, *names))


def embedded(app: Path) -> list[Path]:
    """Files that ``//go:embed`` makes part of the app."""
    found: dict[Path, None] = {}
    for source in _go_files(app):
        text = source.read_text(encoding="utf-8", errors="replace")
        for line in _EMBED.findall(text):
            for quoted, raw, bare in _PATTERN.findall(line):
                for file in _matched(source.parent, quoted or raw or bare):
                    found[file] = None
    return list(found)


def _matched(folder: Path, pattern: str) -> Iterator[Path]:
    pattern = pattern.removeprefix("all:")
    if not {"", ".", ".."}.isdisjoint(pattern.split("/")):
        return  # Go does not take it
    try:
        places = sorted(folder.glob(_as_glob(pattern)))
    except (OSError, ValueError, NotImplementedError):
        return
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (file for file in inside if file.is_file())


def _as_glob(pattern: str) -> str:
    """To Go two stars are as good as one, and what stands behind a backslash is itself."""
    pattern = re.sub(r"\\(.)", r"[\1]", re.sub(r"\*+", "*", pattern))
    return pattern.replace("[^", "[!")


def _go_files(folder: Path) -> Iterator[Path]:
    """Those that may be compiled, in the order of their names."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_skipped(Path(parent, name)))
        files = (Path(parent, name) for name in sorted(names) if _is_compiled(name))
        yield from (file for file in files if file.is_file())


def _is_compiled(name: str) -> bool:
    left_out = name.startswith((".", "_")) or name.endswith(TESTS)
    generated = any(fnmatch(name, pattern) for pattern in _GENERATED)
    return name.endswith((".go", ".s")) and not left_out and not generated


def _is_skipped(folder: Path) -> bool:
    """A folder with a go.mod holds another module. Some cannot be looked into."""
    name = folder.name
    if name.startswith((".", "_")) or name in _SKIPPED:
        return True
    try:
        return (folder / FILE).exists()
    except OSError:
        return True
