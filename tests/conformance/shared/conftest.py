"""The same functions in three languages, each app served by its GraphQL API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from graphql import GraphQLObjectType

from atoll.app.app import App
from atoll.app.call import ANONYMOUS, Caller
from atoll.engine import Engine, EngineConfig
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.golang.program import GoGuest
from atoll.guest.guest import Guest
from atoll.manifest import parse_manifest
from atoll.server.graphql_answer import answer
from atoll.server.media_type import JSON, Accepted

HERE = Path(__file__).parent
ACCEPTED = Accepted(JSON)
ENVIRON = {"MODUS_APP_TOKEN": "s3cret", "MODUS_SERVICE_KEY": "hidden", "TZ": "Europe/Paris"}


@dataclass
class Served:
    """An app and its API, as a server has them."""

    language: str
    api: GraphQLApi
    origin: str
    """Of the service that the manifest's one connection reaches."""

    async def __call__(
        self, query: str, variables: Mapping[str, Any], caller: Caller = ANONYMOUS
    ) -> dict[str, Any]:
        """What a client reads in the answer."""
        result = await self.api.execute(GraphQLRequest(query, variables), caller)
        response = answer(result, ACCEPTED)
        body: dict[str, Any] = json.loads(response.body)
        return body

    def field(self, name: str) -> tuple[str, Any]:
        """The root field of that name, and the kind of operation it belongs to."""
        schema = self.api.schema.graphql
        roots: dict[str, GraphQLObjectType | None] = {
            "query": schema.query_type,
            "mutation": schema.mutation_type,
        }
        for kind, root in roots.items():
            if root is not None and name in root.fields:
                return kind, root.fields[name]
        raise LookupError(f"the app in {self.language} has no field {name}")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=8))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def guests(
    engine: Engine,
    load_python: Callable[[Path], Guest],
    build_assemblyscript: Callable[..., bytes],
    build_go: Callable[[Path], bytes],
) -> Mapping[str, Guest]:
    """The suite's apps, by the names of their folders."""
    script = build_assemblyscript(HERE / "assemblyscript", release=True)
    return {
        "python": load_python(HERE / "python"),
        "assemblyscript": AssemblyScriptGuest.load(engine, script),
        "golang": GoGuest.load(engine, build_go(HERE / "golang")),
    }


async def _service(request: web.Request) -> web.Response:
    """A model that answers in capitals, another that has had enough, and a page."""
    if request.path == "/page":
        return web.Response(text="a page")
    if request.path == "/refused":
        return web.json_response({"error": {"message": "too many"}}, status=429)
    said = (await request.json())["messages"][-1]["content"]
    message = {"role": "assistant", "content": said.upper()}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    reply = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
    return web.json_response({**reply, "choices": [choice], "usage": usage})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def origin() -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", _service)
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serve(origin: str, guests: Mapping[str, Guest]) -> AsyncIterator[Callable[..., Served]]:
    """``serve("golang", cpuSeconds=0.1)``: the app, within limits of the manifest."""
    text = (HERE / "modus.json").read_text("utf-8").replace("ORIGIN", origin)
    apps: dict[tuple[object, ...], tuple[App, Served]] = {}

    def get(language: str, **limits: float) -> Served:
        key = (language, *sorted(limits.items()))
        if key not in apps:
            manifest = json.dumps({**json.loads(text), "limits": limits})
            parsed = parse_manifest(manifest, path=Path("modus.json"))
            app = App(language, guests[language], parsed, ENVIRON)
            apps[key] = app, Served(language, GraphQLApi(app), origin)
        return apps[key][1]

    yield get
    for app, _ in apps.values():
        await app.close()
