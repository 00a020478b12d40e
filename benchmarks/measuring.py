"""What benchmarks of languages measure in the same way."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atoll.app.app import App


async def rounds(call: Callable[[], Awaitable[Any]], batch: int, count: int) -> list[float]:
    """Microseconds of CPU per call; the first round fills caches and is not counted."""
    samples = []
    for _ in range(count + 1):
        before = time.process_time_ns()
        for _ in range(batch):
            await call()
        samples.append((time.process_time_ns() - before) / batch / 1000)
    return samples[1:]


def build(folder: Path, cache: Path) -> float:
    """Seconds that ``atoll build`` takes, as a user starts it."""
    started = time.perf_counter()
    command = [os.fspath(Path(sysconfig.get_path("scripts")) / "atoll"), "build"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": os.fspath(cache)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - started


def caller(
    app: App, name: str, arguments: dict[str, Any], expected: Any
) -> Callable[[], Awaitable[Any]]:
    """A call of an app's function that must give what is expected."""
    function = app.interface.function(name)
    assert function is not None

    async def call() -> None:
        outcome = await app.call(function, arguments)
        assert outcome.value == expected, outcome

    return call
