"""Files of SQLite that several processes write at once, and the folders around them."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import quote

BUSY_SECONDS = 5.0
"""For which a process waits while another one writes."""

Synchronous = Literal["NORMAL", "FULL"]

_LASTING = {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_NOTADB", "SQLITE_CORRUPT"}
_IGNORE_ALL = "# The history of this app's calls and its collections, made by Atoll.\n*\n"


def prepare_file(file: Path) -> None:
    """Make an empty file, and the folders around it, all for their owner alone. What is there
    already stays as it is. Raises OSError."""
    private_folder(file.parent)
    # SQLite's own files beside it get the same mode.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def private_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with those around it. Git leaves out ``.atoll``."""
    if folder.exists():
        return
    if folder.parent != folder:
        private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.name == ".atoll":
        with suppress(FileExistsError), (folder / ".gitignore").open("x") as ignored:
            ignored.write(_IGNORE_ALL)


def open_to_write(
    file: Path,
    *,
    synchronous: Synchronous,
    page_size: int = 4096,
    shared: bool = False,
    statements: int = 128,
) -> sqlite3.Connection:
    """Open a prepared file, in which transactions are begun and ended by statements.

    Args:
        synchronous: FULL has each transaction on the disk once it is committed; with NORMAL the
            last ones may be lost when the machine stops, not when the process does.
        page_size: bytes; of a new file.
        shared: whether other threads than this one use it, one at a time.
        statements: that are kept prepared.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        file,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=not shared,
        cached_statements=statements,
    )
    try:
        connection.execute(f"PRAGMA page_size = {page_size:d}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        use_wal(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(file: Path) -> sqlite3.Connection:
    """Open a file without being able to change it. Raises sqlite3.Error."""
    address = f"file:{quote(str(file.resolve()))}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)


def use_wal(connection: sqlite3.Connection) -> None:
    """Has readers and the writer not wait for each other, and a kill leave a sound file."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself where two switch a new file at once.
            if not is_busy(error) or time.monotonic() > end:
                raise
        time.sleep(0.005)


def identity(file: Path) -> tuple[int, int] | None:
    """Of the file that has this name now; None if there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116 - asked with each search, and Path takes twice as long
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another one is writing."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def is_full(error: sqlite3.Error) -> bool:
    """Whether the disk has no room left."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL


def is_lasting(error: sqlite3.Error) -> bool:
    """Whether somebody has to do something about it."""
    name = getattr(error, "sqlite_errorname", "")
    return any(name.startswith(each) for each in _LASTING)
