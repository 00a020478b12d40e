"""The page of examples/auth shows what its commands print."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "auth"
BLOCKS = re.findall(
    r"^```(sh|json)\n(.*?)^```$", (EXAMPLE / "README.md").read_text(), re.MULTILINE | re.DOTALL
)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Of a shell whose ``atoll`` is ours, and whose user has no key yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODUS_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "auth"))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def shell(text: str, folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-c", text],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def running(folder: Path, environ: dict[str, str], port: int, tmp_path: Path) -> Iterator[Path]:
    """What comes before the first question; gives the log of the server."""
    log = tmp_path / "log"
    first, second = (text for language, text in BLOCKS[:2])
    assert shell(first, folder, environ) == ""
    assert second == "atoll dev\n"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("atoll"), "dev", "--port", str(port)],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=lines,
        )
    try:
        end = time.monotonic() + 300
        while "is ready" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        yield log
    finally:
        process.terminate()
        process.wait(60)


def test_the_page_is_true(
    running: Path, folder: Path, environ: dict[str, str], port: int, subtests: Any
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: apt install curl")
    questions = BLOCKS[2:]
    assert len(questions) == 12
    for (language, command), (shown_in, shown) in zip(questions[::2], questions[1::2], strict=True):
        with subtests.test(command):
            assert (language, shown_in) == ("sh", "json")
            text = shell(command.replace("8686", str(port)), folder, environ)
            answer, expected = json.loads(text), json.loads(shown)
            assert answer.get("data") == expected.get("data")
            messages = [error["message"] for error in answer.get("errors", ())]
            assert messages == [error["message"] for error in expected.get("errors", ())]
    assert "eyJ" not in running.read_text()  # how each token begins


def test_only_public_halves_are_in_the_folder(
    folder: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    shell(BLOCKS[0][1], folder, environ)

    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    assert not any("PRIVATE" in text for text in texts)
    assert "PRIVATE" in (tmp_path / "config" / "atoll" / "token-key.pem").read_text()
