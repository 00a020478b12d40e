"""How far the index is that one process builds, told to all others by a small file."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_FILE: Final = "indexing.json"
_INTERVAL: Final = 0.5
_OUTDATED: Final = 5.0
"""Seconds after which whoever wrote it has stopped."""


@contextmanager
def told(folder: Path, generation: int, ask: Callable[[], tuple[int, int]]) -> Iterator[None]:
    """Tell of the progress on a generation as long as this lasts.

    Args:
        folder: of the store.
        generation: that is indexed.
        ask: says how many vectors are indexed, and of how many.
    """
    over = threading.Event()

    def tell() -> None:
        while not over.wait(_INTERVAL):
            with suppress(OSError):
                _write(folder / _FILE, {str(generation): ask()})

    thread = threading.Thread(target=tell, name="atoll-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        with suppress(OSError):
            (folder / _FILE).unlink(missing_ok=True)


def read(folder: Path) -> Mapping[int, tuple[int, int]]:
    """By generation, how many vectors are indexed just now, and of how many."""
    file = folder / _FILE
    try:
        if time.time() - file.stat().st_mtime > _OUTDATED:
            return {}
        told = json.loads(file.read_bytes())
        return {int(id): (int(done), int(of)) for id, (done, of) in told.items()}
    except (OSError, ValueError):
        return {}


def _write(file: Path, content: Mapping[str, tuple[int, int]]) -> None:
    new = file.with_suffix(".tmp")
    new.touch(mode=0o600)
    new.write_text(json.dumps(content))
    new.replace(file)
