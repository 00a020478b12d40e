"""Builds of small apps, and calls of their functions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine
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


Call = Callable[..., Any]


@pytest.fixture
def call(engine: Engine, assemblyscript_app: Callable[..., Any]) -> Call:
    """Calls a function of a module, whose imports functions of the test answer."""

    async def call(
        wasm: bytes, name: str, host: Operations | None = None, /, **arguments: Any
    ) -> Any:
        app = assemblyscript_app(engine, wasm, host)
        found = await app.invoke(name, arguments, environment={"TZ": "Asia/Tokyo"})
        assert app.refused == []
        return found

    return call
