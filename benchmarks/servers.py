"""The servers of the serving benchmark: apps of Atoll, and peers that serve the same functions."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import assemblyscript
import golang
from queries import Query

HERE = Path(__file__).parent
SERVED = HERE / "served"
ATOLL = [sys.executable, "-c", "from atoll.cli.main import main; main()"]
MANIFEST = '{"endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}}}'
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Kind:
    """A server that can be started."""

    name: str
    command: Callable[[int, Path], list[str]]
    """By its port and a folder for its files, which is made ready."""
    packages: tuple[str, ...] = ()
    """What must be there to import."""


class Server:
    """A running server."""

    def __init__(self, kind: Kind, process: subprocess.Popen[bytes], port: int) -> None:
        self.name = kind.name
        self.port = port
        self._process = process

    def cpu_seconds(self) -> float:
        """CPU time of all its processes so far, in user and kernel."""
        fields = (_stat(pid) for pid in self._processes())
        return sum(int(stat[11]) + int(stat[12]) for stat in fields) / TICKS_PER_SECOND

    def resident_bytes(self) -> int:
        """Physical memory of all its processes."""
        pages = sum(int(_stat(pid)[21]) for pid in self._processes())
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _processes(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:  # grows as children are found
            for task in Path(f"/proc/{pid}/task").iterdir():
                with suppress(FileNotFoundError):  # a thread that has just ended
                    found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def check(self, query: Query, number: int) -> None:
        """Ask once; end the benchmark when the answer is wrong."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"content-type": "application/json"}
            connection.request("POST", "/graphql", query.sent(number), headers)
            text = connection.getresponse().read()
        finally:
            connection.close()
        answer = json.loads(text)
        if "errors" in answer or answer["data"] != query.expected(number):
            sys.exit(f"{self.name} gives a wrong answer to {query.name}: {text[:500]!r}")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; the second may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def peer(name: str, application: str, *packages: str) -> Kind:
    """One of ``served/`` on uvicorn, whose access log is off."""

    def command(port: int, folder: Path) -> list[str]:
        options = ["--host", "127.0.0.1", "--port", str(port), "--app-dir", os.fspath(SERVED)]
        options += ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        return [sys.executable, "-m", "uvicorn", *options, "--log-level", "warning", application]

    return Kind(name, command, packages)


def ours(name: str, sources: dict[str, str], *, log_level: str = "warning") -> Kind:
    """``atoll serve`` of a release build; like its peers, without a line for each request."""

    def command(port: int, folder: Path) -> list[str]:
        for path, text in {"modus.json": MANIFEST, **sources}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        built = subprocess.run([*ATOLL, "build"], cwd=folder, capture_output=True, text=True)
        if built.returncode:
            sys.exit(f"{name} does not build:\n{built.stderr}")
        options = ["--port", str(port), "--log-level", log_level]
        return [*ATOLL, "serve", os.fspath(folder), *options]

    return Kind(name, command)


def layered(layer: str) -> Kind:
    """The app in AssemblyScript, served with all that lies beyond ``layer`` left out."""

    def command(port: int, folder: Path) -> list[str]:
        ASSEMBLYSCRIPT.command(port, folder)
        script = os.fspath(SERVED / "atoll_layers.py")
        return [sys.executable, script, layer, str(port), os.fspath(folder)]

    return Kind(layer, command)


STRAWBERRY = peer("Strawberry", "strawberry_app:plain", "fastapi", "strawberry")
STRAWBERRY_CACHED = peer("Strawberry, caches", "strawberry_app:cached", "fastapi", "strawberry")
ARIADNE = peer("Ariadne", "ariadne_app:app", "ariadne")
CORE = peer("graphql-core, cached", "core_app:app")
_SOURCES = {"assembly/index.ts": assemblyscript.SOURCE, "asconfig.json": "{}"}
ASSEMBLYSCRIPT = ours("Atoll, AssemblyScript", _SOURCES)
LOGGED = ours("Atoll, AssemblyScript, log", _SOURCES, log_level="info")
GO = ours("Atoll, Go", {"go.mod": golang.GO_MOD, "main.go": golang.SOURCE})
PYTHON = ours("Atoll, Python", {"app.py": (SERVED / "functions.py").read_text()})

PEER_KINDS = (STRAWBERRY, STRAWBERRY_CACHED, ARIADNE, CORE)
OUR_KINDS = (ASSEMBLYSCRIPT, LOGGED, GO, PYTHON)


@contextmanager
def started(kind: Kind, core: int | None) -> Iterator[Server]:
    """Run a server on one core. What it logs goes to /dev/null."""
    port = _free_port()
    folder = Path(tempfile.mkdtemp())
    command = kind.command(port, folder)
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(kind, process, port, command)
        yield Server(kind, process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder)


def _await(kind: Kind, process: subprocess.Popen[bytes], port: int, command: list[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"{kind.name} does not come up. Started with: {' '.join(command)}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
