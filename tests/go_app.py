"""Running Go apps in the engine, with a host made in the test.

``conftest.py`` loads this file, and gives ``RunningApp`` as the fixture ``go_app``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from atoll.engine import Engine, Limits
from atoll.guest.core.fit import MAX_BYTES
from atoll.guest.golang.codec import Codec
from atoll.guest.golang.interface import interface_of
from atoll.guest.golang.module import Module
from atoll.guest.golang.program import GoGuest
from atoll.guest.guest import Opening
from atoll.guest.selection import Selection

Operations = Mapping[str, Callable[..., Any]]


class Host:
    """Answers imports by functions of the test, which may be coroutines."""

    payload_limit = 1 << 30
    streams: Any = None

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self.refused: list[tuple[str, str]] = []

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        raise AssertionError(f"{name} is not for Go")

    async def run_import(self, name: str, arguments: Sequence[Any]) -> Any:
        found = self._operations[name](*arguments)
        return await found if inspect.isawaitable(found) else found

    def refuse_result(self, name: str, reason: str) -> None:
        self.refused.append((name, reason))


class RunningApp:
    """An app whose functions can be called, each call in a fresh instance.

    Args:
        operations: what its imports do, by names such as ``modus_models.invokeModel``.
    """

    def __init__(
        self,
        engine: Engine,
        wasm: bytes,
        operations: Operations | None = None,
    ) -> None:
        self.guest = GoGuest.load(engine, wasm, cached=False)
        assert not self.guest.broken
        self._operations = operations or {}
        self.streams: Any = None
        """Those of its calls (``guest.streams.CallStreams``)."""
        self.logs: list[tuple[int, str]] = []
        """Of the last call: levels (``guest.core.call``) and lines."""
        self.refused: list[tuple[str, str]] = []
        """Of the last call: imports whose results the guest did not get, and why."""

    def described(self, module: Module, *, max_bytes: int = MAX_BYTES) -> RunningApp:
        """The same code, which is said to be another module.

        Args:
            max_bytes: of arguments and of results.
        """
        known = self.guest
        other = copy(self)
        other.guest = GoGuest(
            known.program,
            replace(known.metadata, interface=interface_of(module), module=module),
            Codec(module, max_bytes=max_bytes),
            may_wait=self.guest.may_wait,
            start=known.start,
            broken={},
        )
        return other

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self.logs]

    async def call(self, name: str, /, **arguments: Any) -> Any:
        return await self.invoke(name, arguments)

    async def invoke(
        self,
        name: str,
        arguments: Mapping[str, Any],
        selection: Selection | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Any:
        function = self.guest.interface.function(name)
        assert function is not None, name
        async with self.execute(environment, limits) as invocation:
            return await invocation.invoke(function, arguments, selection)

    def execute(
        self, environment: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Opening:
        """A fresh instance, to be entered with ``async with``."""
        host = Host(self._operations)
        host.streams = self.streams
        self.logs, self.refused = [], host.refused
        return self.guest.execute(
            limits or Limits(),
            environment=environment or {},
            host=host,
            on_log=lambda level, line: self.logs.append((level, line)),
        )
