"""A page of the Explorer: a client that does what the page in a browser does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.call_record import RecentCalls
from atoll.history import History, Program, find_database
from atoll.manifest import parse_manifest
from atoll.server.deployment import Deployment
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.explorer import Explorer, Subject
from atoll.server.explorer.request import ExplorerRequest
from atoll.server.explorer.routes import find_route
from atoll.server.explorer.session import TokenGate
from atoll.server.explorer.wire import encode
from atoll.server.hosts import loopback_only

TOUR = Path(__file__).parents[2] / "apps" / "tour"


@dataclass
class Page:
    """A page that has its session."""

    server: Any
    headers: dict[str, str]

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """The status of an answer, and its data."""
        options.setdefault("headers", self.headers)
        url = f"{self.server.url}/explorer/api/{path}"
        async with self.server.client.request(method, url, **options) as response:
            assert response.content_type == "application/json"
            return response.status, json.loads(await response.read())

    async def get(self, path: str) -> Any:
        status, data = await self.ask("GET", path)
        assert status == 200, data
        return data

    async def refusal(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """The status of a failure, and its code."""
        status, data = await self.ask(method, path, **options)
        assert data.keys() == {"error"}
        assert data["error"].keys() == {"code", "message", "hint"}
        return status, data["error"]["code"]

    @asynccontextmanager
    async def events(self) -> AsyncIterator[Callable[[], Awaitable[tuple[str, Any]]]]:
        """An open stream; gives what waits for its next event."""
        url = f"{self.server.url}/explorer/api/events"
        async with self.server.client.get(url, headers=self.headers) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"

            async def line() -> str:
                return (await response.content.readuntil(b"\n")).decode().removesuffix("\n")

            async def next_event() -> tuple[str, Any]:
                async with asyncio.timeout(20):
                    while not (name := await line()).startswith("event: "):
                        pass
                    data = await line()
                assert data.startswith("data: ")
                return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

            yield next_event


@pytest.fixture
def open_page() -> Callable[[Any], Awaitable[Page]]:
    async def open_page(server: Any) -> Page:
        status, text = await server.text("GET", "/explorer/api/session")
        assert status == 200, text
        return Page(server, {"X-Atoll-Token": json.loads(text)["token"] or ""})

    return open_page


@pytest.fixture
async def page(start: Any, open_page: Any, tmp_path: Path) -> Page:
    """A page of a developer's server, whose app's folder is ``tmp_path/app``."""
    folder = tmp_path / "app"
    folder.mkdir()
    return await open_page(await start(dev=True, folder=folder))


@dataclass
class Shown:
    """An app that an Explorer shows, whose handlers are asked without a server."""

    app: App
    explorer: Explorer
    history: History | None
    recorder: Any
    """Takes invocations into the history."""

    async def ask(
        self, method: str, path: str, body: Any = None, /, **query: str
    ) -> tuple[int, Any]:
        """The status of an answer, and its data."""
        route, parameters = find_route(method, path.split("/"))
        data = b"" if body is None else json.dumps(body).encode()
        try:
            found = await route.handler(self.explorer, ExplorerRequest(query, parameters, data))
        except ExplorerError as error:
            return error.status, {"code": error.code, "message": error.message, "hint": error.hint}
        return 200, json.loads(encode(found))

    async def get(self, path: str, /, **query: str) -> Any:
        status, data = await self.ask("GET", path, **query)
        assert status == 200, data
        return data

    async def post(self, path: str, body: Any = None) -> Any:
        status, data = await self.ask("POST", path, body)
        assert status == 200, data
        return data


@pytest.fixture(scope="session")
def tour(load_python: Callable[[Path], Any]) -> Any:
    """The guest of the app of the tour."""
    return load_python(TOUR)


@pytest.fixture
async def show(tour: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Shown]]:
    """Shows the app of the tour with another manifest, in ``tmp_path``."""
    shown: list[Shown] = []

    def show(
        manifest: Any = None, environ: dict[str, str] | None = None, mode: Any = "dev"
    ) -> Shown:
        text = manifest if isinstance(manifest, str) else json.dumps(manifest or {})
        read = parse_manifest(text, path=tmp_path / "modus.json")
        variables = environ or {}
        history = None
        if not variables and (database := find_database(tmp_path, lambda: variables)):
            history = History(database)
        program = Program("tour", "python", "atoll@1", "b1")
        recorder = None if history is None else history.recorder(program, read.inferences)
        app = App(
            "tour",
            tour,
            read,
            variables,
            dev=True,
            on_invocation=[] if recorder is None else [recorder],
            folder=tmp_path,
        )
        explorer = Explorer(
            mode,
            TokenGate(loopback_only(None)),
            RecentCalls(),
            name="tour",
            language="python",
            folder=tmp_path,
        )
        if history is not None:
            explorer.flush_history = history.flush
        deployment = Deployment.of(app, variables, dev=True)
        explorer.show(Subject(app, deployment, tmp_path, variables))
        shown.append(Shown(app, explorer, history, recorder))
        return shown[-1]

    yield show
    for each in shown:
        await each.explorer.subject.deployment.close()
        if each.history is not None:
            each.history.close(5)
