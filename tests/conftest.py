"""What all tests share: the report on skipped tests, built apps, servers."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web


def pytest_configure(config: pytest.Config) -> None:
    plugin = _beside("skip_report")
    config.pluginmanager.register(plugin, plugin.__name__)
    _name_package("atoll_servers", Path(__file__).with_name("servers"))
    config.pluginmanager.import_plugin("atoll_servers.fixtures")
    _name_package("atoll_providers", Path(__file__).with_name("providers"))
    config.pluginmanager.import_plugin("atoll_providers.fixtures")


def _name_package(name: str, folder: Path) -> None:
    """Let tests import the modules of a folder by a name."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules.setdefault(name, package)


def _beside(name: str) -> ModuleType:
    """A module of this folder."""
    # By path: the tests are not a package (import-mode=importlib), so it has no import name.
    known = f"atoll_{name}"
    if known not in sys.modules:
        file = Path(__file__).with_name(f"{name}.py")
        spec = importlib.util.spec_from_file_location(known, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Registered before it runs: dataclasses look their module up there.
        sys.modules[known] = module
        spec.loader.exec_module(module)
    return sys.modules[known]


@pytest.fixture(scope="session")
def load_python():
    """Builds the Python app in a folder and gives its guest, in the form that ``dev`` uses."""
    from atoll.engine import Engine, EngineConfig
    from atoll.guest.component.program import ComponentGuest
    from atoll.toolchain.python import build_python

    engine = Engine(EngineConfig(concurrency=200))

    def load(folder: Path) -> ComponentGuest:
        build = _in_own_loop(build_python(folder, engine=engine))
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


@pytest.fixture(scope="session")
def assemblyscript_app() -> Callable[..., Any]:
    """``RunningApp`` of ``assemblyscript_app.py``: ``assemblyscript_app(engine, wasm, host)``."""
    app: Callable[..., Any] = _beside("assemblyscript_app").RunningApp
    return app


@pytest.fixture(scope="session")
def build_go() -> Callable[[Path], bytes]:
    """Builds the Go app in a folder, once a session for the same sources."""
    from atoll.toolchain.golang import GoBuilder

    built: dict[tuple[object, ...], bytes] = {}

    def build(folder: Path) -> bytes:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        key = tuple((path, path.read_bytes()) for path in files)
        if key not in built:
            built[key] = _in_own_loop(GoBuilder().build(folder)).wasm
        return built[key]

    return build


@pytest.fixture(scope="session")
def go_app() -> Callable[..., Any]:
    """``RunningApp`` of ``go_app.py``: ``go_app(engine, wasm, host)``."""
    app: Callable[..., Any] = _beside("go_app").RunningApp
    return app


@pytest.fixture(scope="session")
def selecting() -> ModuleType:
    """``selecting.py``: selections of results."""
    return _beside("selecting")


@pytest.fixture(scope="session")
def serve_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Builds and serves a copy of the app in a folder; gives ``Served`` of ``served_app.py``."""
    serve = _beside("served_app").serve
    with ExitStack() as stack:

        def start(folder: Path, environ: Mapping[str, str] | None = None) -> Any:
            copy = tmp_path_factory.mktemp("served") / "app"
            shutil.copytree(folder, copy)
            return stack.enter_context(serve(copy, copy.with_name("log"), environ))

        yield start


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
