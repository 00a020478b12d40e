"""A real HTTP server on loopback, and one that answers with raw bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web

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


@pytest.fixture(scope="session")
def chat_weights() -> str:
    """The local chat model, installed into the user's cache (a download, the first time)."""
    from atoll.models.local import install

    pytest.importorskip("xllamacpp")
    install("smollm2-135m-instruct")
    return "smollm2-135m-instruct"


@pytest.fixture(scope="session")
def embedding_weights() -> str:
    from atoll.models.local import install

    pytest.importorskip("onnxruntime")
    install("all-minilm-l6-v2")
    return "all-minilm-l6-v2"
