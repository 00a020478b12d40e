"""Programs end with whoever runs them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from atoll.toolchain.child import run

ENVIRONMENT = {"PATH": os.environ["PATH"]}


async def sh(script: str, folder: Path, *, seconds: float = 60):
    return await run(["sh", "-c", script], cwd=folder, env=ENVIRONMENT, seconds=seconds)


async def test_what_a_program_prints_and_its_status(tmp_path):
    done = await sh("pwd; echo bad >&2; exit 7", tmp_path)
    assert (done.status, done.output, done.errors) == (7, f"{tmp_path}\n", "bad\n")


def test_a_server_has_another_event_loop(tmp_path):
    done = uvloop.run(sh("echo good; exit 7", tmp_path))
    assert (done.status, done.output) == (7, "good\n")


async def test_words_reach_it_as_they_are(tmp_path):
    words = ["a b", "$HOME", "'", "*", ""]
    done = await run(["printf", "%s|", *words], cwd=tmp_path, env=ENVIRONMENT, seconds=60)
    assert done.output == "".join(f"{word}|" for word in words)


async def test_it_has_no_input(tmp_path):
    assert (await sh("cat; ls /proc/self/fd | wc -l", tmp_path)).output == "4\n"


async def test_it_has_no_other_variables(tmp_path, monkeypatch):
    monkeypatch.setenv("MODUS_X_KEY", "s3cret")
    assert "s3cret" not in (await sh("env", tmp_path)).output


async def test_output_that_is_no_text(tmp_path):
    assert (await sh("printf '\\377'", tmp_path)).output == "\ufffd"


async def test_one_that_is_not_there(tmp_path):
    done = await run([tmp_path / "none"], cwd=tmp_path, env=ENVIRONMENT, seconds=60)
    assert done.status == 127


# A program with one of its own, which says who both are.
TWO = "sleep 600 & echo $$ $! > pids; wait"


async def test_cancelling_ends_it_and_what_it_started(tmp_path):
    running = asyncio.create_task(sh(TWO, tmp_path))
    pids = await asyncio.to_thread(pids_of, tmp_path)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.to_thread(wait_until, lambda: not any(map(is_running, pids)))


async def test_it_ends_when_its_time_is_over(tmp_path):
    with pytest.raises(TimeoutError):
        await sh(TWO, tmp_path, seconds=1)
    pids = pids_of(tmp_path)
    await asyncio.to_thread(wait_until, lambda: not any(map(is_running, pids)))


PARENT = f"""
import asyncio, pathlib
from atoll.toolchain.child import run
asyncio.run(run(["sh", "-c", {TWO!r}], cwd=pathlib.Path(), env={ENVIRONMENT!r}, seconds=600))
"""


def test_it_ends_when_who_started_it_is_killed(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=tmp_path)
    pids = pids_of(tmp_path)
    assert all(map(is_running, pids))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: not any(map(is_running, pids)))


def pids_of(folder: Path) -> list[int]:
    file = folder / "pids"
    wait_until(lambda: file.exists() and len(file.read_text().split()) == 2)
    return [int(word) for word in file.read_text().split()]


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)
