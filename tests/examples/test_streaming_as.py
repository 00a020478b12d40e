"""The example of streams in AssemblyScript does what its page says."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.replies import Say

from atoll.app.app import App
from atoll.app.stream import StreamFailed
from atoll.engine import Engine
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.load import load_guest
from atoll.manifest import parse_manifest

EXAMPLE = Path(__file__).parents[2] / "examples" / "streaming-as"
PAGE = (EXAMPLE / "README.md").read_text(encoding="utf-8")


@pytest.fixture
async def app(
    engine: Engine, build_assemblyscript: Callable[[Path], bytes], providers: Any
) -> AsyncIterator[App]:
    manifest = json.loads((EXAMPLE / "modus.json").read_text())
    model = {"sourceModel": "m", "connection": "host", "path": "v1/chat/completions"}
    manifest["models"]["text-generator"] = model
    manifest["connections"] = {"host": {"type": "http", "baseUrl": f"{providers.url}/"}}
    parsed = parse_manifest(json.dumps(manifest), path=EXAMPLE / "modus.json")
    guest = load_guest(engine, build_assemblyscript(EXAMPLE))
    app = App("streaming-as", guest, parsed, {}, dev=True)
    yield app
    await app.close()


async def stream(app: App, name: str, arguments: dict[str, Any]) -> list[Any]:
    function = app.interface.function(name)
    assert function is not None
    return [each async for each in app.stream(function, arguments)]


async def test_count_down(app: App) -> None:
    command, shown = re.findall(r"^```(?:sh|json)\n(.*?)^```$", PAGE, re.M | re.S)[:2]
    found = re.fullmatch(r"atoll call (\w+) --args '(.*)'\n", command)
    assert found is not None
    told = await stream(app, found[1], json.loads(found[2]))
    assert told == [json.loads(line) for line in shown.splitlines()]


async def test_a_story(app: App, providers: Any) -> None:
    providers.answer(Say("Once upon a time."))
    told = await stream(app, "tellStory", {"topic": "a fox"})
    assert told == ["Once", " upon", " a", " time."]
    assert providers.last.json["messages"][0]["content"].endswith(": a fox")
    with pytest.raises(StreamFailed, match="Say what the story is to be about"):
        await stream(app, "tellStory", {"topic": " "})


async def test_the_subscription(app: App) -> None:
    (query,) = re.findall(r"-d '(.*)'", PAGE)
    opened: Any = await GraphQLApi(app).open(GraphQLRequest(json.loads(query)["query"], {}))
    bodies = [response.body async for response in opened]
    assert [body["data"]["countDown"]["number"] for body in bodies] == [2, 1, 0]
