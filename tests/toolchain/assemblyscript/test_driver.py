"""The process that the compiler runs in."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

ONE = "export function one(): i32 {\n  return 1;\n}\n"
BUILD = """\
import asyncio, sys
from pathlib import Path
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder

asyncio.run(AssemblyScriptBuilder().build(Path(sys.argv[1]), release=False))
"""
ENDLESS = """\
import { spawn } from "node:child_process";
import { openSync, writeSync } from "node:fs";

export default class {
  afterParse() {
    const alive = openSync("FIFO", "w");
    CHILD
    writeSync(alive, "x");
    while (true) {}
  }
}
"""
PATIENCE = 20


@pytest.fixture
def alive(tmp_path: Path) -> Path:
    """A pipe with a name. It is at its end when all processes that wrote to it are gone."""
    path = tmp_path / "alive"
    os.mkfifo(path)
    return path


def read(pipe: BinaryIO) -> bytes:
    ready, _, _ = select.select([pipe], [], [], PATIENCE)
    assert ready
    return os.read(pipe.fileno(), 1)


@pytest.mark.parametrize("child", ["", 'spawn("sleep", ["600"], { stdio: ["ignore", alive] });'])
def test_the_compiler_ends_with_who_started_it(app: Callable[..., Path], alive: Path, child: str):
    """However that ends; and so do processes of transforms. Even of one that never gives way."""
    endless = ENDLESS.replace("FIFO", str(alive)).replace("CHILD", child)
    config = json.dumps({"options": {"transform": "./endless.mjs"}})
    files = {"assembly/index.ts": ONE, "asconfig.json": config, "endless.mjs": endless}
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    builder = subprocess.Popen([sys.executable, "-c", BUILD, app(files=files)])
    try:
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            assert read(pipe) == b"x"
            builder.send_signal(signal.SIGKILL)
            assert read(pipe) == b""
    finally:
        builder.kill()
        builder.wait()
