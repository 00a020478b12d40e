"""Functions that stream, on the command line."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

SOURCE = '''
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass


@dataclass
class Word:
    text: str
    length: int


def words(text: str) -> Iterator[Word]:
    """Splits a text."""
    for word in text.split():
        yield Word(word, len(word))


async def get_numbers(to: int = 3) -> AsyncIterator[int]:
    for number in range(to):
        yield number


def forever() -> Iterator[str]:
    try:
        while True:
            yield "äh"
            time.sleep(0.05)
    finally:
        print("the end")


def fails(after: int) -> Iterator[int]:
    yield from range(after)
    raise ValueError("no more")
'''


@pytest.fixture(scope="module")
def streaming_app(
    command: Path, quiet_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("streams") / "teller"
    folder.mkdir()
    (folder / "modus.json").write_text(
        '{"endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}}}'
    )
    (folder / "app.py").write_text(SOURCE)
    done = subprocess.run(
        [command, "build", folder],
        env=quiet_environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "subscription words(text: String!): Word!" in done.stdout + done.stderr
    return folder


def test_each_element_is_a_line_of_json(run: Any, streaming_app: Path) -> None:
    done = run("call", "words", streaming_app, "--args", '{"text": "so löng"}')
    assert done.returncode == 0, done.stderr
    assert done.stdout == '{"text": "so", "length": 2}\n{"text": "löng", "length": 4}\n'


@pytest.mark.parametrize("name", ["get_numbers", "getNumbers", "numbers"])
def test_names_and_arguments_are_as_for_other_functions(
    run: Any, streaming_app: Path, name: str
) -> None:
    assert run("call", name, streaming_app).stdout == "0\n1\n2\n"
    done = run("call", name, streaming_app, "--args", '{"upTo": 3}')
    assert done.returncode != 0
    assert "UNKNOWN_ARGUMENT" in done.stderr


def test_a_failure_comes_after_what_came_before(run: Any, streaming_app: Path) -> None:
    done = run("call", "fails", streaming_app, "--args", '{"after": 2}')
    assert (done.returncode, done.stdout) == (1, "0\n1\n")
    assert "error[FUNCTION_FAILED]: ValueError: no more" in done.stderr
    assert "raise ValueError" in done.stderr


def test_elements_come_at_once_and_ctrl_c_ends_the_function(
    command: Path, quiet_environment: dict[str, str], streaming_app: Path
) -> None:
    process = subprocess.Popen(
        [command, "call", "forever", streaming_app],
        env=quiet_environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts background jobs with SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == '"äh"\n'
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.endswith("the end\n")
    assert "Traceback" not in said


def test_whoever_has_seen_enough_ends_it_too(
    command: Path, quiet_environment: dict[str, str], streaming_app: Path
) -> None:
    done = subprocess.run(
        f"{command} call forever {streaming_app} | head -n 2",
        shell=True,
        env=quiet_environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == '"äh"\n"äh"\n'
    assert "Traceback" not in done.stderr


def test_lists_say_that_a_function_streams(run: Any, streaming_app: Path) -> None:
    done = run("info", streaming_app)
    assert "  subscription words(text: String!): Word!  (streams)\n" in done.stdout
    summary = json.loads(run("info", streaming_app, "--json").stdout)
    assert "subscription numbers(to: Int! = 3): Int!" in summary["functions"]
    assert "type Subscription {" in run("info", streaming_app, "--schema").stdout
    done = run("inspect", streaming_app / "build" / "teller.wasm")
    assert "  words(text)  (streams)  app.py:13\n" in done.stdout
