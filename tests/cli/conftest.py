"""The installed command, run as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def command() -> Path:
    """The ``atoll`` program that belongs to this Python."""
    found = Path(sys.executable).with_name("atoll")
    assert found.exists(), "Atoll is not installed here"
    return found


@pytest.fixture(scope="session")
def quiet_environment() -> dict[str, str]:
    """The environment of commands: nothing in it that changes what they print or read."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MODUS_", "ATOLL_LIMIT_")) and name not in ("FORCE_COLOR", "TERM")
    }


@pytest.fixture
def run(command: Path, quiet_environment: dict[str, str], tmp_path: Path) -> Run:
    """Run ``atoll`` to its end."""

    def run(
        *arguments: str | Path, cwd: Path = tmp_path, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *arguments],
            cwd=cwd,
            env={**quiet_environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def start(command: Path, quiet_environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start ``atoll`` and leave it running; the end of the test ends it."""
    started: list[subprocess.Popen[str]] = []

    def start(
        *arguments: str | Path, cwd: Path = tmp_path, env: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [command, *arguments],
            cwd=cwd,
            env={**quiet_environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def assert_no_traceback(done: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in done.stderr
    assert "Traceback" not in done.stdout


@pytest.fixture
def fails(run: Run) -> Run:
    """Run ``atoll``, expecting an error of the user's making: status 1, a message, no traceback."""

    def fails(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        done = run(*arguments, **options)
        assert done.returncode == 1, done.stderr
        assert "error" in done.stderr
        assert_no_traceback(done)
        return done

    return fails
