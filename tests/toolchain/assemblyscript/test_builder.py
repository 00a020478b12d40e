"""A build as a whole: what it gives, checks, and leaves alone."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript import AssemblyScriptBuild, AssemblyScriptBuilder
from atoll.toolchain.errors import BuildError

ONE = "export function one(): i32 {\n  return 1;\n}\n"
FILES = {
    "assembly/index.ts": ONE,
    "package.json": '{"name": "@me/fruit", "version": "1.2.3"}',
    "asconfig.json": '{"targets": {"debug": {"outFile": "build/debug.wasm", "sourceMap": true}}}',
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("release", [False, True])
def test_nothing_is_written_into_the_apps_folder(app: Callable[..., Path], release):
    folder = app(files=FILES)
    before = contents(folder)
    asyncio.run(AssemblyScriptBuilder().build(folder, release=release))
    assert contents(folder) == before


def test_what_a_module_says_of_its_origin(app: Callable[..., Path]):
    folder = app(files=FILES)
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    remote = "https://ada:t0ken@example.com/me/fruit.git"
    for command in (
        ["init", "-q"],
        ["commit", "-qm", "first", "--allow-empty"],
        ["remote", "add", "origin", remote],
    ):
        subprocess.run([*git, *command], cwd=folder, check=True)
    built = asyncio.run(AssemblyScriptBuilder().build(folder, release=False))
    module = built.metadata.module
    assert module is not None
    assert module.plugin == "@me/fruit@1.2.3"
    assert module.sdk.startswith("modus-sdk-as@0.18")
    assert module.extra["gitRepo"] == "https://example.com/me/fruit"
    assert len(module.extra["gitCommit"]) == 40
    assert b"t0ken" not in built.wasm
    again = asyncio.run(AssemblyScriptBuilder().build(folder, release=False))
    assert again.wasm == built.wasm


def test_a_path_with_odd_characters(app: Callable[..., Path], tmp_path: Path):
    folder = tmp_path / "o'dd %20 ünï"
    app(files=FILES).rename(folder)
    built = asyncio.run(AssemblyScriptBuilder().build(folder, release=False))
    assert built.metadata.interface.function("one") is not None


def test_a_path_that_is_no_text(app: Callable[..., Path], tmp_path: Path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    app(files=FILES).rename(folder)
    with pytest.raises(BuildError, match="not UTF-8") as caught:
        asyncio.run(AssemblyScriptBuilder().build(folder, release=False))
    assert caught.value.code == "PATH_INVALID"


def test_a_source_with_a_name_that_is_no_text(app: Callable[..., Path]):
    """Nothing can import it, and it does no harm."""
    folder = app(files=FILES)
    Path(os.fsdecode(os.fsencode(folder) + b"/assembly/\xff.ts")).write_text("nonsense")
    built = asyncio.run(AssemblyScriptBuilder().build(folder, release=False))
    assert built.metadata.interface.function("one") is not None


@pytest.mark.parametrize("name", ["./a\0b", "\ud800", "./" + "x" * 300_000])
def test_a_transform_with_an_impossible_name(refused, name):
    config = json.dumps({"options": {"transform": [name]}})
    (error,) = refused(ONE, {"asconfig.json": config})
    assert error.code == "ASCONFIG_INVALID"
    assert len(error.message) < 500
    assert error.location.file == "asconfig.json"


def test_a_folder_that_is_named_by_a_link(app: Callable[..., Path], tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(app(files=FILES))
    built = asyncio.run(AssemblyScriptBuilder().build(link, release=False))
    assert built.metadata.interface.function("one") is not None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ('module.addFunctionExport("assembly/index/one", "unseen")', "unseen"),
        ('module.removeExport("one")', "one"),
    ],
)
def test_exports_that_the_metadata_does_not_describe(refused, change, name):
    """Without the check, functions would be missing from the API without a word."""
    transform = f"export default class {{\n  afterCompile(module) {{\n    {change};\n  }}\n}}\n"
    config = json.dumps({"options": {"transform": "./late.mjs"}})
    (error,) = refused(ONE, {"late.mjs": transform, "asconfig.json": config})
    assert error.code == "METADATA_INCOMPLETE"
    assert error.message.endswith(f"differ in: {name}")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ('module.addCustomSection("modus_metadata_version", Uint8Array.of(9))', "METADATA_VERSION"),
        ('module.addCustomSection("modus_metadata", Uint8Array.of(9))', "METADATA_INVALID"),
    ],
)
def test_metadata_that_was_tampered_with(refused, change, code):
    transform = f"export default class {{\n  afterCompile(module) {{\n    {change};\n  }}\n}}\n"
    config = json.dumps({"options": {"transform": "./late.mjs"}})
    (error,) = refused(ONE, {"late.mjs": transform, "asconfig.json": config})
    assert error.code == code
    assert error.message.startswith("the compiled module cannot be used: ")


def test_progress_ends_with_the_build(app: Callable[..., Path]):
    class Said:
        def __init__(self) -> None:
            self.steps: list[str] = []

        def step(self, name: str) -> None:
            self.steps.append(name)

        def done(self) -> None:
            self.steps.append("done")

    said = Said()
    folder = app(files=FILES)
    built = asyncio.run(AssemblyScriptBuilder(progress=said).build(folder, release=False))
    assert isinstance(built, AssemblyScriptBuild)
    assert said.steps == ["Compiling AssemblyScript", "done"]
