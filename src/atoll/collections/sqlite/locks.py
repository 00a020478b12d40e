"""Locks between processes, which end with the process that holds them."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path

from atoll.store.sqlite import private_folder


class FileLock:
    """Held, until it is released. Implements `Lock`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def acquire(folder: Path, name: str) -> FileLock | None:
    """The lock of this name; None while it is held, also by this process. Raises OSError."""
    private_folder(folder)
    # Never deleted: one process could hold the deleted file while another one makes it anew.
    file = folder / f"{sha256(name.encode()).hexdigest()[:32]}.lock"
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return FileLock(descriptor)
