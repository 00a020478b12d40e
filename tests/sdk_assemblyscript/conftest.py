"""Running the SDK's test apps in the engine, with a host made in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig, Limits
from atoll.guest.assemblyscript.program import AssemblyScriptGuest

APPS = Path(__file__).parents[2] / "sdk" / "assemblyscript" / "tests"

Operations = Mapping[str, Callable[..., Any]]


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


class RunningApp:
    """An app whose functions can be called, each call in a fresh instance."""

    def __init__(self, guest: AssemblyScriptGuest, operations: Operations) -> None:
        self.guest = guest
        self._host = Host(operations)
        self.logs: list[tuple[int, str]] = []
        """Of the last call: levels (``guest.assemblyscript.call``) and lines."""

    async def call(
        self, name: str, /, *, environment: Mapping[str, str] | None = None, **arguments: Any
    ) -> Any:
        function = self.guest.interface.function(name)
        assert function is not None, name
        self.logs = []
        execution = self.guest.execute(
            Limits(),
            environment=environment or {},
            host=self._host,
            on_log=lambda level, line: self.logs.append((level, line)),
        )
        async with execution as invocation:
            return await invocation.invoke(function, arguments, None)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def run_app(
    engine: Engine, build_assemblyscript: Callable[..., bytes]
) -> Callable[..., RunningApp]:
    """``run_app("json", release=True)``: the app in that folder of the SDK's tests."""

    def run(folder: str, *, release: bool = False, host: Operations | None = None) -> RunningApp:
        wasm = build_assemblyscript(APPS / folder, release=release)
        return RunningApp(AssemblyScriptGuest.load(engine, wasm, cached=False), host or {})

    return run
