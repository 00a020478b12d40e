"""Commands that are told to end leave nothing behind: no process, no file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

BEGUN = "begun"
TRANSFORM = """
import { writeFileSync } from "node:fs";
export default class {
  afterParse() {
    writeFileSync("begun", String(process.pid));
    while (true) {}
  }
}
"""
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """An app that compiles until somebody ends it; the compiler's process is in ``begun``."""
    folder = tmp_path / "endless"
    (folder / "assembly").mkdir(parents=True)
    (folder / "assembly" / "index.ts").write_text("export function one(): i32 { return 1 }\n")
    (folder / "asconfig.json").write_text('{"options": {"transform": ["./loop.mjs"]}}')
    (folder / "loop.mjs").write_text(TRANSFORM)
    (folder / "modus.json").write_text("{}")
    return folder


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the command keeps its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def compiler_of(app: Path) -> int:
    """The compiler's process, as soon as there is one."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if (app / BEGUN).exists() and (text := (app / BEGUN).read_text()):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("nothing was compiled")


def await_listening(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("nothing listens")


def assert_gone(process: int) -> None:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return
    os.kill(process, signal.SIGKILL)
    raise AssertionError("the compiler goes on")


@pytest.mark.parametrize(
    ("verb", "number"),
    [
        *(("build", number) for number in STATUS),
        ("call one", signal.SIGTERM),
        ("dev", signal.SIGTERM),
    ],
)
def test_a_command_that_is_ended_while_it_compiles(
    start, endless: Path, temporary: Path, verb: str, number: signal.Signals
):
    arguments = [*verb.split(), endless]
    process = start(*arguments, env={"TMPDIR": str(temporary)})
    compiler = compiler_of(endless)
    assert list(temporary.iterdir())
    process.send_signal(number)
    assert process.wait(timeout=30) == STATUS[number]
    assert_gone(compiler)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_server_that_is_ended_while_it_compiles_an_edit(
    start, follow, endless: Path, temporary: Path, number, free_port: int
):
    (endless / "asconfig.json").write_text("{}")
    process = start("dev", endless, "--port", str(free_port), env={"TMPDIR": str(temporary)})
    follow(process).wait_for("nothing to ask")
    await_listening(free_port)
    (endless / "asconfig.json").write_text('{"options": {"transform": ["./loop.mjs"]}}')
    compiler = compiler_of(endless)
    process.send_signal(number)
    assert process.wait(timeout=30) == 0
    assert_gone(compiler)
    assert list(temporary.iterdir()) == []


def test_a_background_job_of_a_shell(endless: Path, temporary: Path, command: Path):
    """There SIGINT is ignored, so that no event loop handles it."""
    script = f"trap '' INT; exec {command} build {endless}"
    process = subprocess.Popen(
        ["sh", "-c", script],
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.DEVNULL,
    )
    compiler = compiler_of(endless)
    process.terminate()
    assert process.wait(timeout=30) == 143
    assert_gone(compiler)
    assert list(temporary.iterdir()) == []


def test_what_nohup_started_survives_the_end_of_its_terminal(endless: Path, command: Path):
    process = subprocess.Popen(
        ["sh", "-c", f"trap '' HUP; exec {command} build {endless}"], stderr=subprocess.DEVNULL
    )
    compiler = compiler_of(endless)
    process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert process.poll() is None
    process.terminate()
    process.wait(timeout=30)
    assert_gone(compiler)
