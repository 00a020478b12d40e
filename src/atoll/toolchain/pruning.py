"""Keeping the cache from growing: of each kind of entry the most recently used stay."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def used(entry: Path) -> None:
    """Note that an entry is in use."""
    with contextlib.suppress(OSError):
        os.utime(entry)


def prune(root: Path, pattern: str, keep: int) -> None:
    """Remove all but the ``keep`` most recently used entries (files or folders) of ``root``."""
    found: list[tuple[float, Path]] = []
    for entry in root.glob(pattern):
        with contextlib.suppress(OSError):
            found.append((entry.stat().st_mtime, entry))
    for _, entry in sorted(found)[:-keep]:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
