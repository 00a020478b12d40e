"""Running the compiler, and what it reports."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from atoll.toolchain.assemblyscript.assets import PINNED, SDK, toolchain
from atoll.toolchain.assemblyscript.node import environment, find_node
from atoll.toolchain.assemblyscript.settings import Settings
from atoll.toolchain.errors import BuildError, Location

_DRIVER = Path(__file__).with_name("driver.mjs")
_TIMEOUT = 300
_TRANSFORMS = (f"{SDK}/transform", "json-as/transform")
_ERROR, _WARNING = 3, 2
"""Categories of diagnostics, as the compiler numbers them."""
_MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that the compiler, or a transform, warns of."""

    message: str
    location: Location | None
    code: str = "COMPILER_WARNING"
    hint: str | None = None
    severity: str = "warning"


@dataclass(frozen=True, slots=True)
class Compiled:
    wasm: bytes
    warnings: tuple[Warned, ...]


class _Diagnostic(msgspec.Struct):
    message: str
    code: int
    category: int
    file: str | None = None
    line: int | None = None
    column: int | None = None


class _Report(msgspec.Struct):
    error: str | None
    diagnostics: list[_Diagnostic]


async def compile_module(
    app: Path,
    settings: Settings,
    packages: Path | None,
    variables: dict[str, str],
    *,
    release: bool,
) -> Compiled:
    """Compile an app.

    Args:
        packages: the ``node_modules`` with its other packages.
        variables: of the environment, for transforms.

    Raises:
        BuildError: ``COMPILE_FAILED`` with the place in the app's own files; ``COMPILER_FAILED``
            when the compiler itself, or a transform, gave up.
    """
    with tempfile.TemporaryDirectory(prefix="atoll-assemblyscript-") as output:
        request = {
            "app": os.fspath(await asyncio.to_thread(app.resolve)),
            "toolchain": os.fspath(toolchain()),
            "pinned": PINNED,
            "packages": None if packages is None else os.fspath(packages),
            "config": settings.config,
            "options": ["--target", "release" if release else "debug"],
            "transforms": [*_TRANSFORMS, *settings.transforms],
            "output": output,
        }
        said = await _run(json.dumps(request).encode(), app, variables)
        return await asyncio.to_thread(_read_output, Path(output), said)


def _read_output(output: Path, said: str) -> Compiled:
    try:
        report = msgspec.json.decode((output / "report.json").read_bytes(), type=_Report)
    except FileNotFoundError:
        raise _gave_up(said) from None
    errors = [found for found in report.diagnostics if found.category >= _ERROR]
    if errors:
        raise _compile_error(errors)
    module = output / "app.wasm"
    if report.error is not None or not module.exists():
        raise _gave_up(report.error or said)
    warnings = tuple(
        Warned(_sentence(found), _place(found), f"AS{found.code}")
        for found in report.diagnostics
        if found.category == _WARNING
    )
    return Compiled(module.read_bytes(), warnings)


async def _run(request: bytes, app: Path, variables: dict[str, str]) -> str:
    """Run the driver; what it printed. It ends with the build, however that ends."""
    process = await asyncio.create_subprocess_exec(
        find_node(),
        "--preserve-symlinks",
        _DRIVER,
        cwd=app,
        env={**environment(), **variables},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_TIMEOUT):
            _, said = await process.communicate(request)
    except TimeoutError:
        raise BuildError(
            "COMPILER_FAILED", f"the compiler did not finish within {_TIMEOUT // 60} minutes"
        ) from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return said.decode(errors="replace")


def _compile_error(found: list[_Diagnostic]) -> BuildError:
    first, *others = (
        BuildError("COMPILE_FAILED", _sentence(each), None, _place(each))
        for each in found[:_MOST_ERRORS]
    )
    return BuildError(first.code, first.message, None, first.location, more=tuple(others))


def _sentence(found: _Diagnostic) -> str:
    return found.message.removeprefix("User-defined: ")


def _place(found: _Diagnostic) -> Location | None:
    return None if found.file is None else Location(found.file, found.line, found.column)


def _gave_up(reason: str) -> BuildError:
    lines = [line for line in reason.strip().splitlines() if line.strip()]
    return BuildError(
        "COMPILER_FAILED",
        "the AssemblyScript compiler gave up: " + (lines[0] if lines else "it said nothing"),
        None,
        traceback="\n".join(lines[:20]),
    )
