from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import atoll.cli.main

COMMANDS = [
    command.callback.__name__
    for command in atoll.cli.main.app.registered_commands
    if command.callback is not None
]


def test_help_teaches_the_first_steps(run):
    done = run("--help")
    assert done.returncode == 0
    for step in ("atoll new hello", "atoll dev hello", "atoll build hello", "atoll serve hello"):
        assert step in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples(run, name):
    done = run(name, "--help")
    assert done.returncode == 0
    assert f"atoll {name}" in done.stdout.split("Examples:")[1]


def test_version(run):
    done = run("--version")
    assert done.stdout == f"atoll {atoll._version.__version__}\n"


def test_unknown_command_is_a_usage_error_with_a_suggestion(run):
    done = run("biuld")
    assert done.returncode == 2
    assert "'build'" in done.stderr or "No such command" in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_option_is_a_usage_error(run):
    assert run("new", "--nonsense").returncode == 2


def test_a_reader_that_has_seen_enough(command: Path):
    # `head` leaves before the output comes.
    script = f"'{command}' --help | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_starting_imports_nothing_heavy(command: Path):
    code = "import sys, atoll.cli.main; print(*sys.modules)"
    python = command.with_name("python")
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "atoll.cli.main" in loaded
    heavy = {"wasmtime", "aiohttp", "graphql", "uvicorn", "rich", "jsonschema", "watchfiles"}
    assert not loaded & heavy
