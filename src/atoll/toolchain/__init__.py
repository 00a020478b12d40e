"""From an app's source to a ``.wasm`` file."""

from __future__ import annotations

from atoll.toolchain.base.base import Base, Unsplit, ensure_base
from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.progress import Progress, Quiet
from atoll.toolchain.python import PythonBuild, PythonBuilder, build_python

__all__ = [
    "Base",
    "BuildError",
    "Location",
    "Progress",
    "PythonBuild",
    "PythonBuilder",
    "Quiet",
    "Unsplit",
    "build_python",
    "ensure_base",
]
