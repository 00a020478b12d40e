"""Running AssemblyScript apps in the engine, with a host made in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig, Limits
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.selection import Selection

HERE = Path(__file__).parent

Operations = Mapping[str, Callable[..., Any]]


def echo_object(value: Mapping[str, Any]) -> dict[str, Any]:
    """Its names are not spelled as the guest spells them."""
    return {"A": value["a"] + 1, "B": not value["b"], "C": value["c"] + "!"}


OPERATIONS: Operations = {
    "modus_test.add": lambda a, b: a + b,
    "modus_test.echo": lambda message: f"echo: {message}",
    "modus_test.echoObject": echo_object,
    "modus_test.parts": lambda parts: parts,
    "modus_test.nulls": lambda nulls: nulls,
}


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
        self.lines: list[str] = []
        """Logged by the last call."""

    async def call(
        self,
        name: str,
        arguments: Mapping[str, Any],
        selection: Selection | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Any:
        function = self.guest.interface.function(name)
        assert function is not None, name
        self.lines = []
        execution = self.guest.execute(
            Limits(),
            environment=environment or {},
            host=self._host,
            on_log=lambda level, line: self.lines.append(line),
        )
        async with execution as invocation:
            return await invocation.invoke(function, arguments, selection)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def run_app(
    engine: Engine, build_assemblyscript: Callable[..., bytes]
) -> Callable[..., RunningApp]:
    """``run_app("app", release=True)``: the app in that folder, here or wherever.

    Without entries it is called in more steps, as modules are that cannot have any."""

    def run(
        folder: str | Path,
        *,
        release: bool = False,
        entries: bool = True,
        host: Operations = OPERATIONS,
    ) -> RunningApp:
        wasm = build_assemblyscript(HERE / folder, release=release)
        guest = AssemblyScriptGuest.load(engine, wasm, cached=False, entries=entries)
        assert guest.has_entries == entries
        return RunningApp(guest, host)

    return run
