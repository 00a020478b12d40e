"""Running AssemblyScript apps in the engine, with a host made in the test.

``conftest.py`` loads this file, and gives ``RunningApp`` as the fixture ``assemblyscript_app``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atoll.engine import Engine, Limits
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.guest import Opening
from atoll.guest.selection import Selection
from atoll.host.streams import Emit, Streams

Operations = Mapping[str, Callable[..., Any]]


class Host:
    """Answers imports by functions of the test."""

    payload_limit = 1 << 30

    def __init__(self, operations: Operations, emit: Emit | None = None) -> None:
        self._operations = operations
        self.streams = Streams(emit)
        self.refused: list[tuple[str, str]] = []

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        raise AssertionError(f"{name} is not for AssemblyScript")

    async def run_import(self, name: str, arguments: Sequence[Any]) -> Any:
        return self._operations[name](*arguments)

    def refuse_result(self, name: str, reason: str) -> None:
        self.refused.append((name, reason))


class RunningApp:
    """An app whose functions can be called, each call in a fresh instance.

    Args:
        operations: what its imports do, by names such as ``modus_models.invokeModel``.
        entries: without them it is called in more steps, as modules are that cannot have any.
    """

    def __init__(
        self,
        engine: Engine,
        wasm: bytes,
        operations: Operations | None = None,
        *,
        entries: bool = True,
    ) -> None:
        self.guest = AssemblyScriptGuest.load(engine, wasm, cached=False, entries=entries)
        assert self.guest.has_entries == entries
        self._operations = operations or {}
        self.logs: list[tuple[int, str]] = []
        """Of the last call: levels (``guest.core.call``) and lines."""
        self.refused: list[tuple[str, str]] = []
        """Of the last call: imports whose results the guest did not get, and why."""

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self.logs]

    async def call(
        self, name: str, /, *, environment: Mapping[str, str] | None = None, **arguments: Any
    ) -> Any:
        return await self.invoke(name, arguments, environment=environment)

    async def invoke(
        self,
        name: str,
        arguments: Mapping[str, Any],
        selection: Selection | None = None,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> Any:
        function = self.guest.interface.function(name)
        assert function is not None, name
        async with self.execute(environment) as invocation:
            return await invocation.invoke(function, arguments, selection)

    async def stream(
        self,
        name: str,
        /,
        selection: Selection | None = None,
        *,
        emit: Emit | None = None,
        **arguments: Any,
    ) -> list[Any]:
        """All that a function streams; ``emit`` takes it instead."""
        taken: list[Any] = []

        async def take(element: Any) -> None:
            taken.append(element)

        function = self.guest.interface.function(name)
        assert function is not None, name
        assert function.streams, name
        async with self.execute(emit=emit or take) as invocation:
            assert await invocation.invoke(function, arguments, selection) is None
        return taken

    def execute(
        self, environment: Mapping[str, str] | None = None, *, emit: Emit | None = None
    ) -> Opening:
        """A fresh instance, to be entered with ``async with``."""
        host = Host(self._operations, emit)
        self.logs, self.refused = [], host.refused
        return self.guest.execute(
            Limits(),
            environment=environment or {},
            host=host,
            on_log=lambda level, line: self.logs.append((level, line)),
        )
