"""What SQLite says, told to users."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from atoll.collections.errors import CollectionError
from atoll.store.sqlite import is_busy, is_full, is_lasting


def failure(file: Path, error: sqlite3.Error) -> CollectionError:
    """The store is of no use at the moment."""
    if is_full(error):
        return _full(file)
    if is_busy(error):
        return unavailable(
            file,
            "other processes have been writing for too long",
            "check that none of them is stopped, and that the file is on a local disk",
        )
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        return unavailable(
            file,
            "what was asked was too much work, and was given up",
            "ask by fewer conditions, or in a smaller namespace",
        )
    if not is_lasting(error):
        return unavailable(
            file, str(error), "check that the disk has room, and that the file is on a local disk"
        )
    if error.sqlite_errorname.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return unavailable(
            file,
            str(error),
            "restore the file from a backup, or move it away to begin with an empty one",
        )
    return unavailable(file, str(error), _FOLDER_HINT)


def folder_failure(path: Path, error: OSError) -> CollectionError:
    """Something beside the file cannot be used."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(path)
    return unavailable(path, error.strerror or type(error).__name__, _FOLDER_HINT)


_FOLDER_HINT = (
    "make its folder writable, name another one by ATOLL_COLLECTIONS_DIR, or a PostgreSQL"
    " database by MODUS_DB"
)


def unavailable(file: Path, reason: str, hint: str | None) -> CollectionError:
    return CollectionError(
        "STORE_UNAVAILABLE", f"the collections in {file} cannot be used: {reason}", hint
    )


def _full(path: Path) -> CollectionError:
    return CollectionError(
        "STORE_FULL",
        f"the collections in {path} cannot be written: the disk is full",
        "make room on the disk; nothing that was stored is lost",
    )
