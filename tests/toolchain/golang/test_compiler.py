"""Which Go compiles, of those that may be there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import compiler

Program = Callable[..., Path]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(compiler.VARIABLE, raising=False)
    compiler._looked_at.cache_clear()
    yield
    compiler._looked_at.cache_clear()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program that says its version, and nothing else."""

    def make(version: str, place: str = "bin/go", status: int = 0) -> Path:
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        name = file.name
        file.write_text(f"#!/bin/sh\necho '{name} version {version} linux/amd64'\nexit {status}\n")
        file.chmod(0o755)
        return file

    return make


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_WHEEL", "atoll_has_no_such_module")


@pytest.fixture
def wheel(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel that has Go 1.27.3."""
    found = program("go1.27.3", "site-packages/go/bin/go")
    folder = found.parents[1]
    spec = ModuleSpec("go", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(compiler.importlib.util, "find_spec", lambda name: spec)
    return found


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set(*programs: Path) -> None:
        monkeypatch.setenv("PATH", ":".join(str(file.parent) for file in programs))

    return set


def test_on_path(program, path, wheel):
    found = program("go1.26.8")
    path(found)
    go = compiler.find_go()
    assert (go.program, go.version, go.origin, go.root) == (found, "1.26.8", "PATH", None)
    assert go.release == (1, 26, 8)


@pytest.mark.parametrize("version", ["go1.24", "go1.24rc1", "go1.24.0-fips X:boringcrypto"])
def test_the_oldest_that_will_do(program, path, no_wheel, version):
    found = program(version)
    path(found)
    assert compiler.find_go().program == found


@pytest.mark.parametrize("version", ["go1.23.9", "go1.4", "gccgo 13", "", "1.26"])
def test_an_older_one_gives_way_to_the_wheel(program, path, wheel, version):
    path(program(version))
    go = compiler.find_go()
    assert (go.program, go.root) == (wheel, wheel.parents[1])
    assert go.environment(Path("/x"))["GOROOT"] == str(wheel.parents[1])


def test_a_newer_one_is_taken_where_go_mod_asks_for_it(program, path, wheel):
    found = program("go1.26.8")
    path(found)
    assert compiler.find_go((1, 26, 8)).program == found
    assert compiler.find_go((1, 27, 0)).program == wheel
    assert compiler.find_go((1, 99, 0)).program == found


def test_the_wheels_command_gives_way_to_the_wheel(program, path, wheel, monkeypatch, tmp_path):
    """It starts Python first, at each turn."""
    path(program("go1.27.3"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    assert compiler.find_go().program == wheel


def test_without_any(path, tmp_path, no_wheel):
    path(tmp_path / "none")
    with pytest.raises(BuildError, match=r"Go 1\.24 or later is not there$") as caught:
        compiler.find_go()
    assert caught.value.code == "GO_MISSING"
    assert caught.value.hint == "pip install 'atoll[go]'"


def test_only_an_older_one(program, path, no_wheel):
    found = program("go1.19.8")
    path(found)
    with pytest.raises(BuildError, match="is older") as caught:
        compiler.find_go()
    assert caught.value.code == "GO_MISSING"
    assert str(found) in caught.value.message


def test_a_chosen_one_comes_first(program, path, wheel, monkeypatch):
    path(program("go1.26.8"))
    chosen = program("go1.24.1", "mine/go")
    monkeypatch.setenv(compiler.VARIABLE, str(chosen))
    monkeypatch.setenv("GOROOT", "/of/another/go")
    go = compiler.find_go((1, 27, 0))
    assert go.program == chosen
    assert "GOROOT" not in go.environment(Path("/x"))


def test_a_chosen_one_may_be_named_as_on_path(program, path, monkeypatch):
    chosen = program("go1.25.1", "bin/go1.25.1")
    chosen.write_text("#!/bin/sh\necho go version go1.25.1 linux/amd64\n")
    path(chosen)
    monkeypatch.setenv(compiler.VARIABLE, "go1.25.1")
    assert compiler.find_go().program == chosen


@pytest.mark.parametrize("version", ["go1.23.0", "hello"])
def test_a_chosen_one_that_will_not_do(program, monkeypatch, version):
    monkeypatch.setenv(compiler.VARIABLE, str(program(version)))
    with pytest.raises(BuildError, match="ATOLL_GO names") as caught:
        compiler.find_go()
    assert caught.value.code == "GO_TOO_OLD"


def test_a_chosen_one_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv(compiler.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(BuildError) as caught:
        compiler.find_go()
    assert caught.value.code == "GO_TOO_OLD"


def test_a_program_that_fails_is_none(program, path, no_wheel):
    path(program("go1.26.0", status=1))
    with pytest.raises(BuildError):
        compiler.find_go()


@pytest.mark.parametrize(
    ("name", "value"),
    [("GOFLAGS", "nonsense"), ("GOEXPERIMENT", "nonsense"), ("GOPATH", "no/whole/path")],
)
def test_settings_that_go_does_not_take_are_a_matter_of_the_build(monkeypatch, name, value):
    found = compiler.find_go()
    compiler._looked_at.cache_clear()
    monkeypatch.setenv(name, value)
    assert compiler.find_go() == found
    assert found.environment(Path("caches"))[name] == value


def test_tinygo(program, path):
    found = program("0.38.0", "bin/tinygo")
    path(found)
    tinygo = compiler.find_tinygo()
    assert (tinygo.program, tinygo.version) == (found, "0.38.0")


@pytest.mark.parametrize("version", ["0.34.9", "0.9.0", "hello"])
def test_a_tinygo_that_will_not_do(program, path, version):
    found = program(version, "bin/tinygo")
    path(found)
    with pytest.raises(BuildError, match=r"TinyGo 0\.35 or later") as caught:
        compiler.find_tinygo()
    assert caught.value.code == "TINYGO_MISSING"
    assert str(found) in caught.value.message


def test_without_tinygo(path, tmp_path):
    path(tmp_path / "none")
    with pytest.raises(BuildError) as caught:
        compiler.find_tinygo()
    assert caught.value.code == "TINYGO_MISSING"
    assert "--compiler go" in caught.value.hint
