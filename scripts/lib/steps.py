"""Progress lines of the scripts: what happens now, and how long it took."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn


def fail(message: str, hint: str | None = None, *, status: int = 1) -> NoReturn:
    """End the script with an error as the user should read it."""
    print(f"error: {message}", file=sys.stderr)
    if hint:
        print(f"hint: {hint}", file=sys.stderr)
    sys.exit(status)


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, and say how long it took when it is done."""
    say(f"==> {title}")
    start = time.monotonic()
    yield
    say(f"    done in {time.monotonic() - start:.1f} s")


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    show: re.Pattern[str] | None = None,
) -> None:
    """Run a command; on failure show the end of what it said, and end the script.

    ``show`` finds what to show of an output line: its groups, joined; lines that it does not match
    are kept for the case of failure. None passes the output through untouched.
    """
    if show is None:
        status = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL).returncode
        if status:
            fail(f"`{Path(command[0]).name} {command[1]}` failed with status {status}")
        return
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    tail: deque[str] = deque(maxlen=40)
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            tail.append(line)
            if found := show.search(line):
                say(f"    {' '.join(found.groups())}")
    if process.wait():
        sys.stderr.writelines(tail)
        name = " ".join(str(part) for part in command[1:4])
        fail(
            f"`{Path(command[0]).name} {name} ...` failed with status {process.returncode}",
            "the lines above say why; the script can simply be run again",
        )
