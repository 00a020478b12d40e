"""The audits of npm's ``graphql-http``, the reference implementation of GraphQL over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from atoll.engine.cache import default_cache_directory, private_directory
from atoll.toolchain.assemblyscript.node import find_node, find_npm

AUDITS = Path(__file__).with_name("audits")
COUNT = 61
"""Audits in the version that the lock file names."""


@pytest.fixture(scope="module")
def audits() -> Path:
    """A folder with the program and its packages, which are installed once for the same lock."""
    files = ("package.json", "package-lock.json", "audit.mjs")
    contents = b"\0".join((AUDITS / name).read_bytes() for name in files)
    root = private_directory(default_cache_directory() / "tests" / "audits")
    folder = root / hashlib.sha256(contents).hexdigest()[:32]
    if not folder.is_dir():
        aside = Path(tempfile.mkdtemp(prefix=".installing-", dir=root))
        for name in files:
            shutil.copy(AUDITS / name, aside)
        subprocess.run(
            [*find_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=aside,
            check=True,
            timeout=300,
        )
        try:
            aside.rename(folder)
        except OSError:
            assert folder.is_dir()  # another run of the tests was faster
            shutil.rmtree(aside)
    return folder


async def audit(folder: Path, url: str) -> list[dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        find_node(),
        "audit.mjs",
        url,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", "")},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0
    results: list[dict[str, Any]] = json.loads(output)
    return results


@pytest.mark.parametrize("dev", [False, True])
async def test_all_audits_pass(start: Any, audits: Path, dev: bool) -> None:
    server = await start(dev=dev)

    results = await audit(audits, f"{server.url}/graphql")

    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == len({result["id"] for result in results}) == COUNT


async def test_audits_can_fail(start: Any, audits: Path) -> None:
    server = await start()

    results = await audit(audits, f"{server.url}/elsewhere")

    assert {result["status"] for result in results} >= {"error", "warn"}
