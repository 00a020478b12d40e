"""Builds of small apps, and a host made in the test that answers what they import."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, Limits
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.toolchain.assemblyscript import AssemblyScriptBuild, AssemblyScriptBuilder
from atoll.toolchain.errors import BuildError

Operations = Mapping[str, Callable[..., Any]]
Build = Callable[..., AssemblyScriptBuild]
Refused = Callable[..., list[BuildError]]


@pytest.fixture
def build(app: Callable[..., Path], tmp_path: Path) -> Build:
    """Builds an app from ``assembly/index.ts`` and other files by path."""

    def build(source: str = ONE, files: Mapping[str, str] | None = None) -> AssemblyScriptBuild:
        folder = app(files={"assembly/index.ts": source, **(files or {})})
        builder = AssemblyScriptBuilder(cache=tmp_path / "cache")
        return asyncio.run(builder.build(folder, release=False))

    return build


@pytest.fixture
def refused(build: Build) -> Refused:
    """All errors of a build that must fail."""

    def refused(source: str = ONE, files: Mapping[str, str] | None = None) -> list[BuildError]:
        with pytest.raises(BuildError) as caught:
            build(source, files)
        return [caught.value, *caught.value.more]

    return refused


ONE = "export function one(): i32 {\n  return 1;\n}\n"


class Host:
    """Answers imports by functions of the test."""

    payload_limit = 1 << 30
    streams: Any = None

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        raise AssertionError(f"{name} is not for AssemblyScript")

    async def run_import(self, name: str, arguments: Sequence[Any]) -> Any:
        return self._operations[name](*arguments)


Call = Callable[..., Any]


@pytest.fixture
def call(engine: Engine) -> Call:
    """Calls a function of a module, whose imports functions of the test answer."""

    async def call(
        wasm: bytes, name: str, host: Operations | None = None, /, **arguments: Any
    ) -> Any:
        guest = AssemblyScriptGuest.load(engine, wasm, cached=False)
        function = guest.interface.function(name)
        assert function is not None, name
        execution = guest.execute(
            Limits(),
            environment={"TZ": "Asia/Tokyo"},
            host=Host(host or {}),
            on_log=lambda level, line: None,
        )
        async with execution as invocation:
            return await invocation.invoke(function, arguments, None)

    return call
