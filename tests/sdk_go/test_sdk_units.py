"""The SDK's own tests, which run without a host, as those of apps do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.golang.compiler import Compiler, find_go

SDK = Path(__file__).parents[2] / "sdk" / "go"
APP = Path(__file__).with_name("app")

Go = Callable[..., str]


@pytest.fixture(scope="module")
def compiler() -> Compiler:
    return find_go()


@pytest.fixture(scope="module")
def go(compiler: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Go:
    """Runs a Go command in the SDK's folder, and gives what it printed."""
    environment = compiler.environment(tmp_path_factory.mktemp("cache"))
    offline = {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    if "GOCACHE" not in os.environ:
        environment.pop("GOCACHE")  # Go's own, which knows the standard library already

    def go(*command: str, **variables: str) -> str:
        done = subprocess.run(
            command,
            cwd=SDK,
            env={**environment, **offline, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return go


def test_the_sdks_own_tests_pass(compiler, go):
    told = go(str(compiler.program), "test", "./...")
    assert told.count("\nok ") + told.startswith("ok ") > 15


@pytest.mark.parametrize("target", [{}, {"GOOS": "wasip1", "GOARCH": "wasm"}], ids=["host", "wasm"])
def test_nothing_is_wrong_by_go_vet(compiler, go, target):
    assert go(str(compiler.program), "vet", "./...", **target) == ""


@pytest.mark.parametrize("folder", [SDK, APP], ids=["sdk", "app"])
def test_sources_are_formatted(compiler, go, folder):
    gofmt = compiler.program.resolve().with_name("gofmt")
    assert go(str(gofmt), "-l", str(folder)) == ""


def test_the_sdk_requires_no_other_module(compiler, go):
    listed = go(str(compiler.program), "list", "-m", "all")
    assert listed.splitlines() == ["github.com/hypermodeinc/modus/sdk/go"]
