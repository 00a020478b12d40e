"""A build as a whole: what it gives, checks, and leaves alone."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.guest.wasm_binary import External, outline
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import GoBuild, GoBuilder
from atoll.toolchain.golang.assets import sdk
from atoll.toolchain.golang.editor import write_workspace

GO_MOD = "module example.com/me/fruit\n\ngo 1.24\n"
WITH_SDK = f"{GO_MOD}\nrequire github.com/hypermodeinc/modus/sdk/go v0.18.0\n"
ONE = "package main\n\nfunc One() int {\n\treturn 1\n}\n"
FILES = {"go.mod": GO_MOD, "main.go": ONE}
LOGS = """\
package main

import "github.com/hypermodeinc/modus/sdk/go/pkg/console"

func One() int {
	console.Log("one")
	return 1
}
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def built(folder: Path) -> GoBuild:
    return asyncio.run(GoBuilder().build(folder))


def functions(wasm: bytes) -> set[str]:
    return {entry.name for entry in outline(wasm).exports if entry.kind is External.FUNCTION}


def test_what_a_module_is(app: Callable[..., Path]):
    made = built(app(files=FILES))
    module = made.metadata.module
    assert (made.metadata.language, module.word, module.calls) == ("go", 8, "records")
    assert functions(made.wasm) >= {"_initialize", "one", "__new", "__make", "__unpin"}
    assert made.warnings == ()


OLD = """\
package main

import "github.com/hypermodeinc/modus/sdk/go/pkg/postgresql"

func One() int {
	rows, _, _ := postgresql.Query[int]("db", "select 1")
	return len(rows)
}
"""


@pytest.mark.parametrize(("version", "explained"), [("v0.16.1", True), ("v0.17.0", False)])
def test_what_an_earlier_sdk_did_otherwise(app: Callable[..., Path], version, explained):
    folder = app(files={"go.mod": WITH_SDK.replace("v0.18.0", version), "main.go": OLD})
    with pytest.raises(BuildError, match="assignment mismatch") as caught:
        built(folder)
    assert caught.value.location.line == 6
    assert (caught.value.hint is not None and "before 0.17" in caught.value.hint) == explained


@pytest.mark.parametrize("release", [False, True])
def test_nothing_is_written_into_the_apps_folder(app: Callable[..., Path], release):
    folder = app(files={"go.mod": WITH_SDK, "main.go": LOGS})
    before = contents(folder)
    asyncio.run(GoBuilder().build(folder, release=release))
    assert contents(folder) == before


def test_what_a_module_says_of_its_origin(app: Callable[..., Path]):
    folder = app(files={"go.mod": WITH_SDK, "main.go": LOGS})
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    remote = "https://ada:t0ken@example.com/me/fruit.git"
    for command in (
        ["init", "-q"],
        ["commit", "-qm", "first", "--allow-empty"],
        ["remote", "add", "origin", remote],
    ):
        subprocess.run([*git, *command], cwd=folder, check=True)
    made = built(folder)
    module = made.metadata.module
    assert (module.plugin, module.sdk) == ("fruit", "modus-sdk-go@0.18.0")
    assert module.extra["gitRepo"] == "https://example.com/me/fruit"
    assert len(module.extra["gitCommit"]) == 40
    assert len(module.build_id) == 20
    assert b"t0ken" not in made.wasm


