"""Apps served by ``atoll serve`` in a process of their own, as their users serve them.

``conftest.py`` loads this file, and gives ``serve`` as the fixture ``serve_app``.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 300
"""Seconds that a build or a start may take."""


@dataclass
class Served:
    """A running server."""

    origin: str
    process: subprocess.Popen[bytes]
    log: Path
    """Where its lines go."""

    @property
    def url(self) -> str:
        """Of the endpoint."""
        return f"{self.origin}/graphql"

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    @property
    def resident(self) -> int:
        """Bytes of memory that the process has, without what it shares with files."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) << 10
        raise AssertionError("the server is gone")

    def lines(self) -> Iterator[dict[str, Any]]:
        """What the server has logged."""
        with self.log.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def figure(self, name: str) -> float:
        """A figure of ``/metrics``, 0 where there is none; ``name`` holds its labels, too."""
        with urllib.request.urlopen(f"{self.origin}/metrics", timeout=60) as response:
            for line in response.read().decode().splitlines():
                if line.startswith(f"{name} "):
                    return float(line.rpartition(" ")[2])
        return 0.0


@contextlib.contextmanager
def serve(folder: Path, log: Path, environ: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Build the app in a folder, and serve it until the end of the ``with``."""
    command = Path(sys.executable).with_name("atoll")
    env = {name: value for name, value in os.environ.items() if not name.startswith("MODUS_")}
    env.update(environ or {})
    built = subprocess.run(
        [command, "build", folder],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [command, "serve", folder, "--port", "0"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=lines,
        )
    try:
        yield Served(_origin(process, log), process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _origin(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and process.poll() is None:
        for line in log.read_text().splitlines(keepends=True):
            if '"Listening."' in line and line.endswith("\n"):
                urls: list[str] = json.loads(line)["urls"]
                return urls[0]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
