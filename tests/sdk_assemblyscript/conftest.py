"""Running the SDK's test apps in the engine, with a host made in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig

APPS = Path(__file__).parents[2] / "sdk" / "assemblyscript" / "tests"

Operations = Mapping[str, Callable[..., Any]]


class Recorder:
    """Host functions that give what the test has put into ``answer``, and remember how they were
    called."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answer: Any = None

    def operation(self, name: str) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            self.calls.append((name, *arguments))
            return self.answer

        return run


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def run_app(
    engine: Engine,
    build_assemblyscript: Callable[..., bytes],
    assemblyscript_app: Callable[..., Any],
) -> Callable[..., Any]:
    """``run_app("json", release=True)``: the app in that folder of the SDK's tests."""

    def run(folder: str, *, release: bool = False, host: Operations | None = None) -> Any:
        return assemblyscript_app(
            engine, build_assemblyscript(APPS / folder, release=release), host
        )

    return run
