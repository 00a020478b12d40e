"""Running the SDK's test apps in the engine, with a host made in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig

APPS = Path(__file__).parents[2] / "sdk" / "assemblyscript" / "tests"

Operations = Mapping[str, Callable[..., Any]]


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
