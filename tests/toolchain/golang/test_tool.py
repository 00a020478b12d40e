"""The tool is compiled once, whole, by whoever comes first."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from atoll.engine import CacheUnwritable
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import tool
from atoll.toolchain.golang.compiler import Compiler

HELLO = 'package main\n\nfunc main() {\n\tprintln("hello")\n}\n'


class Said:
    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, name: str) -> None:
        assert sys.exception() is None  # else the step is taken for one that failed
        self.steps.append(name)

    def done(self) -> None:
        pass


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled_packages: str) -> Path:
    """A smaller tool."""
    monkeypatch.setenv("GOCACHE", compiled_packages)
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/tool\n\ngo 1.24\n")
    (folder / "main.go").write_text(HELLO)
    monkeypatch.setattr(tool, "TOOL", folder)
    return folder


@pytest.fixture
def caches(tmp_path: Path) -> Path:
    folder = tmp_path / "caches"
    folder.mkdir(mode=0o700)
    return folder


def run(program: Path) -> str:
    return subprocess.run([program], capture_output=True, text=True, check=True).stderr


async def test_it_is_compiled_once(source, caches, go: Compiler):
    said = Said()
    assert not tool.has_tool(go, caches)
    first = await tool.ensure_tool(go, caches, said)
    assert tool.has_tool(go, caches)
    assert run(first) == "hello\n"
    assert await tool.ensure_tool(go, caches, said) == first
    assert said.steps == ["Preparing to build Go (once; about a minute)"]
    assert {path.name for path in (caches / "tool").iterdir()} == {
        first.parent.name,
        f"{first.parent.name}.lock",
    }


async def test_another_source_or_another_go_makes_another(source, caches, go: Compiler):
    first = await tool.ensure_tool(go, caches, Said())
    (source / "main_test.go").write_text("package main\n")
    assert await tool.ensure_tool(go, caches, Said()) == first
    (source / "main.go").write_text(HELLO.replace("hello", "goodbye"))
    second = await tool.ensure_tool(go, caches, Said())
    assert (run(first), run(second)) == ("hello\n", "goodbye\n")
    newer = Compiler(go.program, "1.99.0", go.origin, go.root)
    assert await tool.ensure_tool(newer, caches, Said()) not in (first, second)


async def test_several_at_once_compile_it_once(source, caches, go: Compiler, monkeypatch):
    compiled = []
    compile = tool._compile

    async def counted(*arguments: object) -> None:
        compiled.append(arguments)
        await asyncio.sleep(0.3)  # for the others, which must not come here
        await compile(*arguments)

    monkeypatch.setattr(tool, "_compile", counted)
    said = [Said() for _ in range(3)]
    found = await asyncio.gather(*(tool.ensure_tool(go, caches, each) for each in said))
    assert len(compiled) == 1
    assert len(set(found)) == 1
    waited = [step for each in said for step in each.steps if step.startswith("Waiting")]
    assert len(waited) == 2


async def test_waiting_can_be_cancelled(source, caches, go: Compiler, monkeypatch):
    async def never(*arguments: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(tool, "_compile", never)
    both = [asyncio.create_task(tool.ensure_tool(go, caches, Said())) for _ in range(2)]
    await asyncio.sleep(0.3)
    for task in reversed(both):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_what_a_process_that_was_killed_has_left_is_removed(source, caches, go: Compiler):
    program = await tool.ensure_tool(go, caches, Said())
    left = caches / "tool" / f".making-{program.parent.name}-x"
    left.mkdir()
    (left / program.name).write_bytes(b"half")
    other = caches / "tool" / ".making-0123-x"  # of another Go, which may be at work
    other.mkdir()
    program.unlink()
    assert run(await tool.ensure_tool(go, caches, Said())) == "hello\n"
    assert (left.exists(), other.exists()) == (False, True)


async def test_one_that_cannot_be_compiled(source, caches, go: Compiler):
    (source / "main.go").write_text("package main\n\nfunc main() { nonsense }\n")
    with pytest.raises(BuildError, match="cannot be compiled") as caught:
        await tool.ensure_tool(go, caches, Said())
    assert caught.value.code == "TOOLCHAIN_FAILED"
    assert "nonsense" in caught.value.traceback
    assert [path.suffix for path in (caches / "tool").iterdir()] == [".lock"]


async def test_what_the_user_has_set_for_apps_does_no_harm(source, caches, go, monkeypatch):
    for name, value in (
        ("GOOS", "wasip1"), ("GOARCH", "wasm"), ("GOFLAGS", "-mod=vendor"), ("GOWORK", "/none"),
        ("GO111MODULE", "off"), ("CGO_ENABLED", "1"), ("GOTOOLCHAIN", "go1.99.0"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    assert run(await tool.ensure_tool(go, caches, Said())) == "hello\n"


async def test_a_cache_that_others_can_write_is_refused(source, caches, go: Compiler):
    (caches / "tool").mkdir()
    (caches / "tool").chmod(0o777)
    with pytest.raises(CacheUnwritable):
        await tool.ensure_tool(go, caches, Said())
