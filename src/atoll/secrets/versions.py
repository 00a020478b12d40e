"""Seeing that a file changed, without reading it."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path


def version_of(path: Path) -> Hashable:
    """Differs from that of before once the file was written, replaced, removed or made."""
    try:
        status = path.stat()
    except OSError as error:
        return error.errno
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size
