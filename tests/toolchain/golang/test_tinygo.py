"""Builds by TinyGo, as far as they go without it: a program that does with the app what TinyGo does
first (asking Go for its packages), and then writes a module that exports what the app says."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.guest.types import Nullable, Ref
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import GoBuild, GoBuilder

TINYGO = f"""#!{sys.executable}
import json, os, pathlib, re, subprocess, sys

def leb(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + leb(n >> 7)

def vector(items):
    return leb(len(items)) + b"".join(items)

def section(id, content):
    return bytes([id]) + leb(len(content)) + content

if sys.argv[1] == "version":
    print("tinygo version 0.38.0 linux/amd64 (using go version go1.24.4 and LLVM version 19.1.2)")
    sys.exit()
here = pathlib.Path(os.environ["TMPDIR"])
listed = subprocess.run(["go", "list", "-deps", "."], capture_output=True, text=True)
print(listed.stderr, file=sys.stderr)
told = dict(arguments=sys.argv[1:], files=sorted(map(str, pathlib.Path().rglob("*"))),
            packages=listed.stdout.split(), go_mod=pathlib.Path("go.mod").read_text())
(here / "told.json").write_text(json.dumps(told))
if listed.returncode:
    sys.exit(1)
if pathlib.Path("main.go").read_text().startswith("// fails"):
    sys.exit("# fruit\\nmain.go:3:7: TinyGo has no such thing")
source = pathlib.Path("atoll_generated.go").read_text()
names = re.findall(r"^//(?:go:)?export (\\S+)$", source, re.MULTILINE)
names += ["_initialize", "malloc", "free", "calloc", "realloc"]  # of its runtime
exports = [leb(len(name)) + name.encode() + b"\\0\\0" for name in names]
module = b"\\0asm\\1\\0\\0\\0" + section(1, vector([b"\\x60\\0\\0"])) + section(3, vector([b"\\0"]))
module += section(7, vector(exports)) + section(10, vector([b"\\2\\0\\x0b"]))
pathlib.Path(sys.argv[sys.argv.index("-o") + 1]).write_bytes(module)
"""
GO_MOD = """module example.com/me/fruit

go 1.23

require github.com/hypermodeinc/modus/sdk/go v0.18.0

require example.com/lib v1.0.0

replace example.com/lib => ../lib
"""
SOURCE = """\
package main

import (
	"example.com/lib"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
)

func Two() int32 {
	console.Log("two")
	return lib.Two()
}
"""


@pytest.fixture
def folder(app: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app, on a machine with TinyGo."""
    program = tmp_path / "bin" / "tinygo"
    program.parent.mkdir()
    program.write_text(TINYGO)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    lib = tmp_path / "lib"
    lib.mkdir()
    (lib / "go.mod").write_text("module example.com/lib\n\ngo 1.21\n")
    (lib / "lib.go").write_text("package lib\n\nfunc Two() int32 { return 2 }\n")
    files = {"go.mod": GO_MOD, "main.go": SOURCE, "modus_pre_generated.go": "x", "build/x": ""}
    return app(files={**files, ".env": "MODUS_KEY=s3cret", "deep/deep.go": "package deep\n"})


def built(folder: Path, *, release: bool = True) -> GoBuild:
    return asyncio.run(GoBuilder(compiler="tinygo").build(folder, release=release))


def told(tmp_path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((tmp_path / "told.json").read_text())
    return found


def test_a_module_by_the_rules_of_tinygo(folder, tmp_path):
    before = sorted(folder.rglob("*"))
    made = built(folder)
    module = made.metadata.module
    assert (module.word, module.calls, module.sdk) == (4, "flat", "modus-sdk-go@0.18.0")
    assert made.metadata.interface.function("two") is not None
    assert sorted(folder.rglob("*")) == before


def test_functions_that_stream(folder):
    package = "github.com/hypermodeinc/modus/sdk/go/pkg/stream"
    (folder / "more.go").write_text(
        f'package main\n\nimport "{package}"\n\ntype Row struct {{ Cells map[string]int }}\n\n'
        "func Rows(n int) (stream.Of[*Row], error) { return nil, nil }\n"
    )
    made = built(folder)
    function, other = map(made.metadata.interface.function, ("rows", "two"))
    assert (function.streams, other.streams) == (True, False)
    assert function.result == Nullable(Ref("Row"))
    signature = made.metadata.module.exports["rows"]
    assert (signature.results, signature.element.name) == ((), "*example.com/me/fruit.Row")


def test_what_tinygo_is_told(folder, tmp_path):
    built(folder)
    arguments = told(tmp_path)["arguments"]
    assert arguments[:3] == ["build", "-target", "wasip1"]
    assert arguments[-1] == "."
    assert {"-buildmode", "c-shared", "-scheduler", "none", "-no-debug"} <= set(arguments)
    built(folder, release=False)
    assert "-no-debug" not in told(tmp_path)["arguments"]


def test_tags_of_the_user_are_honoured(folder, tmp_path, monkeypatch):
    """TinyGo tells Go of its own, and so Go does not look for them in GOFLAGS."""
    monkeypatch.setenv("GOFLAGS", "-trimpath -tags=special,other")
    (folder / "special.go").write_text("//go:build special\n\npackage main\n\nfunc Three() {}\n")
    assert built(folder).metadata.interface.function("three") is not None
    arguments = told(tmp_path)["arguments"]
    assert arguments[arguments.index("-tags") + 1] == "special other"


def test_what_tinygo_sees(folder, tmp_path):
    """The app with what the tool has made, without secrets and without what is left out."""
    built(folder)
    seen = told(tmp_path)
    names = ["atoll_generated.go", "deep", "deep/deep.go", "go.mod", "main.go"]
    assert [name for name in seen["files"] if name != "go.sum"] == names
    assert f"example.com/lib => {tmp_path}/lib" in seen["go_mod"]
    assert {"example.com/lib", "github.com/hypermodeinc/modus/sdk/go/pkg/console"} <= set(
        seen["packages"]
    )


def test_an_error_of_tinygo_has_its_place(folder):
    (folder / "main.go").write_text(f"// fails\n{SOURCE}")
    with pytest.raises(BuildError, match="TinyGo has no such thing") as caught:
        built(folder)
    assert caught.value.code == "COMPILE_ERROR"
    assert (caught.value.location.file, caught.value.location.line) == ("main.go", 3)


def test_without_tinygo(folder, monkeypatch, tmp_path):
    (tmp_path / "bin" / "tinygo").unlink()
    with pytest.raises(BuildError) as caught:
        built(folder)
    assert caught.value.code == "TINYGO_MISSING"
