"""The compiler, its libraries and the SDK, as they come with Atoll."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from atoll.toolchain.errors import BuildError

PINNED = ("assemblyscript", "json-as", "@assemblyscript/wasi-shim", "@hypermode/modus-sdk-as")
"""Packages of which Atoll's own version is used, whatever an app names."""

SDK = "@hypermode/modus-sdk-as"


def toolchain() -> Path:
    """The folder of packages. Raises BuildError (``TOOLCHAIN_MISSING``)."""
    folder = Path(str(files("atoll"))) / "_assets" / "assemblyscript" / "node_modules"
    if not (folder / "assemblyscript" / "dist" / "asc.js").exists():
        raise BuildError(
            "TOOLCHAIN_MISSING",
            "this installation of Atoll lacks the AssemblyScript compiler",
            "install Atoll from its wheel: pip install --force-reinstall 'atoll[assemblyscript]'",
        )
    return folder


@cache
def identity() -> str:
    """Identifies the toolchain: what it makes of a source depends on all of it."""
    folder = toolchain()
    return fingerprint(folder.parent / "stamp", folder / SDK, Path(__file__).parent)


def fingerprint(*places: Path) -> str:
    """A digest of files, and of all files in folders, with their names."""
    digest = hashlib.sha256()
    for place in places:
        for name, file in sorted(_files(place)):
            content = file.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    if place.is_file():
        yield place.name, place
    # Where Atoll is installed for its development, the SDK's folders are links.
    for folder, folders, names in os.walk(place, followlinks=True):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            file = Path(folder, name)
            yield file.relative_to(place).as_posix(), file
