"""The examples of docs/graphql.md for subscriptions work as they stand."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from atoll.manifest import GraphQLSettings
from atoll.server import protocol
from atoll.server.streams import messages, sse, websocket
from atoll.toolchain.assemblyscript.node import wheel_folder

PAGE = (Path(__file__).parents[3] / "docs" / "graphql.md").read_text(encoding="utf-8")
SECTION = PAGE.split("\n## Subscriptions\n")[1].split("\n## ")[0]
EXAMPLES = dict(re.findall(r"^```(sh|js)\n(.*?)^```$", SECTION, re.M | re.S))
PYTHON = re.findall(r"^```python\n(.*?)^```$", SECTION, re.M | re.S)
[SHOWN] = re.findall(r"^```text\n(.*?)^```$", SECTION, re.M | re.S)


@pytest.fixture
async def port(start: Any) -> int:
    server = await start(graphql=GraphQLSettings(ticks=True))
    found: int = server.port
    return found


async def output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, env={**os.environ, "NODE_NO_WARNINGS": "1"}
    )
    text, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return text.decode()


async def test_curl(port: int) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: apt install curl")
    line = EXAMPLES["sh"].replace("8686", str(port)).replace("curl", "curl -s", 1)
    assert await output("sh", "-c", line) == SHOWN


@pytest.mark.parametrize(("example", "shown"), [(0, "1 2 3"), (1, "connection_ack 1 2 3")])
async def test_python(port: int, example: int, shown: str) -> None:
    text = PYTHON[example].replace("8686", str(port))
    assert (await output(sys.executable, "-c", text)).split() == shown.split()


async def test_javascript(port: int) -> None:
    wheel = wheel_folder()
    if wheel is None:
        pytest.skip("Node.js is not installed: pip install 'atoll[assemblyscript]'")
    text = EXAMPLES["js"].replace("8686", str(port))
    node = str(wheel / "bin" / "node")
    shown = await output(node, "--experimental-eventsource", "-e", text)
    assert shown.split() == ["1", "2", "3"]


def test_numbers() -> None:
    assert f"every {sse.HEARTBEAT:g} seconds" in SECTION
    assert f"within {websocket.INIT_TIMEOUT:g} seconds" in SECTION
    assert f"nothing for {protocol.STALL:g} seconds" in SECTION
    assert f"Up to {websocket.MAX_OPERATIONS} operations" in SECTION


def test_close_codes() -> None:
    table = SECTION.split("the server closes with")[1].split("\n\n")[0]
    written = {int(code) for code in re.findall(r"\b(4\d{3}|10\d\d)\b", table.split("---\n")[-1])}
    ours = {value for value in vars(messages).values() if isinstance(value, int) and value > 1000}
    assert written == ours | {1007, 1009, 1011}
