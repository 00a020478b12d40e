"""The installed command, run as a user runs it."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

NewApp = Callable[[str, Callable[[Path], object]], Path]
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


@pytest.fixture(scope="module")
def new_app(
    command: Path, quiet_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> NewApp:
    """Makes a new app in a language, adds to it by a function, and builds it."""

    def new_app(language: str, add: Callable[[Path], object]) -> Path:
        folder = tmp_path_factory.mktemp("new") / "fruit"
        for arguments in (["new", "fruit", "--language", language], ["build", "fruit"]):
            done = subprocess.run(
                [command, *arguments],
                cwd=folder.parent,
                env=quiet_environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            if arguments[0] == "new":
                assert "atoll call sayHello" in done.stderr
                add(folder)
        return folder

    return new_app


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
            # A shell starts background jobs with SIGINT ignored, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()


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


MANIFEST = """{
  "endpoints": { "default": { "type": "graphql", "path": "/graphql", "auth": "none" } }
}
"""

SOURCE = '''from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Person:
    first_name: str
    age: int = 7


def say_hello(name: str = "World") -> str:
    """Greet someone."""
    print("greeting", name)
    return f"Hello, {name}!"


def get_person_by_id(person_id: int, nick_name: str | None = None) -> Person:
    return Person(nick_name or f"number {person_id}")


def fail() -> str:
    raise ValueError("the secret ingredient")
'''


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The folder of a small app."""
    folder = tmp_path / "hello"
    folder.mkdir()
    (folder / "modus.json").write_text(MANIFEST)
    (folder / "app.py").write_text(SOURCE)
    return folder


@pytest.fixture(scope="session")
def built_app(
    command: Path, quiet_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of the same app, built. Tests do not change it."""
    folder = tmp_path_factory.mktemp("built") / "hello"
    folder.mkdir()
    (folder / "modus.json").write_text(MANIFEST)
    (folder / "app.py").write_text(SOURCE)
    done = subprocess.run(
        [command, "build", folder],
        env=quiet_environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask() -> Ask:
    """Ask a served app a GraphQL query, with what it answers."""

    def ask(
        port: int, query: str = "{ sayHello }", headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql",
            json.dumps({"query": query}).encode(),
            {"content-type": "application/json", **(headers or {})},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    return ask


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Output:
    """The stderr of a running command, line by line, as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.seen: list[str] = []
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, text: str, limit: float = 120) -> str:
        """The first further line with ``text`` in it; fails when none comes."""
        end = time.monotonic() + limit
        while (left := end - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.seen.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} did not come:\n{''.join(self.seen)}")


@pytest.fixture
def follow() -> Callable[[subprocess.Popen[str]], Output]:
    """Follow what a started command says."""
    return Output
