"""Running the compiler, and what it reports."""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from atoll.toolchain.assemblyscript.assets import PINNED, SDK, toolchain
from atoll.toolchain.assemblyscript.hints import Diagnostic, hint_for, sentence
from atoll.toolchain.assemblyscript.json_file import short
from atoll.toolchain.assemblyscript.node import environment, find_node
from atoll.toolchain.assemblyscript.settings import ASCONFIG, PACKAGE, Settings, place_in
from atoll.toolchain.child import finish, lifeline
from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.warned import Warned

_DRIVER = Path(__file__).with_name("driver.mjs")
_TIMEOUT = 300
_TRANSFORMS = (f"{SDK}/transform", "json-as/transform")
_ERROR, _WARNING = 3, 2
"""Categories of diagnostics, as the compiler numbers them."""
_OF_TRANSFORM = "AS102"
_MOST_ERRORS = 20
_KIND_OF_ERROR = re.compile(r"^\w*Error( \[\w+\])?: ")


@dataclass(frozen=True, slots=True)
class Compiled:
    wasm: bytes
    warnings: tuple[Warned, ...]


class _Unloaded(msgspec.Struct, rename="camel"):
    """A transform that cannot be loaded."""

    name: str
    is_missing: bool


class _Report(msgspec.Struct):
    error: str | None
    transform: _Unloaded | None
    diagnostics: list[Diagnostic]


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
        request: dict[str, Any] = {
            "app": os.fspath(await asyncio.to_thread(app.resolve)),
            "toolchain": os.fspath(toolchain()),
            "pinned": PINNED,
            "packages": None if packages is None else os.fspath(packages),
            "config": settings.config,
            "options": ["--target", "release" if release else "debug"],
            "transforms": [*_TRANSFORMS, *settings.transforms],
            "output": output,
        }
        said = await _run(request, app, variables)
        compiled = await asyncio.to_thread(
            _read_output, Path(output), said, request["app"], settings.dependencies
        )
    shown = (warned for warned in compiled.warnings if not _is_disabled(warned, settings.disabled))
    return Compiled(compiled.wasm, tuple(shown))


def _is_disabled(warned: Warned, codes: frozenset[int] | None) -> bool:
    """The compiler leaves this to us. With a code of their own are warnings of transforms."""
    if codes is None:
        return warned.code != _OF_TRANSFORM
    return any(warned.code == f"AS{code}" for code in codes)


def _read_output(output: Path, said: str, app: str, dependencies: Collection[str]) -> Compiled:
    try:
        report = msgspec.json.decode((output / "report.json").read_bytes(), type=_Report)
    except FileNotFoundError:
        raise _gave_up(said, app) from None
    errors = [found for found in report.diagnostics if found.category >= _ERROR]
    if errors:
        raise _compile_error(errors, dependencies)
    module = output / "app.wasm"
    if report.transform is not None:
        raise _unloaded(report.transform, report.error or said, app)
    if report.error is not None or not module.exists():
        raise _gave_up(report.error or said, app)
    warnings = tuple(
        Warned(sentence(found), _place(found), f"AS{found.code}", hint_for(found, dependencies))
        for found in report.diagnostics
        if found.category == _WARNING
    )
    return Compiled(module.read_bytes(), warnings)


async def _run(request: dict[str, Any], app: Path, variables: dict[str, str]) -> str:
    """Run the driver; what it printed. It ends with the build, and with this process."""
    with lifeline() as reading:
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
            pass_fds=(reading,),
        )
        text = json.dumps({**request, "lifeline": reading}).encode()
        try:
            _, said = await finish(process, text, _TIMEOUT)
        except TimeoutError:
            raise BuildError(
                "COMPILER_FAILED", f"the compiler did not finish within {_TIMEOUT // 60} minutes"
            ) from None
    return said.decode(errors="replace")


def _compile_error(found: list[Diagnostic], dependencies: Collection[str]) -> BuildError:
    """One error with all the others. A hint is given once."""
    given: set[str | None] = set()
    errors = []
    for each in found[:_MOST_ERRORS]:
        hint = hint_for(each, dependencies)
        shown = None if hint in given else hint
        given.add(hint)
        errors.append(BuildError("COMPILE_FAILED", sentence(each), shown, _place(each)))
    first, *others = errors
    first.more = tuple(others)
    return first


def _unloaded(transform: _Unloaded, reason: str, app: str) -> BuildError:
    name = transform.name
    if not transform.is_missing:
        error = _gave_up(reason, app)
        if error.location is None and name.startswith("."):
            error.location = Location(os.path.normpath(name))
        return error
    what = "package with the transform"
    hint = f"add the package under devDependencies in {PACKAGE}"
    if name.startswith((".", "/")):
        what, hint = "file", "files are named from the app's folder on"
    message = f"{ASCONFIG}: there is no {what} {short(name)}"
    return BuildError("ASCONFIG_INVALID", message, hint, place_in(Path(app), name))


def _place(found: Diagnostic) -> Location | None:
    return None if found.file is None else Location(found.file, found.line, found.column)


def _gave_up(reason: str, app: str) -> BuildError:
    """A failure of the compiler, or of a transform, from what it threw."""
    lines = [line for line in reason.strip().splitlines() if line.strip()]
    message = _KIND_OF_ERROR.sub("", lines[0]) if lines else "it said nothing"
    frame = re.search(rf"file://{re.escape(quote(app))}/([^\s)]+?):(\d+)(?::(\d+))?\b", reason)
    place = None
    if frame is not None:
        column = None if frame[3] is None else int(frame[3])
        place = Location(unquote(frame[1]), int(frame[2]), column)
    return BuildError(
        "COMPILER_FAILED",
        f"the AssemblyScript compiler gave up: {message}",
        None,
        place,
        traceback="\n".join(lines[:20]),
    )
