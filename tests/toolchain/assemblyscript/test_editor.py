"""What editors are given, and that nothing else takes notice of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.cli.language import LanguageName
from atoll.cli.new import write_template
from atoll.cli.watch import concerns
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.assemblyscript.assets import PINNED, toolchain
from atoll.toolchain.assemblyscript.editor import link_packages
from atoll.toolchain.assemblyscript.node import environment, find_node, find_npm

TYPESCRIPT = "6.0.3"
ERRS = """\
import { http } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
class Fruit {
  @alias("fruit_name")
  name: string = "";
  weight: i32 = 0;
}

export function errs(): string {
  const fruit = JSON.parse<Fruit>(http.fetch("https://example.com/fruit").text());
  fruit.weight = fruit.name;
  return http.fetsh();
}
"""


TELLS = """\
import { models, stream, Stream } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel, UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat";
import { TextBlock } from "@hypermode/modus-sdk-as/models/anthropic/messages";
import { OpenAIResponsesModel } from "@hypermode/modus-sdk-as/models/openai/responses";
import { GeminiGenerateModel } from "@hypermode/modus-sdk-as/models/gemini/generate";

// @ts-ignore: decorator
@stream
export function tells(): Stream<string> {
  const model = models.getModel<OpenAIChatModel>("m");
  const pieces = model.stream(model.createInput([new UserMessage("x")]));
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) stream.emit(piece);
}
"""


def links(modules: Path) -> dict[str, Path]:
    return {name: (modules / name).readlink() for name in PINNED if (modules / name).is_symlink()}


def test_links_to_the_packages_of_this_installation(tmp_path: Path):
    modules = link_packages(tmp_path)
    assert modules == tmp_path / "node_modules"
    assert links(modules) == {name: toolchain().resolve() / name for name in PINNED}
    for name in PINNED:
        assert (modules / name / "package.json").is_file()
    inode = (modules / "json-as").lstat().st_ino
    assert link_packages(tmp_path) == modules
    assert (modules / "json-as").lstat().st_ino == inode
    assert sorted(entry.name for entry in modules.rglob("*") if entry.name.startswith(".")) == []


def test_what_is_there_already_stays(tmp_path: Path):
    modules = tmp_path / "node_modules"
    own = modules / "json-as"
    own.mkdir(parents=True)
    (own / "package.json").write_text("{}")
    elsewhere = tmp_path / "store" / "node_modules" / "assemblyscript"
    (modules / "assemblyscript").symlink_to(elsewhere)  # as other package managers have it
    link_packages(tmp_path)
    assert [entry.name for entry in own.iterdir()] == ["package.json"]
    assert links(modules)["assemblyscript"] == elsewhere
    assert links(modules).keys() == {*PINNED} - {"json-as"}


def test_links_to_another_installation_are_replaced(tmp_path: Path):
    modules = tmp_path / "node_modules"
    gone = tmp_path / "old" / "atoll" / "_assets" / "assemblyscript" / "node_modules"
    for name in PINNED:
        (modules / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / name).symlink_to(gone / name)
    link_packages(tmp_path)
    assert links(modules) == {name: toolchain().resolve() / name for name in PINNED}
    assert not gone.exists()


def test_builds_do_not_take_them_for_the_apps_own(app: Callable[..., Path], tmp_path: Path):
    """Not even as a sign that all packages of the app are there."""
    package = json.dumps({"dependencies": {"json-as": "0.1", "@hypermode/more": "file:./more"}})
    source = 'import { three } from "@hypermode/more";\n'
    source += "export function f(): i32 {\n  return three();\n}\n"
    files = {
        "assembly/index.ts": source,
        "package.json": package,
        "more/package.json": '{"name": "@hypermode/more", "version": "1.0.0"}',
        "more/index.ts": "export function three(): i32 {\n  return 3;\n}\n",
    }
    folder = app(files=files)
    link_packages(folder)
    builder = AssemblyScriptBuilder(cache=tmp_path / "cache")
    built = asyncio.run(builder.build(folder, release=False))
    assert built.metadata.interface.function("f") is not None


def test_they_are_not_watched(tmp_path: Path):
    file = link_packages(tmp_path) / "json-as" / "index.ts"
    assert file.exists()
    assert not concerns(str(file), tmp_path)
    assert concerns(str(tmp_path / "assembly" / "index.ts"), tmp_path)


@pytest.fixture(scope="module")
def tsc(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[str]]:
    """What the compiler of TypeScript says of an app's own files, or of its settings."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text(
        json.dumps({"private": True, "dependencies": {"typescript": TYPESCRIPT}})
    )
    install = [*find_npm(), "install", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(install, cwd=folder, env=environment(), check=True, timeout=300)

    def check(app: Path) -> list[str]:
        command = [find_node(), folder / "node_modules/typescript/bin/tsc", "--noEmit"]
        done = subprocess.run(
            [*command, "--pretty", "false", "-p", "assembly"],
            cwd=app,
            capture_output=True,
            text=True,
            timeout=300,
        )
        lines = done.stdout.splitlines()
        return [line for line in lines if line.startswith(("assembly", "error", "tsconfig"))]

    return check


def test_an_editor_understands_an_app(tsc: Callable[[Path], list[str]], tmp_path: Path):
    app = tmp_path / "fruit"
    write_template(app, "fruit", LanguageName.ASSEMBLYSCRIPT)
    assert any("TS" in line for line in tsc(app))
    link_packages(app)
    assert tsc(app) == []
    (app / "assembly" / "tells.ts").write_text(TELLS)
    assert tsc(app) == []
    (app / "assembly" / "errs.ts").write_text(ERRS)
    weight, fetsh = tsc(app)
    assert weight.startswith("assembly/errs.ts(13,3): error TS2322")
    assert fetsh.startswith("assembly/errs.ts(14,15): error TS2551")
    assert "Did you mean 'fetch'?" in fetsh
