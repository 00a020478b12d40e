"""Programs that end with the build that runs them, and with this process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_UNTIL_THE_LIFELINE_ENDS = """\
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $child
status=$?
kill -KILL $watcher
exit $status
"""
"""A shell's script that runs a program as long as its input is open. The watcher must not stay:
some event loops let it have more open files than its own, and would wait for it."""


@dataclass(frozen=True, slots=True)
class Finished:
    status: int
    output: str
    errors: str


@contextlib.contextmanager
def lifeline() -> Iterator[int]:
    """The end for reading of a pipe that closes with the context, or when this process is gone."""
    reading, held = os.pipe()
    try:
        yield reading
    finally:
        os.close(held)
        os.close(reading)


async def finish(
    process: asyncio.subprocess.Process, request: bytes | None, seconds: float
) -> tuple[bytes, bytes]:
    """What a process, which leads a session, prints until its end; it ends here in any case.

    Raises:
        TimeoutError: it did not within so many seconds.
    """
    try:
        async with asyncio.timeout(seconds):
            return await process.communicate(request)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def run(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], seconds: float
) -> Finished:
    """Run a program that knows nothing of lifelines.

    Raises:
        TimeoutError: it did not end within so many seconds.
    """
    with lifeline() as reading:
        process = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            _UNTIL_THE_LIFELINE_ENDS,
            "sh",
            *command,
            cwd=cwd,
            env=env,
            stdin=reading,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        output, errors = await finish(process, None, seconds)
    assert process.returncode is not None
    return Finished(
        process.returncode, output.decode(errors="replace"), errors.decode(errors="replace")
    )
