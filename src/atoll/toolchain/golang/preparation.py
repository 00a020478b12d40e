"""What the tool makes of an app before it is compiled."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from atoll.toolchain.child import Finished, run
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang.assets import SDK, sdk, sdk_files
from atoll.toolchain.golang.compiler import Compiler
from atoll.toolchain.golang.problems import Problem, error_of, warnings_of
from atoll.toolchain.warned import Warned

_TIMEOUT = 600
"""Seconds in which the app's modules are downloaded, if need be."""
_SDK_PLACE = "./.atoll/sdk"
"""Where the SDK seems to be. A module names the folders of what it is made of: the real one would
tell whose machine this is, and be another on each."""
_REPLACEMENT = re.compile(rf'({re.escape(SDK)}(?:\s+v\S+)?\s+=>\s+)("[^"]*"|`[^`]*`|\S+)')


_EARLIER = re.compile(r"modus-sdk-go@0\.1[3-6](\D|$)", re.ASCII)
"""SDKs before the one that changed the results of SQL and the messages of chats for all."""


class _Report(msgspec.Struct):
    sdk: str = ""
    problems: list[Problem] = []
    warnings: list[Problem] = []


class _Overlay(msgspec.Struct, rename="pascal"):
    replace: dict[str, str]


@dataclass(frozen=True, slots=True)
class Preparation:
    folder: Path
    """Where the files are that builds are told of."""
    overlay: Mapping[str, str]
    """What stands for files of the app, by their paths; empty for files that are left out."""
    metadata: Mapping[str, Any]
    warnings: tuple[Warned, ...]

    @property
    def go_mod(self) -> Path:
        return self.folder / "go.mod"

    @property
    def overlay_file(self) -> Path:
        return self.folder / "overlay.json"


async def prepare(
    tool: Path,
    app: Path,
    folder: Path,
    go: Compiler,
    tinygo: Compiler | None,
    env: Mapping[str, str],
) -> Preparation:
    """Run the tool.

    Args:
        app: the app's folder, without links in its path.
        folder: where the tool may write.
        tinygo: what compiles the app, if that is not Go.

    Raises:
        BuildError: what is wrong with the app; ``TOOL_FAILED``; ``TOOLCHAIN_MISSING``.
    """
    version = f"go{go.version}" if tinygo is None else f"tinygo{tinygo.version}"
    command: list[str | Path] = [tool, "-app", app, "-out", folder, "-go", go.program]
    command += ["-sdk", sdk(), "-version", version]
    command += ["-compiler", "go" if tinygo is None else "tinygo"]
    try:
        done = await run(command, cwd=app, env=env, seconds=_TIMEOUT)
    except TimeoutError:
        raise BuildError(
            "TOOL_FAILED",
            f"the app's sources were not read within {_TIMEOUT // 60} minutes",
            "a module that cannot be downloaded may be what is waited for",
        ) from None
    report = _report(done)
    if report.problems:
        raise error_of([_explained(problem, report.sdk) for problem in report.problems])
    metadata = json.loads((folder / "metadata.json").read_bytes())
    overlay = msgspec.json.decode((folder / "overlay.json").read_bytes(), type=_Overlay).replace
    return Preparation(folder, overlay, metadata, warnings_of(report.warnings))


def _explained(problem: Problem, sdk: str) -> Problem:
    """A mistake in an app for an earlier SDK may be none of its author's."""
    if problem.code != "COMPILE_ERROR" or problem.hint or not _EARLIER.match(sdk):
        return problem
    hint = (
        "the app is for an SDK before 0.17, which changed what queries of SQL give and how a chat's"
        " messages are passed on"
    )
    return msgspec.structs.replace(problem, hint=hint)


def hide_sdk(prepared: Preparation, app: Path) -> None:
    """Have Go find the SDK in a folder of the app that is not there."""
    text = prepared.go_mod.read_text(encoding="utf-8")
    prepared.go_mod.write_text(_REPLACEMENT.sub(rf"\g<1>{_SDK_PLACE}", text), encoding="utf-8")
    files = {str(app / _SDK_PLACE / name): str(file) for name, file in sdk_files().items()}
    overlay = {"Replace": {**prepared.overlay, **files}}
    prepared.overlay_file.write_text(json.dumps(overlay), encoding="utf-8")


def _report(done: Finished) -> _Report:
    if done.status == 0:
        try:
            return msgspec.json.decode(done.output, type=_Report)
        except msgspec.DecodeError as error:
            reason = f"what it says cannot be read: {error}"
    else:
        lines = [line for line in done.errors.splitlines() if line.strip()]
        reason = lines[0] if lines else f"it ended with status {done.status}"
    raise BuildError(
        "TOOL_FAILED",
        f"the tool that prepares builds of Go gave up: {reason}",
        traceback="\n".join(done.errors.splitlines()[:20]),
    )
