"""The app that uses every package of the SDK, built once, with a host made in the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig
from atoll.guest.core.call import ERROR
from atoll.guest.failure import GuestEnded, GuestFailure
from atoll.guest.types import Function

APP = Path(__file__).with_name("app")


class Recorder:
    """Host functions that give what the test has put into ``answers`` by their names, and remember
    how they were called. An answer may be a function of the arguments."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.answers: dict[str, Any] = {}
        self.calls: list[tuple[Any, ...]] = []

    def __getitem__(self, name: str) -> Callable[..., Any]:
        return partial(self._run, name)

    def _run(self, name: str, *arguments: Any) -> Any:
        self.calls.append((name, *arguments))
        answer = self.answers[name]
        return answer(*arguments) if callable(answer) else answer


class App:
    """``RunningApp`` of ``go_app.py``, and how its functions fail."""

    def __init__(self, running: Any) -> None:
        self._running = running

    @property
    def logs(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = self._running.logs
        return found

    async def call(
        self, name: str, /, *, environment: Mapping[str, str] | None = None, **arguments: Any
    ) -> Any:
        result = await self._running.invoke(name, arguments, environment=environment)
        assert self._running.refused == []
        return result

    async def error(
        self, name: str, /, *, environment: Mapping[str, str] | None = None, **arguments: Any
    ) -> str:
        """What a function says that returns an error."""
        with pytest.raises(GuestEnded) as caught:
            await self.call(name, environment=environment, **arguments)
        assert caught.value.status == 1
        assert self._running.refused == []
        level, line = self.logs[-1]
        assert level == ERROR
        return line

    async def panic(self, name: str, /, **arguments: Any) -> str:
        with pytest.raises(GuestFailure) as caught:
            await self.call(name, **arguments)
        return caught.value.message

    @asynccontextmanager
    async def agent(
        self, environment: Mapping[str, str] | None = None
    ) -> AsyncIterator[Callable[..., Any]]:
        """``hook("activate", name=..., id=...)``, all in one instance."""
        async with self._running.execute(environment) as invocation:

            async def hook(name: str, /, **arguments: Any) -> Any:
                export = f"_modus_agent_{name}"
                function = Function(export, export, (), None)
                return await invocation.invoke(function, arguments, None)

            yield hook


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=20))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture(scope="session")
def wasm(build_go: Callable[[Path], bytes]) -> bytes:
    return build_go(APP)


@pytest.fixture(scope="session")
def running(engine: Engine, recorder: Recorder, wasm: bytes, go_app: Callable[..., Any]) -> Any:
    return go_app(engine, wasm, recorder)


@pytest.fixture
def host(recorder: Recorder) -> Recorder:
    recorder.reset()
    return recorder


@pytest.fixture
def app(running: Any, host: Recorder) -> App:
    return App(running)
