"""Real guests from WebAssembly text, and one engine for the session."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from atoll.engine import (
    ComponentImport,
    ComponentProgram,
    CoreImport,
    CoreProgram,
    Engine,
    EngineConfig,
    Err,
    Ok,
    OnFiber,
)

GUESTS = Path(__file__).parent / "guests"


def _private(path: Path) -> Path:
    path.chmod(0o700)
    return path


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    cache = _private(tmp_path_factory.mktemp("cache"))
    engine = Engine(EngineConfig(concurrency=200, cache=cache, max_memory=16 << 20))
    yield engine
    engine.close()


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Engines with other settings, closed at the end."""
    made: list[Engine] = []

    def make(**settings: Any) -> Engine:
        settings.setdefault("cache", tmp_path / "cache")
        settings.setdefault("concurrency", 10)
        engine = Engine(EngineConfig(**settings))
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture(scope="session")
def core_wasm() -> bytes:
    return bytes(wasmtime.wat2wasm((GUESTS / "core.wat").read_text()))


@pytest.fixture(scope="session")
def component_wasm() -> bytes:
    return bytes(wasmtime.wat2wasm((GUESTS / "component.wat").read_text()))


class Failure(Exception):
    """Raised by host functions on demand."""


class Host:
    """The host functions of both guests. ``data`` of an execution may be a callable, which then
    takes the place of ``wait`` (core) or ``call`` (component)."""

    def __init__(self) -> None:
        self.notes: list[Any] = []
        self.started = 0
        self.ended = 0
        self.cancelled = 0

    def add(self, execution: Any, a: int, b: int) -> int:
        if a == 99:
            raise Failure("no")
        return a + b

    def scale(self, execution: Any, a: float, b: float) -> float:
        return a * b

    def note(self, execution: Any, value: int) -> None:
        self.notes.append((execution.data, value))

    def pair(self, execution: Any) -> tuple[int, int]:
        return (-7, 1 << 40)

    async def wait(self, execution: Any, milliseconds: int) -> int:
        self.started += 1
        try:
            if callable(execution.data):
                return int(await execution.data(milliseconds))
            await asyncio.sleep(milliseconds / 1000)
            return milliseconds * 2
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.ended += 1

    async def text(self, execution: Any, length: int) -> OnFiber:
        await asyncio.sleep(0)
        export = execution.data if isinstance(execution.data, str) else "new"
        if length == 0:
            export = "new"
        return OnFiber(self.allocate(execution, export, length))

    def allocate(self, execution: Any, export: str, length: int) -> Any:
        first = yield (export, length, 1)
        execution.write(first, b"x" * length)
        second = yield (export, 8, 2)
        self.notes.append((first, second))
        return first

    def log(self, execution: Any, level: int, message: str) -> None:
        self.notes.append((level, message))

    async def call(self, execution: Any, name: str, payload: str) -> Any:
        if callable(execution.data):
            return await execution.data(name, payload)
        await asyncio.sleep(0)
        if name == "fail":
            raise Failure(payload)
        return Err(payload) if name == "refuse" else Ok(f"{name}({payload})")

    def core_imports(self) -> list[CoreImport]:
        return [
            CoreImport("host", "add", ("i32", "i64"), ("i32",), self.add),
            CoreImport("host", "scale", ("f32", "f64"), ("f64",), self.scale),
            CoreImport("host", "note", ("i32",), (), self.note),
            CoreImport("host", "pair", (), ("i32", "i64"), self.pair),
            CoreImport("host", "wait", ("i32",), ("i32",), self.wait, is_async=True),
            CoreImport("host", "text", ("i32",), ("i32",), self.text, reenters=True),
            CoreImport("host", "unused", (), (), self.pair),
        ]

    def component_imports(self) -> list[ComponentImport]:
        return [
            ComponentImport("test:guest/host@0.1.0", "call", self.call, is_async=True),
            ComponentImport("test:guest/host@0.1.0", "log", self.log),
            ComponentImport("test:guest/host@0.1.0", "unused", self.log),
        ]


@pytest.fixture
def failure() -> type[Exception]:
    """What the host functions raise on demand."""
    return Failure


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def core(engine: Engine, core_wasm: bytes, host: Host) -> CoreProgram:
    return CoreProgram(engine, engine.compile_module(core_wasm), host.core_imports())


@pytest.fixture
def component(engine: Engine, component_wasm: bytes, host: Host) -> ComponentProgram:
    compiled = engine.compile_component(component_wasm)
    return ComponentProgram(engine, compiled, host.component_imports())


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[[str], str]:
    """Run a script in a fresh process, where aborting is visible; its output."""
    import subprocess
    import sys

    def run(script: str) -> str:
        environ = os.environ | {"ATOLL_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", script],
            capture_output=True, text=True, timeout=120, env=environ, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(autouse=True)
def _nothing_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test: no slot taken, no execution alive, no re-entry pending."""
    yield
    from atoll.engine.reentry import reentries

    assert not reentries
    if "engine" in request.fixturenames:
        engine = request.getfixturevalue("engine")
        assert engine.core_slots.free == engine.config.concurrency
        assert engine.component_slots.free == engine.config.concurrency
