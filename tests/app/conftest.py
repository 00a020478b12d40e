"""An app whose functions call models, and the model's host: a real server."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from atoll.app.app import App
from atoll.manifest import parse_manifest

FOLDER = Path(__file__).parents[1] / "apps" / "asker"


class Host:
    """Answers chats with the prompt in upper case, once ``answering`` is set."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.answering = asyncio.Event()
        self.answering.set()
        self.waiting = 0
        self.gone = 0
        self.answer: tuple[int, str] | None = None
        self.cut_off = False
        self.streaming = 0
        self.slow = False
        """Whether an endless stream stops after its first word."""

    async def stream(self, request: web.Request, words: str) -> web.StreamResponse:
        """One by one; without an end if they are ``endless``."""
        response = web.StreamResponse()
        self.streaming += 1
        try:
            await response.prepare(request)
            if words == "wait":
                await self.answering.wait()
            for word in words.split():
                await response.write(word.encode())
                await asyncio.sleep(0.01)
            while words == "endless":
                await response.write(b"word")
                await asyncio.sleep(60 if self.slow else 0.01)
        except (asyncio.CancelledError, OSError):
            self.gone += 1
            raise
        finally:
            self.streaming -= 1
        return response

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(request)
        if "stream" in body:
            return await self.stream(request, body["stream"])
        self.waiting += 1
        try:
            await self.answering.wait()
        except asyncio.CancelledError:
            self.gone += 1
            raise
        finally:
            self.waiting -= 1
        if self.answer is not None:
            status, text = self.answer
            return web.Response(status=status, text=text, content_type="application/json")
        if self.cut_off:
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b'{"choices": [')
            assert request.transport is not None
            request.transport.close()
            return response
        text = body["messages"][-1]["content"]
        return web.json_response(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "m",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": text.upper()},
                    }
                ],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
        )


@pytest.fixture
async def host():
    host = Host()
    application = web.Application()
    application.router.add_post("/v1/chat", host.chat)
    async with TestServer(application, handler_cancellation=True) as server:
        host.url = str(server.make_url("/v1/"))
        yield host


@pytest.fixture(scope="session")
def asker(load_python):
    return load_python(FOLDER)


@pytest.fixture
def make_app(asker, host):
    """Gives the app with these limits; it closes when left."""

    @asynccontextmanager
    async def make(limits=None, **options):
        connection = {
            "type": "http",
            "baseUrl": host.url,
            "headers": {"Authorization": "Bearer {{API_KEY}}"},
        }
        models = {
            "remote": {"sourceModel": "m", "connection": "host", "path": "chat"},
            "nowhere": {"sourceModel": "m", "connection": "missing", "path": "chat"},
        }
        text = json.dumps(
            {"connections": {"host": connection}, "models": models, "limits": limits or {}}
        )
        manifest = parse_manifest(text, path=Path("modus.json"))
        app = App("asker", asker, manifest, {"MODUS_HOST_API_KEY": "very-secret"}, **options)
        try:
            yield app
        finally:
            await app.close()

    return make


@pytest.fixture
async def app(make_app):
    async with make_app() as app:
        yield app


@pytest.fixture
def call(app):
    async def call(name, /, *, emit=None, **arguments):
        return await app.call(app.interface.function(name), arguments, emit=emit)

    return call
