"""Runs a server for a test: no process of it outlives this one, and this one not its parent.

``python supervise.py USER COMMAND...``. The server ends by itself (by a signal of the test's, say)
or is killed, with all that it started, when standard input is closed: by the test, or because the
process of the tests is gone, however it went. Prints the server's process id.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


def main(user: str, command: list[str]) -> int:
    # Orphans become children of this process: PostgreSQL's backends are in sessions of their own.
    _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        preexec_fn=_die_with_parent,
        **({"user": user, "group": _group(user), "extra_groups": []} if user else {}),
    )
    print(server.pid, flush=True)
    ended = os.pidfd_open(server.pid)
    select.select([ended, sys.stdin], [], [])
    server.kill()
    status = server.wait()
    _kill_the_rest()
    return status


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _die_with_parent() -> None:
    _libc.prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _kill_the_rest() -> None:
    while True:
        for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    status = main(sys.argv[1], sys.argv[2:])
    sys.exit(status if status >= 0 else 128 - status)
