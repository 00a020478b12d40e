"""The files that an app is built of."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.golang.sources import build_id, build_time, embedded, sources

GO_MOD = "module fruit\n\ngo 1.24\n"
FILES = {"go.mod": GO_MOD, "main.go": "package main\n", "more/more.go": "package more\n"}


@pytest.fixture
def folder(app: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app that is in no repository."""
    found = app(files=FILES)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(found.parent))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return found


def write(folder: Path, name: str, text: str = "") -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def names(files: list[Path], folder: Path) -> list[str]:
    return sorted(os.path.relpath(file, folder) for file in files)


def git(folder: Path, *arguments: str) -> None:
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> str:
    """The time of a commit of all files."""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("GIT_COMMITTER_DATE", "2001-02-03T04:05:06Z")
        git(folder, "commit", "-qm", "first")
    return "2001-02-03T04:05:06.000Z"


def test_what_is_a_source(folder):
    for name in ("go.sum", "z.go"):
        write(folder, name)
    assert names(sources(folder), folder) == ["go.mod", "go.sum", "main.go", "more/more.go", "z.go"]


@pytest.mark.parametrize(
    "name",
    ["main_test.go", "notes.txt", ".hidden.go", "_left_out.go", ".git/x.go", "_old/x.go",
     "testdata/x.go", "vendor/x/x.go", "modus_pre_generated.go", "hypermode_generated.go"],
)  # fmt: skip
def test_what_is_none(folder, name):
    before = build_id(folder)
    write(folder, name, "package main\n")
    assert build_id(folder) == before


def test_another_module_inside(folder):
    write(folder, "tools/go.mod", "module tools\n")
    write(folder, "tools/x.go")
    assert names(sources(folder), folder) == sorted(FILES)


@pytest.mark.parametrize("name", ["main.go", "more/more.go", "go.mod", "go.sum", "new/new.go"])
def test_other_sources_have_another_id(folder, name):
    before = build_id(folder)
    assert len(before) == 20
    write(folder, name, "changed")
    assert build_id(folder) != before
    assert build_id(folder) == build_id(folder)


def test_modules_in_folders_that_go_mod_names(folder):
    write(folder, "go.mod", f"{GO_MOD}replace example.com/lib => ../lib\n")
    write(folder, "../lib/go.mod", "module example.com/lib\n")
    write(folder, "../lib/lib.go")
    assert "../lib/lib.go" in names(sources(folder), folder)
    before = build_id(folder)
    write(folder, "../lib/lib.go", "changed")
    assert build_id(folder) != before


def test_files_that_are_embedded(folder):
    write(folder, "main.go", "package main\n\n//go:embed notes.txt data/*.json `a b.txt`\n")
    write(folder, "more/more.go", '//go:embed "all:pages"\n// go:embed no\n x = "//go:embed no"\n')
    wanted = ["notes.txt", "data/x.json", "a b.txt", "more/pages/deep/x.html", "more/pages/.y"]
    for name in [*wanted, "data/x.txt", "no", "more/no"]:
        write(folder, name)
    assert names(embedded(folder), folder) == sorted(wanted)
    before = build_id(folder)
    write(folder, "more/pages/deep/x.html", "changed")
    assert build_id(folder) != before


@pytest.mark.parametrize(
    "pattern", ["../x", "/etc/passwd", "a/../../x", "**[", "\0", '"', ".", "./"]
)
def test_patterns_that_go_does_not_take(folder, pattern):
    write(folder, "../x")
    write(folder, "main.go", f"package main\n\n//go:embed {pattern}\n")
    assert embedded(folder) == []


def test_patterns_as_go_reads_them(folder):
    patterns = r"a** **/x.txt [^a-c]x \*y"
    write(folder, "main.go", f"package main\n\n//go:embed {patterns}\n")
    wanted = ["abc", "one/x.txt", "dx", "*y"]
    for name in [*wanted, "one/two/x.txt", "bx", "zy"]:
        write(folder, name)
    assert names(embedded(folder), folder) == sorted(wanted)


def test_a_folder_into_which_nobody_can_look_is_passed_over(folder):
    deep = folder
    while (room := os.pathconf(folder, "PC_PATH_MAX") - len(str(deep)) - 3) > 1:
        deep = deep / ("d" * min(room - 1, 200))
        deep.mkdir()
    with pytest.raises(OSError, match="too long"):
        (deep / "go.mod").exists()
    assert names(sources(folder), folder) == sorted(FILES)


def test_the_time_is_that_of_the_newest_source(folder):
    for seconds, name in enumerate(FILES, 1_700_000_000):
        os.utime(folder / name, (seconds, seconds))
    write(folder, "README.md")
    assert build_time(folder) == "2023-11-14T22:13:22.000Z"


def test_the_time_of_committed_sources_is_the_commits(folder):
    write(folder, "main.go", "package main\n\n//go:embed notes.txt\n")
    write(folder, "notes.txt")
    moment = commit(folder)
    assert build_time(folder) == moment
    for other in ("README.md", "main_test.go", "modus.json"):
        write(folder, other)
    assert build_time(folder) == moment
    write(folder, "notes.txt", "changed")
    os.utime(folder / "notes.txt", (4_000_000_000, 4_000_000_000))
    assert build_time(folder).startswith("2096-")


def test_a_source_that_is_gone_is_a_change(folder):
    moment = commit(folder)
    (folder / "more" / "more.go").unlink()
    assert build_time(folder) != moment
