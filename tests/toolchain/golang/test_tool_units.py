"""The tool's own tests, which are written in Go."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.golang.compiler import Compiler

#: Not the one that is installed, which comes without its tests.
TOOL = Path(__file__).parents[3] / "src" / "atoll" / "toolchain" / "golang" / "tool"

Run = Callable[..., str]


@pytest.fixture
def run(go: Compiler, compiled_packages: str) -> Run:
    """Runs a command in the tool's folder, and gives what it printed."""
    environment = {
        **os.environ,
        "PATH": f"{go.program.parent}{os.pathsep}{os.environ['PATH']}",
        "GOCACHE": compiled_packages,
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    if go.root is not None:
        environment["GOROOT"] = os.fspath(go.root)

    def run(*command: str) -> str:
        done = subprocess.run(
            command,
            cwd=TOOL,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_the_tools_own_tests_pass(go, run):
    assert run(str(go.program), "test", "./...").startswith("ok ")


def test_nothing_is_wrong_by_go_vet(go, run):
    assert run(str(go.program), "vet", "./...") == ""


def test_sources_are_formatted(go, run):
    assert run(str(go.program.resolve().with_name("gofmt")), "-l", ".") == ""
