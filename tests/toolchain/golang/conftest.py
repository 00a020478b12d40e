"""The Go of this machine, and builds of small apps."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import GoBuild, GoBuilder
from atoll.toolchain.golang.compiler import Compiler, find_go

Build = Callable[..., GoBuild]
Refused = Callable[..., list[BuildError]]

GO_MOD = "module example.com/me/fruit\n\ngo 1.24\n"
ONE = "package main\n\nfunc One() int {\n\treturn 1\n}\n"


@pytest.fixture(scope="session")
def go() -> Compiler:
    return find_go()


@pytest.fixture(scope="session")
def compiled_packages(go: Compiler) -> str:
    """Where this machine keeps what Go has compiled: for caches that are otherwise empty."""
    command = [go.program, "env", "GOCACHE"]
    env = {**os.environ, **go.environment(Path("/nowhere"))}
    env.pop("GOCACHE") if env["GOCACHE"] == "/nowhere/build" else None
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def build(app: Callable[..., Path]) -> Build:
    """Builds an app from ``main.go`` and other files by path."""

    def build(source: str = ONE, files: Mapping[str, str] | None = None) -> GoBuild:
        folder = app(files={"go.mod": GO_MOD, "main.go": source, **(files or {})})
        return asyncio.run(GoBuilder().build(folder))

    return build


@pytest.fixture
def refused(build: Build) -> Refused:
    """All errors of a build that must fail."""

    def refused(source: str = ONE, files: Mapping[str, str] | None = None) -> list[BuildError]:
        with pytest.raises(BuildError) as caught:
            build(source, files)
        return [caught.value, *caught.value.more]

    return refused
