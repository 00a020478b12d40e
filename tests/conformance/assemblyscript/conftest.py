"""Running AssemblyScript apps in the engine, with a host made in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig

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
    """``run_app("app", release=True)``: the app in that folder, here or wherever."""

    def run(
        folder: str | Path,
        *,
        release: bool = False,
        entries: bool = True,
        host: Operations = OPERATIONS,
    ) -> Any:
        wasm = build_assemblyscript(HERE / folder, release=release)
        return assemblyscript_app(engine, wasm, host, entries=entries)

    return run
