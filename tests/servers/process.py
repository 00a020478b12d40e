"""The process of a server, its files and its port."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

_ROOT = Path("/")  # which every user may enter
SUPERVISE = Path(__file__).with_name("supervise.py")
START_LIMIT = 120
STOP_LIMIT = 60
"""Seconds that a server may take."""


class ServerProcess:
    """A server that was started: it, and all that it starts, ends with the process of the tests."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        user: str = "",
        env: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = [sys.executable, "-I", "-S", SUPERVISE, user, *command]
        self._env = env
        self._supervisor = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            supervisor = subprocess.Popen(
                self._command,
                cwd="/",
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert supervisor.stdout is not None
        with supervisor.stdout as first:
            said = first.readline()
        if not said:
            supervisor.communicate()
            raise AssertionError(f"{self.name} did not start:\n{self.tail()}")
        self.pid = int(said)
        return supervisor

    @property
    def running(self) -> bool:
        return self._supervisor.poll() is None

    def tail(self) -> str:
        """The end of what the server has logged."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-40:])

    def wait_until(self, ready: Callable[[], bool], limit: float = START_LIMIT) -> None:
        """Wait for a server that starts; one that does not get ready is killed."""
        end = time.monotonic() + limit
        while self.running and time.monotonic() < end:
            if ready():
                return
            time.sleep(0.05)
        how = f"was not ready after {limit} s" if self.running else "ended while it started"
        self.kill()
        raise AssertionError(f"{self.name} {how}. The end of its log:\n{self.tail()}")

    def stop(self, how: signal.Signals = signal.SIGTERM, limit: float = STOP_LIMIT) -> None:
        """End the server as its administrator would."""
        if self.running:
            self.send(how)
            try:
                self._supervisor.wait(limit)
            except subprocess.TimeoutExpired:
                self.kill()
                message = f"{self.name} did not stop within {limit} s. The end of its log:"
                raise AssertionError(f"{message}\n{self.tail()}") from None
        self.kill()

    def send(self, what: signal.Signals) -> None:
        """Send a signal to the server alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, what)

    def kill(self) -> None:
        """End the server, and all that it started, at once: they are gone on return."""
        self._supervisor.communicate()


def free_port(first: int = 20000, last: int = 32000, *, beside: Sequence[int] = ()) -> int:
    """A port of 127.0.0.1 that nothing listens on, nor on those at a distance of ``beside``.

    Not one that the system gives to whoever asks for any: it stays free while its server restarts.
    """
    for _ in range(1000):
        port = random.randrange(first, last)
        if all(_is_free(port + distance) for distance in (0, *beside)):
            return port
    raise AssertionError("no port is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def answers(port: int) -> bool:
    """Whether something listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def unprivileged(user: str) -> str:
    """Whom to run a server as that refuses root: "" for the user that runs the tests."""
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam(user)
    except KeyError:
        return "nobody"
    return user


class Folder:
    """A temporary folder for a server that may run as another user."""

    def __init__(self, name: str, user: str = "") -> None:
        self._user = user
        self.path = Path(tempfile.mkdtemp(prefix=f"atoll-{name}-"))
        self.give(self.path)

    def give(self, path: Path) -> Path:
        """Make a file the server's own, as keys and data have to be."""
        if self._user:
            shutil.chown(path, self._user, pwd.getpwnam(self._user).pw_gid)
        return path

    def write(self, name: str, content: str | bytes) -> Path:
        """A file that only the server may read."""
        file = self.path / name
        file.touch(0o600)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.give(file)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    user: str = "",
    env: dict[str, str] | None = None,
    cwd: Path = _ROOT,
    limit: float = START_LIMIT,
    given: str = "",
) -> str:
    """Run a program to its end, and give what it prints."""
    result = _ended(command, user, env, cwd, limit, given)
    if result.returncode:
        said = f"{result.stdout}{result.stderr}"
        raise AssertionError(f"{what} failed with status {result.returncode}:\n{said}")
    return result.stdout


def succeeds(
    command: Sequence[str | Path], *, env: dict[str, str] | None = None, given: str = ""
) -> bool:
    return _ended(command, "", env, _ROOT, START_LIMIT, given).returncode == 0


def _ended(
    command: Sequence[str | Path],
    user: str,
    env: dict[str, str] | None,
    cwd: Path,
    limit: float,
    given: str,
) -> subprocess.CompletedProcess[str]:
    as_user = {}
    if user:
        as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        input=given,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
        **as_user,
    )


def needs_linux(server: str) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip(f"{server} is run by the tests on Linux only")
