"""The program that prepares builds. It comes as source, and is compiled once per machine."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from atoll.engine import CacheUnwritable
from atoll.engine.cache import private_directory
from atoll.toolchain.child import run
from atoll.toolchain.errors import BuildError
from atoll.toolchain.fingerprint import fingerprint
from atoll.toolchain.golang.assets import TESTS, TOOL
from atoll.toolchain.golang.compiler import Compiler
from atoll.toolchain.progress import Progress
from atoll.toolchain.pruning import prune, used

NAME = "atoll-go"
MAX_TOOLS = 6
_TIMEOUT = 900
_RETRY = 0.1


def has_tool(go: Compiler, caches: Path) -> bool:
    """Whether this is not the first build by this Go."""
    return (caches / "tool" / _key(go) / NAME).is_file()


async def ensure_tool(go: Compiler, caches: Path, progress: Progress) -> Path:
    """The tool's program, which is compiled if the cache does not have it.

    Args:
        caches: the folder of the cache that is Go's.

    Raises:
        BuildError: ``TOOLCHAIN_FAILED``: it cannot be compiled.
        CacheUnwritable: the cache cannot be written.
    """
    root = private_directory(caches / "tool")
    folder = root / _key(go)
    program = folder / NAME
    if not program.is_file():
        async with _alone(root / f"{folder.name}.lock", progress):
            if not program.is_file():
                progress.step("Preparing to build Go (once; about a minute)")
                await _compile(go, caches, folder)
                prune(root, "?" * 32, MAX_TOOLS)
    used(folder)
    return program


def _key(go: Compiler) -> str:
    made_of = f"{fingerprint(TOOL, without=TESTS)}\0{go.version}\0{platform.machine()}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


@contextlib.asynccontextmanager
async def _alone(lock: Path, progress: Progress) -> AsyncIterator[None]:
    """Of several processes at once, one goes on. Waiting can be cancelled."""
    try:
        file = lock.open("w")
    except OSError as error:
        raise CacheUnwritable(f"The cache directory {lock.parent} cannot be written.") from error
    with file:
        if not _locked(file):
            progress.step("Waiting for another process that prepares to build Go")
            while not _locked(file):  # noqa: ASYNC110 - other processes set no event
                await asyncio.sleep(_RETRY)
        yield


def _locked(file: IO[str]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


async def _compile(go: Compiler, caches: Path, folder: Path) -> None:
    """Compile it aside, so that a program that is there is a whole one."""
    prefix = f".making-{folder.name}-"
    for left in folder.parent.glob(f"{prefix}*"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        # What the user has set for apps is no matter of the tool's.
        env = {**go.environment(caches), "GOFLAGS": "", "GOENV": "off", "CGO_ENABLED": "0"}
        # Without inlining it is compiled in two thirds of the time, and runs as fast.
        command: list[str | Path] = [go.program, "build", "-trimpath", "-buildvcs=false"]
        command += ["-gcflags=all=-l", "-ldflags", "-s -w"]
        done = await run([*command, "-o", aside / NAME, "."], cwd=TOOL, env=env, seconds=_TIMEOUT)
        if done.status != 0:
            raise _failed(done.errors.strip() or f"go ended with status {done.status}")
        with contextlib.suppress(OSError):
            os.rename(aside, folder)  # noqa: PTH104 - fails if the target is there, by intent
    except TimeoutError:
        raise _failed(f"no end within {_TIMEOUT // 60} minutes") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    if not (folder / NAME).is_file():
        raise CacheUnwritable(f"The cache directory {folder.parent} cannot be written.")


def _failed(reason: str) -> BuildError:
    lines = reason.splitlines()
    return BuildError(
        "TOOLCHAIN_FAILED",
        f"the tool that prepares builds of Go cannot be compiled: {lines[0]}",
        "another Go may do: name it in ATOLL_GO",
        traceback="\n".join(lines[:20]),
    )
