"""Running the compiler on what the tool has prepared."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from atoll.toolchain.child import run
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang.compiler import Compiler
from atoll.toolchain.golang.preparation import Preparation, hide_sdk
from atoll.toolchain.golang.problems import compile_error
from atoll.toolchain.golang.staging import stage

_TIMEOUT = 900


async def compile_with_go(
    go: Compiler, prepared: Preparation, app: Path, env: Mapping[str, str]
) -> bytes:
    """The module. Raises BuildError (``COMPILE_ERROR``, ``COMPILER_FAILED``)."""
    hide_sdk(prepared, app)
    output = prepared.folder / "app.wasm"
    command: list[str | Path] = [go.program, "build", "-buildmode=c-shared", "-trimpath"]
    # What git knows goes into the metadata, and nowhere else: see provenance.
    command += ["-buildvcs=false", "-ldflags", "-s -w", "-mod=mod"]
    command += ["-modfile", prepared.go_mod, "-overlay", prepared.overlay_file]
    await _run([*command, "-o", output, "."], app, env, _generated(prepared, app))
    return output.read_bytes()


async def compile_with_tinygo(
    tinygo: Compiler,
    go: Compiler,
    prepared: Preparation,
    app: Path,
    env: Mapping[str, str],
    *,
    release: bool,
) -> bytes:
    """The module. Raises BuildError (``COMPILE_ERROR``, ``COMPILER_FAILED``)."""
    folder = prepared.folder / "app"
    stage(prepared, app, folder)
    output = prepared.folder / "app.wasm"
    command: list[str | Path] = [tinygo.program, "build", "-target", "wasip1", "-o", output]
    command += ["-buildmode", "c-shared", "-scheduler", "none"]
    command += ["-no-debug"] if release else []
    command += _tags(env)
    # TinyGo runs the Go that it finds, and tells it nothing of modules.
    path = f"{go.program.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    variables = {**env, "PATH": path, "GOFLAGS": f"{env.get('GOFLAGS', '')} -mod=mod".strip()}
    await _run([*command, "."], folder, variables, _generated(prepared, app))
    return output.read_bytes()


def _tags(env: Mapping[str, str]) -> list[str]:
    """Those of GOFLAGS: TinyGo names its own to Go, which then forgets about others."""
    found = re.findall(r"(?:^|\s)--?tags=(\S+)", env.get("GOFLAGS", ""))
    return ["-tags", found[-1].replace(",", " ")] if found else []


async def _run(
    command: Sequence[str | Path], folder: Path, env: Mapping[str, str], generated: Sequence[str]
) -> None:
    try:
        done = await run(command, cwd=folder, env=env, seconds=_TIMEOUT)
    except TimeoutError:
        raise BuildError(
            "COMPILER_FAILED", f"the compiler did not finish within {_TIMEOUT // 60} minutes"
        ) from None
    if done.status != 0:
        raise compile_error(done.errors or done.output, folder, generated)


def _generated(prepared: Preparation, app: Path) -> list[str]:
    """Files that are not as their author has them: by their names in the app, and by those of what
    stands for them, as which Go may name them."""
    made = {path: place for path, place in prepared.overlay.items() if place}
    return [*(os.path.relpath(path, app) for path in made), *made.values()]