def test_the_same_sources_give_the_same_module(app: Callable[..., Path], tmp_path, monkeypatch):
    """Wherever they and the SDK are: no folder of this machine is told."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    files = {"go.mod": WITH_SDK, "main.go": LOGS}
    folder = app(files=files)
    made = built(folder).wasm
    for place in (str(folder), str(sdk()), str(Path.home() / "go"), "atoll-go-"):
        assert os.fsencode(place) not in made
    elsewhere = tmp_path / "elsewhere"
    folder.rename(elsewhere)
    assert built(elsewhere).wasm == made


def test_a_path_with_odd_characters(app: Callable[..., Path], tmp_path: Path):
    folder = tmp_path / 'o\'dd %20 ünï => "x"'
    app(files={"go.mod": WITH_SDK, "main.go": LOGS}).rename(folder)
    assert built(folder).metadata.interface.function("one") is not None


def test_a_path_that_is_no_text(app: Callable[..., Path], tmp_path: Path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    app(files=FILES).rename(folder)
    with pytest.raises(BuildError, match="not UTF-8") as caught:
        built(folder)
    assert caught.value.code == "PATH_INVALID"


def test_a_folder_that_is_named_by_a_link(app: Callable[..., Path], tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(app(files=FILES))
    assert built(link).metadata.interface.function("one") is not None


def test_an_apps_own_go_work_is_no_matter(app: Callable[..., Path]):
    folder = app(files={"go.mod": WITH_SDK, "main.go": LOGS})
    write_workspace(folder)
    assert built(folder).metadata.interface.function("one") is not None
    (folder / "go.work").write_text("nonsense")
    assert built(folder).metadata.interface.function("one") is not None


def test_files_that_tools_of_modus_left(build):
    generated = 'package main\n\nimport "gone"\n\n//go:export one\nfunc __modus_One() int {}\n'
    made = build(ONE, {"modus_pre_generated.go": generated, "modus_post_generated.go": "x"})
    assert made.metadata.interface.function("one") is not None


def test_modules_in_folders(build, tmp_path):
    lib = tmp_path / "lib"
    lib.mkdir()
    (lib / "go.mod").write_text("module example.com/lib\n\ngo 1.21\n")
    (lib / "lib.go").write_text("package lib\n\nfunc Two() int { return 2 }\n")
    go_mod = f"{WITH_SDK}\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ../lib\n"
    source = 'package main\n\nimport "example.com/lib"\n\nfunc Two() int { return lib.Two() }\n'
    assert build(source, {"go.mod": go_mod}).metadata.interface.function("two") is not None


def test_files_that_are_embedded(build):
    source = (
        'package main\n\nimport _ "embed"\n\n//go:embed notes.txt\nvar notes string\n\n'
        "func Notes() string { return notes }\n"
    )
    assert b"a note to find" in build(source, {"notes.txt": "a note to find"}).wasm


def test_every_error_has_its_place(refused):
    source = 'package main\n\nfunc One() int {\n\treturn "one"\n}\n\nfunc Two() int { return no }\n'
    files = {
        "go.mod": GO_MOD,
        "more.go": "package main\n\nfunc Three() string {\n\treturn 3\n}\n",
    }
    errors = refused(source, files)
    assert {error.code for error in errors} == {"COMPILE_ERROR"}
    assert [(e.location.file, e.location.line) for e in errors] == [
        ("main.go", 4), ("main.go", 7), ("more.go", 4),
    ]  # fmt: skip


def test_types_that_cannot_be_part_of_an_api(refused):
    (error,) = refused("package main\n\nfunc One(c chan int) int {\n\treturn <-c\n}\n")
    assert (error.code, error.function, error.parameter) == ("TYPE_UNSUPPORTED", "One", "c")
    assert (error.location.file, error.location.line) == ("main.go", 3)
    assert error.hint


def test_what_only_the_compiler_finds(refused):
    """The tool checks types; how large an object is, for example, it does not."""
    source = "package main\n\nvar large [1 << 40]byte\n\nfunc One() int { return int(large[0]) }\n"
    (error, *_) = refused(source)
    assert error.code in ("COMPILE_ERROR", "COMPILER_FAILED")
    assert "large" in f"{error.message} {error.traceback}"


def test_errors_in_what_the_author_did_not_write(refused):
    """The tool does not look for names that hide those of types."""
    source = (
        'package main\n\nimport "example.com/me/fruit/set"\n\nfunc float64() {}\n\n'
        "func One(s set.Set) {}\n"
    )
    files = {"set/set.go": "package set\n\ntype Set struct{ Weights []float64 }\n"}
    (error,) = refused(source, files)
    assert (error.code, error.location) == ("COMPILER_FAILED", None)
    assert "float64" in error.traceback


def test_without_go_mod(app: Callable[..., Path]):
    folder = app(files={"main.go": ONE})
    with pytest.raises(BuildError) as caught:
        built(folder)
    assert caught.value.code == "GO_MOD_MISSING"
    assert caught.value.hint


def test_a_go_that_is_not_there_yet(refused):
    (error,) = refused(ONE, {"go.mod": "module fruit\n\ngo 1.99\n"})
    assert error.code == "GO_VERSION"
    assert error.location.file == "go.mod"


def test_a_module_that_cannot_be_had(refused, monkeypatch):
    monkeypatch.setenv("GOPROXY", "off")
    source = 'package main\n\nimport "example.com/none"\n\nfunc One() int { return none.X }\n'
    (error, *_) = refused(source)
    assert error.code == "DEPENDENCY_MISSING"
    assert (error.location.file, error.location.line) == ("main.go", 3)
    assert "example.com/none" in error.message


def test_an_app_with_nothing_in_it(build):
    made = build("package main\n\nfunc main() {}\n")
    assert [warned.code for warned in made.warnings] == ["NO_FUNCTIONS"]


def test_what_a_tool_that_gives_up_says(app: Callable[..., Path], tmp_path, monkeypatch):
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho 'panic: oh' >&2\nexit 2\n")
    tool.chmod(0o755)

    async def ensure_tool(*_: object) -> Path:
        return tool

    monkeypatch.setattr("atoll.toolchain.golang.builder.ensure_tool", ensure_tool)
    folder = app(files=FILES)
    with pytest.raises(BuildError, match=r"gave up: panic: oh$") as caught:
        built(folder)
    assert caught.value.code == "TOOL_FAILED"
    tool.write_text("#!/bin/sh\necho '{'\n")
    with pytest.raises(BuildError, match="cannot be read") as caught:
        built(folder)
    assert caught.value.code == "TOOL_FAILED"


class Said:
    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, name: str) -> None:
        self.steps.append(name)

    def done(self) -> None:
        self.steps.append("done")


def test_the_first_build_says_that_it_takes_longer(
    app: Callable[..., Path], tmp_path, monkeypatch, compiled_packages
):
    monkeypatch.setenv("GOCACHE", compiled_packages)
    folder = app(files=FILES)
    said = Said()
    builder = GoBuilder(cache=tmp_path / "cache", progress=said)
    asyncio.run(builder.build(folder))
    assert said.steps == [
        "Preparing to build Go (once; about a minute)",
        "Compiling Go and its standard library (once; half a minute)",
        "done",
    ]
    said.steps.clear()
    asyncio.run(builder.build(folder))
    assert said.steps == ["Compiling Go", "done"]
    said.steps.clear()
    (folder / "main.go").write_text("nonsense")
    with pytest.raises(BuildError):
        asyncio.run(builder.build(folder))
    assert said.steps == ["Compiling Go", "done"]
