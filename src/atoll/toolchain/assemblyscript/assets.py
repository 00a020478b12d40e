"""The compiler, its libraries and the SDK, as they come with Atoll."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from atoll.toolchain.errors import BuildError
from atoll.toolchain.fingerprint import fingerprint

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
