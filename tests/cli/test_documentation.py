"""The documentation of the command line is exact: its blocks parse, its commands run."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.main

import atoll.cli.main
from atoll.manifest import parse_manifest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [
        Block(path.name, text.count("\n", 0, found.start()) + 1, found[1], found[2])
        for found in _BLOCK.finditer(text)
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def in_language(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


@pytest.mark.parametrize("block", in_language("python"), ids=str)
def test_python_parses(block: Block):
    ast.parse(block.text)


@pytest.mark.parametrize("block", in_language("json"), ids=str)
def test_json_is_json_or_a_manifest(block: Block):
    if block.page == "explorer-api.md":
        json.loads(block.text)  # answers of the API, which another test reads
        return
    try:
        value = json.loads(block.text)
    except ValueError:
        value = {"endpoints": {}}  # comments and trailing commas: only a manifest may have them
    if isinstance(value, dict) and value.keys() <= {
        "endpoints", "models", "connections", "limits", "cors", "errors", "access", "collections",
    }:  # fmt: skip
        parse_manifest(block.text, path=Path(block.page))


@pytest.mark.parametrize("block", in_language("sh", "bash"), ids=str)
def test_shell_parses_and_names_real_commands(block: Block):
    checked = subprocess.run(
        ["sh", "-n"], input=block.text, capture_output=True, text=True, timeout=30
    )
    assert checked.returncode == 0, checked.stderr
    group = typer.main.get_command(atoll.cli.main.app)
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        for start, word in enumerate(words):
            if word == "atoll" and (start == 0 or words[start - 1] in ("&&", ";", "|")):
                check_options(group, words[start + 1 :], f"{block}: {line}")


def check_options(group, words: list[str], where: str) -> None:
    end = next((i for i, word in enumerate(words) if word in ("&&", ";", "|", ">")), len(words))
    name, *rest = words[:end]
    if name.startswith("-"):
        return
    command = group.commands.get(name)
    assert command is not None, where
    if hasattr(command, "commands") and rest:
        command = command.commands.get(rest[0])
        assert command is not None, where
    known = {option for parameter in command.params for option in parameter.opts}
    known |= {option for parameter in command.params for option in parameter.secondary_opts}
    for word in rest:
        if word.startswith("-"):
            assert word.split("=")[0] in known | {"--help", "-h"}, where


def test_every_command_and_option_is_in_the_reference():
    page = (ROOT / "docs" / "cli.md").read_text()
    group = typer.main.get_command(atoll.cli.main.app)
    for name, command in group.commands.items():
        assert f"## atoll {name}" in page
        section = page.split(f"## atoll {name}")[1].split("\n## ")[0]
        for inner in getattr(command, "commands", {"": command}).values():
            for parameter in inner.params:
                if parameter.param_type_name == "option":
                    options = [*parameter.opts, *parameter.secondary_opts]
                    assert any(option in section for option in options), (name, options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    text = re.sub(_BLOCK, "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_the_tutorials_functions_do_what_it_says(run, tmp_path: Path):
    run("new", "hello")
    app = tmp_path / "hello"
    (function,) = (b for b in blocks_of(ROOT / "docs" / "getting-started.md") if "Guest" in b.text)
    with (app / "app.py").open("a") as file:
        file.write(f"\n\n{function.text}")
    done = run("call", "say_hello", "--args", '{"name": "Ada"}', cwd=app)
    assert done.stdout == '"Hello, Ada!"\n', done.stderr
    guests = [{"name": "Ada"}, {"name": "Bo", "vegetarian": True}]
    planned = run("call", "plan_table", "--args", json.dumps({"guests": guests}), cwd=app)
    assert json.loads(planned.stdout)["menu"] == "risotto"


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_the_curl_lines_are_answered(page, run, start, follow, tmp_path: Path, free_port: int):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: apt install curl")
    blocks = blocks_of(ROOT / page)
    lines = [b.text for b in blocks if b.language == "sh" and b.text.startswith("curl ")]
    assert lines
    run("new", "hello")
    app = tmp_path / "hello"
    for block in blocks:
        if block.language == "python" and "plan_table" in block.text:
            with (app / "app.py").open("a") as file:
                file.write(f"\n\n{block.text}")
    follow(start("dev", app, "--port", str(free_port))).wait_for("is ready")
    for line in lines:
        line = line.replace("localhost:8686", f"localhost:{free_port}")
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
        answer = json.loads(done.stdout)
        assert answer["data"], done.stdout
        assert "errors" not in answer
