"""Letting Go's own tools, and editors, find the SDK. Builds have no need of it."""

from __future__ import annotations

import re
from pathlib import Path

from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.golang.assets import SDK, sdk
from atoll.toolchain.golang.go_mod import Release, read_go_mod

WORKSPACE = "go.work"
_SIGN = "// Written by `atoll editor`"


def write_workspace(app: Path) -> Path:
    """Write the app's ``go.work``, in which Atoll's SDK stands for the one that go.mod requires.

    A replacement in go.mod would do as well, but that file is the author's, and goes where the
    folder that it named is not.

    Raises:
        BuildError: ``WORKSPACE_EXISTS``: it has one of its author's; ``TOOLCHAIN_MISSING``.
        OSError: it cannot be written.
    """
    place = sdk()
    workspace = app / WORKSPACE
    if workspace.exists() and not workspace.read_text(errors="replace").startswith(_SIGN):
        raise BuildError(
            "WORKSPACE_EXISTS",
            f"{WORKSPACE} is there already, and not of Atoll's making",
            f"let it name the SDK: go work edit -replace='{SDK}={place}'",
            Location(WORKSPACE),
        )
    release = max(read_go_mod(app).release, read_go_mod(place).release)
    workspace.write_text(
        f"{_SIGN}, for Go's own tools. It names a folder of this machine: keep it out of git.\n\n"
        f"go {_shown(release)}\n\nuse .\n\nreplace {SDK} => {_quoted(place)}\n",
        encoding="utf-8",
    )
    return workspace


def _shown(release: Release) -> str:
    """With all three numbers: to Go 1.24 is older than 1.24.0."""
    return ".".join(map(str, release))


def _quoted(path: Path) -> str:
    text = str(path)
    return text if re.fullmatch(r"[\w./@+-]+", text, re.ASCII) else f'"{text}"'
