"""What is fetched or built for the tests, once on a machine."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

shown: Callable[[], AbstractContextManager[None]] = nullcontext
"""Where pytest does not keep what is printed: a run that says nothing for minutes seems to hang."""


def cached(
    name: str, sources: Sequence[Path], doing: str, make: Callable[[Path], None], key: str = ""
) -> Path:
    """A folder of the cache, which ``make`` has filled from ``sources``, now or in another run.

    Args:
        doing: what is said when it has to be made, for it may take minutes.
        key: what else the content depends on.
    """
    made_of = hashlib.sha256(key.encode())
    for source in sources:
        made_of.update(source.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    root = home / "atoll-tests" / name
    folder = root / made_of.hexdigest()[:16]
    if not folder.is_dir():
        root.mkdir(parents=True, exist_ok=True)
        with (root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _make(folder, doing, make)
    return folder


def _make(folder: Path, doing: str, make: Callable[[Path], None]) -> None:
    _say(f"{doing} (once)...")
    began = time.monotonic()
    temporary = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        make(temporary)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _say(f"{doing}: done in {time.monotonic() - began:.0f} s")


def _say(line: str) -> None:
    with shown():
        print(f"\n{line}", flush=True)
