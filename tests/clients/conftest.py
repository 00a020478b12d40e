"""The server that clients talk to, and the clients that run on Node.js."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atoll.toolchain.assemblyscript import node

HERE = Path(__file__).parent
NODE_FILES = HERE / "node"


@pytest.fixture(scope="session")
def server(serve_app: Callable[[Path], Any]) -> Any:
    """``Served`` of ``served_app.py``."""
    return serve_app(HERE / "app")


@pytest.fixture(scope="session")
def node_folder(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the scripts, beside which their packages are, fetched once for a lock file."""
    lock = (NODE_FILES / "package-lock.json").read_bytes()
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("test-clients") / hashlib.sha256(lock).hexdigest()[:16]
    if not kept.exists():
        # Renamed when it is whole: a run that is stopped must not leave half of it behind.
        scratch = Path(tempfile.mkdtemp(dir=kept.parent))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE_FILES / name, scratch)
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        done = subprocess.run(
            [*node.find_npm(), "ci", *options],
            cwd=scratch,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        scratch.rename(kept)
    folder = tmp_path_factory.mktemp("clients")
    for script in NODE_FILES.glob("*.mjs"):
        shutil.copy(script, folder)
    (folder / "node_modules").symlink_to(kept / "node_modules")
    return folder


@pytest.fixture
def start_client(node_folder: Path, server: Any) -> Callable[..., subprocess.Popen[str]]:
    """Starts a scenario: ``start_client("apollo", "query", argument)``."""

    def start(client: str, scenario: str, argument: object = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                node.find_node(),
                node_folder / f"{client}.mjs",
                server.url,
                scenario,
                json.dumps(argument),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def run_client(start_client: Callable[..., subprocess.Popen[str]]) -> Callable[..., Any]:
    """Runs a scenario to its end; gives what it prints."""

    def run(client: str, scenario: str, argument: object = None) -> Any:
        with start_client(client, scenario, argument) as process:
            try:
                said, complaint = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert process.returncode == 0, complaint
        return json.loads(said)

    return run


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits for something to become true; fails when it does not."""

    def eventually(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.02)

    return eventually
