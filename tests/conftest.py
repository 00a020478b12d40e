"""What all tests share: the report on skipped tests."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web


def pytest_configure(config: pytest.Config) -> None:
    # By path: the tests are not a package (import-mode=importlib), so it has no import name.
    file = Path(__file__).with_name("skip_report.py")
    spec = importlib.util.spec_from_file_location("atoll_skip_report", file)
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    # Registered before it runs: dataclasses look their module up there.

    sys.modules[spec.name] = plugin
    spec.loader.exec_module(plugin)
    config.pluginmanager.register(plugin, spec.name)


@pytest.fixture(scope="session")
def load_python():
    """Builds the Python app in a folder and gives its guest, in the form that ``dev`` uses."""
    from atoll.engine import Engine, EngineConfig
    from atoll.guest.component.program import ComponentGuest
    from atoll.toolchain.python import build_python

    engine = Engine(EngineConfig(concurrency=200))

    def load(folder: Path) -> ComponentGuest:
        build = asyncio.run(build_python(folder, engine=engine))
        return ComponentGuest.load(engine, build.wasm, form="split", cached=False)

    yield load
    engine.close()


@pytest.fixture(scope="session")
def build_assemblyscript() -> Callable[..., bytes]:
    """Builds the AssemblyScript app in a folder, once a session for the same sources."""
    from atoll.toolchain.assemblyscript import AssemblyScriptBuilder

    built: dict[tuple[object, ...], bytes] = {}

    def build(folder: Path, *, release: bool = False) -> bytes:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        key = (release, *((path, path.read_bytes()) for path in files))
        if key not in built:
            building = AssemblyScriptBuilder().build(folder, release=release)
            built[key] = _in_own_loop(building).wasm
        return built[key]

    return build


def _in_own_loop(awaitable: Coroutine[Any, Any, Any]) -> Any:
    """Also where a loop is running: a test that is a coroutine may ask for a build."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, awaitable).result()


# A real HTTP server on loopback, and one that answers with raw bytes.

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]
ServeBytes = Callable[[bytes], Awaitable[str]]


@asynccontextmanager
async def _http_server(handler: Handler) -> AsyncIterator[str]:
    app = web.Application(client_max_size=1 << 28)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _raw_server(answer: bytes) -> AsyncIterator[str]:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def servers() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def serve(servers: AsyncExitStack) -> Serve:
    """Serve a handler for the length of the test; gives the server's origin."""

    async def start(handler: Handler) -> str:
        return await servers.enter_async_context(_http_server(handler))

    return start


@pytest.fixture
def serve_bytes(servers: AsyncExitStack) -> ServeBytes:
    """Answer each connection with these bytes and close it."""

    async def start(answer: bytes) -> str:
        return await servers.enter_async_context(_raw_server(answer))

    return start
