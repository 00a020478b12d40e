"""The examples of docs/streaming.md work as they stand, in front of a model that is scripted."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import atoll.toolchain
from atoll.app.app import App
from atoll.app.stream import FAREWELL
from atoll.manifest import LimitSettings, parse_manifest
from atoll.server.metrics import Metrics
from atoll.server.streams.websocket import MAX_OPERATIONS

PAGE = (Path(__file__).parents[3] / "docs" / "streaming.md").read_text(encoding="utf-8")
PYTHON = PAGE.split("\n## Python\n")[1].split("\n## ")[0]
COMMAND = PAGE.split("\n## On the command line\n")[1].split("\n## ")[0]
API = PAGE.split("\n## In the API\n")[1].split("\n## ")[0]
ERRORS = PAGE.split("\n## Errors\n")[1].split("\n## ")[0]


def block(text: str, language: str) -> str:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
    return found[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "teller"
    folder.mkdir()
    (folder / "app.py").write_text(block(PYTHON, "python"), encoding="utf-8")
    (folder / "modus.json").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def guest(folder: Path, load_python: Callable[[Path], Any]) -> Any:
    return load_python(folder)


@pytest.fixture
async def model() -> AsyncIterator[str]:
    """The URL of a host whose model says a few words."""

    async def answer(request: web.Request) -> web.StreamResponse:
        about = (await request.json())["messages"][-1]["content"].removesuffix(".").split()[-1]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for word in ("Once", " there", " was", f" {about}"):
            choice = {"index": 0, "delta": {"content": word}}
            await response.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
            await asyncio.sleep(0.01)
        await response.write(b"data: [DONE]\n\n")
        return response

    application = web.Application()
    application.router.add_post("/v1/chat/completions", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("/"))


@pytest.fixture
async def port(guest: Any, model: str, start: Callable[..., Awaitable[Any]]) -> int:
    manifest = {
        "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
        "models": {
            "storyteller": {
                "sourceModel": "m",
                "connection": "host",
                "path": "v1/chat/completions",
            }
        },
        "connections": {"host": {"type": "http", "baseUrl": model}},
    }
    parsed = parse_manifest(json.dumps(manifest), path=Path("modus.json"))
    metrics = Metrics()
    app = App("teller", guest, parsed, {}, observer=metrics)
    app.metrics = metrics  # type: ignore[attr-defined]  # where the server looks
    app.go_on = asyncio.Event()  # type: ignore[attr-defined]
    server = await start(app)
    sdl = block(API, "graphql").removeprefix("type Subscription {\n")
    assert sdl in server.deployments.current.api.sdl
    found: int = server.port
    return found


async def output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    text, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return text.decode()


@pytest.mark.parametrize("part", [API, ERRORS])
async def test_curl(port: int, part: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: apt install curl")
    line = block(part, "sh").replace("8686", str(port)).replace("curl", "curl -s", 1)
    printed = await output("sh", "-c", line)
    printed = re.sub(r'(?<="executionId":")\w+', "…", printed)
    assert printed.rstrip() == block(part, "text").rstrip()


async def test_web_socket(port: int) -> None:
    text = block(API, "python").replace("8686", str(port))
    printed = await output(sys.executable, "-c", text)
    assert printed == "Once there was rain\nOnce there was snow\n"


def test_the_command(folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", block(COMMAND, "sh")],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout == block(COMMAND, "text"), done.stderr


def test_the_table_of_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(atoll.toolchain.__file__).with_name("guest_python"))
    is_stream = importlib.import_module("atoll_stream").is_stream

    rows = re.findall(r"^\| (`.*`) .*?\| (yes|no)\b.*\|$", PYTHON, re.M)
    hints = [(hint, said == "yes") for row, said in rows for hint in re.findall(r"`(.*?)`", row)]
    assert len(hints) == 7
    names: dict[str, Any] = {"T": str}
    exec("from collections.abc import *", names)
    for hint, streams in hints:
        assert is_stream(eval(hint, names)) is streams, hint


def test_numbers() -> None:
    assert f"have {FAREWELL:g} second;" in PAGE
    assert f"end, {LimitSettings().stream_seconds:g} unless set" in PAGE
    assert f"up to {MAX_OPERATIONS} of them" in PAGE
