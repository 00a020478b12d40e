"""The pages of the examples that use connections show what their commands print."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
BLOCK = re.compile(r"^```(sh|json|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\b(MODUS_\w+)=")
PORT = "8123"
SERVE = f"python -m http.server {PORT}"


def sql_variables(server: Any, connection: str) -> dict[str, str]:
    return {
        f"MODUS_{connection}_USER": server.user,
        f"MODUS_{connection}_PASSWORD": server.password,
        f"MODUS_{connection}_HOST": f"{server.host}:{server.port}",
        f"MODUS_{connection}_DATABASE": server.new_database(),
    }


def neo4j_variables(server: Any, connection: str) -> dict[str, str]:
    return {
        f"MODUS_{connection}_USER": server.user,
        f"MODUS_{connection}_PASSWORD": server.password,
        f"MODUS_{connection}_HOST": f"{server.host}:{server.port}",
    }


def dgraph_variables(server: Any, connection: str) -> dict[str, str]:
    return {f"MODUS_{connection}_HOST": server.target}


class Shell:
    """A terminal in a copy of an example, whose ``atoll`` is ours."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._port = str(port)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MODUS_")}
        self.environ = {**kept, "PATH": path}
        for name in ("modus.json", "app.py"):
            if (folder / name).exists():
                text = (folder / name).read_text(encoding="utf-8")
                (folder / name).write_text(self._with_port(text), encoding="utf-8")

    def _with_port(self, text: str) -> str:
        return text.replace(PORT, self._port)

    def run(self, commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-ec", commands],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @contextmanager
    def running(self, command: str) -> Iterator[None]:
        """A server of the page's, as in another terminal."""
        process = subprocess.Popen(
            [sys.executable, *self._with_port(command).split()[1:]],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 60
            while not is_open(int(self._port)):
                assert process.poll() is None, command
                assert time.monotonic() < end, command
                time.sleep(0.02)
            yield
        finally:
            process.terminate()
            process.wait(60)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fits(shown: Any, printed: Any) -> bool:
    """Whether that was printed, where … in a text stands for anything."""
    if isinstance(shown, str) and isinstance(printed, str):
        pattern = ".*".join(re.escape(part) for part in shown.split("…"))
        return re.fullmatch(pattern, printed) is not None
    if isinstance(shown, list) and isinstance(printed, list):
        return len(shown) == len(printed) and all(map(fits, shown, printed))
    if isinstance(shown, dict) and isinstance(printed, dict):
        return shown.keys() == printed.keys() and all(
            fits(shown[key], printed[key]) for key in shown
        )
    return bool(shown == printed and type(shown) is type(printed))


def check(done: subprocess.CompletedProcess[str], kind: str, shown: str) -> None:
    """JSON is the result; text is the end of all that is printed, after the lines of the log."""
    told = done.stdout + done.stderr
    assert done.returncode == (1 if kind == "text" and shown.startswith("error") else 0), told
    if kind == "json":
        assert fits(json.loads(shown), json.loads(done.stdout)), told
    elif kind == "text":
        lines = shown.splitlines()
        printed = [line.rstrip() for line in told.strip().splitlines()[-len(lines) :]]
        assert fits(lines, printed), told


PAGES: dict[str, tuple[Callable[..., dict[str, str]], str, str] | None] = {
    "http": None,
    "postgres": (sql_variables, "postgresql", "TODO"),
    "postgres-as": (sql_variables, "postgresql", "GUESTS"),
    "postgres-go": (sql_variables, "postgresql", "STORE"),
    "mysql": (sql_variables, "mariadb", "CAFES"),
    "neo4j": (neo4j_variables, "neo4j", "PEOPLE"),
    "dgraph": (dgraph_variables, "dgraph", "FILMS"),
    "embedding": None,
    "semantic-search": None,
    "structured-output": None,
    "tool-calling": None,
    "streaming": None,
    "streaming-go": None,
}
"""Where the values come from that the page exports: the server's fixture and the connection."""


@pytest.mark.parametrize("example", PAGES)
def test_the_page_is_true(
    example: str, request: pytest.FixtureRequest, tmp_path: Path, subtests: Any
) -> None:
    values: dict[str, str] = {}
    if needed := PAGES[example]:
        variables, server, connection = needed
        values = variables(request.getfixturevalue(server), connection)
    shell = Shell(Path(shutil.copytree(EXAMPLES / example, tmp_path / example)), free_port())
    blocks = BLOCK.findall((EXAMPLES / example / "README.md").read_text(encoding="utf-8"))
    compared = 0
    with ExitStack() as servers:
        for (language, text), (kind, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
            if language != "sh":
                continue
            if text.startswith("export "):
                assert set(VARIABLE.findall(text)) == values.keys()
                shell.environ |= values
            elif text.startswith(SERVE):
                servers.enter_context(shell.running(text))
            else:
                with subtests.test(text):
                    check(shell.run(text), kind, shown)
                compared += kind in ("json", "text")
    assert compared >= 4
    assert compared == sum(language != "sh" for language, _ in blocks)
