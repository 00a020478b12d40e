"""The app that streams, with the whole of its host, and scripted providers of models."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from atoll.app.app import App
from atoll.engine import Engine
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.manifest import parse_manifest

if TYPE_CHECKING:
    from atoll_providers.server import Providers

FOLDER = Path(__file__).parents[3] / "sdk" / "assemblyscript" / "tests" / "streams"
PATHS = {
    "chat": "v1/chat/completions",
    "responses": "v1/responses",
    "claude": "v1/messages",
    "gemini": "v1beta/models/gemini:streamGenerateContent?alt=sse",
    "geminiWhole": "v1beta/models/gemini:generateContent",
    "llama": "model/llama/invoke",
    "embedder": "v1/embeddings",
    "classifier": "classifier:predict",
}


class Running:
    """An app whose functions are called by name."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def call(self, name: str, **arguments: Any) -> Any:
        """The result; fails the test if the function does."""
        outcome = await self.app.call(self._function(name), arguments)
        assert not outcome.failed, outcome.errors
        return outcome.value

    async def failure(self, name: str, **arguments: Any) -> str:
        """What the function says of why it failed."""
        outcome = await self.app.call(self._function(name), arguments)
        assert outcome.failed, outcome.value
        return outcome.errors[0].message

    async def stream(self, name: str, **arguments: Any) -> list[Any]:
        return [each async for each in self.app.stream(self._function(name), arguments)]

    def _function(self, name: str) -> Any:
        function = self.app.interface.function(name)
        assert function is not None, name
        return function


@pytest.fixture(scope="session", params=[False, True], ids=["debug", "release"])
def guest(request, engine: Engine, build_assemblyscript: Callable[..., bytes]) -> Any:
    wasm = build_assemblyscript(FOLDER, release=request.param)
    return AssemblyScriptGuest.load(engine, wasm, cached=False)


@pytest.fixture
async def open_app(guest: AssemblyScriptGuest) -> AsyncIterator[Callable[..., Running]]:
    """``open_app(url, memoryMb=9)``: the app, with a connection and models at that URL."""
    opened: list[App] = []

    def open_app(url: str, **limits: float) -> Running:
        headers = {"Authorization": "Bearer {{KEY}}"}
        manifest = {
            "connections": {"provider": {"type": "http", "baseUrl": f"{url}/", "headers": headers}},
            "models": {
                name: {"sourceModel": "Big/Model", "connection": "provider", "path": path}
                for name, path in PATHS.items()
            },
            "limits": limits,
        }
        parsed = parse_manifest(json.dumps(manifest), path=Path("modus.json"))
        opened.append(App("test", guest, parsed, {"MODUS_PROVIDER_KEY": "s3cret"}, dev=True))
        return Running(opened[-1])

    yield open_app
    for app in opened:
        await app.close()


@pytest.fixture
def app(open_app: Callable[..., Running], providers: Providers) -> Running:
    return open_app(providers.url)
